"""Forged electronic seals, made by us: every way we know to pass one off as good. Used by tests, listed for reviewers."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from foundation.crypto import crypto, der
from foundation.crypto.eseal import OF_ORGANISATION, OF_PERSON, SealInfo, seal_joined, seal_read
from foundation.crypto.x509 import Certificate, Issuer
from foundation.crypto.x509.testing import BEGIN, NOON, Authority
from signing.pdf import cms, fonts
from signing.pdf.appearance import LABEL_CHARACTERS, Appearance
from signing.pdf.container import ByteRange, Container
from signing.pdf.fields import find_field, pages
from signing.pdf.fonts import stream
from signing.pdf.forgery import SIGNERS, Attack, fields_only, relaid, stamp_over, update, written
from signing.pdf.library import read_pdf
from signing.pdf.ses import SUB_FILTER, Ses
from signing.pdf.sign import Prepared, merge, prepare
from signing.pdf.slots import add_signature_fields
from signing.pdf.syntax import Dict, write_dict
from signing.pdf.testing import LINES, SLOTS, blank_pdf, seal_picture

RIVAL = SIGNERS.authority.company("上海对手演示有限公司")
ACCOMPLICE = SIGNERS.authority.company("上海帮手演示有限公司")
STRANGERS = Authority.make("别家")
CRITICAL = der.sequence(der.oid("2.25.1"), der.encode(der.BOOLEAN, b"\xff"), der.octets(b"x"))
HARMLESS = der.sequence(der.oid("2.25.1"), der.octets(b"x"))
LOOK = Appearance("", lines=LINES, picture=seal_picture())
COMPANY = SIGNERS.company.certificate


@cache
def sealed() -> bytes:
    """One good seal."""
    return SIGNERS.sign_with_seal(fields_only())


def value_of(signed: bytes) -> bytes:
    """The company's value over what is to be signed."""
    return crypto().sm2_sign(SIGNERS.company.key.private, signed)


def prepared_with(container: Container, look: Appearance = LOOK) -> Prepared:
    return prepare(fields_only(), "seal", look, COMPANY.der, SIGNERS.chain, NOON, container=container)


def signed_with(container: Container, look: Appearance = LOOK) -> bytes:
    prepared = prepared_with(container, look)
    return merge(prepared, value_of(prepared.to_be_signed))


@cache
def own() -> Ses:
    """The container of the company's good seal."""
    return Ses(SIGNERS.seal(), tuple(SIGNERS.chain))


def with_info(info: SealInfo) -> bytes:
    """A seal that says `info`, properly made and used."""
    return SIGNERS.sign_with_seal(fields_only(), SIGNERS.seal(info))


# ---------------------------------------------------------------- the seal


def swapped_seal() -> bytes:
    return with_info(SIGNERS.seal_info(RIVAL))


def repainted_seal() -> bytes:
    """Another picture is put into the seal; the maker's value stays."""
    good = seal_read(SIGNERS.seal())
    info = replace(good.info, picture=seal_picture("二"))
    return SIGNERS.sign_with_seal(fields_only(), seal_joined(info.encoded(), good.maker, good.value))


def forged_maker() -> bytes:
    """The seal names the true maker, but somebody else signed it."""
    info = SIGNERS.seal_info().encoded()
    value = crypto().sm2_sign(RIVAL.key.private, info)
    return SIGNERS.sign_with_seal(fields_only(), seal_joined(info, SIGNERS.maker.certificate, value))


def made_by(maker: Issuer) -> bytes:
    return SIGNERS.sign_with_seal(fields_only(), SIGNERS.seal(maker=maker))


def made_by_its_user() -> bytes:
    """A company with a good certificate of its own makes itself the seal of another."""
    info = replace(SIGNERS.seal_info(), certificates=(RIVAL.certificate.der,))
    return SIGNERS.sign_with_seal(fields_only(), SIGNERS.seal(info, RIVAL), RIVAL)


def in_the_name_of_another(kind: int = OF_ORGANISATION) -> bytes:
    """A company and who else has a good certificate make it a seal that bears the name of another."""
    info = replace(SIGNERS.seal_info(RIVAL), name=COMPANY.subject.common_name, kind=kind)
    return SIGNERS.sign_with_seal(fields_only(), SIGNERS.seal(info, ACCOMPLICE), RIVAL)


