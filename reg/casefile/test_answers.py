"""Nothing typed is lost, nothing is done twice: versions, races, idempotency keys."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from foundation.audit.models import AuditEvent
from foundation.identity.actor import Forbidden
from reg.casefile.models import IdempotencyKey, ItemAnswer
from reg.casefile.services import KeyReused, StaleAnswer, answer_save, once
from reg.casefile.states import WrongState
from reg.cases.services import case_open
from reg.testing import company, in_signing, liaison_payload, person


def together(count: int, act: Callable[[int], None]) -> None:
    """Run `act(n)` in `count` threads that start at the same moment."""
    gate = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            gate.wait()
            act(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db
@pytest.mark.row("R020", part="暂存")
def test_a_save_that_read_an_older_version_overwrites_nothing_and_shows_both() -> None:
    actor = person("P01")
    case = case_open(actor=actor, entity=company("C01"), chosen=["liaison"])
    first = answer_save(
        actor=actor, case=case, item_code="liaison", payload=liaison_payload("P05"), sources={}, read_version=0
    )
    answer_save(
        actor=actor,
        case=case,
        item_code="liaison",
        payload=liaison_payload("P06"),
        sources={},
        read_version=first.version,
    )
    with pytest.raises(StaleAnswer) as stale:
        answer_save(
            actor=actor,
            case=case,
            item_code="liaison",
            payload=liaison_payload("P07"),
            sources={},
            read_version=first.version,
        )
    assert stale.value.current.payload["name"] == liaison_payload("P06")["name"]
    assert ItemAnswer.objects.get(case=case, item_code="liaison").version == 2


@pytest.mark.django_db
def test_a_page_that_names_a_version_nobody_kept_is_saved_as_the_first() -> None:
    actor = person("P01")
    case = case_open(actor=actor, entity=company("C01"), chosen=["liaison"])
    typed = liaison_payload("P05")
    saved = answer_save(actor=actor, case=case, item_code="liaison", payload=typed, sources={}, read_version=7)
    assert (saved.version, saved.payload["name"]) == (1, typed["name"])


@pytest.mark.django_db(transaction=True)
def test_of_eight_first_saves_at_once_one_is_kept_and_seven_are_told() -> None:
    actor = person("P01")
    case = case_open(actor=actor, entity=company("C01"), chosen=["liaison"])
    told: list[str] = []

    def save(number: int) -> None:
        try:
            answer_save(
                actor=actor, case=case, item_code="liaison", payload={"name": str(number)}, sources={}, read_version=0
            )
            told.append("kept")
        except StaleAnswer:
            told.append("stale")

    together(8, save)
    assert sorted(told) == ["kept"] + ["stale"] * 7
    assert ItemAnswer.objects.filter(case=case, item_code="liaison").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_tap_does_it_once_and_both_get_the_same_answer() -> None:
    actor, done, answers = person("P01"), [], []

    def act() -> str:
        done.append(1)
        return f"/cases/{len(done)}"

    together(6, lambda _: answers.append(once(actor=actor, key="k1", content="open:C01", act=act)))
    assert len(done) == 1
    assert set(answers) == {"/cases/1"}


@pytest.mark.django_db
def test_a_key_that_comes_back_with_other_content_is_refused() -> None:
    actor = person("P01")
    once(actor=actor, key="k1", content="a", act=lambda: "/x")
    with pytest.raises(KeyReused):
        once(actor=actor, key="k1", content="b", act=lambda: "/y")
    assert once(actor=person("P02"), key="k1", content="b", act=lambda: "/z") == "/z"


@pytest.mark.django_db
def test_what_failed_may_be_tried_again_with_the_same_key() -> None:
    actor = person("P01")

    def fail() -> str:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        once(actor=actor, key="k1", content="a", act=fail)
    assert not IdempotencyKey.objects.exists()
    assert once(actor=actor, key="k1", content="a", act=lambda: "/ok") == "/ok"


@pytest.mark.django_db
def test_a_stranger_cannot_save_and_a_case_in_signing_cannot_be_changed() -> None:
    actor = person("P01")
    case = in_signing(actor, company("C01"))
    with pytest.raises(WrongState):
        answer_save(actor=actor, case=case, item_code="liaison", payload={}, sources={}, read_version=1)
    with pytest.raises(Forbidden):
        answer_save(actor=person("P02"), case=case, item_code="liaison", payload={}, sources={}, read_version=1)


@pytest.mark.django_db
def test_saves_of_a_draft_are_audited_once_in_five_minutes_and_carry_no_personal_data() -> None:
    actor = person("P01")
    case = case_open(actor=actor, entity=company("C01"), chosen=["liaison"])
    for version in range(3):
        answer_save(
            actor=actor,
            case=case,
            item_code="liaison",
            payload=liaison_payload("P05"),
            sources={},
            read_version=version,
        )
    events = AuditEvent.objects.filter(verb="answer.save")
    assert events.count() == 1
    assert liaison_payload("P05")["id_number"] not in str(events.get().canonical())
