"""The declaration of a registration item (登记事项): data a clerk could read. One item is one room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from reg.casefile.view import CaseView
from reg.entities.services import Fact
from reg.items.kit.diff import DiffLine
from reg.items.kit.facts import Facts, LookupSpec
from reg.items.kit.finding import Check
from reg.items.kit.form import ItemForm
from reg.items.kit.hint import Hint

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Known:
    """What is known when a page is first shown: the sources of prefilling (免填免报)."""

    account: Payload = field(default_factory=dict)
    """The person who is logged in (登录信息): person fields, empty for what 随申办 does not tell."""
    history: Payload = field(default_factory=dict)
    """The last answer to this item in an earlier case of the same company (历史申请)."""
    people: tuple[Payload, ...] = ()
    """Persons of the company and of this case, each with `label`: 从已有人员中选."""


@dataclass(frozen=True)
class Prefill:
    """First content of a page and where each field came from (register, history, account, licence_store, computed)."""

    payload: dict[str, Any]
    sources: dict[str, str] = field(default_factory=dict)

    @classmethod
    def everything(cls, payload: Payload, source: str) -> Prefill:
        """All of `payload` from one source."""
        return cls(dict(payload), {key: source for key, value in payload.items() if value not in ("", None, [], {})})


@dataclass(frozen=True)
class Suggestion:
    """A row that this case will need, filled in as far as it is known: one tap adds it."""

    title: str
    """赵演示：经理"""
    why: str
    row: Payload


@dataclass(frozen=True)
class RowSpec:
    """A list room (董监高 …): its rows against the register's."""

    form: type[ItemForm]
    title: Callable[[Payload], str]
    """赵演示"""
    subtitle: Callable[[Payload], str]
    """董事、经理 · 任期至 2028年5月19日"""
    noun: str
    """人员: 添一名人员"""
    same: Callable[[Payload, Payload], bool]
    """Whether a row says the same as its registered one."""
    suggest: Callable[[CaseView, Payload], Iterable[Suggestion]] = lambda case, payload: ()
    hints: Callable[[Payload, CaseView, Facts], Iterable[Hint]] | None = None
    """What the page of a row tells beside its form, and what may be taken over from it."""
    most: int = 60


@dataclass(frozen=True)
class PersonInCase:
    """A natural person about whom the case newly says something: gets a 人员信息表 page, is checked, may have to sign."""

    item: str
    row: str
    role: str
    """在本企业的身份: 法定代表人, 董事, 监事, 高级管理人员, 联络员, 委托代理人."""
    payload: Payload
    is_new: bool = True


@dataclass(frozen=True)
class Item:
    """One registration item. From this declaration come page, schema, autosave, checks, side-by-side, document section, register entry."""

    code: str
    title: str
    kind: Literal["登记", "备案", "办件"]
    form: type[ItemForm]
    summary: Callable[[CaseView], str]
    """One line on the overview: 张示例 → 赵演示."""
    diff: Callable[[CaseView], list[DiffLine]]
    lead: str = ""
    """One sentence under the title of the page."""
    icon: str = "file"
    rows: RowSpec | None = None
    checks: Sequence[Check] = ()
    lookups: Sequence[LookupSpec] = ()
    prefill: Callable[[CaseView, Known], Prefill] = lambda case, known: Prefill({}, {})
    people: Callable[[CaseView], Iterable[PersonInCase]] = lambda case: ()
    hints: Callable[[Payload, CaseView, Facts], Iterable[Hint]] | None = None
    """What the page tells beside the form, and what may be taken over from it."""
    hints_wait: str = "填好以后，会自动去查。"
    """What stands in the place of hints while there are none."""
    hints_first: bool = False
    """Whether they stand before the form: where they spare typing most of it."""
    hints_early: bool = False
    """Whether they are told before anything was saved, about the first content of the page."""
    name_told: Callable[[Payload, CaseView, Facts], Mapping[str, Any]] | None = None
    """For a room about a name: the report on it, its risk and the sentences of this room, shown above the hints and refreshed with
    them; the findings of the room stand there then."""
    settle: Callable[[Payload, CaseView, Facts], dict[str, Any]] | None = None
    """The answer with what follows from other rooms and from outside answers; run after every save and before the papers."""
    to_register: Callable[[CaseView], Iterable[Fact]] = lambda case: ()
    """Facts that approval writes."""
    section: Callable[[CaseView], dict[str, Any]] = lambda case: {}
    """Data of this item's part of the application form."""
    schema_version: int = 1
    upgrade: Callable[[dict[str, Any], int], tuple[dict[str, Any], list[str]]] = lambda payload, version: (payload, [])
    """Carry a payload of an older schema over; what cannot be mapped comes back as sentences."""
    carry_over: bool = False
    """Whether the answer of an earlier case fills the page of a later one."""
    card_slots: Callable[[Payload], Iterable[str]] = lambda payload: ()
    """Row ids ('' for the form itself) for which an identity card can be photographed."""
    needs_register: bool = False
    """Whether it can only be filled in against the registered content: it waits until the company confirmed its agent."""
    entity_kinds: tuple[str, ...] = ("company",)
