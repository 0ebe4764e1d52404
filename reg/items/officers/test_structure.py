"""Organs and numbers of a company: R017, CC25, CC26."""

from __future__ import annotations

from typing import Any

import pytest

from reg.entities.stories import companies
from reg.items.kit import Facts, Finding
from reg.items.kit.testing import Row, codes, found, officer, story_case, story_officers
from reg.items.officers import ITEM
from reg.items.officers.form import StructureForm

BOARD = {"board": True, "directors_count": 3, "supervisory": "one", "staff_count": 42}


def said(company: str, answer: Row) -> list[Finding]:
    findings = found(ITEM, story_case(company, officers=answer), Facts())
    return [f for f in findings if f.code != "officers.unchanged"]


def of(findings: list[Finding], code: str) -> Finding:
    (one,) = [finding for finding in findings if finding.code == code]
    return one


def director(who: str = "P12", position: str = "director", **more: Any) -> Row:
    return officer(who, position, "elected", "shareholders", **more)


@pytest.mark.row("R017", part="职务与公司管理架构、人数一致性检查")
@pytest.mark.parametrize("code", [code for code, story in companies().items() if story.get("officers")])
def test_what_the_stories_have_registered_is_lawful(code: str) -> None:
    assert [f for f in said(code, story_officers(code)) if f.severity == "block"] == []


# ---- the form ----


@pytest.mark.row("R017", part="是否设立董事会、董事人数")
@pytest.mark.row("R017", part="是否设立监事会、监事人数")
def test_the_structure_is_stored_as_truth_and_numbers() -> None:
    sent = {"board": "True", "directors_count": " ３ ", "supervisory": "audit_committee", "staff_count": "1,200"}
    form = StructureForm.receive(sent, {})
    assert form.missing == {}
    expected = {"board": True, "directors_count": 3, "supervisory": "audit_committee", "staff_count": 1200}
    assert form.payload() == expected
    assert StructureForm.read(expected).payload() == expected
    assert StructureForm.receive({**sent, "board": "False", "staff_count": ""}, {}).payload() == {
        **expected,
        "board": False,
        "staff_count": "",
    }


@pytest.mark.row("R017", part="必填项校验和格式验证")
@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("board", "", "请选择是否设董事会。"),
        ("directors_count", "三", "董事人数请填数字。"),
        ("directors_count", "0", "董事人数不能少于 1。"),
        ("directors_count", "9" * 40, "董事人数不能多于 60。"),
        ("supervisory", "<script>", "怎样监督请从列表里选一个。"),
        ("staff_count", "-1", "职工人数不能少于 0。"),
    ],
)
def test_what_is_missing_or_wrong_has_a_sentence(name: str, typed: str, sentence: str) -> None:
    assert StructureForm.read(BOARD).missing == {}
    assert StructureForm.receive({**{k: str(v) for k, v in BOARD.items()}, name: typed}, {}).missing == {name: sentence}


# ---- CC25 ----


@pytest.mark.row("R025", part="CC25")
def test_a_board_has_three_directors_or_more() -> None:
    assert "CC25" not in dict(codes(said("C01", story_officers("C01"))))
    fewer = of(said("C01", story_officers("C01", removed=["卫甲"])), "CC25")
    assert fewer.message == (
        "设董事会的须有三名以上董事并设董事长一人，不设董事会的只设一名董事；请按公司章程调整“治理结构”或董事名单。"
    )
    assert "名单里现在有 2 名，请再添 1 名" in fewer.fix
    assert "“董事人数”填的是 3 名，名单里是 2 名" in fewer.fix
    assert (fewer.severity, fewer.field) == ("block", "directors_count")


@pytest.mark.row("R025", part="CC25")
def test_a_board_has_one_chairman() -> None:
    none = of(said("C01", story_officers("C01", director(), removed=["张示例"])), "CC25")
    assert none.fix == "名单里没有董事长，请定一名。"
    two = story_officers("C01", officer("P12", "chairman", "elected", "board"), directors_count=4)
    assert of(said("C01", two), "CC25").fix == "董事长只设一人，名单里有 2 名（张示例、褚示范）。"
    changed = story_officers("C01", officer("P12", "chairman", "elected", "board"), removed=["张示例"])
    assert "CC25" not in dict(codes(said("C01", changed)))


