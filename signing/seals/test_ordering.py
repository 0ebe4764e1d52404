"""服务端批量签署: the business system starts the seal and brings up 电子营业执照 itself; what comes back is believed no sooner. R139."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.crypto import crypto
from foundation.crypto.x509.testing import Authority
from foundation.files.services import file_read
from foundation.identity.actor import Actor
from foundation.outbox.models import OutboxMessage
from foundation.outside.result import Found
from signing.ceremonies.models import SignatureRecord
from signing.ceremonies.starting import Place
from signing.ceremonies.trust import trust
from signing.evidence.models import EvidenceRecord
from signing.guard.models import Reason, RefusedAttempt
from signing.pdf.sign import Prepared
from signing.pdf.verify import verify_pdf
from signing.seals.models import SealItem, SealOrder
from signing.seals.services import seals_due
from signing.seals.starting import order_prepare
from signing.seals.usable import means_of
from signing.tasks.models import ClientSystem, Document, Subject, Task
from signing.testing import COMPANY, PERSONS, Caller, World, arrive, batch, document, slot, work
from signing.watching.alarms import stalled_findings
from signing.watching.models import Incident
from signing.watching.rules import StalledRule
from signing.watching.selectors import live
from signing.watching.words import incident_title

PATH = "/api/seal-orders"
SEAL = slot(COMPANY, kind="seal", role="申请人", x=320, width=110, height=110)
OTHER = {"name": "上海对手演示有限公司", "uscc": "91310115MAXX00032A"}
TWO_CASES = ["D1", "D2", "D3"]


def office_batch(world: World, number: int, documents: list[dict[str, Any]]) -> dict[str, Any]:
    callback = f"{world.base}/office/callbacks/signing"
    case_no = f"LQ2026112400{number}"
    return batch(world, documents, ref=f"B{number}", case_no=case_no, business="chain", callback_url=callback)


@pytest.fixture
def office(world: World) -> Caller:
    """连锁总部业务系统 with two cases of three documents for its seal, one of them also for 卫甲."""
    caller = Caller("chain_office")
    first = [document(world, "D1", [SEAL], pages=1), document(world, "D2", [SEAL], pages=1)]
    both = [document(world, "D3", [slot(PERSONS["P13"]), SEAL], pages=1)]
    for number, documents in enumerate((first, both), start=1):
        assert caller.order(office_batch(world, number, documents), key=f"b{number}").status_code == 201
    arrive(world)
    world.office_callbacks.clear()
    return caller


def asks(*refs: str, **more: Any) -> dict[str, Any]:
    return {"uscc": COMPANY["uscc"], "documents": [{"ref": ref} for ref in refs or TWO_CASES], **more}


def start(office: Caller, *refs: str, key: str = "s1") -> dict[str, Any]:
    answer = office.post(PATH, asks(*refs), key=key)
    assert answer.status_code == 201, answer.content.decode()
    told: dict[str, Any] = answer.json()
    return told


def shown(office: Caller, made: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = office.get(f"{PATH}/{made['seal_order']}").json()
    return told


def nudge(made: dict[str, Any]) -> None:
    body = {"ref": made["seal_order"], "status": "signed"}
    assert Caller("sandbox").post("/callbacks/elicence/", body).status_code == 200
    work()


def states(told: dict[str, Any]) -> dict[str, str]:
    return {one["document"]: one["state"] for one in told["documents"]}


# ---- started by the business system ----


@pytest.mark.row("R139", part="生成签名原文")
@pytest.mark.row("R139", part="获取业务唯一标识")
@pytest.mark.row("R139", part="拉起电子营业执照")
def test_the_business_system_gets_the_number_the_plaintexts_and_the_address(office: Caller, world: World) -> None:
    answer = office.post(PATH, asks(return_url=f"{world.base}/chain/1/"), key="s1")
    assert answer.status_code == 201
    told, ((number, sent),) = answer.json(), world.orders.items()
    assert (told["order_no"], told["state"]) == (number, "ordered")
    assert told["url"] == f"{world.base}/elicence/seal/{number}"
    assert (told["name"], told["es_id"]) == (COMPANY["name"], world.authority.seal_info.es_id)
    assert (sent["title"], sent["return_url"]) == ("连锁总部业务系统（演示）：3 份文书", f"{world.base}/chain/1/")
    assert sent["callback_url"].endswith("/callbacks/elicence/")
    given = {one["sign_no"]: one for one in told["documents"]}
    for one in sent["documents"]:
        plain = base64.b64decode(one["plaintext_base64"])
        assert given[one["ref"]]["plaintext_base64"] == one["plaintext_base64"]
        assert given[one["ref"]]["digest_sm3"] == one["digest_hex"] == crypto().sm3(plain).hex()
        item = SealItem.objects.get(sign_no=one["ref"])
        kept = Prepared.from_json(item.prepared, base=file_read(item.base))
        assert (kept.container, kept.to_be_signed) == ("ses", plain)
    assert [one["document"] for one in told["documents"]] == TWO_CASES
    assert {one["batch"] for one in told["documents"]} == {"B1", "B2"}
    again = shown(office, told)
    assert again == {**told, "documents": again["documents"]}
    assert all("plaintext_base64" not in one for one in again["documents"]), "told once, to whoever brings it up"


@pytest.mark.row("R139", part="签名值回调")
@pytest.mark.row("R139", part="合章")
@pytest.mark.row("R139", part="验章")
@pytest.mark.row("R139", part="推送签名状态和文件")
def test_the_value_comes_by_callback_and_the_business_system_hears_and_fetches(office: Caller, world: World) -> None:
    made = start(office)
    world.confirm_seal()
    nudge(made)
    told = shown(office, made)
    assert (told["state"], told["holder"]) == ("settled", "*示例")
    assert set(states(told).values()) == {"sealed"}
    heard = {(one["event"], one["batch"], one["document"]) for one in world.office_callbacks}
    assert {("document_signed", "B1", "D1"), ("document_signed", "B1", "D2"), ("task_signed", "B2", "D3")} <= heard
    moved = [one for one in world.office_callbacks if one["event"] == "seal_moved"]
    assert [(one["batch"], one["seal_order"]) for one in moved] == [
        ("B1", made["seal_order"]),
        ("B2", made["seal_order"]),
    ]
    believed = trust()
    for ref in ("D1", "D2"):
        got = office.get(f"/api/documents/{ref}/signed")
        report = verify_pdf(got.content, believed.roots, believed.intermediates)
        assert report.ok, report.sentences
        assert (report.signatures[0].signer, report.signatures[0].seal_der) == (COMPANY["name"], world.seal)
        (row,) = office.get(f"/api/documents/{ref}/signatures").json()["signatures"]
        assert (row["verification_no"], row["ceremony_no"]) == (made["order_no"], made["seal_order"])
    assert office.get("/api/documents/D3/signed").status_code == 409, "卫甲 has not signed"


def test_what_a_business_system_begins_is_counted_under_a_channel_of_its_own(office: Caller, world: World) -> None:
    start(office, "D1", "D2")
    today = live().today
    assert [(one.code, one.title, one.counts.begun) for one in today.shares["channel"]] == [("api", "接口", 2)]
    stalled = StalledRule(minutes=20, patience=0, at_least=2)
    (found,) = stalled_findings(clock.wall(), stalled)
    assert (found.channel, found.wrong) == ("api", True)
    assert incident_title(Incident(kind=found.kind, channel=found.channel)).startswith("接口")


def test_the_evidence_says_which_system_began_and_who_confirmed(office: Caller, world: World) -> None:
    made = start(office, "D1")
    world.confirm_seal()
    nudge(made)
    part = EvidenceRecord.objects.get(document__ref="D1").parts[0]
    proved = part["proved"]
    assert proved["order"] == made["order_no"]
    title = "连锁总部业务系统（演示）"
    assert proved["ordered_by"] == {"client": "chain_office", "title": title, "address": "127.0.0.1"}
    assert proved["confirmed_by"]["holder"] == "张示例"
    assert proved["confirmed_by"]["at"]
    assert part["read"] == {"pages": [], "agreed_at": None}, "nobody read it here, and it does not say so"
    assert (part["device"], part["address"]) == (f"业务系统 {title}", "127.0.0.1")
    event = AuditEvent.objects.get(verb="seal.start")
    assert (event.actor_kind, event.actor, event.obj_ref) == ("service", "service:chain_office", made["seal_order"])
    (traced,) = office.post("/api/trace", {"number": made["seal_order"], "staff": "shen1"}).json()["documents"]
    steps = {one["what"]: one for one in traced["steps"]}
    assert steps["送去电子营业执照盖章"]["who"] == title
    assert steps["持照人在电子营业执照里确认"]["who"] == "*示例"


# ---- refused ----


def others(world: World) -> None:
    """The registration system has a document X1 for the same enterprise."""
    assert (
        Caller("reg").order(batch(world, [document(world, "X1", [SEAL], pages=1)], ref="X"), key="x").status_code == 201
    )
    arrive(world)


def test_the_document_of_another_system_does_not_exist_and_the_attempt_is_kept(office: Caller, world: World) -> None:
    others(world)
    answer = office.post(PATH, asks("D1", "X1"), key="s1")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    nowhere = office.post(PATH, asks("D1", "Q1"), key="s2")
    assert nowhere.json()["message"] == answer.json()["message"].replace("X1", "Q1"), "nothing is learnt of others"
    kept = RefusedAttempt.objects.get()
    assert (kept.reason, kept.obj_ref, kept.address) == (Reason.NOT_YOURS, "X1", "127.0.0.1")
    assert AuditEvent.objects.get(verb="attempt.refuse").actor == "service:chain_office"
    assert not SealOrder.objects.exists()
    assert not world.orders
    assert set(Task.objects.values_list("state", flat=True)) == {"open"}


def test_an_order_of_another_system_or_of_a_signer_does_not_exist(office: Caller, world: World) -> None:
    made = start(office)
    assert office.get(f"{PATH}/{made['seal_order']}").status_code == 200
    assert Caller("reg").get(f"{PATH}/{made['seal_order']}").status_code == 404
    assert Caller("reg").post(f"{PATH}/{made['seal_order']}/cancel", {}).status_code == 404
    SealOrder.objects.update(client=None)
    assert office.get(f"{PATH}/{made['seal_order']}").status_code == 404
    assert office.post(f"{PATH}/{made['seal_order']}/cancel", {}).status_code == 404
    assert SealOrder.objects.get().state == "ordered"


NOT_TO_BE_SEALED: dict[str, tuple[dict[str, Any], int, str, str]] = {
    "a person's slot": ({"documents": [{"ref": "D3", "slot": "s60"}]}, 422, "not_a_seal", "个人签名只能由本人办理"),
    "no such slot": ({"documents": [{"ref": "D3", "slot": "s9"}]}, 422, "no_slot", "《股东会决议》（D3）没有"),
    "only a person's": ({"documents": [{"ref": "D4"}]}, 422, "no_slot", "（D4）没有这家企业盖章的位置"),
    "another enterprise": ({"uscc": OTHER["uscc"]}, 422, "no_slot", "没有这家企业盖章的位置"),
    "another's slot": (
        {"uscc": OTHER["uscc"], "documents": [{"ref": "D1", "slot": "s320"}]},
        422,
        "other_enterprise",
        "不是这家企业",
    ),
    "twice": ({"documents": [{"ref": "D1"}, {"ref": "D1"}]}, 422, "document_twice", "写了两次"),
    "none": ({"documents": []}, 422, "invalid", "documents"),
    "too many": ({"documents": [{"ref": f"D{n}"} for n in range(201)]}, 422, "invalid", "documents"),
    "foreign address": ({"return_url": "https://elsewhere.example/"}, 422, "foreign_url", "自己的域名"),
    "surplus": ({"person": "P13"}, 422, "invalid", "person"),
}


@pytest.mark.parametrize("name", NOT_TO_BE_SEALED)
def test_what_cannot_be_sealed_is_refused_by_name_and_nothing_begins(office: Caller, world: World, name: str) -> None:
    body = office_batch(world, 3, [document(world, "D4", [slot(PERSONS["P13"])], pages=1)])
    assert office.order(body, key="b3").status_code == 201
    arrive(world)
    changes, status, code, words = NOT_TO_BE_SEALED[name]
    answer = office.post(PATH, {**asks("D1"), **changes}, key="s1")
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert words in answer.json()["message"]
    assert not SealOrder.objects.exists()
    assert not world.orders
    assert set(Task.objects.values_list("state", flat=True)) == {"open"}
    assert start(office, "D1")["state"] == "ordered", "the same key is good for the right call"


def test_a_call_without_a_key_is_refused(office: Caller) -> None:
    answer = office.post(PATH, asks())
    assert (answer.status_code, answer.json()["error"]) == (422, "no_key")


def test_what_is_being_sealed_is_sealed_or_is_over_is_refused_by_name(office: Caller, world: World) -> None:
    made = start(office, "D2")
    answer = office.post(PATH, asks("D1", "D2"), key="s2")
    assert (answer.status_code, answer.json()["error"]) == (409, "seal_running")
    assert "《股东会决议》（D2）正在盖章" in answer.json()["message"]
    assert "D1" not in answer.json()["message"]
    world.confirm_seal()
    nudge(made)
    over = office.post(PATH, asks("D1", "D2"), key="s3")
    assert (over.status_code, over.json()["error"]) == (409, "document_closed")
    sealed = start(office, "D3", key="s4")
    world.confirm_seal()
    nudge(sealed)
    assert office.post(PATH, asks("D3"), key="s5").json()["error"] == "sealed"
    assert len(world.orders) == 2


def test_what_a_signer_began_to_seal_is_refused_and_what_has_not_arrived_too(office: Caller, world: World) -> None:
    late = office_batch(world, 3, [document(world, "D5", [SEAL], pages=1)])
    assert office.order(late, key="b3").status_code == 201
    assert office.post(PATH, asks("D5"), key="s1").json()["error"] == "not_ready"
    start(office, "D1")
    SealOrder.objects.update(client=None)
    assert office.post(PATH, asks("D1"), key="s2").json()["error"] == "seal_running"


def test_a_document_that_is_held_for_another_enterprise_is_refused(office: Caller, world: World) -> None:
    Document.objects.filter(ref="D1").update(held_by="S0", held_until=clock.wall() + timedelta(minutes=5))
    assert office.post(PATH, asks("D1"), key="s1").json()["error"] == "seal_running"


def test_several_slots_of_one_document_are_sealed_one_after_the_other(office: Caller, world: World) -> None:
    second = slot(COMPANY, kind="seal", role="总公司", name="zongbu", x=60, width=110, height=110)
    assert (
        office.order(office_batch(world, 3, [document(world, "D6", [SEAL, second], pages=1)]), key="b").status_code
        == 201
    )
    arrive(world)
    named = {"uscc": COMPANY["uscc"], "documents": [{"ref": "D6", "slot": "zongbu"}]}
    made = office.post(PATH, named, key="s1").json()
    assert [(one["slot"], one["role"], one["left"]) for one in made["documents"]] == [("zongbu", "总公司", 1)]
    world.confirm_seal()
    nudge(made)
    rest = start(office, "D6", key="s2")
    assert [(one["slot"], one["left"]) for one in rest["documents"]] == [("s320", 0)]
    world.confirm_seal()
    nudge(rest)
    report = verify_pdf(office.get("/api/documents/D6/signed").content, trust().roots, trust().intermediates)
    assert (report.ok, len(report.signatures)) == (True, 2)


# ---- again ----


def test_the_same_call_again_gives_the_same_order(office: Caller, world: World) -> None:
    first = start(office)
    assert start(office) == first
    assert len(world.orders) == SealOrder.objects.count() == 1
    other = office.post(PATH, asks("D1"), key="s1")
    assert (other.status_code, other.json()["error"]) == (409, "key_reused")
    world.confirm_seal()
    nudge(first)
    late = start(office)
    assert (late["seal_order"], late["state"]) == (first["seal_order"], "settled")
    assert {one["plaintext_base64"] for one in late["documents"]} == {None}


@pytest.mark.parametrize("system", ["elicence", "seal_maker"])
def test_while_a_system_is_away_nothing_begins_and_the_same_call_succeeds_later(
    office: Caller, world: World, system: str
) -> None:
    world.faults[system] = "down"
    answer = office.post(PATH, asks(), key="s1")
    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
    world.faults.clear()
    assert start(office)["state"] == "ordered"


def test_when_the_number_is_not_given_the_documents_are_free_and_the_call_can_be_repeated(
    office: Caller, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = world._elicence
    with monkeypatch.context() as silent:
        silent.setattr(
            world, "_elicence", lambda method, rest, body: (500, {}) if method == "POST" else true(method, rest, body)
        )
        answer = office.post(PATH, asks(), key="s1")
    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
    assert SealOrder.objects.get().state == "lapsed"
    assert set(Task.objects.values_list("state", flat=True)) == {"open"}
    assert not Document.objects.exclude(held_by="").exists()
    assert start(office)["order_no"] == "QZ000001"
    assert not OutboxMessage.objects.filter(payload__what="seal_moved").exists(), "it was told at once"


def broken_off() -> SealOrder:
    """What a call leaves whose process ended before 电子营业执照 was told."""
    means = means_of(COMPANY["uscc"])
    assert isinstance(means, Found)
    with transaction.atomic():
        return order_prepare(
            actor=Actor.service("chain_office"),
            subject=Subject.objects.get(key=COMPANY["uscc"]),
            tasks=list(Task.objects.filter(document__ref="D1")),
            means=means.value,
            place=Place(),
            client=ClientSystem.objects.get(name="chain_office"),
            idempotency_key="s1",
            body_digest=crypto().sm3(json.dumps(asks("D1")).encode()).hex(),
        ).order


def test_a_call_that_was_broken_off_is_taken_up_by_its_repetition(office: Caller, world: World) -> None:
    left = broken_off()
    made = start(office, "D1")
    assert (made["seal_order"], made["state"], made["order_no"]) == (left.ref, "ordered", "QZ000001")
    world.confirm_seal()
    nudge(made)
    assert states(shown(office, made)) == {"D1": "sealed"}


def test_a_file_that_cannot_be_read_is_named_and_nothing_is_begun(office: Caller, world: World) -> None:
    stored = Document.objects.get(ref="D2").current
    assert stored is not None
    path = Path(default_storage.path(stored.path))
    kept = path.read_bytes()
    path.unlink()
    answer = office.post(PATH, asks(), key="s1")
    assert (answer.status_code, answer.json()["error"]) == (409, "unreadable")
    assert "（D2）：文件暂时读不出来" in answer.json()["message"]
    assert not world.orders
    assert not SealOrder.objects.exists()
    assert set(Task.objects.values_list("state", flat=True)) == {"open"}
    path.write_bytes(kept)
    assert start(office)["state"] == "ordered"


def test_a_company_whose_licence_or_seal_is_not_in_order_is_told(office: Caller, world: World) -> None:
    world.seal_status = "revoked"
    answer = office.post(PATH, asks(), key="s1")
    assert (answer.status_code, answer.json()["error"]) == (422, "seal_unusable")
    assert "印章已经作废" in answer.json()["message"]
    assert not SealOrder.objects.exists()


# ---- what comes back ----


def test_a_forged_value_is_refused_and_recorded(office: Caller, world: World) -> None:
    made = start(office)
    world.confirm_seal(key=crypto().sm2_keygen())
    nudge(made)
    told = shown(office, made)
    assert set(states(told).values()) == {"failed"}
    assert {one["reason"] for one in told["documents"]} == {"签名值不成立"}
    assert set(RefusedAttempt.objects.values_list("reason", flat=True)) == {Reason.BAD_VALUE}
    assert not SignatureRecord.objects.exists()
    assert office.get("/api/documents/D1/signed").status_code == 409
    assert start(office, key="s2")["state"] == "ordered", "they can be sealed again"


def test_the_certificate_of_somebody_else_is_refused(office: Caller, world: World) -> None:
    made = start(office, "D1")
    world.confirm_seal()
    world.authority.seal_certificate = Authority.make("别家").company("上海对手演示有限公司").certificate
    nudge(made)
    assert states(shown(office, made)) == {"D1": "failed"}
    assert set(RefusedAttempt.objects.values_list("reason", flat=True)) == {Reason.BAD_CERTIFICATE}


def test_a_callback_that_is_not_signed_by_the_licence_moves_nothing(office: Caller, world: World) -> None:
    made = start(office, "D1")
    assert office.post("/callbacks/elicence/", {"ref": made["seal_order"], "status": "signed"}).status_code == 401
    work()
    assert shown(office, made)["state"] == "ordered"
    assert set(RefusedAttempt.objects.values_list("reason", flat=True)) == {Reason.FORGED_CALLBACK}


def test_a_refusal_is_told_with_its_reason_and_the_documents_are_free(office: Caller, world: World) -> None:
    made = start(office)
    world.confirm_seal(agree=False)
    nudge(made)
    told = shown(office, made)
    assert (told["state"], told["reason"], told["holder"]) == ("refused", "企业没有同意盖章", "*示例")
    assert {one["reason"] for one in told["documents"]} == {"企业没有同意盖章"}
    assert [one["event"] for one in world.office_callbacks] == ["seal_moved"] * 2
    assert start(office, key="s2")["state"] == "ordered"


def test_an_order_that_nobody_confirms_lapses_and_a_late_value_is_kept_and_not_counted(
    office: Caller, world: World
) -> None:
    made = start(office, "D1")
    SealOrder.objects.update(lapses_at=clock.wall(), ask_after=clock.wall())
    seals_due()
    work()
    told = shown(office, made)
    assert (told["state"], told["reason"]) == ("lapsed", "没有在规定时间内确认")
    assert [one["event"] for one in world.office_callbacks] == ["seal_moved"]
    world.confirm_seal()
    nudge(made)
    assert states(shown(office, made)) == {"D1": "late"}
    assert set(SignatureRecord.objects.values_list("counted", flat=True)) == {False}
    assert start(office, "D1", key="s2")["state"] == "ordered"


def test_a_cancelled_order_frees_its_documents_and_a_late_value_is_not_counted(office: Caller, world: World) -> None:
    made = start(office)
    path = f"{PATH}/{made['seal_order']}/cancel"
    told = office.post(path, {}).json()
    assert (told["state"], told["reason"]) == ("lapsed", "业务系统取消了")
    assert set(states(told).values()) == {"dropped"}
    assert office.post(path, {}).json() == told, "repeating it changes nothing"
    assert AuditEvent.objects.get(verb="seal.cancel").actor == "service:chain_office"
    assert Task.objects.filter(kind="seal", state="open").count() == 3
    world.confirm_seal()
    nudge(made)
    assert set(SignatureRecord.objects.values_list("counted", flat=True)) == {False}
    assert office.state("B1")["state"] == "open"


def test_cancelling_comes_too_late_for_what_the_holder_confirmed(office: Caller, world: World) -> None:
    made = start(office, "D1", "D2")
    world.confirm_seal()
    told = office.post(f"{PATH}/{made['seal_order']}/cancel", {}).json()
    assert told["state"] == "settled"
    assert office.state("B1")["state"] == "signed"


def test_what_was_confirmed_cannot_be_cancelled_while_the_seal_maker_is_away_and_is_sealed_later(
    office: Caller, world: World
) -> None:
    made = start(office, "D1", "D2")
    world.confirm_seal()
    world.faults["seal_maker"] = "down"
    told = office.post(f"{PATH}/{made['seal_order']}/cancel", {}).json()
    assert (told["state"], told["waits_for"], told["reason"]) == ("ordered", "制章系统", "")
    assert told["confirmed_at"]
    world.faults.clear()
    SealOrder.objects.update(ask_after=clock.wall())
    seals_due()
    work()
    told = shown(office, made)
    assert (told["state"], told["waits_for"]) == ("settled", "")
    assert office.state("B1")["state"] == "signed"


def test_an_order_that_died_before_it_was_sent_gives_its_key_back(office: Caller, world: World) -> None:
    left = broken_off()
    SealOrder.objects.update(lapses_at=clock.wall() - timedelta(hours=1))
    seals_due()
    left.refresh_from_db()
    assert left.state == "lapsed"
    again = start(office, "D1")
    assert again["seal_order"] != left.ref
    assert again["state"] == "ordered"


def test_one_value_that_does_not_hold_leaves_the_others(office: Caller, world: World) -> None:
    made = start(office)
    values = world.confirm_seal()["values"]
    values[1]["value_base64"] = values[0]["value_base64"]
    nudge(made)
    assert states(shown(office, made)) == {"D1": "sealed", "D2": "failed", "D3": "sealed"}
