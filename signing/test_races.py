"""Two at once: one wins, the other is told; a second worker signs nothing twice. Real threads, real transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import close_old_connections, connections, transaction

from foundation import clock
from foundation.crypto.index import person_index
from foundation.identity.actor import Actor, ActorKind
from foundation.outbox.models import OutboxMessage
from signing.ceremonies.applying import items_sign
from signing.ceremonies.models import Ceremony, CeremonyItem, SignatureRecord, Verification
from signing.ceremonies.running import ceremony_run, certificate_ensure
from signing.ceremonies.starting import Place, SigningElsewhere, ceremonies_lapse, ceremony_drop, ceremony_start
from signing.ceremonies.trust import trust
from signing.ceremonies.verifying import OVER, verification_settle
from signing.guard.models import Reason, RefusedAttempt
from signing.seals.models import SealOrder
from signing.seals.services import seal_lapse, seal_settle
from signing.tasks.models import Batch, Document, Reading, Subject, Task
from signing.tasks.orders import OrderRefused, Signer
from signing.tasks.services import documents_move_on
from signing.tasks.states import WrongState
from signing.tasks.subjects import subject_know, subject_settle
from signing.testing import (
    COMPANY,
    PERSONS,
    Browser,
    Caller,
    World,
    arrive,
    batch,
    document,
    prove,
    slot,
    somebody_waits,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reader(transactional_db: None, world: World, reg: Caller) -> Browser:
    """卫甲 with three documents read and agreed to."""
    cache.clear()
    papers = [document(world, f"D{n}", [slot(PERSONS["P13"])], pages=1) for n in range(3)]
    assert reg.order(batch(world, papers)).status_code == 201
    arrive(world)
    person = PERSONS["P13"]
    browser = Browser(person_index(person["id_type"], person["id_number"]))
    url = reg.post("/api/tickets", {"person": person}).json()["url"]
    browser.get(url[url.index("/enter/") :])
    return browser


def at_once(work: Callable[[], Any], times: int = 2) -> list[Any]:
    """Run `work` in several threads that start together; results or exceptions."""
    return together(*[work] * times)


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run each in a thread of its own, all starting at once; results or exceptions, as they come."""
    gate, out = threading.Barrier(len(works)), []

    def run(work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            out.append(work())
        except WrongState as error:
            out.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    close_old_connections()
    return out


@pytest.mark.row("R149", part="签名状态控制")
def test_two_phones_start_signing_the_same_papers_and_one_is_told(reader: Browser) -> None:
    Reading.objects.update(agreed_at="2026-11-24T00:00:00Z")
    papers = list(Document.objects.all())
    subject = Task.objects.select_related("subject")[0].subject
    actor = Actor(kind=ActorKind.PERSON, ref="account:1", person_index=reader.key)

    def start() -> Ceremony:
        return ceremony_start(
            actor=actor, subject=subject, documents=papers, look=Ceremony.Look.PRINTED, ink=None, place=Place()
        )

    results = at_once(start, 4)
    assert sum(isinstance(one, Ceremony) for one in results) == 1
    assert sum(isinstance(one, SigningElsewhere) for one in results) == 3
    assert set(Task.objects.values_list("attempt", flat=True)) == {1}


@pytest.fixture
def sealer(transactional_db: None, world: World, reg: Caller) -> Browser:
    """Who acts for the company, with two documents to be sealed; the first is agreed to."""
    cache.clear()
    seal = slot(COMPANY, kind="seal", x=320, width=110, height=110)
    assert reg.order(batch(world, [document(world, f"D{n}", [seal], pages=1) for n in range(2)])).status_code == 201
    arrive(world)
    browser = Browser(COMPANY["uscc"])
    url = reg.post("/api/tickets", {"person": PERSONS["P01"], "entity": COMPANY}).json()["url"]
    browser.get(url[url.index("/enter/") :])
    browser.agree(Document.objects.order_by("pk")[0])
    return browser


def test_a_double_tap_on_the_last_paper_begins_one_ceremony_and_both_lead_to_it(reader: Browser) -> None:
    *first, last = Document.objects.order_by("pk")
    for paper in first:
        reader.agree(paper)
    reader.read(last)
    answers = at_once(lambda: reader.tap(last), 4)
    assert {answer.status_code for answer in answers} == {302}
    ceremony = Ceremony.objects.get()
    assert {answer.url for answer in answers} == {f"/ceremonies/{ceremony.no}/"}
    assert ceremony.items.count() == 3


def test_a_double_tap_on_the_check_of_who_one_is_begins_one_check(reader: Browser) -> None:
    for paper in Document.objects.order_by("pk"):
        reader.agree(paper)
    ceremony = Ceremony.objects.get()
    answers = at_once(lambda: reader.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "20"}), 4)
    assert {answer.url for answer in answers} == {Verification.objects.get().url}


