"""The task API: its contract, the PDF check, the commands."""

from __future__ import annotations

import hashlib
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from foundation.audit.models import AuditEvent
from foundation.outside.signed import sign_request
from foundation.pdf import spoils
from foundation.pdf.testing import small_pdf
from signing.api.management.commands.openapi import contract
from signing.ceremonies.models import TrustAnchor
from signing.pdf.forgery import once
from signing.tasks.models import ClientSystem
from signing.testing import PERSONS, Caller, World, batch, document, slot


def test_the_contract_in_the_tree_is_the_one_that_is_served() -> None:
    kept = Path(__file__).with_name("openapi.json").read_text("utf-8")
    assert kept == contract(), "write it anew: qideng signing openapi > signing/api/openapi.json"


@pytest.mark.row("R147", part="PDF有效性校验")
@pytest.mark.row("R147", part="判断是否可以签署")
def test_a_pdf_is_checked_before_anything_is_ordered(reg: Caller) -> None:
    good = reg.post("/api/pdf/check", None, raw=small_pdf(3)).json()
    assert (good["admitted"], good["pages"]) == (True, 3)
    bad = reg.post("/api/pdf/check", None, raw=b"PK\x03\x04" + bytes(300)).json()
    assert not bad["admitted"]
    assert bad["message"]
    assert bad["fix"]


@pytest.mark.row("R147", part="判断是否可以签署")
def test_a_refused_pdf_that_can_be_put_right_is_offered_and_given_with_both_hashes(reg: Caller) -> None:
    bad = small_pdf(spoil=spoils.attachment)
    told = reg.post("/api/pdf/check", None, raw=bad).json()
    assert (told["admitted"], told["code"], told["mendable"]) == (False, "embedded_files", True)
    assert told["mending"] == [
        {"code": "attachments", "count": 1, "text": "去掉 1 个附件"},
        {"code": "rewritten", "count": 1, "text": "按标准格式重新写一遍文件"},
    ]
    given = reg.post("/api/pdf/mend", None, raw=bad)
    assert (given.status_code, given["Content-Type"]) == (200, "application/pdf")
    before, after = (hashlib.sha256(each).hexdigest() for each in (bad, given.content))
    assert (given["X-Original-SHA256"], given["X-Content-SHA256"]) == (before, after)
    assert given["X-Mending"] == "attachments=1, rewritten=1"
    kept = AuditEvent.objects.get(verb="pdf.mend")
    assert (kept.obj_ref, kept.details["result"]) == (before, after)
    assert reg.post("/api/pdf/check", None, raw=given.content).json()["admitted"]
    needless = reg.post("/api/pdf/mend", None, raw=given.content)
    assert (needless.status_code, needless.json()["error"]) == (409, "not_needed")


@pytest.mark.row("R147", part="判断是否可以签署")
def test_a_signed_pdf_is_never_mended_and_the_reason_is_told(reg: Caller) -> None:
    bad = b"junk" + once()
    told = reg.post("/api/pdf/check", None, raw=bad).json()
    assert not told["mendable"]
    assert "动过以后签名就作废了" in told["not_mended"]
    answer = reg.post("/api/pdf/mend", None, raw=bad)
    assert (answer.status_code, answer.json()["error"]) == (422, "signed")
    assert "开头夹着别的内容" in answer.json()["message"]
    assert not AuditEvent.objects.filter(verb="pdf.mend").exists()


def test_a_pdf_of_more_than_twenty_megabytes_is_refused_by_its_length(reg: Caller) -> None:
    answer = reg.post("/api/pdf/check", None, raw=b"%PDF-1.7\n" + bytes(20 * 1024 * 1024))
    assert answer.json()["code"] == "too_big"


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        ({"business": "weather"}, "business"),
        ({"ref": "../../etc"}, "ref"),
        ({"documents": []}, "documents"),
        ({"surplus": 1}, "surplus"),
        ({"title": "a\x00b"}, "title"),
    ],
)
def test_a_wrong_order_is_refused_with_the_place_of_the_fault(
    reg: Caller, world: World, spoil: dict[str, object], where: str
) -> None:
    answer = reg.order({**batch(world, [document(world, "D1", [slot(PERSONS["P13"])])]), **spoil})
    assert answer.status_code == 422
    assert where in answer.json()["message"]
    assert "310106" not in answer.content.decode(), "values are not repeated"


