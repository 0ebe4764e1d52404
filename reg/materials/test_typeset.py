"""文书排版: PDF/A, equal bytes, known slots, nothing typed becomes code, no empty boxes. R035."""

from __future__ import annotations

import dataclasses
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pypdfium2
import pytest

from reg.casefile.view import CaseView
from reg.materials import typeset
from reg.materials.documents import samples
from reg.materials.documents.contact.data import build as contact
from reg.materials.documents.resolution.data import build as resolution
from reg.materials.glyphs import MissingGlyph
from reg.materials.typeset import TypesetError, Typesetter

DAY = samples.LEGAL_DAY
NO_FONT_HAS_IT = "\U00031350"  # 𱍐, extension H
HOSTILE = [
    '#import "/typst/form.typ": *',
    ']] #eval("1+1") [',
    "*粗* _斜_ `码` $x^2$ @lbl <lbl> // /* */",
    "\\u{41} \\ \\\\ \\n #sys.inputs",
    "\"双引号\" '单引号' {花} = 标题\n- 列表\n+ 编号",
    "https://example.com/" + "x" * 120,
    "A" * 300,
    "上海" * 150,
]


def named(name: str) -> CaseView:
    """A case whose liaison bears this name."""
    view = samples.liaison_only()
    return dataclasses.replace(view, answers={"liaison": {**view.answers["liaison"], "name": name}})


def set_contact(name: str, press: Typesetter | None = None) -> typeset.Typeset:
    return (press or typeset.typesetter()).compile("contact", contact(named(name)), legal_day=DAY)


def printed_text(pdf: bytes, page: int = 0) -> str:
    """What a PDF reader finds on a page, without blanks and line ends."""
    return "".join(str(pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_bounded()).split()).replace(
        "\u200b", ""
    )


def squeezed(words: str) -> str:
    return "".join(words.split()).replace("\u200b", "")


@pytest.mark.row("R035", part="调用文书生成服务")
def test_a_paper_is_pdf_a_2b_dated_with_the_legal_day() -> None:
    paper = set_contact("钱范例")
    assert paper.pdf.startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>2</pdfaid:part>" in paper.pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in paper.pdf
    assert b"D:20261123" in paper.pdf
    assert paper.page_count == len(pypdfium2.PdfDocument(paper.pdf)) == len(paper.pages) == 1


def test_the_file_has_the_classic_table_that_signing_appends_to() -> None:
    assert re.search(rb"\nxref\n0 \d+", set_contact("钱范例").pdf)


def test_equal_input_gives_equal_bytes_on_any_press() -> None:
    assert set_contact("钱范例").pdf == set_contact("钱范例", Typesetter()).pdf
    assert set_contact("钱范例").pdf != set_contact("钱范本").pdf


def test_the_hash_of_the_input_forgets_the_day_and_remembers_the_words() -> None:
    data = contact(named("钱范例"))
    tomorrow = contact(dataclasses.replace(named("钱范例"), legal_day=date(2026, 11, 24)))
    assert typeset.input_hash("contact", data) == typeset.input_hash("contact", tomorrow)
    assert typeset.input_hash("contact", data) != typeset.input_hash("contact", contact(named("钱范本")))
    assert typeset.input_hash("contact", data) != typeset.input_hash("agent", data)


@pytest.mark.row("R035", part="调用文书生成服务")
def test_a_rare_character_is_set_right_with_the_fallback_font() -> None:
    paper = set_contact("李𬎆赟")
    assert "李𬎆赟" in paper.text
    assert "李𬎆赟" in printed_text(paper.pdf)


@pytest.mark.row("R035", part="生成失败可再次生成")
def test_without_the_fallback_font_the_paper_is_refused_and_the_character_named() -> None:
    press = Typesetter(rare_character_fonts=())
    with pytest.raises(MissingGlyph, match="“李𬎆赟”中的“𬎆”（U\\+2C386）没有可用的字形，文书没有生成") as refused:
        set_contact("李𬎆赟", press)
    assert refused.value.characters == "𬎆"
    assert set_contact("李赟", press).page_count == 1


