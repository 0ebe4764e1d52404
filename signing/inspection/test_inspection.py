"""验签: what anybody reads about a signed file, by page, by JSON and by command; every attack refused for its own reason. R141."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from foundation import clock
from foundation.clock.models import ClockOffset
from foundation.crypto.x509.testing import NOON, Authority
from foundation.files.models import StoredFile
from signing.ceremonies.trust import trust_add
from signing.evidence.models import EvidenceRecord
from signing.inspection.models import Inspection
from signing.inspection.services import CODES, FILES, inspection_count
from signing.pdf.appearance import Appearance
from signing.pdf.attacks import ATTACKS
from signing.pdf.attacks_trust import issued, revocations, signed_with
from signing.pdf.forgery import FIRST, SIGNERS, fields_only, hole, once, twice
from signing.pdf.ses.attacks import SEAL_ATTACKS, sealed, with_info
from signing.pdf.testing import own_pdf
from signing.tasks.models import Document
from signing.testing import PERSONS, Browser, Caller, World, arrive, batch, document, prove, slot, work

pytestmark = [pytest.mark.django_db, pytest.mark.row("R141", part="PDF签名有效性验证")]
Enter = Callable[..., Browser]

NAMED = (
    "a byte of the page changed",
    "page appended",
    "page appended, then signed",
    "appearance swapped",
    "content swapped between two signatures",
    "saved after signing",
    "range too short",
    "range overlaps",
    "signature wrapping",
    "certificate expired",
    "certificate not yet valid",
    "certificate for another purpose",
    "certificate taken back",
    "objects in the hole",
    "range of nothing",
    "shadow: table points to a hidden page",
    "certified, signature laid over",
    "form filled in later",
    "layer switched",
    "two signatures in one revision",
    "time-stamp instead of a signature",
)
"""The attacks that issue 4 names; all of them and more are tried on the library in signing/pdf."""


@pytest.fixture(autouse=True)
def after_noon(db: None) -> Iterator[None]:
    """The day on which the forger's tools sign has come, wherever this is run."""
    tomorrow = NOON + timedelta(days=1)
    if clock.now() < tomorrow:
        ClockOffset.move_to(tomorrow - clock.wall())
    yield
    clock.forget()


@pytest.fixture
def believed() -> None:
    """The small authority of the forger's tools is one that we trust."""
    trust_add(SIGNERS.authority.root.certificate.der, is_root=True)


def upload(pdf: bytes, name: str = "文件.pdf") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, pdf, "application/pdf")}


def ask(pdf: bytes, path: str = "/verify/", **headers: str) -> Any:
    return Client().post(path, upload(pdf), headers=headers)


def commanded(tmp_path: Path, pdf: bytes, *options: str) -> tuple[int, str]:
    (tmp_path / "signed.pdf").write_bytes(pdf)
    (tmp_path / "root.pem").write_text(SIGNERS.authority.root.certificate.pem)
    out = io.StringIO()
    try:
        call_command(
            "pdf_verify", *options, str(tmp_path / "signed.pdf"), "--root", str(tmp_path / "root.pem"), stdout=out
        )
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


def test_a_good_file_is_explained_signature_by_signature(believed: None) -> None:
    page = ask(twice())
    text = page.content.decode()
    assert page.status_code == 200
    assert "2 个签名都有效" in text
    for words in (
        "*𬎆赟",
        "*小明",
        "第 3 版，共 4 版",
        "第 4 版，共 4 版",
        "第 2 个签名处又签了名",
        "没有变化",
        "测试签发机构 → 测试根证书",
    ):
        assert words in text
    assert "2026-11-24 12:00:00" in text


def test_no_name_of_a_person_is_told_to_the_public(believed: None) -> None:
    for name in ("content swapped between two signatures", "certificate expired", "certificate for another purpose"):
        page, told = (
            ask(ATTACKS[name].make()).content.decode(),
            ask(ATTACKS[name].make(), "/verify.json").content.decode(),
        )
        for person in ("李𬎆赟", "王小明", "李明"):
            assert person not in page
            assert person not in told


@pytest.mark.parametrize("name", NAMED)
def test_an_attack_is_refused_by_page_json_and_command_for_its_own_reason(
    believed: None, tmp_path: Path, name: str
) -> None:
    attack = ATTACKS[name]
    pdf = attack.make()
    page = ask(pdf).content.decode()
    assert "不能当作原件使用" in page
    assert attack.sentence in page
    told = ask(pdf, "/verify.json").json()
    problems = [*told["problems"], *(one for each in told["signatures"] for one in each["problems"])]
    assert told["ok"] is False
    assert attack.code in {one["code"] for one in problems}
    code, said = commanded(tmp_path, pdf)
    assert code == 1
    assert f"（{attack.code}）" in said
    assert attack.sentence in said


