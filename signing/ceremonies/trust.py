"""Whom we believe (信任的根证书): certificates of the authority, kept here so that a check needs no network.

In production the operator enters them (`qideng signing trust_add FILE`); in a demo they are taken once from the sandbox's CA.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from foundation import clock
from foundation.config import config
from foundation.crypto import crypto
from foundation.crypto.x509 import RevocationList, parse_crl
from signing.ceremonies.models import TakenBack, TrustAnchor
from signing.integrations import ca


class NoTrust(RuntimeError):
    """No root certificate has been entered."""


@dataclass(frozen=True)
class TakenBackLists:
    """What the authorities took back, as far as we know (see signing.ceremonies.revocation)."""

    lists: tuple[RevocationList, ...] = ()
    as_of: datetime | None = None
    """When the oldest of them was made; None when we have none."""
    due: datetime | None = None
    """When the next one was promised."""

    @property
    def stale(self) -> bool:
        """Whether a newer list should have come."""
        return self.due is not None and self.due < clock.now()


@dataclass(frozen=True)
class Trust:
    """Root certificates, and the issuing ones below them; DER."""

    roots: list[bytes]
    intermediates: list[bytes]
    taken_back: TakenBackLists = TakenBackLists()


def trust() -> Trust:
    """What is believed now. NoTrust in production without an entry; OutsideDown when a demo's CA is silent the first time."""
    rows = list(TrustAnchor.objects.order_by("pk"))
    if not any(row.is_root for row in rows):
        if config().mode == "production":
            raise NoTrust("没有录入根证书，请运行 qideng signing trust_add")
        rows = [trust_add(ca.published("root"), is_root=True), trust_add(ca.published("sub"), is_root=False)]
    return Trust(
        roots=[bytes(row.certificate) for row in rows if row.is_root],
        intermediates=[bytes(row.certificate) for row in rows if not row.is_root],
        taken_back=_taken_back(),
    )


def _taken_back() -> TakenBackLists:
    rows = list(TakenBack.objects.order_by("this_update", "pk"))
    if not rows:
        return TakenBackLists()
    latest = {row.issuer: row for row in rows}.values()
    return TakenBackLists(
        lists=tuple(_read(bytes(row.content)) for row in rows),
        as_of=min(row.this_update for row in latest),
        due=min(row.next_update for row in latest),
    )


@lru_cache(maxsize=16)
def _read(content: bytes) -> RevocationList:
    return parse_crl(content)


def trust_add(certificate: bytes, *, is_root: bool) -> TrustAnchor:
    """Enter one certificate (DER); entering it twice changes nothing."""
    row, _ = TrustAnchor.objects.get_or_create(
        digest=crypto().sm3(certificate).hex(), defaults={"certificate": certificate, "is_root": is_root}
    )
    return row
