"""A wish checked whole, and what is offered instead; the register's names in the index."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command

from reg.entities.models import Entity
from reg.naming.checking import NameReport, Outcome, name_check, suggestions
from reg.naming.context import NameContext
from reg.naming.index import name_file
from reg.naming.models import IndexedName, NameKey
from reg.naming.parsing import parse
from reg.testing import company

pytestmark = pytest.mark.django_db
DAY, LLC = date(2026, 11, 27), NameContext("llc", district="310115")


def report(name: str) -> NameReport:
    return name_check(parse(name).parts, LLC, day=DAY)


@pytest.mark.row("R104", part="未通过的具体原因")
@pytest.mark.row("R104", part="禁止控制与限制提示")
@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("上海砚屿科技有限公司", Outcome.FREE),
        ("上海兴澜科技有限公司", Outcome.SIMILAR),
        ("星岚科技（上海）有限公司", Outcome.TAKEN),
        ("上海雷锋科技有限公司", Outcome.FORBIDDEN),
        ("上海砚屿银行有限公司", Outcome.RESTRICTED),
    ],
)
def test_the_gravest_thing_decides(name: str, outcome: Outcome) -> None:
    name_file(parse("上海星岚科技有限公司").parts)
    found = report(name)
    assert found.outcome is outcome
    assert outcome.may_be_held == (outcome in {Outcome.FREE, Outcome.SIMILAR})
    if outcome in {Outcome.FORBIDDEN, Outcome.RESTRICTED}:
        assert found.findings[0].message
        assert "《" in found.findings[0].basis


@pytest.mark.row("R102", part="名称四段式录入")
def test_a_name_of_another_district_is_refused() -> None:
    assert report("上海徐汇砚屿科技有限公司").outcome is Outcome.FORBIDDEN
    assert report("上海浦东砚屿科技有限公司").outcome is Outcome.FREE


def test_what_is_offered_instead_is_free() -> None:
    name_file(parse("上海星岚科技有限公司").parts)
    offered = suggestions(report("上海星岚科技有限公司"), LLC)
    assert len(offered) == 3
    for parts in offered:
        assert name_check(parts, LLC, day=DAY).outcome is Outcome.FREE
        assert parts.industry == "科技"


def test_the_register_is_filed_once_and_of_its_branches_the_whole_name_alone() -> None:
    one, branch = company("C01"), company("C18")
    call_command("naming_index")
    count = IndexedName.objects.count()
    assert count == Entity.objects.count()
    filed = IndexedName.objects.get(uscc=branch.uscc)
    assert (filed.written, filed.trade, filed.industry, filed.form) == (branch.name, one.name, "徐汇", "分公司")
    assert NameKey.objects.filter(name_id=filed.pk).count() == 1
    assert IndexedName.objects.get(uscc=one.uscc).written == one.name
    call_command("naming_index")
    assert IndexedName.objects.count() == count
