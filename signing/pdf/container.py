"""What every container of a signature has in common: how it is made for a document, and what is read out of one."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from foundation.crypto import crypto
from foundation.crypto.eseal import Seal
from foundation.crypto.x509 import Certificate, RevocationList

if TYPE_CHECKING:
    from signing.pdf.syntax import Dict

LONGEST_VALUE = 72
"""Bytes of the longest SM2 signature in DER."""
ByteRange = tuple[int, int, int]
"""End of the covered head, begin and length of the covered tail; the head begins at 0."""


_LARGEST_REMEMBERED = 1 << 18
_RECENT: deque[tuple[bytes, bytes]] = deque(maxlen=32)
"""Who prepares a document and who verifies what came of it ask for the SM3 of the same bytes; they are compared, all of them."""


def covered_digest(pdf: bytes, covered: ByteRange) -> bytes:
    """SM3 over what a signature protects."""
    head, tail, length = covered
    together = pdf[:head] + pdf[tail : tail + length]
    for known, digest in tuple(_RECENT):
        if known == together:
            return digest
    digest = crypto().sm3(together)
    if len(together) <= _LARGEST_REMEMBERED:
        _RECENT.append((together, digest))
    return digest


class Container(Protocol):
    """A profile: how a signature is written into /Contents, and how its dictionary says so."""

    @property
    def name(self) -> str:
        """std, gm or ses: kept with what was prepared."""

    @property
    def handler(self) -> bytes:
        """/Filter."""

    @property
    def sub_filter(self) -> bytes: ...

    def entries(self, certificate: Certificate, chain: Sequence[bytes]) -> Dict:
        """What else the signature dictionary says."""

    def to_be_signed(self, certificate: Certificate, digest: bytes, covered: ByteRange, at: datetime) -> bytes:
        """签名原文 for a document whose covered bytes have this SM3."""

    def content(self, certificate: Certificate, chain: Sequence[bytes], to_be_signed: bytes, value: bytes) -> bytes:
        """The whole container (DER)."""

    def longest(self, certificate: Certificate, chain: Sequence[bytes]) -> int:
        """How many bytes it can have."""


@lru_cache(maxsize=8192)
def value_holds(public: bytes, sm2_digest: bytes, value: bytes) -> bool:
    """Whether a value signs this e under this key. A fact of three numbers, so it is computed once a process."""
    return crypto().sm2_verify_digest(public, sm2_digest, value)


@dataclass(frozen=True)
class Signature:
    """What a container says, read but not yet believed."""

    certificate: Certificate
    others: tuple[Certificate, ...]
    to_be_signed: bytes
    """The bytes that were signed."""
    digest: bytes
    value: bytes
    signing_time: datetime | None
    certificate_is_named: bool | None
    """Whether what is signed names this certificate; False: another one; None: none."""
    revocations: tuple[RevocationList, ...] = ()
    """CMS: lists that stand beside the certificates; they count only under the key of their authority."""
    seal: Seal | None = None
    """SES: the seal it was made with."""
    covered: ByteRange | None = None
    """SES: the range that is stated inside, when it is stated in our form."""
    stamp: bytes | None = None
    """A time stamp over the value, which the value does not protect."""
