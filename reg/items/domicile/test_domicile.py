"""住所变更登记. R006."""

from __future__ import annotations

from typing import Any

import pytest

from reg.casefile.view import CaseView
from reg.entities.stories import companies
from reg.items.domicile import ITEM
from reg.items.domicile.form import DomicileForm
from reg.items.kit import Facts, Hint, Known, LookupFact
from reg.items.kit import address as house
from reg.items.kit.facts import subject_key
from reg.items.kit.testing import codes, found, story_case

FREE_ROOM = {
    "district": "310115",
    "town": "310115125",
    "road": "祖冲之路",
    "lane": "",
    "number_kind": "号",
    "number": "9820",
    "building": "",
    "floor": "",
    "room": "311",
    "kind": "leased",
    "usage_right_until": "2029-06-28",
    "property_certificate_no": "沪（2024）浦字不动产权第980011号",
    "residents_agree": False,
}
TITLE = {
    "registered_no": "沪（2024）浦字不动产权第980011号",
    "owner": "上海样板61号置业有限公司（虚构）",
    "address": "上海市浦东新区祖冲之路9820号311室",
    "usage": "办公",
    "frozen": False,
}
STANDARD = {
    "std_code": "3101151259800011",
    "full": "上海市浦东新区祖冲之路9820号311室",
    "kind": "ordinary",
    "town": "310115125",
}
PARK = {
    "name": "示例创新园集中登记地（虚构）", "manager": "示例创新园管理有限公司（虚构）", "valid_to": "2029-12-31",
    "std_code": "3101150059800017", "full": "上海市浦东新区世纪大道9830号2幢", "town": "310115005", "district": "310115",
    "road": "世纪大道", "lane": "", "number": "9830", "building": "2", "room": "",
}  # fmt: skip


def typed(**changes: Any) -> DomicileForm:
    return DomicileForm.read({**FREE_ROOM, **changes})


def answer(**changes: Any) -> dict[str, Any]:
    return typed(**changes).payload()


def case_of(**changes: Any) -> CaseView:
    return story_case("C01", domicile=answer(**changes))


def told(case: CaseView, **answers: dict[str, Any] | str) -> Facts:
    """Facts in which every port gave this answer, or is in this state."""
    lookups = {}
    for spec in ITEM.lookups:
        for subject in spec.subjects(case.answers["domicile"], case):
            said = answers.get(spec.port, "unasked")
            state, content = (said, {}) if isinstance(said, str) else ("found", said)
            lookups[subject_key(spec.port, subject)] = LookupFact(spec.port, state, content)
    return Facts(lookups=lookups)


def hints(case: CaseView, facts: Facts) -> dict[str, Hint]:
    assert ITEM.hints is not None
    return {hint.key: hint for hint in ITEM.hints(case.answers["domicile"], case, facts)}


# ---- what is typed ----


@pytest.mark.row("R006", part="表单展示和输入")
@pytest.mark.row("R006", part="采集分段地址信息和详细地址")
@pytest.mark.row("R006", part="自动生成自贸区、示范区地址前缀")
def test_the_whole_text_follows_from_the_parts() -> None:
    told = answer(lane="9901", number="2", building="A座", floor="3", room="１２０３室")
    assert typed().missing == {}
    assert told["detail"] == "9901弄2号A座3层1203室"
    assert told["zone_prefix"] == "中国（上海）自由贸易试验区"
    assert told["full"] == "中国（上海）自由贸易试验区祖冲之路9901弄2号A座3层1203室"


@pytest.mark.parametrize(
    "company", sorted(c["id"] for c in companies().values() if c["domicile"]["district"][:2] == "31")
)
def test_every_registered_domicile_is_written_as_its_parts_say(company: str) -> None:
    registered = companies()[company]["domicile"]
    zone = "True" if registered["zone_prefix"] else "False"
    assert house.full_of({**registered, "in_zone": zone}) == registered["full"]


