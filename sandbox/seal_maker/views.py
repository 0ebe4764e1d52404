"""The interfaces of the seal maker: a company's seal, how a seal stands, taking back and making anew."""

from __future__ import annotations

import base64
from typing import Any

from foundation.crypto.x509 import parse_many
from sandbox.ca.authority import chain_pem
from sandbox.kit.body import Refused
from sandbox.kit.endpoint import Answer, Call, endpoint
from sandbox.seal_maker.models import MadeSeal
from sandbox.seal_maker.services import seal_current, seal_make, seal_revoke, seal_wrong
from sandbox.world.models import Company
from sandbox.world.selectors import company_find


@endpoint("seal_maker", "GET")
def seal(call: Call, uscc: str) -> Answer:
    """The seal that a company uses now. Wrong (fault): one that must be refused, in one of five ways."""
    company = _company(uscc)
    row = seal_current(company)
    content = seal_wrong(company) if call.wrong else bytes(row.seal)
    return {**_standing(row), "seal_base64": base64.b64encode(content).decode(), "chain": _chain()}


@endpoint("seal_maker", "GET")
def status(call: Call, es_id: str) -> Answer:
    """How a seal stands. Wrong (fault): another one."""
    row = MadeSeal.objects.filter(es_id=es_id).first()
    if row is None:
        raise Refused(404, "not_found", "没有这枚印章")
    if call.wrong:
        row = MadeSeal.objects.exclude(pk=row.pk).order_by("-pk").first() or row
    return _standing(row)


@endpoint("seal_maker")
def revoke(call: Call) -> Answer:
    """Take a seal back."""
    return _standing(seal_revoke(call.body.text("es_id", longest=40)))


@endpoint("seal_maker")
def make(call: Call) -> Answer:
    """Make a company's seal anew."""
    return 201, _standing(seal_make(_company(call.body.text("uscc", longest=18))))


def _company(uscc: str) -> Company:
    company = company_find(uscc)
    if company is None:
        raise Refused(404, "unknown_company", "没有这家企业")
    if not company.licence_is_good:
        raise Refused(409, "licence_not_good", "这家企业的电子营业执照不能用了，印章随之停用")
    return company


def _standing(row: MadeSeal) -> dict[str, Any]:
    return {
        "uscc": row.uscc,
        "name": row.name,
        "es_id": row.es_id,
        "status": row.status,
        "made_at": row.made_at.isoformat(),
        "valid_until": row.valid_until.isoformat(),
        "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
    }


def _chain() -> list[str]:
    """Above the maker: issuing authority and root, DER in base64."""
    return [base64.b64encode(each.der).decode() for each in parse_many(chain_pem())]
