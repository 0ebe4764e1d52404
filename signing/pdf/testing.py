"""Documents and people for the tests and benches of this package."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import pikepdf
import typst
from PIL import Image, ImageDraw

from foundation.config import ROOT
from foundation.crypto import crypto
from foundation.crypto.eseal import OF_ORGANISATION, SealInfo, SealPicture, seal_issue, seal_read
from foundation.crypto.x509 import Issuer
from foundation.crypto.x509.testing import BEGIN, NOON, Authority
from signing.pdf.appearance import Appearance
from signing.pdf.classic import ClassicFile
from signing.pdf.library import read_pdf
from signing.pdf.ses import Ses
from signing.pdf.sign import Prepared, merge, prepare
from signing.pdf.slots import Slot, add_signature_fields
from signing.pdf.syntax import write_dict

LINES = ("签署时间：2026-11-24 12:00:00", "认证流水号：RZ20261124000123", "签署流水号：31010120261124000123-01-02-1")
SLOTS = (
    Slot("legal_representative", 0, 60, 80, 180, 70),
    Slot("liaison", 0, 300, 80, 180, 70),
    Slot("seal", 1, 380, 80, 140, 150, "seal"),
)
_SOURCE = """
#set page(paper: "a4", margin: 2cm)
#set text(font: "Noto Serif SC", lang: "zh", size: 11pt)
#set document(title: "公司登记（备案）申请书", date: datetime(year: 2026, month: 11, day: 24))
= 公司登记（备案）申请书
#for i in range(%d) [申请人承诺：所提交的材料真实、合法、有效。第 #i 条。 \\ ]
#pagebreak()
#table(columns: 3, [变更事项], [变更前], [变更后], [住所], [上海市黄浦区], [上海市浦东新区])
#pagebreak()
附件
"""


@cache
def own_pdf(articles: int = 18) -> bytes:
    """Three pages or four by Typst, PDF/A-2b, classic cross-reference: what our documents are."""
    fonts = typst.Fonts(False, True, [str(ROOT / "node_modules/@expo-google-fonts/noto-serif-sc/400Regular")])
    made = typst.compile((_SOURCE % articles).encode(), font_paths=fonts, pdf_standards="a-2b")
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no document")
    return made


@cache
def stream_pdf(articles: int = 18) -> bytes:
    """The same with a cross-reference stream and object streams: what others make."""
    return saved(pikepdf.open(io.BytesIO(own_pdf(articles))), packed=True)


def saved(pdf: pikepdf.Pdf, *, packed: bool = False) -> bytes:
    """A document written anew."""
    out = io.BytesIO()
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    pdf.save(out, object_stream_mode=mode, deterministic_id=True)
    return out.getvalue()


def blank_pdf(
    pages: int = 1, *, rotation: int = 0, box: Sequence[float] = (0, 0, 595, 842), packed: bool = False
) -> bytes:
    """Empty pages."""
    pdf = pikepdf.new()
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.MediaBox = pikepdf.Array(list(box))
        if rotation:
            page.obj.Rotate = rotation
    return saved(pdf, packed=packed)


@cache
def linearized_pdf() -> bytes:
    """The same arranged for the web: two cross-reference tables, the first one in front."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(own_pdf())) as pdf:
        pdf.save(out, linearize=True, deterministic_id=True)
    return out.getvalue()


@cache
def hybrid_pdf() -> bytes:
    """A file of two tongues, as old office programs write it."""
    base = blank_pdf(2)
    return hybrid_update(base, {ClassicFile.read(base).size: b"<</Producer (hybrid)>>"})


def hybrid_update(base: bytes, hidden: Mapping[int, bytes]) -> bytes:
    """An update with a classic table for old readers and a stream (/XRefStm) that shows new readers `hidden` as well."""
    file, out = ClassicFile.read(base), bytearray(base)
    table = max(file.size, *(number + 1 for number in hidden))
    rows, index = b"", b""
    for number in sorted(hidden):
        rows += b"\1" + len(out).to_bytes(4, "big") + b"\0"
        index += b"%d 1 " % number
        out += b"%d 0 obj\n%b\nendobj\n" % (number, hidden[number])
    stream_at = len(out)
    out += b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 1]/Index[%b]/Length %d>>\nstream\n%b\nendstream\nendobj\n" % (
        *(table, table + 1, index, len(rows)),
        rows,
    )
    trailer = {
        **file.trailer(),
        b"Size": b"%d" % (table + 1),
        b"Prev": b"%d" % file.sections[-1].xref,
        b"XRefStm": b"%d" % stream_at,
    }
    xref = len(out)
    tail = b"xref\n%d 1\n%010d 00000 n \ntrailer\n%b\nstartxref\n%d\n%%%%EOF\n"
    return bytes(out) + tail % (table, stream_at, write_dict(trailer), xref)


def packed_update(base: bytes, packed: Mapping[int, bytes]) -> bytes:
    """An update whose objects stand inside an object stream, its cross-reference a stream as well."""
    file, start = read_pdf(base), int(base[base.rindex(b"startxref") + 9 : base.rindex(b"%%EOF")])
    first, root = file.size, file.root_at(-1)
    heads, bodies = b"", b""
    for number, body in packed.items():
        heads += b"%d %d " % (number, len(bodies))
        bodies += body + b" "
    content = heads + bodies
    out = bytearray(base)
    carrier_at = len(out)
    out += b"%d 0 obj\n<</Type/ObjStm/N %d/First %d/Length %d>>\nstream\n%b\nendstream\nendobj\n" % (
        *(first, len(packed), len(heads), len(content)),
        content,
    )
    table_at = len(out)
    rows = {number: b"\2" + first.to_bytes(4, "big") + bytes([place]) for place, number in enumerate(packed)}
    rows |= {
        first: b"\1" + carrier_at.to_bytes(4, "big") + b"\0",
        first + 1: b"\1" + table_at.to_bytes(4, "big") + b"\0",
    }
    index = b" ".join(b"%d 1" % number for number in sorted(rows))
    table = b"".join(rows[number] for number in sorted(rows))
    out += (
        b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 1]/Index[%b]/Root %d 0 R/Prev %d/Length %d>>\nstream\n%b\nendstream\nendobj\n"
        % (
            *(first + 1, first + 2, index, root, start, len(table)),
            table,
        )
    )
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % table_at


