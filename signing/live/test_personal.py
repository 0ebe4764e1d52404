"""个人批量签署服务, sentence by sentence: from a client's order over the QR picture to the client's own query. R138."""

from __future__ import annotations

import hashlib
import html
import io
import re
from typing import Any

import pikepdf
import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from foundation.crypto.x509 import parse
from foundation.pdf.testing import saved
from signing.ceremonies.models import Ceremony, SignatureRecord, Verification
from signing.ceremonies.trust import trust
from signing.guard.models import Reason, RefusedAttempt
from signing.live.testing import Person, Wire, log_in, settled
from signing.pdf.verify import verify_pdf
from signing.tasks.models import Document
from signing.testing import PERSONS, World, batch, document, slot, work
from signing.watching.selectors import live

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
COMPUTER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
SM2_WITH_SM3 = "1.2.156.10197.1.501"
ABROAD = {
    "P17": {"name": "陈港例", "id_type": "55", "id_number": "H00000000", "mobile": "19900000017"},
    "P18": {"name": "林台例", "id_type": "57", "id_number": "00000000", "mobile": "19900000018"},
    "P16": {"name": "DEMO SMITH ALEX", "id_type": "40", "id_number": "XD1234567", "mobile": "19900000016"},
}


def ordered(world: World, wire: Wire, *signers: dict[str, str], papers: int = 2) -> list[Document]:
    """The client orders, its files are pulled and examined."""
    slots = [slot(signer, x=60 + 160 * place) for place, signer in enumerate(signers)]
    body = batch(world, [document(world, f"D{n}", slots, pages=1) for n in range(papers)])
    assert wire.ask("POST", "/api/batches", body, key="k1").status_code == 201
    settled(lambda: not Document.objects.filter(state="fetching").exists())
    return list(Document.objects.order_by("seq"))


def reads_and_signs(person: Person, here: LiveServer, papers: list[Document], name: str) -> Ceremony:
    """Every paper read and agreed to; the ceremony that began."""
    for paper in papers:
        reading: Any = next(one for one in paper.readings.all() if one.subject.name == name)
        person.go(f"{here.url}/papers/{reading.public_id}/pages/1.jpg")
        person.go(f"{here.url}/papers/{reading.public_id}/")
        person.press("sign/", agree="1", look="printed")
    return Ceremony.objects.latest("pk")


def picture(person: Person) -> tuple[str, str]:
    """Where the open page polls, and what its QR picture says."""
    assert person.page is not None
    text = person.page.text
    asked = re.search(r'hx-get="(/checks/[^"?]+/)\?', text)
    said = re.search(r'<q-copy text="([^"]+)"', text)
    assert asked, text[:2000]
    assert said
    assert "等待扫码" in text
    return asked[1], html.unescape(said[1])


def scans(person: Person, here: LiveServer, polled: str, address: str) -> Person:
    """Another phone, logged in nowhere, scans; the waiting page hears of it."""
    phone = Person(PHONE)
    assert "本人刷脸" in phone.go(address)
    settled(lambda: person.poll(f"{here.url}{polled}?seen=waiting").status_code == 200)
    assert "已扫码，请在手机上刷脸" in person.poll(f"{here.url}{polled}?seen=waiting").text
    return phone


@pytest.mark.row("R138", part="标准PDF判断")
def test_before_anything_is_ordered_and_when_it_is_a_file_that_is_no_standard_pdf_is_told_with_its_reason(
    world: World, live_server: LiveServer
) -> None:
    wire = Wire(live_server.url)
    good = document(world, "D1", [slot(PERSONS["P13"])])
    with pikepdf.open(io.BytesIO(world.files["files/D1"])) as opened:
        locked = saved(opened, pikepdf.Encryption(owner="o", user="u"))
    asked = {name: wire.ask("POST", "/api/pdf/check", raw=content).json() for name, content in
             (("good", world.files["files/D1"]), ("locked", locked), ("word", b"PK\x03\x04" + bytes(400)))}  # fmt: skip
    assert asked["good"]["admitted"] is True
    assert "密码" in asked["locked"]["message"] + asked["locked"]["fix"]
    assert [asked[name]["admitted"] for name in ("locked", "word")] == [False, False]

    bad = {**good, "ref": "D2", "sha256": hashlib.sha256(locked).hexdigest()}
    bad["download_url"] = good["download_url"].replace("D1", "D2")
    world.files["files/D2"] = locked
    assert wire.ask("POST", "/api/batches", batch(world, [bad]), key="k1").status_code == 201
    settled(lambda: not Document.objects.filter(state="fetching").exists())
    told = wire.ask("GET", "/api/batches/B1").json()
    assert (told["state"], told["documents"][0]["state"]) == ("stopped", "rejected")
    assert told["documents"][0]["problem_code"] == asked["locked"]["code"]
    assert told["documents"][0]["problem"] == asked["locked"]["message"] + asked["locked"]["fix"]


