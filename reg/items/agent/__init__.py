"""委托代理人: who handles this case for the company, and how far. A room of the case, not of the register. R003; 条例18, 细则14."""

from __future__ import annotations

from reg.items.agent import checks, form, hints, page
from reg.items.kit import Item, LookupSpec

ITEM = Item(
    code="agent",
    title="委托代理人",
    kind="办件",
    lead="您替企业代办。填好以后，请企业的法定代表人确认。",
    icon="user2",
    form=form.AgentForm,
    summary=page.summary,
    diff=page.diff,
    prefill=page.prefill,
    people=page.people,
    section=page.section,
    hints=hints.hints,
    hints_first=True,
    checks=(
        checks.is_who_opened_the_case,
        checks.identity_is_real,
        checks.card_says_the_same,
        checks.is_of_full_age,
        checks.is_not_barred,
        checks.is_filed,
        checks.mandate_covers_today,
        checks.mandate_is_not_too_long,
        checks.is_not_the_liaison,
        checks.agrees_with_last_time,
        checks.mobile_is_his_own,
    ),
    lookups=(
        LookupSpec("population", checks.population_subject, title="人口库实人核验", field="id_number"),
        LookupSpec("watchlist_person", checks.person_subject, title="人员监控和失信查询", field="name"),
        LookupSpec("agent_filing", checks.filing_subject, title="代理人备案查询", field="kind"),
        LookupSpec("mobile_owner", checks.mobile_subject, title="手机实名核验", field="mobile"),
    ),
    carry_over=True,
    card_slots=lambda payload: ("",),
)