def extended(extension: bytes, *, tagged: bool) -> bytes:
    """A seal with extension data, with or without the tag that some makers write."""
    plain, data = seal_read(SIGNERS.seal()), der.sequence(extension)
    body = der.only(plain.info_der, der.SEQUENCE).body
    longer = der.sequence(body, der.encode(0xA0, data) if tagged else data)
    return seal_joined(longer, plain.maker, crypto().sm2_sign(SIGNERS.maker.key.private, longer))


# ---------------------------------------------------------------- the picture on the page


def drawn_over() -> bytes:
    """The seal's own picture is there, and once more, larger, over the page."""
    return _redrawn(lambda body: body.replace(b"/X0 Do Q\n", b"/X0 Do Q\nq 9 0 0 9 0 0 cm /X0 Do Q\n"))


def shrunk() -> bytes:
    """The picture is so small that nobody sees it."""
    return _redrawn(lambda body: re.sub(rb"q [\d.]+ 0 0 [\d.]+ ", b"q 2 0 0 2 ", body))


def sheared() -> bytes:
    """The form leans over within its place."""
    return _redrawn(lambda body: body.replace(b"/Matrix[1 0 0 1 0 0]", b"/Matrix[1 0 0.9 1 0 0]"))


def written_over() -> bytes:
    """The lines under the picture stand on it, as large as it is."""
    return _redrawn(lambda body: re.sub(rb"/F0 [\d.]+ Tf", b"/F0 400 Tf", body))


def large_letters() -> bytes:
    """The lines stand under the picture, but large enough to be a picture of their own."""
    return _redrawn(lambda body: re.sub(rb"/F0 [\d.]+ Tf", b"/F0 7 Tf", body))


def covered_by_a_letter() -> bytes:
    """The lines are written in a font whose every letter is a coloured sheet over the picture."""
    font = max(written(prepared_with(own()).pdf)) + 1
    letter = font + 1
    objects = {
        font: b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/FirstChar 0/LastChar 0/Widths[0]"
        b"/CharProcs<</a %d 0 R>>/Encoding<</Differences[0/a]>>/Resources<<>>>>" % letter,
        letter: stream(b"0 0 d0 0 0.5 0 rg -900 -900 9999 9999 re f"),
    }
    return _redrawn(lambda body: re.sub(rb"/F0 \d+ 0 R", b"/F0 %d 0 R" % font, body), objects)


def covered_by_a_giant_letter() -> bytes:
    """The font is of the usual kind, but an em of its program has so few units that every letter covers the place."""
    return _lettered(lambda program: _with_table(program, b"head", 18, b"\0\x10"))


def covered_by_a_letter_that_hides_its_size() -> bytes:
    """A letter rises over its line; the box that the program states for it does not tell."""
    return _lettered(lambda program: _with_table(program, b"glyf", 0, _tower()))


def covered_by_a_letter_that_is_moved() -> bytes:
    """A letter brings a program of its own, which may move its points."""
    return _lettered(lambda program: _with_table(program, b"glyf", 0, _tower(900, b"\x4f")))


def covered_by_letters_that_climb() -> bytes:
    """The letters are ours, but are written upwards, over the picture."""
    return _lettered(lambda program: program, more=b"/Encoding/Identity-V")


def _tower(top: int = 20000, moving: bytes = b"") -> bytes:
    """A glyph of three points from 0 to `top`, in a box of 9 by 9."""
    points = struct.pack(">6h", 0, 900, 0, 0, top, -top)
    return struct.pack(">hhhhhHH", 1, 0, 0, 9, 9, 2, len(moving)) + moving + b"\1\1\1" + points


def _with_table(program: bytes, tag: bytes, at: int, content: bytes) -> bytes:
    """A font program with other bytes in a table."""
    record = program.index(tag, 12)
    start = int.from_bytes(program[record + 8 : record + 12], "big") + at
    return program[:start] + content + program[start + len(content) :]


