"""数字证书: SM2/SM3 X.509 certificates (GM/T 0015), issued, read and verified hop by hop.

The signer's identifier of SM2 is the default one at every hop (GM/T 0009).
"""

from foundation.crypto.x509.certificate import (
    Certificate,
    CertificateError,
    Subject,
    parse,
    parse_many,
    public_pem,
    public_spki,
    read_public,
    to_pem,
)
from foundation.crypto.x509.chain import DOCUMENT_USAGES, Chain, ChainProblem, Purpose, verify_chain
from foundation.crypto.x509.crl import RevocationList, Revoked, issue_crl, parse_crl
from foundation.crypto.x509.issue import (
    EVENT,
    ISSUING,
    ORGANISATION,
    ROOT,
    TIME_STAMPING,
    Issuer,
    Profile,
    certificate_request,
    issue_certificate,
    read_request,
    self_signed_root,
)

__all__ = [
    "DOCUMENT_USAGES",
    "EVENT",
    "ISSUING",
    "ORGANISATION",
    "ROOT",
    "TIME_STAMPING",
    "Certificate",
    "CertificateError",
    "Chain",
    "ChainProblem",
    "Issuer",
    "Profile",
    "Purpose",
    "RevocationList",
    "Revoked",
    "Subject",
    "certificate_request",
    "issue_certificate",
    "issue_crl",
    "parse",
    "parse_crl",
    "parse_many",
    "public_pem",
    "public_spki",
    "read_public",
    "read_request",
    "self_signed_root",
    "to_pem",
    "verify_chain",
]
