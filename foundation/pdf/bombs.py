"""Files that never end or grow without bound when they are opened (耗尽资源的文件), for tests of admission and mending."""

from __future__ import annotations

import re

import pikepdf
from pikepdf import Array, Dictionary, Name

from foundation.pdf.testing import small_pdf


def pages_in_a_ring() -> bytes:
    """The page tree holds itself."""

    def spoil(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Pages.Kids.append(pdf.Root.Pages)

    return small_pdf(spoil=spoil)


def pages_without_number() -> bytes:
    """Ten levels of ten references each: a few hundred bytes that are ten thousand million pages."""

    def spoil(pdf: pikepdf.Pdf) -> None:
        below: pikepdf.Object = pdf.pages[0].obj
        for level in range(1, 11):
            below = pdf.make_indirect(Dictionary(Type=Name.Pages, Kids=Array([below] * 10), Count=10**level))
        pdf.Root.Pages = below

    return small_pdf(spoil=spoil)


def tables_in_a_ring() -> bytes:
    """The cross-reference table names itself as the one before."""
    whole = small_pdf()
    at = re.findall(rb"startxref\n(\d+)", whole)[-1]
    return whole.replace(b"trailer <<", b"trailer << /Prev " + at, 1)


def length_of_itself() -> bytes:
    """The length of a stream is the stream."""
    whole = small_pdf()
    number = re.findall(rb"(\d+) 0 obj\n<< /Length", whole)[0]
    return re.sub(rb"/Length \d+", b"/Length %b 0 R" % number, whole)


def _form(pdf: pikepdf.Pdf, content: bytes, inner: pikepdf.Object | None = None) -> pikepdf.Object:
    resources = Dictionary() if inner is None else Dictionary(XObject=Dictionary(A=inner))
    return pdf.make_stream(
        content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 595, 842]), Resources=resources
    )


def form_in_itself() -> bytes:
    """A drawing that draws itself."""

    def spoil(pdf: pikepdf.Pdf) -> None:
        form = _form(pdf, b"/A Do")
        form.Resources = Dictionary(XObject=Dictionary(A=form))
        pdf.pages[0].obj.Resources.XObject = Dictionary(A=form)
        pdf.pages[0].contents_add(b"/A Do\n")

    return small_pdf(spoil=spoil)


def forms_without_number() -> bytes:
    """Eleven levels of drawings that each draw the next ten times."""

    def spoil(pdf: pikepdf.Pdf) -> None:
        form = _form(pdf, b"0 0 500 800 re 1 0 0 rg f 100 100 m 300 900 500 0 20 30 c S")
        for _ in range(11):
            form = _form(pdf, b"/A Do\n" * 10, form)
        pdf.pages[0].obj.Resources.XObject = Dictionary(A=form)
        pdf.pages[0].contents_add(b"/A Do\n")

    return small_pdf(spoil=spoil)


def pattern_of_nothing() -> bytes:
    """A page tiled with tiles of a thousandth of a point."""

    def spoil(pdf: pikepdf.Pdf) -> None:
        tile = pdf.make_stream(
            b"0 0 1 1 re f", Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1,
            BBox=Array([0, 0, 1, 1]), XStep=0.001, YStep=0.001, Resources=Dictionary(),
        )  # fmt: skip
        pdf.pages[0].obj.Resources.Pattern = Dictionary(P=tile)
        pdf.pages[0].contents_add(b"/Pattern cs /P scn 0 0 595 842 re f\n")

    return small_pdf(spoil=spoil)


def glyph_in_itself() -> bytes:
    """A letter whose drawing writes the same letter."""

    def spoil(pdf: pikepdf.Pdf) -> None:
        glyph = pdf.make_stream(b"100 0 d0 BT /T 9 Tf (a) Tj ET")
        font = pdf.make_indirect(
            Dictionary(
                Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 9, 9]), FontMatrix=Array([0.1, 0, 0, 0.1, 0, 0]),
                FirstChar=97, LastChar=97, Widths=Array([9]), CharProcs=Dictionary(a=glyph),
                Encoding=Dictionary(Type=Name.Encoding, Differences=Array([97, Name.a])),
            )
        )  # fmt: skip
        font.Resources = Dictionary(Font=Dictionary(T=font))
        pdf.pages[0].obj.Resources.Font.T = font
        pdf.pages[0].contents_add(b"BT /T 9 Tf 50 50 Td (a) Tj ET\n")

    return small_pdf(spoil=spoil)


def deep(opening: bytes, closing: bytes) -> bytes:
    """A value nested a hundred thousand times."""
    whole = small_pdf()
    return whole.replace(b"/Type /Catalog", b"/Type /Catalog /X " + opening * 100_000 + b"0" + closing * 100_000, 1)


def objects_without_number() -> bytes:
    """The table claims a thousand million objects."""
    return re.sub(rb"/Size \d+", b"/Size 999999999", small_pdf())


def outlines_in_a_ring() -> bytes:
    def spoil(pdf: pikepdf.Pdf) -> None:
        item = pdf.make_indirect(Dictionary(Title="a"))
        item.Next = item
        pdf.Root.Outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines, First=item, Last=item))

    return small_pdf(spoil=spoil)
