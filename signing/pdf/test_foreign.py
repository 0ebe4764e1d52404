"""别家签名: RSA and ECDSA files made by pyHanko are explained like our own, and their forgeries refused. R141."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pikepdf
import pytest
from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic as untyped
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.pdf.attacks import metadata_changed, new_page, swapped_content, trailing_bytes
from signing.pdf.attacks_published import covered, filled, with_text_field
from signing.pdf.fields import catalog, pages
from signing.pdf.forgery import EVIL, SIGNERS, new_field, then_sign, update
from signing.pdf.library import read_pdf
from signing.pdf.report import Report
from signing.pdf.slots import add_signature_fields
from signing.pdf.syntax import reference_of, write_dict
from signing.pdf.testing import SLOTS, own_pdf
from signing.pdf.testing import saved as saved_anew
from signing.pdf.verify import verify_pdf

pytestmark = pytest.mark.row("R141", part="PDF签名有效性验证")
generic: Any = untyped
"""The library does not say its types."""
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
        if usage == "clock":
            built = built.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        return built.sign(self.root_key, hashes.SHA256())

    @property
    def roots(self) -> list[bytes]:
        return [self.root.public_bytes(serialization.Encoding.DER)]

    def stamp(self, pdf: bytes) -> bytes:
        """A document time-stamp by this world's own time-stamp authority."""
        key = rsa_key()
        certificate = self._issue("Foreign Clock", key, usage="clock")
        out = io.BytesIO()
        signers.PdfTimeStamper(DummyTimeStamper(_asn1(certificate), _private(key))).timestamp_pdf(
            IncrementalPdfFileWriter(io.BytesIO(pdf)), "sha256", output=out
        )
        return out.getvalue()

    @property
    def signer(self) -> Any:
        nothing = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # the library does not say its types
        return signers.SimpleSigner(_asn1(self.leaf), _private(self.key), nothing)

    def sign(self, pdf: bytes, field: str, spec: SigFieldSpec | None = None) -> bytes:
        """As other people's software does it."""
        out = io.BytesIO()
        signers.PdfSigner(
            signers.PdfSignatureMetadata(field_name=field), self.signer, new_field_spec=spec or SigFieldSpec(field)
        ).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
        return out.getvalue()


def _asn1(certificate: x509.Certificate) -> Any:
    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _private(key: Private) -> Any:
    kind = serialization.NoEncryption()
    return keys.PrivateKeyInfo.load(
        key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, kind)
    )


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


def saved(pdf: bytes) -> bytes:
    """Saved once more, nothing but an object nobody needs."""
    return update(pdf, {read_pdf(pdf).size: b"<</Nothing true>>"})


def codes(report: Report) -> set[str]:
    return {problem.code for problem in report.all_problems}


@pytest.mark.parametrize("key", [rsa_key, ec_key])
def test_a_file_signed_by_others_is_explained_like_ours(key: Callable[[], Private]) -> None:
    foreign = Foreign(key)
    report = verify_pdf(foreign.sign(foreign.sign(own_pdf(), "Signature1"), "Signature2"), foreign.roots)
    assert report.ok, report.sentences
    first, second = report.signatures
    assert (first.signer, first.chain, first.revision, first.covers) == ("Jane Doe", ("Foreign Root",), 2, "revision")
    assert first.changed_since == ("又签了名",)
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


def text_field_filled(*, look_only: bool = False) -> bytes:
    """A text field, or only what it looks like, is another after signing."""
    pdf, number = with_text_field()
    return world().sign(filled(world().sign(pdf, "Signature1"), number, look_only=look_only), "Signature2")


def laid_over() -> bytes:
    """SSA: the second signature's field is new and as large as the page."""
    cover = SigFieldSpec("Signature2", on_page=0, box=(0, 0, 595, 842))
    return world().sign(once(), "Signature2", spec=cover)


def appending(pdf: bytes) -> Any:
    """The library's writer."""
    return IncrementalPdfFileWriter(io.BytesIO(pdf))


def laid_over_a_prepared_place() -> bytes:
    """The place of the second signature stood there before the first, as large as the page."""
    writer, out = appending(own_pdf()), io.BytesIO()
    append_signature_field(writer, SigFieldSpec("Signature2", on_page=0, box=(0, 0, 595, 842)))
    writer.write(out)
    return world().sign(world().sign(out.getvalue(), "Signature1"), "Signature2")


def with_pages(*sizes: int) -> bytes:
    """Our document with square pages."""
    with pikepdf.open(io.BytesIO(own_pdf())) as pdf:
        for page, size in zip(pdf.pages, sizes, strict=False):
            page.obj.MediaBox = pikepdf.Array([0, 0, size, size])
        return saved_anew(pdf)


class Redrawn(generic.NumberObject):  # type: ignore[misc]  # as above
    """A number that brings along what the library would not write."""

    def write_to_stream(self, stream: Any, *_: Any) -> None:
        stream.write(b"0/NeedAppearances true")


