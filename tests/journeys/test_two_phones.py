"""Two phones at work on one company: a save that comes too late, and two cases that want to be signed at the same moment."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.cases import Case
from tests.journeys.faults import Form, at_once, form_of
from tests.journeys.filling import types_liaison, with_papers
from tests.journeys.looks import Looks
from tests.journeys.people import People, Signer
from tests.journeys.stories import company, person

pytestmark = pytest.mark.journey
SIGN = re.compile(r"^请 \d+ 人签名")


@pytest.mark.row("R020", part="暂存")
def test_a_late_save_of_a_second_phone_shows_both_and_loses_neither(passers: People, looks: Looks) -> None:
    """法定代表人 and 联络员 of C04 have the same page open; the one who saves later chooses."""
    leader, liaison = passers.citizen("P05"), passers.citizen("P33", java_script_enabled=False)
    case = leader.opens_change(company("C04"), "liaison")
    liaison.room(case, "liaison")
    types_liaison(liaison, "P07")
    leader.room(case, "liaison")
    types_liaison(leader, "P08")
    leader.saves()
    expect(leader.page).to_have_url(f"{case.url}/check")

    liaison.saves()
    liaison.sees("这里的内容刚刚改过", person("P08").name, person("P07").name)
    looks.see(leader.page, "check")
    assert kept(case) == person("P08").name
    liaison.presses("用我填的")
    assert kept(case) == person("P07").name

    # by itself, with script: typing stops, and both sides are one tap away
    leader.room(case, "liaison")
    liaison.room(case, "liaison")
    liaison.types(email="zhou@example.com")
    liaison.saves()
    leader.types(email="wu@example.com")
    leader.sees("在另一台手机上改过，您填的没有盖掉它。")
    looks.see(leader.page, "changed-elsewhere")
    assert case.ask("case.answers.get().payload['email']") == "zhou@example.com"


def kept(case: Case) -> str:
    """The name in the draft."""
    return str(case.ask("case.answers.get().payload['name']"))


@pytest.mark.row("R025", part="CC01")
def test_of_two_cases_signed_at_once_one_goes_on_and_the_other_is_told_which(passers: People, looks: Looks) -> None:
    """法定代表人 and 联络员 of C06 each have a case ready for its signatures."""
    phones = passers.citizen("P07"), passers.citizen("P39")
    cases = [
        with_papers(phone, company("C06"), newcomer) for phone, newcomer in zip(phones, ("P33", "P40"), strict=True)
    ]
    at_once(*(asks(phone, case) for phone, case in zip(phones, cases, strict=True)))
    states = [case.state for case in cases]
    assert sorted(states) == ["draft", "signing"]
    first, second = states.index("signing"), states.index("draft")
    other, winner = phones[second], cases[first]
    number = winner.ask("case.number_grouped")
    other.presses("请 ")  # his page does not know yet
    other.sees(number, "签名中", f"{phones[first].who.name}开办", "这一件的内容都留着")
    looks.see(other.page, "in-flight-elsewhere")
    other.presses("先看核对结果")
    other.sees(winner.number, "签名中")
    looks.see(other.page, "in-flight-check")
    other.presses("打开那一件")
    expect(other.page).to_have_url(winner.url)


def asks(phone: Signer, case: Case) -> Form:
    """请 N 人签名, not tapped yet."""
    phone.goes_to(f"{case.url}/papers")
    return form_of(phone, phone.page.get_by_role("button", name=SIGN))
