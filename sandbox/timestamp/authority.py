"""The authority that stamps: its key, a good certificate and, for the fault, one whose time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from foundation.crypto import crypto
from foundation.crypto.x509 import TIME_STAMPING, Issuer, Subject, issue_certificate
from sandbox.ca.authority import BEGIN, ISSUING_END, LOCK, ORGANISATION_NAME, issuer
from sandbox.ca.models import AuthorityKey

POLICY = "2.25.2026112701"
"""The rules under which is stamped; a name of this sandbox's own (2.25: ITU-T X.667)."""
LEVELS: dict[str, datetime] = {"tsa": ISSUING_END, "tsa_old": BEGIN + timedelta(days=1)}


def stamper(*, expired: bool = False) -> Issuer:
    """The key that stamps, made when it is first asked for; `expired`: one with an old certificate."""
    level = "tsa_old" if expired else "tsa"
    row = AuthorityKey.objects.filter(level=level).first() or _found(level)
    return Issuer.of(row.certificate, bytes.fromhex(row.private))


@transaction.atomic
def _found(level: str) -> AuthorityKey:
    above = issuer()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    standing = AuthorityKey.objects.filter(level=level).first()
    if standing:
        return standing
    key = crypto().sm2_keygen()
    certificate = issue_certificate(
        issuer=above,
        subject=Subject("企登挡板时间戳（虚构）", organisation=ORGANISATION_NAME),
        public=key.public,
        profile=TIME_STAMPING,
        not_before=BEGIN,
        not_after=LEVELS[level],
    )
    return AuthorityKey.objects.create(level=level, certificate=certificate.pem, private=key.private.hex())