@pytest.mark.row("R006", part="数据标准化处理")
@pytest.mark.parametrize(
    ("field", "typed_as", "kept"),
    [
        ("number", " 9820 号", "9820"),
        ("number", "９８２０号", "9820"),
        ("number", "88至92号", "88-92"),
        ("lane", "9801弄", "9801"),
        ("building", "2幢", "2"),
        ("floor", "3楼", "3"),
        ("room", "311室", "311"),
        ("road", " 祖冲之 路\u202e", "祖冲之路"),
        ("property_certificate_no", "沪(2024)浦字 不动产权第980011号", "沪（2024）浦字不动产权第980011号"),
    ],
)
def test_what_people_type_is_brought_into_its_standard_form(field: str, typed_as: str, kept: str) -> None:
    assert answer(**{field: typed_as})[field] == kept


@pytest.mark.row("R006", part="必填项校验和格式验证")
@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"road": ""}, "road", "请填写路名"),
        ({"number": ""}, "number", "请填写门牌号"),
        ({"town": ""}, "town", "请选择街道、乡镇"),
        ({"town": "310104012"}, "town", "虹梅路街道不在浦东新区"),
        ({"kind": ""}, "kind", "请选择取得方式"),
        ({"kind": "military_forbidden"}, "kind", "部队房产不能登记为住所"),
        ({"kind": "residential_changed"}, "residents_agree", "利害关系的业主一致同意"),
        ({"usage_right_until": ""}, "usage_right_until", "可以使用到哪一天"),
        ({"number": "甲"}, "number", "门牌号里没有数字"),
        ({"number_kind": "号段"}, "number", "要写头尾两个号"),
        ({"property_certificate_no": "第12号"}, "property_certificate_no", "产权证编号不完整"),
        ({"road": "<script>alert(1)</script>"}, "road", "不能用的符号“<”"),
        ({"room": "311'; DROP TABLE"}, "room", "不能用的符号“'”"),
        ({"road": "路" * 41}, "road", "太长了，最多 40 个字"),
        ({"district": "330106"}, "district", "从列表里选"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(change: dict[str, str], field: str, sentence: str) -> None:
    assert typed().missing == {}
    missing = typed(**change).missing
    assert sentence in missing.get(field, "")


def test_two_numbers_make_it_a_range_by_themselves() -> None:
    assert answer(number="88-92")["number_kind"] == "号段"
    assert answer(number="88-92")["detail"] == "88-92号311室"


def test_a_house_without_a_number_is_written_as_it_is() -> None:
    assert answer(number_kind="其他", number="三甲村西首", room="")["detail"] == "三甲村西首"


@pytest.mark.parametrize("long", ["long_term", "长期"])
def test_a_lease_without_end_is_long_term(long: str) -> None:
    assert "usage_right_until" not in typed(usage_right_until=long).missing


# ---- the zone ----

PARTLY = {"road": "示例路", "town": "310115136"}
"""A road nobody has seen, in a town of which a part lies in the zone."""


def test_where_the_catalogue_cannot_tell_the_applicant_is_asked() -> None:
    form = typed(**PARTLY)
    assert "请选这个地址在不在" in form.missing["in_zone"]
    assert answer(**PARTLY, in_zone="True")["full"].startswith("中国（上海）自由贸易试验区示例路")
    assert answer(**PARTLY, in_zone="False")["full"].startswith("上海市浦东新区示例路")


def test_where_the_catalogue_is_sure_nobody_is_asked_and_an_old_tick_means_nothing() -> None:
    assert "in_zone" not in typed().missing
    assert answer(in_zone="False")["zone_prefix"] == "中国（上海）自由贸易试验区"
    assert answer(road="三林路", town="310115130", in_zone="True")["zone_prefix"] == ""


def test_a_tick_about_another_road_is_asked_for_anew() -> None:
    saved = answer(**PARTLY, in_zone="True")
    form = DomicileForm.receive({**saved, "road": "样板路", "in_zone": "True"}, saved)
    assert "路名、街道改过了" in form.missing["in_zone"]
    assert form.payload()["in_zone"] == ""


# ---- checks ----


@pytest.mark.row("R006", part="与历史数据的对比分析")
def test_the_same_house_as_registered_is_no_change() -> None:
    same = {"lane": "9901弄", "number": "2号", "room": "202室"}
    assert ("domicile.unchanged", "block") in codes(found(ITEM, case_of(**same), Facts()))
    assert codes(found(ITEM, case_of(), Facts())) == []


@pytest.mark.row("R006", part="标准地址库查询")
@pytest.mark.row("R006", part="住所的规范化填写")
def test_the_address_library_gives_its_code_and_its_wording() -> None:
    case = case_of(floor="3")
    facts = told(case, std_address=STANDARD)
    hint = hints(case, facts)["std"]
    assert hint.take_label == "用标准写法"
    assert hint.take["floor"] == ""
    assert ITEM.settle is not None
    settled = ITEM.settle(case.answers["domicile"], case, facts)
    assert settled["std_code"] == "3101151259800011"
    plain = case_of()
    assert hints(plain, told(plain, std_address=STANDARD))["std"].take == {}


def test_a_code_given_for_one_house_does_not_stay_with_another() -> None:
    case = case_of()
    assert ITEM.settle is not None
    settled = ITEM.settle(case.answers["domicile"], case, told(case, std_address=STANDARD))
    assert ITEM.settle(settled, case, told(case, std_address="unavailable"))["std_code"] == "3101151259800011"
    moved = answer(room="312") | {key: settled[key] for key in ("std_code", "std_house")}
    other = story_case("C01", domicile=moved)
    assert ITEM.settle(moved, other, told(other, std_address="waiting"))["std_code"] == ""


@pytest.mark.row("R006", part="异常数据识别和拦截")
def test_a_house_the_library_does_not_know_is_asked_about() -> None:
    case = case_of()
    assert codes(found(ITEM, case, told(case, std_address="not_found"))) == [("domicile.library", "confirm")]
    assert codes(found(ITEM, case, told(case, std_address=STANDARD))) == []
    other_town = {**STANDARD, "town": "310115136"}
    assert codes(found(ITEM, case, told(case, std_address=other_town))) == [("domicile.town", "confirm")]
    military = {**STANDARD, "kind": "military"}
    assert codes(found(ITEM, case, told(case, std_address=military))) == [("domicile.military", "block")]


@pytest.mark.row("R006", part="产权证编号核验")
@pytest.mark.row("R006", part="采集产权证编号")
def test_the_certificate_is_compared_with_the_address() -> None:
    case = case_of()
    good, other = (
        told(case, property=TITLE),
        told(case, property={**TITLE, "address": "上海市浦东新区祖冲之路9820号312室"}),
    )
    assert codes(found(ITEM, case, good)) == []
    assert house.title_proves(case.answers["domicile"], good)
    assert dict(hints(case, good)["title"].lines)["权利人"] == "上海样板61号置业有限公司（虚构）"
    (differs,) = found(ITEM, case, other)
    assert differs.code == "domicile.title_differs"
    assert "祖冲之路9820号312室" in differs.message
    assert not house.title_proves(case.answers["domicile"], other)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"frozen": True}, ("domicile.title_frozen", "confirm")),
        ({"usage": "居住"}, ("domicile.dwelling", "block")),
    ],
)
def test_a_frozen_title_or_a_dwelling_does_not_prove_the_use(change: dict[str, Any], code: tuple[str, str]) -> None:
    case = case_of()
    facts = told(case, property={**TITLE, **change})
    assert codes(found(ITEM, case, facts)) == [code]
    assert not house.title_proves(case.answers["domicile"], facts)


