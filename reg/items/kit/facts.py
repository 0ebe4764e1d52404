"""What is known from outside and from the register when checks run. Prepared once; checks only read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from foundation.crypto.index import normal_id_number
from reg.entities.selectors import Post
from reg.items.kit.finding import Severity
from reg.items.kit.names import NameFacts

if TYPE_CHECKING:
    from reg.casefile.view import CaseView

Subject = Mapping[str, str]
SATURDAY = 5
SubjectKey = tuple[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True)
class LookupFact:
    """The answer to one question to an outside system, as it stands."""

    port: str
    state: str
    """unasked, waiting, found, not_found, unavailable."""
    answer: Mapping[str, Any] = field(default_factory=dict)
    retry_at: datetime | None = None
    why: str = ""
    lookup_id: int | None = None

    @property
    def found(self) -> bool:
        return self.state == "found"

    @property
    def settled(self) -> bool:
        return self.state in {"found", "not_found"}

    @property
    def unavailable(self) -> bool:
        return self.state == "unavailable"


@dataclass(frozen=True)
class LookupSpec:
    """A question a room (or a rule) asks for its payload, and what happens when nobody answers (declared, never silent)."""

    port: str
    subjects: Callable[[Mapping[str, Any], CaseView], Iterable[Subject]]
    down: Severity = Severity.CONFIRM
    """What an unanswered question means for the applicant: 需确认 as a rule (ext of the rules file), 拦截 where the law leaves no choice."""
    title: str = ""
    field: str = ""
    needed: bool = True
    """False: the answer only helps to fill in, and nothing waits for it."""


def subject_key(port: str, subject: Subject) -> SubjectKey:
    """Under which key the fact lies."""
    return port, frozenset(subject.items())


@dataclass(frozen=True)
class Facts:
    """Everything checks may read besides the case."""

    lookups: Mapping[SubjectKey, LookupFact] = field(default_factory=dict)
    posts: Mapping[tuple[str, str], tuple[Post, ...]] = field(default_factory=dict)
    """(id type, normalised id number) → present posts of the person over the whole register."""
    same_address: int = 0
    """Entities registered at the new domicile now, this one not counted."""
    in_flight: tuple[str, str, str] | None = None
    """(申请号, state title, opener) of another case of the entity that is in flight."""
    rest_days: Mapping[date, bool] = field(default_factory=dict)
    """The holiday table around the end of the period for applying: True rests, False works although it is a weekend."""
    earlier: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Room of the case itself → what the same person answered there the last time (历史数据)."""
    card: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    """(item code, row id) → what was read from the identity card: {fields, problems}."""
    name: NameFacts = field(default_factory=NameFacts)
    """The name the case wants, against the rules, the index and what the company holds."""

    def lookup(self, port: str, subject: Subject) -> LookupFact:
        """The fact about `subject`; state `unasked` when nobody asked yet."""
        return self.lookups.get(subject_key(port, subject), LookupFact(port, "unasked"))

    def posts_of(self, person: Mapping[str, Any]) -> tuple[Post, ...]:
        """Present posts of a person given by id type and number."""
        return self.posts.get((str(person.get("id_type", "")), normal_id_number(str(person.get("id_number", "")))), ())

    def rests(self, day: date) -> bool:
        """Whether `day` is a 法定休假日 as far as the table tells; a weekend where it is silent."""
        return self.rest_days.get(day, day.weekday() >= SATURDAY)

    def card_of(self, item: str, row: str = "") -> Mapping[str, Any]:
        """What the identity card of this field group says; empty when none was photographed."""
        return self.card.get((item, row), {})
