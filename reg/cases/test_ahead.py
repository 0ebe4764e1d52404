"""会用到的材料: told while ticking."""

from __future__ import annotations

import pytest

from reg.cases.ahead import Ahead, papers_ahead
from reg.testing import company

pytestmark = pytest.mark.django_db


def told(*chosen: str) -> dict[str, Ahead]:
    return {paper.title: paper for paper in papers_ahead(company("C01"), chosen)}


@pytest.mark.row("R001", part="按变更需求推荐材料清单")
def test_the_papers_follow_what_is_ticked() -> None:
    assert told() == {}
    liaison = told("liaison")
    assert set(liaison) == {"公司登记（备案）申请书", "实名登记确认记录", "联络员信息表", "联络员身份证明"}
    everything = told("liaison", "legal_representative", "officers", "domicile")
    assert {"变更后住所的使用相关文件", "公司登记（备案）申请书（人员信息表）"} <= set(everything)
    assert "修改公司章程的决议、决定" in everything, "住所 stands in the articles and brings them along"


@pytest.mark.row("R035", part="免填免报")
def test_what_the_system_makes_comes_first_and_what_may_be_spared_is_told() -> None:
    papers = list(papers_ahead(company("C01"), ["domicile"]))
    assert [paper.made for paper in papers] == sorted((paper.made for paper in papers), reverse=True)
    proof = next(paper for paper in papers if not paper.made)
    assert (proof.title, proof.spared) == ("变更后住所的使用相关文件", True)
