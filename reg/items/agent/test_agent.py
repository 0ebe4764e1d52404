"""委托代理人: R003, CC27, CC29."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from foundation.crypto.index import person_index
from reg.items.agent import ITEM
from reg.items.kit import Facts, Finding, Known, LookupFact
from reg.items.kit.facts import subject_key
from reg.items.kit.testing import Row, codes, found, known, on, person, story_case
from reg.items.registry import BY_CODE

ACCOUNT = {key: person("P25")[key] for key in ("name", "id_type", "id_number", "mobile")}


def agent(who: str = "P25", **changes: Any) -> Row:
    """An agent with a mandate of half a year from today."""
    mandate = {"kind": "person", "agency_name": "", "agency_uscc": "", "filing_no": "", "scope": ["correct_form"]}
    return {**person(who), **mandate, "valid_from": "2026-11-23", "valid_to": "2027-05-22", **changes}


AGENCY = {"kind": "agency", "agency_name": "上海示例登记代理服务有限公司", "agency_uscc": "91310115MAXX00015T"}


def filing(answer: Row, **told: Any) -> Facts:
    """Everything about the agent is in order; the filing register answers `told`."""
    subject = {"name": answer["name"], "id_type": answer["id_type"], "id_number": answer["id_number"]}
    if answer["kind"] == "agency":
        subject["agency_uscc"] = answer["agency_uscc"]
    facts = known(answer)
    fact = LookupFact("agent_filing", "found", told)
    return replace(facts, lookups={**facts.lookups, subject_key("agent_filing", subject): fact})


def said(answer: Row, facts: Facts | None = None, **more: Row) -> list[Finding]:
    return found(ITEM, story_case("C01", agent=answer, **more), facts or filing(answer, filed=True, status="valid"))


def of(findings: list[Finding], code: str) -> Finding:
    (one,) = [finding for finding in findings if finding.code == code]
    return one


@pytest.mark.row("R003", part="采集姓名、证件、联系电话、电子邮箱")
@pytest.mark.row("R003", part="记录代理权限范围及代理期限")
def test_a_complete_answer_lacks_nothing_and_nothing_is_said_about_it() -> None:
    form = ITEM.form.read(agent())
    assert form.missing == {}
    assert form.payload()["scope"] == ["correct_form"]
    assert said(agent()) == []


@pytest.mark.row("R003", part="必填项校验和格式验证")
def test_what_is_missing_or_wrong_is_named() -> None:
    missing = ITEM.form.read({}).missing
    assert {"name", "id_type", "id_number", "mobile", "kind", "valid_from", "valid_to"} == set(missing)
    assert "id_number" in ITEM.form.read(agent(id_number="310115199011259259")).missing
    assert "mobile" in ITEM.form.read(agent(mobile="021-12345678")).missing
    assert "valid_to" in ITEM.form.read(agent(valid_to="2026-11-22")).missing


@pytest.mark.row("R003", part="数据逻辑关系一致性检查")
def test_an_agency_is_named_and_a_private_agent_has_none() -> None:
    assert ITEM.form.read(agent(**AGENCY)).missing == {}
    assert set(ITEM.form.read(agent(kind="agency")).missing) == {"agency_name", "agency_uscc"}
    assert "agency_uscc" in ITEM.form.read(agent(**{**AGENCY, "agency_uscc": "91310115MAXX00015X"})).missing
    alone = ITEM.form.read(agent(**{**AGENCY, "kind": "person", "agency_uscc": "乱写"}))
    assert alone.missing == {}
    assert alone.payload()["agency_name"] == ""


@pytest.mark.row("R003", part="数据标准化处理")
def test_numbers_are_standardised() -> None:
    typed = agent(id_number="３10115 1990-1125 9258", mobile="199 0000 0025", **AGENCY)
    payload = ITEM.form.read({**typed, "agency_uscc": " 91310115maxx00015t "}).payload()
    assert (payload["id_number"], payload["mobile"]) == ("310115199011259258", "19900000025")
    assert payload["agency_uscc"] == "91310115MAXX00015T"


@pytest.mark.row("R003", part="从登录用户信息带入")
@pytest.mark.row("R003", part="自历史申请获取")
@pytest.mark.row("R003", part="免填免报")
def test_the_page_begins_with_the_log_in_and_what_the_last_case_told() -> None:
    case = story_case("C01", ("agent",))
    history = agent("P24", **AGENCY, email="p24@example.com", valid_to="2020-01-01", scope=["check_materials"])
    filled = ITEM.prefill(case, Known(account=ACCOUNT, history=history))
    assert (filled.payload["name"], filled.sources["name"]) == ("施未备", "account")
    assert (filled.payload["agency_name"], filled.sources["agency_name"]) == (AGENCY["agency_name"], "history")
    assert filled.payload["scope"] == ["check_materials"]
    assert (filled.payload["valid_from"], filled.payload["valid_to"]) == ("2026-11-23", "2027-05-22")
    assert ITEM.form.read(filled.payload).missing == {}


@pytest.mark.row("R003", part="实人信息实时核验")
@pytest.mark.row("R003", part="验证代理人身份信息真实性")
def test_name_and_number_must_belong_together() -> None:
    answer = agent()
    assert ("identity.match", "block") in codes(said(answer, known(answer, match=False)))


@pytest.mark.row("R003", part="异常数据识别和拦截")
@pytest.mark.row("R025", part="CC29")
def test_who_answers_for_a_false_registration_may_not_act() -> None:
    answer = agent()
    barred = of(
        said(answer, known(answer, hits=[{"list": "false_registration_responsible", "to": "2027-01-01"}])), "CC29"
    )
    assert (str(barred.severity), "至 2027年1月1日" in barred.message) == ("block", True)


@pytest.mark.row("R003", part="人员监控核验和预警")
@pytest.mark.row("R003", part="失信被执行人核验和预警")
@pytest.mark.parametrize("listed", ["monitored", "judgment_defaulter"])
def test_monitored_and_defaulting_agents_are_told_and_confirmed(listed: str) -> None:
    answer = agent()
    assert said(answer) == []
    hits = said(answer, known(answer, hits=[{"list": listed}]))
    assert [str(f.severity) for f in hits if f.field == "name"] == ["confirm"]


@pytest.mark.row("R003", part="代理人备案情况核验和预警")
def test_a_private_agent_who_is_not_filed_confirms_that_he_is_none_by_trade() -> None:
    answer = agent()
    assert "agent.filing" not in dict(codes(said(answer)))
    asked = of(said(answer, filing(answer, filed=False, status="none")), "agent.filing")
    assert asked.message == "施未备没有登记代理备案。不以代理为业、受企业委托办理这一件的，请确认。"
    assert str(asked.severity) == "confirm"


@pytest.mark.row("R003", part="代理人备案情况核验和预警")
@pytest.mark.parametrize(
    ("status", "why"),
    [("none", "没有查到备案"), ("lapsed", "备案已经到期"), ("other_agency", "备案的不是这家代理机构")],
)
def test_an_agency_must_be_filed(status: str, why: str) -> None:
    answer = agent("P24", **AGENCY)
    assert "agent.filing" not in dict(codes(said(answer)))
    refused = of(said(answer, filing(answer, filed=False, status=status)), "agent.filing")
    assert (str(refused.severity), why in refused.message) == ("block", True)


def test_a_filing_that_nobody_answered_for_is_no_filing_that_is_missing() -> None:
    answer = agent()
    assert "agent.filing" not in dict(codes(said(answer, known(answer))))


@pytest.mark.row("R003", part="记录代理权限范围及代理期限")
@pytest.mark.parametrize(
    ("day", "field"),
    [
        (date(2026, 11, 22), "valid_from"),
        (date(2026, 11, 23), ""),
        (date(2027, 5, 22), ""),
        (date(2027, 5, 23), "valid_to"),
    ],
)
def test_the_mandate_covers_today_both_ends_included(day: date, field: str) -> None:
    answer = agent()
    findings = found(ITEM, on(story_case("C01", agent=answer), day), filing(answer, filed=True))
    assert [f.field for f in findings if f.code == "agent.mandate"] == ([field] if field else [])


def test_a_mandate_of_years_is_confirmed() -> None:
    assert "agent.mandate_long" not in dict(codes(said(agent(valid_to="2027-11-23"))))
    assert ("agent.mandate_long", "confirm") in codes(said(agent(valid_to="2029-11-23")))


@pytest.mark.row("R025", part="CC27")
def test_agent_and_liaison_are_two_people_whichever_room_one_is_in() -> None:
    other, same = person("P05"), person("P25", id_number="310115 1990 1125 9258")
    assert "CC27" not in dict(codes(said(agent(), liaison=other)))
    refused = of(said(agent(), liaison=same), "CC27")
    assert refused.message == "登记联络员施未备同时是本次代理人，请更换联络员或代理人。"
    assert refused.item == "agent"
    case = story_case("C01", agent=agent(), liaison=same)
    mirrored = of(found(BY_CODE["liaison"], case, known(same)), "CC27")
    assert (mirrored.item, mirrored.message) == ("liaison", refused.message)


@pytest.mark.row("R003", part="建立代理人与申请主体的法律关系")
def test_the_agent_is_who_opened_the_case() -> None:
    answer = agent()
    case = story_case("C01", agent=answer)
    own = replace(case, opener_index=person_index("10", answer["id_number"]))
    assert "agent.opener" not in dict(codes(found(ITEM, own, filing(answer, filed=True))))
    foreign = replace(case, opener_index=person_index("10", person("P01")["id_number"]))
    assert ("agent.opener", "block") in codes(found(ITEM, foreign, filing(answer, filed=True)))


def test_a_minor_is_no_agent() -> None:
    answer = {key: value for key, value in agent("P67").items() if key != "birth_date"}
    assert ("agent.age", "block") in codes(said(answer))


@pytest.mark.row("R003", part="与历史数据的对比分析")
def test_what_differs_from_the_agents_last_case_is_pointed_out() -> None:
    answer = agent("P24", **AGENCY, filing_no="示例备2026-1")
    facts = filing(answer, filed=True, status="valid")
    same = replace(facts, earlier={"agent": {**answer, "valid_to": "2020-01-01", "email": ""}})
    assert "agent.differs" not in dict(codes(said(answer, same)))
    moved = replace(facts, earlier={"agent": {**answer, "mobile": "19900000099", "agency_uscc": "91310104MAXX00031J"}})
    told = of(said(answer, moved), "agent.differs")
    assert (str(told.severity), told.field) == ("warn", "mobile")
    assert told.message == "和您上次代办时填的不一样：手机号码、代理机构。"
    somebody = replace(facts, earlier={"agent": agent("P05")})
    assert "agent.differs" not in dict(codes(said(answer, somebody)))


@pytest.mark.row("R003", part="查询辅助输入")
def test_the_register_of_agents_fills_in_agency_and_number() -> None:
    typed = agent("P24")
    record = {"agency_name": AGENCY["agency_name"], "agency_uscc": AGENCY["agency_uscc"], "filing_no": "示例备2026-1"}
    told = filing(typed, filed=True, status="valid", valid_to="2027-12-31", **record)
    assert ITEM.hints is not None
    (hint,) = ITEM.hints(typed, story_case("C01", agent=typed), told)
    assert hint.take == {"kind": "agency", **record}
    assert (hint.source, ("有效到", "2027年12月31日") in hint.lines) == ("agent_filing", True)
    taken = ITEM.form.read({**typed, **hint.take})
    assert taken.missing == {}
    whole = taken.payload()
    (agreed,) = ITEM.hints(whole, story_case("C01", agent=whole), filing(whole, filed=True, status="valid", **record))
    assert (agreed.tone, dict(agreed.take)) == ("ok", {})


@pytest.mark.parametrize(
    ("state", "answer", "says"),
    [
        ("found", {"filed": False, "status": "none"}, "没有查到"),
        ("found", {"filed": False, "status": "lapsed", "agency_uscc": "91310115MAXX00015T"}, "没有查到"),
        ("waiting", {}, "正在查"),
        ("unavailable", {}, "没有回应"),
    ],
)
def test_without_a_valid_filing_nothing_is_offered(state: str, answer: dict[str, Any], says: str) -> None:
    typed = agent()
    subject = {key: typed[key] for key in ("name", "id_type", "id_number")}
    fact = LookupFact("agent_filing", state, answer)
    facts = Facts(lookups={subject_key("agent_filing", subject): fact})
    assert ITEM.hints is not None
    (hint,) = ITEM.hints(typed, story_case("C01", agent=typed), facts)
    assert (says in hint.text, dict(hint.take)) == (True, {})


def test_an_unreliable_entity_is_no_agent() -> None:
    answer = agent()
    hit = {"list": "unreliable_entity", "limits": ["hold_office"]}
    assert ("CC29", "block") in codes(said(answer, known(answer, hits=[hit])))


def test_the_mandate_is_shown_in_words_and_leaves_the_register_alone() -> None:
    case = story_case("C01", agent=agent(scope=["correct_form", "collect_licence"]))
    lines = {line.label: line.after for line in ITEM.diff(case)}
    assert lines["可以做什么"] == "修改有关表格的填写错误；领取营业执照和有关文书"
    assert lines["委托到"] == "2027年5月22日"
    assert ITEM.summary(case) == "施未备，委托到2027年5月22日"
    assert list(ITEM.to_register(case)) == []
    assert [p.role for p in ITEM.people(case)] == ["委托代理人"]


@pytest.mark.row("R003", part="异常数据识别和拦截")
@pytest.mark.parametrize("hostile", ["<script>", "'; --", "\x00", "长" * 4000, ["correct_form", "<b>"], None, 7])
def test_hostile_answers_never_break_a_check(hostile: Any) -> None:
    stored = ITEM.form.read({name: hostile for name in ITEM.form.base_fields}).payload()
    case = story_case("C01", agent=stored)
    assert all(isinstance(finding, Finding) for finding in found(ITEM, case, Facts()))
    assert ITEM.summary(case)
    ITEM.diff(case)
