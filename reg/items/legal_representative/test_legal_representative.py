"""法定代表人: R016, CC24, CC27, CC28, CC29."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from foundation import clock
from foundation.crypto.index import person_index
from reg.catalog.id_numbers import check_digit
from reg.entities.selectors import Post
from reg.items.kit import Facts, Finding, Known
from reg.items.kit.testing import LEGAL_DAY, Row, codes, found, known, on, person, story_case, story_officers
from reg.items.legal_representative import ITEM
from reg.items.legal_representative.clause import bodies_said, offices_said
from reg.items.legal_representative.form import positions
from reg.items.registry import BY_CODE

NEW = "P13"
"""卫甲 is a registered director of C01; its articles want the 董事长, appointed by the 董事会."""


def leader(who: str = NEW, **changes: Any) -> Row:
    """A new 法定代表人 of C01 with whom nothing is wrong, once he is chairman."""
    told = {"position": "director", "appointed_by": "board", "appointment_mode": "elected", "reason": "term_ended"}
    return {**person(who), **told, "resigned_on": "", **changes}


def said(answer: Row, facts: Facts | None = None, *, company: str = "C01", **more: Row) -> list[Finding]:
    case = story_case(company, legal_representative=answer, **more)
    return found(ITEM, case, facts or known(answer))


def of(findings: list[Finding], code: str, severity: str = "") -> Finding:
    (one,) = [f for f in findings if f.code == code and severity in {"", str(f.severity)}]
    return one


# ---- the person ----


@pytest.mark.row("R016", part="采集新任人员信息")
@pytest.mark.row("R016", part="采集职务、产生方式")
def test_a_complete_answer_lacks_nothing_and_its_numbers_are_standardised() -> None:
    form = ITEM.form.read(leader(id_number="310106 1982 0113 931x", mobile="+86 199-0000-0013"))
    assert form.missing == {}
    assert form.payload()["id_number"] == "31010619820113931X"
    assert form.payload()["mobile"] == "19900000013"


@pytest.mark.row("R016", part="必填项校验和格式验证")
def test_everything_that_is_missing_is_named() -> None:
    missing = ITEM.form.read({"id_type": "10"}).missing
    assert missing["name"] == "请填写姓名。"
    assert missing["position"] == "请选择职务。"
    assert missing["appointment_mode"] == "请选择产生方式。"
    assert missing["mobile"] == "请填写手机号码。"
    assert "email" not in missing


@pytest.mark.row("R016", part="必填项校验和格式验证")
def test_a_wrong_check_digit_is_refused_with_a_sentence() -> None:
    good, bad = leader(), leader(id_number="310106198201139311")
    assert ITEM.form.read(good).missing == {}
    assert list(ITEM.form.read(bad).missing) == ["id_number"]
    assert "最后一位" in ITEM.form.read(bad).missing["id_number"]


@pytest.mark.row("R016", part="数据标准化处理")
def test_sex_and_birth_follow_the_number_even_on_a_leap_day() -> None:
    body = "31010119960229921"
    number = body + check_digit(body)
    payload = ITEM.form.read(leader(id_number=number, gender="女", birth_date="1999-09-09")).payload()
    assert (payload["gender"], payload["birth_date"]) == ("男", "1996-02-29")


def test_a_full_age_on_a_leap_day_comes_with_the_first_of_march() -> None:
    answer = leader(birth_date="2008-02-29")
    case = story_case("C01", legal_representative=answer)
    for day, minor in ((date(2026, 2, 28), True), (date(2026, 3, 1), False)):
        assert (("CC28", "block") in codes(found(ITEM, on(case, day), known(answer)))) is minor


@pytest.mark.parametrize("name", ["李𬎆赟", "王𱍐测", "DEMO SMITH ALEX", "阿卜杜拉·买买提", "㛃㛃"])
def test_rare_and_foreign_names_are_taken_as_they_are(name: str) -> None:
    form = ITEM.form.read(leader(name=name))
    assert form.missing == {}
    assert form.payload()["name"] == name


@pytest.mark.row("R016", part="异常数据识别和拦截")
@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "'; DROP TABLE casefile_case; --",
        "赵\x00演示\u202e",
        "A" * 5000,
        "{{ 7*7 }}{% debug %}",
        "../../etc/passwd",
    ],
)
def test_hostile_text_is_refused_or_cleaned_and_never_breaks_a_check(hostile: str) -> None:
    answer = {key: hostile for key in ITEM.form.base_fields}
    form = ITEM.form.read(answer)
    assert {"id_type", "position", "mobile", "birth_date"} <= set(form.missing)
    stored = form.payload()
    assert "\x00" not in str(stored.get("name"))
    case = story_case("C01", ("officers",), legal_representative=stored)
    assert ITEM.summary(case).startswith("张示例 → ")
    assert all(isinstance(finding, Finding) for finding in found(ITEM, case, Facts()))
    assert ITEM.diff(case) != []


def test_an_expired_card_is_refused_by_its_day() -> None:
    yesterday = clock.today() - timedelta(days=1)
    assert ITEM.form.read(leader(id_valid_to=clock.today().isoformat())).missing == {}
    assert "到期" in ITEM.form.read(leader(id_valid_to=yesterday.isoformat())).missing["id_valid_to"]
    assert ITEM.form.read(leader(id_valid_to="长期")).payload()["id_valid_to"] == "long_term"


def test_a_foreigner_needs_no_ethnicity_but_his_sex_and_birth() -> None:
    answer = leader("P16", ethnicity="")
    assert ITEM.form.read(answer).missing == {}
    assert set(ITEM.form.read({**answer, "gender": "", "birth_date": ""}).missing) == {"gender", "birth_date"}
    assert "ethnicity" in ITEM.form.read(leader(ethnicity="")).missing


# ---- office and body ----


def test_only_offices_that_represent_the_company_can_be_chosen() -> None:
    offered = [code for code, _ in positions()]
    assert set(offered) == {"chairman", "vice_chairman", "director", "sole_director", "manager"}
    assert "position" in ITEM.form.read(leader(position="sole_supervisor")).missing
    assert "监事" in str(ITEM.form.base_fields["position"].help_text)


def test_the_way_of_appointment_is_one_of_the_body() -> None:
    assert ITEM.form.read(leader(appointed_by="shareholders")).missing == {}
    wrong_mode = ITEM.form.read(leader(appointed_by="shareholders", appointment_mode="appointed")).missing
    assert wrong_mode["appointment_mode"] == "股东会的产生方式是选举、聘任、指定。"


def test_a_resignation_has_its_day_and_nothing_else_has_one() -> None:
    assert ITEM.form.read(leader(reason="resigned")).missing == {"resigned_on": "请填写原法定代表人辞任的日期。"}
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    assert "resigned_on" in ITEM.form.read(leader(reason="resigned", resigned_on=tomorrow)).missing
    assert ITEM.form.read(leader(reason="dismissed", resigned_on="2026-13-45")).payload()["resigned_on"] == ""


@pytest.mark.row("R016", part="校验任职资格和法定条件符合性")
@pytest.mark.row("R025", part="CC24")
def test_a_registered_director_may_lead_and_a_stranger_may_not() -> None:
    registered, stranger = leader(), leader("P04")
    assert ("CC24", "block") not in codes(said(registered))
    refused = of(said(stranger), "CC24", "block")
    assert refused.message == (
        "法定代表人应由代表公司执行公司事务的董事或者经理担任，"
        "请先在“董事/监事/高级管理人员备案”中添加赵演示的相应职务，或更换人选。"
    )
    assert (refused.item, refused.field) == ("legal_representative", "name")
    assert "添加“董事”职务" in refused.fix


@pytest.mark.row("R025", part="CC24")
def test_with_officers_along_the_finding_leads_to_them_and_then_they_say_it() -> None:
    stranger = leader("P04")
    case = story_case("C01", ("officers",), legal_representative=stranger)
    assert of(found(ITEM, case, known(stranger)), "CC24", "block").item == "officers"
    answered = story_case("C01", legal_representative=stranger, officers=story_officers("C01"))
    assert ("CC24", "block") not in codes(found(ITEM, answered, known(stranger)))
    assert ("CC24", "block") in codes(found(BY_CODE["officers"], answered, known(stranger)))


@pytest.mark.row("R025", part="CC24")
def test_a_supervisor_does_not_become_leader_by_being_registered() -> None:
    supervisor, manager = leader("P28"), leader("P27", position="manager", appointment_mode="engaged")
    assert ("CC24", "block") in codes(said(supervisor))
    assert ("CC24", "block") not in codes(said(manager))


def test_the_office_must_be_one_he_holds() -> None:
    assert "legal_representative.position" not in dict(codes(said(leader(position="director"))))
    wrong = of(said(leader(position="manager")), "legal_representative.position")
    assert wrong.message == "这里选的职务是“经理”，卫甲在公司担任的是“董事”。"
    assert wrong.field == "position"


def test_the_body_must_be_one_the_company_has() -> None:
    assert "appointment.body" not in dict(codes(said(leader(appointed_by="shareholders"))))
    wrong = of(said(leader(appointed_by="sole_shareholder")), "appointment.body")
    assert wrong.fix == "任免机构请从股东会、董事会、职工代表大会（职工大会）里选。"
    alone = {**leader("P03"), "appointed_by": "shareholders"}
    assert "appointment.body" in dict(codes(said(alone, company="C03")))


@pytest.mark.row("R025", part="CC24")
def test_what_differs_from_the_articles_is_confirmed_with_their_words() -> None:
    chairman = story_officers("C01", removed=["张示例"])
    chairman["rows"][1] = {**chairman["rows"][1], "position": "chairman", "change": "changed"}
    good = said(leader(position="chairman"), officers=chairman)
    assert ("CC24", "confirm") not in codes(good)
    other_office = [f for f in said(leader(position="director")) if f.severity == "confirm"]
    assert other_office[0].message == "法定代表人的产生方式与章程规定不一致，请核对章程，或同时办理章程备案。"
    assert (other_office[0].field, "由董事会选举产生" in other_office[0].fix) == ("position", True)
    other_body = said(leader(position="chairman", appointed_by="shareholders"), officers=chairman)
    assert of(other_body, "CC24").field == "appointed_by"


def test_the_amendment_of_this_case_counts_instead_of_the_registered_clause() -> None:
    amended = {"clauses": [{"topic": "legal_representative", "after": "法定代表人由董事担任，由股东会选举产生。"}]}
    answer = leader(appointed_by="shareholders")
    assert ("CC24", "confirm") in codes(said(answer))
    assert ("CC24", "confirm") not in codes(said(answer, articles=amended))


@pytest.mark.parametrize(
    ("text", "offices", "bodies"),
    [
        ("由代表公司执行公司事务的董事长担任，由董事会选举产生、变更。", {"chairman"}, {"board"}),
        ("由经理担任，由履行出资人职责的机构委派。", {"manager"}, {"state_capital_body"}),
        ("由副董事长担任。", {"vice_chairman"}, set()),
        ("由总经理担任，由股东决定聘任。", {"manager"}, {"sole_shareholder"}),
        ("现由张示例担任。", set(), set()),
        ("", set(), set()),
        ("由" * 4000, set(), set()),
    ],
)
def test_the_clause_is_read_as_far_as_it_can_be(text: str, offices: set[str], bodies: set[str]) -> None:
    assert offices_said(text) == offices
    assert bodies_said(text) == bodies


@pytest.mark.row("R025", part="CC24")
@pytest.mark.parametrize(("days", "late"), [(30, False), (31, True)])
def test_thirty_days_after_a_resignation_the_delay_is_told(days: int, late: bool) -> None:
    resigned = LEGAL_DAY - timedelta(days=days)
    findings = said(leader(reason="resigned", resigned_on=resigned.isoformat()))
    warned = [f for f in findings if f.code == "CC24" and f.severity == "warn"]
    assert bool(warned) is late
    if late:
        assert warned[0].message.startswith("原法定代表人已于 2026年10月23日 辞任")


def test_a_former_leader_who_stays_director_is_pointed_out() -> None:
    resigned = leader(reason="resigned", resigned_on="2026-11-20")
    told = of(said(resigned), "legal_representative.former")
    assert "原法定代表人张示例还登记为董事长" in told.message
    left = said(resigned, officers=story_officers("C01", removed=["张示例"]))
    assert "legal_representative.former" not in dict(codes(left))
    assert "legal_representative.former" not in dict(codes(said(leader())))


# ---- what is known outside ----


@pytest.mark.row("R016", part="验证身份信息的真实性")
def test_name_and_number_must_belong_together_and_to_somebody_alive() -> None:
    answer = leader()
    assert "identity.match" not in dict(codes(said(answer, known(answer))))
    assert ("identity.match", "block") in codes(said(answer, known(answer, match=False)))
    assert ("identity.alive", "block") in codes(said(answer, known(answer, alive=False)))


@pytest.mark.row("R016", part="失信被执行情况拦截和提示")
@pytest.mark.row("R025", part="CC28")
@pytest.mark.row("R033", part="全国法院老赖限制服务")
def test_a_judgment_defaulter_is_barred_in_the_words_of_the_rule() -> None:
    answer = leader()
    assert "CC28" not in dict(codes(said(answer, known(answer))))
    barred = of(said(answer, known(answer, hits=[{"list": "judgment_defaulter"}])), "CC28")
    assert barred.severity == "block"
    assert barred.message.startswith("拟任法定代表人卫甲存在任职限制（因所负数额较大债务到期未清偿")
    assert barred.message.endswith("请更换人选；认为信息有误的，请向作出认定的机关申请更正后再提交。")


@pytest.mark.row("R025", part="CC28")
@pytest.mark.row("R033", part="全国黑名单限制服务")
def test_who_answers_for_a_revoked_licence_is_barred_until_its_day() -> None:
    answer = leader()
    hit = {"list": "licence_revoked_responsible", "to": "2028-01-31"}
    assert "（至 2028年1月31日）" in of(said(answer, known(answer, hits=[hit])), "CC28").message


@pytest.mark.row("R025", part="CC29")
@pytest.mark.row("R033", part="虚假登记直接责任人限制服务")
def test_who_answers_for_a_false_registration_is_barred_for_three_years() -> None:
    answer = leader()
    hit = {"list": "false_registration_responsible", "from": "2024-02-29"}
    barred = of(said(answer, known(answer, hits=[hit])), "CC29")
    assert barred.message == (
        "卫甲为虚假登记直接责任人，自登记被撤销之日起 3 年内（至 2027年2月28日）不得申请登记，请更换人选或待期满后再申请。"
    )


@pytest.mark.row("R025", part="CC29")
@pytest.mark.row("R033", part="不可靠实体清单核验（自然人）")
def test_an_unreliable_entity_is_barred() -> None:
    answer = leader()
    barred = of(said(answer, known(answer, hits=[{"list": "unreliable_entity"}])), "CC29")
    assert (barred.severity, "“卫甲”在不可靠实体清单中" in barred.message) == ("block", True)


@pytest.mark.row("R016", part="人员监控拦截和提示")
def test_who_is_monitored_is_told_and_confirmed() -> None:
    answer = leader()
    assert [
        c for c in codes(said(answer, known(answer, hits=[{"list": "monitored"}]))) if c[0] == "R020.monitored"
    ] == [("R020.monitored", "confirm")]


def test_a_silent_list_is_not_taken_for_a_clean_one() -> None:
    from reg.compliance import engine

    answer = leader()
    case = story_case("C01", legal_representative=answer)
    silent = engine.unanswered(ITEM, case, known(answer, state="unavailable"))
    assert {(f.code, str(f.severity)) for f in silent} == {
        ("lookup.population", "confirm"),
        ("lookup.watchlist_person", "confirm"),
        ("lookup.mobile_owner", "confirm"),
    }
    assert engine.unanswered(ITEM, case, known(answer)) == []


@pytest.mark.row("R016", part="身份证图片与填报一致性检查")
def test_what_the_card_says_differently_stops_or_asks() -> None:
    answer = leader()
    card = {("legal_representative", ""): {"fields": {"name": "卫甲", "id_number": answer["id_number"]}}}
    assert "card.differs" not in dict(codes(said(answer, known(answer, card=card))))
    other = {("legal_representative", ""): {"fields": {"name": "卫申", "residence": "上海市别处"}}}
    differs = [f for f in said(answer, known(answer, card=other)) if f.code == "card.differs"]
    assert [(f.field, str(f.severity)) for f in differs] == [("name", "block"), ("residence", "confirm")]


@pytest.mark.row("R016", part="兼职情况提示和预警")
@pytest.mark.row("R025", part="CC27")
@pytest.mark.parametrize(("led", "warned"), [(9, False), (10, True)])
def test_who_leads_ten_other_companies_is_pointed_out(led: int, warned: bool) -> None:
    answer = leader()
    posts = [Post(f"9131{n:014d}", f"样本{n}公司", "active", "legal_representative", "") for n in range(led)]
    here = Post("91310115MAXX00015T", "上海星岚示例科技有限公司", "active", "legal_representative", "")
    findings = [f for f in said(answer, known(answer, posts=[*posts, here])) if f.code == "CC27"]
    assert [f.message for f in findings] == (
        [f"卫甲已担任 {led} 户企业的法定代表人，请确认本人知情并核对信息。"] if warned else []
    )
    assert all(f.severity == "warn" for f in findings)


@pytest.mark.row("R016", part="兼职情况提示和预警")
def test_every_post_elsewhere_is_told_with_the_enterprise_and_the_office() -> None:
    answer = leader()
    firm = "上海样本贸易有限公司"
    posts = [
        Post("91310112MAXX00990A", firm, "active", "officer", "manager"),
        Post("91310112MAXX00990A", firm, "active", "legal_representative", ""),
        Post("91310112MAXX00991A", "上海样本股东有限公司", "active", "shareholder", ""),
    ]
    told = of(said(answer, known(answer, posts=posts)), "legal_representative.posts_elsewhere")
    assert told.message == "卫甲还在上海样本贸易有限公司（经理、法定代表人）任职。"
    assert str(told.severity) == "warn"
    assert "legal_representative.posts_elsewhere" not in dict(codes(said(answer, known(answer, posts=posts[2:]))))


def test_a_mobile_in_another_name_is_confirmed_not_refused() -> None:
    answer = leader()
    assert "person.mobile" not in dict(codes(said(answer, known(answer))))
    assert ("person.mobile", "confirm") in codes(said(answer, known(answer, mobile=False)))


@pytest.mark.row("R016", part="与历史数据的对比分析")
def test_naming_the_present_leader_changes_nothing_and_is_refused() -> None:
    assert "legal_representative.unchanged" not in dict(codes(said(leader())))
    same = of(said(leader("P01", position="chairman")), "legal_representative.unchanged")
    assert same.message == "张示例已经登记为法定代表人，没有换人。"


@pytest.mark.row("R016", part="异常数据识别和拦截")
@pytest.mark.row("R025", part="CC28")
def test_a_minor_is_refused() -> None:
    refused = of(said(leader("P67")), "CC28")
    assert "拟任法定代表人唐未冠存在任职限制（未满十八周岁" in refused.message
    assert refused.field == "birth_date"


# ---- what becomes of it ----


@pytest.mark.row("R016", part="免填免报")
@pytest.mark.row("R016", part="查询辅助输入")
def test_the_page_begins_with_what_the_articles_say_about_the_office() -> None:
    case = story_case("C01", ("legal_representative",))
    filled = ITEM.prefill(case, Known())
    assert filled.payload == {
        "id_type": "10",
        "nationality": "CHN",
        "position": "chairman",
        "appointed_by": "board",
        "appointment_mode": "elected",
    }
    assert filled.sources["position"] == "register"
    assert "name" not in filled.payload


@pytest.mark.row("R016", part="自历史申请获取")
def test_an_unfinished_earlier_case_fills_the_page() -> None:
    filled = ITEM.prefill(story_case("C01", ("legal_representative",)), Known(history=leader("P04")))
    assert filled.payload["name"] == "赵演示"
    assert filled.sources["name"] == "history"


def test_without_a_register_nothing_is_prefilled_about_the_company() -> None:
    case = story_case("C01", ("legal_representative",))
    blind = replace(case, before={}, entity=replace(case.entity, shareholders=(), sole_shareholder=False))
    assert ITEM.prefill(blind, Known()).payload == {"id_type": "10", "nationality": "CHN"}
    answered = replace(blind, answers={"legal_representative": leader("P04")})
    assert "CC24" not in dict(codes(found(ITEM, answered, known(leader("P04")))))


@pytest.mark.row("R016", part="法定代表人标记")
def test_the_new_person_is_marked_as_legal_representative() -> None:
    case = story_case("C01", legal_representative=leader("P04"))
    (one,) = ITEM.people(case)
    assert (one.role, one.payload["name"], one.is_new) == ("法定代表人", "赵演示", True)
    assert ITEM.summary(case) == "张示例 → 赵演示"
    assert list(ITEM.card_slots(case.answers["legal_representative"])) == [""]


def test_the_register_keeps_the_person_and_not_why_the_former_one_left() -> None:
    from reg.entities.services import roles_of

    answer = leader("P04", reason="resigned", resigned_on="2026-11-20")
    (fact,) = ITEM.to_register(story_case("C01", legal_representative=answer))
    assert fact.payload is not None
    assert fact.payload["position"] == "director"
    assert {"reason", "resigned_on"}.isdisjoint(fact.payload)
    index = person_index("10", answer["id_number"])
    assert (index, "legal_representative", "") in roles_of({"legal_representative": fact.payload})


def test_the_difference_names_every_field_and_masks_what_is_private() -> None:
    lines = {line.label: line for line in ITEM.diff(story_case("C01", legal_representative=leader("P04")))}
    assert (lines["姓名"].before, lines["姓名"].after) == ("张示例", "赵演示")
    assert (lines["证件号码"].mask, lines["手机号码"].mask) == ("id", "mobile")
    assert lines["职务"].after == "董事"
    assert lines["国籍（地区）"].after == "中国"
    assert lines["为什么换人"].after == "任期届满"