def test_no_check_is_begun_for_a_ceremony_that_is_given_up_meanwhile(
    reader: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the other phone, while 多源认证 is being asked: nobody shows his face for nothing."""
    for paper in Document.objects.order_by("pk"):
        reader.agree(paper)
    ceremony, answer = Ceremony.objects.get(), world.answer

    def meanwhile(method: str, path: str, body: dict[str, Any]) -> Any:
        if method == "POST" and path.startswith("/verification/"):
            ceremony_drop(actor=Actor.system("signing"), ceremony=ceremony, why="本人先不签")
            connections.close_all()
        return answer(method, path, body)

    monkeypatch.setattr(world, "answer", meanwhile)
    told = reader.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "20"})
    assert told.status_code == 409
    assert OVER in told.content.decode()
    assert not Verification.objects.exists()


def test_a_ceremony_that_is_given_longer_at_the_last_moment_does_not_lapse(reader: Browser) -> None:
    for paper in Document.objects.order_by("pk"):
        reader.agree(paper)
    Ceremony.objects.update(lapses_at=clock.wall())

    def lapse() -> None:
        ceremonies_lapse()
        connections.close_all()

    lapsing = threading.Thread(target=lapse)
    with transaction.atomic():
        Ceremony.objects.update(lapses_at=clock.wall() + timedelta(minutes=10))
        lapsing.start()
        while not somebody_waits():
            continue
    lapsing.join(60)
    assert Ceremony.objects.get().state == "verifying"


def test_a_name_that_is_settled_at_the_same_moment_stays(transactional_db: None) -> None:
    """By 随申办, while a client orders something from the same person under another name."""
    person = {key: PERSONS["P13"][key] for key in ("id_type", "id_number")}
    subject_know(Signer(kind=Subject.Kind.PERSON, name="卫丙", **person))
    told: list[str] = []

    def order() -> None:
        try:
            subject_know(Signer(kind=Subject.Kind.PERSON, name="卫乙", **person))
        except OrderRefused as no:
            told.append(no.code)
        finally:
            connections.close_all()

    ordering = threading.Thread(target=order)
    with transaction.atomic():
        subject_settle(name="卫甲", **person)
        ordering.start()
        while not somebody_waits():
            continue
    ordering.join(60)
    assert told == ["signer_name"]
    assert Subject.objects.get().name == "卫甲"


def test_a_double_tap_on_the_last_paper_of_a_company_orders_one_seal(sealer: Browser, world: World) -> None:
    last = Document.objects.order_by("pk")[1]
    sealer.read(last)
    answers = at_once(lambda: sealer.tap(last), 4)
    assert {answer.status_code for answer in answers} == {302}
    order = SealOrder.objects.get()
    assert {answer.url for answer in answers} <= {order.url, f"/seals/{order.ref}/"}
    assert len(world.orders) == 1
    assert "打开电子营业执照" in sealer.get(f"/seals/{order.ref}/").content.decode()


def test_a_seal_that_is_given_up_while_it_is_sent_is_still_asked_about_and_what_comes_is_kept(
    sealer: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """电子营业执照 has the order all the same, and its holder may confirm it there."""
    last, answer = Document.objects.order_by("pk")[1], world.answer

    def meanwhile(method: str, path: str, body: dict[str, Any]) -> Any:
        if path.endswith("/seal/prepare"):
            seal_lapse(SealOrder.objects.get(), "先不盖章")
            connections.close_all()
        return answer(method, path, body)

    monkeypatch.setattr(world, "answer", meanwhile)
    sealer.read(last)
    told = sealer.tap(last)
    assert told.status_code == 422
    assert "这次盖章已经放弃了" in told.content.decode()
    assert set(Task.objects.values_list("state", flat=True)) == {"open"}
    world.confirm_seal()
    order = SealOrder.objects.get()
    assert order.ask_after
    seal_settle(order.ref)
    assert SignatureRecord.objects.filter(counted=False).count() == SignatureRecord.objects.count() == 2
    assert set(Task.objects.values_list("state", flat=True)) == {"open"}


def test_two_workers_run_one_ceremony_and_nothing_is_signed_twice(reader: Browser, world: World) -> None:
    for paper in Document.objects.order_by("pk"):
        reader.agree(paper)
    ceremony = prove(reader, world)
    at_once(lambda: ceremony_run(ceremony_id=ceremony.pk), 3)
    assert SignatureRecord.objects.count() == 3
    assert set(Document.objects.values_list("revision", flat=True)) == {1}
    ceremony.refresh_from_db()
    assert (ceremony.state, ceremony.private_key) == ("done", None)


def test_a_run_that_was_overtaken_fails_nothing_that_the_other_signs(reader: Browser, world: World) -> None:
    """It finds that the identity check has run out; what waits for the other's locks must not be what the other waits for."""
    for paper in Document.objects.order_by("pk"):
        reader.agree(paper)
    ceremony = prove(reader, world)
    certificate_ensure(ceremony)
    ceremony.refresh_from_db()
    believed, held = trust(), threading.Event()

    def sign() -> None:
        with transaction.atomic():
            list(Document.objects.select_for_update().order_by("pk"))
            items = list(CeremonyItem.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
            held.set()
            while not somebody_waits():
                continue
            list(Task.objects.select_for_update().order_by("pk"))
            Verification.objects.filter(purpose="identity").update(valid_until=clock.today())
            items_sign(items, believed)

    def overtaken() -> None:
        held.wait(60)
        Verification.objects.filter(purpose="identity").update(valid_until=clock.today() - timedelta(days=1))
        ceremony_run(ceremony_id=ceremony.pk)

    together(sign, overtaken)
    assert set(CeremonyItem.objects.values_list("state", flat=True)) == {"signed"}
    assert SignatureRecord.objects.filter(counted=True).count() == 3
    assert Ceremony.objects.get().state == "done"


def test_the_last_two_documents_of_a_batch_that_are_finished_at_once_end_it_once(reader: Browser) -> None:
    """Neither sees the other's document finished before that is committed: the later one has to wait and look."""
    first, second, third = Document.objects.order_by("pk")
    Task.objects.filter(document=third).update(state="cancelled")
    Document.objects.filter(pk=third.pk).update(state="cancelled")
    Task.objects.filter(document__in=[first, second]).update(state="signing")
    through: list[Document] = []

    def finish(paper: Document) -> None:
        with transaction.atomic():
            locked = Document.objects.select_for_update().get(pk=paper.pk)
            Task.objects.filter(document=locked).update(state="signed")
            documents_move_on([locked])
            through.append(paper)
            while len(through) < 2 and not somebody_waits():
                continue

    together(lambda: finish(first), lambda: finish(second))
    assert set(Document.objects.values_list("state", flat=True)) == {"complete", "cancelled"}
    assert Batch.objects.get().done_at is not None
    assert OutboxMessage.objects.filter(event="BatchMoved", payload__what="batch_done").count() == 1


def test_callback_return_and_ticker_at_once_settle_a_check_once(reader: Browser, world: World) -> None:
    for paper in Document.objects.order_by("pk"):
        reader.agree(paper)
    ceremony = Ceremony.objects.get()
    reader.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "20"})
    check = world.pass_check()
    results = at_once(lambda: verification_settle(check["ref"]), 4)
    assert {getattr(one, "state", one) for one in results} == {"passed"}
    assert Verification.objects.filter(serial_no=check["serial_no"]).count() == 1