def test_a_person_signer_needs_an_identity_document(reg: Caller, world: World) -> None:
    nobody = {"name": "无名", "id_type": "", "id_number": ""}
    assert reg.order(batch(world, [document(world, "D1", [slot(nobody)])])).status_code == 422


def test_a_changed_or_repeated_call_is_refused(reg: Caller, world: World) -> None:
    body = json.dumps({"batch": "B1"}).encode()
    headers = sign_request("reg", "POST", "/api/remind", body)
    sent = Client().post("/api/remind", body, content_type="application/json", headers=headers)
    assert sent.status_code == 404
    again = Client().post("/api/remind", body, content_type="application/json", headers=headers)
    assert again.status_code == 401
    fresh = sign_request("reg", "POST", "/api/remind", body)
    changed = Client().post("/api/remind", body + b" ", content_type="application/json", headers=fresh)
    assert changed.status_code == 401


@pytest.mark.row("R147", part="判断是否为标准PDF")
def test_the_command_names_each_file_and_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.pdf").write_bytes(small_pdf())
    (tmp_path / "bad.pdf").write_bytes(b"MZ" + bytes(100))
    with pytest.raises(SystemExit) as left:
        call_command("pdf_admit", str(tmp_path / "good.pdf"), str(tmp_path / "bad.pdf"))
    assert left.value.code == 1
    good, bad = capsys.readouterr().out.splitlines()
    assert good == f"{tmp_path}/good.pdf admit"
    assert bad.startswith(f"{tmp_path}/bad.pdf reject: ")


@pytest.mark.row("R147", part="PDF有效性校验")
def test_the_command_mends_into_a_folder_on_demand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(small_pdf(spoil=spoils.open_script))
    (tmp_path / "out").mkdir()
    call_command("pdf_admit", str(bad), "--mend", str(tmp_path / "out"))
    refused, mended = capsys.readouterr().out.splitlines()
    assert refused.startswith(f"{bad} reject: 这份 PDF 里有脚本程序")
    assert mended.startswith(f"{bad} mended: {tmp_path}/out/bad.pdf 去掉 1 段脚本程序；")
    with pytest.raises(CommandError, match="没有目录") as wrong:
        call_command("pdf_admit", str(bad), "--mend", str(tmp_path / "nowhere"))
    assert wrong.value.returncode == 2


def test_the_operator_enters_clients_and_roots(world: World, tmp_path: Path) -> None:
    out = StringIO()
    call_command("client_add", "other", "别的系统", "https://other.example/", stdout=out)
    call_command("client_add", "other", "别的系统", "https://other.example/", "--stop", stdout=out)
    other = ClientSystem.objects.get(name="other")
    assert (other.active, other.vouches) == (False, False)
    call_command("client_add", "other", "别的系统", "https://other.example/", "--vouches", stdout=out)
    assert ClientSystem.objects.get(name="other").vouches
    assert out.getvalue().splitlines()[-1].endswith("可用，票据等同本人登录")
    call_command("client_add", "other", "别的系统", "https://other.example/", stdout=out)
    assert not ClientSystem.objects.get(name="other").vouches, "only while the operator says so"
    path = tmp_path / "root.pem"
    path.write_text(world.authority.root.certificate.pem)
    call_command("trust_add", str(path), stdout=out)
    assert TrustAnchor.objects.get().is_root
    with pytest.raises(CommandError):
        call_command("trust_add", str(tmp_path / "nothing.pem"))
