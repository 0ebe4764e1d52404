"""Code lists are complete and the checks of document numbers hold what they promise."""

import pytest

from reg.catalog import codes
from reg.catalog.entity_types import KIND_NAMES, entity_type, entity_types
from reg.catalog.id_numbers import check_digit, ric_facts
from reg.catalog.laws import law_title
from reg.catalog.source import CatalogueError, read_yaml


@pytest.mark.parametrize(
    ("id_type", "number"),
    [
        ("10", "310101198501019190"),
        ("10", "31010619820113931X"),
        ("20", "军字第0000000号"),
        ("40", "XD1234567"),
        ("51", "K12345678"),
        ("52", "A123456(7)"),
        ("54", "5123456(7)"),
        ("55", "H00000000"),
        ("55", "M0000000001"),
        ("57", "00000000"),
        ("59", "ABC123456789012"),
        ("61", "81000019900101001" + check_digit("81000019900101001")),
        ("62", "83000019900101001" + check_digit("83000019900101001")),
    ],
)
def test_a_number_of_the_right_shape_is_accepted(id_type: str, number: str) -> None:
    assert codes.id_document_types()[id_type].problem(number) is None


@pytest.mark.row("R020", part="必填项校验和格式验证")
@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("", "empty"),
        ("31010119850101919", "length"),
        ("31010119850101919x", "characters"),
        ("999999198501019190", "area"),
        ("310101198513019190", "birth"),
        ("310101198502309190", "birth"),
        ("310101198501019191", "check_digit"),
    ],
)
def test_a_wrong_resident_number_is_refused_and_the_reason_told(number: str, problem: str) -> None:
    found = codes.id_document_types()["10"].problem(number)
    assert found is not None
    assert found.code == problem
    assert found.message.endswith("。")


def test_two_neighbouring_digits_exchanged_are_noticed() -> None:
    number = "310101198501019190"
    for place in range(6, 16):
        if number[place] == number[place + 1]:
            continue
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert codes.id_document_types()["10"].problem(swapped) is not None, swapped


@pytest.mark.parametrize("number", ["81000019900101001X", "310101198501019190"])
def test_a_residence_permit_must_begin_right_and_end_right(number: str) -> None:
    assert codes.id_document_types()["61"].problem(number) is not None


def test_birth_and_gender_are_read_from_the_number() -> None:
    facts = ric_facts("310104198802029260")
    assert facts is not None
    assert (facts.birth_date.isoformat(), facts.gender, facts.area) == ("1988-02-02", "女", "310104")
    assert ric_facts("310104198802029261") is None


def test_positions_say_who_may_represent_a_company() -> None:
    positions = codes.positions()
    assert {p.code for p in positions.values() if p.represents} == {
        "chairman",
        "vice_chairman",
        "director",
        "sole_director",
        "executive_director_legacy",
        "manager",
    }
    assert {p.code for p in positions.values() if p.is_supervisor} == {
        "supervisor_chair",
        "supervisor",
        "sole_supervisor",
        "employee_supervisor",
    }
    assert not any(p.represents and p.is_supervisor for p in positions.values())
    assert positions["sole_director"].name == "董事"
    assert positions["sole_director"].label == "董事（不设董事会的一名董事）"


def test_bodies_and_modes_of_appointment_refer_to_each_other() -> None:
    bodies = codes.appointment_bodies()
    for position in codes.positions().values():
        assert set(position.bodies) <= set(bodies), position.code
        assert bool(position.bodies) == bool(position.organ), position.code
    for body in bodies.values():
        assert set(body.modes) <= set(codes.appointment_modes()), body.code


def test_states_that_may_not_change_are_not_established() -> None:
    states = codes.enterprise_statuses()
    assert states["dormant"].established
    assert states["liquidating"].change == "offline"
    assert not states["revoked_licence"].established
    assert states["active"].name == "存续"


def test_lists_have_the_length_of_their_standards() -> None:
    assert len(codes.ethnic_groups()) == 58
    assert len(codes.countries()) == 249
    assert next(iter(codes.countries())) == "CHN"
    assert len([i for i in codes.industries().values() if i.level == "4"]) in range(1380, 1383)
    assert len(entity_types()) == 166


def test_names_are_found_and_unknown_codes_are_errors() -> None:
    assert codes.code_name(codes.address_kinds(), "leased") == "租赁"
    with pytest.raises(CatalogueError):
        codes.code_name(codes.address_kinds(), "rented")
    with pytest.raises(CatalogueError):
        entity_type("0000")


@pytest.mark.parametrize(
    ("code", "kind", "form", "sole", "foreign"),
    [
        ("1130", "company", "llc", False, False),
        ("1151", "company", "llc", True, False),
        ("1222", "company", "joint_stock", False, False),
        ("5150", "company", "llc", True, True),
        ("6210", "company", "joint_stock", False, True),
        ("2130", "company_branch", None, False, False),
        ("3100", "non_company", None, False, False),
        ("4533", "partnership", None, False, False),
        ("4560", "sole_branch", None, False, False),
    ],
)
def test_a_type_says_kind_form_and_ownership(code: str, kind: str, form: str | None, sole: bool, foreign: bool) -> None:
    found = entity_type(code)
    assert (found.kind, found.form, found.sole_shareholder, found.foreign_invested) == (kind, form, sole, foreign)


def test_every_type_in_scope_has_a_kind_and_others_are_refused() -> None:
    for found in entity_types().values():
        if found.in_scope and found.raw_kind:
            assert found.kind in KIND_NAMES
    with pytest.raises(CatalogueError):
        _ = entity_type("9500").kind


def test_laws_named_by_codes_resolve() -> None:
    data = read_yaml(codes.CODES / "codes.yaml")
    for row in data["appointment_bodies"]["items"]:
        assert law_title(row["law"]).startswith("《公司法》")
