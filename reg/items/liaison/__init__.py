"""联络员备案: whom the authority calls. R020, R114, R124."""

from __future__ import annotations

from reg.items.kit import Item, LookupSpec, Severity
from reg.items.liaison import checks, form, page, prefill

ITEM = Item(
    code="liaison",
    title="登记联络员",
    kind="备案",
    lead="登记机关有事会打联络员的电话。号码要登记在本人名下。",
    icon="phone",
    form=form.LiaisonForm,
    summary=page.summary,
    diff=page.diff,
    prefill=prefill.prefill,
    people=page.people,
    to_register=page.to_register,
    section=page.section,
    checks=(
        checks.mobile_belongs_to_the_liaison,
        checks.identity_is_real,
        checks.not_on_a_watch_list,
        checks.not_the_agent_of_this_case,
        checks.card_says_the_same,
        checks.something_changed,
    ),
    lookups=(
        LookupSpec("mobile_owner", checks.mobile_subject, down=Severity.CONFIRM, title="手机实名核验", field="mobile"),
        LookupSpec(
            "population", checks.population_subject, down=Severity.CONFIRM, title="人口库实人核验", field="id_number"
        ),
        LookupSpec(
            "watchlist_person", checks.person_subject, down=Severity.CONFIRM, title="人员监控和失信查询", field="name"
        ),
    ),
    carry_over=True,
    card_slots=lambda payload: ("",),
)
