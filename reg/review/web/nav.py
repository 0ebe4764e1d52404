"""Where a member of staff may go from the head of the desk: pages by role, the first of them is his home."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from foundation.identity.actor import Actor, StaffRole
from reg.casefile.access import CITY
from reg.casefile.models import AuthorityWindow
from reg.catalog.places import authority_name
from reg.declarations.desk import declarations_waiting
from reg.naming.wordlists import batches_waiting


@dataclass(frozen=True)
class Place:
    """A page of the desk and who has business there."""

    name: str
    """Of its address."""
    word: str
    roles: frozenset[StaffRole]


REVIEWERS = frozenset({StaffRole.EXAMINER, StaffRole.SUPERVISOR})
PLACES = (
    Place("desk", "审核台", REVIEWERS),
    Place("desk-declarations", "名称申报", REVIEWERS),
    Place("desk-windows", "窗口地址", REVIEWERS),
    Place("desk-words", "名称词表", REVIEWERS),
    Place("desk-outside", "外部系统", frozenset({StaffRole.OPERATOR})),
    Place("desk-jobs", "后台任务", frozenset({StaffRole.OPERATOR})),
    Place("desk-signing", "签署监测", frozenset({StaffRole.SUPERVISOR, StaffRole.OPERATOR})),
    Place("desk-names", "名称库", REVIEWERS | {StaffRole.OPERATOR}),
    Place("desk-audit", "审计", frozenset({StaffRole.AUDITOR})),
    Place("desk-signatures", "签名溯源", REVIEWERS | {StaffRole.AUDITOR}),
)


def places_of(actor: Actor) -> Iterator[Place]:
    """Pages of this member of staff, in their order."""
    return (place for place in PLACES if any(actor.has_role(role) for role in place.roles))


def home_of(actor: Actor) -> str:
    """The name of the page where his work begins."""
    return next((place.name for place in places_of(actor)), "desk")


def desk_frame(actor: Actor, current: str) -> dict[str, Any]:
    """What every page of the desk shows at its head: where one may go, and who is looking."""
    return {
        "desk_nav": [
            {"url": reverse(place.name), "word": _word(place, actor), "current": place.name == current}
            for place in places_of(actor)
        ],
        "desk_who": f"{authority_name(actor.office)} · {actor.name}",
    }


def _word(place: Place, actor: Actor) -> str:
    """With how many proposals wait for somebody else's eyes, so that none of them hangs unseen."""
    if place.name == "desk-declarations":
        count = declarations_waiting(actor).count()
        return f"{place.word}（{count} 件待审）" if count else place.word
    if place.name == "desk-words":
        count = sum(batch.entered_by != actor.ref for batch in batches_waiting())
        return f"{place.word}（{count} 批待复核）" if count else place.word
    if place.name != "desk-windows":
        return place.word
    waiting = AuthorityWindow.objects.filter(approved_at=None, closed_at=None).exclude(entered_by=actor.ref)
    if actor.has_role(StaffRole.EXAMINER) and actor.office != CITY:
        waiting = waiting.filter(authority=actor.office)
    count = waiting.count()
    return f"{place.word}（{count} 件待复核）" if count else place.word
