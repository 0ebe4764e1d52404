"""The authority that stamps: its key, a good certificate and, for the fault, one whose time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from foundation.crypto.x509 import TIME_STAMPING, Issuer
from sandbox.ca.authority import BEGIN, ISSUING_END, signer_kept

POLICY = "2.25.2026112701"
"""The rules under which is stamped; a name of this sandbox's own (2.25: ITU-T X.667)."""
LEVELS: dict[str, datetime] = {"tsa": ISSUING_END, "tsa_old": BEGIN + timedelta(days=1)}


def stamper(*, expired: bool = False) -> Issuer:
    """The key that stamps, made when it is first asked for; `expired`: one with an old certificate."""
    level = "tsa_old" if expired else "tsa"
    return signer_kept(level, name="企登挡板时间戳（虚构）", profile=TIME_STAMPING, until=LEVELS[level])
