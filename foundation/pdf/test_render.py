"""Pages as pictures."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pytest
from PIL import Image, ImageChops

from foundation.pdf.fonts import GlyphMissing, text_picture
from foundation.pdf.render import MAX_PIXELS, NotRenderable, page_count, page_sizes, render_page, render_page_jpeg
from foundation.pdf.testing import small_pdf, widget


def darkest(picture: Image.Image) -> int:
    return min(picture.tobytes())


def brightest(picture: Image.Image) -> int:
    return max(picture.tobytes())


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg)).convert("L")


@pytest.mark.row("R143", part="待签署PDF转换成图片")
def test_a_page_becomes_a_jpeg_of_the_width_asked_for() -> None:
    page = opened(render_page_jpeg(small_pdf(2), 1, 750))
    assert page.size == (750, 1061)
    assert darkest(page) < 40, "the writing is there"


@pytest.mark.row("R143", part="避免文件被非法获取")
def test_the_watermark_of_the_viewer_runs_over_the_whole_page_and_leaves_it_readable() -> None:
    pdf = small_pdf()
    clean, marked = (opened(render_page_jpeg(pdf, 0, 900, text)) for text in (None, "张示例 12月3日 10:21"))
    difference = ImageChops.difference(clean, marked)
    width, height = difference.size
    for column in range(3):
        for row in range(3):
            box = (column * width // 3, row * height // 3, (column + 1) * width // 3, (row + 1) * height // 3)
            assert brightest(difference.crop(box)) > 15
    assert brightest(difference) < 70


def test_another_viewers_watermark_is_another_picture() -> None:
    pdf = small_pdf()
    assert render_page_jpeg(pdf, 0, 600, "张示例") != render_page_jpeg(pdf, 0, 600, "李样本")


def test_the_appearance_of_a_signature_field_is_drawn() -> None:
    signed = small_pdf(spoil=lambda pdf: widget(pdf, field_type="/Sig", appearance=b"1 0 0 rg 0 0 50 50 re f"))
    assert render_page(signed, 0, 595).getpixel((75, 842 - 75)) == (255, 0, 0)


def test_a_very_large_page_is_rendered_small() -> None:
    page = render_page(small_pdf(size=(300, 4900)), 0, 9000)
    assert page.width * page.height <= MAX_PIXELS * 1.01, "to a row of pixels"


def test_what_is_no_pdf_and_what_is_no_page_are_told_apart_from_a_crash() -> None:
    with pytest.raises(NotRenderable):
        page_count(b"not a pdf")
    with pytest.raises(NotRenderable):
        render_page_jpeg(small_pdf(), 1, 600)


def test_many_threads_may_ask_at_once() -> None:
    pdf = small_pdf(4)
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda number: render_page_jpeg(pdf, number % 4, 300), range(24)))
    assert len(set(pages)) == 4


def test_sizes_are_told_as_seen() -> None:
    def turn(pdf: pikepdf.Pdf) -> None:
        pdf.pages[1].rotate(90, relative=False)

    assert [round(width) for width, _ in page_sizes(small_pdf(2, spoil=turn))] == [595, 842]


def test_a_rare_character_is_drawn_and_one_without_a_font_is_named() -> None:
    assert text_picture("李𬎆赟", "sans", 30).getextrema() == (0, 255)
    with pytest.raises(GlyphMissing, match="U\\+"):
        text_picture("\U000f0000", "sans", 30)