@pytest.mark.row("R025", part="CC25")
def test_the_number_said_is_the_number_listed() -> None:
    assert "CC25" not in dict(codes(said("C01", story_officers("C01", director(), directors_count=4))))
    wrong = of(said("C01", story_officers("C01", director())), "CC25")
    assert wrong.fix == "“董事人数”填的是 3 名，名单里是 4 名，请改成一样。"


@pytest.mark.row("R025", part="CC25")
def test_without_a_board_there_is_one_director() -> None:
    sole = director(position="sole_director")
    exchanged = story_officers("C02", sole, removed=["李样本"])
    assert "CC25" not in dict(codes(said("C02", exchanged)))
    two = of(said("C02", story_officers("C02", sole, directors_count=2)), "CC25")
    assert two.fix == "不设董事会的只设一名董事，名单里现在有 2 名。"
    ordinary = story_officers("C02", director(), removed=["李样本"])
    assert "把褚示范的职务改成“董事（不设董事会的一名董事）”" in of(said("C02", ordinary), "CC25").fix
    assert "没有“董事（不设董事会）”" in of(said("C01", story_officers("C01", sole, directors_count=4)), "CC25").fix


def test_a_manager_and_a_committee_seat_make_no_director() -> None:
    manager = officer("P12", "manager", "engaged", "board")
    assert "CC25" not in dict(codes(said("C01", story_officers("C01", manager))))


@pytest.mark.row("R025", part="CC25")
@pytest.mark.parametrize(
    ("staff", "expected"),
    [(299, None), (300, "block"), ("", "confirm")],
)
def test_three_hundred_employees_have_a_seat_on_the_board(staff: Any, expected: str | None) -> None:
    severities = [str(f.severity) for f in said("C01", story_officers("C01", staff_count=staff)) if f.code == "CC25"]
    assert severities == ([expected] if expected else [])
    elected = officer("P12", "employee_director", "employee_elected", "employee_congress")
    seated = story_officers("C01", elected, staff_count=staff, directors_count=4)
    assert "CC25" not in dict(codes(said("C01", seated)))


def test_a_supervisory_board_with_an_employee_spares_the_board_one() -> None:
    assert "CC25" not in dict(codes(said("C05", story_officers("C05"))))
    left = story_officers("C05", officer("P12", "supervisor", "elected", "shareholders"), removed=["戚摹本"])
    missing = of(said("C05", left), "CC25")
    assert (
        missing.message == "职工人数达到 300 人且监事会没有职工代表，请在董事会中增加一名由职工民主选举产生的职工代表。"
    )


@pytest.mark.row("R025", part="CC25")
def test_a_state_owned_board_has_an_employee_and_mostly_outsiders() -> None:
    assert "officers.state_owned_board" not in dict(codes(said("C08", story_officers("C08"))))
    left = story_officers("C08", removed=["郎示踪"], directors_count=4)
    assert ("officers.state_owned_board", "block") in codes(said("C08", left))
    added = story_officers("C08", officer("P12", "director", "appointed", "state_capital_body"), directors_count=6)
    assert ("officers.external_directors", "confirm") in codes(said("C08", added))


# ---- CC26 ----


@pytest.mark.row("R025", part="CC26")
def test_a_supervisory_board_has_three_members_a_chair_and_a_third_from_the_staff() -> None:
    assert "CC26" not in dict(codes(said("C05", story_officers("C05"))))
    fewer = of(said("C05", story_officers("C05", removed=["姜试行"])), "CC26")
    assert fewer.message.startswith("监事会成员不得少于三人且职工代表不低于三分之一")
    assert fewer.fix == "监事会成员不得少于三人，名单里现在有 2 名。"
    no_chair = story_officers("C05", officer("P12", "supervisor", "elected", "shareholders"), removed=["陶仿真"])
    assert "监事会设主席一人，名单里有 0 名" in of(said("C05", no_chair), "CC26").fix