def _lettered(change: Callable[[bytes], bytes], face: fonts.Face = "sans", more: bytes = b"") -> bytes:
    """The lines are written in a font with a changed program, or with `more` entries in its place."""
    first = max(written(prepared_with(own()).pdf)) + 1
    objects = fonts.embed(fonts.face(face), LABEL_CHARACTERS).numbered(first)
    packed = next(number for number, body in objects.items() if b"/Length1" in body)
    program = change(zlib.decompress(objects[packed].split(b"\nstream\n", 1)[1].removesuffix(b"\nendstream")))
    objects[packed] = stream(zlib.compress(program, 1), b"/Filter/FlateDecode/Length1 %d" % len(program))
    objects[first] = objects[first].replace(b"/Encoding/Identity-H", more or b"/Encoding/Identity-H")
    return _redrawn(lambda body: _packed_anew(re.sub(rb"/F0 \d+ 0 R", b"/F0 %d 0 R" % first, body)), objects)


def with_other_versions() -> bytes:
    """A good seal as it is made where the fonts, and what packs streams, are of another version."""
    return _lettered(lambda program: program, "bold")


def _packed_anew(body: bytes) -> bytes:
    """The same content, packed less well."""
    if b"/Filter/FlateDecode" not in body:
        return body
    head, content = body.removesuffix(b"\nendstream").split(b"\nstream\n", 1)
    packed = zlib.compress(zlib.decompress(content), 1)
    return re.sub(rb"/Length \d+", b"/Length %d" % len(packed), head) + b"\nstream\n" + packed + b"\nendstream"


def shown_by_another() -> bytes:
    """The field has the right look; what the page shows is a kid of it with another."""
    file = read_pdf(fields_only())
    field, kid = find_field(file, "seal"), file.size + 1
    look = stream(b"0 0.5 0 rg 0 0 140 150 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 140 150]")
    widget = b"<</Type/Annot/Subtype/Widget/F 132/Rect[380 80 520 230]/Parent %d 0 R/AP<</N %d 0 R>>>>"
    objects = {
        file.size: look,
        kid: widget % (field.number, file.size),
        field.number: write_dict({**field.entries, b"Kids": b"[%d 0 R]" % kid}),
    }
    page = pages(file)[1]
    shown = {**page.entries, b"Annots": b"[%d 0 R]" % kid}
    return SIGNERS.sign_with_seal(update(fields_only(), {**objects, page.number: write_dict(shown)}))


def repainted_object() -> bytes:
    """The appearance is ours, but the mask of the picture is another seal's."""
    other = written(prepared_with(own(), replace(LOOK, picture=seal_picture("二"))).pdf)
    mask = next(body for body in other.values() if b"/DeviceGray" in body)
    return _redrawn(lambda body: mask if b"/DeviceGray" in body else body)


def _redrawn(change: Callable[[bytes], bytes], more: Mapping[int, bytes] | None = None) -> bytes:
    """The signing revision with changed streams of the appearance, and `more` objects, signed properly."""
    prepared = prepared_with(own())
    objects = {number: _measured(body, change(body)) for number, body in written(prepared.pdf).items()}
    mended = relaid(prepared, fields_only(), {**objects, **(more or {})})
    signed = own().to_be_signed(COMPANY, mended.digest, covered(mended), NOON)
    return merge(replace(mended, to_be_signed=signed), value_of(signed))


def _measured(before: bytes, after: bytes) -> bytes:
    """A stream whose content changed says its new length."""
    if before == after or b"\nstream\n" not in after:
        return after
    head, content = after.split(b"\nstream\n", 1)
    size = len(content) - len(b"\nendstream")
    return re.sub(rb"/Length \d+", b"/Length %d" % size, head) + b"\nstream\n" + content


# ---------------------------------------------------------------- the container


@dataclass(frozen=True)
class Roomy(Ses):
    """Leaves more room than is needed."""

    def longest(self, certificate: Certificate, chain: Sequence[bytes]) -> int:
        return super().longest(certificate, chain) + 4096


@dataclass(frozen=True)
class OtherBeside(Ses):
    """Writes another certificate than the signer's into /Cert."""

    def entries(self, certificate: Certificate, chain: Sequence[bytes]) -> Dict:
        return super().entries(RIVAL.certificate, chain)


