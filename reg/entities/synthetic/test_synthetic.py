"""Invented enterprises are whole, valid, the same every time, and written as the register writes real ones."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from stdnum.cn import uscc as cn_uscc

from foundation.crypto.index import person_index
from reg.catalog import codes, places
from reg.catalog.entity_types import entity_type
from reg.entities import stories
from reg.entities.models import AddressUse, Entity, EntityFact, Role
from reg.entities.selectors import entity_facts
from reg.entities.synthetic.enterprises import Enterprise, basics, enterprise
from reg.entities.synthetic.numbers import resident_number

SAMPLE = [enterprise(1, n) for n in range(300)]
COMPANIES = [one for one in SAMPLE if one.kind == "company"]


def test_the_same_number_of_a_seed_gives_the_same_enterprise() -> None:
    assert enterprise(7, 123) == enterprise(7, 123)
    assert enterprise(7, 123).facts != enterprise(8, 123).facts


def test_credit_codes_are_valid_unique_and_outside_every_block_that_is_in_use() -> None:
    found = [basics(1, n).uscc for n in range(5000)]
    assert len(set(found)) == len(found)
    assert all(cn_uscc.is_valid(code) for code in found)
    assert {code[8:10] for code in found} == {"MY"}


def test_resident_numbers_are_valid_and_no_two_people_share_one() -> None:
    found = [resident_number(k, male=k % 3 == 0) for k in range(20_000)]
    assert len(set(found)) == len(found)
    check = codes.id_document_types()["10"]
    assert all(check.problem(number) is None for number in found[:2000])
    assert {number[14] for number in found} == {"9"}
    told = {p["id_no"][:6] for p in stories.load("persons") if p["id_type"] == "10"}
    assert not told & {number[:6] for number in found}, "nobody of the stories can be met by chance"


@pytest.mark.parametrize("one", COMPANIES[:60], ids=lambda one: str(one.basics.number))
def test_contributions_officers_and_articles_agree(one: Enterprise) -> None:
    holders = one.facts["shareholders"]["rows"]
    assert sum(Decimal(r["ratio"]) for r in holders) == 100
    assert sum(Decimal(r["subscribed_wan"]) for r in holders) == Decimal(one.facts["capital"]["amount_wan"])
    assert (len(holders) == 1) == entity_type(one.basics.entity_type).sole_shareholder
    structure, rows = one.facts["officers"]["structure"], one.facts["officers"]["rows"]
    positions = Counter(row["position"] for row in rows)
    if structure["board"]:
        assert positions["chairman"] == 1
        assert positions["chairman"] + positions["director"] == structure["directors_count"] >= 3
    else:
        assert positions["sole_director"] == structure["directors_count"] == 1
    leader = one.facts["legal_representative"]
    assert any(r["id_number"] == leader["id_number"] and r["position"] == leader["position"] for r in rows)
    watching = {r["id_number"] for r in rows if "supervisor" in r["position"]}
    assert not watching & {r["id_number"] for r in rows if "supervisor" not in r["position"]}
    for row in rows:
        assert row["appointed_by"] in codes.positions()[row["position"]].bodies
        assert row["appointment_mode"] in codes.appointment_bodies()[row["appointed_by"]].modes
    clause = next(c for c in one.facts["articles"]["clauses"] if c["topic"] == "legal_representative")
    assert (leader["name"] in clause["text"]) == one.facts["articles"]["names_legal_representative"]
    assert one.facts["domicile"]["full"] in one.facts["articles"]["clauses"][0]["text"]


def test_domiciles_lie_in_towns_and_on_roads_of_the_district() -> None:
    for one in SAMPLE:
        address = one.facts["domicile"]
        assert address["district"] == one.basics.district == one.basics.uscc[2:8]
        assert places.town(address["town"]).district == address["district"]
        assert places.road(address["district"], address["road"])
        assert int(address["lane"] or address["number"]) >= 9000, "no real house is meant"


def test_facts_have_the_shape_that_stories_have() -> None:
    told = stories.facts_of(stories.companies()["C01"])
    made = COMPANIES[0].facts
    assert set(made) == set(told)
    for item in ("capital", "domicile", "liaison", "legal_representative", "articles", "term", "name", "scope"):
        assert set(made[item]) == set(told[item]), item
    for item in ("officers", "shareholders"):
        natural = next(r for r in made[item]["rows"] if r.get("natural", True))
        assert set(natural) == set(told[item]["rows"][0]), item
    assert set(made["officers"]["structure"]) == set(told["officers"]["structure"])


def test_both_kinds_of_articles_and_several_kinds_of_enterprises_occur() -> None:
    assert {one.facts["articles"]["names_legal_representative"] for one in COMPANIES} == {True, False}
    assert {one.kind for one in SAMPLE} >= {"company", "company_branch", "sole_proprietorship"}
    assert len({one.status for one in SAMPLE}) > 2
    assert all(one.established <= dt.date(2026, 10, 31) for one in SAMPLE)


def test_some_people_lead_more_companies_than_anybody_should() -> None:
    leaders = Counter(enterprise(1, n).facts["legal_representative"]["id_number"] for n in range(1000))
    assert leaders.most_common(1)[0][1] > 10


def _make(*arguments: str) -> str:
    out = StringIO()
    call_command("make_entities", *arguments, "--jobs", "1", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_enterprises_are_written_with_facts_roles_and_addresses_that_the_register_can_read() -> None:
    assert "新写入 40 户" in _make("40")
    assert Entity.objects.count() == AddressUse.objects.count() == 40
    entity = Entity.objects.get(uscc=COMPANIES[0].basics.uscc)
    made = COMPANIES[0]
    assert (entity.name, entity.kind, entity.status) == (made.name, made.kind, made.status)
    assert entity.name_sort.startswith("shang4 hai3") or "（" in entity.name
    assert entity_facts(entity) == made.facts
    leader = made.facts["legal_representative"]
    index = person_index(leader["id_type"], leader["id_number"])
    assert Role.objects.filter(entity=entity, person_index=index, kind="legal_representative").count() == 1


@pytest.mark.django_db
def test_making_more_adds_only_what_is_missing_and_keeps_new_keys_free() -> None:
    _make("20")
    assert "新写入 10 户，已有 20 户" in _make("30")
    assert "新写入 0 户，已有 30 户" in _make("30")
    later = Entity.objects.create(
        uscc="91310115MAXX00015T",
        name="后来的",
        entity_type="1130",
        kind="company",
        authority="310115",
        established=dt.date(2026, 1, 1),
    )
    assert later.pk > max(Entity.objects.exclude(pk=later.pk).values_list("pk", flat=True))
    assert EntityFact.objects.filter(entity__parent__isnull=False).count() > 0


@pytest.mark.django_db
def test_a_branch_carries_the_name_of_its_parent() -> None:
    _make("60")
    branches = list(Entity.objects.filter(kind="company_branch").select_related("parent"))
    assert branches
    for branch in branches:
        assert branch.parent is not None
        assert branch.name.startswith(branch.parent.name)


@pytest.mark.django_db
def test_production_refuses_to_invent_companies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reg.entities.management.commands.make_entities.config", lambda: _Production())
    with pytest.raises(CommandError, match="生产环境"):
        _make("1")
    assert Entity.objects.count() == 0


class _Production:
    mode = "production"
