"""联络员备案 (R020): what is asked, standardised, refused, recorded."""

from __future__ import annotations

from typing import Any

import pytest

from reg.items.kit import Known
from reg.items.kit.testing import codes, found, known, person, story_case
from reg.items.liaison import ITEM
from reg.items.liaison.form import LiaisonForm

KEYS = ("name", "id_type", "id_number", "mobile", "email")


def liaison(code: str = "P05", **changes: Any) -> dict[str, Any]:
    return {key: person(code)[key] for key in KEYS} | changes


@pytest.mark.row("R020", part="采集姓名、证件、联系电话、电子邮箱")
def test_a_complete_liaison_passes_every_check() -> None:
    after = liaison()
    assert LiaisonForm.read(after).missing == {}
    assert found(ITEM, story_case("C01", liaison=after), known(after)) == []


@pytest.mark.row("R020", part="必填项校验和格式验证")
@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", "", "请填写姓名"),
        ("name", "钱范例1", "不能用的字符"),
        ("id_number", "310107199605059591", "最后一位"),
        ("id_number", "3101071996050595", "18"),
        ("id_number", "310107199613059595", "日期"),
        ("mobile", "1234", "11 位"),
        ("mobile", "", "请填写手机号码"),
        ("email", "p05@@example", "电子邮箱"),
    ],
)
def test_what_is_missing_or_misspelt_is_said_at_its_field(field: str, typed: str, says: str) -> None:
    missing = LiaisonForm.read(liaison(**{field: typed})).missing
    assert set(missing) == {field}
    assert says in missing[field]


@pytest.mark.row("R020", part="数据标准化处理")
@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("mobile", "+86 199-0000-0005", "19900000005"),
        ("mobile", "１９９００００００５".replace("５", "05"), "19900000005"),
        ("id_number", " 310106 19820113 931x ", "31010619820113931X"),
        ("name", "  阿依古丽•  麦麦提 ", "阿依古丽· 麦麦提"),
        ("email", "Ｐ05@example.com ", "P05@example.com"),
    ],
)
def test_what_people_type_is_kept_in_one_spelling(field: str, typed: str, kept: str) -> None:
    assert LiaisonForm.read(liaison(**{field: typed})).payload()[field] == kept


@pytest.mark.parametrize("name", ["李𬎆赟", "𰻞" * 3, "DEMO SMITH ALEX", "买买提·阿不都", "O'Brien Demo"])
def test_rare_and_foreign_names_are_welcome(name: str) -> None:
    assert "name" not in LiaisonForm.read(liaison(name=name)).missing


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "Robert'); DROP TABLE", "名\x00字", "😀", "a" * 500])
def test_hostile_names_are_refused_with_a_sentence_and_lose_nothing(hostile: str) -> None:
    form = LiaisonForm.read(liaison(name=hostile))
    assert form.missing.get("name") or form.payload()["name"] != hostile
    assert form.payload()["mobile"] == liaison()["mobile"]


@pytest.mark.row("R020", part="手机实名一致")
@pytest.mark.row("R114", part="手机实名一致校验")
def test_a_mobile_in_someone_elses_name_stops_the_filing() -> None:
    after = liaison()
    case = story_case("C01", liaison=after)
    assert found(ITEM, case, known(after, mobile=True)) == []
    (stop,) = found(ITEM, case, known(after, mobile=False))
    assert (stop.code, str(stop.severity), stop.field) == ("CO12", "block", "mobile")
    assert stop.message == "您填写的登记联络员移动电话非本人实名制移动电话，请修改。"


@pytest.mark.row("R020", part="验证身份信息的真实性")
@pytest.mark.parametrize(("told", "says"), [({"match": False}, "核对不上"), ({"alive": False}, "去世")])
def test_a_name_that_does_not_belong_to_the_number_stops_the_filing(told: dict[str, bool], says: str) -> None:
    after = liaison()
    (stop,) = found(ITEM, story_case("C01", liaison=after), known(after, **told))  # type: ignore[arg-type]  # match or alive
    assert str(stop.severity) == "block"
    assert says in stop.message


@pytest.mark.row("R020", part="人员监控拦截和提示")
@pytest.mark.row("R020", part="失信被执行情况拦截和提示")
@pytest.mark.parametrize(
    ("listed", "severity"),
    [("monitored", "confirm"), ("judgment_defaulter", "confirm"), ("false_registration_responsible", "block")],
)
def test_lists_bar_who_the_law_bars_and_tell_of_the_others(listed: str, severity: str) -> None:
    after = liaison()
    (told,) = found(ITEM, story_case("C01", liaison=after), known(after, hits=[{"list": listed, "to": "2028-01-01"}]))
    assert str(told.severity) == severity
    assert told.basis


@pytest.mark.row("R020", part="联络员兼任代理人识别和拦截")
@pytest.mark.row("R025", part="CC27")
def test_the_agent_of_this_case_cannot_be_the_liaison_compared_by_document() -> None:
    after = liaison()
    same = {**liaison(), "id_number": after["id_number"].lower(), "name": "别的写法"}
    other = liaison("P24")
    assert codes(found(ITEM, story_case("C01", liaison=after, agent=same), known(after))) == [("CC27", "block")]
    assert found(ITEM, story_case("C01", liaison=after, agent=other), known(after)) == []


@pytest.mark.row("R020", part="身份证图片与填报一致性检查")
def test_a_photograph_that_says_something_else_is_told_with_both_texts() -> None:
    after = liaison()
    case = story_case("C01", liaison=after)
    same = {"fields": {"name": after["name"], "id_number": after["id_number"]}}
    other = {"fields": {"name": "钱范列", "id_number": after["id_number"]}}
    assert found(ITEM, case, known(after, card={("liaison", ""): same})) == []
    (told,) = found(ITEM, case, known(after, card={("liaison", ""): other}))
    assert (told.code, str(told.severity), told.field) == ("card.differs", "block", "name")
    assert "钱范列" in told.message
    assert after["name"] in told.message


@pytest.mark.row("R020", part="与历史数据的对比分析")
def test_a_recordal_that_changes_nothing_is_refused() -> None:
    before = story_case("C01").was("liaison")
    (stop,) = found(ITEM, story_case("C01", liaison=dict(before)), known(before))
    assert stop.code == "liaison.unchanged"
    moved = {**before, "mobile": "19900000077"}
    assert found(ITEM, story_case("C01", liaison=moved), known(moved)) == []


@pytest.mark.row("R020", part="自历史申请获取")
@pytest.mark.row("R020", part="免填免报")
def test_the_page_comes_filled_from_the_register_or_an_earlier_unfinished_case() -> None:
    case = story_case("C01", ["liaison"])
    filled = ITEM.prefill(case, Known())
    assert filled.payload["name"] == case.was("liaison")["name"]
    assert filled.sources["name"] == "register"
    again = ITEM.prefill(case, Known(history=liaison()))
    assert again.payload["name"] == liaison()["name"]
    assert again.sources["mobile"] == "history"


def test_approval_writes_the_five_facts_and_nothing_else() -> None:
    (fact,) = ITEM.to_register(story_case("C01", liaison=liaison() | {"hidden": "x"}))
    assert fact.item_code == "liaison"
    assert fact.payload == liaison()


def test_the_overview_says_who_follows_whom() -> None:
    assert ITEM.summary(story_case("C01", liaison=liaison())) == "赵演示 → 钱范例"
    assert ITEM.summary(story_case("C01", ["liaison"])) == "赵演示"
