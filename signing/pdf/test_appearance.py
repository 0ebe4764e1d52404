"""签名外观: handwriting keeps its ink and no box around it, names keep every character, seals carry the whole name."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageFont

from signing.pdf import fonts
from signing.pdf.appearance import LABEL_CHARACTERS, Appearance
from signing.pdf.errors import SigningError
from signing.pdf.slots import Slot, add_signature_fields
from signing.pdf.testing import LINES, Signers, blank_pdf, handwriting

SIGNERS = Signers.make()


@cache
def empty_page() -> bytes:
    return add_signature_fields(blank_pdf(), [Slot("only", 0, 100, 400, 220, 100)])


def colours(picture: Image.Image) -> list[tuple[int, int, int]]:
    """Every pixel's colour."""
    raw = picture.tobytes()
    return [(raw[at], raw[at + 1], raw[at + 2]) for at in range(0, len(raw), 3)]


def shown(look: Appearance, scale: float = 2) -> Image.Image:
    """The slot as a viewer draws it."""
    document = pypdfium2.PdfDocument(SIGNERS.sign(empty_page(), "only", SIGNERS.person, look=look))
    document.init_forms()
    page: Image.Image = document[0].render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
    document.close()
    left, top = 100 * scale, (842 - 500) * scale
    return page.crop((int(left), int(top), int(left + 220 * scale), int(top + 100 * scale)))


@pytest.mark.parametrize(
    "png",
    [handwriting(), handwriting(opaque=True), handwriting(palette=True)],
    ids=["transparent", "on white paper", "transparent palette"],
)
def test_handwriting_is_ink_on_the_page_and_not_a_box(png: bytes) -> None:
    pixels = colours(shown(Appearance("李明", png)))
    ink = sum(sum(colour) < 250 for colour in pixels)
    assert 0.01 < ink / len(pixels) < 0.2
    assert pixels.count((255, 255, 255)) / len(pixels) > 0.75
    darkest = min(pixels, key=sum)
    assert darkest[2] > darkest[0] + 30, "the ink is blue"


def test_pale_ink_is_darkened_and_a_blank_pad_is_refused() -> None:
    pale = Image.new("RGBA", (400, 100), (0, 0, 0, 0))
    pale.paste((250, 240, 90, 255), (50, 40, 350, 60))
    out = io.BytesIO()
    pale.save(out, "PNG")
    assert min(map(sum, colours(shown(Appearance("李明", out.getvalue()))))) < 360
    blank = io.BytesIO()
    Image.new("RGBA", (400, 100), (0, 0, 0, 0)).save(blank, "PNG")
    with pytest.raises(SigningError, match="空白"):
        shown(Appearance("李明", blank.getvalue()))


@pytest.mark.parametrize("noise", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a" + bytes(50), handwriting()[:300]])
def test_what_is_no_picture_is_refused(noise: bytes) -> None:
    with pytest.raises(SigningError, match="不能读取"):
        shown(Appearance("李明", noise))


def test_a_rare_character_is_printed_and_an_unknown_one_named(monkeypatch: pytest.MonkeyPatch) -> None:
    rare, common = shown(Appearance("李𬎆赟")), shown(Appearance("李赟"))
    assert rare.tobytes() != common.tobytes()
    with pytest.raises(SigningError, match=r"“\U000323AF”（U\+323AF）"):
        shown(Appearance("李\U000323af"))
    monkeypatch.setattr(fonts, "_FALLBACKS", ())
    with pytest.raises(SigningError, match="𬎆"):
        shown(Appearance("李𬎆赟"))


def test_missing_fonts_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fonts._FACES, "serif", Path("/nowhere/NotoSerifSC_400Regular.ttf"))
    with pytest.raises(SigningError, match="NotoSerifSC_400Regular"):
        shown(Appearance("李明"))


@pytest.mark.parametrize(
    "name",
    ["上海企登有限公司", "中国（上海）自由贸易试验区临港新片区企业登记测试科技发展股份有限公司", "A"],
)
def test_a_seal_is_red_round_and_inside_its_place(name: str) -> None:
    picture = shown(Appearance(name, None, LINES, seal=True))
    middle = picture.getpixel((picture.width // 2, int(picture.height * 0.36)))
    assert isinstance(middle, tuple)
    assert middle[0] > 180 > 90 > middle[1], "the star stands in the middle"


def test_names_and_lines_can_be_searched_as_text() -> None:
    signed = SIGNERS.sign(empty_page(), "only", SIGNERS.person, look=Appearance("李𬎆赟", None, LINES))
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        form = pdf.pages[0].obj.Annots[0].AP.N
        maps = [bytes(font.ToUnicode.read_bytes()) for font in form.Resources.Font.values()]
    for character in "李𬎆赟签署时间":
        code = character.encode("utf-16-be").hex().upper().encode()
        assert any(code in each for each in maps), character


def test_the_label_font_is_embedded_once_for_all_signatures() -> None:
    slots = [Slot(f"s{index}", 0, 50, 100 + 80 * index, 200, 70) for index in range(3)]
    pdf = add_signature_fields(blank_pdf(), slots)
    sizes = []
    for slot in slots:
        signed = SIGNERS.sign(pdf, slot.name, SIGNERS.person, look=Appearance("李明", None, LINES))
        sizes.append(len(signed) - len(pdf))
        pdf = signed
    assert pdf.count(b"NotoSansSC") <= 3, "its names stand in one font's three objects"
    assert max(sizes) < 9000
    assert set("".join(LINES)) <= set(LABEL_CHARACTERS)


def test_lines_with_other_characters_bring_their_own_letters() -> None:
    look = Appearance("李明", None, ("授权签署：代 王赟 签署",))
    assert shown(look).tobytes() != shown(Appearance("李明")).tobytes()
    assert Appearance.from_json(look.as_json()) == look
    drawn = Appearance("李明", handwriting(), LINES)
    assert Appearance.from_json(drawn.as_json()) == drawn


@pytest.mark.parametrize("name", ["serif", "bold", "sans"])
def test_a_subset_draws_what_the_whole_font_draws(name: fonts.Face, tmp_path: Path) -> None:
    font, text = fonts.face(name), "企登Ag1（é"
    program = font.subset(text)
    (tmp_path / "subset.ttf").write_bytes(program)
    assert ImageFont.truetype(str(tmp_path / "subset.ttf"), 40).size == 40
    whole = ImageFont.truetype(str(fonts._FACES[name]), 40)
    for character in text:
        width = font.advance(font.glyph(character))[0]
        assert width == pytest.approx(whole.getlength(character) * font.units / 40, abs=15)
        assert font.outline(font.glyph(character))[:10] in program
