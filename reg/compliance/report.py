"""The compliance report of a case (核对结果, R025): findings by severity, what each room still lacks, what was looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from reg.items.kit import Finding, LookupFact, Severity


@dataclass(frozen=True)
class Passed:
    """A rule that was run and found nothing."""

    code: str
    title: str


@dataclass(frozen=True)
class RoomReport:
    """What one room still needs."""

    item: str
    title: str
    started: bool
    """Whether anything was saved."""
    missing: tuple[Finding, ...] = ()
    """Fields that are empty or wrong."""
    findings: tuple[Finding, ...] = ()

    @property
    def blocking(self) -> int:
        """Places to be mended here; what is to be mended in another room counts there."""
        barred = {Severity.BLOCK, Severity.OFFLINE}
        return len(self.missing) + sum(f.severity in barred and f.item in {"", self.item} for f in self.findings)


@dataclass(frozen=True)
class Report:
    """One run over a case."""

    day: date
    """Rules as they hold on this legal day."""
    rooms: tuple[RoomReport, ...]
    findings: tuple[Finding, ...]
    """All findings, missing fields left out, by severity."""
    passed: tuple[Passed, ...]
    waiting: tuple[LookupFact, ...] = ()
    """Lookups whose answer is not there yet."""
    confirmed: frozenset[str] = field(default_factory=frozenset)

    @property
    def missing(self) -> tuple[Finding, ...]:
        return tuple(f for room in self.rooms for f in room.missing)

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """Findings of one severity."""
        return tuple(f for f in self.findings if f.severity is severity)

    @property
    def open_confirmations(self) -> tuple[Finding, ...]:
        """需确认 that nobody confirmed yet."""
        return tuple(f for f in self.of(Severity.CONFIRM) if f.key not in self.confirmed)

    @property
    def stops(self) -> tuple[Finding, ...]:
        """Everything that bars the way to the papers: missing fields, 拦截, 转线下, open confirmations."""
        return (*self.missing, *self.of(Severity.BLOCK), *self.of(Severity.OFFLINE), *self.open_confirmations)

    @property
    def pending(self) -> tuple[LookupFact, ...]:
        """Questions that are being asked right now: signatures wait for them. Who does not answer at all is a finding."""
        return tuple(fact for fact in self.waiting if not fact.unavailable)

    @property
    def is_clear(self) -> bool:
        return not self.stops

    def room(self, code: str) -> RoomReport | None:
        """The report of one room."""
        return next((room for room in self.rooms if room.item == code), None)


def by_severity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Order of the page: block, offline, confirm, warn; equal ones once."""
    unique = {finding.key: finding for finding in findings}
    return tuple(sorted(unique.values(), key=lambda finding: finding.severity.rank))
