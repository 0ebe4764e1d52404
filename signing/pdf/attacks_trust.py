"""Signatures whose value holds, by certificates that must not be believed: expired, of another purpose, forged, taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from foundation.crypto import crypto, der
from foundation.crypto.x509 import (
    EVENT,
    ISSUING,
    Issuer,
    Profile,
    Revoked,
    Subject,
    issue_certificate,
    issue_crl,
    self_signed_root,
)
from foundation.crypto.x509.testing import BEGIN, NOON, Authority
from signing.pdf import cms
from signing.pdf.appearance import Appearance
from signing.pdf.forgery import FIRST, SIGNERS, Attack, fields_only, hole, stamp_over, wide_hole_signed
from signing.pdf.sign import merge, prepare
from signing.pdf.testing import LINES

PERSON = Subject("李明", serial_number="310101********0011")


def signed_with(who: Issuer, *, after: timedelta = timedelta(), chain: tuple[bytes, ...] | None = None) -> bytes:
    """Signed by `who`, so long after noon; `chain` are the certificates that stand beside his."""
    look = Appearance(who.certificate.subject.common_name, None, LINES)
    prepared = prepare(
        fields_only(), FIRST, look, who.certificate.der, SIGNERS.chain if chain is None else chain, NOON + after
    )
    return merge(prepared, crypto().sm2_sign(who.key.private, prepared.to_be_signed))


def issued(
    issuer: Issuer, profile: Profile = EVENT, subject: Subject = PERSON, *, begin: datetime = NOON, minutes: int = 30
) -> Issuer:
    """A certificate under whatever calls itself an authority."""
    key = crypto().sm2_keygen()
    certificate = issue_certificate(
        issuer=issuer, subject=subject, public=key.public, profile=profile, not_before=begin, minutes=minutes
    )
    return Issuer(certificate, key)


def of_purpose(*usage: str, extended: tuple[str, ...] = ()) -> bytes:
    profile = Profile(key_usage=frozenset(usage), extended_usage=frozenset(extended))
    return signed_with(SIGNERS.authority.person("李明", profile=profile))


def issued_by_a_person() -> bytes:
    """A person's own certificate is used as if it were an authority's."""
    person = SIGNERS.person
    false = Issuer(replace(person.certificate, is_ca=True), person.key)
    return signed_with(issued(false, minutes=20), chain=(person.certificate.der, *SIGNERS.chain))


def authority_too_deep() -> bytes:
    """An authority below one that may have none below it."""
    deep = issued(SIGNERS.authority.sub, ISSUING, Subject("下级签发机构"), begin=BEGIN, minutes=60 * 24 * 700)
    return signed_with(issued(deep), chain=(deep.certificate.der, *SIGNERS.chain))


def authority_expired() -> bytes:
    """The signer's certificate is in its time, its authority's is not any more."""
    old = issued(SIGNERS.authority.root, ISSUING, Subject("旧签发机构"), begin=BEGIN, minutes=60)
    late = Issuer(replace(old.certificate, not_after=NOON + timedelta(days=1)), old.key)
    return signed_with(issued(late), chain=(old.certificate.der,))


def self_made() -> bytes:
    """The signer vouches for himself."""
    key = crypto().sm2_keygen()
    root = self_signed_root(subject=PERSON, key=key, not_before=BEGIN, not_after=NOON + timedelta(days=1))
    return signed_with(Issuer(root.certificate, key), chain=())


def forged_issue() -> bytes:
    """Name and key identifier of our authority, signed with another key."""
    false = Issuer(SIGNERS.authority.sub.certificate, crypto().sm2_keygen())
    return signed_with(issued(false))


def twin_authority() -> bytes:
    """An authority of the same names as ours, all of its certificates enclosed."""
    twin = Authority.make()
    return signed_with(twin.person("李明"), chain=(twin.sub.certificate.der, twin.root.certificate.der))


@cache
def revocations() -> bytes:
    """The list by which the authority took the signer's certificate back, a minute before noon."""
    entry = Revoked(SIGNERS.person.certificate.serial, NOON - timedelta(minutes=1))
    return issue_crl(
        issuer=SIGNERS.authority.sub, revoked=[entry], number=1, this_update=NOON, next_update=NOON + timedelta(days=1)
    )


