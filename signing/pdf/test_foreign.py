"""别家签名: RSA and ECDSA files made by pyHanko are explained like our own, and their forgeries refused. R141."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.pdf.attacks import new_page, swapped_content, trailing_bytes
from signing.pdf.forgery import SIGNERS, then_sign
from signing.pdf.report import Report
from signing.pdf.slots import add_signature_fields
from signing.pdf.testing import SLOTS, own_pdf
from signing.pdf.verify import verify_pdf

pytestmark = pytest.mark.row("R141", part="PDF签名有效性验证")
Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
DAY = timedelta(days=1)


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Foreign:
    """An authority of another world, with one signer."""

    def __init__(self, key: Callable[[], Private], **leaf: Any) -> None:
        self.root_key, self.key = key(), key()
        self.root = self._issue("Foreign Root", self.root_key, ca=True)
        self.leaf = self._issue("Jane Doe", self.key, **leaf)

    def _issue(self, who: str, key: Private, *, ca: bool = False, usage: str = "sign", ends: timedelta = DAY) -> Any:
        now = datetime.now(UTC)
        usages = dict.fromkeys(
            ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
        )
        built = (
            x509.CertificateBuilder()
            .subject_name(name(who))
            .issuer_name(name("Foreign Root"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 30 * DAY)
            .not_valid_after(now + ends)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=not ca, content_commitment=not ca, key_cert_sign=ca, crl_sign=ca, **usages
                ),
                critical=True,
            )
        )
        if usage == "server":
            built = built.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        return built.sign(self.root_key, hashes.SHA256())

    @property
    def roots(self) -> list[bytes]:
        return [self.root.public_bytes(serialization.Encoding.DER)]

    def sign(self, pdf: bytes, field: str) -> bytes:
        """As other people's software does it."""
        kind = serialization.NoEncryption()
        secret = self.key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, kind)
        certificate = asn1.Certificate.load(self.leaf.public_bytes(serialization.Encoding.DER))
        nothing = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # the library does not say its types
        signer = signers.SimpleSigner(certificate, keys.PrivateKeyInfo.load(secret), nothing)
        out = io.BytesIO()
        signers.PdfSigner(
            signers.PdfSignatureMetadata(field_name=field), signer, new_field_spec=SigFieldSpec(field)
        ).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
        return out.getvalue()


def rsa_key() -> Private:
    return rsa.generate_private_key(65537, 2048)


def ec_key() -> Private:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def world() -> Foreign:
    return Foreign(ec_key)


@cache
def once() -> bytes:
    return world().sign(own_pdf(), "Signature1")


def codes(report: Report) -> set[str]:
    return {problem.code for problem in report.all_problems}


@pytest.mark.parametrize("key", [rsa_key, ec_key])
def test_a_file_signed_by_others_is_explained_like_ours(key: Callable[[], Private]) -> None:
    foreign = Foreign(key)
    report = verify_pdf(foreign.sign(foreign.sign(own_pdf(), "Signature1"), "Signature2"), foreign.roots)
    assert report.ok, report.sentences
    first, second = report.signatures
    assert (first.signer, first.chain, first.revision, first.covers) == ("Jane Doe", ("Foreign Root",), 2, "revision")
    assert first.changed_since == ("填写了表单或又签了名",)
    assert (second.covers, second.changed_since, report.revisions) == ("whole", (), 3)


def test_another_root_is_not_believed() -> None:
    report = verify_pdf(once(), SIGNERS.roots)
    assert codes(report) == {"untrusted"}
    assert report.signatures[0].intact
    assert not report.signatures[0].chain_ok


def changed_byte() -> bytes:
    at = once().index(b"stream\n") + 100
    return once()[:at] + bytes([once()[at] ^ 1]) + once()[at + 1 :]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (changed_byte, "digest"),
        (lambda: new_page(once()), "changed"),
        (lambda: world().sign(new_page(once()), "Signature2"), "changed"),
        (lambda: world().sign(swapped_content(once()), "Signature2"), "changed"),
        (lambda: swapped_content(once()), "changed"),
        (lambda: trailing_bytes(once()), "trailing"),
    ],
)
def test_a_forgery_of_a_foreign_file_is_refused(make: Callable[[], bytes], code: str) -> None:
    report = verify_pdf(make(), world().roots)
    assert not report.ok
    assert code in codes(report), report.sentences


def test_certificates_out_of_time_or_purpose_are_refused() -> None:
    late, server = Foreign(ec_key, ends=-DAY), Foreign(ec_key, usage="server")
    assert codes(verify_pdf(late.sign(own_pdf(), "S"), late.roots)) == {"expired"}
    assert codes(verify_pdf(server.sign(own_pdf(), "S"), server.roots)) == {"purpose"}


def test_a_file_that_mixes_algorithms_is_not_good() -> None:
    mixed = world().sign(then_sign(add_signature_fields(own_pdf(), SLOTS)), "Signature2")
    report = verify_pdf(mixed, [*SIGNERS.roots, *world().roots])
    assert not report.ok
    assert "algorithm" in codes(report)
