"""Linking and verifying the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from foundation import clock
from foundation.audit.models import AuditEvent, AuditHead, AuditLink
from foundation.config import config
from foundation.crypto import crypto

GENESIS = bytes(32)
BATCH = 500
HEAD_EVERY = timedelta(hours=1)
SETTLE = timedelta(minutes=5)
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
    """Every changed, removed or inserted event. An event unlinked for longer than 5 minutes counts as inserted."""
    digest, expected = GENESIS, 1
    heads = {head.seq: head for head in AuditHead.objects.all()}
    for batch in batched(AuditLink.objects.order_by("seq").iterator(chunk_size=VERIFY_BATCH), VERIFY_BATCH):
        events = AuditEvent.objects.in_bulk([link.event_id for link in batch])
        for link in batch:
            if link.seq != expected:
                yield ChainFault(link.event_id, "removed_link", f"链条第 {expected} 环不见了")
            yield from _verify_link(link, events.get(link.event_id), digest)
            digest, expected = bytes(link.digest), link.seq + 1
            yield from _verify_head(heads.pop(link.seq, None), digest)
    for head in heads.values():
        yield ChainFault(0, "head", f"签过名的第 {head.seq} 环不见了")
    for event in _unlinked().filter(at__lt=clock.wall() - SETTLE):
        yield ChainFault(event.pk, "inserted", f"审计记录 {event.pk} 不在链条上，像是事后插入的（{event.verb}）")


def _verify_link(link: AuditLink, event: AuditEvent | None, previous: bytes) -> Iterator[ChainFault]:
    if event is None:
        yield ChainFault(link.event_id, "removed", f"审计记录 {link.event_id} 被删除")
    elif AuditLink.next_digest(previous, event) != bytes(link.digest):
        what = f"{event.verb}，{event.obj_kind} {event.obj_ref}"
        yield ChainFault(link.event_id, "changed", f"审计记录 {link.event_id} 被改动（{what}）")


def _verify_head(head: AuditHead | None, digest: bytes) -> Iterator[ChainFault]:
    if head is None:
        return
    message = _head_message(head.seq, bytes(head.digest))
    if not crypto().sm2_verify(crypto().sm2_public(_signing_key()), message, bytes(head.signature)):
        yield ChainFault(0, "head", f"第 {head.seq} 环的签名不对")
    elif digest != bytes(head.digest):
        yield ChainFault(0, "head", f"链条在第 {head.seq} 环之前被重新做过")


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
