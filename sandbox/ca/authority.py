"""The authority: root → issuing authority → certificates. SM2/SM3 X.509 throughout."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from foundation import clock
from foundation.crypto import crypto
from foundation.crypto.x509 import (
    EVENT,
    ISSUING,
    ORGANISATION,
    Certificate,
    Issuer,
    Profile,
    Revoked,
    Subject,
    issue_certificate,
    issue_crl,
    self_signed_root,
)
from sandbox.ca.models import AuthorityKey, Issued
from sandbox.world.models import Serial

ORGANISATION_NAME = "企登挡板认证机构（虚构）"
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
ROOT_END = datetime(2060, 1, 1, tzinfo=UTC)
ISSUING_END = datetime(2055, 1, 1, tzinfo=UTC)
BEFORE_NOW = timedelta(minutes=1)
"""Certificates begin a little earlier, so that clocks that differ by seconds do not refuse them."""
ORGANISATION_LIVES = timedelta(days=5 * 365)
CRL_LIVES = timedelta(days=7)
LOCK = 0x5A_CA


def issuer(level: str = "issuing") -> Issuer:
    """Root or issuing authority with its key; both are made when the first is asked for."""
    rows = {row.level: row for row in AuthorityKey.objects.all()}
    if level not in rows:
        rows = _found()
    row = rows[level]
    return Issuer.of(row.certificate, bytes.fromhex(row.private))


@transaction.atomic
def _found() -> dict[str, AuthorityKey]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    rows = {row.level: row for row in AuthorityKey.objects.all()}
    if "root" in rows:
        return rows
    top = self_signed_root(
        subject=Subject("企登挡板根证书（虚构）", organisation=ORGANISATION_NAME),
        key=crypto().sm2_keygen(),
        not_before=BEGIN,
        not_after=ROOT_END,
    )
    key = crypto().sm2_keygen()
    below = issue_certificate(
        issuer=top,
        subject=Subject("企登挡板签发证书（虚构）", organisation=ORGANISATION_NAME),
        public=key.public,
        profile=ISSUING,
        not_before=BEGIN,
        not_after=ISSUING_END,
    )
    return {
        "root": AuthorityKey.objects.create(
            level="root", certificate=top.certificate.pem, private=top.key.private.hex()
        ),
        "issuing": AuthorityKey.objects.create(level="issuing", certificate=below.pem, private=key.private.hex()),
    }


def chain_pem() -> str:
    """Issuing authority and root, in this order."""
    return issuer("issuing").certificate.pem + issuer("root").certificate.pem


def issue_event(
    *, public: bytes, name: str, subject_ref: str, verification_serial_no: str, minutes: int
) -> Certificate:
    """事件证书: one person, one ceremony, some minutes."""
    begin = clock.now() - BEFORE_NOW
    return _issue(
        Issued.Kind.EVENT,
        EVENT,
        Subject(name, serial_number=subject_ref),
        public,
        begin,
        begin + BEFORE_NOW + timedelta(minutes=minutes),
        verification_serial_no,
    )


def issue_organisation(*, public: bytes, name: str, code: str) -> Certificate:
    """机构证书: a company by 统一社会信用代码, or an authority by its code."""
    begin = clock.now() - BEFORE_NOW
    subject = Subject(name, organisation=name, serial_number=code)
    return _issue(Issued.Kind.ORGANISATION, ORGANISATION, subject, public, begin, begin + ORGANISATION_LIVES, "")


def _issue(
    kind: str, profile: Profile, subject: Subject, public: bytes, begin: datetime, end: datetime, verification: str
) -> Certificate:
    certificate = issue_certificate(
        issuer=issuer(), subject=subject, public=public, profile=profile, not_before=begin, not_after=end
    )
    Issued.objects.create(
        serial=str(certificate.serial),
        kind=kind,
        subject_name=subject.common_name,
        subject_ref=subject.serial_number,
        verification_serial_no=verification,
        certificate=certificate.pem,
        issued_at=clock.now(),
        not_after=end,
    )
    return certificate


def crl() -> bytes:
    """吊销列表 as of now, DER, signed by the issuing authority."""
    now = clock.now()
    revoked = [
        Revoked(int(serial), at)
        for serial, at in Issued.objects.filter(revoked_at__isnull=False).values_list("serial", "revoked_at")
        if at is not None
    ]
    number = Serial.next("crl")
    return issue_crl(issuer=issuer(), revoked=revoked, number=number, this_update=now, next_update=now + CRL_LIVES)


def signer_kept(
    level: str, *, name: str, profile: Profile, until: datetime, above: Callable[[], Issuer] = issuer
) -> Issuer:
    """A key of the sandbox with a certificate for one purpose, made under `above` when it is first asked for; once, whoever asks."""
    row = AuthorityKey.objects.filter(level=level).first() or _signer_found(level, name, profile, until, above())
    return Issuer.of(row.certificate, bytes.fromhex(row.private))


@transaction.atomic
def _signer_found(level: str, name: str, profile: Profile, until: datetime, above: Issuer) -> AuthorityKey:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    standing = AuthorityKey.objects.filter(level=level).first()
    if standing:
        return standing
    key = crypto().sm2_keygen()
    certificate = issue_certificate(
        issuer=above,
        subject=Subject(name, organisation=ORGANISATION_NAME),
        public=key.public,
        profile=profile,
        not_before=BEGIN,
        not_after=until,
    )
    return AuthorityKey.objects.create(level=level, certificate=certificate.pem, private=key.private.hex())
