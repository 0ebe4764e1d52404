"""PDFs and pictures for tests: harmless ones to start from, which each test spoils in one place."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw

A4 = (595.28, 841.89)


def small_pdf(
    pages: int = 1,
    *,
    size: tuple[float, float] = A4,
    spoil: Callable[[pikepdf.Pdf], None] | None = None,
    encryption: pikepdf.Encryption | None = None,
) -> bytes:
    """A PDF whose pages each say their number; `spoil` changes it before it is saved."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for number in range(1, pages + 1):
        page = pdf.add_blank_page(page_size=size)
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        page.obj.Contents = pdf.make_stream(b"BT /F1 60 Tf 60 500 Td (Page %d) Tj ET" % number)
    if spoil is not None:
        spoil(pdf)
    return saved(pdf, encryption)


def saved(pdf: pikepdf.Pdf, encryption: pikepdf.Encryption | None = None) -> bytes:
    out = io.BytesIO()
    if encryption is None:
        pdf.save(out, deterministic_id=True)
    else:
        pdf.save(out, encryption=encryption)
    return out.getvalue()


def picture(
    size: tuple[int, int] = (900, 1200), *, text: str = "Page 1", kind: str = "JPEG", colour: str = "white"
) -> bytes:
    """A photo-like file with a little writing."""
    image = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(image)
    for line in range(5):
        draw.text((60, 80 + 90 * line), f"{text} / {line}", fill="black", font_size=48)
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def widget(pdf: pikepdf.Pdf, *, field_type: str, appearance: bytes | None = None) -> None:
    """Put one form field on the first page."""
    field = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name(field_type), T="f", F=4, Rect=Array([50, 50, 100, 100])
    )
    if appearance is not None:
        form = pdf.make_stream(appearance, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 50, 50]))
        field.AP = Dictionary(N=form)
    field = pdf.make_indirect(field)
    pdf.pages[0].obj.Annots = Array([field])
    pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array([field])))
