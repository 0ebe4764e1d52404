"""The case as one immutable value: what checks, documents and pages read. No database behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Shareholder:
    """股东（发起人） as the register has it."""

    name: str
    natural: bool
    id_type: str
    """Code of the identity document, or of the certificate of an organisation."""
    id_number: str
    """Identity number, or 统一社会信用代码 of an organisation."""
    ratio: Decimal
    """Share of the votes, per cent."""
    subscribed_wan: Decimal
    """认缴出资额, 万元."""
    due: date | None = None


@dataclass(frozen=True)
class EntityView:
    """市场主体: the company the case is about, as the register has it on the legal day."""

    uscc: str
    name: str
    entity_type: str
    kind: str
    """company, partnership …: the kinds of the catalogue."""
    form: str
    """llc 有限责任公司, joint_stock 股份有限公司; empty for others."""
    authority: str
    authority_name: str
    status: str
    established: date
    sole_shareholder: bool = False
    state_wholly_owned: bool = False
    foreign_invested: bool = False
    shareholders: tuple[Shareholder, ...] = ()


@dataclass(frozen=True)
class CaseView:
    """申请案 as checks and documents see it."""

    number: str
    business: str
    items: frozenset[str]
    """Room codes that were chosen or came along."""
    change_items: frozenset[str]
    """The same as codes of the reference (contact, leader, officers, address, articles)."""
    entity: EntityView
    before: Mapping[str, Payload]
    """What the register holds per item code; an item it does not hold is absent."""
    answers: Mapping[str, Payload]
    """What the applicant saved per room code."""
    legal_day: date
    agent_present: bool = False
    edition: str = ""
    opener_index: str = ""
    """Blind index of who opened the case."""
    confirmed: frozenset[str] = field(default_factory=frozenset)
    """Keys of findings that the applicant confirmed."""

    @property
    def after(self) -> dict[str, Payload]:
        """What the register would hold if the case were approved now."""
        return {**self.before, **self.answers}

    def was(self, item: str) -> Payload:
        """The registered payload of an item, empty when there is none."""
        return self.before.get(item, {})

    def now(self, item: str) -> Payload:
        """The answer to an item where there is one, else what is registered."""
        return self.answers.get(item) or self.before.get(item, {})
