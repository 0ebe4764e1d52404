"""变更登记联络员, from log-in to the register: the whole way of the shortest case."""

from __future__ import annotations

import pytest

from tests.journeys.people import People
from tests.journeys.stories import company, person

pytestmark = pytest.mark.journey


def test_a_company_changes_its_liaison(people: People) -> None:
    """李样本 of C02 makes 钱范例 the liaison."""
    applicant, newcomer = people.citizen("P02"), person("P05")
    applicant.look("home")
    case = applicant.opens_change(company("C02"), "liaison")
    applicant.look("overview")

    applicant.room(case, "liaison")
    applicant.look("room")
    applicant.types(name=newcomer.name, id_number=newcomer.id_number[:-1] + "1", mobile=newcomer.mobile)
    applicant.saves()
    applicant.look("room-wrong")
    applicant.sees("号码的最后一位和前面对不上")
