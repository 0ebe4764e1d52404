"""章程修正案备案: the clauses that this change alters, and the decision that alters them. R019 (in part); 公司法46, 66, 细则32.

It is never chosen by itself: 住所, a 法定代表人 whom the articles name, and another structure bring it along.
"""

from __future__ import annotations

from reg.items.articles import checks, form, page, prefill
from reg.items.kit import Item

ITEM = Item(
    code="articles",
    title="章程",
    kind="备案",
    lead="这次变更要改章程。条文系统已经写好，请填决议的日期和表决情况。",
    icon="book",
    form=form.ArticlesForm,
    summary=page.summary,
    diff=page.diff,
    prefill=prefill.prefill,
    settle=prefill.settle,
    to_register=page.to_register,
    section=page.section,
    checks=(
        checks.some_clause_changes,
        checks.every_clause_says_what_the_case_says,
        checks.the_host_is_a_director,
    ),
    needs_register=True,
)
