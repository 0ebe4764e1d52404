"""The fictional people, companies and staff of data/stories hold together: numbers, references, law."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from stdnum.cn import uscc as cn_uscc

from reg import catalog

STORIES = Path(__file__).parents[2] / "data" / "stories"
RIC_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
MARKS = ("示例", "样本", "演示", "样例", "港例")


def _load(name: str) -> dict[str, list[dict[str, Any]]]:
    data: dict[str, list[dict[str, Any]]] = yaml.safe_load((STORIES / f"{name}.yaml").read_text("utf-8"))
    return data


PERSONS = {p["id"]: p for p in _load("persons")["persons"]}
COMPANIES = {c["id"]: c for c in _load("companies")["companies"]}
AGENTS = _load("companies")["agents"]
STAFF = _load("staff")["staff"]
LIMITED = [c for c in COMPANIES.values() if "shareholders" in c]


def _all_named(key: str, node: object) -> Iterator[str]:
    """Every value of `key` anywhere in the story."""
    if isinstance(node, dict):
        for k, v in node.items():
            if k == key and isinstance(v, str):
                yield v
            else:
                yield from _all_named(key, v)
    elif isinstance(node, list):
        for v in node:
            yield from _all_named(key, v)


def _check_digit(number: str) -> str:
    """GB 11643: weighted sum of the first 17 digits, modulo 11."""
    return "10X98765432"[sum(int(c) * w for c, w in zip(number[:17], RIC_WEIGHTS, strict=True)) % 11]


@pytest.mark.parametrize(
    "person",
    [p for p in PERSONS.values() if p["id_type"] == "10"],
    ids=lambda p: p["id"],
)
def test_an_identity_number_is_valid_and_agrees_with_birth_and_gender(
    person: dict[str, Any],
) -> None:
    number = person["id_no"]
    assert number[17] == _check_digit(number)
    assert number[6:14] == person["birth"].strftime("%Y%m%d")
    assert number[14] == "9", "stories keep to the sequence numbers 900-999"
    assert (int(number[16]) % 2 == 1) == (person["gender"] == "男")


def test_the_twenty_personas_keep_their_identifiers() -> None:
    assert [p for p in PERSONS][:20] == [f"P{n:02d}" for n in range(1, 21)]
    assert [c for c in COMPANIES][:30] == [f"C{n:02d}" for n in range(1, 31)]
    assert PERSONS["P01"]["id_no"] == "310101198501019190"
    assert COMPANIES["C01"]["uscc"] == "91310115MAXX00015T"


def test_numbers_and_names_are_unique() -> None:
    for field in ("id_no", "mobile", "name"):
        assert len({p[field] for p in PERSONS.values()}) == len(PERSONS), field
    for field in ("uscc", "name"):
        assert len({c[field] for c in COMPANIES.values()}) == len(COMPANIES), field
    certificates = [c["property"]["certificate_no"] for c in COMPANIES.values()]
    assert len(set(certificates)) == len(certificates)


@pytest.mark.parametrize("company", COMPANIES.values(), ids=lambda c: c["id"])
def test_a_credit_code_is_valid_and_names_the_district(company: dict[str, Any]) -> None:
    assert cn_uscc.is_valid(company["uscc"])
    assert company["uscc"][2:8] == company["district"] == company["domicile"]["district"]
    assert any(mark in company["name"] for mark in MARKS)
    assert company["note"].startswith("虚构")


def test_credit_codes_of_shareholders_outside_the_stories_are_valid() -> None:
    codes = [n for n in _all_named("id_number", list(COMPANIES.values())) if len(n) == 18]
    assert len(codes) == 3
    assert all(cn_uscc.is_valid(code) for code in codes)


def test_every_person_and_company_named_in_a_story_exists() -> None:
    told = [*COMPANIES.values(), *AGENTS]
    for key in ("person", "leader", "representative", "shareholder"):
        assert set(_all_named(key, told)) <= PERSONS.keys(), key
    for key in ("company", "parent", "agency"):
        assert set(_all_named(key, told)) <= COMPANIES.keys(), key
    assert set(_all_named("mobile_owner", list(PERSONS.values()))) <= PERSONS.keys()


@pytest.mark.parametrize("company", LIMITED, ids=lambda c: c["id"])
def test_contributions_add_up_to_the_registered_capital(
    company: dict[str, Any],
) -> None:
    rows = company["shareholders"]
    assert sum(Decimal(r["subscribed_wan"]) for r in rows) == company["capital_wan"]
    assert sum(Decimal(r["ratio"]) for r in rows) == 100
    assert all(0 <= r["paid_wan"] <= r["subscribed_wan"] for r in rows)
    sole = {"1110", "1151", "1152", "5150", "6150"}
    assert (len(rows) == 1) == (company["entity_type"] in sole)


@pytest.mark.parametrize("company", LIMITED, ids=lambda c: c["id"])
def test_officers_fit_the_structure_of_the_company(company: dict[str, Any]) -> None:
    structure, rows = company["structure"], company["officers"]
    held = [r["position"] for r in rows]
    board = [p for p in held if p in {"chairman", "vice_chairman", "director", "employee_director"}]
    if structure["board"]:
        assert len(board) == structure["directors_count"] >= 3
        assert held.count("chairman") == 1
    else:
        assert not board
        assert held.count("sole_director") == 1
    supervisors = [p for p in held if p in {"supervisor_chair", "supervisor", "employee_supervisor"}]
    match structure["supervisory"]:
        case "board":
            assert len(supervisors) >= 3
            assert 3 * held.count("employee_supervisor") >= len(supervisors)
        case "one":
            assert held.count("sole_supervisor") == 1
        case "audit_committee":
            assert structure["board"]
            directors = {r["person"] for r in rows if r["position"] in {"chairman", "director", "employee_director"}}
            assert {r["person"] for r in rows if r["position"] == "audit_committee"} <= directors
        case other:
            assert other == "none"
            assert not supervisors
    watching = {r["person"] for r in rows if "supervisor" in r["position"]}
    acting = {r["person"] for r in rows if "supervisor" not in r["position"]}
    assert not watching & acting, "directors and managers may not be supervisors (公司法76)"


@pytest.mark.parametrize("company", LIMITED, ids=lambda c: c["id"])
def test_the_legal_representative_is_a_director_or_manager_and_terms_last_three_years(
    company: dict[str, Any],
) -> None:
    assert any(
        r["person"] == company["leader"] and r["position"] == company["leader_position"] for r in company["officers"]
    )
    for row in company["officers"]:
        assert row["to"] == row["from"].replace(year=row["from"].year + 3) - dt.timedelta(days=1)


@pytest.mark.parametrize("company", LIMITED, ids=lambda c: c["id"])
def test_the_articles_quote_the_register(company: dict[str, Any]) -> None:
    articles = company["articles"]
    clauses = articles["clauses"]
    leader = PERSONS[company["leader"]]["name"]
    assert company["domicile"]["full"] in clauses["domicile"]["text"]
    assert (leader in clauses["legal_representative"]["text"]) == articles["names_legal_representative"]
    assert company["established"] <= articles["adopted_on"]


def test_both_kinds_of_articles_occur_among_ordinary_companies() -> None:
    ordinary = [c for c in COMPANIES.values() if c["entity_type"] == "1130"]
    assert {c["articles"]["names_legal_representative"] for c in ordinary} == {
        True,
        False,
    }
    assert COMPANIES["C01"]["articles"]["names_legal_representative"]


def test_the_stories_that_the_bad_days_need_are_told() -> None:
    status = {c["id"]: c["status"] for c in COMPANIES.values()}
    assert (status["C26"], status["C27"], status["C32"]) == (
        "revoked_licence",
        "liquidating",
        "dormant",
    )
    assert status["C33"] == "active"
    assert COMPANIES["C33"]["abnormal"][0]["reason_code"] == "unreachable"
    assert [w["list"] for w in PERSONS["P19"]["watchlist"]] == ["judgment_defaulter"]
    assert [w["list"] for w in PERSONS["P20"]["watchlist"]] == ["licence_revoked_responsible"]
    assert COMPANIES["C34"]["leader"] == "P20"
    assert PERSONS["P21"]["name"] == "李\U0002c386赟"
    assert "\U00031350" in PERSONS["P22"]["name"]
    assert PERSONS["P23"]["mobile_owner"] == "P66"
    assert {a["person"]: a["filed"] for a in AGENTS} == {"P24": True, "P25": False}
    assert {h["kind"] for h in COMPANIES["C37"]["holds"]} == {
        "judicial_freeze",
        "pledge",
    }


def test_staff_cover_the_districts_of_the_journeys_the_city_and_every_role() -> None:
    assert {s["office"] for s in STAFF if s["role"] == "examiner"} == {
        "310101",
        "310115",
        "310104",
    }
    assert {s["role"] for s in STAFF} == {
        "examiner",
        "supervisor",
        "operator",
        "auditor",
    }
    assert all(s["office"] == "310000" for s in STAFF if s["role"] != "examiner")
    names = [s["username"] for s in STAFF]
    assert len(set(names)) == len(names)


def test_codes_used_in_the_stories_exist_in_the_catalogue() -> None:
    told = list(COMPANIES.values())
    assert set(_all_named("position", told)) <= catalog.codes.positions().keys()
    assert set(_all_named("mode", [c.get("officers") for c in told])) <= catalog.codes.appointment_modes().keys()
    assert set(_all_named("investor_type", told)) <= catalog.codes.investor_types().keys()
    assert set(_all_named("certificate_type", told)) <= catalog.codes.organisation_certificate_types().keys()
    assert {c["status"] for c in told} <= catalog.codes.enterprise_statuses().keys()
    assert {c["industry"] for c in told} <= catalog.codes.industries().keys()
    assert {c["currency"] for c in told} <= catalog.codes.currencies().keys()
    assert {p["id_type"] for p in PERSONS.values()} <= catalog.codes.id_document_types().keys()
    assert {p["nationality"] for p in PERSONS.values()} <= catalog.codes.countries().keys()
    assert all(catalog.entity_type(c["entity_type"]).is_leaf for c in told)


def test_officers_are_appointed_by_bodies_that_may_and_in_ways_they_may() -> None:
    for company in LIMITED:
        for row in company["officers"]:
            assert row["appointed_by"] in catalog.codes.positions()[row["position"]].bodies, (company["id"], row)
            assert row["mode"] in catalog.codes.appointment_bodies()[row["appointed_by"]].modes, (company["id"], row)


def test_domiciles_use_real_towns_and_roads_and_the_right_prefix() -> None:
    for company in COMPANIES.values():
        address = company["domicile"]
        if company["district"] not in catalog.places.districts():
            continue
        assert catalog.places.town(address["town"]).district == address["district"]
        assert catalog.places.road(address["district"], address["road"]), address["road"]
        zone = catalog.zone_prefix(address["district"], address["town"], address["road"])
        if zone is None or zone.certain:
            assert address["zone_prefix"] == (zone.prefix if zone else ""), company["id"]
        assert address["full"].startswith(
            address["zone_prefix"] or f"上海市{catalog.places.district(address['district']).name}"
        )
        assert address["full"].endswith(address["road"] + address["detail"])