@pytest.mark.row("R025", part="CC26")
@pytest.mark.parametrize(("more", "short"), [(0, False), (1, True), (2, True)])
def test_a_third_is_a_fraction_and_not_a_rounded_number(more: int, short: bool) -> None:
    """Three with one from the staff are enough; four or five with one are not, though 33 % once rounded."""
    added = [officer(who, "supervisor", "elected", "shareholders") for who in ("P12", "P13")[:more]]
    findings = [f for f in said("C05", story_officers("C05", *added)) if f.code == "CC26"]
    assert bool(findings) is short
    if short:
        assert f"{3 + more} 名监事里要有 2 名，现在有 1 名" in findings[0].fix


@pytest.mark.row("R025", part="CC26")
def test_one_supervisor_is_one_with_the_office_for_it() -> None:
    assert "CC26" not in dict(codes(said("C01", story_officers("C01"))))
    two = story_officers("C01", officer("P12", "sole_supervisor", "elected", "shareholders"))
    assert of(said("C01", two), "CC26").fix == "不设监事会的设一名监事，名单里现在有 2 名。"
    other = story_officers("C01", officer("P12", "supervisor", "elected", "shareholders"), removed=["尤样张"])
    assert "把褚示范的职务改成“监事（不设监事会的一名监事）”" in of(said("C01", other), "CC26").fix


@pytest.mark.row("R025", part="CC26")
def test_an_audit_committee_needs_a_board_and_no_supervisors() -> None:
    assert "CC26" not in dict(codes(said("C36", story_officers("C36"))))
    no_board = [f for f in said("C02", story_officers("C02", removed=["孔参考"], supervisory="audit_committee"))]
    assert of(no_board, "CC26").message == ("审计委员会由董事组成并设在董事会中，请改选“设董事会”，或改为设监事。")
    supervisor = story_officers("C36", officer("P12", "sole_supervisor", "elected", "shareholders"))
    assert "请把监事褚示范卸任" in of(said("C36", supervisor), "CC26").fix


@pytest.mark.row("R025", part="CC26")
def test_members_of_the_audit_committee_are_directors() -> None:
    assert "officers.audit_member" not in dict(codes(said("C36", story_officers("C36"))))
    stranger = story_officers("C36", officer("P12", "audit_committee", "elected", "board"))
    assert "褚示范不在董事名单里" in of(said("C36", stranger), "officers.audit_member").message
    empty = story_officers("C01", removed=["尤样张"], supervisory="audit_committee")
    assert ("officers.audit_committee", "confirm") in codes(said("C01", empty))


def committee(*members: Row) -> Row:
    return story_officers("C07", *members, removed=["窦拟稿", "章试验", "云样板"], supervisory="audit_committee")


@pytest.mark.row("R025", part="CC26")
def test_the_audit_committee_of_a_joint_stock_company_is_three_and_independent() -> None:
    seats = [officer(who, "audit_committee", "elected", "shareholders") for who in ("P10", "P11", "P41")]
    assert "CC26" not in dict(codes(said("C07", committee(*seats))))
    assert "现在有 2 名" in of(said("C07", committee(*seats[:2])), "CC26").fix
    busy = [officer(who, "deputy_manager", "engaged", "board") for who in ("P10", "P11")]
    asked = of(said("C07", committee(*seats, *busy)), "CC26")
    assert (str(asked.severity), "3 名里有 1 名不兼任" in asked.fix) == ("confirm", True)


@pytest.mark.row("R025", part="CC26")
def test_only_a_limited_company_may_do_without_supervisors_and_its_shareholders_agree() -> None:
    agreed = of(said("C02", story_officers("C02", removed=["孔参考"], supervisory="none")), "CC26")
    assert agreed.message == "不设监事须经全体股东一致同意，请上传全体股东签署的同意文件。"
    assert str(agreed.severity) == "warn"
    gone = ["窦拟稿", "章试验", "云样板"]
    joint_stock = of(said("C07", story_officers("C07", removed=gone, supervisory="none")), "CC26")
    assert joint_stock.fix == "股份有限公司不能不设监事，请改选别的监督方式。"
    left_over = of(said("C02", story_officers("C02", supervisory="none")), "CC26")
    assert (str(left_over.severity), "监事孔参考卸任" in left_over.fix) == ("block", True)
    assert "CC26" not in dict(codes(said("C03", story_officers("C03"))))
