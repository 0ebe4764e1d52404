"""文字版核对: laid out otherwise is the same, one other figure or one paragraph less is not. R143."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from foundation.pdf.press import Press
from foundation.pdf.testing import small_pdf
from foundation.pdf.wording import Wording, wording_compare
from foundation.pdf.wordings import wording_ask

TEMPLATE = """
#let d = json(bytes(sys.inputs.data))
#set page(paper: "a5", header: [内部编号 7], footer: context [第 #counter(page).get().first() 页，共 #counter(page).final().first() 页])
#set text(font: "Noto Serif SC", lang: "zh")
#for words in d.says { par(words) }
#table(columns: d.heads.len(), ..d.heads, ..d.rows.flatten())
#metadata(none) <end>
"""
SAYS = [
    "全体股东一致同意公司注册资本由人民币一百万元增加到人民币九百万元，其中张示例认缴三百万元，在2027年12月31日以前缴足。",
    "本决议自全体股东签字之日起生效。",
]
HEADS = ["股东姓名", "认缴出资额（万元）", "出资比例"]
ROWS = [["张示例", "300", "33.3%"], ["赵演示", "600", "66.7%"]]
TEXT = f"""第 1 页，共 1 页
内部编号 7
{SAYS[0]}
{SAYS[1]}
股东姓名：张示例；认缴出资额（万元）：300；出资比例：33.3%
股东姓名：赵演示；认缴出资额（万元）：600；出资比例：66.7%"""


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return pressed(tmp_path_factory.mktemp("press"), SAYS)


def pressed(folder: Path, says: list[str]) -> bytes:
    (folder / "paper.typ").write_text(TEMPLATE, encoding="utf-8")
    data = {"says": says, "heads": HEADS, "rows": ROWS}
    return Press(folder).set(folder / "paper.typ", data, legal_day=date(2026, 11, 27)).pdf


def test_a_text_that_reads_the_table_aloud_says_the_same(pdf: bytes) -> None:
    assert wording_compare(pdf, TEXT) == Wording()
    assert wording_ask(pdf, TEXT) == Wording(), "the child says so too"


def test_blanks_widths_and_unseen_characters_are_no_difference(pdf: bytes) -> None:
    other = TEXT.replace("300", "３００").replace("，", " ,\n").replace("决议", "决\u200b议\ue000").replace("；", "\t")
    assert wording_compare(pdf, other) == Wording()
    assert wording_compare(pdf, TEXT + "\n已勾选：无") == Wording(), "what is drawn may be said"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("600", "900"),
        ("600", "6000"),
        ("九百万元", "八百万元"),
        ("2027年12月31日", "2028年12月31日"),
        ("一致同意", "一致不同意"),
        (SAYS[1], ""),
        (SAYS[1], SAYS[1] + "张示例放弃优先认购权。"),
        ("张示例；认缴出资额（万元）：300", "张示例；认缴出资额（万元）："),
        ("内部编号 7", ""),
        (TEXT, "股东会决议全文"),
        (TEXT, "无"),
    ],
)
def test_one_other_figure_word_or_paragraph_is_a_difference(pdf: bytes, old: str, new: str) -> None:
    other = TEXT.replace(old, new)
    assert other != TEXT
    assert not wording_compare(pdf, other).same


def test_figures_that_changed_places_are_a_difference(pdf: bytes) -> None:
    other = TEXT.replace("300", "x").replace("600", "300").replace("x", "600")
    assert wording_compare(pdf, other) == Wording(figures=1)


def test_a_sentence_may_go_on_on_the_next_page(tmp_path: Path) -> None:
    long = "甲乙丙丁戊己庚辛壬癸" * 90
    pdf = pressed(tmp_path, [long])
    pages = len(pikepdf.open(io.BytesIO(pdf)).pages)
    assert pages == 2
    said = "\n".join(["内部编号 7"] * pages + [long, *TEXT.splitlines()[-2:]])
    assert wording_compare(pdf, said) == Wording()
    assert not wording_compare(pdf, said.replace(long, long + "子")).same


def test_a_picture_cannot_be_compared() -> None:
    def scanned(document: pikepdf.Pdf) -> None:
        picture = document.make_stream(
            b"\x00",
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=1,
            Height=1,
            ColorSpace=Name.DeviceGray,
            BitsPerComponent=8,
        )
        page = document.pages[1]
        page.obj.Resources.XObject = Dictionary(Im=picture)
        page.obj.Contents = document.make_stream(page.obj.Contents.read_bytes() + b" q 200 0 0 200 60 60 cm /Im Do Q")

    assert wording_compare(small_pdf(2), "Page 1 Page 2") == Wording()
    assert wording_compare(small_pdf(2, spoil=scanned), "Page 1 Page 2") == Wording(picture_page=2)


def test_a_page_without_words_cannot_be_compared() -> None:
    def emptied(document: pikepdf.Pdf) -> None:
        document.pages[0].obj.Contents = document.make_stream(b"")

    assert wording_compare(small_pdf(2, spoil=emptied), "Page 2") == Wording(picture_page=1)


def test_over_a_broken_file_nobody_can_tell() -> None:
    assert wording_ask(b"%PDF-1.7 and nothing else", "x") is None
