"""Linking and verifying the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Exists, Min, OuterRef, QuerySet

from foundation import clock
from foundation.audit.models import AuditEvent, AuditHead, AuditLink
from foundation.config import config
from foundation.crypto import crypto

GENESIS = bytes(32)
BATCH = 500
HEAD_EVERY = timedelta(hours=1)
HEAD_LATE = timedelta(minutes=1)
"""How long after the hour a head may be signed: links of one batch are a little older than its head."""
SETTLE = timedelta(minutes=5)
"""How long an act may take from its record to its commit."""
VERIFY_BATCH = 2000
LATE_COMMITS = 20_000
"""How many ids a slow transaction may lie behind the newest linked event and still be found by the linker."""


@dataclass(frozen=True)
class ChainFault:
    """One thing wrong with the trail, in words an auditor can act on."""

    event_id: int
    kind: str
    message: str


def batched(rows: Iterable[AuditLink], size: int) -> Iterator[list[AuditLink]]:
    """`rows` in lists of at most `size`."""
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


@transaction.atomic
def link_new() -> int:
    """Chain committed events that have no link yet, in the order of their ids. One caller at a time (ticker holds a lock)."""
    linked = AuditLink.objects.order_by("-seq").first()
    seq, digest = (linked.seq, bytes(linked.digest)) if linked else (0, GENESIS)
    fresh = list(_fresh(linked)[:BATCH])
    links = []
    for event in fresh:
        seq, digest = seq + 1, AuditLink.next_digest(digest, event)
        links.append(AuditLink(seq=seq, event_id=event.pk, digest=digest, linked_at=clock.wall()))
    AuditLink.objects.bulk_create(links)
    if links:
        _sign_head(seq, digest)
    return len(links)


def _signing_key() -> bytes:
    return bytes.fromhex(config().secret(settings.QIDENG_PROJECT, "audit_key"))


def _sign_head(seq: int, digest: bytes) -> None:
    last = AuditHead.objects.order_by("-signed_at").first()
    if last and clock.wall() - last.signed_at < HEAD_EVERY:
        return
    private = _signing_key()
    AuditHead.objects.create(
        seq=seq,
        digest=digest,
        signature=crypto().sm2_sign(private, _head_message(seq, digest)),
        public_key=crypto().sm2_public(private),
        signed_at=clock.wall(),
    )


def verify() -> Iterator[ChainFault]:
    """Every changed, removed or inserted event, and what is wrong with links and signed heads, in the order of the chain."""
    walk = _Walk()
    for batch in batched(AuditLink.objects.order_by("seq").iterator(chunk_size=VERIFY_BATCH), VERIFY_BATCH):
        events = AuditEvent.objects.in_bulk([link.event_id for link in batch])
        for link in batch:
            yield from walk.step(link, events.get(link.event_id))
    yield from walk.end()
    yield from _copies()
    for event in _unlinked().iterator(chunk_size=VERIFY_BATCH):
        if not event.is_genuine:
            yield ChainFault(event.pk, "inserted", f"审计记录 {event.pk} 不是系统写入的（{_what(event)}）")
        elif walk.passed(event) and event.pk not in walk.bare:
            yield ChainFault(event.pk, "removed_link", f"审计记录 {event.pk} 的链环被删除（{_what(event)}）")


def _copies() -> Iterator[ChainFault]:
    """Rows that repeat an earlier one to the microsecond, its keyed digest included."""
    again = AuditEvent.objects.values("mac").annotate(first=Min("pk"), times=Count("pk")).filter(times__gt=1)
    for row in again.order_by("first"):
        for event in AuditEvent.objects.filter(mac=row["mac"], pk__gt=row["first"]).order_by("pk"):
            if event.is_genuine:
                message = f"审计记录 {event.pk} 是照抄审计记录 {row['first']} 插入的（{_what(event)}）"
                yield ChainFault(event.pk, "inserted", message)


def _what(event: AuditEvent) -> str:
    return f"{event.verb}，{event.obj_kind} {event.obj_ref}"


class _Walk:
    """The state of a walk along the chain: what was seen last and what was signed last. A fault is told once, where it is."""

    def __init__(self) -> None:
        self.last: AuditLink | None = None
        self.previous: tuple[bytes, ...] = (GENESIS,)
        """What the link before may have been: two answers after a fault, none after a gap."""
        self.heads: dict[int, list[AuditHead]] = {}
        for head in AuditHead.objects.order_by("pk"):  # before the links are read: a head is as old as its link
            self.heads.setdefault(head.seq, []).append(head)
        self.public = crypto().sm2_public(_signing_key())
        self.signed_seq = 0
        self.signed_at: datetime | None = None
        self.unsigned_since = 0
        """The first link that came when a head was due."""
        self.bare: set[int] = set()
        """Events whose missing link was told already."""

    def step(self, link: AuditLink, event: AuditEvent | None) -> Iterator[ChainFault]:
        """One link and the event it links."""
        if link.seq != (self.last.seq if self.last else 0) + 1:
            yield from self._gap(link)
            self.previous = ()
        yield from self._event(link, event)
        self.last = link
        yield from self._signed(link)

    def _gap(self, link: AuditLink) -> Iterator[ChainFault]:
        seq, event_id = (self.last.seq, self.last.event_id) if self.last else (0, 0)
        between = range(event_id + 1, link.event_id)
        if len(between) == link.seq - seq - 1:  # each missing link had one of these numbers
            there = set(AuditEvent.objects.filter(pk__in=between).values_list("pk", flat=True))
            for number, missing in enumerate(between, start=seq + 1):
                if missing in there:
                    self.bare.add(missing)
                    yield ChainFault(missing, "removed_link", f"链条第 {number} 环被删除（审计记录 {missing} 还在）")
                else:
                    yield ChainFault(missing, "removed", f"审计记录 {missing} 被删除，链条第 {number} 环也被删除")
            return
        links = f"第 {seq + 1} 环" if link.seq == seq + 2 else f"第 {seq + 1} 至 {link.seq - 1} 环"
        where = f"在审计记录 {event_id} 和 {link.event_id} 之间" if self.last else f"在审计记录 {link.event_id} 之前"
        yield ChainFault(link.event_id, "removed_link", f"链条{links}被删除（{where}）")

    def _event(self, link: AuditLink, event: AuditEvent | None) -> Iterator[ChainFault]:
        stored = bytes(link.digest)
        if event is None:
            yield ChainFault(link.event_id, "removed", f"审计记录 {link.event_id} 被删除（链条第 {link.seq} 环还在）")
            self.previous = (stored,)
            return
        digests = tuple(AuditLink.next_digest(previous, event) for previous in self.previous)
        fits = not digests or stored in digests
        self.previous = (stored,) if fits else (stored, *digests)
        if not fits and event.is_genuine:
            message = f"审计记录 {event.pk} 和链条第 {link.seq} 环对不上，其中一个被换过（{_what(event)}）"
            yield ChainFault(event.pk, "changed", message)
        elif not fits:
            yield ChainFault(event.pk, "changed", f"审计记录 {event.pk} 被改动（{_what(event)}）")
        elif not event.is_genuine:
            message = f"审计记录 {event.pk} 不是系统写入的，或者入链以前、连同链条被改动（{_what(event)}）"
            yield ChainFault(event.pk, "inserted", message)

    def _signed(self, link: AuditLink) -> Iterator[ChainFault]:
        """The heads signed at this link, and whether one was due and is not there."""
        heads = self.heads.pop(link.seq, [])
        for head in heads:
            yield from self._head(head, link)
            self.signed_at, self.unsigned_since = head.signed_at, 0
        if not heads and not self.unsigned_since and self._is_due(link):
            self.unsigned_since = link.seq
        if self.unsigned_since and link.seq - self.unsigned_since >= BATCH:
            yield self._unsigned(link)

    def _head(self, head: AuditHead, link: AuditLink) -> Iterator[ChainFault]:
        message = _head_message(head.seq, bytes(head.digest))
        if not crypto().sm2_verify(self.public, message, bytes(head.signature)):
            yield ChainFault(link.event_id, "head", f"链条第 {head.seq} 环上的签名不成立，或者不是这套系统的密钥签的")
        elif bytes(head.digest) != bytes(link.digest):
            where = f"第 {self.signed_seq + 1} 至 {head.seq} 环" if self.signed_seq else f"第 {head.seq} 环以前"
            yield ChainFault(link.event_id, "head", f"链条{where}被重新做过：和第 {head.seq} 环上的签名对不上")
        else:
            self.signed_seq = head.seq

    def _is_due(self, link: AuditLink) -> bool:
        return self.signed_at is None or link.linked_at > self.signed_at + HEAD_EVERY + HEAD_LATE

    def _unsigned(self, link: AuditLink) -> ChainFault:
        since, self.unsigned_since, self.signed_at = self.unsigned_since, 0, link.linked_at
        return ChainFault(link.event_id, "head", f"链条第 {since} 环起应当有签名而没有，签名被删除")

    def end(self) -> Iterator[ChainFault]:
        """What can only be told when the chain is over."""
        seq, event_id = (self.last.seq, self.last.event_id) if self.last else (0, 0)
        since = self.unsigned_since
        if since and self.last and not AuditHead.objects.filter(seq__gte=since, seq__lt=since + BATCH).exists():
            yield self._unsigned(self.last)
        if self.heads:
            message = f"链条末尾被截断：签过名的第 {max(self.heads)} 环不见了，只到第 {seq} 环（审计记录 {event_id}）"
            yield ChainFault(event_id, "head", message)

    def passed(self, event: AuditEvent) -> bool:
        """Whether the linker went by this event: it links in the order of numbers, and what is late only for a while."""
        if self.last is None or event.pk > self.last.event_id:
            return False
        return event.pk <= self.last.event_id - LATE_COMMITS or event.at < self.last.linked_at - SETTLE


def _head_message(seq: int, digest: bytes) -> bytes:
    return f"{settings.QIDENG_PROJECT}:{seq}:".encode() + digest


def _unlinked() -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(~Exists(AuditLink.objects.filter(event_id=OuterRef("pk")))).order_by("pk")


def _fresh(linked: AuditLink | None) -> QuerySet[AuditEvent]:
    """Events without a link that the linker will find."""
    return _unlinked().filter(pk__gt=(linked.event_id if linked else 0) - LATE_COMMITS)


def fresh_count(linked: AuditLink | None) -> int:
    """How many events the linker has to link now; quick, however long the trail is."""
    return _fresh(linked).count()


def tail() -> int:
    """How many events wait for their link."""
    return _unlinked().count()


def waiting(most: int) -> list[AuditEvent]:
    """The first events that wait for their link."""
    return list(_unlinked()[:most])


def numbers_lost() -> int:
    """Numbers given out after the last event. Acts that were taken back leave some; so does a trail whose end was cut off."""
    newest = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with connection.cursor() as cursor:
        table = AuditEvent._meta.db_table
        cursor.execute("SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')::regclass)", [table])
        (given,) = cursor.fetchone()
    return max(0, (given or 0) - newest)
