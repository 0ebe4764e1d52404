"""证书吊销列表: which certificates an authority has taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asn1crypto import core, crl, pem

from foundation.crypto import crypto
from foundation.crypto.x509.certificate import SM2_WITH_SM3, Certificate, CertificateError
from foundation.crypto.x509.issue import Issuer, algorithm, key_id, moment


@dataclass(frozen=True)
class Revoked:
    """One certificate that was taken back."""

    serial: int
    at: datetime
    held: bool = False
    """Suspended for a time (certificateHold): it may be given back."""


@dataclass(frozen=True)
class RevocationList:
    """A list as read; it counts for a certificate only under the key of that certificate's issuer."""

    issuer_der: bytes = field(repr=False)
    this_update: datetime
    next_update: datetime
    entries: tuple[Revoked, ...]
    tbs: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    der: bytes = field(repr=False)

    def is_signed_by(self, issuer: Certificate) -> bool:
        """Whether this list is that authority's own."""
        usage = issuer.key_usage
        may = usage is None or "crl_sign" in usage
        return (
            may
            and self.issuer_der == issuer.subject_der
            and crypto().sm2_verify(issuer.public, self.tbs, self.signature)
        )

    def entry_of(self, certificate: Certificate, issuer: Certificate) -> Revoked | None:
        """The entry that takes `certificate` back, if any."""
        if certificate.issuer_der != self.issuer_der:
            return None
        found = next((entry for entry in self.entries if entry.serial == certificate.serial), None)
        return found if found and self.is_signed_by(issuer) else None


def issue_crl(
    *, issuer: Issuer, revoked: Iterable[Revoked], number: int, this_update: datetime, next_update: datetime
) -> bytes:
    """A signed list (DER). `number` rises from list to list."""
    entries = [{"user_certificate": each.serial, "revocation_date": moment(each.at)} for each in revoked]
    body = crl.TbsCertList(
        {
            "version": "v2",
            "signature": algorithm(),
            "issuer": crl.Name.load(issuer.certificate.subject_der),
            "this_update": moment(this_update),
            "next_update": moment(next_update),
            **({"revoked_certificates": entries} if entries else {}),
            "crl_extensions": [
                {"extn_id": "crl_number", "extn_value": core.Integer(number)},
                {
                    "extn_id": "authority_key_identifier",
                    "extn_value": crl.AuthorityKeyIdentifier({"key_identifier": key_id(issuer.certificate.public)}),
                },
            ],
        }
    )
    signature = crypto().sm2_sign(issuer.key.private, body.dump(), public=issuer.key.public)
    return bytes(
        crl.CertificateList({"tbs_cert_list": body, "signature_algorithm": algorithm(), "signature": signature}).dump()
    )


def _revoked(entry: Any) -> Revoked:
    reason = entry.crl_reason_value
    held = reason is not None and reason.native == "certificate_hold"
    return Revoked(entry["user_certificate"].native, entry["revocation_date"].native, held)


def parse_crl(value: bytes | str) -> RevocationList:
    """Read a list, DER or PEM. CertificateError when it is neither or has no end."""
    raw = value.encode() if isinstance(value, str) else bytes(value)
    try:
        der = pem.unarmor(raw)[2] if b"-----BEGIN" in raw else raw
        read = crl.CertificateList.load(der, strict=True)
        body = read["tbs_cert_list"]
        if read["signature_algorithm"]["algorithm"].dotted != SM2_WITH_SM3:
            raise CertificateError("吊销列表不是用 SM2 算法签发的")
        if body["next_update"].native is None:
            raise CertificateError("吊销列表没有写下一次更新的时间")
        entries = body["revoked_certificates"] or []
        return RevocationList(
            issuer_der=body["issuer"].dump(),
            this_update=body["this_update"].native,
            next_update=body["next_update"].native,
            entries=tuple(map(_revoked, entries)),
            tbs=body.dump(),
            signature=bytes(read["signature"]),
            der=der,
        )
    except CertificateError:
        raise
    except (ValueError, TypeError, KeyError):
        raise CertificateError("不是可以读取的证书吊销列表") from None
