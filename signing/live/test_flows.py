"""The same flows against the sandbox itself, a process of its own on a real socket: log-in, identity, face, certificate, seal.

What the small world of signing/testing.py assumes about the outside is held against the stand-in everybody else uses.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_django.live_server_helper import LiveServer

from foundation.crypto.index import person_index
from foundation.crypto.x509 import to_pem
from signing.ceremonies.models import Ceremony, SignatureRecord, TrustAnchor, Verification
from signing.ceremonies.trust import trust
from signing.live.testing import Person, log_in, page_of, settled
from signing.pdf.openssl_check import openssl_opinion
from signing.pdf.verify import verify_pdf
from signing.seals.models import SealOrder
from signing.tasks.models import Document, Subject
from signing.testing import COMPANY, PERSONS, Caller, World, arrive, batch, document, slot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


@pytest.mark.row("R154", part="单点登录")
@pytest.mark.row("R154", part="用户体系对接")
@pytest.mark.row("R154", part="带入用户信息并预填")
@pytest.mark.row("R145", part="随申办APP端人脸识别")
@pytest.mark.row("R151", part="手机、支付宝、银行卡验证")
@pytest.mark.row("R151", part="有效期提示")
@pytest.mark.row("R151", part="展示历史验证记录")
def test_a_person_logs_in_by_随申办_proves_himself_and_signs(world: World, live_server: LiveServer) -> None:
    reg = Caller("reg")
    reg.order(batch(world, [document(world, "D1", [slot(PERSONS["P13"])], pages=1)]))
    arrive(world)
    person = log_in(live_server, "P13")
    paper = Document.objects.get().readings.get()
    person.go(f"{live_server.url}/papers/{paper.public_id}/pages/1.jpg")
    person.go(f"{live_server.url}/papers/{paper.public_id}/")
    page = person.press("sign/", agree="1", look="printed")
    assert "请按需选择验证结果有效期，申办登记时间超过有效期的，需重新验证" in page
    assert "卫甲" in page
    assert "931X" in page
    person.press("identity/", days="40")
    assert "/verification/h5/" in person.url
    person.press(method="bank_card", outcome="self")
    ceremony = Ceremony.objects.get()
    assert person.url.startswith(f"{live_server.url}/ceremonies/{ceremony.no}/")
    person.press("face/")
    person.press(method="face", outcome="self")
    settled(lambda: SignatureRecord.objects.exists())
    believed = trust()
    report = verify_pdf(reg.get("/api/documents/D1/signed").content, believed.roots, believed.intermediates)
    assert report.ok
    assert report.signatures[0].issuer.startswith("企登挡板签发证书")
    assert TrustAnchor.objects.count() == 2
    methods = dict(Verification.objects.values_list("purpose", "method"))
    assert methods == {"identity": "bank_card", "face": "face"}
    history = person.go(f"{live_server.url}/me/")
    assert "实名核验" in history
    assert str(Verification.objects.get(purpose="face").serial_no) in history
    kept = Subject.objects.get(key=person_index("10", PERSONS["P13"]["id_number"]))
    assert kept.mobile, "随申办 brought the mobile along"


MINI_PROGRAM = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
    "MicroMessenger/8.0.50 NetType/WIFI Language/zh_CN miniProgram/wx0000000000000000"
)
"""What the web-view of a mini-program says it is."""


@pytest.mark.row("R145", part="随申办小程序端人脸识别")
def test_in_the_web_view_of_a_mini_program_one_comes_by_ticket_and_proves_himself_in_the_same_window(
    world: World, live_server: LiveServer
) -> None:
    """There is one window and no log-in of its own: the mini-program hands in who is before it, the face page is gone to
    and come back from like any other."""
    reg = Caller("reg")
    reg.order(batch(world, [document(world, "D1", [slot(PERSONS["P13"])], pages=1)]))
    arrive(world)
    door = reg.post("/api/tickets", {"person": PERSONS["P13"], "batch": "B1"}).json()["url"]
    person = Person(MINI_PROGRAM)
    person.go(live_server.url + urlsplit(door).path)
    assert "卫甲" in person.go(f"{live_server.url}/me/")
    paper = Document.objects.get().readings.get()
    person.go(f"{live_server.url}/papers/{paper.public_id}/pages/1.jpg")
    person.go(f"{live_server.url}/papers/{paper.public_id}/")
    person.press("sign/", agree="1", look="printed")
    person.press("identity/", days="20")
    person.press(method="mobile", outcome="self")
    ceremony = Ceremony.objects.get()
    assert person.url.startswith(f"{live_server.url}/ceremonies/{ceremony.no}/")
    person.press("face/")
    assert "/verification/h5/" in person.url
    person.press(method="face", outcome="self")
    assert person.url.startswith(f"{live_server.url}/ceremonies/{ceremony.no}/")
    settled(lambda: SignatureRecord.objects.exists())
    assert Verification.objects.get(purpose="face").state == "passed"
    assert len(person.seen) > 6
    for page in person.seen:
        assert "target=" not in page, "a web-view opens no second window"
        assert "随申办登录" not in page


@pytest.mark.row("R145", part="对接多源认证H5人脸识别")
def test_somebody_else_before_the_camera_signs_nothing(world: World, live_server: LiveServer) -> None:
    reg = Caller("reg")
    reg.order(batch(world, [document(world, "D1", [slot(PERSONS["P13"])], pages=1)]))
    arrive(world)
    person = log_in(live_server, "P13")
    paper = Document.objects.get().readings.get()
    person.go(f"{live_server.url}/papers/{paper.public_id}/text/")
    person.go(f"{live_server.url}/papers/{paper.public_id}/")
    person.press("sign/", agree="1", look="printed")
    person.press("identity/", days="20")
    page = person.press(method="mobile", outcome="other")
    assert "没有通过" in page
    assert not Verification.objects.filter(state="passed").exists()


@pytest.mark.row("R139", part="获取业务唯一标识")
@pytest.mark.row("R139", part="拉起电子营业执照")
@pytest.mark.row("R139", part="签名值回调")
@pytest.mark.row("R139", part="推送签名状态和文件")
@pytest.mark.row("R139", part="生成签名原文")
@pytest.mark.row("R139", part="合章")
@pytest.mark.row("R139", part="验章")
@pytest.mark.parametrize(("role", "hand"), [("legal_representative", "张示例"), ("handler", "赵演示")])
def test_an_enterprise_scans_in_and_seals(
    world: World, live_server: LiveServer, sandbox: str, role: str, hand: str
) -> None:
    reg = Caller("reg")
    seal = slot(COMPANY, kind="seal", x=320, width=110, height=110)
    reg.order(batch(world, [document(world, "D1", [seal], pages=1), document(world, "D2", [seal], pages=1)]))
    arrive(world)
    person = Person()
    person.go(f"{live_server.url}/login/elicence/?next=/")
    person.press(uscc=COMPANY["uscc"], role=role)
    assert person.url == f"{live_server.url}/"
    for paper in Document.objects.order_by("seq"):
        reading: Any = paper.readings.get()
        person.go(f"{live_server.url}/papers/{reading.public_id}/pages/1.jpg")
        person.go(f"{live_server.url}/papers/{reading.public_id}/")
        person.press("sign/", agree="1")
    assert "/elicence/seal/" in person.url
    person.press(decision="seal", role=role)
    assert "2 份都盖好了" in person.page.text if person.page else False
    assert "企登挡板制章系统（虚构）" in person.page.text if person.page else False
    settled(lambda: not SealOrder.objects.exclude(state="settled").exists())
    assert SignatureRecord.objects.filter(counted=True).count() == 2
    assert SealOrder.objects.get().holder == hand
    state = reg.state()
    assert state["state"] == "signed"
    believed, signed = trust(), reg.get("/api/documents/D2/signed").content
    report = verify_pdf(signed, believed.roots, believed.intermediates)
    assert report.ok, report.sentences
    (used,) = [each.seal for each in report.signatures]
    assert used is not None
    assert (used.name, used.maker) == (COMPANY["name"], "企登挡板制章系统（虚构）")
    assert used.es_id in page_of(f"{sandbox}/seals/")
    root, sub = (to_pem(each[0]) for each in (believed.roots, believed.intermediates))
    opinion = openssl_opinion(signed, root, [sub])
    assert opinion.ok, [str(step) for step in opinion.steps if not step.ok]
    assert "document_signed" in {call["event"] for call in world.callbacks}


@pytest.mark.row("R139", part="获取业务唯一标识")
@pytest.mark.row("R139", part="拉起电子营业执照")
@pytest.mark.row("R139", part="签名值回调")
@pytest.mark.row("R139", part="推送签名状态和文件")
def test_a_business_system_brings_up_the_licence_and_nobody_logs_in(
    world: World, live_server: LiveServer, sandbox: str
) -> None:
    reg = Caller("reg")
    seal = slot(COMPANY, kind="seal", x=320, width=110, height=110)
    reg.order(batch(world, [document(world, f"D{n}", [seal], pages=1) for n in (1, 2)]))
    arrive(world)
    asked = {"uscc": COMPANY["uscc"], "documents": [{"ref": "D1"}, {"ref": "D2"}]}
    made = reg.post("/api/seal-orders", asked, key="s1").json()
    assert reg.post("/api/seal-orders", asked, key="s1").json() == made
    assert made["url"].startswith(f"{sandbox}/elicence/seal/")
    holder = Person()
    shown = holder.go(made["url"])
    assert "企登：2 份文书" in shown
    assert shown.count("股东会决议") == 2
    assert "由" in holder.press(decision="seal", role="legal_representative")
    settled(lambda: not SealOrder.objects.exclude(state="settled").exists())
    told = reg.get(f"/api/seal-orders/{made['seal_order']}").json()
    assert told["order_no"] == made["order_no"]
    assert told["holder"]
    assert told["confirmed_at"]
    assert [one["state"] for one in told["documents"]] == ["sealed", "sealed"]
    believed, signed = trust(), reg.get("/api/documents/D2/signed").content
    report = verify_pdf(signed, believed.roots, believed.intermediates)
    assert report.ok, report.sentences
    assert {"seal_moved", "document_signed"} <= {call["event"] for call in world.callbacks}
