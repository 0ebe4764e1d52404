"""Photos and files become one PDF."""

from __future__ import annotations

import io
import random

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from foundation.pdf.admission import admit
from foundation.pdf.assemble import A4, MARGIN, CannotAssemble, images_to_pdf, place
from foundation.pdf.examine import examine_pdf
from foundation.pdf.merge import merge
from foundation.pdf.render import page_count, page_sizes, render_page
from foundation.pdf.testing import picture, saved, small_pdf, widget
from foundation.pdf.verdict import Admitted


def noisy() -> bytes:
    """A picture that does not compress."""
    out = io.BytesIO()
    Image.frombytes("RGB", (900, 1200), random.Random(7).randbytes(900 * 1200 * 3)).save(out, "JPEG", quality=95)
    return out.getvalue()


@pytest.mark.row("R035", part="证明材料上传")
def test_three_photos_become_three_a4_pages_that_can_be_signed() -> None:
    pdf = images_to_pdf([picture((1000, 1414), text=f"Page {number}") for number in (1, 2, 3)])
    assert page_count(pdf) == 3
    assert isinstance(admit(pdf, for_signing=True), Admitted)


def test_the_same_photos_give_the_same_bytes() -> None:
    photos = [picture(text="a"), picture(text="b", kind="PNG")]
    assert images_to_pdf(photos) == images_to_pdf(photos)
    assert merge([*photos, small_pdf(2)]) == merge([*photos, small_pdf(2)])


def test_a_page_shaped_like_a4_fills_it_and_another_keeps_a_margin() -> None:
    page, (x, y, wide, high) = place(1654, 2339)
    assert page == A4
    assert max(x, y) < 1
    assert wide == pytest.approx(A4[0], rel=0.01)
    lying, (x, _, _, _) = place(3000, 1000)
    assert lying == (A4[1], A4[0])
    assert x == pytest.approx(MARGIN)
    _, (_, _, wide, high) = place(400, 500)
    assert (wide, high) == (288.0, 360.0), "a small picture is not blown up"


def test_transparent_parts_are_white_and_a_turned_photo_stands_upright() -> None:
    clear = Image.new("RGBA", (600, 800), (0, 0, 0, 0))
    out = io.BytesIO()
    clear.save(out, "PNG")
    assert render_page(images_to_pdf([out.getvalue()]), 0, 300).getpixel((150, 200)) == (255, 255, 255)
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = io.BytesIO()
    Image.new("RGB", (1414, 1000), "white").save(sideways, "JPEG", exif=exif)
    assert page_sizes(images_to_pdf([sideways.getvalue()]))[0][1] > 800


def test_many_large_photos_are_made_smaller_until_they_fit() -> None:
    photos = [noisy(), noisy()]
    limit = sum(map(len, photos)) // 2
    assert len(images_to_pdf(photos, max_bytes=limit)) <= limit
    with pytest.raises(CannotAssemble, match="分成几份"):
        images_to_pdf(photos, max_bytes=60_000)


def test_nothing_and_a_broken_photo_are_told_in_words() -> None:
    with pytest.raises(CannotAssemble, match="没有照片"):
        images_to_pdf([])
    with pytest.raises(CannotAssemble, match="打不开"):
        images_to_pdf([b"\xff\xd8\xff\0"])


@pytest.mark.row("R035", part="自备文书合并处理")
def test_files_and_photos_are_joined_in_the_order_given() -> None:
    merged = merge([small_pdf(1), picture((1414, 1000)), small_pdf(2, size=(300, 400))])
    assert [round(width) for width, _ in page_sizes(merged)] == [595, 842, 300, 300]
    examine_pdf(merged, for_signing=True)


@pytest.mark.row("R035", part="自备文书合并处理")
def test_what_only_a_viewer_would_do_stays_behind_and_what_is_seen_stays() -> None:
    def spoil(pdf: pikepdf.Pdf) -> None:
        widget(pdf, field_type="/Tx", appearance=b"1 0 0 rg 0 0 50 50 re f")
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
        pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS="1"))
        pdf.attachments["a.xml"] = pikepdf.AttachedFileSpec(pdf, b"<a/>", filename="a.xml")

    merged = merge([small_pdf(1, spoil=spoil)])
    assert examine_pdf(merged, for_signing=True).warnings == []
    assert render_page(merged, 0, 595).getpixel((75, 842 - 75)) == (255, 0, 0)


def test_merging_one_file_mends_what_a_strict_reader_refuses() -> None:
    out = io.BytesIO()
    Image.new("RGB", (800, 1100), "white").save(out, "PDF", resolution=100)
    assert isinstance(admit(merge([out.getvalue()]), for_signing=True), Admitted)


def test_pages_that_inherit_their_size_and_fonts_keep_them() -> None:
    with pikepdf.open(io.BytesIO(small_pdf(1))) as pdf:
        page = pdf.pages[0].obj
        parent = page.Parent
        parent.MediaBox, parent.Resources = Array([0, 0, 400, 500]), page.Resources
        del page["/MediaBox"], page["/Resources"]
        inheriting = saved(pdf)
    merged = merge([inheriting, small_pdf(1)])
    assert [round(side) for side in page_sizes(merged)[0]] == [400, 500]
    assert min(render_page(merged, 0, 400).convert("L").tobytes()) < 60, "the writing is there"


def test_a_hidden_layer_is_not_brought_to_light_by_merging() -> None:
    def spoil(pdf: pikepdf.Pdf) -> None:
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="x"))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))

    with pytest.raises(CannotAssemble, match="隐藏的图层"):
        merge([small_pdf(1, spoil=spoil)])


def test_too_many_pages_and_too_many_bytes_are_told_with_a_mend() -> None:
    with pytest.raises(CannotAssemble, match="100 页"):
        merge([small_pdf(60), small_pdf(60)])
    with pytest.raises(CannotAssemble, match="20 MB"):
        merge([small_pdf(1)], max_bytes=300)
    with pytest.raises(CannotAssemble, match="PDF、JPEG 和 PNG"):
        merge([b"MZ\0\0"])
