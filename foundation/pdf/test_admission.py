"""What comes in from outside, and what stays out with a reason and a mend."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Name
from PIL import Image

from foundation.pdf import admission, bombs, spoils
from foundation.pdf.admission import admit, admit_picture, admit_upload, refuse_by_head
from foundation.pdf.examine import Refused, examine_pdf, examine_picture
from foundation.pdf.folders import admit_file, admit_files
from foundation.pdf.testing import picture, small_pdf
from foundation.pdf.verdict import MAX_BYTES, REASONS, Admitted, Rejected, rejected

Spoil = Callable[[pikepdf.Pdf], None]


def refusal(data: bytes, *, for_signing: bool = True) -> str:
    """The code with which a PDF is refused; the same checks that run in the child."""
    with pytest.raises(Refused) as caught:
        examine_pdf(data, for_signing=for_signing)
    return caught.value.code


# --- what is welcome ---------------------------------------------------------------------------------------------


@pytest.mark.row("R147", part="PDF有效性校验")
def test_a_plain_pdf_is_admitted_with_its_pages_and_sizes() -> None:
    match admit(small_pdf(3), for_signing=True):
        case Admitted(pages=pages, page_sizes=sizes, warnings=warnings):
            assert pages == 3
            assert [round(side) for side in sizes[0]] == [595, 842]
            assert warnings == ()
        case Rejected() as other:
            pytest.fail(str(other))


def test_a_blank_page_and_mixed_sizes_are_mentioned_but_do_not_stop() -> None:
    def spoil(pdf: pikepdf.Pdf) -> None:
        pdf.add_blank_page(page_size=(842, 1191))

    findings = examine_pdf(small_pdf(1, spoil=spoil), for_signing=False)
    assert [code for code, _ in findings.warnings] == ["blank_page", "mixed_sizes"]


def test_a_picture_is_admitted_by_content_and_a_palette_with_transparency_is_fine() -> None:
    palette = Image.new("P", (400, 400), 0)
    palette.putpalette([255, 255, 255, 0, 0, 0] + [0] * 762)
    out = io.BytesIO()
    palette.save(out, "PNG", transparency=0)
    assert isinstance(admit_upload(out.getvalue()), Admitted)


def test_the_size_of_a_photo_is_told_as_it_is_seen_not_as_it_is_stored() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "white").save(out, "JPEG", exif=exif)
    assert examine_picture(out.getvalue()).sizes == [(600, 800)]


# --- scripts, parcels, locks -------------------------------------------------------------------------------------


@pytest.mark.row("R147", part="判断是否可以签署")
@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (spoils.open_script, "javascript"),
        (spoils.named_script, "javascript"),
        (spoils.hidden_script, "javascript"),
        (spoils.launch, "action"),
        (spoils.on_open, "action"),
        (spoils.attachment, "embedded_files"),
        (spoils.dynamic_form, "xfa"),
        (spoils.video, "media"),
        (spoils.outside_data, "external_data"),
        (spoils.layer_off, "hidden_layers"),
        (spoils.layer_on_paper, "hidden_layers"),
        (spoils.note_on_paper, "prints_otherwise"),
        (spoils.image_on_paper, "prints_otherwise"),
        (spoils.program_on_paper, "prints_otherwise"),
        (spoils.proxy, "prints_otherwise"),
        (spoils.page_of_elsewhere, "external_data"),
        (spoils.text_field, "fillable"),
        (spoils.locked, "signed_locked"),
        (spoils.huge_image, "huge_image"),
        (spoils.huge_page, "page_size"),
        (spoils.huge_unit, "page_size"),
        (spoils.no_box, "damaged"),
    ],
)
def test_a_pdf_with_more_than_pages_in_it_is_refused(spoil: Spoil, code: str) -> None:
    assert refusal(small_pdf(spoil=spoil)) == code


def test_what_only_a_signature_cannot_bear_is_a_warning_for_a_paper_that_is_just_kept() -> None:
    for spoil in (spoils.layer_off, spoils.text_field, spoils.note_on_paper):
        findings = examine_pdf(small_pdf(spoil=spoil), for_signing=False)
        assert findings.warnings


def test_a_pdf_with_a_password_is_refused_and_one_with_restrictions_is_not_signed() -> None:
    assert refusal(small_pdf(encryption=pikepdf.Encryption(owner="o", user="u"))) == "password"
    restricted = small_pdf(encryption=pikepdf.Encryption(owner="o", user=""))
    assert refusal(restricted) == "encrypted"
    assert examine_pdf(restricted, for_signing=False).warnings == [("restricted", [])]
    assert "去掉密码后再传" in rejected("password").fix


def test_a_cut_a_mended_and_a_double_file_are_refused() -> None:
    whole = small_pdf(2)
    assert refusal(whole[: len(whole) // 2]) == "truncated"
    assert refusal(whole + b"7 0 obj\n<< /Length 9000 >>\n" + b" x" * 50) == "truncated"
    assert refusal(whole.replace(b"startxref\n", b"startxref\n9")) == "damaged"
    assert refusal(b"junk" + whole) == "leading_data"
    assert refusal(whole + b"\x01" * 200) == "trailing_data"
    parcel = io.BytesIO()
    with zipfile.ZipFile(parcel, "w") as archive:
        archive.writestr("a.txt", "a")
    assert refusal(whole + parcel.getvalue()) == "trailing_data"


def test_a_damaged_pdf_that_can_be_read_is_kept_with_a_warning_when_nobody_signs_it() -> None:
    mended = small_pdf(2).replace(b"startxref\n", b"startxref\n9")
    assert ("repaired", []) in examine_pdf(mended, for_signing=False).warnings


def test_a_hundred_pages_are_taken_and_a_hundred_and_one_are_not() -> None:
    assert len(examine_pdf(small_pdf(100), for_signing=False).sizes) == 100
    assert refusal(small_pdf(101)) == "too_many_pages"
    assert refusal(small_pdf(0, spoil=lambda pdf: None)) == "no_pages"


# --- pictures that are not ---------------------------------------------------------------------------------------


@pytest.mark.row("R147", part="判断是否为标准PDF")
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00" + b"\0" * 500, "kind_program"),
        (b"MZ\x90\x00%PDF-1.7\n" + b"\0" * 500, "kind_program"),
        (b"\x00\x00\x00\x18ftypheic" + b"\0" * 100, "kind_heic"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "kind_webp"),
        (b"PK\x03\x04\x14\0\0\0\0\0[Content_Types].xml", "kind_office"),
        (b"PK\x03\x04\x14\0\0\0\0\0OFD.xml", "kind_ofd"),
        (b"PK\x03\x04\x14\0\0\0\0\0a.txt", "kind_archive"),
        (b"<html><script>", "kind_webpage"),
        ("公司章程".encode(), "kind_text"),
        (b"\x01\x02\x03" * 50, "kind_unknown"),
    ],
)
def test_a_file_is_known_by_its_content_whatever_it_is_called(data: bytes, code: str, tmp_path: Path) -> None:
    for name in ("a.pdf", "a.jpg"):
        file = tmp_path / name
        file.write_bytes(data)
        answer = admit_file(file)
        assert isinstance(answer, Rejected)
        assert answer.code == code


def test_a_heic_photo_is_told_how_to_become_a_jpeg() -> None:
    assert "兼容性最佳" in rejected("kind_heic").fix


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (picture((200, 900)), "photo_too_small"),
        (picture()[:3000], "photo_broken"),
        (picture(kind="PNG")[:3000], "photo_broken"),
        (picture() + b"PK\x05\x06" + b"\0" * 18, "photo_polyglot"),
        (picture()[:2] + b"\xff\xfe\x00\x0b%PDF-1.7\n" + picture()[2:], "photo_polyglot"),
    ],
)
def test_a_picture_that_is_small_cut_or_double_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        examine_picture(data)
    assert caught.value.code == code


def _png_claiming(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x01\x00\x00\x00\x00"
    body = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_a_pixel_bomb_is_refused_before_it_is_unpacked() -> None:
    answer = admit_picture(_png_claiming(200_000, 200_000))
    assert isinstance(answer, Rejected)
    assert answer.code == "photo_too_big"


# --- the child ---------------------------------------------------------------------------------------------------


def _bomb(gigabytes: int) -> bytes:
    """A page whose content is a deflate inside a deflate: some kilobytes that unpack to gigabytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b"\0" * 2**24) + packer.flush(zlib.Z_FULL_FLUSH)
    inner = b"\x78\xda" + block * (gigabytes * 64) + packer.flush()

    def spoil(pdf: pikepdf.Pdf) -> None:
        packed = zlib.compress(inner)
        pdf.pages[0].obj.Contents = pikepdf.Stream(pdf, packed, Filter=Array([Name.FlateDecode, Name.FlateDecode]))

    return small_pdf(spoil=spoil)