def signed_where(base: bytes, size: int, page: int | None, **form: Any) -> bytes:
    """A second signature on the first page; its field says that it stands on another page, or not where."""
    writer, out = appending(world().sign(base, "Signature1")), io.BytesIO()
    first = writer.find_page_for_modification(0)[0]
    told = {} if page is None else {"/P": writer.find_page_for_modification(page)[0]}
    widget: dict[str, Any] = {
        "/Type": pdf_name("/Annot"),
        "/Subtype": pdf_name("/Widget"),
        "/FT": pdf_name("/Sig"),
        "/T": pdf_string("Signature2"),
        "/F": generic.NumberObject(132),
        "/Rect": generic.ArrayObject(map(generic.NumberObject, (0, 0, size, size))),
        **told,
    }
    field = writer.add_object(generic.DictionaryObject({pdf_name(key): value for key, value in widget.items()}))
    shown = first.get_object()
    shown[pdf_name("/Annots")] = generic.ArrayObject([*shown.get("/Annots", ()), field])
    writer.update_container(shown)
    writer.root["/AcroForm"]["/Fields"].append(field)
    for key, value in form.items():
        writer.root["/AcroForm"][pdf_name(f"/{key}")] = value
    writer.update_container(writer.root["/AcroForm"]["/Fields"])
    writer.update_container(writer.root["/AcroForm"])
    signers.PdfSigner(signers.PdfSignatureMetadata(field_name="Signature2"), world().signer).sign_pdf(
        writer, output=out
    )
    return out.getvalue()


def test_a_second_signature_in_a_field_made_by_hand_is_good() -> None:
    report = verify_pdf(signed_where(own_pdf(), 100, 0), world().roots)
    assert report.ok, report.sentences


def ranged(new: bytes) -> bytes:
    old = re.findall(rb"/ByteRange ?\[[^\]]*\]", once())[0]
    return once().replace(old, new.ljust(len(old)), 1)


def contents(new: bytes) -> bytes:
    old = re.findall(rb"/Contents ?<[0-9a-fA-F]+>", once())[0]
    return once().replace(old, new.ljust(len(old)), 1)


def padded() -> bytes:
    old = re.findall(rb"/Contents ?<[0-9a-fA-F]+>", once())[0]
    return once().replace(old, old[:-5] + b"ffff>", 1)


def unsigned(found: bytes, at: int, new: bytes) -> bytes:
    """Other bytes in the container, `at` bytes after the last place where `found` stands, which no value protects."""
    old = re.findall(rb"/Contents ?<([0-9a-fA-F]+)>", once())[0]
    content = bytes.fromhex(old.decode())
    place = content.rindex(found) + at
    changed = content[:place] + new + content[place + len(new) :]
    return once().replace(old, changed.hex().encode(), 1)


@pytest.mark.parametrize(
    ("found", "at", "new"),
    [
        (b"\x02\x01\x01\x31", 2, b"\x03"),
        (b"\x02\x01\x01\x30", 2, b"\x03"),
        (b"\x02\x01\x01\x30", 0, b"\x03"),
        (b"\x02\x01\x01\x31\x0f\x30\x0d", 18, b"\x85"),
        (b"\x02\x01\x01\x30", 18, b"FOREIGN"),
        (b"\x02\x01\x01\x31", 0, b"\x02"),
    ],
    ids=[
        "version of the container",
        "version of the signer",
        "kind of the version",
        "kind of an empty parameter",
        "large letters in the name of the authority",
        "small letters in the digits",
    ],
)
def test_what_no_value_protects_in_a_container_of_others_changes_nothing_that_is_told(
    found: bytes, at: int, new: bytes
) -> None:
    assert verify_pdf(unsigned(found, at, new), world().roots) == verify_pdf(once(), world().roots)


def other_algorithm() -> bytes:
    """The unsigned list of algorithms names another one than the signer's."""
    found = once().lower().index(b"310f300d0609608648016503040201")
    return once()[: found + 28] + b"03" + once()[found + 30 :]


