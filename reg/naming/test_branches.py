"""The names of branches: derived from the parent's, unique as a whole, near to nobody. R103, R106; N050-N053."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reg.naming.branches import branch_parts, branch_read
from reg.naming.checking import Outcome, name_check, suggestions
from reg.naming.comparison import Compared, Kind, Verdict, compare
from reg.naming.context import NameContext, Parent
from reg.naming.index import name_drop, name_file
from reg.naming.models import NameKey
from reg.naming.parsing import parse
from reg.naming.parts import Parts
from reg.naming.reservation import claims_of

DAY = date(2026, 11, 27)
HEAD = "上海星岚科技有限公司"
XUHUI, PUDONG, HANGZHOU = "310104", "310115", "330106"


def branch(middle: str, ending: str = "分公司", head: str = HEAD) -> Parts:
    return branch_parts(head, middle, ending)


def context(district: str = PUDONG, *, kind: str = "company_branch", name: str = HEAD, **more: Any) -> NameContext:
    parent = Parent(name, "llc", district=more.pop("seat", PUDONG), renamed=more.pop("renamed", False))
    return NameContext(kind, district=district, parent=parent, **more)


def codes(parts: Parts, where: NameContext) -> list[tuple[str, str]]:
    found = name_check(parts, where, day=DAY).findings
    return [(one.code, one.severity) for one in found]


pytestmark = pytest.mark.django_db


@pytest.mark.row("R103", part="名称继承派生合规")
@pytest.mark.parametrize(
    "middle", ["", "浦东", "上海浦东", "第一", "浦东第二", "南京西路", "浦东金桥镇", "浦东科技", "技术"]
)
def test_place_number_and_the_parents_own_industry_stand_behind_its_name(middle: str) -> None:
    assert codes(branch(middle), context()) == []


@pytest.mark.row("R103", part="名称继承派生合规")
def test_a_name_that_does_not_begin_with_the_parents_is_refused() -> None:
    assert codes(branch("浦东", head="上海星澜科技有限公司"), context()) == [("N050", "forbid")]
    renamed = context(renamed=True)
    assert codes(branch("浦东", head="上海旧名科技有限公司"), renamed) == [("N052", "forbid")]


@pytest.mark.row("R103", part="行业表述一致")
def test_another_industry_is_the_desks_to_see_unless_the_branch_has_one_of_its_own() -> None:
    assert codes(branch("浦东餐饮"), context()) == [("N051", "restrict")]
    assert codes(branch("浦东餐饮"), context(other_industry=True)) == []
    assert codes(branch("浦东桂花"), context(other_industry=True)) == [("N051", "restrict")], "no industry at all"


@pytest.mark.row("R103", part="组织形式一致")
def test_the_ending_is_one_of_the_parents_kind() -> None:
    assert codes(branch("浦东", "分部"), context()) == [("N051", "forbid")]
    assert codes(branch("浦东", "分公司"), context(kind="partnership_branch")) == [("N051", "forbid")]
    assert codes(branch("浦东", "分部"), context(kind="partnership_branch")) == []


@pytest.mark.row("R103", part="名称继承派生合规")
def test_a_branch_elsewhere_says_where_it_is() -> None:
    assert codes(branch("第一"), context(XUHUI)) == [("N053", "warn")]
    assert codes(branch("徐汇第一"), context(XUHUI)) == []
    assert codes(branch("浦东"), context(XUHUI)) == [("N011", "forbid")], "not the district in which it stands"
    assert codes(branch("北京"), context()) == [("N011", "forbid")]
    head = "杭州外省样例科技有限公司"
    from_afar = context(name=head, seat=HANGZHOU)
    assert codes(branch("", head=head), from_afar) == [("N053", "restrict")]
    assert codes(branch("上海", head=head), from_afar) == []


def test_words_that_may_not_be_used_stop_a_branch_too() -> None:
    assert ("N086", "forbid") in codes(branch("浦东国家级"), context(other_industry=True))


@pytest.mark.row("R103", part="名称继承派生合规")
def test_neither_the_parent_nor_its_other_branches_nor_a_stranger_are_near_a_branch() -> None:
    for name in (HEAD, "上海星澜科技有限公司", "上海星岚软件有限公司"):
        name_file(parse(name).parts)
    name_file(branch("徐汇"))
    assert name_check(branch("浦东"), context(), day=DAY).outcome is Outcome.FREE
    near = name_check(parse("上海星兰科技有限公司").parts, NameContext("llc"), day=DAY).found.similar
    assert not [hit for hit in near if "分公司" in hit.written], "nor a branch near a company"


@pytest.mark.row("R103", part="名称继承派生合规")
def test_the_same_branch_is_found_and_a_number_offered() -> None:
    name_file(branch("浦东"))
    report = name_check(branch("浦东"), context(), day=DAY)
    assert [(hit.written, hit.verdict) for hit in report.found.same] == [
        (f"{HEAD}浦东分公司", Verdict(Kind.SAME, "S01"))
    ]
    offered = suggestions(report, context())
    assert [parts.full for parts in offered] == [f"{HEAD}浦东第{n}分公司" for n in "一二三"]
    assert compare(Compared(branch("浦东")), Compared(branch("浦东", "分店"))).kind is Kind.DIFFERENT


def test_a_branch_lies_under_one_key_and_claims_one() -> None:
    one = name_file(branch("浦东"))
    assert NameKey.objects.count() == len(claims_of(branch("浦东"))) == 1
    name_drop(one)
    assert not NameKey.objects.exists()


def test_a_branch_of_the_register_is_taken_apart_even_where_it_has_not_followed_its_parent() -> None:
    followed = branch_read(f"{HEAD}徐汇分公司", HEAD, "company_branch")
    assert (followed.trade, followed.industry, followed.form) == (HEAD, "徐汇", "分公司")
    late = branch_read("上海旧名科技有限公司徐汇分公司", HEAD, "company_branch")
    assert late.full == "上海旧名科技有限公司徐汇分公司"