def revoked() -> bytes:
    """The container brings along the list in which the signer's certificate stands."""
    return _with_parts(lambda parts: [*parts[:-1], der.encode(0xA1, revocations()), parts[-1]])


def stamped(imprint: Callable[[bytes], bytes], *, after: timedelta = timedelta(), by: Issuer | None = None) -> bytes:
    """The container brings along, unsigned, a time stamp over what `imprint` makes of its value."""

    def added(parts: list[bytes]) -> list[bytes]:
        signer = der.only(der.only(parts[-1], der.SET).body, der.SEQUENCE).body
        value = der.items(signer)[5].body
        token = stamp_over(imprint(value), after=after, authority=by)
        attribute = der.sequence(der.oid(cms.TIME_STAMP), der.encode(der.SET, token))
        return [*parts[:-1], der.encode(der.SET, der.sequence(signer, der.encode(0xA1, attribute)))]

    return _with_parts(added)


def _with_parts(change: Callable[[list[bytes]], list[bytes]]) -> bytes:
    """One good signature whose container has other parts."""
    pdf = wide_hole_signed(3000)
    whole = hole(pdf)
    kind, wrapped = der.items(der.read(bytes.fromhex(whole[1:-1].decode()))[0].body)
    parts = change([each.whole for each in der.items(der.only(wrapped.body, der.SEQUENCE).body)])
    content = der.sequence(kind.whole, der.encode(0xA0, der.sequence(*parts)))
    return pdf.replace(whole, b"<" + content.hex().encode().ljust(len(whole) - 2, b"0") + b">", 1)


TRUST: dict[str, Attack] = {
    "certificate expired": Attack(
        lambda: signed_with(SIGNERS.person, after=timedelta(hours=1)), "expired", "已过有效期"
    ),
    "certificate not yet valid": Attack(
        lambda: signed_with(SIGNERS.person, after=-timedelta(minutes=1)), "not_yet_valid", "尚未生效"
    ),
    "certificate for another purpose": Attack(lambda: of_purpose("key_encipherment"), "purpose", "用途不包括数字签名"),
    "certificate of a web server": Attack(
        lambda: of_purpose("digital_signature", extended=("server_auth",)), "purpose", "限定了别的用途"
    ),
    "certificate for time-stamps": Attack(
        lambda: of_purpose("digital_signature", extended=("time_stamping",)), "purpose", "限定了别的用途"
    ),
    "authority signs a document": Attack(lambda: signed_with(SIGNERS.authority.sub), "purpose", "签发机构证书"),
    "foreign authority": Attack(lambda: signed_with(Authority.make("别家").person("李明")), "no_issuer", "找不到"),
    "twin of our authority": Attack(twin_authority, "untrusted", "自签证书"),
    "signer vouches for himself": Attack(self_made, "untrusted", "自签证书"),
    "issue forged": Attack(forged_issue, "signature", "签发机构的签名不成立"),
    "issued by a person": Attack(issued_by_a_person, "not_ca", "没有签发证书的权限"),
    "authority too deep": Attack(authority_too_deep, "path_length", "层级超过了"),
    "authority expired": Attack(authority_expired, "expired", "旧签发机构"),
    "certificate taken back": Attack(revoked, "revoked", "被吊销"),
    "time stamp over another value": Attack(lambda: stamped(lambda value: value + b"x"), "stamp", "摘要不符"),
    "time stamp from before the signing": Attack(
        lambda: stamped(lambda value: value, after=-timedelta(hours=1)), "stamp", "晚于时间戳"
    ),
    "time stamp by a stranger": Attack(
        lambda: stamped(lambda value: value, by=Authority.make("别家").sub), "stamp", "找不到"
    ),
}
