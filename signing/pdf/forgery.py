"""Tools of the forger: good documents to start from, and ways to write, mend and sign what should not be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

from foundation.crypto import crypto
from foundation.crypto.timestamp import TimeRequest, token_issue
from foundation.crypto.x509 import TIME_STAMPING, Issuer, Subject, issue_certificate
from foundation.crypto.x509.testing import BEGIN, NOON
from signing.pdf import cms
from signing.pdf.appearance import Appearance
from signing.pdf.fields import acro_form, catalog, find_field
from signing.pdf.fonts import stream
from signing.pdf.library import read_pdf
from signing.pdf.objects import PdfFile
from signing.pdf.sign import Prepared, merge
from signing.pdf.slots import add_signature_fields
from signing.pdf.syntax import Dict, parse_dict, reference, reference_of, write_array, write_dict
from signing.pdf.testing import LINES, SLOTS, Signers, own_pdf, stream_pdf

SIGNERS = Signers.make()
FIRST, SECOND = "legal_representative", "liaison"
EVIL = stream(b"BT /F1 40 Tf 60 600 Td (100 000 000) Tj ET")


@cache
def fields_only() -> bytes:
    return add_signature_fields(own_pdf(), SLOTS)


@cache
def once() -> bytes:
    """One good signature."""
    return SIGNERS.sign(fields_only(), FIRST, SIGNERS.person)


@cache
def twice() -> bytes:
    """Two good signatures."""
    return SIGNERS.sign(once(), SECOND, SIGNERS.other)


@cache
def once_packed() -> bytes:
    """One good signature on a file with a cross-reference stream."""
    return SIGNERS.sign(add_signature_fields(stream_pdf(), SLOTS), FIRST, SIGNERS.person)


def then_sign(pdf: bytes) -> bytes:
    """An accomplice (or a careless second signer) signs what stands there now."""
    return SIGNERS.sign(pdf, SECOND, SIGNERS.other)


def update(pdf: bytes, objects: Mapping[int, bytes]) -> bytes:
    return read_pdf(pdf).append(objects)


def stamp_over(value: bytes, *, after: timedelta = timedelta(), authority: Issuer | None = None) -> bytes:
    """A time stamp over a value, so long after noon, by a clock under `authority` (default: ours)."""
    key = crypto().sm2_keygen()
    certificate = issue_certificate(
        issuer=authority or SIGNERS.authority.sub,
        subject=Subject("测试时间戳"),
        public=key.public,
        profile=TIME_STAMPING,
        not_before=BEGIN,
        minutes=60 * 24 * 700,
    )
    asked = TimeRequest(crypto().sm3(value), 1, "2.25.1")
    return token_issue(asked, issuer=Issuer(certificate, key), chain=[], serial=1, at=NOON + after)


def entries_of(file: PdfFile, number: int) -> Dict:
    return parse_dict(file.value(number))


def value_number(pdf: bytes, field: str) -> int:
    return reference_of(find_field(read_pdf(pdf), field).entries[b"V"]) or 0


def hole(pdf: bytes) -> bytes:
    found = re.search(rb"/Contents (<[0-9a-fA-F]+>)", pdf)
    return found[1] if found else b""


def signed_over(prepared: Prepared, covered: bytes, who: Issuer) -> bytes:
    digest = crypto().sm3(covered)
    attributes = cms.signed_attributes(who.certificate, digest)
    fixed = replace(prepared, digest=digest, to_be_signed=attributes)
    return merge(fixed, crypto().sm2_sign(who.key.private, attributes))


def resigned(prepared: Prepared, at: int, inserted: bytes, who: Issuer) -> bytes:
    """Insert bytes into the last revision, mend its table and range, and sign it properly."""
    pdf = prepared.pdf[:at] + inserted + prepared.pdf[at:]
    table = pdf.rindex(b"xref\n", 0, pdf.rindex(b"startxref"))
    head, tail = pdf[:table], pdf[table:]
    shift = len(inserted)
    tail = re.sub(rb"(\d{10}) 00000 n", lambda row: b"%010d 00000 n" % (int(row[1]) + shift), tail)
    tail = re.sub(rb"startxref\n(\d+)", lambda row: b"startxref\n%d" % table, tail)
    pdf = head + tail
    gap = prepared.gap[0] + shift, prepared.gap[1] + shift
    ranges = b"/ByteRange [0 %010d %010d %010d]" % (gap[0], gap[1], len(pdf) - gap[1])
    place = pdf.rindex(b"/ByteRange [", 0, gap[0])
    pdf = pdf[:place] + ranges + pdf[place + len(ranges) :]
    return signed_over(replace(prepared, pdf=pdf, gap=gap), pdf[: gap[0]] + pdf[gap[1] :], who)


def written(pdf: bytes) -> dict[int, bytes]:
    """The bodies of the objects that the last revision writes."""
    file = read_pdf(pdf)
    bodies = {}
    for number in file.changed(file.revisions - 1):
        content, value = file.content(number), file.value(number)
        bodies[number] = value if content is None else value + b"\nstream\n" + content + b"\nendstream"
    return bodies


def relaid(prepared: Prepared, before: bytes, objects: Mapping[int, bytes]) -> Prepared:
    """The signing revision with other objects, its range mended."""
    pdf = update(before, objects)
    at = pdf.index(b"/ByteRange [0 ", len(before))
    gap = pdf.index(b"<", at), pdf.index(b">", at) + 1
    ranges = b"/ByteRange [0 %010d %010d %010d]" % (gap[0], gap[1], len(pdf) - gap[1])
    pdf = pdf[:at] + ranges + pdf[at + len(ranges) :]
    return replace(prepared, pdf=pdf, gap=gap, digest=crypto().sm3(pdf[: gap[0]] + pdf[gap[1] :]))


def rewritten(prepared: Prepared, before: bytes, objects: Mapping[int, bytes], who: Issuer | None = None) -> bytes:
    """The signing revision with other objects, its range mended, signed properly."""
    mended = relaid(prepared, before, objects)
    return signed_over(mended, mended.pdf[: mended.gap[0]] + mended.pdf[mended.gap[1] :], who or SIGNERS.other)


def changed_while_signing(change: Callable[[Dict], Dict]) -> bytes:
    """The second signer's own field is changed in the revision that signs it."""
    prepared = SIGNERS.prepare(once(), SECOND, SIGNERS.other)
    field = find_field(read_pdf(prepared.pdf), SECOND)
    changed = {**written(prepared.pdf), field.number: write_dict(change(dict(field.entries)))}
    return rewritten(prepared, once(), changed)


