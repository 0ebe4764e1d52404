"""任免职文件: by the right body, signed by the right people. R016, R017, R035."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from reg.casefile.view import CaseView
from reg.materials import typeset
from reg.materials.documents import DocumentRefused, Extra, samples
from reg.materials.documents.appoint.data import bodies, build, must_read, parties


def signers(view: CaseView, body: str, extra: Extra | None = None) -> list[str]:
    data = build(view, body, extra or Extra())
    return [slot["signer_name"] for group in data["signatures"] for slot in group["slots"]]


def with_officers(view: CaseView, *rows: dict[str, Any], **more: Any) -> CaseView:
    """The same company with these rows of officers only and no new 法定代表人."""
    officers = {**view.before["officers"], "rows": list(rows)}
    return dataclasses.replace(view, answers={"officers": officers, **more})


@pytest.mark.row("R035", part="法定代表人免职和任职证明")
def test_the_board_removes_the_old_and_elects_the_new_legal_representative() -> None:
    view = samples.three_shareholders()
    text = typeset.compile("appoint", build(view, "board"), legal_day=view.legal_day).text
    assert "董事会关于任免职务的决议" in text
    assert "姓名：张示例；原职务：法定代表人；免职原因：辞任（2026年11月18日）" in text
    assert "姓名：卫甲；职务：法定代表人；任期：与所任董事长职务相同；产生方式：选举" in text


def test_each_body_makes_a_paper_of_its_own() -> None:
    assert parties(samples.three_shareholders()) == ("shareholders", "board")
    assert parties(samples.sole_shareholder()) == ("sole_shareholder",)
    assert parties(samples.liaison_only()) == ()


def test_who_becomes_chairman_without_having_been_a_director_is_elected_director_by_the_owners() -> None:
    view, p13, p01 = samples.three_shareholders(), samples.person("P13"), samples.person("P01")
    chair = {"position": "chairman", "appointment_mode": "elected", "appointed_by": "board"}
    new = {**p13, **chair, "row_id": "n", "change": "added", "term_from": "2026-11-18"}
    old = {**p01, **chair, "row_id": "o", "change": "removed"}
    seat = {**p13, "row_id": "s", "position": "director", "appointed_by": "shareholders"}
    was = {**view.before["officers"], "rows": [{**old, "change": "unchanged"}]}
    outsider = dataclasses.replace(with_officers(view, old, new), before={**view.before, "officers": was})
    assert parties(outsider) == ("shareholders", "board")
    text = typeset.compile("appoint", build(outsider, "shareholders"), legal_day=view.legal_day).text
    assert f"姓名：{p13['name']}；职务：董事" in text
    assert f"姓名：{p01['name']}；原职务：董事" in text
    staying = {**was, "rows": [*was["rows"], {**seat, "change": "unchanged"}]}
    director = dataclasses.replace(
        with_officers(view, {**old, "change": "unchanged"}, {**seat, "change": "unchanged"}, new),
        before={**view.before, "officers": staying},
    )
    assert parties(director) == ("board",), "who is a director already needs no election by the owners"


def test_what_the_staff_decide_is_uploaded() -> None:
    view = samples.state_owned()
    assert bodies(view) == ("state_capital_body", "employee_congress")
    assert parties(view) == ("state_capital_body",)
    with pytest.raises(DocumentRefused, match="请上传盖好章的文件"):
        build(view, "employee_congress")


def test_shareholders_elect_with_more_than_half_of_the_votes() -> None:
    view = samples.three_shareholders()
    assert signers(view, "shareholders") == ["张示例", "卫甲", "上海远帆示例供应链管理有限公司"]
    p01, p13 = "person:10:310101198501019190", "person:10:31010619820113931X"
    assert signers(view, "shareholders", Extra(signing_shareholders=frozenset({p01, p13}))) == ["张示例", "卫甲"]
    with pytest.raises(DocumentRefused, match="没有达到过半数"):
        build(view, "shareholders", Extra(signing_shareholders=frozenset({p01})))


def test_exactly_half_is_not_more_than_half() -> None:
    view = samples.three_shareholders()
    first, second, third = view.entity.shareholders
    halves = (
        dataclasses.replace(first, ratio=third.ratio.__class__(50)),
        second,
        dataclasses.replace(third, ratio=third.ratio.__class__(25)),
    )
    view = dataclasses.replace(view, entity=dataclasses.replace(view.entity, shareholders=halves))
    with pytest.raises(DocumentRefused, match="没有达到过半数"):
        build(view, "shareholders", Extra(signing_shareholders=frozenset({"person:10:310101198501019190"})))


def test_the_new_directors_sign_what_the_board_decides() -> None:
    assert signers(samples.three_shareholders(), "board") == ["卫甲", "朱示意", "马限制"]


def test_a_joint_stock_company_has_its_meeting_signed_by_host_and_directors() -> None:
    data = build(samples.joint_stock(), "shareholders")
    host, present = data["signatures"]
    assert [slot["role"] for slot in host["slots"]] == ["meeting_host"]
    assert host["slots"][0]["caption"] == "吴试用（主持人、董事）"
    assert [slot["signer_name"] for slot in present["slots"]] == ["冯占位", "陈样例", "喻假名", "柏范本"]
    assert "第一百一十二条" in data["opening"][0]


def test_a_state_owned_company_has_its_owners_seal() -> None:
    view = samples.state_owned()
    (group,) = build(view, "state_capital_body")["signatures"]
    assert [(slot["kind"], slot["signer"]) for slot in group["slots"]] == [("seal", "entity:11310000MAXX90014Q")]
    assert "上海示例国有资产监督管理委员会（虚构）依法履行出资人职责" in build(view, "state_capital_body")["opening"][0]


def test_identity_numbers_stand_on_a_page_of_their_own() -> None:
    view = samples.three_shareholders()
    paper = typeset.compile("appoint", build(view, "board"), legal_day=view.legal_day)
    assert "31010619820113931X" not in paper.pages[0]
    assert "证件号码：31010619820113931X" in paper.pages[1]
    assert paper.pages[1].splitlines()[1].startswith("本页含个人敏感信息")
    assert {slot.page for slot in paper.slots} == {0}


def test_a_corrected_mobile_is_no_appointment() -> None:
    view = samples.liaison_only()
    row = {**view.before["officers"]["rows"][1], "change": "changed", "mobile": "19900000099"}
    assert parties(with_officers(view, row)) == ()
    assert parties(with_officers(view, {**row, "term_to": "2030-01-01"})) == ("shareholders",)


def test_who_moves_to_another_office_leaves_the_former_one() -> None:
    view = samples.liaison_only()
    row = {**view.before["officers"]["rows"][1], "change": "changed", "position": "supervisor"}
    data = build(with_officers(view, row), "shareholders")
    assert [line[:2] for line in data["removals"]["rows"]] == [["卫甲", "董事"]]
    assert [line[:2] for line in data["appointments"]["rows"]] == [["卫甲", "监事"]]


def test_a_director_in_office_becomes_legal_representative_by_the_body_that_appointed_him() -> None:
    view = samples.liaison_only()
    leader = {**samples.person("P26"), "position": "director", "appointment_mode": "elected", "reason": "解任"}
    view = dataclasses.replace(view, answers={"legal_representative": leader})
    assert parties(view) == ("shareholders",)
    assert must_read(view, "shareholders") == ["免去张示例的法定代表人职务", "朱示意任法定代表人"]
    named = dataclasses.replace(view, answers={"legal_representative": {**leader, "appointed_by": "board"}})
    assert parties(named) == ("board",)


@pytest.mark.parametrize(
    ("view", "office", "body"),
    [
        (samples.liaison_only("C01"), "manager", "board"),
        (samples.liaison_only("C01"), "director", "shareholders"),
        (samples.liaison_only("C03"), "manager", "sole_shareholder"),
        (samples.liaison_only("C08"), "director", "state_capital_body"),
        (samples.liaison_only("C08"), "unheard_of", "state_capital_body"),
    ],
)
def test_somebody_without_an_office_is_appointed_by_the_body_usual_for_it(
    view: CaseView, office: str, body: str
) -> None:
    leader = {**samples.person("P20"), "position": office, "appointment_mode": "engaged"}
    assert parties(dataclasses.replace(view, answers={"legal_representative": leader})) == (body,)


def test_a_body_that_decided_nothing_makes_no_paper() -> None:
    with pytest.raises(DocumentRefused, match="没有任免任何职务"):
        build(samples.three_shareholders(), "state_capital_body")


def test_without_a_body_there_is_no_paper() -> None:
    with pytest.raises(DocumentRefused, match="请先选定任免机构"):
        build(samples.three_shareholders())


def test_the_signer_reads_who_leaves_and_who_comes() -> None:
    assert must_read(samples.sole_shareholder(), "sole_shareholder") == [
        "免去王测试的法定代表人、董事、经理职务",
        "冯占位任法定代表人、董事、经理",
    ]