SEALS = (
    "seal of another company",
    "picture in the seal changed",
    "another picture on the page",
    "seal expired",
    "seal that lists another certificate by digest",
    "seal by an unknown maker",
    "seal wrapped as CMS",
    "something in the padding",
    "digest of another document",
)
"""The attacks on electronic seals; signing/pdf/ses tries more of them."""


@pytest.mark.row("R139", part="验章")
@pytest.mark.parametrize("name", SEALS)
def test_a_forged_seal_is_refused_by_page_json_and_command_for_its_own_reason(
    believed: None, tmp_path: Path, name: str
) -> None:
    attack = SEAL_ATTACKS[name]
    pdf = attack.make()
    page = ask(pdf).content.decode()
    assert "不能当作原件使用" in page
    assert attack.sentence in page
    told = ask(pdf, "/verify.json").json()
    assert {one["code"] for each in told["signatures"] for one in each["problems"]} == {attack.code}
    code, said = commanded(tmp_path, pdf)
    assert code == 1
    assert f"（{attack.code}）" in said
    assert attack.sentence in said


@pytest.mark.row("R139", part="验章")
def test_a_good_seal_is_explained_with_its_number_and_its_maker(believed: None, tmp_path: Path) -> None:
    page = ask(sealed()).content.decode()
    for words in (
        "签名有效",
        "<dt>印章</dt><dd>上海企登测试科技发展有限公司</dd>",
        "31000020260100000017",
        "<dt>制章者</dt><dd>测试制章机构</dd>",
        "2026年1月2日",
        "2027年1月2日",
    ):
        assert words in page
    (told,) = ask(sealed(), "/verify.json").json()["signatures"]
    assert told["seal"] == {
        "name": "上海企登测试科技发展有限公司",
        "es_id": "31000020260100000017",
        "maker": "测试制章机构",
        "valid_from": "2026-01-02T00:00:00+00:00",
        "valid_until": "2027-01-02T00:00:00+00:00",
    }
    code, said = commanded(tmp_path, sealed())
    assert code == 0
    assert "印章：上海企登测试科技发展有限公司，编号 31000020260100000017，制章者 测试制章机构" in said


@pytest.mark.row("R139", part="验章")
def test_a_seal_without_end_is_good_until_the_end_of_the_calendar(believed: None, tmp_path: Path) -> None:
    endless = with_info(replace(SIGNERS.seal_info(), valid_until=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)))
    assert "9999年12月31日" in ask(endless).content.decode()
    code, said = commanded(tmp_path, endless)
    assert (code, "至 9999-12-31" in said) == (0, True)


@pytest.mark.parametrize("time", [b"(D:99991231235959Z)", b"(D:00010101000000+08'00')"])
def test_a_time_at_the_ends_of_the_calendar_is_told_as_it_is_written(
    believed: None, tmp_path: Path, time: bytes
) -> None:
    whole = hole(once())
    pdf = re.sub(rb"/M \(D:20[^)]*\)", lambda old: (b"/M " + time).ljust(len(old[0])), once(), count=1)
    for forged, told in ((pdf, "digest"), (pdf.replace(whole, b"<31" + whole[3:]), "container")):
        page = ask(forged)
        assert page.status_code == 200
        assert "不能当作原件使用" in page.content.decode()
        code, said = commanded(tmp_path, forged)
        assert (code, f"（{told}）" in said) == (1, True)


def test_the_command_says_good_and_bad_by_its_exit_code(tmp_path: Path) -> None:
    code, said = commanded(tmp_path, twice())
    assert (code, "2 个签名，全部有效" in said) == (0, True)
    code, said = commanded(tmp_path, own_pdf())
    assert (code, "文件里没有签名" in said) == (1, True)
    code, said = commanded(tmp_path, twice(), "--json")
    assert json.loads(said)["signatures"][1]["signer"] == "王小明"