@cache
def handwriting(*, opaque: bool = False, palette: bool = False) -> bytes:
    """A line of ink as a PNG: transparent, on white paper, or with a transparent palette colour."""
    picture = Image.new("RGBA", (900, 300), (255, 255, 255, 255 if opaque else 0))
    points = [(50, 200), (200, 80), (300, 250), (420, 60), (560, 220), (700, 90), (850, 200)]
    ImageDraw.Draw(picture).line(points, fill=(20, 20, 90, 255), width=14, joint="curve")
    out = io.BytesIO()
    (picture.quantize(8) if palette else picture).save(out, "PNG")
    return out.getvalue()


@cache
def seal_picture(word: str = "企", *, colours: bool = False) -> SealPicture:
    """A ring with a mark in it as a PNG, red and transparent; `colours`: the mark in another colour."""
    picture = Image.new("RGBA", (240, 240), (200, 20, 30, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((4, 4, 235, 235), outline=(200, 20, 30, 255), width=9)
    for index in range(1 + ord(word) % 5):
        draw.rectangle((60, 50 + 30 * index, 180, 60 + 30 * index), fill=(20, 20, 200 if colours else 30, 255))
    if not colours:
        picture.paste((200, 20, 30), (0, 0), picture.getchannel("A"))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return SealPicture("PNG", out.getvalue(), 40, 40)


@dataclass(frozen=True)
class Signers:
    """An authority with two people, a company and a seal maker."""

    authority: Authority
    person: Issuer
    other: Issuer
    company: Issuer
    maker: Issuer

    @classmethod
    def make(cls) -> Signers:
        authority = Authority.make()
        people = authority.person("李𬎆赟"), authority.person("王小明")
        return cls(
            authority, *people, authority.company("上海企登测试科技发展有限公司"), authority.company("测试制章机构")
        )

    def seal_info(self, who: Issuer | None = None) -> SealInfo:
        """What stands in the seal of the company (or of `who`), good for a year from January 2026."""
        owner = who or self.company
        return SealInfo(
            vendor="QIDENG",
            es_id="31000020260100000017",
            kind=OF_ORGANISATION,
            name=owner.certificate.subject.common_name,
            certificates=(owner.certificate.der,),
            digests=(),
            created_at=BEGIN + timedelta(days=1),
            valid_from=BEGIN + timedelta(days=1),
            valid_until=BEGIN + timedelta(days=366),
            picture=seal_picture(),
        )

    def seal(self, info: SealInfo | None = None, maker: Issuer | None = None) -> bytes:
        """The seal over `info`, by the maker or somebody else."""
        return seal_issue(info or self.seal_info(), maker or self.maker)

    def prepare_seal(
        self, pdf: bytes, seal: bytes | None = None, who: Issuer | None = None, at: datetime = NOON
    ) -> Prepared:
        """The company's electronic seal on the place `seal`."""
        seal, who = seal or self.seal(), who or self.company
        read = seal_read(seal).info
        look = Appearance(read.name, lines=LINES, picture=read.picture)
        return prepare(pdf, "seal", look, who.certificate.der, self.chain, at, container=Ses(seal, tuple(self.chain)))

    def sign_with_seal(
        self, pdf: bytes, seal: bytes | None = None, who: Issuer | None = None, at: datetime = NOON
    ) -> bytes:
        """Prepare, sign, merge: SES."""
        prepared, key = self.prepare_seal(pdf, seal, who, at), (who or self.company).key
        return merge(prepared, crypto().sm2_sign(key.private, prepared.to_be_signed, public=key.public))

    @property
    def chain(self) -> list[bytes]:
        return [self.authority.sub.certificate.der]

    @property
    def roots(self) -> list[bytes]:
        return [self.authority.root.certificate.der]

    def prepare(
        self, pdf: bytes, field: str, who: Issuer, at: datetime = NOON, look: Appearance | None = None
    ) -> Prepared:
        shown = look or Appearance(who.certificate.subject.common_name, None, LINES, seal=field == "seal")
        return prepare(pdf, field, shown, who.certificate.der, self.chain, at, reason="签署公司登记申请书")

    def sign(self, pdf: bytes, field: str, who: Issuer, at: datetime = NOON, look: Appearance | None = None) -> bytes:
        """Prepare, sign, merge."""
        prepared = self.prepare(pdf, field, who, at, look)
        return merge(prepared, crypto().sm2_sign(who.key.private, prepared.to_be_signed, public=who.key.public))

    def signed_by_all(self, pdf: bytes) -> bytes:
        """Fields added, two people and the company have signed."""
        pdf = add_signature_fields(pdf, SLOTS)
        pdf = self.sign(pdf, "legal_representative", self.person, look=Appearance("李𬎆赟", handwriting(), LINES))
        pdf = self.sign(pdf, "liaison", self.other)
        return self.sign(pdf, "seal", self.company)
