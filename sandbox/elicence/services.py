"""Sealing with a company's key, and taking over what the registration system pushes."""

from __future__ import annotations

import base64
from typing import Any

from django.db import connection, transaction

from foundation import clock
from foundation.crypto import crypto
from foundation.crypto.x509 import Issuer, parse, parse_many
from sandbox.ca.authority import chain_pem, issue_organisation
from sandbox.callbacks.services import callback_queue
from sandbox.elicence.models import LicencePush, SealKey, SealOrder
from sandbox.kit.body import Refused
from sandbox.kit.serials import serial_next
from sandbox.world.models import Company
from sandbox.world.selectors import company_neighbour

LOCK = 0x5A_E1


@transaction.atomic
def seal_of(company: Company) -> Issuer:
    """The company's seal: key and certificate. A new one when there is none, it ran out, or the name changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, company.uscc])
    row = SealKey.objects.filter(pk=company.uscc).first()
    if row is None or row.name != company.current_name or row.not_after <= clock.now():
        key = crypto().sm2_keygen()
        certificate = issue_organisation(public=key.public, name=company.current_name, code=company.uscc)
        row, _ = SealKey.objects.update_or_create(
            uscc=company.uscc,
            defaults={
                "name": company.current_name,
                "certificate": certificate.pem,
                "private": key.private.hex(),
                "not_after": certificate.not_after,
            },
        )
    return Issuer.of(row.certificate, bytes.fromhex(row.private))


@transaction.atomic
def order_decide(order: SealOrder, *, company: Company, holder: dict[str, str], agree: bool, wrong: bool) -> SealOrder:
    """Seal or refuse, once. Wrong (fault): another company's seal is used."""
    row = SealOrder.objects.select_for_update().get(pk=order.pk)
    if not row.open:
        return row
    row.holder, row.decided_at = holder, clock.now()
    if agree:
        seal = seal_of(company_neighbour(company.uscc) if wrong else company)
        plain = [base64.b64decode(document["plaintext_base64"]) for document in row.documents]
        values = crypto().sign_many(seal.key.private, plain, public=seal.key.public)
        row.documents = [
            {**document, "value_base64": base64.b64encode(value).decode()}
            for document, value in zip(row.documents, values, strict=True)
        ]
        row.certificate = seal.certificate.pem
    row.state = SealOrder.State.SIGNED if agree else SealOrder.State.REFUSED
    row.save()
    callback_queue("elicence", row.callback_url, order_result(row), ref=row.order_no)
    return row


def order_result(order: SealOrder) -> dict[str, Any]:
    """What query and callback say about an order."""
    signed = order.state == SealOrder.State.SIGNED
    values = [{"ref": one["ref"], "value_base64": one["value_base64"]} for one in order.documents] if signed else []
    certificate = base64.b64encode(parse(order.certificate).der).decode() if signed else None
    return {
        "order_no": order.order_no,
        "ref": order.ref,
        "uscc": order.uscc,
        "status": order.status,
        "value_base64": values[0]["value_base64"] if len(values) == 1 else None,
        "values": values,
        "cert_base64": certificate,
        "chain": chain_base64() if signed else [],
        "holder_name": order.holder.get("name"),
        "at": order.decided_at.isoformat() if order.decided_at else None,
    }


def chain_base64() -> list[str]:
    """Issuing authority and root, DER in base64."""
    return [base64.b64encode(each.der).decode() for each in parse_many(chain_pem())]


@transaction.atomic
def licence_push(*, uscc: str, application_no: str, facts: dict[str, Any]) -> tuple[LicencePush, bool]:
    """Take the new facts over into the licence. The same application is taken once; with other facts it is refused."""
    company = Company.objects.select_for_update().filter(uscc=uscc).first()
    known = LicencePush.objects.filter(uscc=uscc, application_no=application_no).first()
    if known is not None:
        if known.facts != facts:
            raise Refused(409, "other_facts", "这个申请号推送过不同的内容")
        return known, False
    push = LicencePush.objects.create(
        push_no=serial_next("licence-push", "TS"),
        uscc=uscc,
        application_no=application_no,
        facts=facts,
        at=clock.now(),
    )
    if company is not None:
        company.pushed = {**company.pushed, **facts}
        company.save(update_fields=["pushed"])
    return push, True