@dataclass(frozen=True)
class OtherSigned(Ses):
    """Signs another digest, range or time than the document's."""

    other_digest: bytes = b""
    other_range: ByteRange | None = None
    later: timedelta = timedelta()

    def to_be_signed(self, certificate: Certificate, digest: bytes, covered: ByteRange, at: datetime) -> bytes:
        at += self.later
        return super().to_be_signed(certificate, self.other_digest or digest, self.other_range or covered, at)


def covered(prepared: Prepared) -> ByteRange:
    start, end = prepared.gap
    return start, end, len(prepared.pdf) - end


def with_content(make: Callable[[Prepared], bytes]) -> bytes:
    """A file whose /Contents are what `make` gives."""
    prepared = prepared_with(Roomy(own().seal, own().seal_chain))
    start, end = prepared.gap
    content = make(prepared).hex().encode().ljust(end - start - 2, b"0")
    return prepared.pdf[: start + 1] + content + prepared.pdf[end - 1 :]


def content_of(prepared: Prepared, value: bytes) -> bytes:
    return own().content(COMPANY, (), prepared.to_be_signed, value)


def trailing_bytes() -> bytes:
    """Something follows the container in the padding."""
    return with_content(lambda mine: content_of(mine, value_of(mine.to_be_signed)) + b"\0\0\0x")


def something_brought_along() -> bytes:
    """A fifth member that is no time stamp."""
    return with_content(lambda mine: _longer(mine, der.octets(b"x")))


def _longer(prepared: Prepared, more: bytes) -> bytes:
    plain = content_of(prepared, value_of(prepared.to_be_signed))
    return der.sequence(der.only(plain, der.SEQUENCE).body, more)


def digest_of_another() -> bytes:
    other = SIGNERS.prepare_seal(add_signature_fields(blank_pdf(2), SLOTS))
    return signed_with(OtherSigned(own().seal, own().seal_chain, other_digest=other.digest))


def wrapped_as_cms() -> bytes:
    return signed_with(Ses(own().seal, sub_filter=cms.STD.sub_filter))


def cms_wrapped_as_seal() -> bytes:
    return signed_with(replace(cms.STD, sub_filter=SUB_FILTER))


def stamped(imprint: Callable[[bytes], bytes], *, after: timedelta = timedelta()) -> bytes:
    """A seal with a time stamp over what `imprint` makes of its value."""

    def make(prepared: Prepared) -> bytes:
        value = value_of(prepared.to_be_signed)
        token = stamp_over(imprint(value), after=after)
        body = der.only(content_of(prepared, value), der.SEQUENCE).body
        return der.sequence(body, der.encode(0xA0, der.bits(token)))

    return with_content(make)


