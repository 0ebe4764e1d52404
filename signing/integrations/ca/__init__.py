"""电子认证机构 (CA): an event certificate per ceremony, and the certificates we trust."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from foundation.crypto.x509 import CertificateError, RevocationList, parse, parse_crl, parse_many
from foundation.outside.client import OutsideClient, OutsideDown, Reply
from signing.integrations.wire import sentence, taken, text

SYSTEM = "ca"
EVENT_MINUTES = 30


@dataclass(frozen=True)
class Issued:
    """A certificate and what stands above it, DER, issuer first."""

    certificate: bytes
    chain: tuple[bytes, ...]


class AuthorityRefuses(Exception):
    """The authority knows the call and says no, for good. The message is its sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def event_certificate(
    *, public_key: bytes, subject_name: str, subject_ref: str, verification_no: str, ref: str
) -> Issued:
    """A short-lived certificate for the key of one ceremony.

    OutsideDown when the authority does not answer, or with a certificate for another key; AuthorityRefuses when it says no.
    """
    body = {
        "public_key_base64": base64.b64encode(public_key).decode(),
        "subject_name": subject_name,
        "subject_ref": subject_ref,
        "verification_serial_no": verification_no,
        "not_after_minutes": EVENT_MINUTES,
    }
    return _issued(OutsideClient(SYSTEM).post("/certificates/event", body, idempotency_key=ref), public_key)


def organisation_certificate(*, public_key: bytes, name: str, code: str) -> Issued:
    """A certificate for the seal of an organisation: a registration authority by its six-digit code, a company by its USCC."""
    body = {
        "public_key_base64": base64.b64encode(public_key).decode(),
        "organisation_name": name,
        "organisation_code": code,
    }
    return _issued(OutsideClient(SYSTEM).post("/certificates/organisation", body), public_key)


def _issued(reply: Reply, public_key: bytes) -> Issued:
    if reply.status in {404, 409, 422}:
        raise AuthorityRefuses(sentence(reply, reply.json(), "message", "认证机构没有接受这次申请"))
    data = taken(reply)
    certificates = unarmor(text(reply, data, "cert_pem"))
    if len(certificates) != 1 or parse(certificates[0]).public != public_key:
        raise OutsideDown(SYSTEM, "给出的证书不是这把钥匙的")
    return Issued(certificates[0], tuple(unarmor(text(reply, data, "chain_pem"))))


def published(name: str) -> bytes:
    """A certificate that the authority publishes: `root` or `sub`, DER."""
    reply = OutsideClient(SYSTEM).get(f"/{name}.pem")
    if reply.status != 200:
        raise OutsideDown(SYSTEM, f"没有给出 {name}.pem（{reply.status}）")
    return unarmor(reply.content.decode("ascii", "replace"))[0]


def taken_back() -> RevocationList:
    """The list of certificates that the authority took back (吊销名单). OutsideDown when it gives none that can be read."""
    reply = OutsideClient(SYSTEM).get("/crl")
    if reply.status != 200:
        raise OutsideDown(SYSTEM, f"没有给出吊销名单（{reply.status}）")
    try:
        return parse_crl(reply.content)
    except CertificateError:
        raise OutsideDown(SYSTEM, "吊销名单看不懂") from None


def unarmor(bundle: str) -> list[bytes]:
    """The DER certificates of a PEM text, in order; OutsideDown when there is none."""
    try:
        found = [certificate.der for certificate in parse_many(bundle)]
    except CertificateError:
        raise OutsideDown(SYSTEM, "证书看不懂") from None
    if not found:
        raise OutsideDown(SYSTEM, "证书看不懂")
    return found
