"""名称变更登记: what is collected, standardised, checked and told. R004, R005, R105, R107."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from reg.casefile.view import CaseView
from reg.catalog.names import name_rules, standard_characters
from reg.items.kit import Facts, Finding, Hint, Known, Severity
from reg.items.kit.names import (
    AT_THE_COUNTER,
    BY_PAPER,
    HeldName,
    NameFacts,
    context_of,
    needs_authorisation,
    parts_of_answer,
)
from reg.items.kit.testing import codes, found, story_case
from reg.items.name import ITEM
from reg.items.name.form import NameForm
from reg.naming.checking import NameReport, Outcome
from reg.naming.checks import check_name
from reg.naming.comparison import Compared, Standing, compare
from reg.naming.index import Found, Hit
from reg.naming.parsing import parse
from reg.naming.risk import risk_of

TODAY = date(2026, 11, 23)
OLD, NEW = "上海星岚示例科技有限公司", "上海星屿示例科技有限公司"
DECLARED = {
    "source": "with_registration", "region": "上海", "order": "front", "trade": "星屿示例", "industry": "科技",
    "small_class": "6513", "group": "", "form": "有限公司", "related": "", "number": "",
    "kind": "llc", "district": "310115", "was_region": "上海",
}  # fmt: skip
NUMBER = "MB202611200000000175"
HELD = HeldName(NUMBER, NEW, parse(NEW, "6513").parts, date(2027, 1, 19), "llc")


def answer(**changes: Any) -> dict[str, Any]:
    """What is kept of these fields, brought into step as after a save."""
    return settled({**DECLARED, **NameForm.read({**DECLARED, **changes}).payload()})


def settled(payload: dict[str, Any], name: NameFacts | None = None) -> dict[str, Any]:
    assert ITEM.settle is not None
    return ITEM.settle(payload, story_case("C01"), Facts(name=name or NameFacts()))


def case_of(**changes: Any) -> CaseView:
    return story_case("C01", name=answer(**changes))


def told(case: CaseView, *others: str, standing: Standing = Standing.REGISTERED, **more: Any) -> Facts:
    """Facts as if the index held these other names."""
    wish = parts_of_answer(case.answers["name"]).tidied()
    hits = []
    for number, written in enumerate(others):
        parts = parse(written, "6513").parts
        verdict = compare(Compared(wish), Compared(parts, standing))
        hits.append(Hit(number, written, verdict, standing, None, "", "6513"))
    same = tuple(hit for hit in hits if hit.verdict.kind == "相同")
    similar = tuple(hit for hit in hits if hit.verdict.kind == "相近")
    report = NameReport(wish, check_name(wish, context_of(case)), Found(same, similar), TODAY)
    return Facts(name=NameFacts(report=report, **more))


def said(*others: str, facts: dict[str, Any] | None = None, **changes: Any) -> list[Finding]:
    case = case_of(**changes)
    return found(ITEM, case, told(case, *others, **(facts or {})))


def hints(case: CaseView, facts: Facts) -> dict[str, Hint]:
    assert ITEM.hints is not None
    return {hint.key: hint for hint in ITEM.hints(case.answers["name"], case, facts)}


def measured(case: CaseView, facts: Facts) -> dict[str, Any]:
    assert ITEM.name_told is not None
    return dict(ITEM.name_told(case.answers["name"], case, facts))


# collected, standardised


@pytest.mark.row("R004", part="采集行政区划、字号、行业特征、组织形式")
@pytest.mark.row("R105", part="基于既有名称调整")
@pytest.mark.row("R105", part="关联原企业登记信息")
def test_the_page_begins_with_the_registered_name_taken_apart() -> None:
    case = story_case("C09", ["name"])
    filled = ITEM.prefill(case, Known())
    shown = {key: filled.payload[key] for key in ("region", "order", "trade", "industry", "small_class", "form")}
    assert shown == {
        "region": "上海", "order": "middle", "trade": "示例环球", "industry": "投资", "small_class": "7212", "form": "有限公司",
    }  # fmt: skip
    assert filled.sources["trade"] == "register"
    form = NameForm.show(filled.payload)
    offered = [value for value, _ in form.fields["region"].choices]  # type: ignore[attr-defined]  # a ChoiceField
    assert offered[:3] == ["上海", "上海市", "上海浦东"]


def test_a_name_that_came_to_nothing_comes_back() -> None:
    filled = ITEM.prefill(
        story_case("C01", ["name"]), Known(history={"trade": "砚汀示例", "source": "with_registration"})
    )
    assert (filled.payload["trade"], filled.sources["trade"]) == ("砚汀示例", "history")


@pytest.mark.row("R004", part="数据标准化处理")
def test_blanks_go_brackets_become_wide_and_the_class_becomes_four_digits() -> None:
    kept = answer(
        trade=" 星 屿　示例\u200b", industry="科 技", small_class="６５１３ 应用软件开发", related="91310115maxx 00015t"
    )
    assert (kept["trade"], kept["industry"], kept["small_class"]) == ("星屿示例", "科技", "6513")
    assert kept["related"] == "91310115MAXX00015T"
    assert kept["full"] == NEW
    assert answer(small_class="")["small_class"] == "7519", "as the words of industry say"


@pytest.mark.row("R004", part="数据标准化处理")
def test_traditional_and_wide_characters_are_told_and_the_standard_writing_is_offered() -> None:
    case = case_of(trade="星嶼示例", industry="科技２")
    hint = hints(case, told(case))["standard"]
    assert hint.take == {"trade": "星屿示例", "industry": "科技二"}
    assert ("N001", "block") in codes(said(trade="星嶼示例"))


@pytest.mark.row("R005", part="数据标准化处理")
@pytest.mark.row("R005", part="必填项校验和格式验证")
def test_a_number_is_written_in_one_way_and_looked_at_before_it_is_looked_up() -> None:
    form = NameForm.read({**DECLARED, "source": "predeclared", "number": "ｍｂ 20261120-0000000175"})
    assert form.payload()["number"] == NUMBER
    assert form.missing == {}
    wrong = NameForm.read({**DECLARED, "source": "predeclared", "number": "2026112000000001"})
    assert "MB 后面 18 位数字" in wrong.missing["number"]
    assert NameForm.read({**DECLARED, "source": "predeclared", "number": ""}).missing == {
        "number": "请填写名称保留号。"
    }


@pytest.mark.row("R004", part="必填项校验和格式验证")
def test_what_is_missing_is_asked_for_only_where_it_is_needed() -> None:
    empty = NameForm.read({**DECLARED, "trade": "", "form": "", "small_class": "没有这一类", "number": ""})
    assert set(empty.missing) == {"trade", "form", "small_class"}
    assert "没有找到这样的行业" in empty.missing["small_class"]
    assert NameForm.read({**DECLARED, "trade": "", "source": "predeclared", "number": NUMBER}).missing == {}
    assert NameForm.read({**DECLARED, "region": "北京", "form": "合伙企业（有限合伙）"}).missing == {
        "region": "行政区划请从列表里选一个。",
        "form": "组织形式请从列表里选一个。",
    }


# checked


@pytest.mark.row("R107", part="新名称合规性")
def test_a_clean_name_is_told_free_of_everything() -> None:
    case = case_of()
    facts = told(case)
    assert found(ITEM, case, facts) == []
    shown = measured(case, facts)
    assert shown["report"].outcome is Outcome.FREE
    assert shown["report"].parts.full == NEW
    assert (shown["risk"].grade, shown["risk"].fits) == ("E", True)


@pytest.mark.row("R004", part="校验名称规定和禁限用")
@pytest.mark.row("R004", part="异常数据识别和拦截")
@pytest.mark.row("R107", part="新名称合规性")
@pytest.mark.parametrize(
    ("changes", "code", "severity", "field"),
    [
        ({"trade": "雷锋"}, "N091", "block", "trade"),
        ({"trade": "星屿X"}, "N002", "block", "trade"),
        ({"trade": "屿"}, "N020", "block", "trade"),
        ({"trade": "星屿·示例"}, "N003", "block", "trade"),
        ({"industry": "最佳科技"}, "N086", "block", "industry"),
        ({"region": ""}, "N014", "confirm", "region"),
        ({"industry": ""}, "N015", "confirm", "industry"),
        ({"group": "集团"}, "N060", "confirm", "form"),
        ({"trade": "动力"}, "N022", "confirm", "trade"),
        ({"industry": "星际漫游"}, "N030", "confirm", "industry"),
        ({"small_class": "6210"}, "N032", "confirm", "industry"),
        ({"industry": "融资担保"}, "N031", "offline", "industry"),
        ({"trade": "星屿示例浦江环球"}, "N024", "warn", "trade"),
    ],
)
def test_every_severity_of_the_rules_becomes_what_the_applicant_can_do(
    changes: dict[str, Any], code: str, severity: str, field: str
) -> None:
    (hit,) = [one for one in said(**changes) if one.code == code]
    assert (str(hit.severity), hit.field) == (severity, field)
    assert hit.told()["basis"]
    assert hit.needs_words is (severity == "confirm")


def test_what_may_be_restricted_has_a_course_of_its_own() -> None:
    """Every rule that can say 限制 is decided on with a paper, with words, or at the counter."""
    rules = name_rules()
    assert {code for code in BY_PAPER | AT_THE_COUNTER if code not in rules} == set()
    assert BY_PAPER.isdisjoint(AT_THE_COUNTER)
    asks_for_proof = {
        code for code, rule in rules.items()
        if "restrict" in {rule.severity, *rule.cases.values()} and any(w in rule.message for w in ("授权", "投资关系"))
    }  # fmt: skip
    assert asks_for_proof <= BY_PAPER
    needs_approval = {code for code, rule in rules.items() if "批准" in rule.message and code not in BY_PAPER}
    assert needs_approval <= AT_THE_COUNTER


@pytest.mark.row("R004", part="即时查重")
@pytest.mark.row("R107", part="核验结果和风险提示")
def test_the_same_name_stops_and_says_whose_it_is() -> None:
    (stop,) = said("上海星屿示例信息科技有限公司")
    assert (stop.code, str(stop.severity), stop.field) == ("S04", "block", "trade")
    assert "上海星屿示例信息科技有限公司（已登记）" in stop.message
    assert "有投资关系的企业" in stop.fix
    (whole,) = said(NEW)
    assert whole.code == "S01"
    assert whole.fix == "换一个字号。"


@pytest.mark.row("R004", part="即时查重")
@pytest.mark.row("R107", part="核验结果和风险提示")
def test_similar_names_are_listed_with_the_risk_and_must_be_confirmed() -> None:
    case = case_of()
    facts = told(case, "上海兴语示例软件有限公司", "上海星屿软件有限公司")
    (ask,) = found(ITEM, case, facts)
    assert (ask.code, str(ask.severity)) == ("name.similar", "confirm")
    assert all(one in ask.message for one in ("上海星屿软件有限公司", "侵权纠纷", "强制变更"))
    assert "《企业名称登记管理规定》第二十三条" in ask.told()["basis"]
    other = found(ITEM, case, told(case, "上海星屿软件有限公司", "上海星屿示范软件有限公司"))
    assert other[0].key != ask.key, "other names are confirmed anew"


@pytest.mark.row("R004", part="风险等级研判")
@pytest.mark.row("R004", part="判断承诺制申报条件")
def test_risk_and_promise_are_told_in_plain_words() -> None:
    assert [risk_of(outcome).grade for outcome in (
        Outcome.FORBIDDEN, Outcome.TAKEN, Outcome.RESTRICTED, Outcome.SIMILAR, Outcome.FREE
    )] == ["A", "B", "C", "D", "E"]  # fmt: skip
    case = case_of()
    shown = measured(case, told(case, "上海星屿软件有限公司"))
    assert (shown["risk"].grade, shown["risk"].fits) == ("D", False)
    assert "由登记机关审核" in shown["risk"].promise
    assert measured(case, told(case))["risk"].fits
    lifted, counter = case_of(group="集团"), case_of(industry="融资担保")
    assert "可以往下办" in measured(lifted, told(lifted))["text"]
    assert "窗口" in measured(counter, told(counter))["text"]


@pytest.mark.row("R004", part="与历史数据的对比分析")
@pytest.mark.row("R107", part="新名称与原名称关联性")
def test_a_name_that_stays_is_no_change() -> None:
    (stop,) = said(trade="星岚示例")
    assert (stop.code, str(stop.severity)) == ("name.unchanged", "block")
    case = case_of(trade="星岚示例")
    assert measured(case, told(case)) == {}, "the name is not measured against itself"


@pytest.mark.row("R004", part="与历史数据的对比分析")
@pytest.mark.row("R107", part="新名称与原名称关联性")
def test_what_stays_of_the_old_name_and_what_changes_is_told() -> None:
    case = case_of(trade="星岚示例", industry="餐饮管理", small_class="6210")
    hint = hints(case, told(case))["old"]
    assert hint.lines == (("行业表述", "科技 → 餐饮管理"),)
    assert "核对是不是和主营业务一致" in hint.text
    other = hints(case_of(), told(case_of()))["old"]
    assert other.lines == (("字号", "星岚示例 → 星屿示例"),)
    assert "1 年以内别的企业不能用" in other.text


@pytest.mark.row("R107", part="分支与母体名称关联性")
@pytest.mark.row("R004", part="数据逻辑关系一致性检查")
def test_branches_have_to_follow_and_are_counted() -> None:
    branches = tuple(f"{OLD}{place}分公司" for place in ("徐汇", "静安", "嘉定", "松江", "奉贤"))
    (tip,) = said(facts={"branches": branches})
    assert (tip.code, str(tip.severity)) == ("CC30", "warn")
    assert "等 5 家" in tip.message
    assert "30 日内" in tip.message
    assert NEW in tip.fix
    assert "第三十一条第二款" in tip.told()["basis"]


@pytest.mark.row("R004", part="数据逻辑关系一致性检查")
def test_kin_are_named_by_their_code_and_proven_by_paper() -> None:
    kin = "91310115MAXX00066K"
    case = case_of(related=kin)
    facts = told(case)
    assert [(one.code, str(one.severity)) for one in found(ITEM, case, facts)] == [("name.kin", "confirm")]
    assert needs_authorisation(case.answers["name"], facts.name)
    (itself,) = said(related=case.entity.uscc)
    assert (itself.code, str(itself.severity)) == ("name.kin", "block")


def test_a_name_that_is_held_already_is_taken_up_instead_of_declared_anew() -> None:
    (stop,) = said(facts={"held": (HELD,)})
    assert (stop.code, str(stop.severity)) == ("name.held", "block")
    assert NUMBER in stop.message


# rare characters


@pytest.mark.parametrize("character", ["𬭚", "㛃", "𫖯"])
def test_rare_characters_of_the_table_may_stand_in_a_name(character: str) -> None:
    assert character in standard_characters()
    assert said(trade=f"屿{character}示例") == []
    assert answer(trade=f"屿{character}示例")["full"] == f"上海屿{character}示例科技有限公司"


@pytest.mark.parametrize("character", ["彣", "錂", "\U00020089"])
def test_characters_outside_the_table_are_named_and_stopped(character: str) -> None:
    assert character not in standard_characters()
    (stop,) = [one for one in said(trade=f"屿{character}示例") if one.code == "N001"]
    assert stop.severity is Severity.BLOCK
    assert character in stop.message


# taken up


@pytest.mark.row("R005", part="选择保护期内的有效变更名称")
@pytest.mark.row("R005", part="实时数据质量提示和预警")
def test_names_that_are_held_are_offered_and_one_tap_takes_one_up() -> None:
    case = case_of()
    hint = hints(case, told(case, held=(HELD,)))[f"held-{NUMBER}"]
    assert hint.take == {"source": "predeclared", "number": NUMBER}
    assert ("保留到", "2027年1月19日") in hint.lines
    after = settled({**DECLARED, **hint.take}, NameFacts(taken=HELD))
    assert after["full"] == NEW
    assert hints(story_case("C01", name=after), Facts(name=NameFacts(taken=HELD)))["taken"].tone == "ok"


@pytest.mark.row("R005", part="数据逻辑关系一致性检查")
@pytest.mark.row("R005", part="与历史数据的对比分析")
def test_a_taken_up_name_is_measured_against_the_register_too() -> None:
    facts = NameFacts(taken=replace(HELD, written=OLD))
    after = settled({**DECLARED, "source": "predeclared", "number": NUMBER}, facts)
    (stop,) = found(ITEM, story_case("C01", name=after), Facts(name=facts))
    assert (stop.code, stop.field) == ("name.unchanged", "number")


def test_without_a_reservation_there_is_no_new_name() -> None:
    assert settled({**DECLARED, "source": "predeclared", "number": NUMBER}, NameFacts(refused="…"))["full"] == ""


# told, printed, recorded


def test_the_overview_the_desk_and_the_register_say_the_same() -> None:
    case = case_of()
    assert ITEM.summary(case) == f"→ {NEW}"
    lines = {line.label: (line.before, line.after) for line in ITEM.diff(case)}
    assert lines["名称"] == (OLD, NEW)
    assert lines["名称来源"] == ("", "和变更登记一起申报")
    assert lines["名称行业"] == ("", "6513 应用软件开发")
    (fact,) = ITEM.to_register(case)
    assert fact.payload == {"name": NEW}
    held = story_case(
        "C01", name=settled({**DECLARED, "source": "predeclared", "number": NUMBER}, NameFacts(taken=HELD))
    )
    assert {line.label: line.after for line in ITEM.diff(held)}["名称保留号"] == NUMBER


@pytest.mark.row("R004", part="实时数据质量提示和预警")
def test_an_industry_is_found_by_what_the_business_does() -> None:
    case = case_of(small_class="应用软件")
    offered = hints(case, told(case))
    assert offered["class-6513"].take == {"small_class": "6513"}
    assert not any(key.startswith("class-") for key in hints(case_of(), told(case_of())))


@pytest.mark.row("R004", part="实时数据质量提示和预警")
def test_names_nearby_that_nobody_has_are_offered() -> None:
    case = case_of()
    free = parse("上海屿瑞示例科技有限公司").parts
    hint = hints(case, told(case, NEW, suggested=(free,)))[f"free-{free.trade}"]
    assert hint.text == "上海屿瑞示例科技有限公司"
    assert hint.take["trade"] == free.trade
