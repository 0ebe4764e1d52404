"""The papers on the articles, made of what the rooms really answer: 决议 and 章程修正案 come out right. R019, R035."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from reg.casefile.view import CaseView
from reg.items import articles, domicile
from reg.items.kit import Facts, Known
from reg.items.kit.testing import person, story_case
from reg.materials import typeset
from reg.materials.documents import DOCUMENTS
from reg.materials.extra import extra_of

pytestmark = pytest.mark.django_db
NEW_HOMES = {
    "C01": {"district": "310115", "town": "310115125", "road": "祖冲之路"},
    "C03": {"district": "310104", "town": "310104012", "road": "宜山路"},
    "C07": {"district": "310106", "town": "310106012", "road": "南京西路"},
    "C08": {"district": "310101", "town": "310101002", "road": "南京东路"},
}


def moved(code: str, votes: Mapping[str, Any], **answers: Mapping[str, Any]) -> CaseView:
    """A company that moves, its pages saved as a browser would save them."""
    typed = {"number_kind": "号", "number": "9820号", "room": "311室", "kind": "self_owned", **NEW_HOMES[code]}
    home = domicile.ITEM.form.receive(typed, {}).payload()
    case = story_case(code, ["articles"], domicile=home, **answers)
    start = articles.ITEM.prefill(case, Known()).payload
    clauses = {f"clause_{clause['topic']}_after": clause["after"] for clause in start["clauses"]}
    day = {"held_on_year": "2026", "held_on_month": "11", "held_on_day": "20"}
    form = articles.ITEM.form.receive({**clauses, **day, "host": start["resolution"]["host"], **votes}, start)
    assert form.missing == {}
    assert articles.ITEM.settle is not None
    answer = articles.ITEM.settle(form.payload(), case, Facts())
    return replace(case, answers={**case.answers, "articles": answer})


MEETING = {"mode": "meeting", "threshold": "two_thirds", "vote_0": "for", "vote_1": "against", "vote_2": "for"}
SHARES = {"votes_for": "7,200", "votes_against": "800", "votes_abstain": "0", "threshold": "two_thirds"}


def text_of(doc: str, view: CaseView) -> str:
    data = DOCUMENTS[doc].build(view, None, extra_of(view))
    return typeset.compile(doc, data, legal_day=view.legal_day).text


@pytest.mark.row("R035", part="修改公司章程的决议或决定")
@pytest.mark.parametrize(
    ("code", "votes", "title", "said"),
    [
        ("C01", MEETING, "股东会决议", "同意75%，反对25%，弃权0%"),
        ("C01", {"mode": "written_unanimous"}, "全体股东书面决定", "第五十九条第三款"),
        ("C03", {}, "股东决定", "第六十条"),
        ("C08", {}, "履行出资人职责的机构决定", "第一百七十二条"),
        ("C07", SHARES, "股东会决议", "同意90%，反对10%，弃权0%"),
    ],
    ids=["meeting", "written", "sole", "state", "joint stock"],
)
def test_the_decision_says_who_decided_what_and_how(code: str, votes: dict[str, Any], title: str, said: str) -> None:
    view = moved(code, votes)
    text = text_of("resolution", view)
    assert f"\n{title}\n" in text
    assert said in text.replace("\n", "")
    assert f"变更为“{view.now('domicile')['full']}”" in text.replace("\n", "")


@pytest.mark.row("R035", part="章程或者章程修正案")
def test_the_amendment_shows_each_clause_before_and_after() -> None:
    view = moved("C01", MEETING, legal_representative={**person("P13"), "position": "chairman"})
    text = text_of("articles", view).replace("\n", "")
    assert "于2026年11月20日经股东会决议通过" in text
    assert "公司住所：中国（上海）自由贸易试验区祖冲之路9901弄2号202室。" in text
    assert "公司住所：中国（上海）自由贸易试验区祖冲之路9820号311室。" in text
    assert "现由卫甲担任" in text
    assert view.answers["legal_representative"]["name"] == "卫甲"


def test_who_voted_against_is_not_asked_to_sign() -> None:
    data = DOCUMENTS["resolution"].build(moved("C01", MEETING), None, extra_of(moved("C01", MEETING)))
    assert [slot["signer_name"] for slot in data["signatures"][0]["slots"]] == [
        "张示例",
        "上海远帆示例供应链管理有限公司",
    ]
    written = moved("C01", {"mode": "written_unanimous"})
    everybody = DOCUMENTS["resolution"].build(written, None, extra_of(written))
    assert len(everybody["signatures"][0]["slots"]) == 3