def test_a_serial_that_is_used_for_another_check_at_the_same_moment_is_a_replay(reader: Browser, world: World) -> None:
    for paper in Document.objects.order_by("pk"):
        reader.agree(paper)
    ceremony = Ceremony.objects.get()
    reader.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "20"})
    told = world.pass_check()
    check = Verification.objects.get()
    other = Verification.objects.create(
        ref="V-other",
        subject=check.subject,
        purpose=check.purpose,
        provider_no="other",
        url="",
        asked_at=check.asked_at,
        lapses_at=check.lapses_at,
    )
    used = threading.Event()

    def use() -> None:
        with transaction.atomic():
            Verification.objects.filter(pk=other.pk).update(serial_no=told["serial_no"])
            used.set()
            while not somebody_waits():
                continue

    def settle() -> str:
        used.wait(60)
        return verification_settle(check.ref).problem

    assert set(together(use, settle)) == {None, Reason.REPLAYED.label}
    assert Verification.objects.get(pk=check.pk).state == "refused"
    assert RefusedAttempt.objects.get().reason == Reason.REPLAYED


def test_eight_equal_orders_at_once_make_one_batch(transactional_db: None, world: World, reg: Caller) -> None:
    cache.clear()
    body = batch(world, [document(world, "D1", [slot(PERSONS["P13"])])])
    answers = at_once(lambda: Caller("reg").order(body).status_code, 8)
    assert answers == [201] * 8
    assert Document.objects.count() == 1
