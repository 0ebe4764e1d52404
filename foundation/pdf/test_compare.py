"""Pages that came twice, in another order, or lying: hints for the applicant."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from foundation.pdf.compare import duplicates, fingerprint, hints, title_page
from foundation.pdf.photos import Straightened

WORDS = ("lease of a room", "rent and deposit are paid", "ends on the last day", "both parties sign")


def page(
    seed: int, *, title: bool = False, shift: int = 0, grey: int = 255, lying: bool = False, taken: str | None = None
) -> Straightened:
    """A written page; `shift` and `grey` make another photo of the same one."""
    size = (1414, 1000) if lying else (1000, 1414)
    image = Image.new("RGB", size, (grey,) * 3)
    draw = ImageDraw.Draw(image)
    if title:
        draw.text((500 + shift, 90 + shift), "LEASE OF ROOM", fill=(20, 20, 20), font_size=72, anchor="ma")
    for line in range(9):
        text = WORDS[(seed * 5 + line * (seed + 1)) % 4][: 8 + (seed * 7 + line * 3) % 17]
        draw.text((100 + shift, 260 + shift + line * 60 + seed * 40), text, fill=(20, 20, 20), font_size=38)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return Straightened(out.getvalue(), *size, True, (), 0.9, 0.9, (), taken)


@pytest.mark.row("R035", part="自备文书合并处理")
def test_a_page_photographed_twice_is_noticed_though_light_and_crop_differ() -> None:
    pages = [page(1), page(2), page(1, shift=9, grey=225)]
    assert duplicates([fingerprint(p.jpeg) for p in pages]) == [(1, 3)]
    assert hints(pages) == ["第 1 页和第 3 页看起来是同一页，请看看是不是拍重了。"]


def test_different_pages_of_one_paper_are_not_taken_for_one() -> None:
    assert duplicates([fingerprint(page(seed).jpeg) for seed in range(5)]) == []


def test_pages_taken_in_another_order_are_pointed_out() -> None:
    late, early = page(1, taken="2026:11:24 10:02:00"), page(2, taken="2026:11:24 10:01:00")
    assert hints([late, early]) == ["这几页的先后和拍照的先后不一样，请核对页序。"]
    assert hints([early, late]) == []
    assert hints([late, page(2)]) == [], "an unknown time proves nothing"


def test_a_title_in_the_middle_of_the_pile_is_pointed_out() -> None:
    pages = [page(1), page(2, title=True), page(3)]
    assert title_page(pages) == 2
    assert hints(pages) == ["第 2 页看起来像首页，请核对页序。"]
    assert hints([pages[1], pages[0], pages[2]]) == []


def test_a_lying_page_among_standing_ones_is_pointed_out() -> None:
    assert hints([page(1), page(2, lying=True)]) == ["第 2 页是横着的，其他页是竖着的，请看看要不要转过来。"]
