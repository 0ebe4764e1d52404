"""GET /ca/root.pem, sub.pem, crl; POST /ca/certificates/event, organisation, revoke."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from foundation import clock
from foundation.crypto import crypto
from foundation.crypto.x509 import Certificate, CertificateError, read_public, read_request
from sandbox.ca.authority import chain_pem, crl, issue_event, issue_organisation, issuer
from sandbox.ca.models import Issued
from sandbox.faults.services import FaultNow
from sandbox.kit.body import Body, Refused, invalid
from sandbox.kit.endpoint import Answer, Call, endpoint, page
from sandbox.verification.models import Session
from sandbox.world.districts import DISTRICT_NAMES
from sandbox.world.selectors import company_find, neighbour, person_find

DEFAULT_MINUTES = 30
LONGEST_MINUTES = 24 * 60
VERIFICATION_LIVES = timedelta(hours=24)
CITY = "310000"


def _file(content: bytes | str, name: str, kind: str) -> HttpResponse:
    reply = HttpResponse(content, content_type=kind)
    reply["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply


@require_GET
@page("ca")
def root_pem(request: HttpRequest, fault: FaultNow) -> HttpResponse:
    """The root certificate. Public: whoever verifies needs it."""
    return _file(issuer("root").certificate.pem, "root.pem", "application/x-pem-file")


@require_GET
@page("ca")
def sub_pem(request: HttpRequest, fault: FaultNow) -> HttpResponse:
    """The certificate of the issuing authority."""
    return _file(issuer("issuing").certificate.pem, "sub.pem", "application/x-pem-file")


@require_GET
@page("ca")
def crl_der(request: HttpRequest, fault: FaultNow) -> HttpResponse:
    """The revocation list of the issuing authority, DER."""
    return _file(crl(), "sub.crl", "application/pkix-crl")


@endpoint("ca")
def event(call: Call) -> Answer:
    """An event certificate for somebody who was verified. Wrong (fault): it is somebody else's."""
    body = call.body
    public = _public(body)
    name = body.text("subject_name", longest=100)
    ref = body.text("subject_ref", longest=64)
    serial_no = body.text("verification_serial_no", longest=40)
    minutes = body.number("not_after_minutes", DEFAULT_MINUTES, lowest=1, highest=LONGEST_MINUTES)
    session = _verified(serial_no, name)
    if call.wrong:
        name, public = neighbour(person_find(session.id_type, session.id_number)).name, crypto().sm2_keygen().public
    return 201, _certificate(
        issue_event(public=public, name=name, subject_ref=ref, verification_serial_no=serial_no, minutes=minutes)
    )


def _verified(serial_no: str, name: str) -> Session:
    """事件证书 presupposes a passed verification of this very person, not long ago."""
    session = Session.objects.filter(serial_no=serial_no, passed=True).first()
    if session is None or session.decided_at is None:
        raise Refused(409, "not_verified", "认证流水号不存在，或者认证没有通过")
    if session.name != name:
        raise Refused(409, "other_person", "认证流水号是另一个人的")
    if session.decided_at + VERIFICATION_LIVES < clock.now():
        raise Refused(409, "verification_old", "认证已经超过 24 小时，请重新认证")
    return session


@endpoint("ca")
def organisation(call: Call) -> Answer:
    """A certificate for a company of the stories (统一社会信用代码) or a registration authority (six digits)."""
    public = _public(call.body)
    name = call.body.text("organisation_name", longest=200)
    code = call.body.text("organisation_code", longest=18).upper()
    company = company_find(code)
    if company is None and code != CITY and code not in DISTRICT_NAMES:
        raise Refused(404, "unknown_organisation", "没有这个机构")
    if company is not None and company.current_name != name:
        raise Refused(409, "other_name", "机构名称和代码对不上")
    if call.wrong:
        name, public = "另一家机构（虚构）", crypto().sm2_keygen().public
    return 201, _certificate(issue_organisation(public=public, name=name, code=code))


@endpoint("ca")
def revoke(call: Call) -> Answer:
    """Take a certificate back, from now on. Taking it back twice changes nothing."""
    serial = call.body.text("serial", longest=60)
    rows = Issued.objects.filter(serial=serial)
    rows.filter(revoked_at__isnull=True).update(revoked_at=clock.now())
    row = rows.first()
    if row is None or row.revoked_at is None:
        raise Refused(404, "not_found", "没有签发过这张证书")
    return {"serial": row.serial, "revoked_at": row.revoked_at.isoformat()}


def _public(body: Body) -> bytes:
    """The key to be certified: a request that proves it is held (csr_pem), or the bare key."""
    request, key = body.text("csr_pem", "", longest=8000), body.text("public_key_base64", "", longest=400)
    if not request and not key:
        raise invalid("缺少 csr_pem 或 public_key_base64")
    try:
        return read_request(request) if request else read_public(key)
    except (CertificateError, ValueError) as error:
        raise invalid(f"{'csr_pem' if request else 'public_key_base64'}：{error}") from None


def _certificate(certificate: Certificate) -> dict[str, Any]:
    return {
        "serial": str(certificate.serial),
        "cert_pem": certificate.pem,
        "chain_pem": chain_pem(),
        "not_before": certificate.not_before.isoformat(),
        "not_after": certificate.not_after.isoformat(),
    }
