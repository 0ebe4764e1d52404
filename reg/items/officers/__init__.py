"""董事、监事、高级管理人员备案: how a company is governed and by whom. R017; 公司法67-83, 条例9(四), 细则7(一)."""

from __future__ import annotations

from reg.items.kit import Item, LookupSpec, RowSpec
from reg.items.kit.licence import store_spec
from reg.items.officers import form, page, persons, prefill, structure

ITEM = Item(
    code="officers",
    title="董事、监事、高级管理人员",
    kind="备案",
    lead="登记的人都在下面，没有变化的不用管。只添新任的、改有变化的、卸任离开的。",
    icon="user2",
    form=form.StructureForm,
    rows=RowSpec(
        form=form.OfficerForm,
        title=page.row_title,
        subtitle=page.row_subtitle,
        noun="人员",
        same=page.same,
        suggest=page.suggest,
        hints=page.row_hints,
        most=200,
    ),
    summary=page.summary,
    diff=page.diff,
    prefill=prefill.prefill,
    people=page.people,
    to_register=page.to_register,
    section=page.section,
    checks=(
        persons.something_changed,
        structure.the_board_fits_its_people,
        structure.the_staff_is_represented,
        structure.most_directors_come_from_outside,
        structure.supervision_fits_its_people,
        persons.the_legal_representative_is_among_them,
        persons.nobody_holds_what_excludes_each_other,
        persons.nobody_is_listed_twice,
        persons.one_number_has_one_name,
        persons.nobody_new_holds_an_office_of_the_old_law,
        persons.bodies_exist,
        persons.terms_are_lawful,
        persons.registered_terms_run,
        persons.identities_are_real,
        persons.cards_say_the_same,
        persons.nobody_new_is_barred,
        persons.everyone_is_of_full_age,
        persons.posts_elsewhere_are_told,
        persons.mobiles_are_their_own,
    ),
    lookups=(
        LookupSpec("population", persons.population_subjects, title="人口库实人核验"),
        LookupSpec("watchlist_person", persons.person_subjects, title="人员监控和失信查询"),
        LookupSpec("mobile_owner", persons.mobile_subjects, title="手机实名核验"),
        store_spec(persons.card_subjects),
    ),
    card_slots=page.card_slots,
    needs_register=True,
)
