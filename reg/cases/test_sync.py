"""What 电子签名 tells about a batch is stored and told once, whoever asks at the same time: callback, page and ticker."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import pytest
from django.db import connections

from foundation.outside.testing import Stub, answer, stub_system
from reg.casefile.models import Case
from reg.casefile.test_answers import together
from reg.cases.batches import batch_send, batch_sync, batches_cancel
from reg.cases.events import CaseReopened, SignaturesRequested
from reg.cases.signing import batch_ref, case_reopen, signing_request
from reg.materials.models import Slot
from reg.materials.services import papers_current
from reg.testing import company, in_signing, person
from signing_client.testing import DIGEST, batch_json, document_json, task_json

FILE = b"%PDF-1.7 signed"


def told(case: Case, state: str) -> dict[str, Any]:
    """What 电子签名 says of the batch of a case when every task is in `state`."""
    return batch_json(
        batch_ref(case),
        [
            document_json(
                paper.ref,
                [task_json(place["name"], state=state) for place in paper.slots],
                state="complete" if state == "signed" else "open",
            )
            for paper in papers_current(case)
            if paper.slots
        ],
    )


@pytest.fixture
def signing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    with stub_system() as stub:
        monkeypatch.setenv("SIGNING_BASE_URL", stub.base)
        yield stub


def says(signing: Stub, what: dict[str, Any]) -> None:
    def behave(write: Callable[[bytes], None]) -> None:
        if signing.seen[-1].path.endswith("/signed"):
            write(answer(200, FILE, f"{DIGEST}: {sha256(FILE).hexdigest()}"))
        else:
            write(answer(200, json.dumps(what).encode()))

    signing.behave = behave


def again(case: Case) -> Case:
    """Back to filling in, and signatures are asked for once more."""
    actor = person("P01")
    return signing_request(actor=actor, case=case_reopen(actor=actor, case=case))


@pytest.mark.django_db(transaction=True)
def test_four_who_ask_at_once_tell_every_signature_once(signing: Stub) -> None:
    case = in_signing(person("P01"), company("C01"))
    says(signing, told(case, "signed"))

    def ask(_: int) -> None:
        batch_sync(Case.objects.select_related("entity").get(pk=case.pk))

    together(4, ask)
    slots = Slot.objects.filter(paper__case=case)
    assert set(slots.values_list("state", flat=True)) == {"signed"}
    assert case.steps.filter(kind="signed").count() == slots.count()
    assert case.steps.filter(kind="all_signed:1").count() == 1
    assert all(paper.signed_file_id for paper in papers_current(case) if paper.slots)


@pytest.mark.django_db
@pytest.mark.parametrize("before", ["open", "signing"])
def test_an_answer_from_before_the_signature_takes_nothing_back(signing: Stub, before: str) -> None:
    case = in_signing(person("P01"), company("C01"))
    for state in ("signed", before, "signed"):
        says(signing, told(case, state))
        batch_sync(case)
        assert set(Slot.objects.filter(paper__case=case).values_list("state", flat=True)) == {"signed"}
    assert case.steps.filter(kind="signed").count() == Slot.objects.filter(paper__case=case).count()


@pytest.mark.django_db
@pytest.mark.parametrize("late", ["signed", "refused", "cancelled"])
def test_a_late_answer_about_the_attempt_before_decides_nothing_of_the_one_under_way(signing: Stub, late: str) -> None:
    before = in_signing(person("P01"), company("C01"))
    says(signing, told(before, late))
    case = again(before)
    batch_sync(before)
    assert set(Slot.objects.filter(paper__case=case).values_list("state", flat=True)) == {"open"}
    assert not any(paper.signed_file_id for paper in papers_current(case))


@pytest.mark.django_db
def test_a_case_taken_back_meanwhile_is_not_told_to_be_signed(signing: Stub) -> None:
    case = in_signing(person("P01"), company("C01"))
    says(signing, told(case, "signed"))
    case_reopen(actor=person("P01"), case=case)
    assert batch_sync(case), "it was read before"
    assert not case.steps.filter(kind__startswith="all_signed").exists()


@pytest.mark.django_db
def test_a_file_without_its_stated_digest_is_not_taken(signing: Stub) -> None:
    case = in_signing(person("P01"), company("C01"))
    what = told(case, "signed")
    for document in what["documents"]:
        document["signed_sha256"] = "0" * 64
    says(signing, what)
    batch_sync(case)
    assert not any(paper.signed_file_id for paper in papers_current(case))
    says(signing, told(case, "signed"))
    batch_sync(case)
    assert all(paper.signed_file_id for paper in papers_current(case) if paper.slots)


def takes_batches(signing: Stub, meanwhile: Callable[[], object] = lambda: None) -> Callable[[], list[str]]:
    """It takes every batch and cancels whatever it is told; what it was told is returned by a call. `meanwhile`: what happens
    while a batch is on its way."""

    def behave(write: Callable[[bytes], None]) -> None:
        call = signing.seen[-1]
        if call.path == "/api/batches":
            meanwhile()
            connections.close_all()
        write(answer(200, json.dumps(batch_json("B", [])).encode()))

    def called() -> list[str]:
        sent = [json.loads(one.body)["ref"] if one.path == "/api/batches" else one.path for one in signing.seen]
        return [one.removeprefix("/api/batches/") for one in sent]

    signing.behave = behave
    return called


@pytest.mark.django_db
def test_a_reopening_that_is_heard_of_late_leaves_what_was_asked_for_since(signing: Stub) -> None:
    case = again(in_signing(person("P01"), company("C01")))
    called = takes_batches(signing)
    batches_cancel(CaseReopened(case_no=case.number, round=case.round))
    assert called() == [f"{case.number}-1/cancel"]
    case_reopen(actor=person("P01"), case=case)
    batches_cancel(CaseReopened(case_no=case.number, round=case.round))
    assert called()[1:] == [f"{case.number}-1/cancel", f"{case.number}-2/cancel"]


@pytest.mark.django_db
def test_what_was_asked_for_before_is_cancelled_before_it_is_asked_for_again(signing: Stub) -> None:
    """Else the first batch, taken when its cancelling had been answered already, locks the papers for ever."""
    case = again(in_signing(person("P01"), company("C01")))
    called = takes_batches(signing)
    batch_send(SignaturesRequested(case_no=case.number, round=case.round))
    assert called() == [f"{case.number}-1/cancel", f"{case.number}-2"]


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_was_on_its_way_when_the_case_was_reopened_is_cancelled(signing: Stub) -> None:
    case = in_signing(person("P01"), company("C01"))
    called = takes_batches(signing, lambda: case_reopen(actor=person("P01"), case=case))
    batch_send(SignaturesRequested(case_no=case.number, round=case.round))
    assert called() == [f"{case.number}-1", f"{case.number}-1/cancel"]


@pytest.mark.django_db
def test_a_batch_whose_sending_was_not_heard_of_before_the_reopening_is_cancelled(signing: Stub) -> None:
    """It may have been taken after its cancelling was answered by: there is none."""
    case = case_reopen(actor=person("P01"), case=in_signing(person("P01"), company("C01")))
    called = takes_batches(signing)
    batch_send(SignaturesRequested(case_no=case.number, round=case.round))
    assert called() == [f"{case.number}-1/cancel"]