@pytest.mark.row("R138", part="标准PDF判断")
@pytest.mark.row("R138", part="校验三选一认证结果")
@pytest.mark.row("R138", part="二维码页面")
@pytest.mark.row("R138", part="轮询人脸认证结果")
@pytest.mark.row("R138", part="发放SM2事件证书")
@pytest.mark.row("R138", part="签署结果入库")
@pytest.mark.row("R138", part="查询签署结果接口")
@pytest.mark.row("R145", part="对接多源认证H5人脸识别")
@pytest.mark.row("R148", part="签名业务流水号贯穿签名流程")
@pytest.mark.row("R148", part="绑定实名认证记录")
@pytest.mark.row("R141", part="流水号绑定")
def test_from_an_order_over_the_picture_to_the_clients_query(world: World, live_server: LiveServer) -> None:
    wire = Wire(live_server.url)
    papers = ordered(world, wire, PERSONS["P13"])
    assert wire.ask("GET", "/api/batches/B1").json()["state"] == "open", "standard PDFs that can be signed"
    person = log_in(live_server, "P13", COMPUTER)
    ceremony = reads_and_signs(person, live_server, papers, "卫甲")
    here = f"{live_server.url}/ceremonies/{ceremony.no}/"
    assert person.url == here

    # 首先校验三选一的认证结果: without one there is no picture and no face
    person.press("face/", where="phone")
    assert person.url == here
    assert not Verification.objects.exists()
    person.press("identity/", days="20")
    person.press(method="alipay", outcome="self")
    assert person.url.startswith(here)

    # 认证通过后生成二维码页面; the face is shown on another phone and asked for
    person.press("face/", where="phone")
    polled, address = picture(person)
    assert person.poll(f"{live_server.url}{polled}?seen=waiting").status_code == 204
    phone = scans(person, live_server, polled, address)
    ceremony.refresh_from_db()
    assert (ceremony.state, ceremony.certificate) == ("verifying", None)
    left = phone.press(outcome="self")
    assert "可以关闭这一页" in left
    for private in ("卫甲", "931X", ceremony.no, papers[0].title, papers[0].batch.matter.number):
        assert private not in left
    settled(lambda: "HX-Redirect" in person.poll(f"{live_server.url}{polled}?seen=scanned").headers)

    # 发放 SM2 事件证书, 完成签署, 将结果记录到数据库中
    settled(lambda: SignatureRecord.objects.count() == len(papers))
    ceremony.refresh_from_db()
    face = Verification.objects.get(purpose="face")
    certificate = parse(bytes(ceremony.certificate or b""))
    assert certificate.subject.common_name == "卫甲"
    assert certificate.signature_algorithm == SM2_WITH_SM3
    assert certificate.issuer.common_name.startswith("企登挡板签发证书")
    assert (ceremony.state, ceremony.private_key) == ("done", None)
    assert face.bound == sorted(row.sign_no for row in SignatureRecord.objects.all())
    for row in SignatureRecord.objects.all():
        assert (row.verification_no, row.business_no) == (face.serial_no, papers[0].batch.matter.number)
        assert row.certificate_serial == f"{certificate.serial:x}"

    # 业务系统调用查询签署结果接口主动获取
    told = wire.ask("GET", "/api/batches/B1").json()
    assert told["state"] == "signed"
    assert {task["state"] for one in told["documents"] for task in one["tasks"]} == {"signed"}
    believed = trust()
    for paper, row in zip(papers, SignatureRecord.objects.order_by("pk"), strict=True):
        (signature,) = wire.ask("GET", f"/api/documents/{paper.ref}/signatures").json()["signatures"]
        assert (signature["sign_no"], signature["verification_no"]) == (row.sign_no, face.serial_no)
        content = wire.ask("GET", f"/api/documents/{paper.ref}/signed").content
        assert verify_pdf(content, believed.roots, believed.intermediates).ok
    assert wire.ask("GET", "/api/batches/B9").status_code == 404
    assert Client().get("/api/batches/B1").status_code == 401


