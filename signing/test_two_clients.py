"""Any business system may order signatures: two of them, one ceremony, and each learns only about its own. R131–R138, R142, R150."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.test import Client

from foundation import clock
from foundation.config import config
from foundation.outside.signed import sign_request
from foundation.pdf.testing import small_pdf
from signing.api.extra import EVENTS
from signing.ceremonies import running
from signing.ceremonies.applying import items_sign
from signing.ceremonies.models import Ceremony, SignatureRecord
from signing.ceremonies.trust import trust
from signing.evidence.models import EvidenceRecord
from signing.guard.models import Reason
from signing.pdf.verify import verify_pdf
from signing.seals.services import seal_settle
from signing.tasks.models import Document, Matter, Reading, Task
from signing.tasks.numbering import attempts_number
from signing.testing import (
    COMPANY,
    PERSONS,
    Browser,
    Caller,
    World,
    arrive,
    batch,
    come_back,
    document,
    drawn,
    prove,
    slot,
    work,
)
from signing_client import (
    Authorisation,
    Batch,
    Business,
    Conflict,
    Entity,
    Missing,
    Person,
    Refused,
    SealDocument,
    SealOrder,
    SigningClient,
    Slot,
)
from signing_client import Document as Paper
from signing_client.testing import Said
from signing_client.transport import Call

Enter = Callable[..., Browser]
P01 = Person(**PERSONS["P01"])
P13 = Person(**PERSONS["P13"])
FIRM = Entity(**COMPANY)


class InProcess:
    """A transport into this process, signed as a service of the demo."""

    def send(self, call: Call) -> Said:
        headers = {**call.headers, **sign_request("chain_office", call.method, call.path, call.body)}
        kind = call.headers.get("Content-Type", "application/octet-stream")
        got = Client().generic(call.method, call.path, call.body, content_type=kind, headers=headers)
        return Said(got.status_code, got.content, {name.lower(): value for name, value in got.items()})


@pytest.fixture
def office(world: World) -> SigningClient:
    """连锁总部业务系统, which has only the client library."""
    return SigningClient(InProcess())


def papers(world: World, prefix: str, count: int) -> list[Paper]:
    """Documents of one case for 卫甲, their files waiting at the second client."""
    made = []
    for number in range(1, count + 1):
        ref, content = f"{prefix}-{number}", small_pdf(1)
        world.files[f"files/{ref}"] = content
        places = [Slot(name="s60", page=0, x=60, y=100, width=150, height=60, role="负责人", signer=P13)]
        where = f"{world.base}/office/files/{ref}"
        made.append(Paper.of(content, ref=ref, title=f"分公司文书{number}", download_url=where, slots=places))
    return made


def chain_order(world: World, ref: str, count: int, **changes: Any) -> Batch:
    """One case of the second client."""
    return Batch(
        ref=ref,
        business=Business.CHAIN,
        case_no=f"LS-{ref}",
        title="分公司设立文书",
        company=FIRM,
        callback_url=f"{world.base}/office/callbacks/signing",
        documents=papers(world, ref, count),
        **changes,
    )


def both_order(reg: Caller, office: SigningClient, world: World) -> None:
    """Two documents of reg's, twelve of three cases of the second client's, all for 卫甲."""
    own = [document(world, f"D{n}", [slot(PERSONS["P13"])], pages=1, title=f"变更文书{n}") for n in (1, 2)]
    assert reg.order(batch(world, own)).status_code == 201
    for number in (1, 2, 3):
        assert office.batch_create(chain_order(world, f"Q{number}", 4)).state == "preparing"
    arrive(world)


@pytest.mark.row("R133", part="选中多份不同申请的文件")
@pytest.mark.row("R133", part="形成待签名队列并缓存")
@pytest.mark.row("R134", part="一次签名缓存用于多份文件")
@pytest.mark.row("R136", part="签名进度展示")
@pytest.mark.row("R137", part="提示可关闭页面后续查看")
@pytest.mark.row("R137", part="没有待签即成功")
@pytest.mark.row("R138", part="查询签署结果接口")
def test_papers_of_two_clients_are_signed_in_one_ceremony(
    reg: Caller, office: SigningClient, enter: Enter, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_order(reg, office, world)
    browser, all_papers = enter("P13"), list(Document.objects.order_by("pk"))
    assert len(all_papers) == 14
    page = browser.get("/many/").content.decode()
    assert page.count('type="checkbox"') == 14
    assert all(word in page for word in ("变更文书1", "分公司文书4", ">大型连锁<", ">变更<"))
    left = all_papers[-1]
    browser.post("/many/", {"paper": [browser.url(one).split("/")[2] for one in all_papers[:-1]]})
    assert Reading.objects.exclude(chosen_at=None).count() == 13
    for other_phone in (browser, enter("P13")):  # the queue is kept, not the page
        assert "您选了 13 份一起签" in other_phone.get(browser.url(all_papers[0])).content.decode()
    for one in all_papers[:12]:
        browser.agree(one)
    browser.agree(all_papers[12], look="", ink=drawn())
    ceremony = prove(browser, world)
    page = browser.get(f"/ceremonies/{ceremony.no}/").content.decode()
    assert "可以关闭页面，稍后查看" in page
    assert "没有待签名文件即表示签名成功" in page
    seen = progress(monkeypatch, browser, ceremony)
    work()
    assert seen == [(n, 13) for n in range(1, 14)]
    assert Ceremony.objects.get().look == "handwritten"
    assert SignatureRecord.objects.values("ceremony_no").distinct().count() == 1
    drawings = {drawing(office.document_signed(f"Q{c}-{n}").content) for c in (1, 2, 3) for n in (1, 2, 3)}
    drawings |= {drawing(reg.get(f"/api/documents/D{n}/signed").content) for n in (1, 2)}
    assert len(drawings) == 1, "what was drawn once stands in every file"
    assert "1 份文书等您签" in browser.get("/").content.decode()
    Reading.objects.filter(document=left).update(chosen_at=clock.wall())
    browser.agree(left)
    browser.post(f"/ceremonies/{Ceremony.objects.latest('pk').no}/face/")
    come_back(browser, world.pass_check())
    work()
    assert "没有文书等您签" in browser.get("/").content.decode()


def progress(monkeypatch: pytest.MonkeyPatch, browser: Browser, ceremony: Ceremony) -> list[tuple[int, int]]:
    """What the page shows after each signature."""
    real, seen = items_sign, list[tuple[int, int]]()

    def sign_and_look(items: Any, believed: Any) -> Any:
        held = real(items, believed)
        said = browser.get(f"/ceremonies/{ceremony.no}/status").json()
        seen.append((said["done"], said["total"]))
        return held

    monkeypatch.setattr(running, "AT_ONCE", 1)
    monkeypatch.setattr(running, "items_sign", sign_and_look)
    return seen


def drawing(pdf: bytes) -> str:
    """The picture in the signature of a file."""
    report = verify_pdf(pdf, trust().roots, trust().intermediates)
    assert report.ok
    assert [one.signer for one in report.signatures] == ["卫甲"]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pictures = [
            bytes(each.read_raw_bytes())
            for each in opened.objects
            if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image" and "/SMask" in each
        ]
    assert len(pictures) == 1
    return sha256(pictures[0]).hexdigest()


@pytest.mark.row("R138", part="查询签署结果接口")
def test_each_client_learns_only_about_its_own(reg: Caller, office: SigningClient, enter: Enter, world: World) -> None:
    both_order(reg, office, world)
    browser, own = enter("P13"), Document.objects.filter(client__name="reg")
    Reading.objects.update(pages=[1], agreed_at=clock.now(), chosen_at=clock.wall())
    browser.tap(own[0])
    prove(browser, world)
    work()
    assert {one["batch"] for one in world.callbacks} == {"B1"}
    assert {one["batch"] for one in world.office_callbacks} == {"Q1", "Q2", "Q3"}
    heard = [one["event"] for one in world.office_callbacks]
    assert {event: heard.count(event) for event in set(heard)} == {
        "batch_ready": 3,
        "document_signed": 12,
        "batch_done": 3,
    }
    state = office.batch_show("Q2")
    assert (state.state, state.over, [one.state for one in state.documents]) == ("signed", True, ["complete"] * 4)
    signed = office.document_signed("Q2-1", sha256=state.documents[0].signed_sha256)
    assert verify_pdf(signed.content, trust().roots, trust().intermediates).ok
    (signature,) = office.document_signatures("Q2-1")
    assert (signature.signer_name, signature.business_no) == ("卫甲", "LS-Q2")
    assert isinstance(signature.signed_at, datetime)
    for ask in (
        lambda: office.batch_show("B1"),
        lambda: office.batch_cancel("B1"),
        lambda: office.document_signed("D1"),
        lambda: office.document_signatures("D1"),
        lambda: office.batch_remind("B1"),
        lambda: office.ticket_issue(P13, batch="B1"),
    ):
        with pytest.raises(Missing):
            ask()
    assert reg.get("/api/batches/Q1").status_code == 404
    assert reg.get("/api/documents/Q1-1/signed").status_code == 404
    number = SignatureRecord.objects.get(task__document__ref="D1").sign_no
    assert office.evidence_trace(number, staff="zong1") == ()
    assert [one.document for one in office.evidence_trace(signature.sign_no, staff="zong1")] == ["Q2-1"]


@pytest.mark.row("R141", part="流水号绑定")
def test_the_evidence_for_one_client_counts_what_was_signed_for_others_and_names_none_of_it(
    reg: Caller, office: SigningClient, enter: Enter, world: World
) -> None:
    both_order(reg, office, world)
    browser, own = enter("P13"), Document.objects.filter(client__name="reg")
    Reading.objects.update(pages=[1], agreed_at=clock.now(), chosen_at=clock.wall())
    browser.tap(own[0])
    prove(browser, world)
    work()
    numbers = dict(SignatureRecord.objects.values_list("task__document__ref", "sign_no"))
    for client, count in (("reg", 2), ("chain_office", 12)):
        for kept in EvidenceRecord.objects.filter(document__client__name=client):
            (part,) = kept.parts
            mine = {number for ref, number in numbers.items() if ref.startswith("D") == (client == "reg")}
            assert set(part["proved"]["face"]["bound"]) == mine
            assert part["proved"]["face"]["bound_elsewhere"] == 14 - count
            assert not any(number in json.dumps(part) for number in set(numbers.values()) - mine)


def test_case_numbers_of_two_clients_may_be_equal(
    reg: Caller, office: SigningClient, enter: Enter, world: World
) -> None:
    """Each client numbers its own cases; a 流水号 of ours is one in the whole system all the same."""
    seal = slot(COMPANY, kind="seal", x=320, width=110, height=110)
    own = batch(world, [document(world, "D1", [slot(PERSONS["P13"]), seal], pages=1)], case_no="LS-Q1")
    assert reg.order(own).status_code == 201
    second = chain_order(world, "Q1", 1)
    company = Slot(name="s320", page=0, x=320, y=100, width=110, height=110, role="公司", signer=FIRM)
    (paper,) = second.documents
    office.batch_create(replace(second, documents=[replace(paper, slots=[*paper.slots, company])]))
    arrive(world)
    browser = enter("P13")
    Reading.objects.update(pages=[1], agreed_at=clock.now(), chosen_at=clock.wall())
    assert browser.tap(Document.objects.all()[0]).status_code == 302
    prove(browser, world)
    work()
    assert set(Document.objects.values_list("revision", flat=True)) == {1}
    for caller, ref in ((reg, "D1"), (Caller("chain_office"), "Q1-1")):
        body = {"uscc": COMPANY["uscc"], "documents": [{"ref": ref}]}
        made = caller.post("/api/seal-orders", body, key="k")
        assert made.status_code == 201, made.content.decode()
        world.confirm_seal()
        seal_settle(made.json()["seal_order"])
    numbers = list(SignatureRecord.objects.values_list("task__document__ref", "sign_no"))
    assert sorted(numbers) == [
        ("D1", "LS-Q1-1-1-1"),
        ("D1", "LS-Q1-1-2-1"),
        ("Q1-1", "chain_office.LS-Q1-1-1-1"),
        ("Q1-1", "chain_office.LS-Q1-1-2-1"),
    ]
    (found,) = office.evidence_trace("chain_office.LS-Q1-1-1-1", staff="zong1")
    assert found.document == "Q1-1"


def test_numbers_stay_one_of_a_kind_though_the_case_that_came_first_is_seen_last(
    reg: Caller, office: SigningClient, world: World
) -> None:
    """Its order was still on its way when the other client's papers were signed."""
    own = batch(world, [document(world, "D1", [slot(PERSONS["P13"])], pages=1)], case_no="LS-Q1")
    assert reg.order(own).status_code == 201
    office.batch_create(chain_order(world, "Q1", 1))
    first, second = Task.objects.order_by("pk")
    unseen = Matter.objects.filter(client__name="reg")
    for task, seen_as in ((second, "unseen"), (first, "LS-Q1"), (second, "LS-Q1")):
        unseen.update(number=seen_as)
        attempts_number([task])
        task.save(update_fields=["attempt", "sign_no"])
    numbers = list(Task.objects.order_by("pk").values_list("sign_no", flat=True))
    assert numbers == ["reg.LS-Q1-1-1-1", "LS-Q1-1-1-2"]


