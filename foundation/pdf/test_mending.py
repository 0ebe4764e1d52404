"""整理: what is put right and how it is told, what may never be, and that nobody sees another page afterwards. R147."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from foundation.pdf import mending, spoils
from foundation.pdf.admission import admit
from foundation.pdf.examine import Refused, examine_pdf
from foundation.pdf.folders import admit_files
from foundation.pdf.mending import MENDABLE, STEPS, WHY_NOT, Mended, NotMended, mend
from foundation.pdf.repair import Beyond, repaired
from foundation.pdf.sameness import Unlike, same_pages
from foundation.pdf.testing import small_pdf
from foundation.pdf.verdict import REASONS, rejected

WHOLE = small_pdf(2)
Step = tuple[str, int]


def refused(data: bytes, *, for_signing: bool = True) -> str:
    with pytest.raises(Refused) as caught:
        examine_pdf(data, for_signing=for_signing)
    return caught.value.code


def steps_of(data: bytes, *, for_signing: bool = True) -> dict[str, int]:
    """Mended as in the child: what was done. The result is admitted and shows the same."""
    assert refused(data, for_signing=for_signing) in MENDABLE
    content, done = repaired(data, for_signing=for_signing)
    examine_pdf(content, for_signing=for_signing)
    assert same_pages(data, content) > 0
    return dict(done)


# --- what can be put right ---------------------------------------------------------------------------------------


def _pinned(pdf: pikepdf.Pdf) -> None:
    """Two attachments, one of them with a pin on the page and a note that belongs to the pin."""
    spoils.attachment(pdf)
    look = pdf.make_stream(b"1 0 0 rg 0 0 20 20 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 20, 20]))
    parcel = Dictionary(
        Type=Name.Filespec, F="b.xml", EF=Dictionary(F=pdf.make_stream(b"<b/>", Type=Name.EmbeddedFile))
    )
    pin = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([50, 50, 70, 70]), F=4, FS=parcel, AP=Dictionary(N=look)
        )
    )  # fmt: skip
    note = Dictionary(Type=Name.Annot, Subtype=Name.Popup, Rect=Array([80, 50, 90, 70]), Parent=pin)
    pdf.pages[0].obj.Annots = Array([pin, note])


def _two_scripts(pdf: pikepdf.Pdf) -> None:
    spoils.open_script(pdf)
    names = Array(["a", Dictionary(S=Name.JavaScript, JS="app.alert(2)")])
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=names))


def _chained_action(pdf: pikepdf.Pdf) -> None:
    """A harmless link that goes on to start a program."""
    after = pdf.make_indirect(Dictionary(S=Name.Launch, F="x"))
    first = Dictionary(S=Name.URI, URI="https://example.com", Next=Array([after]))
    pdf.pages[0].obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=first)])


def _form(pdf: pikepdf.Pdf, flags: int = 4) -> None:
    """A filled text, a ticked box and an empty place to sign, as real forms have them, two of them under one parent."""
    font = pdf.pages[0].obj.Resources.Font.F1
    text = pdf.make_stream(
        b"/Tx BMC q BT /F1 9 Tf 2 4.3 Td (12,345.00) Tj ET Q EMC", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 150.5, 18.2]),
        Resources=Dictionary(Font=Dictionary(F1=font)),
    )  # fmt: skip
    tick = pdf.make_stream(
        b"0 0 12 12 re S 2 2 m 9 9 l S", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 12, 12])
    )
    parent = pdf.make_indirect(Dictionary(FT=Name.Tx, T="capital", V="12,345.00", Kids=Array([])))
    box = [60.2, 300.7, 210.7, 318.9]
    parts: list[Any] = [
        {"Parent": parent, "F": flags, "Rect": Array(box), "AP": Dictionary(N=text)},
        {"Parent": parent, "F": flags, "Rect": Array([box[0], 340.1, box[2], 358.3]), "AP": Dictionary(N=text)},
        {"FT": Name.Btn, "T": "ok", "AS": Name.Yes, "F": 4, "Rect": Array([60, 200, 72, 212]), "AP": Dictionary(N=Dictionary(Yes=tick))},
        {"FT": Name.Sig, "T": "sign", "F": 4, "Rect": Array([300, 200, 400, 240])},
    ]  # fmt: skip
    widgets = [pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Widget, **part)) for part in parts]
    parent.Kids = Array(widgets[:2])
    pdf.pages[0].obj.Annots = Array(widgets)
    pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array([parent, *widgets[2:]])))
    pdf.Root.StructTreeRoot = Dictionary(K=Dictionary(S=Name.Form, K=Dictionary(Type=Name.OBJR, Obj=widgets[0])))


def _hidden_fields(pdf: pikepdf.Pdf) -> None:
    _form(pdf, flags=2)


def _static_form(pdf: pikepdf.Pdf) -> None:
    _form(pdf)
    pdf.Root.AcroForm.XFA = "<xdp/>"


MENDED: list[tuple[str, bytes, dict[str, int]]] = [
    ("bytes in front", b"mail: junk\n" + WHOLE, {"leading": 11}),
    ("bytes behind", WHOLE + b"\x01" * 200, {"trailing": 200}),
    ("table", WHOLE.replace(b"startxref\n", b"startxref\n9"), {"table": 1}),
    ("offsets", re.sub(rb"(\d{10}) 00000 n", lambda row: b"%010d 00000 n" % (int(row[1]) + 3), WHOLE), {"table": 1}),
    ("no length", re.sub(rb"/Length \d+", b"", WHOLE), {"table": 1, "lengths": 2}),
    ("wrong length", re.sub(rb"/Length \d+", b"/Length 3", WHOLE), {"table": 1, "lengths": 2}),
    ("script", small_pdf(spoil=spoils.open_script), {"scripts": 1}),
    ("named script", small_pdf(spoil=spoils.named_script), {"scripts": 1}),
    ("two scripts", small_pdf(spoil=_two_scripts), {"scripts": 2}),
    ("hidden script", small_pdf(spoil=spoils.hidden_script), {"scripts": 1}),
    ("launch", small_pdf(spoil=spoils.launch), {"actions": 1}),
    ("on opening", small_pdf(spoil=spoils.on_open), {"actions": 1}),
    ("chained", small_pdf(spoil=_chained_action), {"actions": 1}),
    ("attachment", small_pdf(spoil=spoils.attachment), {"attachments": 1}),
    ("pinned attachment", small_pdf(spoil=_pinned), {"attachments": 2}),
    ("one field", small_pdf(spoil=spoils.text_field), {"fields": 1}),
    ("form", small_pdf(spoil=_form), {"fields": 3, "places": 1}),
    ("form with hidden fields", small_pdf(spoil=_hidden_fields), {"fields": 1, "hidden": 2, "places": 1}),
    ("empty dynamic form", small_pdf(spoil=spoils.dynamic_form), {"dynamic": 1}),
    ("static dynamic form", small_pdf(spoil=_static_form), {"dynamic": 1, "fields": 3, "places": 1}),
]


@pytest.mark.row("R147", part="PDF有效性校验")
@pytest.mark.row("R147", part="判断是否可以签署")
@pytest.mark.parametrize(("data", "done"), [each[1:] for each in MENDED], ids=[each[0] for each in MENDED])
def test_what_is_not_part_of_the_pages_is_taken_away_and_counted(data: bytes, done: dict[str, int]) -> None:
    assert steps_of(data) == done


def test_a_file_of_several_faults_is_told_all_of_them() -> None:
    def spoil(pdf: pikepdf.Pdf) -> None:
        spoils.open_script(pdf)
        spoils.attachment(pdf)
        _form(pdf)

    data = b"junk\n" + small_pdf(spoil=spoil) + b"\x01" * 99
    match mend(data, rejected("leading_data"), for_signing=True):
        case Mended() as mended:
            assert mended.sentences == [
                "去掉文件开头夹着的 5 个字节",
                "去掉文件末尾夹着的 99 个字节",
                "去掉 1 段脚本程序",
                "去掉 1 个附件",
                "把 3 个填写栏按现在的内容固定在页面上，不能再填",
                "去掉 1 个没有签过的签名位置",
                "按标准格式重新写一遍文件",
            ]
            assert mended.admitted.pages == 1
            assert not hasattr(admit(mended.content, for_signing=True), "code")
        case NotMended() as other:
            pytest.fail(str(other))


def test_a_paper_that_is_only_kept_keeps_its_form_when_something_else_is_mended() -> None:
    def spoil(pdf: pikepdf.Pdf) -> None:
        spoils.open_script(pdf)
        _form(pdf)

    content, done = repaired(small_pdf(spoil=spoil), for_signing=False)
    assert dict(done) == {"scripts": 1}
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert "/AcroForm" in pdf.Root


def test_a_link_that_only_leads_somewhere_is_left() -> None:
    content, _ = repaired(small_pdf(spoil=_chained_action), for_signing=True)
    assert b"https://example.com" in content
    assert b"/Launch" not in content


def test_what_was_saved_over_is_gone_and_said() -> None:
    base = small_pdf(spoil=spoils.open_script)
    number, size = (int(re.findall(mark, base)[-1]) for mark in (rb"startxref\n(\d+)", rb"/Size (\d+)"))
    again = base + b"xref\n0 0\ntrailer\n<</Size %d/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        number,
        len(base),
    )
    assert steps_of(again) == {"scripts": 1, "history": 1}


def test_the_same_file_is_mended_to_the_same_bytes() -> None:
    data = small_pdf(spoil=_form)
    assert repaired(data, for_signing=True)[0] == repaired(data, for_signing=True)[0]


# --- what may not ------------------------------------------------------------------------------------------------


def _signed(pdf: pikepdf.Pdf) -> None:
    spoils.attachment(pdf)
    value = pdf.make_indirect(Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents="x"))
    field = Dictionary(FT=Name.Sig, T="s", V=value, Type=Name.Annot, Subtype=Name.Widget, Rect=Array([0, 0, 0, 0]))
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]))


def _usage_rights(pdf: pikepdf.Pdf) -> None:
    spoils.attachment(pdf)
    pdf.Root.Perms = Dictionary(UR3=Dictionary(Type=Name.Sig))


def _portfolio(pdf: pikepdf.Pdf) -> None:
    spoils.attachment(pdf)
    pdf.Root.Collection = Dictionary(Type=Name.Collection)


def _needs_rendering(pdf: pikepdf.Pdf) -> None:
    spoils.dynamic_form(pdf)
    pdf.Root.NeedsRendering = True


def _zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    return data + out.getvalue()


OWNER = pikepdf.Encryption(owner="o", user="")


@pytest.mark.row("R147", part="判断是否可以签署")
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (small_pdf(spoil=_signed), "signed"),
        (small_pdf(spoil=_usage_rights), "signed"),
        (b"junk" + small_pdf(spoil=spoils.locked), "signed"),
        (small_pdf(spoil=spoils.attachment, encryption=OWNER), "restricted"),
        (b"junk" + small_pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "password"),
        (small_pdf(spoil=_portfolio), "portfolio"),
        (small_pdf(spoil=_needs_rendering), "dynamic"),
        (_zipped(WHOLE), "double"),
        (b"\xff\xd8\xff" + b"\0" * 99 + WHOLE, "double"),
        (WHOLE + b"\n" + small_pdf(1) + b"\x01" * 99, "double"),
        (b"%PDF-1.7\n" + b"x" * 500 + b"startxref\n0\n%%EOF", "broken"),
    ],
)
def test_a_file_is_left_alone_where_there_is_no_lawful_way(data: bytes, code: str) -> None:
    with pytest.raises(Beyond) as caught:
        repaired(data, for_signing=True)
    assert caught.value.code == code
    assert code in WHY_NOT


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (small_pdf(encryption=OWNER), "restricted"),
        (small_pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "password"),
        (WHOLE[: len(WHOLE) // 2], "incomplete"),
        (small_pdf(spoil=spoils.layer_off), "content"),
        (small_pdf(spoil=spoils.video), "content"),
        (small_pdf(spoil=spoils.locked), "signed"),
        (small_pdf(101), "other"),
    ],
)
def test_what_a_refusal_tells_already_needs_no_look_at_the_file(
    data: bytes, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mending, "_CHILD", "nothing.is.started")
    answer = mend(data, rejected(refused(data)), for_signing=True)
    assert isinstance(answer, NotMended)
    assert (answer.code, answer.message) == (code, WHY_NOT[code])


def test_a_field_whose_content_nobody_drew_is_not_lost_by_mending() -> None:
    """The viewer draws it from the value; drawn away it would be gone, so there is no offer."""

    def spoil(pdf: pikepdf.Pdf) -> None:
        _form(pdf)
        for widget in pdf.pages[0].obj.Annots.as_list()[:2]:
            del widget["/AP"]
            widget.DA = "/Helv 9 Tf 0 g"

    data = small_pdf(spoil=spoil)
    answer = mend(data, rejected("fillable"), for_signing=True)
    assert isinstance(answer, NotMended)
    assert (answer.code, answer.message) == ("differs", "整理后第 1 页和原来看到的不一样，不能整理。")


def test_a_file_that_cannot_be_shown_cannot_be_compared() -> None:
    data = WHOLE[: WHOLE.index(b"xref\n")] + b"startxref\n0\n%%EOF\n"
    answer = mend(data, rejected("damaged"), for_signing=True)
    assert isinstance(answer, NotMended)
    assert answer.code == "unseen"


def test_what_admission_would_still_refuse_is_not_offered() -> None:
    def spoil(pdf: pikepdf.Pdf) -> None:
        spoils.attachment(pdf)
        spoils.layer_off(pdf)

    answer = mend(small_pdf(spoil=spoil), rejected("embedded_files"), for_signing=True)
    assert isinstance(answer, NotMended)
    assert answer.code == "still_hidden_layers"
    assert "还是不能收：这份 PDF 有隐藏的图层" in answer.message


def test_a_file_that_keeps_the_child_busy_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mending, "WALL_SECONDS", 0.01)
    answer = mend(b"junk" + WHOLE, rejected("leading_data"), for_signing=True)
    assert isinstance(answer, NotMended)
    assert answer.code == "too_heavy"


# --- what people see ---------------------------------------------------------------------------------------------


def written(text: bytes, size: int) -> bytes:
    def spoil(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Contents = pdf.make_stream(b"BT /F1 %d Tf 60.3 500.7 Td (%b) Tj ET" % (size, text))

    return small_pdf(spoil=spoil)


@pytest.mark.parametrize(("one", "other"), [(b"3", b"8"), (b"1.000", b"1,000"), (b"O", b"0")])
@pytest.mark.parametrize("size", [4, 8])
def test_a_single_sign_in_small_print_makes_another_page(one: bytes, other: bytes, size: int) -> None:
    assert same_pages(written(one, size), written(one, size)) == 1
    with pytest.raises(Unlike):
        same_pages(written(one, size), written(other, size))


def test_another_colour_or_size_and_a_page_more_or_less_are_seen() -> None:
    def red(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].contents_add(b"1 0 0 rg\n", prepend=True)

    for other in (small_pdf(spoil=red), small_pdf(size=(600, 841.89)), small_pdf(2)):
        for pair in ((small_pdf(), other), (other, small_pdf())):
            with pytest.raises(Unlike):
                same_pages(*pair)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_form_on_a_turned_and_cropped_page_looks_as_before(turn: int) -> None:
    def spoil(pdf: pikepdf.Pdf) -> None:
        _form(pdf)
        pdf.pages[0].obj.Rotate = turn
        pdf.pages[0].obj.CropBox = Array([50, 100, 500, 700])

    data = small_pdf(spoil=spoil)
    assert same_pages(data, repaired(data, for_signing=True)[0]) == 1


# --- words and the command ---------------------------------------------------------------------------------------


def test_the_words_are_complete_sentences_and_every_code_has_them() -> None:
    assert set(REASONS) >= MENDABLE
    assert all(words.endswith("。") for words in WHY_NOT.values())
    assert not any("。" in words for words in STEPS.values())
    assert set(mending._HOPELESS.values()) <= set(WHY_NOT)
    assert not set(mending._HOPELESS) & MENDABLE


Printed = Callable[[], list[str]]


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Printed:
    return lambda: capsys.readouterr().out.splitlines()


@pytest.mark.row("R147", part="PDF有效性校验")
def test_the_command_writes_mended_files_beside_and_never_over_anything(tmp_path: Path, printed: Printed) -> None:
    places = [tmp_path / name for name in ("one", "two", "out")]
    for place in places:
        place.mkdir()
    first, second, good, bad = (places[0] / "a.pdf", places[1] / "a.pdf", places[0] / "g.pdf", places[0] / "b.pdf")
    first.write_bytes(small_pdf(spoil=spoils.open_script))
    second.write_bytes(small_pdf(spoil=spoils.attachment))
    good.write_bytes(small_pdf())
    bad.write_bytes(WHOLE[: len(WHOLE) // 2])
    assert admit_files([first, second, good, bad], mend_into=places[2]) == 1
    lines = printed()
    assert lines[0].startswith(f"{first} reject: 这份 PDF 里有脚本程序")
    assert lines[1] == f"{first} mended: {places[2] / 'a.pdf'} 去掉 1 段脚本程序；按标准格式重新写一遍文件"
    assert lines[3] == f"{second} mended: {places[2] / 'a-2.pdf'} 去掉 1 个附件；按标准格式重新写一遍文件"
    assert lines[4] == f"{good} admit"
    assert lines[6] == f"{bad} not mended: 少了的内容补不回来，不能整理。"
    assert sorted(each.name for each in places[2].iterdir()) == ["a-2.pdf", "a.pdf"]
    for name in ("a.pdf", "a-2.pdf"):
        examine_pdf((places[2] / name).read_bytes(), for_signing=True)
    assert b"/JS" in first.read_bytes(), "the original is left as it was"


def test_only_pdfs_are_mended(tmp_path: Path, printed: Printed) -> None:
    photo = tmp_path / "x.heic"
    photo.write_bytes(b"\x00\x00\x00\x18ftypheic" + b"\0" * 100)
    assert admit_files([photo, tmp_path / "gone.pdf"], mend_into=tmp_path) == 2
    assert [line.split(": ", 1)[1] for line in printed() if " not mended: " in line] == ["这个问题整理解决不了。"] * 2