@pytest.mark.row("R145", part="对接多源认证H5人脸识别")
@pytest.mark.row("R148", part="阻止跳过实名认证")
def test_somebody_else_who_scans_signs_nothing_and_a_new_picture_puts_him_out(
    world: World, live_server: LiveServer
) -> None:
    papers = ordered(world, Wire(live_server.url), PERSONS["P13"], papers=1)
    person = log_in(live_server, "P13", COMPUTER)
    ceremony = reads_and_signs(person, live_server, papers, "卫甲")
    person.press("identity/", days="20")
    person.press(method="mobile", outcome="self")
    person.press("face/", where="phone")
    polled, address = picture(person)
    thief = scans(person, live_server, polled, address)
    person.go(f"{live_server.url}/ceremonies/{ceremony.no}/")
    person.press("face/", where="phone")
    _, fresh = picture(person)
    assert fresh != address
    assert "这个码已经失效" in thief.go(address)
    other = scans(person, live_server, polled, fresh)
    assert "刷脸没有通过" in other.press(outcome="other")
    settled(lambda: "HX-Redirect" in person.poll(f"{live_server.url}{polled}?seen=scanned").headers)
    assert "不是同一个人" in person.go(f"{live_server.url}/ceremonies/{ceremony.no}/")
    assert not SignatureRecord.objects.exists()
    person.press("face/", where="phone")
    polled, address = picture(person)
    scans(person, live_server, polled, address).press(outcome="self")
    settled(lambda: SignatureRecord.objects.exists())


@pytest.mark.row("R138", part="校验三选一认证结果")
@pytest.mark.row("R140", part="签署主体业务占比")
@pytest.mark.parametrize("code", ["P17", "P18"])
def test_holders_of_other_documents_prove_themselves_and_sign_and_are_counted_apart(
    world: World, live_server: LiveServer, code: str
) -> None:
    who, wire = ABROAD[code], Wire(live_server.url)
    papers = ordered(world, wire, PERSONS["P13"], who, papers=1)
    person = log_in(live_server, code, PHONE)
    assert "不能刷脸" not in person.go(f"{live_server.url}/")
    reads_and_signs(person, live_server, papers, who["name"])
    person.press("identity/", days="60")
    person.press(method="bank_card", outcome="self")
    person.press("face/", where="phone")
    polled, address = picture(person)
    scans(person, live_server, polled, address).press(outcome="self")
    settled(lambda: SignatureRecord.objects.exists())
    row = SignatureRecord.objects.get()
    assert parse(bytes(row.certificate)).subject.common_name == who["name"]
    (signature,) = wire.ask("GET", "/api/documents/D0/signatures").json()["signatures"]
    assert signature["sign_no"] == row.sign_no
    assert not RefusedAttempt.objects.filter(reason=Reason.OTHER_FACE).exists(), "his masked number is his own"
    shares = live().today.shares["signer"]
    assert [(one.code, one.counts.signed) for one in shares if one.counts.begun] == [("abroad", 1)]


@pytest.mark.row("R138", part="轮询人脸认证结果")
def test_a_passport_has_no_picture_to_compare_and_its_holder_is_told_where_to_go(
    world: World, live_server: LiveServer
) -> None:
    who = ABROAD["P16"]
    papers = ordered(world, Wire(live_server.url), who, papers=1)
    person = log_in(live_server, "P16", PHONE)
    before = "外国（地区）护照不能刷脸"
    assert before in person.go(f"{live_server.url}/"), "he learns it before he has read anything"
    assert before in person.go(f"{live_server.url}/cases/{papers[0].batch.public_id}/")
    ceremony = reads_and_signs(person, live_server, papers, who["name"])
    assert before in person.go(f"{live_server.url}/ceremonies/{ceremony.no}/")
    person.press("identity/", days="20")
    person.press(method="mobile", outcome="self")
    person.press("face/")
    page = person.press(method="face", outcome="self")
    assert "这种证件没有可以比对的照片" in page
    assert "改到登记机关窗口办理" in page
    work()
    assert Ceremony.objects.get(pk=ceremony.pk).state == "verifying"
    assert not SignatureRecord.objects.exists()
