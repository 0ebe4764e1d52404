"""授权签署 as clients order and end it: whole or refused, in force today or refused, ended once and for all. R132, R135."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.clock.models import ClockOffset
from foundation.crypto.index import person_index
from signing.ceremonies.behalf import authorisations_lapse
from signing.guard.models import Reason
from signing.tasks.models import Authorisation, ClientSystem, Document, Subject, Task
from signing.testing import COMPANY, PERSONS, Caller, World, arrive, authorised, batch, document, slot, work

PRINCIPAL, DELEGATE, OTHER = PERSONS["P01"], PERSONS["P04"], PERSONS["P13"]
NUMBER = "SQ-20261101-001"
END = f"/api/authorisations/{NUMBER}/end"


def asked(world: World, behalf: dict[str, Any], ref: str = "1", **more: Any) -> dict[str, Any]:
    """An order of one document that P04 signs for P01."""
    at = slot(DELEGATE, role="法定代表人", behalf=behalf, **more)
    return batch(world, [document(world, f"D{ref}", [at], pages=1)], ref=f"B{ref}")


def code(reg: Caller, body: dict[str, Any]) -> tuple[int, str]:
    answer = reg.order(body, key=body["ref"])
    return answer.status_code, answer.json().get("error", "")


def test_an_order_names_for_whom_and_by_what_right_and_every_answer_carries_it(reg: Caller, world: World) -> None:
    made = reg.order(asked(world, authorised(PRINCIPAL)))
    assert made.status_code == 201
    today = clock.today()
    expected = {
        "name": "张示例",
        "role": "法定代表人",
        "authorisation": NUMBER,
        "granted_on": (today - timedelta(days=30)).isoformat(),
        "valid_until": (today + timedelta(days=30)).isoformat(),
        "covers": "代为签署分支机构设立、变更、注销登记的申请书",
        "ended_at": None,
    }
    assert made.json()["documents"][0]["tasks"][0]["on_behalf_of"] == expected
    assert made.json()["documents"][0]["tasks"][0]["signer_name"] == "赵演示"
    arrive(world)
    person = {key: DELEGATE[key] for key in ("name", "id_type", "id_number")}
    todo = reg.post("/api/todos", {"person": person}).json()["todos"][0]
    assert todo["on_behalf_of"] == [{**expected, "document": "股东会决议"}]


def test_a_slot_of_ones_own_says_nothing_of_it(reg: Caller, world: World) -> None:
    made = reg.order(batch(world, [document(world, "D1", [slot(DELEGATE)], pages=1)])).json()
    assert made["documents"][0]["tasks"][0]["on_behalf_of"] is None


def test_who_signs_and_for_whom_are_found_by_blind_index_and_kept_encrypted(reg: Caller, world: World) -> None:
    reg.order(asked(world, authorised(PRINCIPAL, covers="代张示例签署")))
    held = Authorisation.objects.get()
    assert held.principal is not None
    assert held.principal.key == person_index(PRINCIPAL["id_type"], PRINCIPAL["id_number"])
    assert (held.principal.name, held.delegate) == ("张示例", Task.objects.get().subject)
    with connection.cursor() as cursor:
        cursor.execute("SELECT a::text || s::text FROM tasks_authorisation a, tasks_subject s")
        kept = "".join(row for (row,) in cursor.fetchall())
    for secret in ("张示例", PRINCIPAL["id_number"]):
        assert secret not in kept
        assert secret.encode().hex() not in kept


@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        ({"authorisation": None}, "authorisation_missing", "没有写授权"),
        ({"on_behalf_of": None}, "principal_missing", "没有写代谁签"),
    ],
)
def test_half_of_it_is_refused(reg: Caller, world: World, spoil: dict[str, Any], error: str, words: str) -> None:
    answer = reg.order(asked(world, {**authorised(PRINCIPAL), **spoil}))
    assert (answer.status_code, answer.json()["error"]) == (422, error)
    assert words in answer.json()["message"]
    assert not Task.objects.exists()


def test_nobody_signs_for_himself_by_authorisation(reg: Caller, world: World) -> None:
    itself = authorised({**DELEGATE, "id_number": f" {DELEGATE['id_number']}", "name": "赵演示"})
    assert code(reg, asked(world, itself)) == (422, "behalf_self")


def test_an_enterprise_is_no_principal_and_a_seal_is_not_given_away(reg: Caller, world: World) -> None:
    entity = {**authorised(PRINCIPAL), "on_behalf_of": COMPANY}
    assert code(reg, asked(world, entity)) == (422, "invalid")
    seal = slot(COMPANY, kind="seal", behalf=authorised(PRINCIPAL))
    sealed = batch(world, [document(world, "D2", [seal], pages=1)], ref="B2")
    assert code(reg, sealed) == (422, "behalf_seal")


@pytest.mark.parametrize(
    ("since", "days", "expected"),
    [
        (0, 0, (201, "")),
        (-30, -1, (422, "authorisation_lapsed")),
        (1, 30, (422, "authorisation_early")),
        (2, 1, (422, "authorisation_dates")),
    ],
)
def test_it_has_to_be_in_force_on_the_legal_day_first_and_last_day_included(
    reg: Caller, world: World, since: int, days: int, expected: tuple[int, str]
) -> None:
    assert code(reg, asked(world, authorised(PRINCIPAL, since=since, days=days))) == expected


def test_the_day_is_that_of_the_legal_clock_in_shanghai(reg: Caller, world: World) -> None:
    behalf = authorised(PRINCIPAL, days=0)
    now = clock.to_shanghai(clock.now())
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    ClockOffset.move_to(midnight - now - timedelta(minutes=5))
    assert code(reg, asked(world, behalf)) == (201, "")
    ClockOffset.move_to(midnight - now + timedelta(minutes=5))
    answer = reg.order(asked(world, behalf, "2"), key="B2")
    last = date.fromisoformat(behalf["authorisation"]["valid_until"])
    assert answer.json()["error"] == "authorisation_lapsed"
    assert f"有效期到 {last.year}年{last.month}月{last.day}日，已经过了" in answer.json()["message"]


def test_an_order_that_was_taken_is_answered_again_after_the_authorisation_has_lapsed(
    reg: Caller, world: World
) -> None:
    body = asked(world, authorised(PRINCIPAL, days=0))
    first = reg.order(body)
    ClockOffset.move_to(timedelta(days=2))
    again = reg.order(body)
    assert (first.status_code, again.status_code) == (201, 201)


@pytest.mark.parametrize(
    ("signer", "principal", "changes"),
    [
        (DELEGATE, OTHER, {}),
        (DELEGATE, PRINCIPAL, {"covers": "别的事"}),
        (DELEGATE, PRINCIPAL, {"days": 60}),
        (OTHER, PRINCIPAL, {}),
    ],
)
def test_one_number_means_one_authorisation(
    reg: Caller, world: World, signer: dict[str, str], principal: dict[str, str], changes: dict[str, Any]
) -> None:
    assert code(reg, asked(world, authorised(PRINCIPAL))) == (201, "")
    other = slot(signer, behalf=authorised(principal, **changes))
    again = batch(world, [document(world, "D2", [other], pages=1)], ref="B2")
    assert code(reg, again) == (409, "authorisation_differs")
    first, second = slot(DELEGATE, behalf=authorised(PRINCIPAL, "SQ-NEW")), authorised(principal, "SQ-NEW", **changes)
    inside = batch(world, [document(world, "D3", [first, slot(signer, name="b", behalf=second)], pages=1)], ref="B3")
    assert code(reg, inside) == (409, "authorisation_differs")
    assert Authorisation.objects.count() == 1


def test_a_name_that_is_settled_otherwise_is_refused(reg: Caller, world: World) -> None:
    assert code(reg, asked(world, authorised(PRINCIPAL))) == (201, "")
    Subject.objects.filter(key=person_index(PRINCIPAL["id_type"], PRINCIPAL["id_number"])).update(
        name_settled_at=clock.wall()
    )
    wrong = authorised({**PRINCIPAL, "name": "张冒名"}, "SQ-000002")
    assert code(reg, asked(world, wrong, "2")) == (422, "signer_name")


# ---- ending ----


def test_the_client_ends_it_and_what_is_open_under_it_is_closed_at_once(reg: Caller, world: World) -> None:
    own = document(world, "D2", [slot(DELEGATE)], pages=1, title="任职书")
    both = document(world, "D1", [slot(DELEGATE, behalf=authorised(PRINCIPAL)), slot(OTHER, x=300)], pages=1)
    assert reg.order(batch(world, [both, own])).status_code == 201
    arrive(world)
    world.callbacks.clear()
    ended = reg.post(END, {})
    assert ended.status_code == 200
    assert (ended.json()["number"], ended.json()["stopped"], ended.json()["signed"]) == (NUMBER, 1, 0)
    state = reg.state()
    stopped, other = state["documents"]
    assert (stopped["state"], stopped["problem_code"]) == ("cancelled", "authorisation_ended")
    assert [(task["state"], task["reason"]) for task in stopped["tasks"]] == [("cancelled", "授权已终止")] * 2
    assert stopped["tasks"][0]["on_behalf_of"]["ended_at"] == ended.json()["ended_at"]
    assert (other["state"], state["state"]) == ("open", "stopped"), "a document without it goes on"
    work()
    assert [(call["event"], call["document"]) for call in world.callbacks] == [("authorisation_ended", "D1")]
    assert AuditEvent.objects.get(verb="authorisation.end").details == {"documents": 1}


def test_ending_it_again_changes_nothing_and_says_the_same(reg: Caller, world: World) -> None:
    reg.order(asked(world, authorised(PRINCIPAL)))
    arrive(world)
    first = reg.post(END, {})
    work()
    world.callbacks.clear()
    assert reg.post(END, {}).json() == first.json()
    assert work() == []
    with pytest.raises(DatabaseError), transaction.atomic():
        Authorisation.objects.update(ended_at=None)


def test_nothing_is_ordered_under_what_has_ended_even_when_the_end_came_first(reg: Caller, world: World) -> None:
    assert reg.post(END, {}).json()["stopped"] == 0
    answer = reg.order(asked(world, authorised(PRINCIPAL)))
    assert (answer.status_code, answer.json()["error"]) == (409, "authorisation_ended")
    assert f"授权 {NUMBER} 已经终止" in answer.json()["message"]


def test_each_client_ends_its_own(reg: Caller, world: World) -> None:
    ClientSystem.objects.create(name="sandbox", title="别的系统", base_url=world.base)
    reg.order(asked(world, authorised(PRINCIPAL)))
    arrive(world)
    assert Caller("sandbox").post(END, {}).json()["stopped"] == 0
    assert reg.state()["state"] == "open"


def test_a_number_that_is_none_is_refused(reg: Caller) -> None:
    assert reg.post("/api/authorisations/张示例的授权/end", {}).status_code == 422


def test_signers_of_the_rest_are_told_when_the_file_that_was_waited_for_is_stopped(reg: Caller, world: World) -> None:
    """The batch was held up by a file that had not come; without it, it is ready."""
    papers = [
        document(world, "D1", [slot(DELEGATE, behalf=authorised(PRINCIPAL))], pages=1),
        document(world, "D2", [slot(OTHER)], pages=1),
    ]
    missing = world.files.pop("files/D1")
    reg.order(batch(world, papers))
    work()
    assert world.messages == []
    world.files["files/D1"] = missing
    reg.post(END, {})
    work()
    assert [message["to"] for message in world.messages] == [OTHER["mobile"]]


def test_what_is_open_when_the_last_day_is_over_is_closed_too(reg: Caller, world: World) -> None:
    reg.order(asked(world, authorised(PRINCIPAL, days=0)))
    arrive(world)
    authorisations_lapse()
    assert reg.state()["state"] == "open", "its last day is not over"
    ClockOffset.move_to(timedelta(days=1))
    world.callbacks.clear()
    authorisations_lapse()
    authorisations_lapse()
    work()
    state = reg.state()["documents"][0]
    assert (state["state"], state["problem"]) == ("cancelled", Reason.AUTHORISATION_LAPSED.label)
    assert state["tasks"][0]["on_behalf_of"]["ended_at"] is None
    assert [call["event"] for call in world.callbacks] == ["authorisation_lapsed", "batch_done"]
    assert AuditEvent.objects.filter(verb="authorisation.lapse").count() == 1
    assert reg.order(asked(world, authorised(PRINCIPAL, "SQ-000002"), "2"), key="k2").status_code == 201


def test_the_document_is_free_for_a_new_order(reg: Caller, world: World) -> None:
    reg.order(asked(world, authorised(PRINCIPAL)))
    arrive(world)
    reg.post(END, {})
    again = batch(world, [document(world, "D1", [slot(PRINCIPAL, role="法定代表人")], pages=1)], ref="B2")
    assert code(reg, again) == (201, "")
    assert Document.objects.filter(ref="D1").count() == 2
