"""自备文书签署页: R035."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reg.materials import typeset
from reg.materials.documents import DocumentRefused, samples
from reg.materials.documents.kit import NOTHING, OwnPaper, group, slot
from reg.materials.documents.own.data import build, must_read
from reg.materials.documents.people import entity_seal, legal_representative

VIEW = samples.three_shareholders()
BOXES = (
    group("签字", [slot("sig_legal_rep", "legal_representative", legal_representative(VIEW))]),
    group("盖章", [slot("seal_entity", "entity", entity_seal(VIEW))]),
)
OWN = replace(NOTHING, own=OwnPaper("修改公司章程的决议", 3, "ab" * 32, "1", BOXES))


@pytest.mark.row("R035", part="自备文书签署")
def test_the_page_names_the_paper_its_pages_and_its_digest() -> None:
    page = typeset.compile("own", build(VIEW, "resolution", OWN), legal_day=VIEW.legal_day)
    assert page.page_count == 1
    assert "《修改公司章程的决议》的签署页，和前面的 3 页是一份文件" in page.text
    assert "ab" * 32 in page.text
    assert [(place.name, place.kind) for place in page.slots] == [("sig_legal_rep", "person"), ("seal_entity", "seal")]


def test_without_a_file_there_is_no_page() -> None:
    with pytest.raises(DocumentRefused, match="先上传"):
        build(VIEW, "resolution")


def test_the_signer_is_told_that_the_company_wrote_it() -> None:
    assert "不是系统生成的" in must_read(VIEW)[0]