def new_field(pdf: bytes) -> bytes:
    file = read_pdf(pdf)
    root, form = catalog(file), acro_form(file)
    number = reference_of(root[b"AcroForm"]) or 0
    widget = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(extra)/F 132/Rect[60 300 240 370]>>"
    listed = write_array([*file.items_of(form[b"Fields"]), reference(file.size)])
    return update(pdf, {file.size: widget, number: write_dict({**form, b"Fields": listed})})


def certified(level: int, *, first: bool = True, listed: bool = True) -> bytes:
    """A certification signature (DocMDP) that allows `level`, put where it may or may not stand."""
    start = fields_only() if first else once()
    field = FIRST if first else SECOND
    file = read_pdf(start)
    value = file.size + len(_drawn(start, field)) - 1
    if listed:
        body = write_dict({**catalog(file), b"Perms": b"<</DocMDP %d 0 R>>" % (value + 1)})
        start = update(start, {file.size: b"null", file.root_at(-1): body})
    return with_reference(start, field, b"DocMDP", b"<</Type/TransformParams/P %d/V/1.2>>" % level)


def _drawn(pdf: bytes, field: str) -> set[int]:
    prepared = read_pdf(SIGNERS.prepare(pdf, field, SIGNERS.person, look=Appearance("李𬎆赟", None, LINES)).pdf)
    return {number for number in prepared.changed(prepared.revisions - 1) if number >= read_pdf(pdf).size}


def with_reference(pdf: bytes, field: str, method: bytes, parameters: bytes) -> bytes:
    look = Appearance("李𬎆赟", None, LINES)
    prepared = SIGNERS.prepare(pdf, field, SIGNERS.person, look=look)
    objects = written(prepared.pdf)
    number = value_number(prepared.pdf, field)
    extra = b"/Reference[<</Type/SigRef/TransformMethod/%b/TransformParams %b>>]" % (method, parameters)
    return rewritten(prepared, pdf, {**objects, number: objects[number][:-2] + extra + b">>"}, SIGNERS.person)


@dataclass(frozen=True)
class Attack:
    """A forged file and the reason for which it must be refused."""

    make: Callable[[], bytes]
    code: str
    sentence: str


def wide_hole_signed(more: int) -> bytes:
    """One good signature whose hole is so many bytes wider than it need be."""
    prepared = SIGNERS.prepare(fields_only(), FIRST, SIGNERS.person)
    objects = written(prepared.pdf)
    number = value_number(prepared.pdf, FIRST)
    wide = objects[number].replace(b"/Contents <", b"/Contents <" + b"00" * more, 1)
    return rewritten(prepared, fields_only(), {**objects, number: wide}, SIGNERS.person)
