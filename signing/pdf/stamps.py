"""时间戳 inside a signature (RFC 3161; GB/T 38540): not needed, and not protected by the value; one that is there must hold. R141."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from foundation.crypto import crypto
from foundation.crypto.timestamp import TimestampError, token_problems, token_read
from foundation.crypto.x509 import Certificate, RevocationList
from signing.pdf.container import Signature
from signing.pdf.report import Problem

_CLOCKS_MAY_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True)
class Believed:
    """Whom the verifier trusts, and the certificates in between."""

    roots: Sequence[Certificate]
    intermediates: Sequence[Certificate]
    revocations: Sequence[RevocationList]


def stamp_problems(signature: Signature, signed_at: datetime, believed: Believed) -> list[Problem]:
    """It must be over the value, by an authority that is believed, and not lie before the signing."""
    if signature.stamp is None:
        return []
    kind = "签章" if signature.seal else "签名"
    try:
        token = token_read(signature.stamp)
    except TimestampError as error:
        return [Problem("stamp", f"{kind}里的时间戳不能读取：{error}")]
    found = token_problems(
        token,
        imprint=crypto().sm3(signature.value),
        roots=believed.roots,
        intermediates=believed.intermediates,
    )
    problems = [Problem("stamp", f"{kind}里的时间戳不成立：{each.message}") for each in found]
    if signed_at > token.at + _CLOCKS_MAY_DIFFER:
        problems.append(Problem("stamp", f"{kind}时间晚于时间戳的时间"))
    return problems
