"""How a call is signed (SM2), in both directions: orders to 电子签名, its callbacks and its fetching of files.

Headers: X-Service, X-Timestamp (unix seconds), X-Nonce, X-Signature (base64 of the DER signature over the canonical text).
The canonical text is METHOD, path with query, timestamp, nonce and SM3 of the body, each on a line. The path is written
in one way (percent-decoded, then encoded again but for letters, digits and /), since servers differ in what they leave.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from signing_client import sm2

HEADERS = ("X-Service", "X-Timestamp", "X-Nonce", "X-Signature")
SHAPES = (r"[a-z0-9_\-]{1,40}", r"[0-9]{1,12}", r"[0-9A-Za-z_\-]{8,64}", r"[0-9A-Za-z+/=]{16,400}")
SKEW_SECONDS = 300
"""How far the clocks of both sides may differ; a nonce has to be remembered for twice as long."""


class BadSignature(Exception):
    """The caller is not who it says, or the message was changed, is old or was sent before."""


@dataclass(frozen=True)
class Stamp:
    """What the four headers say, well written and fresh; whether the signature holds is another question."""

    service: str
    timestamp: str
    nonce: str
    signature: bytes

    @classmethod
    def read(cls, headers: Mapping[str, str]) -> Stamp:
        """From the headers of a call (names in any case); BadSignature when one is missing, malformed or too old."""
        lower = {name.lower(): value for name, value in headers.items()}
        given = [lower.get(name.lower(), "") for name in HEADERS]
        if not all(given):
            raise BadSignature("请求没有签名")
        if not all(re.fullmatch(shape, value, re.ASCII) for shape, value in zip(SHAPES, given, strict=True)):
            raise BadSignature("签名的写法不对")
        service, timestamp, nonce, encoded = given
        if abs(time.time() - int(timestamp)) > SKEW_SECONDS:
            raise BadSignature("请求的时间不对")
        try:
            return cls(service, timestamp, nonce, base64.b64decode(encoded, validate=True))
        except binascii.Error:
            raise BadSignature("签名的写法不对") from None

    def text(self, method: str, path: str, digest: bytes) -> bytes:
        """What was signed, if this is the call that was signed; `digest`: SM3 of the body."""
        return canonical(method, path, self.timestamp, self.nonce, digest)

    @classmethod
    def now(cls, service: str) -> Stamp:
        """A fresh one, not signed yet."""
        return cls(service, str(int(time.time())), secrets.token_hex(12), b"")

    def headers(self, signature: bytes) -> dict[str, str]:
        """The four headers with this signature."""
        values = (self.service, self.timestamp, self.nonce, base64.b64encode(signature).decode())
        return dict(zip(HEADERS, values, strict=True))


def canonical(method: str, path: str, timestamp: str, nonce: str, digest: bytes) -> bytes:
    """The text that is signed. `path` with its query, percent-encoded in whatever way."""
    bare, _, query = path.partition("?")
    one_way = quote(unquote(bare), safe="/") + (f"?{query}" if query else "")
    return "\n".join([method.upper(), one_way, timestamp, nonce, digest.hex()]).encode()


@dataclass(frozen=True)
class ServiceKey:
    """The name under which 电子签名 knows a business system, and its SM2 private key (32 bytes)."""

    service: str
    private: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """What 电子签名 has to be told, 65 bytes."""
        return sm2.public_of(self.private)

    def sign(self, method: str, path: str, body: bytes) -> dict[str, str]:
        """The headers that prove that this system sent exactly this, now. Every sending needs its own."""
        stamp = Stamp.now(self.service)
        return stamp.headers(sm2.sign(self.private, stamp.text(method, path, sm2.sm3(body))))
