"""核对: what the rules ask outside about a case, and what they make of the answers. R025, R033."""

from __future__ import annotations

import re
from typing import Any

import pytest

from foundation.outside.lookups import keep, lookup_ask
from foundation.outside.models import Lookup
from foundation.outside.result import Found, Unavailable
from reg.casefile.models import Case
from reg.casefile.selectors import case_view
from reg.cases.checking import case_check, rule_lookups
from reg.cases.services import case_open
from reg.cases.signing import NotReady, signing_request
from reg.cases.web.test_pages import actor_of, browser
from reg.cases.web.test_rooms import leader
from reg.entities import stories
from reg.integrations.ports import PORTS
from reg.integrations.testing import outside_stub
from reg.items.gather import questions
from reg.testing import answer, company, draft, papers_make, person, tell_truth

pytestmark = pytest.mark.django_db
NEW = {"name": "卫甲", "id_type": "10", "id_number": "31010619820113931X"}


def leader_case() -> Case:
    case = case_open(actor=person("P01"), entity=company("C01"), chosen=["legal_representative"])
    return answer(case, person("P01"), "legal_representative", leader("P13", position="chairman"))


def asked(case: Case) -> list[tuple[str, dict[str, str]]]:
    view = case_view(case)
    return [(one.spec.port, dict(one.subject)) for one in questions(view, rule_lookups(view))]


@pytest.mark.row("R025", part="参数输入")
@pytest.mark.row("R033", part="申请信息提取")
def test_what_is_asked_is_taken_from_the_answers_and_the_register() -> None:
    case = leader_case()
    found, uscc = asked(case), case.entity.uscc
    assert ("watchlist_person", NEW) in found
    assert ("population", {"name": "卫甲", "id_number": NEW["id_number"]}) in found
    assert ("abnormal", {"uscc": uscc}) in found
    assert ("pending_matters", {"uscc": uscc}) in found
    assert ("watchlist_company", {"uscc": uscc, "name": case.entity.name}) in found
    assert not [subject for port, subject in found if subject.get("name") == "张示例"]


@pytest.mark.row("R033", part="适用性判断")
def test_a_case_that_keeps_its_leader_asks_about_him_and_not_about_unfinished_matters() -> None:
    case = case_open(actor=person("P01"), entity=company("C01"), chosen=["liaison"])
    found = asked(case)
    assert ("watchlist_person", "张示例") in [(port, subject.get("name")) for port, subject in found]
    assert "pending_matters" not in {port for port, _ in found}


@pytest.mark.row("R033", part="申请信息提取")
@pytest.mark.row("R033", part="接口调用")
def test_the_other_side_gets_name_and_document_of_the_new_leader() -> None:
    with outside_stub("watchlist") as stub:
        stub.say({"hits": [], **NEW})
        assert PORTS["watchlist_person"].ask(NEW) == Found({"hits": []})
    assert stub.asked == ["/person"]
    assert stub.sent == [NEW]


@pytest.mark.row("R025", part="反馈接收")
@pytest.mark.row("R033", part="反馈接收和处理")
def test_an_answer_changes_the_report_and_a_silent_one_is_asked_about() -> None:
    case = leader_case()
    assert "watchlist_person" in {fact.port for fact in case_check(case).pending}
    tell_truth(case)
    assert "CC28" not in codes(case)
    lookup = lookup_ask("watchlist_person", NEW)
    keep(lookup, Found({"hits": [{"list": "judgment_defaulter", "reason": "", "from": "2025-01-01", "to": ""}]}))
    assert codes(case)["CC28"] == "block"
    keep(lookup, Unavailable(lookup.asked_at, "没有回应"))
    assert codes(case)["lookup.watchlist_person"] == "confirm"


def codes(case: Case) -> dict[str, str]:
    return {finding.code: str(finding.severity) for finding in case_check(case).findings}


def test_signatures_wait_for_what_is_being_asked_right_now() -> None:
    actor = person("P01")
    case = draft(actor, company("C01"))
    papers_make(case, actor)
    Lookup.objects.filter(port="abnormal").update(state=Lookup.State.WAITING)
    with pytest.raises(NotReady, match="正在查：经营异常名录查询"):
        signing_request(actor=actor, case=case)
    tell_truth(case)
    assert signing_request(actor=actor, case=case).state == "signing"


def test_what_only_helps_to_fill_in_holds_nobody_up() -> None:
    case = leader_case()
    tell_truth(case)
    human: dict[str, Any] = stories.person_payload("P13")
    store = lookup_ask("licence_store", {"kind": "id_card", "id_type": "10", "id_number": human["id_number"]})
    for state in (Lookup.State.WAITING, Lookup.State.UNAVAILABLE):
        Lookup.objects.filter(pk=store.pk).update(state=state)
        report = case_check(case)
        assert not report.waiting
        assert "lookup.licence_store" not in {finding.code for finding in report.findings}


def test_the_button_leads_to_the_first_thing_to_confirm_also_where_it_is_about_the_company() -> None:
    client = browser("P69")
    case = draft(actor_of("P69"), company("C33"))
    tell_truth(case, abnormal={"listed": [{"reason_code": "unreachable", "reason": "无法联系"}]})
    page = client.get(f"/cases/{case.number}/check").content.decode()
    target = re.search(r'href="#(finding-CC04[^"]+)"', page)
    assert target is not None
    assert f'id="{target.group(1)}"' in page


def test_what_can_only_be_confirmed_has_no_button_that_changes_something() -> None:
    client = browser("P05")
    case = case_open(actor=actor_of("P05"), entity=company("C04"), chosen=["legal_representative"])
    rows = stories.facts_of(stories.companies()["C04"])["officers"]["rows"]
    successor = next(row for row in rows if row["name"] != "钱范例")
    told = {**successor, "reason": "term_ended", "resigned_on": ""}
    answer(case, actor_of("P05"), "legal_representative", told)
    tell_truth(case)
    page = client.get(f"/cases/{case.number}/check").content.decode()
    assert "进出口货物收发货人备案" in page
    card = page[page.index('id="finding-CC06') :]
    assert "去改" not in card[: card.index("</article>")]
