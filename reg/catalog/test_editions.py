"""An edition is complete: every item of every kind, every material, every condition, every form."""

import datetime as dt
from itertools import product
from pathlib import Path

import pytest
import yaml

from reg.catalog.editions import Edition, edition, edition_on, editions
from reg.catalog.entity_types import KIND_NAMES
from reg.catalog.expressions import Facts, facts_of
from reg.catalog.materials import vocabulary
from reg.catalog.source import DATA, CatalogueError, read_yaml

TODAY = dt.date(2026, 11, 24)
ROWS = yaml.safe_load((Path(__file__).parents[2] / "data" / "rows.yaml").read_text("utf-8"))
ITEMS = read_yaml(DATA / "items.yaml")["items"]
MATRIX_COLUMN = {"sole_proprietorship": "sole_proprietorship", "non_company": "non_company"} | {
    "company": "company",
    "partnership": "partnership",
}


@pytest.fixture
def current() -> Edition:
    return edition_on(TODAY)


def test_a_day_has_one_edition_and_a_case_keeps_the_one_it_names() -> None:
    assert edition_on(TODAY).code == "2026-05-01"
    assert edition_on(dt.date(2026, 5, 1)) is edition("2026-05-01")
    assert edition_on(dt.date(2020, 1, 1)) is editions()[0]
    with pytest.raises(CatalogueError):
        edition("1999-01-01")


def test_editions_follow_each_other_without_a_gap() -> None:
    for before, after in zip(editions(), editions()[1:], strict=False):
        assert before.in_force_to == after.in_force_from - dt.timedelta(days=1)
    assert editions()[-1].in_force_to is None


@pytest.mark.row("R001", part="列出所有可选的变更登记事项")
def test_every_change_item_of_every_kind_is_handled_here_or_sent_to_the_counter(current: Edition) -> None:
    for kind in KIND_NAMES:
        column = MATRIX_COLUMN.get(kind, "branch")
        required = {row["change_item"] for row in ITEMS if row[column] not in {"-", "公告"}}
        listed = [offer.change_item for offer in current.offers(kind, "change")]
        assert set(listed) == required, kind
        assert len(set(listed)) == len(listed), kind
        for offer in current.offers(kind, "change"):
            text = offer.room if offer.is_open else current.window_text("上海市徐汇区市场监督管理局", offer)
            assert text, (kind, offer.change_item)


@pytest.mark.row("R001", part="变更登记事项与条例匹配对应")
def test_every_item_says_which_article_makes_it_one(current: Edition) -> None:
    for kind in KIND_NAMES:
        for offer in current.offers(kind, "change"):
            assert offer.law_line, (kind, offer.change_item)
            assert offer.nature in {"登记", "备案"}


def test_what_is_not_handled_here_names_the_registration_authority(current: Edition) -> None:
    scope = current.offer("company", "change", "scope")
    assert not scope.is_open
    assert current.window_text("上海市浦东新区市场监督管理局", scope) == "请到上海市浦东新区市场监督管理局窗口办理"


def test_this_edition_opens_five_items_of_companies_and_nothing_else(current: Edition) -> None:
    choose = {o.change_item for o in current.offers("company", "change") if o.mode == "choose"}
    assert choose == {"name", "contact", "leader", "officers", "address"}
    assert {o.change_item for o in current.offers("company", "change") if o.mode == "along"} == {"articles"}
    assert current.is_offered("company", "change")
    for kind, business in product(KIND_NAMES, current.material_businesses()):
        if (kind, business) != ("company", "change"):
            assert not current.is_offered(kind, business)
            assert not any(offer.is_open for offer in current.offers(kind, business))


def test_an_item_that_only_foreign_investment_has_is_left_out_for_others(current: Edition) -> None:
    plain = current.offers("company", "change", {"entity.is_foreign_invested": False})
    foreign = current.offers("company", "change", {"entity.is_foreign_invested": True})
    assert {o.change_item for o in foreign} - {o.change_item for o in plain} == {"legal_doc_recipient"}


def test_rooms_and_change_items_map_both_ways(current: Edition) -> None:
    for room, item in current.catalogue.rooms.items():
        assert current.room_of(item) == room
        assert current.change_item_of(room) == item
    assert set(current.catalogue.rooms) == {
        "name", "liaison", "legal_representative", "officers", "domicile", "articles"
    }  # fmt: skip
    opened = {o.room: o.change_item for o in current.offers("company", "change") if o.is_open}
    assert opened == dict(current.catalogue.rooms)
    assert set(current.catalogue.rooms.values()) <= set(vocabulary(current.folder / "materials")["change_items"])
    with pytest.raises(CatalogueError):
        current.change_item_of("agent")
    with pytest.raises(CatalogueError):
        current.room_of("capital")


@pytest.mark.parametrize("item", ["address", "name"])
def test_a_new_domicile_or_name_brings_the_articles_along(current: Edition, item: str) -> None:
    (link,) = current.brought_along("company", "change", [item], {})
    assert link.brings == "articles"
    assert "《公司法》第四十六条第（一）项" in link.law_line


