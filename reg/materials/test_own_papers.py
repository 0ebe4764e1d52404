"""自备文书签署 (R035): one's own paper, signed by the same people on a page behind it."""

from __future__ import annotations

import io

import pikepdf
import pytest

from foundation.files.services import file_read, file_store
from foundation.pdf.admission import admit
from foundation.pdf.kinds import Kind
from foundation.pdf.render import page_count
from foundation.pdf.testing import small_pdf
from foundation.pdf.verdict import Admitted
from reg.casefile.models import Case
from reg.casefile.selectors import case_view
from reg.cases.checking import case_facts
from reg.cases.services import case_open
from reg.cases.signing import NotReady, signing_request
from reg.items.kit.testing import officer, story_officers
from reg.materials.models import Paper, Slot, Upload
from reg.materials.plan import Line, plan
from reg.materials.services import own_paper_choose, papers_current
from reg.materials.uploads import part_add, upload_put_together
from reg.testing import answer, company, papers_make, person, tell_truth

pytestmark = pytest.mark.django_db
WHO = person("P03")
LINE = "appoint"


@pytest.fixture
def case() -> Case:
    """A company of one shareholder gets a manager."""
    case = case_open(actor=WHO, entity=company("C03"), chosen=["officers"])
    manager = officer("P12", "manager", "appointed", "sole_shareholder")
    answer(case, WHO, "officers", story_officers("C03", manager))
    tell_truth(case)
    return case


def line_of(case: Case) -> Line:
    view = case_view(case)
    found = plan(view, case_facts(case, view)).line(LINE)
    assert found is not None
    return found


def choose(case: Case, *, own: bool = True, sign_here: bool = True) -> None:
    own_paper_choose(actor=WHO, case=case, line=LINE, title="任免文件", own=own, sign_here=sign_here)


def bring(case: Case, content: bytes) -> None:
    """The applicant's file, put together as the worker does."""
    pages = page_count(content)
    admitted = Admitted(kind=Kind.PDF, pages=pages, page_sizes=((595.0, 842.0),) * pages)
    stored = file_store(content, kind="pdf")
    part_add(
        actor=WHO, case=case, line=line_of(case), name="任免文件.pdf", stored=stored, admitted=admitted, place=None
    )
    upload_put_together(Upload.objects.get(case=case, line=LINE))


def two_pages() -> bytes:
    whole = pikepdf.new()
    for _ in range(2):
        with pikepdf.open(io.BytesIO(small_pdf())) as one:
            whole.pages.extend(one.pages)
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def own_paper(case: Case) -> Paper:
    (found,) = [paper for paper in papers_make(case, WHO) if paper.doc == "own"]
    found.refresh_from_db()
    return found


@pytest.mark.row("R035", part="自备文书签署")
def test_it_gets_a_page_behind_it_with_the_slots_of_the_generated_one(case: Case) -> None:
    (generated,) = [paper for paper in papers_make(case, WHO) if paper.doc == LINE]
    generated.refresh_from_db()
    signers = [(place["role"], place["signer"]) for place in generated.slots]
    choose(case)
    bring(case, two_pages())
    paper = own_paper(case)
    assert (paper.state, paper.pages, paper.title) == (Paper.State.READY, 3, f"{line_of(case).title}（自备）")
    assert [(place["role"], place["signer"]) for place in paper.slots] == signers
    assert {place["page"] for place in paper.slots} == {2}
    assert paper.file is not None
    assert not hasattr(admit(file_read(paper.file), for_signing=True), "code")
    assert LINE not in {current.doc for current in papers_current(case)}


@pytest.mark.row("R035", part="自备文书签署")
def test_its_signers_are_asked_like_those_of_a_generated_paper(case: Case) -> None:
    choose(case)
    bring(case, small_pdf())
    own_paper(case)
    signing_request(actor=WHO, case=case)
    assert Slot.objects.filter(paper__doc="own", paper__case=case, state=Slot.State.OPEN).count() == 1


@pytest.mark.row("R035", part="自备文书签署")
def test_another_file_is_another_revision_and_the_same_keeps_its_signatures(case: Case) -> None:
    choose(case)
    bring(case, small_pdf())
    first = own_paper(case)
    assert own_paper(case).pk == first.pk
    bring(case, two_pages())
    second = own_paper(case)
    assert (second.pk != first.pk, second.revision, second.pages) == (True, 2, 4)
    first.refresh_from_db()
    assert first.state == Paper.State.SUPERSEDED


def test_what_was_signed_on_paper_gets_no_page(case: Case) -> None:
    choose(case, sign_here=False)
    bring(case, small_pdf())
    assert {"own", LINE}.isdisjoint({paper.doc for paper in papers_make(case, WHO)})


def test_going_back_to_the_generated_paper_brings_it_back(case: Case) -> None:
    choose(case)
    bring(case, small_pdf())
    own_paper(case)
    choose(case, own=False, sign_here=True)
    docs = {paper.doc for paper in papers_make(case, WHO)}
    assert LINE in docs
    assert "own" not in docs


def test_before_the_page_is_there_nobody_is_asked_to_sign(case: Case) -> None:
    papers_make(case, WHO)
    choose(case)
    with pytest.raises(NotReady, match="还没有上传"):
        signing_request(actor=WHO, case=case)
    bring(case, small_pdf())
    with pytest.raises(NotReady, match="正在生成"):
        signing_request(actor=WHO, case=case)


def test_a_file_that_is_gone_says_so(case: Case) -> None:
    choose(case)
    bring(case, small_pdf())
    paper = own_paper(case)
    Paper.objects.filter(pk=paper.pk).update(
        state=Paper.State.QUEUED, data={**paper.data, "attached": "00000000-0000-0000-0000-000000000000"}
    )
    (again,) = [one for one in papers_current(case) if one.doc == "own"]
    from reg.materials.services import paper_set

    paper_set(again, "2026-11-23")
    again.refresh_from_db()
    assert (again.state, "换过了" in again.problem) == (Paper.State.FAILED, True)