SEAL_ATTACKS: dict[str, Attack] = {
    "seal of another company": Attack(swapped_seal, "seal_signer", "没有写明可以由"),
    "seal that lists another certificate by digest": Attack(
        lambda: with_info(
            replace(SIGNERS.seal_info(), certificates=(), digests=(crypto().sm3(RIVAL.certificate.der),))
        ),
        "seal_signer",
        "没有写明可以由",
    ),
    "picture in the seal changed": Attack(repainted_seal, "seal_value", "印章数据被改动过"),
    "seal signed by somebody else in the maker's name": Attack(forged_maker, "seal_value", "不是制章者做的"),
    "seal by an unknown maker": Attack(
        lambda: made_by(STRANGERS.company("假制章机构")), "maker_no_issuer", "制章者不可信"
    ),
    "seal by a maker whose certificate is for other things": Attack(
        lambda: made_by(SIGNERS.authority.sub), "maker_purpose", "制章者不可信"
    ),
    "seal made before its maker had a certificate": Attack(
        lambda: made_by(SIGNERS.person), "maker_not_yet_valid", "尚未生效"
    ),
    "seal made by who uses it": Attack(made_by_its_user, "seal_self_made", "自己做的"),
    "seal in the name of another": Attack(in_the_name_of_another, "seal_name", "不是用章的"),
    "name seal in the name of another enterprise": Attack(
        lambda: in_the_name_of_another(OF_PERSON), "seal_name", "不是用章的"
    ),
    "seal expired": Attack(
        lambda: with_info(replace(SIGNERS.seal_info(), valid_until=NOON - timedelta(hours=1))),
        "seal_expired",
        "已过有效期",
    ),
    "seal not yet valid": Attack(
        lambda: SIGNERS.sign_with_seal(fields_only(), at=BEGIN + timedelta(hours=12)),
        "seal_not_yet_valid",
        "还没有生效",
    ),
    "critical extension in the seal": Attack(
        lambda: signed_with(Ses(extended(CRITICAL, tagged=True))), "container", "关键扩展"
    ),
    "another picture on the page": Attack(
        lambda: signed_with(own(), replace(LOOK, picture=seal_picture("二"))), "seal_look", "不是印章里的图案"
    ),
    "mask of the picture exchanged": Attack(repainted_object, "seal_look", "不是印章里的图案"),
    "picture drawn twice": Attack(drawn_over, "seal_look_unknown", "不能和印章里的图案比对"),
    "picture too small to be seen": Attack(shrunk, "seal_look_unknown", "不能和印章里的图案比对"),
    "picture sheared": Attack(sheared, "seal_look_unknown", "不能和印章里的图案比对"),
    "picture shown by another": Attack(shown_by_another, "seal_look_unknown", "不能和印章里的图案比对"),
    "picture written over": Attack(written_over, "seal_look_unknown", "不能和印章里的图案比对"),
    "picture covered by a letter": Attack(covered_by_a_letter, "seal_look_unknown", "不能和印章里的图案比对"),
    "picture covered by a giant letter": Attack(
        covered_by_a_giant_letter, "seal_look_unknown", "不能和印章里的图案比对"
    ),
    "picture covered by a letter that hides its size": Attack(
        covered_by_a_letter_that_hides_its_size, "seal_look_unknown", "不能和印章里的图案比对"
    ),
    "picture covered by a letter that is moved": Attack(
        covered_by_a_letter_that_is_moved, "seal_look_unknown", "不能和印章里的图案比对"
    ),
    "picture covered by letters that climb": Attack(
        covered_by_letters_that_climb, "seal_look_unknown", "不能和印章里的图案比对"
    ),
    "picture over a large letter": Attack(large_letters, "seal_look_unknown", "不能和印章里的图案比对"),
    "a drawn seal in place of the picture": Attack(
        lambda: signed_with(own(), Appearance("上海企登测试科技发展有限公司", lines=LINES, seal=True)),
        "seal_look_unknown",
        "不能和印章里的图案比对",
    ),
    "value over another paper": Attack(
        lambda: with_content(lambda mine: content_of(mine, value_of(b"another paper"))), "value", "签名值不成立"
    ),
    "digest of another document": Attack(digest_of_another, "digest", "摘要不符"),
    "two times": Attack(
        lambda: signed_with(OtherSigned(own().seal, own().seal_chain, later=timedelta(minutes=20))), "time", "不一致"
    ),
    "another range is stated": Attack(
        lambda: signed_with(OtherSigned(own().seal, own().seal_chain, other_range=(1, 2, 3))),
        "range_stated",
        "实际保护的不一致",
    ),
    "another certificate beside": Attack(
        lambda: signed_with(OtherBeside(own().seal, own().seal_chain)), "certificate_swapped", "证书可能被替换"
    ),
    "seal wrapped as CMS": Attack(wrapped_as_cms, "sub_filter", "不是一回事"),
    "CMS wrapped as a seal": Attack(cms_wrapped_as_seal, "sub_filter", "不是一回事"),
    "something in the padding": Attack(trailing_bytes, "container", "藏有别的内容"),
    "something brought along": Attack(something_brought_along, "container", "夹带了别的内容"),
    "time stamp over something else": Attack(lambda: stamped(lambda value: value + b"x"), "stamp", "摘要不符"),
    "time stamp from before the signing": Attack(
        lambda: stamped(lambda value: value, after=-timedelta(hours=1)), "stamp", "晚于时间戳"
    ),
}
