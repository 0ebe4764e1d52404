"""A small authority for tests and benches: root, issuing authority, people and companies, and openssl beside it."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from foundation.crypto import DEFAULT_ID, crypto
from foundation.crypto.x509.certificate import Certificate, Subject
from foundation.crypto.x509.issue import (
    EVENT,
    ISSUING,
    ORGANISATION,
    Issuer,
    Profile,
    issue_certificate,
    self_signed_root,
)

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Authority:
    """A chain of two: root and issuing authority."""

    root: Issuer
    sub: Issuer

    @classmethod
    def make(cls, name: str = "测试") -> Authority:
        keys = [crypto().sm2_keygen() for _ in range(2)]
        root = self_signed_root(
            subject=Subject(f"{name}根证书", organisation="企登测试"),
            key=keys[0],
            not_before=BEGIN,
            not_after=BEGIN + timedelta(days=7300),
        )
        sub = issue_certificate(
            issuer=root,
            subject=Subject(f"{name}签发机构", organisation="企登测试"),
            public=keys[1].public,
            profile=ISSUING,
            not_before=BEGIN,
            not_after=BEGIN + timedelta(days=3650),
        )
        return cls(root, Issuer(sub, keys[1]))

    def person(self, name: str, *, at: datetime = NOON, minutes: int = 30, profile: Profile = EVENT) -> Issuer:
        """An event certificate of a person with its key."""
        return self._issue(Subject(name, serial_number="310101********0011"), profile, at, minutes)

    def company(self, name: str, uscc: str = "91310101MA1FPX1234") -> Issuer:
        """An e-licence certificate with its key."""
        return self._issue(Subject(name, serial_number=uscc), ORGANISATION, BEGIN, 60 * 24 * 700)

    def _issue(self, subject: Subject, profile: Profile, at: datetime, minutes: int) -> Issuer:
        key = crypto().sm2_keygen()
        certificate = issue_certificate(
            issuer=self.sub, subject=subject, public=key.public, profile=profile, not_before=at, minutes=minutes
        )
        return Issuer(certificate, key)


def openssl(*arguments: str, data: bytes = b"") -> tuple[bool, str]:
    """Run the openssl command line; whether it succeeded and what it said."""
    done = subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=False)
    return done.returncode == 0, (done.stdout + done.stderr).decode("utf-8", "replace")


def openssl_verifies_hop(below: Certificate, above: Certificate) -> bool:
    """Whether `openssl verify` accepts `below` under `above` alone, at a moment when both are valid."""
    at = int(max(below.not_before, above.not_before).timestamp()) + 1
    with tempfile.TemporaryDirectory() as folder:
        for name, certificate in (("above", above), ("below", below)):
            Path(folder, name).write_text(certificate.pem)
        done, _ = openssl(
            *("verify", "-partial_chain", "-x509_strict", "-attime", str(at)),
            *("-vfyopt", f"distid:{DEFAULT_ID.decode()}"),
            *("-trusted", f"{folder}/above", f"{folder}/below"),
        )
    return done


def openssl_verifies_value(public_pem: str, message: bytes, signature: bytes) -> bool:
    """Whether `openssl pkeyutl` accepts an SM2-with-SM3 signature."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("key", public_pem.encode()), ("message", message), ("value", signature)):
            Path(folder, name).write_bytes(content)
        done, _ = openssl(
            *("pkeyutl", "-verify", "-pubin", "-inkey", f"{folder}/key", "-rawin", "-digest", "sm3"),
            *("-pkeyopt", f"distid:{DEFAULT_ID.decode()}"),
            *("-in", f"{folder}/message", "-sigfile", f"{folder}/value"),
        )
    return done