@pytest.mark.row("R142", part="大型连锁机构签名待办查询")
@pytest.mark.row("R150", part="连锁待签名列表")
def test_what_waits_is_listed_by_business_and_asked_by_each_client_for_itself(
    reg: Caller, office: SigningClient, enter: Enter, world: World
) -> None:
    both_order(reg, office, world)
    todos = office.todo_list(P13)
    assert (todos.counts["chain"], todos.counts["change"]) == (12, 0)
    assert {one.batch for one in office.todo_list(P13, business=Business.CHAIN).todos} == {"Q1", "Q2", "Q3"}
    assert office.todo_list(P13, business=Business.CHANGE).todos == ()
    browser = enter("P13")
    page = browser.get("/").content.decode()
    assert re.search(r'大型连锁 <span class="num">12</span>', page)
    chain = browser.get("/?business=chain").content.decode()
    assert "分公司文书1" in chain
    assert "变更文书1" not in chain
    assert office.batch_cancel("Q1").state == "cancelled"
    assert office.todo_list(P13).counts["chain"] == 8
    assert "8 份文书" in browser.get("/?business=chain").content.decode()


def test_the_second_client_has_papers_signed_for_another_until_it_ends_that(
    office: SigningClient, enter: Enter, world: World
) -> None:
    granted = Authorisation(
        number="SQ-000001",
        granted_on=clock.today(),
        valid_until=clock.today() + timedelta(days=365),
        covers="代签分支机构登记文书",
    )
    order = chain_order(world, "Q1", 2)
    under = [
        replace(paper, slots=[replace(paper.slots[0], on_behalf_of=P01, authorisation=granted)])
        for paper in order.documents
    ]
    office.batch_create(replace(order, documents=under))
    arrive(world)
    (waiting,) = office.todo_list(P13).todos
    assert {(one.name, one.authorisation, one.document) for one in waiting.on_behalf_of} == {
        ("张示例", "SQ-000001", "分公司文书1"),
        ("张示例", "SQ-000001", "分公司文书2"),
    }
    ended = office.authorisation_end("SQ-000001")
    assert (ended.signed, ended.stopped) == (0, 2)
    assert ended == office.authorisation_end("SQ-000001")
    state = office.batch_show("Q1")
    assert state.over
    behalf = state.documents[0].tasks[0].on_behalf_of
    assert behalf
    assert (behalf.valid_until, bool(behalf.ended_at)) == (granted.valid_until, True)
    work()
    heard = {one["event"] for one in world.office_callbacks}
    assert "authorisation_ended" in heard
    assert heard <= set(EVENTS)