def test_a_dwelling_whose_neighbours_agree_passes_but_their_consent_is_handed_in() -> None:
    case = case_of(kind="residential_changed", residents_agree=True)
    facts = told(case, property={**TITLE, "usage": "居住"})
    assert codes(found(ITEM, case, facts)) == []
    assert not house.title_proves(case.answers["domicile"], facts)


def test_a_certificate_that_is_not_known_only_means_a_proof() -> None:
    case = case_of()
    assert codes(found(ITEM, case, told(case, property="not_found"))) == [("domicile.title", "warn")]
    assert not house.title_proves(case.answers["domicile"], told(case, property="not_found"))


@pytest.mark.row("R006", part="免填免报")
def test_from_the_certificate_alone_the_address_can_be_filled() -> None:
    case = case_of(road="张江路", number="1", room="")
    hint = hints(case, told(case, property=TITLE))["title"]
    after = DomicileForm.read({**case.answers["domicile"], **hint.take}).payload()
    assert (after["road"], after["number"], after["room"]) == ("祖冲之路", "9820", "311")


@pytest.mark.row("R006", part="集中登记地查询")
def test_a_collective_address_is_picked_from_the_list() -> None:
    case = case_of(kind="centralized")
    facts = told(case, centralized_address={"items": [PARK]})
    assert codes(found(ITEM, case, facts)) == [("domicile.collective", "block")]
    pick = hints(case, facts)["place0"]
    after = DomicileForm.read({**case.answers["domicile"], **pick.take}).payload()
    chosen = story_case("C01", domicile=after)
    assert after["full"] == "中国（上海）自由贸易试验区世纪大道9830号2幢"
    assert codes(found(ITEM, chosen, told(chosen, centralized_address={"items": [PARK]}))) == []
    inside = story_case("C01", domicile={**after, "room": "505"})
    assert codes(found(ITEM, inside, told(inside, centralized_address={"items": [PARK]}))) == []
    ended = {**PARK, "valid_to": "2026-11-22"}
    assert codes(found(ITEM, chosen, told(chosen, centralized_address={"items": [ended]}))) == [
        ("domicile.collective_ended", "block")
    ]


