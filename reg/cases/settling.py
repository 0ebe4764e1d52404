"""What follows in one room from another, and from what outside systems said meanwhile: the clauses of the articles from the new
domicile, the code of a standard address from the library. Run after every save and before the papers are made."""

from __future__ import annotations

from django.db import transaction

from foundation.identity.actor import Actor
from reg.casefile.models import Case, ItemAnswer
from reg.casefile.selectors import answers_of, case_view
from reg.casefile.services import answer_save
from reg.items.gather import facts_gather
from reg.items.registry import rooms_of


@transaction.atomic
def answers_settle(*, actor: Actor, case: Case) -> dict[str, ItemAnswer]:
    """Bring answers into step with each other; returns those that changed, by room."""
    rooms = [(item, item.settle) for item in rooms_of(case.items) if item.settle]
    if not rooms:
        return {}
    answers, changed = answers_of(case), {}
    for item, settle in rooms:
        standing = answers.get(item.code)
        if standing is None:
            continue
        view = case_view(case, answers=answers, confirmations=False)
        after = settle(standing.payload, view, facts_gather(case, view, only=item.code, ask=False))
        if after != standing.payload:
            changed[item.code] = answers[item.code] = answer_save(
                actor=actor,
                case=case,
                item_code=item.code,
                payload=after,
                sources=standing.sources,
                read_version=standing.version,
                schema_version=item.schema_version,
            )
    return changed
