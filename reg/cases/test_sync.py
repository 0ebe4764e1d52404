"""What 电子签名 tells about a batch is stored and told once, whoever asks at the same time: callback, page and ticker."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from foundation.outside.testing import Stub, answer, stub_system
from reg.casefile.models import Case
from reg.casefile.test_answers import together
from reg.cases.batches import batch_sync
from reg.materials.models import Slot
from reg.materials.services import papers_current
from reg.testing import company, in_signing, person


def told(case: Case, state: str) -> dict[str, Any]:
    """What 电子签名 says of the batch of a case when every task is in `state`."""
    return {
        "documents": [
            {
                "ref": paper.ref,
                "state": "complete" if state == "signed" else "open",
                "tasks": [{"slot": place["name"], "state": state, "sign_no": "1-1-1-1"} for place in paper.slots],
            }
            for paper in papers_current(case)
            if paper.slots
        ]
    }


@pytest.fixture
def signing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    with stub_system() as stub:
        monkeypatch.setenv("SIGNING_BASE_URL", stub.base)
        yield stub


def says(signing: Stub, what: dict[str, Any]) -> None:
    def behave(write: Callable[[bytes], None]) -> None:
        is_file = signing.seen[-1].path.endswith("/signed")
        write(answer(200, b"%PDF-1.7 signed" if is_file else json.dumps(what).encode()))

    signing.behave = behave


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
