"""Whom we believe (信任的根证书): certificates of the authority, kept here so that a check needs no network.

In production the operator enters them (`qideng signing trust_add FILE`); in a demo they are taken once from the sandbox's CA.
"""

from __future__ import annotations

from dataclasses import dataclass

from foundation.config import config
from foundation.crypto import crypto
from signing.ceremonies.models import TrustAnchor
from signing.integrations import ca


class NoTrust(RuntimeError):
    """No root certificate has been entered."""


@dataclass(frozen=True)
class Trust:
    """Root certificates, and the issuing ones below them; DER."""

    roots: list[bytes]
    intermediates: list[bytes]


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
    )


def trust_add(certificate: bytes, *, is_root: bool) -> TrustAnchor:
    """Enter one certificate (DER); entering it twice changes nothing."""
    row, _ = TrustAnchor.objects.get_or_create(
        digest=crypto().sm3(certificate).hex(), defaults={"certificate": certificate, "is_root": is_root}
    )
    return row