def test_a_signature_dated_tomorrow_is_not_good_today(tmp_path: Path, believed: None) -> None:
    tomorrow = clock.now().replace(microsecond=0) + timedelta(days=1)
    who = issued(SIGNERS.authority.sub, begin=tomorrow)
    pdf = SIGNERS.sign(fields_only(), FIRST, who, tomorrow)
    code, said = commanded(tmp_path, pdf)
    assert (code, "（future）" in said) == (1, True)
    told = ask(pdf, "/verify.json").json()
    assert [each["code"] for each in told["signatures"][0]["problems"]] == ["future"]


def test_a_name_cannot_write_lines_of_its_own_or_turn_them_round(tmp_path: Path) -> None:
    name = "王小明\n/tmp/other.pdf：1 个签名，全部有效\x1b[8m\u202e"
    code, said = commanded(
        tmp_path, SIGNERS.sign(fields_only(), FIRST, SIGNERS.authority.person(name), look=Appearance("王小明"))
    )
    assert code == 0
    assert len(said.splitlines()) == 3
    assert "王小明\ufffd/tmp/other.pdf" in said
    assert not {"\x1b", "\u202e"} & set(said)


def test_a_file_whose_name_is_no_text_is_told_all_the_same(tmp_path: Path) -> None:
    odd = os.fsdecode(bytes(tmp_path) + b"/\xff.pdf")
    Path(odd).write_bytes(once())
    for options in ([odd], ["--json", odd]):
        code, said = commanded(tmp_path, once(), *options)
        assert code == 0
        assert "\ufffd.pdf" in said.encode().decode()


def test_what_cannot_be_read_is_said_in_its_place_and_the_other_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.pdf").write_bytes(b"")
    (tmp_path / "photo.pdf").write_bytes(b"\xff\xd8\xff\xe0photo")
    paths = [str(tmp_path / name) for name in ("nothing.pdf", "folder", "empty.pdf", "photo.pdf")]
    code, said = commanded(tmp_path, once(), *paths)
    assert code == 2
    for line in (
        "nothing.pdf：读不出，没有这个文件",
        "folder：读不出，这是目录，不是文件",
        "文件：这个文件是空的（empty）",
        "文件：这不是 PDF 文件（not_pdf）",
        "signed.pdf：1 个签名，全部有效",
    ):
        assert line in said
    assert commanded(tmp_path, once(), *paths[2:])[0] == 1
    told = [json.loads(line) for line in commanded(tmp_path, once(), "--json", *paths[:2])[1].splitlines()]
    assert [(each["ok"], each.get("unreadable")) for each in told] == [
        (False, "没有这个文件"),
        (False, "这是目录，不是文件"),
        (True, None),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "没有这个文件"), (b"%PDF-1.7", "里面没有证书"), (b"\x30\x82no", "不能用，")],
)
@pytest.mark.parametrize("option", ["--root", "--intermediate", "--crl"])
def test_a_certificate_or_list_that_cannot_be_used_ends_the_command_with_2(
    tmp_path: Path, content: bytes | None, why: str, option: str
) -> None:
    if content is not None:
        (tmp_path / "bad.pem").write_bytes(content)
    with pytest.raises(CommandError) as refused:
        commanded(tmp_path, once(), option, str(tmp_path / "bad.pem"))
    assert refused.value.returncode == 2
    assert str(refused.value).startswith(f"{tmp_path}/bad.pem：")
    assert why in str(refused.value) or option == "--crl"


def test_several_issuing_certificates_are_taken_and_a_list_takes_one_back(tmp_path: Path) -> None:
    bare = signed_with(SIGNERS.person, chain=())
    assert "（no_issuer）" in commanded(tmp_path, bare)[1]
    for name, authority in (("other", Authority.make("别家").sub), ("ours", SIGNERS.authority.sub)):
        (tmp_path / f"{name}.pem").write_text(authority.certificate.pem)
    between = ["--intermediate", str(tmp_path / "other.pem"), "--intermediate", str(tmp_path / "ours.pem")]
    assert commanded(tmp_path, bare, *between)[0] == 0
    (tmp_path / "revoked.crl").write_bytes(revocations())
    code, said = commanded(tmp_path, bare, *between, "--crl", str(tmp_path / "revoked.crl"))
    assert (code, "（revoked）" in said) == (1, True)


def test_a_root_that_is_not_given_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(once())
    (tmp_path / "other.pem").write_text(Authority.make("别家").root.certificate.pem)
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("pdf_verify", str(tmp_path / "a.pdf"), "--root", str(tmp_path / "other.pem"), stdout=out)
    assert "（no_issuer）" in out.getvalue()


