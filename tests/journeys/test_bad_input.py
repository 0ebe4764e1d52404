"""Bad input, on the real system: who or what the law stops, what is no paper, and how each is told to mend it."""

from __future__ import annotations

import re
import socket
import urllib.request
from urllib.parse import urlsplit

import pikepdf
import pytest
from playwright.sync_api import FilePayload, expect

from foundation.pdf.testing import small_pdf
from tests.journeys.faults import form_of, taps_twice
from tests.journeys.filling import filled, types_liaison
from tests.journeys.looks import Looks
from tests.journeys.people import People, Signer
from tests.journeys.stories import company, person
from tests.journeys.system import PATIENCE, System

pytestmark = pytest.mark.journey
GB = 1024**3
HOUSE = {"town": "310112101", "road": "七莘路", "lane": "9872", "number": "4", "room": "802", "kind": "self_owned"}


@pytest.fixture
def applicant(passers: People) -> Signer:
    """法定代表人 of C04."""
    return passers.citizen("P05")


@pytest.mark.row("R020", part="身份证图片与填报一致性检查")
@pytest.mark.row("R020", part="OCR图像识别")
def test_a_photograph_that_differs_from_what_was_typed_is_told_with_both(
    applicant: Signer, system: System, looks: Looks
) -> None:
    case = applicant.opens_change(company("C04"), "liaison")
    applicant.room(case, "liaison")
    with urllib.request.urlopen(f"{system.sandbox}/people/P07/photo-crooked.jpg", timeout=PATIENCE) as answer:
        card: FilePayload = {"name": "card.jpg", "mimeType": "image/jpeg", "buffer": answer.read()}
    applicant.page.locator("#card input[name=front]").set_input_files(card)
    applicant.presses("上传识别")
    applicant.sees("身份证已识别")
    seen, typed = person("P07"), person("P08")
    expect(applicant.page.locator("[name=name]")).to_have_value(seen.name)
    types_liaison(applicant, typed.code)
    applicant.saves()
    applicant.sees(
        f"姓名和照片上的证件不一致：填的是“{typed.name}”，证件上是“{seen.name}”。", "证件号码和照片上的证件不一致"
    )
    looks.see(applicant.page, "photo-differs")
    assert case.state == "draft"


@pytest.mark.row("R035", part="生成失败可再次生成")
def test_a_name_that_no_font_has_is_refused_by_name_and_a_rare_one_is_set(applicant: Signer, looks: Looks) -> None:
    case = filled(applicant, company("C04"), "P22")
    applicant.goes_to(f"{case.url}/papers")
    applicant.sees_not("正在生成")
    applicant.sees("𱍐", "再试一次")
    looks.see(applicant.page, "no-glyph")
    again = taps_twice(applicant, "再试一次")
    assert {answer.status_code for answer in again} == {302}
    applicant.room(case, "liaison")
    types_liaison(applicant, "P21")
    applicant.saves()
    applicant.checks(case)
    applicant.papers(case)
    applicant.sees("李𬎆赟")
    applicant.sees_not("没有生成")


BARRED = {"P19": "失信被执行人", "P20": "吊销", "P61": "虚假", "P62": "不可靠实体"}


@pytest.mark.row("R016", part="人员监控拦截和提示")
@pytest.mark.row("R016", part="失信被执行情况拦截和提示")
def test_a_restricted_person_does_not_become_legal_representative(applicant: Signer, looks: Looks) -> None:
    case = applicant.opens_change(company("C04"), "legal_representative")
    for who, words in BARRED.items():
        barred = person(who)
        applicant.room(case, "legal_representative")
        page = form_of(applicant, "保存，").but(name=barred.name, id_number=barred.id_number, mobile=barred.mobile)
        assert page.send().status_code in {302, 422}
        applicant.checks(case)
        stop = applicant.page.locator("article.q-find.block", has_text=words).first
        expect(stop).to_contain_text(barred.name)
        expect(stop).to_contain_text(re.compile("《.+》"))
    looks.see(applicant.page, "restricted")
    applicant.goes_to(f"{case.url}/papers")
    expect(applicant.page.get_by_role("button", name=re.compile(r"^请 \d+ 人签名"))).to_have_count(0)


@pytest.mark.row("R025", part="CC02")
def test_a_company_whose_licence_was_revoked_is_stopped_with_what_to_do(passers: People, looks: Looks) -> None:
    leader, revoked = passers.citizen("P12"), company("C26")
    leader.goes_to(f"{leader.system.reg}/companies/{revoked.uscc}/change")
    leader.sees("吊销", "登记机关")
    looks.see(leader.page, "revoked")
    expect(leader.button("开始填写")).to_have_count(0)


@pytest.mark.row("R025", part="CC02")
def test_a_company_under_suspension_goes_on_with_a_notice(passers: People, looks: Looks) -> None:
    leader = passers.citizen("P68")
    case = filled(leader, company("C32"), "P33")
    leader.sees("歇业")
    leader.sees_not("去改：")
    looks.see(leader.page, "suspension")
    assert len(leader.papers(case)) == 4


