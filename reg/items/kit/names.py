"""名称: an answer as the parts of a name, and what is known of it beside the case. R004, R005, R107; 名称规定6, 17, 18."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reg.casefile.view import CaseView
from reg.naming.checking import NameReport
from reg.naming.context import NameContext
from reg.naming.kinds import kind_of
from reg.naming.parts import Order, Parts

Payload = Mapping[str, Any]
ITEM = "name"
TOGETHER, PREDECLARED = "with_registration", "predeclared"
"""名称来源: declared with the change (R004, 细则34), or held already (R005). Words of the materials' vocabulary."""


@dataclass(frozen=True)
class HeldName:
    """A name that this company holds for its change."""

    number: str
    written: str
    parts: Parts
    until: date
    kind: str


@dataclass(frozen=True)
class NameFacts:
    """What stands outside the case about the name it wants."""

    report: NameReport | None = None
    """Word rules and index, for a name declared with the change."""
    taken: HeldName | None = None
    """The reservation that was named, where this company may take it up."""
    refused: str = ""
    """Why it may not."""
    held: tuple[HeldName, ...] = ()
    """Every name the company holds and no other case uses."""
    suggested: tuple[Parts, ...] = ()
    """A few names near the wish that nobody has, where it cannot be had."""
    branches: tuple[str, ...] = ()
    """Names of its 分支机构, which have to follow (名称规定13, 细则31)."""

    @property
    def similar(self) -> tuple[str, ...]:
        """Names that count as similar, as they are told."""
        return tuple(hit.written for hit in self.report.found.similar) if self.report else ()


def parts_of_answer(payload: Payload) -> Parts:
    """The parts as they were typed; the region's place counts only where there is a region."""
    region = str(payload.get("region") or "")
    order = Order(payload.get("order") or Order.FRONT) if region else Order.NONE
    text = {key: str(payload.get(key) or "") for key in ("trade", "industry", "form", "small_class", "group")}
    return Parts(region=region, order=order, **text)


def is_declared(payload: Payload) -> bool:
    """Whether a new name is declared with the change and whole enough to be looked up."""
    return payload.get("source") == TOGETHER and bool(payload.get("trade") and payload.get("form"))


def kind_of_case(case: CaseView) -> str:
    """llc, joint_stock …"""
    return kind_of(case.entity.entity_type)


def context_of(case: CaseView) -> NameContext:
    """What the rules know of this company: where it will be registered, its main business, its investors."""
    holders = (holder.name for holder in case.entity.shareholders if holder.natural)
    return NameContext(
        kind_of_case(case),
        business="change",
        district=str(case.now("domicile").get("district") or case.entity.authority),
        main_class=str(case.was("industry").get("code") or ""),
        investors=frozenset(holders),
    )


def kin_of(payload: Payload) -> frozenset[str]:
    """Enterprises whose investment relation to the company is claimed and proven by paper (名称规定17)."""
    return frozenset({str(payload["related"])} if payload.get("related") else ())


BY_PAPER = frozenset({"N014", "N015", "N060", "N061", "N092", "N093", "N095"})
"""限制 that a proof of investment or an authorisation lifts (名称规定14、15、17, 实施办法16-20): material company.change.name.02."""
FORM_RULES = frozenset({"N040", "N043"})
"""Told as CC09, which knows that the type of the company may change too."""
AT_THE_COUNTER = frozenset({"N031", "N070", "N073"})
"""限制 that only an approval lifts, for which there is no material online (名称规定12, 实施办法14、15)."""


def restricted(report: NameReport | None) -> frozenset[str]:
    """Rules that say 限制 and that are decided on by the authority: with a proof, or with an explanation."""
    found = report.findings if report else ()
    return frozenset(one.code for one in found if one.severity == "restrict") - AT_THE_COUNTER


def needs_authorisation(payload: Payload, facts: NameFacts) -> bool:
    """名称使用授权、投资关系证明: whether a paper has to be handed in."""
    return payload.get("source") == TOGETHER and (
        bool(payload.get("related")) or bool(restricted(facts.report) & BY_PAPER)
    )
