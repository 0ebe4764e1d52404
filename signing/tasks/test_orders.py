"""Orders: idempotent, refused while locked, pulled once by hash."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client

from foundation.outbox import publish
from foundation.outbox.models import Delivery, OutboxMessage
from foundation.outbox.tasks import DeliveryFailed, deliver
from signing.guard.models import Reason, RefusedAttempt
from signing.tasks.events import BatchMoved
from signing.tasks.fetching import fetch_due
from signing.tasks.models import Batch, ClientSystem, Document, Task
from signing.tasks.states import DOCUMENT_MOVES, TASK_MOVES, drawing
from signing.testing import COMPANY, PERSONS, Caller, World, arrive, batch, document, slot, work


def one(world: World, **changes: Any) -> dict[str, Any]:
    return batch(world, [document(world, "D1", [slot(PERSONS["P13"])])], **changes)


def test_an_order_is_taken_once_whatever_often_it_is_sent(reg: Caller, world: World) -> None:
    first = reg.order(one(world))
    again = reg.order(one(world))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Document.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(reg: Caller, world: World) -> None:
    reg.order(one(world))
    answer = reg.order(one(world, ref="B2"))
    assert answer.status_code == 409
    assert answer.json()["error"] == "key_reused"


def test_an_order_without_key_is_refused(reg: Caller, world: World) -> None:
    assert reg.order(one(world), key="").json()["error"] == "no_key"


@pytest.mark.row("R149", part="签名文件锁定")
def test_a_document_that_is_being_signed_cannot_be_ordered_again(reg: Caller, world: World) -> None:
    reg.order(one(world))
    answer = reg.order(one(world, ref="B2"), key="k2")
    assert (answer.status_code, answer.json()["error"]) == (409, "document_locked")
    work()
    assert reg.state()["documents"][0]["locked"]
    reg.post("/api/batches/B1/cancel", {})
    assert reg.order(one(world, ref="B2"), key="k2").status_code == 201


def test_a_file_is_pulled_once_and_opens_the_document(reg: Caller, world: World) -> None:
    reg.order(one(world))
    assert reg.state()["state"] == "preparing"
    work()
    state = reg.state()
    assert (state["state"], state["documents"][0]["state"]) == ("open", "open")
    assert world.seen.count("GET /reg/files/D1") == 1
    assert [call["event"] for call in world.callbacks] == ["batch_ready"]
    assert world.messages[0]["to"] == PERSONS["P13"]["mobile"]


def test_a_file_with_other_bytes_is_refused_and_recorded(reg: Caller, world: World) -> None:
    body = one(world)
    world.files["files/D1"] += b"\n% changed"
    reg.order(body)
    work()
    state = reg.state()["documents"][0]
    assert (state["state"], state["problem_code"]) == ("rejected", "bytes_changed")
    assert RefusedAttempt.objects.filter(reason=Reason.BYTES_CHANGED).count() == 1
    assert reg.state()["state"] == "stopped"


def test_a_file_that_is_not_there_yet_is_tried_again(reg: Caller, world: World) -> None:
    body = one(world)
    kept = world.files.pop("files/D1")
    reg.order(body)
    work()
    assert reg.state()["documents"][0]["problem"].startswith("还没有取到文件")
    world.files["files/D1"] = kept
    fetch_due()
    assert "document_fetch" not in work(), "not before its time"
    Document.objects.update(fetch_after="2020-01-01T00:00:00Z")
    fetch_due()
    work()
    assert reg.state()["state"] == "open"


def test_a_file_that_is_no_pdf_is_rejected_with_a_reason(reg: Caller, world: World) -> None:
    body = one(world)
    world.files["files/D1"] = b"MZ" + bytes(400)
    body["documents"][0]["sha256"] = hashlib.sha256(world.files["files/D1"]).hexdigest()
    reg.order(body)
    work()
    state = reg.state()["documents"][0]
    assert state["problem_code"] == "kind_program"
    assert "电脑程序" in state["problem"]


def test_a_slot_outside_of_the_page_is_rejected(reg: Caller, world: World) -> None:
    body = batch(world, [document(world, "D1", [slot(PERSONS["P13"], page=7)])])
    reg.order(body)
    work()
    assert reg.state()["documents"][0]["problem_code"] == "slot_slot_page"


def test_files_and_callbacks_must_lie_with_the_client(reg: Caller, world: World) -> None:
    foreign = one(world, callback_url="http://169.254.169.254/latest")
    assert reg.order(foreign).json()["error"] == "foreign_url"
    assert not Task.objects.exists()


def test_a_person_slot_for_an_enterprise_is_refused(reg: Caller, world: World) -> None:
    body = batch(world, [document(world, "D1", [slot(COMPANY, kind="person")])])
    assert reg.order(body).json()["error"] == "slot_signer"


def test_an_unsigned_call_is_refused(world: World) -> None:
    assert Client().get("/api/batches/B1").status_code == 401


def test_a_batch_of_another_client_does_not_exist(reg: Caller, world: World) -> None:
    ClientSystem.objects.create(name="sandbox", title="别的系统", base_url=world.base)
    reg.order(one(world))
    other = Caller("sandbox")
    assert other.get("/api/batches/B1").status_code == 404
    assert other.post("/api/batches/B1/cancel", {}).status_code == 404
    assert other.get("/api/documents/D1/signed").status_code == 404


def test_the_text_is_sent_once_and_a_reminder_not_every_minute(reg: Caller, world: World) -> None:
    reg.order(one(world))
    arrive(world)
    assert reg.post("/api/remind", {"batch": "B1"}).json() == {"told": 1}
    assert reg.post("/api/remind", {"batch": "B1"}).json() == {"told": 0}
    work()
    assert len(world.messages) == 2


def test_an_enterprise_is_texted_where_its_client_says_now(reg: Caller, world: World) -> None:
    for ref, mobile in (("B1", "19900000007"), ("B2", "19900000008")):
        sealed = document(world, f"D-{ref}", [slot({**COMPANY, "mobile": mobile}, kind="seal")])
        assert reg.order(batch(world, [sealed], ref=ref), key=ref).status_code == 201
        arrive(world)
    work()
    assert [message["to"] for message in world.messages] == ["19900000007", "19900000008"]
    assert "用电子营业执照确认盖章" in world.messages[0]["text"]
    assert "随申办" not in world.messages[0]["text"]


def test_the_callback_is_tried_again_when_the_client_is_down(reg: Caller, world: World) -> None:
    reg.order(one(world))
    arrive(world)
    world.callbacks.clear()
    world.faults["reg"] = "down"
    with transaction.atomic():
        publish(BatchMoved(batch=Batch.objects.get().pk, what="batch_done"))
    with pytest.raises(DeliveryFailed):
        work()
    assert Delivery.objects.filter(done_at=None).count() == 1
    world.faults.clear()
    deliver(message_id=OutboxMessage.objects.latest("pk").pk)
    assert [call["event"] for call in world.callbacks] == ["batch_done"]


@pytest.mark.row("R149", part="签名状态控制")
def test_the_state_tables_are_the_drawn_ones() -> None:
    assert drawing(TASK_MOVES) == (
        "open --begin--> signing\nopen --refuse--> refused\nopen --cancel--> cancelled\n"
        "signing --release--> open\nsigning --sign--> signed\nsigning --cancel--> cancelled"
    )
    assert drawing(DOCUMENT_MOVES) == (
        "fetching --admit--> open\nfetching --reject--> rejected\nfetching --cancel--> cancelled\n"
        "open --complete--> complete\nopen --refuse--> refused\nopen --cancel--> cancelled"
    )


def test_the_database_refuses_a_step_that_the_table_does_not_have(reg: Caller, world: World) -> None:
    reg.order(one(world))
    with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
        Task.objects.update(state="signed")