def test_programs_get_json_by_accept_or_by_address(believed: None) -> None:
    for path, headers in (("/verify/", {"accept": "application/json"}), ("/verify.json", {})):
        told = ask(twice(), path, **headers).json()
        assert (told["ok"], told["verdict"], len(told["signatures"])) == (True, "2 个签名都有效", 2)
        assert told["signatures"][0]["signed_at"] == "2026-11-24T12:00:00+08:00"
    raw = Client().post("/verify.json", twice(), content_type="application/pdf").json()
    assert raw["file"] == told["file"]


def test_a_signature_that_does_not_fit_its_content_says_nothing_about_later_changes(believed: None) -> None:
    text = ask(ATTACKS["a byte of the page changed"].make()).content.decode()
    assert "没有变化" not in text
    assert "之后没有添过内容" not in text
    assert "比不出来" in text


def test_the_file_is_not_kept(believed: None) -> None:
    before = StoredFile.objects.count()
    ask(twice())
    assert StoredFile.objects.count() == before


def test_what_is_no_signed_pdf_is_refused_in_words(believed: None) -> None:
    for content, words in ((b"", "没有选文件"), (b"\xff\xd8\xff\xe0photo", "这不是 PDF 文件")):
        page = Client().post("/verify/", upload(content) if content else {})
        assert page.status_code == 422
        assert words in page.content.decode()
        told = Client().post("/verify.json", upload(content) if content else {})
        assert (told.status_code, told.json()["error"]) == (422, "not_inspected")
    assert "文件里没有电子签名" in ask(own_pdf()).content.decode()
    assert "不能验证" in ask(b"%PDF-1.7\nnothing").content.decode()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(believed: None) -> None:
    huge = "30000000"
    page = Client().generic("POST", "/verify/", b"x", "application/pdf", CONTENT_LENGTH=huge)
    assert page.status_code == 413
    assert "一份文件最大 20 MB，所以没有收。" in page.content.decode()
    told = Client().generic("POST", "/verify.json", b"x", "application/pdf", CONTENT_LENGTH=huge)
    assert (told.status_code, told.json()["error"]) == (413, "too_big")


def test_too_many_questions_from_one_place_are_refused_and_others_are_not(believed: None) -> None:
    for _ in range(FILES):
        inspection_count("127.0.0.1", heavy=True)
    assert ask(once()).status_code == 429
    told = ask(once(), "/verify.json")
    assert (told.status_code, told.json()["error"]) == (429, "too_many")
    assert int(told["Retry-After"]) > 0
    assert Client().post("/verify/", upload(once()), REMOTE_ADDR="10.1.1.1").status_code == 200
    assert Inspection.objects.filter(source__contains="127.0").count() == 0


def test_codes_cannot_be_tried_without_end(world: World) -> None:
    for _ in range(CODES):
        inspection_count("127.0.0.1", heavy=False)
    assert Client().get(f"/verify/{'0' * 32}/").status_code == 429


@pytest.fixture
def signed(reg: Caller, world: World, enter: Enter) -> Browser:
    """One document signed by one person, whose browser it is."""
    reg.order(batch(world, [document(world, "D1", [slot(PERSONS["P13"])], pages=1)]))
    arrive(world)
    browser = enter("P13")
    browser.agree(Document.objects.get())
    prove(browser, world)
    work()
    return browser


def test_a_document_signed_here_is_verified_by_its_code_without_a_file(signed: Browser) -> None:
    kept = EvidenceRecord.objects.get()
    paper = signed.get(signed.url(kept.document)).content.decode()
    assert f"/verify/{kept.code}/" in paper
    assert "扫码验签" in paper
    page = Client().get(f"/verify/{kept.code}/").content.decode()
    assert "签名有效" in page
    assert "股东会决议" in page
    assert "卫甲" not in page
    assert "可信时间戳" in page
    told = Client().get("/verify.json", {"code": kept.code}).json()
    assert (told["ok"], told["source"], bool(told["time_stamp"])) == (True, "code", True)
    pasted = Client().get("/verify/", {"code": f"https://sign.example/verify/{kept.code.upper()}/"})
    assert pasted["Location"] == f"/verify/{kept.code}/"


def test_a_code_that_is_not_there_is_told_and_nothing_else(signed: Browser) -> None:
    for code in ("0" * 32, "x", "1"):
        page = Client().get(f"/verify/{code}/")
        assert page.status_code == 422
        assert "没有这个验签码" in page.content.decode()
    assert Client().get("/verify.json", {"code": "0" * 32}).status_code == 404