def test_an_order_is_taken_once_and_refusals_say_why(office: SigningClient, world: World) -> None:
    order = chain_order(world, "Q1", 1)
    assert office.batch_create(order) == office.batch_create(order)
    with pytest.raises(Conflict) as used:
        office.batch_create(replace(order, title="另一个"))
    assert used.value.code == "key_reused"
    with pytest.raises(Conflict) as locked:
        office.batch_create(replace(order, ref="Q9"))
    assert locked.value.code == "document_locked"
    elsewhere = replace(order, ref="Q8", callback_url="http://203.0.113.9/")
    with pytest.raises(Refused, match="自己的域名"):
        office.batch_create(elsewhere)
    with pytest.raises(Conflict, match="还没有签齐"):
        office.document_signed("Q1-1")


def test_a_file_is_checked_and_a_person_is_let_in_for_the_second_client(office: SigningClient, world: World) -> None:
    assert office.pdf_check(small_pdf(2)).pages == 2
    refused = office.pdf_check(b"PK\x03\x04" + bytes(300))
    assert (refused.admitted, bool(refused.message), bool(refused.fix)) == (False, True, True)
    office.batch_create(chain_order(world, "Q1", 1))
    arrive(world)
    assert "/enter/" in office.ticket_issue(P13, batch="Q1")
    assert office.batch_remind("Q1") == 1
    assert office.batch_remind("Q1") == 0


