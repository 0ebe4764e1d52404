"""Making a company's seal, keeping it the same until it must be another one, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import connection, transaction

from foundation import clock
from foundation.crypto import crypto
from foundation.crypto.eseal import OF_ORGANISATION, SealInfo, SealPicture, seal_issue, seal_joined, seal_read
from foundation.crypto.x509 import ORGANISATION, Issuer, Subject, self_signed_root
from sandbox.ca.authority import BEGIN, ISSUING_END, ROOT_END, signer_kept
from sandbox.elicence.services import seal_of
from sandbox.kit.body import Refused
from sandbox.kit.serials import serial_next
from sandbox.seal_maker.models import MadeSeal
from sandbox.seal_maker.picture import MILLIMETRES, seal_png
from sandbox.world.models import Company, Serial
from sandbox.world.selectors import company_neighbour

VENDOR = "QIDENG-SANDBOX"
CITY = "310000"
"""An es_id begins with the division, as the numbers of seals do."""
SEAL_LIVES = timedelta(days=3 * 365)
BEFORE_NOW = timedelta(minutes=1)
MAKE_LOCK = 0x5A_E5
MAKER, STRANGER = "maker", "stranger"
MAKER_NAME = "企登挡板制章系统（虚构）"


def maker() -> Issuer:
    """The seal maker with its certificate of this sandbox's authority."""
    return signer_kept(MAKER, name=MAKER_NAME, profile=ORGANISATION, until=ISSUING_END)


def stranger() -> Issuer:
    """A maker whom nobody knows, for the fault."""
    return signer_kept(STRANGER, name=MAKER_NAME, profile=ORGANISATION, until=ISSUING_END, above=_foreign_root)


def _foreign_root() -> Issuer:
    subject = Subject("不认识的根证书（虚构）", organisation="不认识的机构（虚构）")
    return self_signed_root(subject=subject, key=crypto().sm2_keygen(), not_before=BEGIN, not_after=ROOT_END)


@transaction.atomic
def seal_current(company: Company) -> MadeSeal:
    """The seal that the company uses now, made when there is none, its name or e-licence changed, or it ran out.

    One that was taken back stays so until it is made anew (`seal_make`).
    """
    _one_at_a_time(company)
    licence = seal_of(company)
    row = MadeSeal.objects.filter(uscc=company.uscc, current=True).first()
    if row is not None and row.revoked_at is not None:
        return row
    fits = (
        row is not None
        and row.name == company.current_name
        and row.certificate_serial == str(licence.certificate.serial)
        and row.valid_until > clock.now()
    )
    return row if row is not None and fits else _make(company, licence)


@transaction.atomic
def seal_make(company: Company) -> MadeSeal:
    """A new seal (重新制章); the one before is no longer current."""
    _one_at_a_time(company)
    return _make(company, seal_of(company))


@transaction.atomic
def seal_revoke(es_id: str) -> MadeSeal:
    """Take a seal back (作废), from now on; twice changes nothing. Refused when there is none."""
    row = MadeSeal.objects.select_for_update().filter(es_id=es_id).first()
    if row is None:
        raise Refused(404, "not_found", "没有这枚印章")
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
    return row


def _one_at_a_time(company: Company) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [MAKE_LOCK, company.uscc])


def _make(company: Company, licence: Issuer) -> MadeSeal:
    MadeSeal.objects.filter(uscc=company.uscc, current=True).update(current=False)
    info = _info(company, licence, serial_next("seal_made", CITY), clock.now())
    return MadeSeal.objects.create(
        es_id=info.es_id,
        uscc=company.uscc,
        name=info.name,
        seal=seal_issue(info, maker()),
        certificate_serial=str(licence.certificate.serial),
        made_at=info.created_at,
        valid_until=info.valid_until,
    )


def _info(company: Company, licence: Issuer, es_id: str, now: datetime) -> SealInfo:
    begin = (now - BEFORE_NOW).replace(microsecond=0)
    return SealInfo(
        vendor=VENDOR,
        es_id=es_id,
        kind=OF_ORGANISATION,
        name=company.current_name,
        certificates=(licence.certificate.der,),
        digests=(),
        created_at=begin,
        valid_from=begin,
        valid_until=min(begin + SEAL_LIVES, licence.certificate.not_after),
        picture=SealPicture("PNG", seal_png(company.current_name), MILLIMETRES, MILLIMETRES),
    )


# ---- the fault 答错人 ----


def _other_company(company: Company, good: SealInfo) -> bytes:
    return bytes(seal_current(company_neighbour(company.uscc)).seal)


def _expired(company: Company, good: SealInfo) -> bytes:
    return seal_issue(replace(good, valid_until=good.valid_from), maker())


def _unlisted(company: Company, good: SealInfo) -> bytes:
    other = seal_of(company_neighbour(company.uscc)).certificate
    return seal_issue(replace(good, certificates=(other.der,)), maker())


def _by_a_stranger(company: Company, good: SealInfo) -> bytes:
    return seal_issue(good, stranger())


def _repainted(company: Company, good: SealInfo) -> bytes:
    """The picture of the neighbour's seal, put in after the maker had signed."""
    true = seal_read(seal_issue(good, maker()))
    picture = SealPicture("PNG", seal_png(company_neighbour(company.uscc).current_name), MILLIMETRES, MILLIMETRES)
    return seal_joined(replace(good, picture=picture).encoded(), true.maker, true.value)


WRONGS: tuple[Callable[[Company, SealInfo], bytes], ...] = (
    _other_company,
    _expired,
    _unlisted,
    _by_a_stranger,
    _repainted,
)
"""What the fault gets wrong, one after the other."""


def seal_wrong(company: Company) -> bytes:
    """A seal that must be refused."""
    good = seal_read(bytes(seal_current(company).seal)).info
    return WRONGS[Serial.next("seal_wrong") % len(WRONGS)](company, good)
