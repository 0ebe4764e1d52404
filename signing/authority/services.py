"""Sealing a notice: certificate from the CA once, fields added, sealed, verified before it is given back."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from foundation import clock
from foundation.audit import record
from foundation.crypto import crypto
from foundation.crypto.x509 import parse
from foundation.files.services import file_read, file_refer, file_store
from foundation.identity.actor import Actor
from signing.authority.models import AuthorityKey, AuthoritySeal
from signing.ceremonies.placing import NotPlaced
from signing.ceremonies.trust import trust
from signing.integrations import ca
from signing.pdf.appearance import Appearance
from signing.pdf.sign import merge, prepare
from signing.pdf.slots import Slot, add_signature_fields
from signing.pdf.verify import verify_pdf
from signing.tasks.orders import OrderRefused

RENEW_BEFORE = timedelta(days=7)


@dataclass(frozen=True)
class Notice:
    """A document of the authority: what it is, and of which case."""

    ref: str
    case_no: str
    title: str


def seal(
    *, actor: Actor, client: str, notice: Notice, authority: str, name: str, pdf: bytes, slots: Sequence[Slot]
) -> bytes:
    """The PDF with the authority's seal in every slot; OrderRefused when the reference was used for another document."""
    ref = notice.ref
    digest = crypto().sm3(pdf).hex()
    done = AuthoritySeal.objects.select_related("file").filter(client=client, ref=ref).first()
    if done:
        return _again(done, digest)
    key = key_of(authority, name)
    sealed = _seal_all(pdf, slots, key)
    with transaction.atomic():
        stored = file_store(sealed, kind="pdf")
        row, fresh = AuthoritySeal.objects.get_or_create(
            client=client,
            ref=ref,
            defaults={
                "authority": authority,
                "case_no": notice.case_no,
                "title": notice.title,
                "before_sm3": digest,
                "file": stored,
                "certificate_serial": f"{parse(bytes(key.certificate)).serial:x}",
                "sealed_at": clock.now(),
            },
        )
        if fresh:
            file_refer(stored)
            record(actor, "authority.seal", "document", ref, authority=authority, file=stored.sm3)
    return sealed if fresh else _again(row, digest)


def _again(done: AuthoritySeal, digest: str) -> bytes:
    """What was sealed under this reference before, or a moment ago by an equal call."""
    if done.before_sm3 != digest:
        raise OrderRefused("key_reused", "同一编号已用于另一份文件。", status=409)
    return file_read(done.file)


def _seal_all(pdf: bytes, slots: Sequence[Slot], key: AuthorityKey) -> bytes:
    moment = clock.now()
    out = add_signature_fields(pdf, slots)
    look = Appearance(printed_name=key.name, lines=(f"{clock.to_shanghai(moment):%Y-%m-%d}",), seal=True)
    chain = [base64.b64decode(one) for one in key.chain]
    for slot in slots:
        prepared = prepare(out, slot.name, look, bytes(key.certificate), chain, moment)
        value = crypto().sm2_sign(bytes.fromhex(key.private), prepared.to_be_signed)
        out = merge(prepared, value)
    believed = trust()
    lists = believed.taken_back.lists
    report = verify_pdf(out, roots=believed.roots, intermediates=believed.intermediates, revocations=lists)
    if not report.ok:
        raise NotPlaced("盖好章的文件没有通过验证" + "".join(f"：{problem}" for problem in report.problems[:1]))
    return out


def key_of(authority: str, name: str) -> AuthorityKey:
    """The authority's present key; a fresh one from the CA when there is none or it ends soon. OutsideDown when the CA is silent."""
    held = AuthorityKey.objects.filter(authority=authority, not_after__gt=clock.now() + RENEW_BEFORE)
    standing = held.order_by("-pk").first()
    if standing:
        return standing
    fresh = crypto().sm2_keygen()
    issued = ca.organisation_certificate(public_key=fresh.public, name=name, code=authority)
    return AuthorityKey.objects.create(
        authority=authority,
        name=name,
        private=fresh.private.hex(),
        certificate=issued.certificate,
        chain=[base64.b64encode(der).decode() for der in issued.chain],
        not_after=parse(issued.certificate).not_after,
        made_at=clock.wall(),
    )
