"""一网通办 is told in the words of its own contract, and once, however often the outbox delivers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from foundation.config import ROOT
from foundation.outside.testing import Stub, answer, stub_system
from reg.casefile.models import Case
from reg.cases.events import CaseApproved, CaseRefused, CaseReturned, CaseSubmitted, CaseWithdrawn
from reg.cases.services import case_withdraw
from reg.review import telling
from reg.review.services import case_approve, case_refuse, case_return, point_note, review_claim
from reg.testing import company, draft, person, staff, submitted

pytestmark = pytest.mark.django_db
CONTRACT = ROOT / "sandbox/onestop/openapi.yaml"


@pytest.fixture
def onestop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    with stub_system() as stub:
        monkeypatch.setenv("OUTSIDE_ONESTOP_URL", stub.base)
        stub.behave = lambda write: write(answer(201, b'{"serial": "YW2026112700000153"}'))
        yield stub


def known_statuses() -> set[str]:
    """The words that 一网通办 takes."""

    def within(part: Any) -> Iterator[list[str]]:
        if isinstance(part, dict):
            if "status" in part and isinstance(part["status"], dict) and "enum" in part["status"]:
                yield part["status"]["enum"]
            for one in part.values():
                yield from within(one)

    return {word for words in within(yaml.safe_load(CONTRACT.read_text("utf-8"))) for word in words}


def ends(case: Case, end: str) -> Callable[[], None]:
    """Bring a case to its end; what the outbox then delivers."""
    examiner = staff("shen1")
    if end == "withdrawn":
        case_withdraw(actor=person("P01"), case=case)
        return lambda: telling.onestop_withdrawn(CaseWithdrawn(case_no=case.number))
    review_claim(actor=examiner, case=case)
    if end == "returned":
        point_note(actor=examiner, case=case, title="联络员", text="请写全名", item="liaison")
        case_return(actor=examiner, case=case)
        return lambda: telling.onestop_returned(CaseReturned(case_no=case.number, round=1))
    if end == "refused":
        case_refuse(actor=examiner, case=case, reason="材料不实", basis="条例第二十条")
        return lambda: telling.onestop_refused(CaseRefused(case_no=case.number))
    case_approve(actor=examiner, case=case)
    return lambda: telling.onestop_approved(CaseApproved(case_no=case.number))


@pytest.mark.parametrize("end", ["returned", "refused", "approved", "withdrawn"])
def test_every_step_is_told_in_a_word_of_the_contract_and_a_repeat_is_the_same(onestop: Stub, end: str) -> None:
    case = submitted(person("P01"), company("C01"))
    telling.onestop_submitted(CaseSubmitted(case_no=case.number, round=0))
    deliver = ends(Case.objects.get(), end)
    deliver()
    deliver()
    assert Case.objects.get().onestop_serial == "YW2026112700000153"
    first, second = (json.loads(call.body) for call in onestop.seen if call.path.endswith("/status"))
    assert first == second
    assert first["status"] == end
    assert end in known_statuses()
    assert first["at"].endswith("+08:00")


def test_nothing_is_told_of_a_draft_that_was_thrown_away(onestop: Stub) -> None:
    case = draft(person("P01"), company("C01"))
    ends(case, "withdrawn")()
    assert not onestop.seen