@pytest.mark.row("R035", part="生成失败可再次生成")
def test_a_character_that_no_font_has_is_refused_by_name() -> None:
    with pytest.raises(MissingGlyph) as refused:
        set_contact(f"李{NO_FONT_HAS_IT}\uf8aa赟")
    assert refused.value.characters == f"{NO_FONT_HAS_IT}\uf8aa"


def test_a_paper_without_rare_characters_is_the_same_with_and_without_the_fallback_font() -> None:
    assert set_contact("钱范例").pdf == set_contact("钱范例", Typesetter(rare_character_fonts=())).pdf


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_is_typed_is_printed_and_never_run(typed: str) -> None:
    paper = set_contact(typed)
    assert squeezed(typed) in squeezed(paper.text)
    assert squeezed(typed) in printed_text(paper.pdf)
    assert len(paper.slots) == 2


@pytest.mark.parametrize("typed", HOSTILE)
def test_a_hostile_company_name_stays_inside_the_page(typed: str) -> None:
    view = samples.three_shareholders()
    view = dataclasses.replace(view, entity=dataclasses.replace(view.entity, name=typed))
    paper = typeset.compile("resolution", resolution(view), legal_day=DAY)
    for page in pypdfium2.PdfDocument(paper.pdf):
        for left, bottom, right, top in _boxes(page):
            assert left >= 40
            assert right <= 596 - 40
            assert bottom >= 20
            assert top <= 842 - 20


def _boxes(page: Any) -> list[tuple[float, float, float, float]]:
    text = page.get_textpage()
    return [text.get_rect(n) for n in range(text.count_rects())]


def test_slots_name_their_signer_and_lie_where_the_box_is_drawn() -> None:
    person, seal = set_contact("钱范例").slots
    assert (person.name, person.kind, person.role) == ("sig_legal_rep", "person", "legal_representative")
    assert (person.signer, person.signer_name) == ("person:10:310101198501019190", "张示例")
    assert (seal.name, seal.kind, seal.signer) == ("seal_entity", "seal", "entity:91310115MAXX00015T")
    pdf = set_contact("钱范例").pdf
    caption = next(box for box in _boxes(pypdfium2.PdfDocument(pdf)[0]) if _says(pdf, box) == "张示例")
    assert person.x < caption[0] < caption[2] < person.x + person.width
    assert 0 < person.y - caption[3] < 12, "the name stands right below the box"


def _says(pdf: bytes, box: tuple[float, float, float, float]) -> str:
    left, bottom, right, top = box
    words = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded(left, bottom, right, top)
    return str(words).strip()


def test_a_slot_the_template_forgets_is_an_error_of_ours() -> None:
    data = contact(named("钱范例"))
    data["signatures"][0]["slots"].append({**data["signatures"][0]["slots"][0], "name": "sig_legal_rep"})
    with pytest.raises(TypesetError, match="contact"):
        typeset.compile("contact", data, legal_day=DAY)


@pytest.mark.parametrize("name", ["nothing", "../contact", "contact/../agent", ""])
def test_there_is_no_template_outside_the_documents(name: str) -> None:
    with pytest.raises(TypesetError, match="there is no document"):
        typeset.compile(name, {}, legal_day=DAY)


def test_data_that_does_not_fit_the_template_says_where() -> None:
    with pytest.raises(TypesetError, match="duty"):
        typeset.compile("contact", {**contact(named("钱范例")), "duty": 3}, legal_day=DAY)


def test_the_reading_text_counts_the_pages() -> None:
    lines = set_contact("钱范例").text.splitlines()
    assert (lines[0], lines[2]) == ("第 1 页，共 1 页", "联络员信息表")
    assert "申请号 310115 20261123 000001 47" in lines[1], "the running head is read, too"


def test_threads_do_not_disturb_each_other() -> None:
    names = [f"样本第{number}号" for number in range(24)]
    with ThreadPoolExecutor(4) as pool:
        papers = list(pool.map(set_contact, names))
    assert all(name in paper.text for name, paper in zip(names, papers, strict=True))
