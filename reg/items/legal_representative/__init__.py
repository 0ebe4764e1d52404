"""法定代表人变更登记: who represents the company. R016; 公司法10, 35第3款, 条例12."""

from __future__ import annotations

from reg.items.kit import Item, LookupSpec
from reg.items.kit.licence import store_spec
from reg.items.legal_representative import checks, form, page, prefill

ITEM = Item(
    code="legal_representative",
    title="法定代表人",
    kind="登记",
    lead="填新任法定代表人。拍一张身份证，大部分内容会自动填好。",
    icon="me",
    form=form.LegalRepresentativeForm,
    summary=page.summary,
    diff=page.diff,
    prefill=prefill.prefill,
    people=page.people,
    hints=page.hints,
    hints_first=True,
    to_register=page.to_register,
    section=page.section,
    checks=(
        checks.is_somebody_else,
        checks.identity_is_real,
        checks.card_says_the_same,
        checks.is_of_full_age,
        checks.is_not_barred,
        checks.holds_an_office_that_represents,
        checks.is_appointed_by_a_body_of_the_company,
        checks.is_chosen_as_the_articles_say,
        checks.is_found_in_time,
        checks.the_former_one_leaves_his_offices,
        checks.leads_not_too_many,
        checks.mobile_is_his_own,
    ),
    lookups=(
        LookupSpec("population", checks.population_subject, title="人口库实人核验", field="id_number"),
        LookupSpec("watchlist_person", checks.person_subject, title="人员监控和失信查询", field="name"),
        LookupSpec("mobile_owner", checks.mobile_subject, title="手机实名核验", field="mobile"),
        store_spec(checks.card_subject),
    ),
    carry_over=True,
    card_slots=lambda payload: ("",),
)
