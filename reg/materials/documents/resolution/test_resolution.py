"""修改公司章程的决议、决定: kind, votes, signers. R019, R035."""

from __future__ import annotations

import dataclasses

import pytest

from reg.casefile.view import CaseView
from reg.materials import typeset
from reg.materials.documents import DocumentRefused, Extra, samples
from reg.materials.documents.resolution.data import build, must_read, title


def voted(view: CaseView, **change: object) -> CaseView:
    """The same case with another course of the vote."""
    articles = view.answers["articles"]
    new = {**articles, "resolution": {**articles["resolution"], **change}}
    return dataclasses.replace(view, answers={**view.answers, "articles": new})


def text_of(view: CaseView) -> str:
    return typeset.compile("resolution", build(view), legal_day=view.legal_day).text


@pytest.mark.row("R035", part="修改公司章程的决议或决定")
@pytest.mark.parametrize(
    ("view", "name", "law"),
    [
        (samples.three_shareholders(), "股东会决议", "会议的召集程序、表决方式符合法律和公司章程的规定"),
        (voted(samples.three_shareholders(), mode="written_unanimous"), "全体股东书面决定", "第五十九条第三款"),
        (samples.sole_shareholder(), "股东决定", "第六十条"),
        (samples.state_owned(), "履行出资人职责的机构决定", "第一百七十二条"),
        (samples.joint_stock(), "股东会决议", "出席会议的股东所持表决权总数为8000"),
    ],
    ids=["meeting", "written", "sole", "state", "joint stock"],
)
def test_each_company_decides_in_its_own_way(view: CaseView, name: str, law: str) -> None:
    assert title(view) == name
    text = text_of(view)
    assert f"\n{name}\n" in text
    assert law in text


def test_the_points_are_numbered_and_each_has_its_votes() -> None:
    text = text_of(voted(samples.three_shareholders(), votes_for=75, votes_against=20, votes_abstain=5))
    assert "一、公司住所由“中国（上海）自由贸易试验区祖冲之路9901弄2号202室”变更为" in text
    assert "二、公司法定代表人由张示例变更为卫甲。" in text
    assert "三、修改公司章程第三条、第九条，通过章程修正案。" in text
    assert text.count("表决结果（占全部表决权的比例）：同意75%，反对20%，弃权5%。") == 3


def test_votes_of_a_joint_stock_company_count_against_those_present() -> None:
    assert "表决结果（占出席会议股东所持表决权的比例）：同意90%，反对10%，弃权0%。" in text_of(samples.joint_stock())


def test_the_legal_representative_is_a_point_only_if_the_articles_name_him() -> None:
    assert "法定代表人由" not in text_of(samples.sole_shareholder())


def test_one_shareholder_needs_no_votes() -> None:
    assert "表决结果" not in text_of(samples.sole_shareholder())
    assert "表决结果" not in text_of(samples.state_owned())


def test_two_thirds_of_the_votes_have_to_sign() -> None:
    view = samples.three_shareholders()
    p01, p13, c06 = "person:10:310101198501019190", "person:10:31010619820113931X", "entity:91310120MAXX00066A"
    slots = build(view, None, Extra(signing_shareholders=frozenset({p01, c06})))["signatures"][0]["slots"]
    assert [(slot["name"], slot["kind"], slot["signer"]) for slot in slots] == [
        ("sig_shareholder_1", "person", p01),
        ("sig_shareholder_2", "seal", c06),
    ]
    with pytest.raises(DocumentRefused, match="没有达到三分之二以上"):
        build(view, None, Extra(signing_shareholders=frozenset({p01, p13})))


def test_everybody_signs_what_is_decided_in_writing() -> None:
    view = voted(samples.three_shareholders(), mode="written_unanimous")
    (group,) = build(view)["signatures"]
    assert group["heading"] == "全体股东签字、盖章"
    assert len(group["slots"]) == 3


def test_the_host_signs_once_although_he_is_a_director() -> None:
    names = [slot["signer_name"] for group in build(samples.joint_stock())["signatures"] for slot in group["slots"]]
    assert names == ["吴试用", "冯占位", "陈样例", "喻假名", "柏范本"]


def test_the_chairman_hosts_when_nobody_is_named() -> None:
    assert build(voted(samples.joint_stock(), host=""))["signatures"][0]["slots"][0]["signer_name"] == "吴试用"


def test_a_host_who_is_no_director_is_refused_with_what_to_do() -> None:
    with pytest.raises(DocumentRefused, match="没有在董事里找到会议主持人“路人”"):
        build(voted(samples.joint_stock(), host="路人"))


def test_without_the_day_of_the_decision_there_is_no_paper() -> None:
    with pytest.raises(DocumentRefused, match="还没有填作出决议、决定的日期"):
        build(voted(samples.three_shareholders(), held_on=""))


def test_the_signer_reads_the_points() -> None:
    assert must_read(samples.three_shareholders())[1:] == [
        "公司法定代表人由张示例变更为卫甲",
        "修改公司章程第三条、第九条，通过章程修正案",
        "同意100%，反对0%，弃权0%",
    ]