def test_a_new_representative_brings_officers_only_if_he_holds_no_office(current: Edition) -> None:
    chosen = {"leader.chosen": True, "leader.is_director_or_manager": False}
    assert [x.brings for x in current.brought_along("company", "change", ["leader"], chosen)] == ["officers"]
    holds = {"leader.chosen": True, "leader.is_director_or_manager": True}
    assert current.brought_along("company", "change", ["leader"], holds) == ()
    assert current.brought_along("company", "change", ["leader"], {}) == (), "nobody chosen yet: nothing is certain"
    assert {x.code for x in current.links("company", "change", ["leader"])} == {
        "new_leader_needs_an_office",
        "articles_name_the_leader",
    }


def test_a_new_representative_brings_the_articles_only_if_they_name_him(current: Edition) -> None:
    named = {"articles.names_legal_representative": True}
    assert [x.brings for x in current.brought_along("company", "change", ["leader"], named)] == ["articles"]
    assert current.brought_along("company", "change", ["leader", "articles"], named) == ()


def test_what_is_brought_along_brings_more(current: Edition) -> None:
    facts = {"officers.current_leader_leaves": True, "articles.names_legal_representative": True}
    assert [x.brings for x in current.brought_along("company", "change", ["officers"], facts)] == ["leader", "articles"]


def test_a_link_brings_only_what_is_open_and_says_why(current: Edition) -> None:
    for (kind, business), links in current.catalogue.links.items():
        items = {offer.change_item: offer for offer in current.offers(kind, business)}
        for link in links:
            assert items[link.on].mode == "choose"
            assert items[link.brings].is_open
            assert link.reason.endswith("。")
            assert link.maybe.endswith("。")
            assert link.law_line


def test_every_condition_of_the_edition_parses_and_uses_known_facts(current: Edition) -> None:
    known = set(current.facts) | {"always"}
    conditions: set[str] = set()
    for kind, business in product(KIND_NAMES, current.material_businesses()):
        for line in current.materials(kind, business):
            conditions |= {line.when, line.exempt_when or "always"} | {signer.when for signer in line.signers}
        conditions |= {offer.when for offer in current.offers(kind, business)}
        conditions |= {link.when for link in current.catalogue.links.get((kind, business), ())}
    for code in current.form_codes():
        form = current.form(code)
        conditions |= {section.when for section in form.sections} | {slot.when for slot in form.slots}
    assert len(conditions) > 150
    for condition in conditions:
        assert facts_of(condition) <= known, condition


def test_every_material_uses_known_roles_words_and_forms(current: Edition) -> None:
    words = vocabulary(current.folder / "materials")
    roles = set(words["roles"])
    codes: set[str] = set()
    for kind, business in product(KIND_NAMES, current.material_businesses()):
        for line in current.materials(kind, business):
            assert {signer.role for signer in line.signers} <= roles, line.code
            assert {signer.act for signer in line.signers} <= set(words["act"]), line.code
            assert line.provide in words["provide"], line.code
            assert line.required in words["required"], line.code
            assert line.change_item in words["change_items"], line.code
            assert not line.form or current.form(line.form).name, line.code
            assert not line.alt_form or current.form(line.alt_form).name, line.code
            assert line.provide not in {"generated", "generated_or_upload"} or line.form, line.code
            codes.add(line.code)
    files = [path for path in (current.folder / "materials").glob("*.yaml") if path.stem != "vocabulary"]
    rows = [row for path in files for row in read_yaml(path)["materials"]]
    assert len(rows) == 428
    assert codes == {row["id"] for row in rows if row.get("status") != "retired"}


@pytest.mark.row("R035", part="按事项提供材料文书清单")
def test_the_materials_that_the_requirement_names_are_lines_of_the_list(current: Edition) -> None:
    coverage = vocabulary(current.folder / "materials")["coverage"]
    for row, named in coverage.items():
        assert row in ROWS
        for name, code in named.items():
            assert current.material(code).code == code, (row, name)


def test_every_open_item_has_materials_of_its_own_or_of_the_business(current: Edition) -> None:
    own = {line.change_item for line in current.materials("company", "change")}
    assert {offer.change_item for offer in current.offers("company", "change") if offer.is_open} <= own


@pytest.mark.row("R001", part="按变更需求推荐材料清单")
def test_a_change_of_liaison_and_representative_asks_for_what_the_law_asks(current: Edition) -> None:
    facts: Facts = {
        "company.form": "llc",
        "people.collected": True,
        "articles.amended": True,
        "appointment.bodies": {"board"},
        "person.real_name_verified": True,
    }
    lines = {x.code: x for x in current.materials_for("company", "change", ["contact", "leader"], facts)}
    assert list(lines) == [
        "company.change.*.01",
        "company.change.*.02",
        "company.change.*.03",
        "company.change.*.05",
        "common.03",
        "common.13",
        "company.change.leader.01",
        "company.change.leader.02",
        "company.change.contact.01",
        "company.change.contact.02",
    ]
    assert lines["company.change.leader.02"].is_exempt(facts)
    assert not lines["company.change.leader.02"].is_exempt({})
    assert [s.role for s in lines["company.change.*.02"].signers_for(facts)] == ["shareholders_2_3"]
    assert [s.role for s in lines["company.change.leader.01"].signers_for(facts)] == ["directors_present"]


def test_a_paper_form_says_what_stands_on_the_page_of_personal_data(current: Edition) -> None:
    form = current.form("F_PERSON")
    assert any(field.sensitive for section in form.sections for field in section.fields)
    assert current.form("F_COMPANY_APP").section("basic").title == "基本信息"
    assert current.form("F_REG_NOTICE").slots[0].role == "registry"
    with pytest.raises(CatalogueError):
        current.form("F_NOTHING")
