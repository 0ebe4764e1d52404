"""Each 董事、监事、高级管理人员: R017, CC24, CC25, CC27, CC28, CC29."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reg.entities.selectors import Post
from reg.entities.services import roles_of
from reg.items.kit import Facts, Finding, Known
from reg.items.kit.testing import Row, codes, found, known, officer, on, person, story_case, story_officers
from reg.items.officers import ITEM
from reg.items.officers.form import OfficerForm


def director(who: str | Row = "P12", position: str = "director", **more: Any) -> Row:
    return officer(who, position, "elected", "shareholders", **more)


def manager(who: str | Row = "P12", **more: Any) -> Row:
    return officer(who, "manager", "engaged", "board", **more)


def said(company: str, answer: Row, facts: Facts | None = None, **more: Row) -> list[Finding]:
    people = [row for row in answer["rows"] if row["change"] != "removed"]
    return found(ITEM, story_case(company, officers=answer, **more), facts or known(*people))


def of(findings: list[Finding], code: str, severity: str = "") -> Finding:
    (one,) = [f for f in findings if f.code == code and severity in {"", str(f.severity)}]
    return one


def with_director(row: Row | None = None, **structure: Any) -> Row:
    return story_officers("C01", row or director(), **{"directors_count": 4, **structure})


# ---- the form of a row ----


@pytest.mark.row("R017", part="采集人员信息")
@pytest.mark.row("R017", part="采集职务、产生方式")
def test_a_complete_row_lacks_nothing() -> None:
    form = OfficerForm.read(director())
    assert form.missing == {}
    assert form.payload()["gender"] == "女"


@pytest.mark.row("R017", part="数据标准化处理")
def test_what_is_typed_about_a_person_is_kept_in_one_spelling() -> None:
    typed = director(
        "P13", name=" 卫  甲 ", id_number="310106 19820113 931x", mobile="+86 199 0000 0013", gender="女", birth_date=""
    )
    kept = OfficerForm.read(typed).payload()
    assert (kept["id_number"], kept["mobile"]) == ("31010619820113931X", "19900000013")
    assert (kept["gender"], kept["birth_date"]) == ("男", "1982-01-13"), "the number tells"
    assert OfficerForm.read(kept).payload() == kept


@pytest.mark.row("R017", part="必填项校验和格式验证")
def test_a_director_has_a_term_and_a_manager_may_have_one() -> None:
    no_term = {"term_from": "", "term_to": ""}
    assert set(OfficerForm.read(director(**no_term)).missing) == {"term_from", "term_to"}
    assert OfficerForm.read(manager(**no_term)).missing == {}
    backwards = OfficerForm.read(director(term_from="2026-11-20", term_to="2026-11-20")).missing
    assert backwards == {"term_to": "任期结束的日期要在开始的日期以后。"}


@pytest.mark.row("R017", part="校验备案的合法性")
def test_the_appointing_body_fits_the_office() -> None:
    assert OfficerForm.read(director()).missing == {}
    assert "appointed_by" in OfficerForm.read(director(appointed_by="board", appointment_mode="elected")).missing
    staff = officer("P12", "employee_director", "elected", "shareholders")
    assert OfficerForm.read(staff).missing["appointed_by"] == (
        "职工董事由职工代表大会（职工大会）产生，不由股东会产生。"
    )
    assert "appointment_mode" in OfficerForm.read(director(appointment_mode="employee_elected")).missing


@pytest.mark.row("R017", part="校验备案的合法性")
def test_the_appointing_body_is_one_the_company_has() -> None:
    assert "appointment.body" not in dict(codes(said("C01", with_director())))
    alone = director(appointed_by="sole_shareholder", appointment_mode="appointed")
    wrong = of(said("C01", with_director(alone)), "appointment.body")
    assert (wrong.field, wrong.row) == ("appointed_by", alone["row_id"])
    no_board = officer("P12", "deputy_manager", "engaged", "board")
    assert "appointment.body" in dict(codes(said("C02", story_officers("C02", no_board))))


# ---- terms ----


@pytest.mark.row("R025", part="CC25")
@pytest.mark.parametrize(
    ("begin", "end", "too_long"),
    [
        ("2026-11-20", "2029-11-19", False),
        ("2026-11-20", "2029-11-20", False),
        ("2026-11-20", "2029-11-21", True),
        ("2028-02-29", "2031-02-28", False),
        ("2028-02-29", "2031-03-01", True),
    ],
)
def test_a_term_is_three_years_at_most_even_from_a_leap_day(begin: str, end: str, too_long: bool) -> None:
    findings = said("C01", with_director(director(term_from=begin, term_to=end)))
    assert ("CC25" in dict(codes(findings))) is too_long
    if too_long:
        assert of(findings, "CC25").message == "董事每届任期不得超过三年，请修改任期。"


def test_a_supervisors_term_is_three_years_too_and_one_that_is_over_begins_nothing() -> None:
    long = director(position="sole_supervisor", term_to="2030-11-20")
    findings = said("C01", story_officers("C01", long, removed=["尤样张"]))
    assert of(findings, "officers.supervisor_term").message == "监事的任期每届为三年，请修改任期。"
    over = director(term_from="2023-01-01", term_to="2025-12-31")
    assert ("officers.term_over", "block") in codes(said("C01", with_director(over)))
    assert "officers.term_over" not in dict(codes(said("C01", with_director())))


@pytest.mark.row("R017", part="与历史数据的对比分析")
def test_a_registered_term_that_ran_out_is_told_of() -> None:
    case = story_case("C01", officers=with_director())
    assert "officers.registered_term_over" not in dict(codes(found(ITEM, case, Facts())))
    late = found(ITEM, on(case, date(2028, 5, 20)), Facts())
    assert of(late, "officers.registered_term_over").message == "张示例、卫甲、朱示意等 6 人登记的任期已经届满。"


# ---- offices that collide ----


@pytest.mark.row("R025", part="CC27")
@pytest.mark.row("R017", part="人员兼职提示和预警")
def test_directors_and_managers_are_no_supervisors() -> None:
    assert "CC27" not in dict(codes(said("C01", with_director())))
    as_director = of(said("C01", with_director(director("P28"))), "CC27")
    assert as_director.message == (
        "尤样张同时担任监事、董事，董事、高级管理人员不得兼任监事，联络员不得兼任本次代理人；请更换其中一个职务的人选。"
    )
    assert ("CC27", "block") in codes(said("C01", story_officers("C01", manager("P28"))))
    gone = story_officers("C01", director("P28"), director("P12", "sole_supervisor"), removed=["尤样张"])
    assert "CC27" in dict(codes(said("C01", with_director(director("P28")))))
    assert "CC27" not in dict(codes(said("C01", {**gone, "structure": {**gone["structure"], "directors_count": 4}})))


@pytest.mark.row("R025", part="CC27")
def test_a_director_may_be_manager() -> None:
    both = story_officers("C01", director("P12"), manager("P12"), removed=["秦试填"], directors_count=4)
    assert "CC27" not in dict(codes(said("C01", both)))


@pytest.mark.row("R025", part="CC27")
@pytest.mark.row("R017", part="人员重复提示和预警")
def test_nobody_is_listed_twice_in_one_organ_however_the_number_is_written() -> None:
    same = director("P13", id_number="31010619820113931x")
    twice = of(said("C01", with_director(same)), "CC27")
    assert "“董事”、“董事”（在同一机构里录了 2 次）" in twice.message
    chairman = of(said("C01", with_director(director("P01"))), "CC27")
    assert "“董事长”、“董事”" in chairman.message
    managers = story_officers("C01", manager("P27"))
    assert "“经理”、“经理”" in of(said("C01", managers), "CC27").message
    seat = officer("P13", "audit_committee", "elected", "board")
    assert "CC27" not in dict(codes(said("C01", story_officers("C01", seat))))


@pytest.mark.row("R017", part="异常数据识别和拦截")
def test_one_number_has_one_name() -> None:
    assert "officers.two_names" not in dict(codes(said("C01", with_director())))
    renamed = manager(person("P13", name="卫申"))
    wrong = of(said("C01", story_officers("C01", renamed)), "officers.two_names")
    assert wrong.message == "同一个证件号码写了不同的姓名：卫甲、卫申。"
    leader = {**person("P12", name="褚示犯"), "position": "director"}
    assert "officers.two_names" in dict(codes(said("C01", with_director(), legal_representative=leader)))


def test_executive_directors_of_the_old_law_are_not_newly_made() -> None:
    old = officer("P12", "executive_director_legacy", "elected", "shareholders")
    refused = of(said("C02", story_officers("C02", old, removed=["李样本"])), "officers.legacy_office")
    assert refused.message == "现行公司法没有“执行董事”这一职务，新任的不能再用。"


# ---- who may not ----


@pytest.mark.row("R025", part="CC28")
@pytest.mark.row("R033", part="全国黑名单限制服务")
def test_who_is_restricted_takes_no_office_and_who_is_registered_is_not_asked_again() -> None:
    hits = [{"list": "licence_revoked_responsible", "to": "2028-01-31"}]
    row = director()
    assert "CC28" not in dict(codes(said("C01", with_director(row), known(row))))
    barred = of(said("C01", with_director(row), known(row, hits=hits)), "CC28")
    assert barred.message.startswith("拟任董事褚示范存在任职限制（负有个人责任的吊销")
    assert (barred.row, barred.field) == (row["row_id"], "name")
    registered = story_officers("C01")["rows"]
    assert "CC28" not in dict(codes(said("C01", with_director(row), known(*registered, hits=hits))))


@pytest.mark.row("R025", part="CC29")
def test_false_registration_and_unreliable_entities_are_barred() -> None:
    row = director()
    for listed in ("false_registration_responsible", "unreliable_entity"):
        findings = said("C01", with_director(row), known(row, hits=[{"list": listed}]))
        assert ("CC29", "block") in codes(findings)


def test_a_changed_telephone_asks_nothing_about_restrictions_but_a_new_office_does() -> None:
    registered = story_officers("C01")
    moved = dict(registered["rows"][1], change="changed", mobile="19900000099")
    promoted = dict(registered["rows"][1], change="changed", position="vice_chairman", appointed_by="board")
    hits = [{"list": "judgment_defaulter"}]
    for row, barred in ((moved, False), (promoted, True)):
        answer = {**registered, "rows": [registered["rows"][0], row, *registered["rows"][2:]]}
        assert (("CC28", "block") in codes(said("C01", answer, known(row, hits=hits)))) is barred


@pytest.mark.row("R025", part="CC28")
def test_a_minor_takes_no_office() -> None:
    refused = of(said("C01", with_director(director("P67"))), "CC28")
    assert "未满十八周岁" in refused.message
    assert "十六周岁" in refused.fix


@pytest.mark.row("R017", part="校验备案的合法性")
def test_identity_card_and_mobile_are_checked_for_who_is_new() -> None:
    row = director()
    assert (
        dict(codes(said("C01", with_director(row), known(row)))).keys().isdisjoint({"identity.match", "person.mobile"})
    )
    wrong = codes(said("C01", with_director(row), known(row, match=False, mobile=False)))
    assert {("identity.match", "block"), ("person.mobile", "confirm")} <= set(wrong)
    card = {("officers", row["row_id"]): {"fields": {"name": "褚示犯"}}}
    differs = of(said("C01", with_director(row), known(row, card=card)), "card.differs")
    assert (differs.row, differs.field) == (row["row_id"], "name")


@pytest.mark.row("R017", part="人员兼职提示和预警")
@pytest.mark.row("R025", part="CC27")
def test_posts_elsewhere_are_told_and_confirmed_in_state_owned_companies() -> None:
    posts = [
        Post("91310101MAXX00023C", "上海墨舟样本餐饮管理有限公司", "active", "officer", "manager"),
        Post("91310101MAXX00023C", "上海墨舟样本餐饮管理有限公司", "active", "shareholder", ""),
        Post("91310115MAXX00015T", "上海星岚示例科技有限公司", "active", "officer", "director"),
    ]
    row = director()
    told = of(said("C01", with_director(row), known(row, posts=posts)), "officers.posts_elsewhere")
    assert told.message == "褚示范还在上海墨舟样本餐饮管理有限公司（经理）任职。"
    assert str(told.severity) == "warn"
    assert "officers.posts_elsewhere" not in dict(codes(said("C01", with_director(row), known(row))))
    sent = officer("P12", "director", "appointed", "state_capital_body")
    state = said("C08", story_officers("C08", sent, directors_count=6), known(sent, posts=posts[:1]))
    assert of(state, "CC27").message.startswith("褚示范为国有独资公司董事或高级管理人员，请确认已取得")


@pytest.mark.row("R017", part="人员兼职提示和预警")
def test_the_posts_of_the_new_leader_are_told_in_his_own_room_alone() -> None:
    posts = [Post("91310101MAXX00023C", "上海墨舟样本餐饮管理有限公司", "active", "officer", "manager")]
    row = director()
    facts = known(row, posts=posts)
    assert "officers.posts_elsewhere" in dict(codes(said("C01", with_director(row), facts)))
    leads = said("C01", with_director(row), facts, legal_representative=row)
    assert "officers.posts_elsewhere" not in dict(codes(leads))


# ---- the new legal representative ----


@pytest.mark.row("R025", part="CC24")
def test_the_new_leader_is_asked_for_here_and_suggested_with_all_that_is_known() -> None:
    leader = {**person("P04"), "position": "manager", "appointed_by": "board", "appointment_mode": "engaged"}
    answer = story_officers("C01")
    asked = of(said("C01", answer, legal_representative=leader), "CC24")
    assert asked.fix == "在“董事、监事、高级管理人员”里给赵演示添加“经理”职务，或者更换人选。"
    assert ITEM.rows is not None
    case = story_case("C01", officers=answer, legal_representative=leader)
    (suggestion,) = ITEM.rows.suggest(case, answer)
    assert suggestion.title == "赵演示：经理"
    assert (suggestion.row["name"], suggestion.row["position"]) == ("赵演示", "manager")
    done = story_officers("C01", manager("P04"), removed=["秦试填"])
    assert "CC24" not in dict(codes(said("C01", done, legal_representative=leader)))
    assert list(ITEM.rows.suggest(story_case("C01", officers=done, legal_representative=leader), done)) == []


# ---- 1 and 50, hostile, rare ----


@pytest.mark.parametrize("count", [1, 50])
def test_one_or_fifty_people_are_checked_and_shown(count: int) -> None:
    people = [
        {**person("P12"), "name": f"样本{chr(0x4E00 + n)}", "id_type": "55", "id_number": f"H{10000000 + n}"}
        for n in range(count)
    ]
    rows = [director(human, row_id=f"{n:032x}") for n, human in enumerate(people)]
    answer = story_officers("C01", *rows, directors_count=3 + count)
    case = story_case("C01", officers=answer)
    findings = found(ITEM, case, known(*people))
    assert [f for f in findings if f.severity == "block"] == []
    assert len(list(ITEM.people(case))) == count
    assert len(list(ITEM.card_slots(answer))) == count
    (fact,) = ITEM.to_register(case)
    assert fact.payload is not None
    assert len(fact.payload["rows"]) == 6 + count
    assert ("等 50 人" in ITEM.summary(case)) is (count == 50)


@pytest.mark.row("R017", part="异常数据识别和拦截")
@pytest.mark.parametrize("hostile", ["<img src=x onerror=alert(1)>", "'; --", "\x00\u202e", "9" * 3000, ""])
def test_hostile_rows_never_break_a_check(hostile: str) -> None:
    row = {**{name: hostile for name in OfficerForm.base_fields}, "row_id": "f" * 32, "change": "added"}
    stored = {**OfficerForm.read(row).payload(), "row_id": "f" * 32, "change": "added"}
    answer = story_officers("C01", stored, stored, supervisory=hostile, directors_count=hostile, staff_count=hostile)
    case = story_case("C01", officers=answer)
    assert OfficerForm.read(stored).missing
    assert all(isinstance(finding, Finding) for finding in found(ITEM, case, Facts()))
    assert ITEM.diff(case)
    assert ITEM.summary(case)


def test_rare_names_stand_in_title_and_subtitle() -> None:
    assert ITEM.rows is not None
    row = director("P21")
    assert ITEM.rows.title(row) == "李𬎆赟"
    assert ITEM.rows.subtitle(row) == "董事 · 任期到2029年11月19日"


# ---- what becomes of it ----


@pytest.mark.row("R017", part="免填免报")
@pytest.mark.row("R017", part="查询辅助输入")
def test_the_page_begins_with_the_registered_people_unchanged() -> None:
    case = story_case("C01", ("officers",))
    filled = ITEM.prefill(case, Known())
    assert [row["change"] for row in filled.payload["rows"]] == ["unchanged"] * 6
    assert filled.payload["structure"]["board"] is True
    assert filled.sources["supervisory"] == "register"
    assert ITEM.form.read(filled.payload["structure"]).missing == {}
    assert ITEM.summary(case) == "登记的 6 人，还没有改动"


@pytest.mark.row("R017", part="与历史数据的对比分析")
def test_a_list_that_changes_nothing_is_refused() -> None:
    assert ("officers.unchanged", "block") in codes(said("C01", story_officers("C01")))
    assert "officers.unchanged" not in dict(codes(said("C01", with_director())))
    assert "officers.unchanged" not in dict(
        codes(said("C02", story_officers("C02", removed=["孔参考"], supervisory="none")))
    )


@pytest.mark.row("R017", part="记录变更前后的人员信息对比")
def test_before_and_after_stand_row_by_row_with_details_only_where_something_changed() -> None:
    answer = with_director(director("P04"))
    answer["rows"][1] = {**answer["rows"][1], "change": "changed", "mobile": "19900000099"}
    answer["rows"][4] = {**answer["rows"][4], "change": "removed"}
    lines = ITEM.diff(story_case("C01", officers=answer))
    top = {line.label: (line.before, line.after) for line in lines if line.level == 0}
    assert top["赵演示"] == ("", "董事")
    assert top["尤样张"] == ("监事", "")
    assert top["张示例"] == ("董事长", "董事长")
    assert top["董事人数"] == ("3 名", "4 名")
    details = [
        (line.label, line.after) for line in lines if line.level == 1 and line.row == answer["rows"][1]["row_id"]
    ]
    assert details == [("手机号码", "19900000099")]
    assert ITEM.summary(story_case("C01", officers=answer)) == "新任赵演示，修改卫甲，卸任尤样张"


def test_a_row_saved_as_it_was_says_the_same() -> None:
    assert ITEM.rows is not None
    for row in story_officers("C07")["rows"]:
        assert ITEM.rows.same(row, {**row, **OfficerForm.read(row).payload(), "change": "changed"})
        assert not ITEM.rows.same(row, {**row, "position": "deputy_manager"})


def test_the_register_keeps_who_is_in_office_without_what_happened_to_them() -> None:
    answer = story_officers("C01", director("P12"), removed=["张示例"], directors_count=3)
    (fact,) = ITEM.to_register(story_case("C01", officers=answer))
    assert fact.payload is not None
    assert all("change" not in row for row in fact.payload["rows"])
    assert "张示例" not in {row["name"] for row in fact.payload["rows"]}
    assert ("director" in {position for _, _, position in roles_of({"officers": fact.payload})}) is True


def test_everyone_new_is_told_with_his_role_and_whether_he_is_new_to_the_company() -> None:
    rows = [director("P12"), manager("P13"), director("P14", "sole_supervisor")]
    told = [
        (p.role, p.payload["name"], p.is_new)
        for p in ITEM.people(story_case("C01", officers=story_officers("C01", *rows)))
    ]
    assert told == [("董事", "褚示范", True), ("高级管理人员", "卫甲", False), ("监事", "蒋乙", True)]


def test_a_branch_has_a_person_in_charge_and_the_companys_own_branch_is_no_other_enterprise() -> None:
    own = Post("9131", "上海星岚示例科技有限公司徐汇分公司", "active", "legal_representative", "", "91310115MAXX00015T")
    other = Post(
        "9132", "上海墨舟样本餐饮管理有限公司徐汇分公司", "active", "legal_representative", "", "91310101MAXX00023C"
    )
    row = director()
    told = of(said("C01", with_director(row), known(row, posts=[own, other])), "officers.posts_elsewhere")
    assert told.message == "褚示范还在上海墨舟样本餐饮管理有限公司徐汇分公司（负责人）任职。"
    assert "officers.posts_elsewhere" not in dict(codes(said("C01", with_director(row), known(row, posts=[own]))))