@pytest.mark.row("R025", part="CC04")
def test_a_company_nobody_can_reach_adds_its_domicile_or_confirms(passers: People, looks: Looks) -> None:
    leader = passers.citizen("P69")
    case = filled(leader, company("C33"), "P33")
    leader.sees("通过登记的住所无法联系", "住所")
    looks.see(leader.page, "unreachable")
    leader.goes_to(f"{case.url}/papers")
    leader.sees("还有没通过核对的地方")

    leader.goes_to(f"{case.url}/check")
    taps_twice(leader, "我确认")
    assert case.ask("case.confirmations.count()") == 1
    leader.goes_to(f"{case.url}/check")
    leader.sees("已确认")
    assert len(leader.papers(case)) == 4

    other = filled(leader, company("C33"), "P47")
    leader.goes_to(f"{other.url}/choose")
    leader.ticks("#item-domicile")
    leader.presses("按这些事项办")
    assert other.ask("'domicile' in case.items")
    leader.goes_to(f"{other.url}/check")
    leader.sees_not("通过登记的住所无法联系")


@pytest.mark.row("R035", part="证明材料上传")
def test_what_is_no_paper_stays_out_with_a_sentence_and_a_good_one_comes_in_once(
    applicant: Signer, looks: Looks
) -> None:
    case = applicant.opens_change(company("C04"), "domicile")
    applicant.room(case, "domicile")
    assert form_of(applicant, "保存，").but(**HOUSE).send().status_code == 302
    applicant.checks(case)
    applicant.goes_to(f"{case.url}/uploads/address_proof")
    uploads(
        applicant,
        租赁合同=b"MZ" + bytes(2000),
        加密=small_pdf(encryption=pikepdf.Encryption(owner="o", user="u")),
        脚本=small_pdf(spoil=opens_with_script),
        产权证=small_pdf(2),
        产权证again=small_pdf(2),
    )
    applicant.sees(
        "这是电脑程序，不是材料，已经拒收。",
        "这份 PDF 加了密码，打不开。",
        "这份 PDF 里有脚本程序",
        "是同一个，没有再收",
    )
    applicant.sees("合好了，看合成的一份")  # nothing that was refused vanishes before it was read
    looks.see(applicant.page, "no-paper")
    applicant.presses("合好了")
    applicant.sees("已合成 2 页")
    assert case.ask("[[part.name, part.pages] for u in case.uploads.all() for part in u.parts.all()]") == [
        ["产权证.pdf", 2]
    ]


def uploads(applicant: Signer, **files: bytes) -> None:
    """Choose files on the phone; each is called .pdf, whatever it is."""
    chosen: list[FilePayload] = [
        {"name": f"{name.removesuffix('again')}.pdf", "mimeType": "application/pdf", "buffer": content}
        for name, content in files.items()
    ]
    applicant.page.locator("input[type=file]").first.set_input_files(chosen)


def opens_with_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


@pytest.mark.parametrize("how", ["length", "stream"])
@pytest.mark.parametrize(("project", "path"), [("reg", "/login/sso"), ("signing", "/login/sso/")])
def test_two_gigabytes_are_refused_before_they_were_read(system: System, project: str, path: str, how: str) -> None:
    sent, answer = floods(getattr(system, project), path, announced=how == "length")
    assert sent < GB // 16, "answered long before the end"
    refusals = {413} if how == "length" else {403, 413}
    assert int(answer.split()[1]) in refusals, answer[:200]


def floods(base: str, path: str, *, announced: bool) -> tuple[int, bytes]:
    """Send two gigabytes to an application, with their length or as an endless stream; what was sent, and its answer."""
    split = urlsplit(base)
    length = f"Content-Length: {2 * GB}" if announced else "Transfer-Encoding: chunked"
    token = "a" * 32
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {split.netloc}\r\n{length}\r\n"
        f"Cookie: reg_csrf={token}; signing_csrf={token}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    )
    begin = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n'
    piece = bytes(64 * 1024)
    sent = 0
    with socket.create_connection((str(split.hostname), split.port or 80), timeout=PATIENCE) as line:
        line.sendall(head.encode() + (begin if announced else chunk(begin)))
        line.setblocking(False)
        while sent < 2 * GB:
            try:
                if answer := line.recv(65536):
                    return sent, answer
            except BlockingIOError:
                pass
            sent += pushed(line, piece if announced else chunk(piece))
    return sent, b""


def chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


def pushed(line: socket.socket, content: bytes) -> int:
    """Send a whole piece, waiting for room; zero when the other side has stopped reading."""
    line.settimeout(5)
    try:
        line.sendall(content)
    except OSError:
        return 0
    finally:
        line.setblocking(False)
    return len(content)