@pytest.mark.parametrize(("until", "said"), [("2026-11-22", True), ("2026-11-23", False), ("long_term", False)])
def test_the_right_to_use_lasts_at_least_until_today(until: str, said: bool) -> None:
    assert (("domicile.ended", "block") in codes(found(ITEM, case_of(usage_right_until=until), Facts()))) is said


@pytest.mark.row("R006", part="实时数据质量提示和预警")
def test_what_is_still_being_asked_and_what_did_not_answer_is_told() -> None:
    case = case_of()
    assert hints(case, told(case))["std"].waiting
    assert "没有回应" in hints(case, told(case, std_address="unavailable"))["std"].text
    assert hints(case, told(case))["full"].text == case.answers["domicile"]["full"]


# ---- page ----


@pytest.mark.row("R006", part="自历史申请获取")
def test_the_page_begins_with_the_district_or_with_what_an_earlier_case_had() -> None:
    case = story_case("C01", ["domicile"])
    fresh = ITEM.prefill(case, Known())
    assert fresh.payload == {"district": "310115", "number_kind": "号"}
    assert fresh.sources == {"district": "register"}
    again = ITEM.prefill(case, Known(history={**FREE_ROOM, "std_code": "1"}))
    assert again.payload["full"] == "中国（上海）自由贸易试验区祖冲之路9820号311室"
    assert again.sources["road"] == "history"


def test_the_register_holds_the_parts_and_not_the_page() -> None:
    (fact,) = ITEM.to_register(case_of())
    assert fact.payload is not None
    assert fact.payload["full"] == "中国（上海）自由贸易试验区祖冲之路9820号311室"
    assert not {"residents_agree", "in_zone", "std_house"} & set(fact.payload)
    assert set(companies()["C01"]["domicile"]) == set(fact.payload)


def test_before_and_after_stand_side_by_side() -> None:
    lines = {line.field: (line.before, line.after) for line in ITEM.diff(case_of())}
    assert lines["full"] == (
        "中国（上海）自由贸易试验区祖冲之路9901弄2号202室",
        "中国（上海）自由贸易试验区祖冲之路9820号311室",
    )
    assert lines["usage_right_until"] == ("2029年6月28日", "2029年6月28日")
    assert ITEM.summary(case_of()) == "→ 中国（上海）自由贸易试验区祖冲之路9820号311室"