def test_the_second_client_cannot_have_the_authoritys_seal_put_on(world: World) -> None:
    answer = Caller("chain_office").post(
        "/api/authority-seals",
        {
            "ref": "N1",
            "authority": "310115",
            "name": "示例登记机关",
            "case_no": "LQ1-001",
            "title": "准予变更登记通知书",
            "pdf_base64": "JVBERi0xLjc=",
            "slots": [{"name": "s", "page": 0, "x": 1, "y": 1, "width": 100, "height": 100}],
        },
    )
    assert (answer.status_code, answer.json()["error"]) == (403, "not_the_authority")


@pytest.mark.row("R139", part="拉起电子营业执照")
@pytest.mark.row("R139", part="推送签名状态和文件")
def test_the_second_client_has_its_papers_of_two_cases_sealed_by_the_library_alone(
    office: SigningClient, world: World
) -> None:
    seal = Slot(name="seal", page=0, x=320, y=100, width=110, height=110, role="总公司", signer=FIRM)
    refs = []
    for number in (1, 2):
        order = chain_order(world, f"Q{number}", 2)
        order = replace(order, documents=[replace(one, slots=[seal]) for one in order.documents])
        office.batch_create(order)
        refs += [one.ref for one in order.documents]
    arrive(world)
    wish = SealOrder(uscc=FIRM.uscc, documents=[SealDocument(ref=ref) for ref in refs])
    made = office.seal_order_create(wish, key="GZ-1")
    assert made.waiting
    assert world.orders[made.order_no or ""]["documents"][0]["plaintext_base64"] == made.documents[0].plaintext_base64
    assert made.url.endswith(f"/elicence/seal/{made.order_no}"), "what the business system opens, or shows as a picture"
    with pytest.raises(Conflict, match="正在盖章"):
        office.seal_order_create(wish, key="GZ-2")
    world.confirm_seal()
    assert Caller("sandbox").post("/callbacks/elicence/", {"ref": made.seal_order}).status_code == 200
    work()
    heard = {one["seal_order"] for one in world.office_callbacks if one["event"] == "seal_moved"}
    assert heard == {made.seal_order}
    told = office.seal_order_show(made.seal_order)
    assert {one.state for one in told.documents} == {"sealed"}
    for ref, state in ((one.ref, one) for n in (1, 2) for one in office.batch_show(f"Q{n}").documents):
        signed = office.document_signed(ref, sha256=state.signed_sha256)
        assert verify_pdf(signed.content, trust().roots, trust().intermediates).ok
    with pytest.raises(Missing):
        office.seal_order_cancel("S0")


def test_where_there_is_no_sandbox_nobody_is_its_client(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX", "0")
    config.cache_clear()
    try:
        assert Caller("chain_office").get("/api/batches/Q1").status_code == 401
        assert Caller("reg").get("/api/batches/Q1").status_code == 404
    finally:
        config.cache_clear()


def test_every_event_that_is_told_stands_in_the_contract() -> None:
    told = {
        name
        for path in Path(__file__).parent.rglob("*.py")
        if "test" not in path.name
        for name in re.findall(r'BatchMoved\([^)]*what="(\w+)"', path.read_text())
    }
    stopped = {str(why) for why in (Reason.AUTHORISATION_ENDED, Reason.AUTHORISATION_LAPSED)}
    assert told | stopped == set(EVENTS)