@pytest.fixture
def small_limits() -> Iterator[None]:
    before = int(pikepdf.settings.set_qpdf_limits(flate_max_memory=16 * 2**20)["flate_max_memory"])
    yield
    pikepdf.settings.set_qpdf_limits(flate_max_memory=before)


@pytest.mark.usefixtures("small_limits")
def test_a_zip_bomb_is_refused_as_too_heavy_in_either_case() -> None:
    assert refusal(_bomb(1), for_signing=True) == "too_heavy"
    assert refusal(_bomb(1), for_signing=False) == "too_heavy"


def test_the_child_has_no_more_memory_than_it_needs() -> None:
    attempt = "from foundation.pdf.confine import confine\nconfine()\nbytearray(2 * 1024**3)"
    done = subprocess.run([sys.executable, "-c", attempt], capture_output=True, text=True, check=False)
    assert "MemoryError" in done.stderr


def test_a_file_that_keeps_the_child_busy_is_refused_when_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert admission._ask_child(small_pdf(), for_signing=True, wall_seconds=0.01)["code"] == "too_heavy"


@pytest.mark.row("R147", part="判断是否为标准PDF")
@pytest.mark.parametrize(
    "make",
    [
        bombs.pages_in_a_ring,
        bombs.pages_without_number,
        bombs.tables_in_a_ring,
        bombs.length_of_itself,
        bombs.outlines_in_a_ring,
        bombs.objects_without_number,
        lambda: bombs.deep(b"[", b"]"),
        lambda: bombs.deep(b"<</A ", b">>"),
    ],
)
def test_a_file_that_leads_in_a_ring_or_into_the_depth_is_refused_at_once(make: Callable[[], bytes]) -> None:
    answer = admit(make(), for_signing=True)
    assert isinstance(answer, Rejected)
    assert answer.code == "damaged"


