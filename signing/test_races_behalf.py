"""An authorisation is ended while under it is signed or ordered: every document counts or is closed, and none is signed afterwards."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections

from foundation import clock
from foundation.crypto.index import person_index
from signing.ceremonies import running
from signing.ceremonies.models import Ceremony, CeremonyItem, SignatureRecord
from signing.ceremonies.proofs import Proof
from signing.ceremonies.running import ceremony_run
from signing.tasks import ordering
from signing.tasks.models import Authorisation, Document, Reading, Task
from signing.test_races import together
from signing.testing import (
    PERSONS,
    Browser,
    Caller,
    World,
    arrive,
    authorised,
    batch,
    document,
    prove,
    slot,
    somebody_waits,
)

pytestmark = pytest.mark.django_db(transaction=True)
DELEGATE, PRINCIPAL = PERSONS["P04"], PERSONS["P01"]
NUMBER = "SQ-20261101-001"
PAPERS = 6


def end() -> int:
    return int(Caller("reg").post(f"/api/authorisations/{NUMBER}/end", {}).status_code)


@pytest.fixture
def ceremony(transactional_db: None, world: World, reg: Caller) -> Ceremony:
    """Six papers that P04 signs for P01 and somebody else for himself; proved, nothing signed yet."""
    cache.clear()
    both = [slot(DELEGATE, behalf=authorised(PRINCIPAL)), slot(PERSONS["P13"], x=300)]
    papers = [document(world, f"D{n}", both, pages=1) for n in range(PAPERS)]
    assert reg.order(batch(world, papers)).status_code == 201
    arrive(world)
    browser = Browser(person_index(DELEGATE["id_type"], DELEGATE["id_number"]))
    url = reg.post("/api/tickets", {"person": DELEGATE}).json()["url"]
    browser.get(url[url.index("/enter/") :])
    Reading.objects.update(pages=[1], agreed_at=clock.now())
    browser.tap(Document.objects.order_by("pk")[PAPERS - 1])
    return prove(browser, world)


def assert_settled(ceremony: Ceremony) -> int:
    """Each document was counted before the end or closed by it; how many counted."""
    ended = Authorisation.objects.get().ended_at
    assert ended is not None
    counted = 0
    for paper in Document.objects.order_by("pk"):
        record = SignatureRecord.objects.filter(task__document=paper).first()
        item = CeremonyItem.objects.get(task__document=paper)
        task = Task.objects.get(document=paper, authorisation__isnull=False)
        if record is None:
            assert (paper.state, task.state, paper.revision) == ("cancelled", "cancelled", 0)
            assert (item.state, item.problem) == ("dropped", "授权已终止")
        else:
            counted += 1
            assert record.counted
            assert record.signed_at <= ended
            assert (paper.state, task.state, item.state) == ("open", "signed", "signed"), "it waits for the other"
    ceremony_run(ceremony_id=ceremony.pk)
    assert SignatureRecord.objects.count() == counted, "nothing is signed afterwards"
    ceremony.refresh_from_db()
    assert (ceremony.state, ceremony.private_key) == ("done", None)
    return counted


class Ender:
    """The client ends the authorisation in a thread of its own, from within somebody else's transaction."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self.answers.append(end())
        finally:
            connections.close_all()

    def begin(self) -> None:
        """Send the call and go on when it waits for what the caller holds."""
        self.thread.start()
        while self.thread.is_alive() and not somebody_waits():
            continue
        assert self.thread.is_alive(), "the end did not wait for the other transaction"


def test_the_document_that_is_being_signed_at_the_end_counts_and_the_later_ones_do_not(
    ceremony: Ceremony, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end comes just before the third document is signed: it waits for this one and stops what it finds after it."""
    honest, proved, ender = Proof.missing, 0, Ender()

    def proves(*arguments: Any) -> Any:
        nonlocal proved
        proved += 1
        if proved == 3:
            ender.begin()
        return honest(*arguments)

    monkeypatch.setattr(running, "AT_ONCE", 1)
    monkeypatch.setattr(Proof, "missing", proves)
    together(lambda: ceremony_run(ceremony_id=ceremony.pk))
    ender.thread.join(60)
    assert ender.answers == [200]
    assert 3 <= assert_settled(ceremony) <= PAPERS


def test_signing_and_ending_at_once_leave_nothing_half(ceremony: Ceremony) -> None:
    together(lambda: ceremony_run(ceremony_id=ceremony.pk), end, end)
    assert_settled(ceremony)


def test_an_end_that_comes_while_an_order_is_taken_closes_what_it_ordered(
    transactional_db: None, world: World, reg: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    honest, ender = ordering._document_take, Ender()

    def takes(*arguments: Any) -> None:
        ender.begin()
        honest(*arguments)

    first, second = (
        batch(world, [document(world, ref, [slot(DELEGATE, behalf=authorised(PRINCIPAL))], pages=1)], ref=ref)
        for ref in ("D1", "D2")
    )
    assert reg.order(first).status_code == 201
    monkeypatch.setattr(ordering, "_document_take", takes)
    assert together(lambda: Caller("reg").order(second, key="k2").status_code) == [201]
    ender.thread.join(60)
    assert ender.answers == [200]
    assert list(Task.objects.values_list("state", flat=True)) == ["cancelled", "cancelled"]


def test_ordering_and_ending_at_once_leave_nothing_open(transactional_db: None, world: World, reg: Caller) -> None:
    cache.clear()
    behalf = authorised(PRINCIPAL)
    orders = [
        batch(
            world, [document(world, f"D{n}", [slot(DELEGATE, behalf=behalf)], pages=1)], ref=f"B{n}", case_no=f"31-{n}"
        )
        for n in range(4)
    ]
    together(*[lambda one=one: Caller("reg").order(one, key=str(one["ref"])) for one in orders], end)
    assert Authorisation.objects.get().ended_at is not None
    assert set(Task.objects.values_list("state", flat=True)) <= {"cancelled"}
    assert set(Document.objects.values_list("state", flat=True)) <= {"cancelled"}
    late = batch(world, [document(world, "D9", [slot(DELEGATE, behalf=behalf)], pages=1)], ref="B9")
    assert reg.order(late, key="k9").status_code == 409
