"""告警 (R140): every minute the rules of alarms.yaml are held against what happens. An incident opens once and closes itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum

from foundation import clock
from foundation.audit import record
from foundation.identity.actor import Actor
from foundation.outbox import publish
from signing.ceremonies.models import CeremonyItem
from signing.evidence.selectors import stamps_waiting
from signing.seals.models import SealItem
from signing.watching.counting import hour_of
from signing.watching.events import IncidentOpened
from signing.watching.models import HourCount, Incident
from signing.watching.rules import RateRule, SilentRule, StalledRule, StampsRule, alarms
from signing.watching.states import IncidentKind

SIGNED = frozenset({"signed", "sealed"})
FAILED = "failed"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """What a rule says of one channel ("" is all): wrong, well again, or neither (None)."""

    kind: IncidentKind
    channel: str
    wrong: bool | None
    facts: Mapping[str, Any]


def incidents_watch() -> None:
    """Ticker: open what is found wrong, close what is well again."""
    now, rules = clock.wall(), alarms()
    findings = [
        *rate_findings(now, rules.rate),
        *stalled_findings(now, rules.stalled),
        *silent_findings(now, rules.silent),
        stamps_finding(now, rules.stamps),
    ]
    for finding in findings:
        if finding.wrong:
            _open(finding, now)
        elif finding.wrong is False:
            _close(finding, now)


@transaction.atomic
def _open(finding: Finding, now: datetime) -> None:
    incident, new = Incident.objects.get_or_create(
        kind=finding.kind,
        channel=finding.channel,
        closed_at=None,
        defaults={"opened_at": now, "facts": dict(finding.facts)},
    )
    if new:
        record(
            Actor.system("signing"), "incident.open", "incident", str(incident.pk),
            kind=finding.kind, channel=finding.channel,
        )  # fmt: skip
        publish(IncidentOpened(incident=incident.pk))


@transaction.atomic
def _close(finding: Finding, now: datetime) -> None:
    found = Incident.objects.select_for_update().filter(kind=finding.kind, channel=finding.channel, closed_at=None)
    for incident in found:
        incident.closed_at = now
        incident.save(update_fields=["closed_at"])
        record(
            Actor.system("signing"), "incident.close", "incident", str(incident.pk),
            kind=finding.kind, channel=finding.channel,
        )  # fmt: skip


def rate_findings(now: datetime, rule: RateRule) -> Iterator[Finding]:
    """成功率下降: of what the system finished lately, too little is signed. Too few say nothing either way."""
    settled = _settled_since(now - timedelta(minutes=rule.minutes))
    signed = sum(count for (_, state), count in settled.items() if state in SIGNED)
    failed = sum(count for (_, state), count in settled.items() if state == FAILED)
    if signed + failed < rule.at_least:
        return
    rate = round(100 * signed / (signed + failed), 1)
    wrong = True if rate < rule.below else False if rate >= rule.again else None
    facts = {"minutes": rule.minutes, "signed": signed, "failed": failed, "rate": rate, "below": rule.below}
    yield Finding(IncidentKind.RATE, "", wrong, facts)


def stalled_findings(now: datetime, rule: StalledRule) -> Iterator[Finding]:
    """签不下来: people begin in a channel and none comes through; one who does ends it."""
    start = now - timedelta(minutes=rule.minutes)
    begun = _begun(start, now - timedelta(minutes=rule.patience))
    settled = _settled_since(start)
    signed = {channel for (channel, state), count in settled.items() if state in SIGNED}
    open_ones = Incident.objects.filter(kind=IncidentKind.STALLED, closed_at=None).values_list("channel", flat=True)
    for channel in sorted({*begun, *open_ones}):
        stalled = begun[channel] >= rule.at_least and channel not in signed
        wrong = True if stalled else False if channel in signed else None
        yield Finding(IncidentKind.STALLED, channel, wrong, {"minutes": rule.minutes, "begun": begun[channel]})


def silent_findings(now: datetime, rule: SilentRule) -> Iterator[Finding]:
    """没有人签: nobody begins in a channel where at this hour of the week many do; the first who does ends it."""
    start = now - timedelta(minutes=rule.minutes)
    begun = _begun(start, now)
    usual = {hour: _usual(hour, rule.weeks) for hour in (hour_of(start), hour_of(now))}
    open_ones = Incident.objects.filter(kind=IncidentKind.SILENT, closed_at=None).values_list("channel", flat=True)
    for channel in sorted({*(one for counts in usual.values() for one in counts), *open_ones}):
        expected = min(counts[channel] for counts in usual.values())
        wrong = False if begun[channel] else True if expected >= rule.expected else None
        yield Finding(IncidentKind.SILENT, channel, wrong, {"minutes": rule.minutes, "expected": expected})


def stamps_finding(now: datetime, rule: StampsRule) -> Finding:
    """时间戳没有盖上: signed documents whose evidence has waited too long; the last stamp ends it."""
    stamps = stamps_waiting()
    late = stamps.oldest is not None and now - stamps.oldest >= timedelta(minutes=rule.minutes)
    wrong = True if late else None if stamps.waiting else False
    why = stamps.lines[0].why if stamps.lines else ""
    return Finding(IncidentKind.STAMPS, "", wrong, {"minutes": rule.minutes, "waiting": stamps.waiting, "why": why})


def _usual(hour: datetime, weeks: int) -> Counter[str]:
    """What begins by channel in such an hour, on the average of the past weeks."""
    alike = [hour - timedelta(weeks=number) for number in range(1, weeks + 1)]
    found = HourCount.objects.filter(hour__in=alike, made_up=False).exclude(channel=UNKNOWN)
    sums = found.values_list("channel").annotate(Sum("begun"))
    return Counter({channel: total // weeks for channel, total in sums})


def _settled_since(start: datetime) -> Counter[tuple[str, str]]:
    """(channel, state) → attempts that came to an end since then."""
    found: Counter[tuple[str, str]] = Counter()
    for rows, channel in ((CeremonyItem.objects, "ceremony__channel"), (SealItem.objects, "order__channel")):
        for name, state, count in (
            rows.filter(settled_at__gte=start).values_list(channel, "state").annotate(Count("pk"))
        ):
            found[name or UNKNOWN, state] += count
    return found


def _begun(start: datetime, end: datetime) -> Counter[str]:
    """channel → attempts that began in [start, end)."""
    found: Counter[str] = Counter()
    for rows, parent in ((CeremonyItem.objects, "ceremony"), (SealItem.objects, "order")):
        within = rows.filter(**{f"{parent}__began_at__gte": start, f"{parent}__began_at__lt": end})
        for name, count in within.values_list(f"{parent}__channel").annotate(Count("pk")):
            found[name or UNKNOWN] += count
    return found
