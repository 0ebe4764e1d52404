"""pyHanko on the same PDF, with the algorithms of other countries: sign, and judge what was signed."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from bench.bench_pdf_signing import milliseconds, show
from signing.pdf.slots import add_signature_fields
from signing.pdf.testing import SLOTS, own_pdf

TIMES = 10
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def signer_with(key: Key) -> tuple[SimpleSigner, asn1_x509.Certificate]:
    """A self-signed certificate for this key."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Bench")])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate = asn1_x509.Certificate.load(made.public_bytes(serialization.Encoding.DER))
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = SimpleSigner(
        signing_cert=certificate,
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore.from_certs([certificate]),  # type: ignore[no-untyped-call]  # its library has no types here
    )
    return signer, certificate


def peers() -> None:
    prepared = add_signature_fields(own_pdf(), SLOTS)
    for name, key in (
        ("ecdsa_p256", ec.generate_private_key(ec.SECP256R1())),
        ("rsa_2048", rsa.generate_private_key(65537, 2048)),
    ):
        signer, certificate = signer_with(key)
        meta = PdfSignatureMetadata(field_name=SLOTS[0].name, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")

        def sign(signer: SimpleSigner = signer, meta: PdfSignatureMetadata = meta) -> bytes:
            out = io.BytesIO()
            PdfSigner(meta, signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(prepared)), output=out)
            return out.getvalue()

        def judge(signed: bytes, certificate: asn1_x509.Certificate = certificate) -> None:
            reader = PdfFileReader(io.BytesIO(signed))
            status = validate_pdf_signature(reader.embedded_signatures[0], ValidationContext(trust_roots=[certificate]))
            if not status.bottom_line:
                raise SystemExit("pyHanko does not believe its own signature")

        signed = sign()
        judge(signed)
        show(f"pyhanko_{name}_sign", milliseconds(sign, TIMES))
        show(f"pyhanko_{name}_verify", milliseconds(lambda signed=signed, judge=judge: judge(signed), TIMES))  # type: ignore[misc]  # mypy knows no types of defaults in a lambda


if __name__ == "__main__":
    peers()