def told(key: bytes, value: bytes) -> bytes:
    file = read_pdf(once())
    return world().sign(update(once(), {file.root_at(-1): write_dict({**catalog(file), key: value})}), "Signature2")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: covered(once()), "changed"),
        (lambda: world().sign(covered(once()), "Signature2"), "changed"),
        (lambda: saved(once()), "saved_after"),
        (lambda: world().sign(saved(once()), "Signature2"), "saved_after"),
        (lambda: world().sign(metadata_changed(once()), "Signature2"), "saved_after"),
        (lambda: new_field(once()), "form"),
        (lambda: world().sign(new_field(once()), "extra"), "saved_after"),
        (laid_over, "widget"),
        (laid_over_a_prepared_place, "widget"),
        (lambda: signed_where(with_pages(500, 500, 5000), 500, 2), "widget"),
        (lambda: signed_where(with_pages(200), 200, None), "widget"),
        (lambda: signed_where(own_pdf(), 100, 0, Q=Redrawn(0)), "form"),
        (text_field_filled, "changed"),
        (lambda: text_field_filled(look_only=True), "changed"),
        (lambda: told(b"OpenAction", b"<</S/JavaScript/JS(1)>>"), "changed"),
        (lambda: told(b"OCProperties", b"<</OCGs[]/D<</OFF[]>>>>"), "changed"),
        (lambda: told(b"AF", b"[<</Type/Filespec/F(a)>>]"), "changed"),
        (lambda: ranged(b""), "structure"),
        (lambda: ranged(b"/ByteRange [0 0 0 0]"), "range_hole"),
        (lambda: ranged(b"/ByteRange [0 900]"), "range"),
        (lambda: contents(b"/Contents <>"), "container"),
        (lambda: contents(b"/Contents null"), "container"),
        (padded, "container"),
        (lambda: once() + b"5 0 obj\n<<>>\nendobj\n" + once()[once().rindex(b"startxref") :], "trailing"),
        (lambda: once() + b"\n", "trailing"),
        (lambda: once().replace(b"0" * 60, b"0" * 30 + b"\r" + b"0" * 29, 1), "range_hole"),
        (other_algorithm, "container"),
    ],
)
def test_what_is_refused_for_ours_is_refused_for_others(make: Callable[[], bytes], code: str) -> None:
    report = verify_pdf(make(), world().roots)
    assert not report.ok
    assert code in codes(report), report.sentences


def test_validation_data_of_others_is_no_forgery_and_content_beside_it_is() -> None:
    file = read_pdf(once())
    root = {file.root_at(-1): write_dict({**catalog(file), b"DSS": b"<</Certs[]>>"})}
    assert verify_pdf(update(once(), root), world().roots).ok
    page = reference_of(pages(file)[0].entries[b"Contents"]) or 0
    report = verify_pdf(update(once(), {**root, page: EVIL}), world().roots)
    assert codes(report) == {"changed"}


def test_a_time_stamp_on_the_document_must_hold_and_is_no_signature() -> None:
    stamped = world().stamp(once())
    report = verify_pdf(stamped, world().roots)
    assert report.ok, report.sentences
    assert len(report.signatures) == 1
    assert codes(verify_pdf(Foreign(ec_key).stamp(once()), world().roots)) == {"stamp"}
    assert codes(verify_pdf(world().stamp(own_pdf()), world().roots)) == {"sub_filter"}


class Misled(DummyTimeStamper):
    """A clock that stamps something else than it is asked for."""

    def request_tsa_response(self, req: Any) -> Any:
        req["message_imprint"]["hashed_message"] = bytes(32)
        return super().request_tsa_response(req)


@pytest.mark.parametrize(("kind", "found"), [(DummyTimeStamper, set()), (Misled, {"stamp"})])
def test_a_time_stamp_inside_a_signature_must_be_over_its_value(kind: type[DummyTimeStamper], found: set[str]) -> None:
    key, out = rsa_key(), io.BytesIO()
    clock = kind(_asn1(world()._issue("Foreign Clock", key, usage="clock")), _private(key))
    told = signers.PdfSignatureMetadata(field_name="S")
    signers.PdfSigner(told, world().signer, timestamper=clock, new_field_spec=SigFieldSpec("S")).sign_pdf(
        appending(own_pdf()), output=out
    )
    assert codes(verify_pdf(out.getvalue(), world().roots)) == found


def test_a_signature_of_the_future_is_not_good_yet() -> None:
    now = datetime.now(UTC)
    assert codes(verify_pdf(once(), world().roots, now=now)) == set()
    assert codes(verify_pdf(once(), world().roots, now=now - timedelta(hours=1))) == {"future"}


def test_a_signature_without_a_place_on_the_page_is_good_and_told() -> None:
    report = verify_pdf(once(), world().roots)
    assert report.ok
    assert not report.signatures[0].shown
    assert "页面上看不到这个签名" in report.sentences[0]
    seen = world().sign(own_pdf(), "S", spec=SigFieldSpec("S", on_page=0, box=(20, 20, 120, 60)))
    assert verify_pdf(seen, world().roots).signatures[0].shown


def test_certificates_out_of_time_or_purpose_are_refused() -> None:
    late, server = Foreign(ec_key, ends=-DAY), Foreign(ec_key, usage="server")
    assert codes(verify_pdf(late.sign(own_pdf(), "S"), late.roots)) == {"expired"}
    assert codes(verify_pdf(server.sign(own_pdf(), "S"), server.roots)) == {"purpose"}


def test_a_file_that_mixes_algorithms_is_not_good() -> None:
    mixed = world().sign(then_sign(add_signature_fields(own_pdf(), SLOTS)), "Signature2")
    report = verify_pdf(mixed, [*SIGNERS.roots, *world().roots])
    assert not report.ok
    assert "algorithm" in codes(report)
