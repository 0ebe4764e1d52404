"""名称变更登记: a new name, declared with the change or held before. R004, R005, R105, R107; 名称规定, 细则31, 细则34."""

from __future__ import annotations

from reg.items.kit import Item
from reg.items.name import checks, form, hints, page, prefill

ITEM = Item(
    code="name",
    title="名称",
    kind="登记",
    lead="在现在的名称上改。边填边查，当场知道能不能用。",
    icon="pen",
    form=form.NameForm,
    summary=page.summary,
    diff=page.diff,
    prefill=prefill.prefill,
    hints=hints.hints,
    name_told=hints.measured,
    hints_early=True,
    settle=prefill.settle,
    to_register=page.to_register,
    section=page.section,
    checks=(
        checks.is_another_name,
        checks.keeps_the_word_rules,
        checks.is_not_taken,
        checks.stands_apart_from_similar_ones,
        checks.says_what_binds_it_to_its_kin,
        checks.is_not_held_already,
        checks.branches_follow,
    ),
    carry_over=True,
)
