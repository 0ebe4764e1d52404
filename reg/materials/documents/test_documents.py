"""All documents together: listed, complete, signed by whom the list of materials says, slots on the page. R035."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from foundation.config import ROOT
from foundation.pdf.wording import Wording, wording_compare
from reg.casefile.view import CaseView
from reg.catalog import edition
from reg.catalog.materials import Material
from reg.materials import documents, typeset
from reg.materials.documents import DOCUMENTS, Document, Extra, NoticeFacts, samples
from reg.materials.documents.appoint.data import bodies
from reg.materials.facts import material_facts

VIEWS = {
    "liaison only": samples.liaison_only(),
    "three shareholders": samples.three_shareholders(),
    "sole shareholder": samples.sole_shareholder(),
    "state owned": samples.state_owned(),
    "joint stock": samples.joint_stock(),
    "one new officer": samples.many_officers(1),
    "fifty new officers": samples.many_officers(50),
}
NOTICE = Extra(
    notice=NoticeFacts(
        "return",
        "浦市监登〔2026〕第000123号",
        date(2026, 11, 25),
        points=({"message": "租赁合同缺最后一页。", "fix": "补拍后重新上传。", "basis": "《实施细则》第十八条"},),
        deadline=date(2026, 12, 25),
    )
)


def asked_for(view: CaseView) -> list[Material]:
    """The lines of the list of materials that are made here in this case."""
    lines = edition(view.edition).materials_for("company", "change", view.change_items, material_facts(view))
    return [line for line in lines if "generated" in line.provide and line.required != "optional"]


def papers(view: CaseView) -> Iterator[tuple[Document, str | None, Extra]]:
    """Every paper that this case needs, with the party it is made for."""
    codes = dict.fromkeys(line.doc for line in asked_for(view))
    for code in codes:
        document = DOCUMENTS[code]
        for party in document.parties(view):
            yield document, party, documents.NOTHING
    yield DOCUMENTS["notice"], None, NOTICE


PAPERS = [
    pytest.param(view, document, party, extra, id=f"{name}: {document.code} {number}")
    for name, view in VIEWS.items()
    for number, (document, party, extra) in enumerate(papers(view))
    if number < 14
]
"""Of fifty pages that differ in a name only, the first few."""


def test_every_folder_is_a_listed_document_with_template_and_test() -> None:
    here = Path(__file__).parent
    folders = {path.name for path in here.iterdir() if path.is_dir() and not path.name.startswith("__")}
    assert folders == set(DOCUMENTS)
    for code in folders:
        assert {"__init__.py", "data.py", "template.typ", f"test_{code}.py"} <= {
            path.name for path in (here / code).iterdir()
        }


def test_documents_and_typesetting_need_no_database() -> None:
    """They run in a worker, a bench or a shell with nothing set up: no settings, no models."""
    code = "import sys, reg.materials.documents, reg.materials.typeset; sys.exit('django.db.models' in sys.modules)"
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "DATABASE_"))}
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=bare, check=False).returncode == 0


@pytest.mark.row("R035", part="按事项提供材料文书清单")
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_every_paper_the_list_asks_to_be_made_can_be_made(view: CaseView) -> None:
    for line in asked_for(view):
        assert line.doc in DOCUMENTS, line.code
        assert line.form == DOCUMENTS[line.doc].form, line.code


@pytest.mark.row("R035", part="调用文书生成服务")
@pytest.mark.parametrize(("view", "document", "party", "extra"), PAPERS)
def test_a_paper_is_made_and_its_slots_stand_apart_on_the_page(
    view: CaseView, document: Document, party: str | None, extra: Extra
) -> None:
    paper = typeset.compile(document.code, document.build(view, party, extra), legal_day=view.legal_day)
    assert paper.pdf.startswith(b"%PDF-1.7")
    assert paper.slots
    assert len({slot.name for slot in paper.slots}) == len(paper.slots)
    for slot in paper.slots:
        assert 0 <= slot.page < paper.page_count
        assert slot.x >= 50
        assert slot.x + slot.width <= 595.28 - 50
        assert slot.y >= 60
        assert slot.y + slot.height <= 841.89 - 60
    for one, other in itertools.combinations(paper.slots, 2):
        apart = (
            one.page != other.page
            or one.x + one.width <= other.x
            or other.x + other.width <= one.x
            or one.y + one.height <= other.y
            or other.y + other.height <= one.y
        )
        assert apart, (one.name, other.name)


@pytest.mark.row("R035", part="预览文书")
@pytest.mark.parametrize(("view", "document", "party", "extra"), PAPERS)
def test_what_is_read_aloud_is_what_is_printed(
    view: CaseView, document: Document, party: str | None, extra: Extra
) -> None:
    paper = typeset.compile(document.code, document.build(view, party, extra), legal_day=view.legal_day)
    assert wording_compare(paper.pdf, paper.text) == Wording(), "what is printed is said, and nothing else"


@pytest.mark.parametrize(("view", "document", "party", "extra"), PAPERS)
def test_the_signers_are_those_of_the_list_of_materials(
    view: CaseView, document: Document, party: str | None, extra: Extra
) -> None:
    data = document.build(view, party, extra)
    roles = {slot["role"] for group in data["signatures"] for slot in group["slots"]}
    lines = [line for line in asked_for(view) if line.doc == document.code]
    facts = {**material_facts(view), "appointment.bodies": frozenset([party]) if party in bodies(view) else frozenset()}
    wanted = {signer.role for line in lines for signer in line.signers_for(facts)}
    assert roles == (wanted or {"registry"})


@pytest.mark.parametrize(("view", "document", "party", "extra"), PAPERS)
def test_the_signer_is_told_what_to_recognise(
    view: CaseView, document: Document, party: str | None, extra: Extra
) -> None:
    told = document.must_read(view, party)
    assert len(told) <= 4
    assert told or document.code == "notice"
    assert document.title(view, party)
    for sentence in told:
        assert "None" not in sentence
        assert not sentence.endswith("。")


def test_sensitive_numbers_never_stand_beside_what_shareholders_sign() -> None:
    view = samples.three_shareholders()
    for code in ("application", "resolution", "articles"):
        paper = typeset.compile(code, DOCUMENTS[code].build(view), legal_day=view.legal_day)
        for person in [*view.answers["officers"]["rows"], view.answers["liaison"], view.answers["agent"]]:
            for secret in ("id_number", "mobile", "residence", "email"):
                assert person[secret] not in paper.text, (code, secret)