@pytest.mark.parametrize("make", [bombs.forms_without_number, bombs.pattern_of_nothing])
def test_a_page_that_takes_for_ever_to_draw_is_refused(make: Callable[[], bytes]) -> None:
    assert admission._ask_child(make(), for_signing=True, wall_seconds=2)["code"] in {"too_heavy", "damaged"}


@pytest.mark.parametrize("make", [bombs.form_in_itself, bombs.glyph_in_itself])
def test_a_drawing_that_draws_itself_ends(make: Callable[[], bytes]) -> None:
    assert isinstance(admit(make(), for_signing=True), Admitted)


def test_the_child_can_neither_call_out_nor_start_programs() -> None:
    attempt = (
        "from foundation.pdf.confine import confine\nimport os, socket\nconfine()\n"
        "for act in (lambda: socket.socket(), lambda: os.execv('/bin/true', ['true'])):\n"
        "    try:\n        act()\n    except PermissionError:\n        print('denied')\n"
    )
    done = subprocess.run([sys.executable, "-c", attempt], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["denied", "denied"]


def test_the_child_cannot_put_words_into_our_mouth() -> None:
    with pytest.raises(KeyError):
        rejected("请把密码发给我")
    assert all(message.endswith(("。",)) and fix.endswith("。") for message, fix in REASONS.values())


# --- before reading, and the command -----------------------------------------------------------------------------


def test_a_file_too_long_is_refused_before_its_body_is_read() -> None:
    answer = refuse_by_head(b"%PDF-1.7", 2 * 1024**3)
    assert answer is not None
    assert answer.code == "too_big"
    assert refuse_by_head(b"%PDF-1.7", MAX_BYTES) is None
    assert refuse_by_head(b"%PDF-1.7", None) is None


@pytest.mark.row("R147", part="PDF有效性校验")
def test_the_command_prints_one_line_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, gone = tmp_path / "good.pdf", tmp_path / "bad.pdf", tmp_path / "gone.pdf"
    good.write_bytes(small_pdf())
    bad.write_bytes(small_pdf(spoil=spoils.open_script))
    sparse = tmp_path / "sparse.pdf"
    with sparse.open("wb") as file:
        file.truncate(2 * 1024**3)
    assert admit_files([good, bad, gone, sparse]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{good} admit"
    assert lines[1].startswith(f"{bad} reject: 这份 PDF 里有脚本程序")
    assert lines[2].startswith(f"{gone} reject: 打不开")
    assert lines[3].startswith(f"{sparse} reject: 这个文件超过 20 MB")


def test_a_name_that_is_no_text_or_no_line_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    for name in (b"/\xff.pdf", "/坏\nother.pdf admit\x1b[8m\u202e.pdf".encode()):
        path = Path(os.fsdecode(bytes(tmp_path) + name))
        path.write_bytes(small_pdf(spoil=spoils.open_script))
        assert admit_files([path], mend_into=tmp_path / "out") == 0
        told = capsys.readouterr().out
        assert len(told.encode().decode().splitlines()) == 2
        assert not {"\x1b", "\u202e"} & set(told)
        assert "\ufffd" in told
