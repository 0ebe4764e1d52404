"""The interfaces of the e-licence: log-in by scanning, certificate, seal orders, pushes."""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta
from typing import Any

from foundation import clock
from foundation.config import config
from foundation.crypto import crypto
from sandbox.elicence.models import SealOrder
from sandbox.elicence.services import chain_base64, licence_push, order_result, seal_of
from sandbox.grants.services import grant_behind, grant_redeem
from sandbox.kit.body import Body, Refused, invalid
from sandbox.kit.endpoint import Answer, Call, endpoint
from sandbox.kit.serials import serial_next
from sandbox.world.models import Company
from sandbox.world.selectors import company_asked, company_find, company_neighbour, holders

ORDER_LIVES = timedelta(minutes=30)
MOST_DOCUMENTS = 500
LONGEST_PLAINTEXT = 64 * 1024


def claims_of(company: Company, holder: dict[str, str]) -> dict[str, Any]:
    """What the e-licence says about who scanned."""
    return {
        "uscc": company.uscc,
        "name": company.current_name,
        "holder_name": holder["name"],
        "holder_id_type": holder["id_type"],
        "holder_id_number": holder["id_number"],
        "holder_role": holder["role"],
    }


@endpoint("elicence")
def token(call: Call) -> Answer:
    """Buy a token with a code."""
    return grant_redeem(call)


@endpoint("elicence", "GET")
def userinfo(call: Call) -> Answer:
    """Which company scanned, by whose hand. Wrong (fault): the neighbour's, whose `sub` differs."""
    grant = grant_behind(call)
    if call.wrong:
        other = company_neighbour(str(grant.claims["uscc"]))
        holder = (holders(other) or [{"name": "", "id_type": "10", "id_number": "", "role": "handler"}])[0]
        return {**claims_of(other, holder), "sub": grant.subject[::-1]}
    return {**grant.claims, "sub": grant.subject}


@endpoint("elicence", "GET")
def certificate(call: Call, uscc: str) -> Answer:
    """The certificate with which a company will seal: a PDF must name it before anything is signed."""
    company = _company(company_asked(call, uscc))
    seal = seal_of(company)
    return {
        "uscc": company.uscc,
        "name": company.current_name,
        "cert_base64": base64.b64encode(seal.certificate.der).decode(),
        "cert_pem": seal.certificate.pem,
        "chain": chain_base64(),
        "not_after": seal.certificate.not_after.isoformat(),
    }


@endpoint("elicence", once=True)
def seal_prepare(call: Call) -> Answer:
    """Prepare an order: one document by its 签名原文, or several in `documents`."""
    body = call.body
    company = _company(body.text("uscc", longest=18))
    documents = _documents(body)
    order = SealOrder.objects.create(
        order_no=serial_next("seal", "QZ"),
        token=secrets.token_urlsafe(24),
        client=call.caller,
        ref=body.text("ref", longest=120),
        uscc=company.uscc,
        title=body.text("title", longest=400)[:200],
        documents=documents,
        callback_url=body.url("callback_url", ""),
        return_url=body.url("return_url", ""),
        created_at=clock.now(),
        expires_at=clock.wall() + ORDER_LIVES,
    )
    return 201, {
        "order_no": order.order_no,
        "url": f"{config().base_url('sandbox')}/elicence/seal/{order.token}",
        "expires_at": order.expires_at.isoformat(),
    }


def _company(uscc: str) -> Company:
    company = company_find(uscc)
    if company is None:
        raise Refused(404, "unknown_company", "没有这家企业的电子营业执照")
    if not company.licence_is_good:
        raise Refused(409, "licence_not_good", "这家企业的电子营业执照不能用了")
    return company


def _documents(body: Body) -> list[dict[str, str]]:
    parts = body.parts("documents", most=MOST_DOCUMENTS)
    if not parts:
        parts = [body]
    return [_document(part) for part in parts]


def _document(part: Body) -> dict[str, str]:
    plain = part.bytes64("plaintext_base64", longest=LONGEST_PLAINTEXT)
    stated = part.text("digest_hex", "", longest=64).lower()
    if stated and stated != crypto().sm3(plain).hex():
        raise invalid("digest_hex 不是签名原文的 SM3 摘要")
    return {
        "ref": part.text("ref", longest=120),
        "title": part.text("title", longest=200),
        "plaintext_base64": base64.b64encode(plain).decode(),
    }


@endpoint("elicence", "GET")
def seal_order(call: Call, order_no: str) -> Answer:
    """The state of an order. Wrong (fault): of another one."""
    order = SealOrder.objects.filter(order_no=order_no, client=call.caller).first()
    if order is None:
        raise Refused(404, "not_found", "没有这个盖章订单")
    if call.wrong:
        order = SealOrder.objects.exclude(pk=order.pk).order_by("-id").first() or order
    return order_result(order)


@endpoint("elicence")
def push(call: Call) -> Answer:
    """Take the facts of a company after a registration: register payloads by item code."""
    facts = call.body.mapping("facts")
    if not facts or not all(isinstance(value, dict) for value in facts.values()):
        raise invalid("facts 要是事项代码到内容的对象，至少一项")
    uscc = call.body.text("uscc", longest=18).upper()
    if call.wrong:
        uscc = company_neighbour(uscc).uscc
    row, fresh = licence_push(uscc=uscc, application_no=call.body.text("application_no", longest=60), facts=facts)
    return 201 if fresh else 200, {"push_no": row.push_no, "uscc": row.uscc, "application_no": row.application_no}
