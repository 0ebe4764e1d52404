"""章程修正案: each clause before and after. R019, R035."""

from __future__ import annotations

import dataclasses

import pytest

from reg.casefile.view import CaseView
from reg.materials import typeset
from reg.materials.documents import DocumentRefused, samples
from reg.materials.documents.articles.data import build, must_read


def with_clauses(*clauses: dict[str, object]) -> CaseView:
    view = samples.three_shareholders()
    articles = {**view.answers["articles"], "clauses": list(clauses)}
    return dataclasses.replace(view, answers={**view.answers, "articles": articles})


@pytest.mark.row("R035", part="章程或者章程修正案")
def test_each_clause_stands_with_its_old_and_its_new_wording() -> None:
    view = samples.three_shareholders()
    text = typeset.compile("articles", build(view), legal_day=view.legal_day).text
    assert text.splitlines()[2:4] == ["上海星岚示例科技有限公司", "章程修正案"]
    assert "条款序号：第三条；原条款内容：公司住所：中国（上海）自由贸易试验区祖冲之路9901弄2号202室。" in text
    assert "修改为：公司住所：中国（上海）自由贸易试验区祖冲之路9988弄6号1201室。" in text
    assert "现由卫甲担任" in text


@pytest.mark.row("R019", part="记录修订的版本信息和生效日期")
def test_it_says_when_and_by_which_decision_and_from_when_it_holds() -> None:
    view = samples.three_shareholders()
    text = typeset.compile("articles", build(view), legal_day=view.legal_day).text
    assert "于2026年11月20日经股东会决议通过" in text
    assert "本修正案自通过之日起生效" in text
    assert "经股东决定通过" in build(samples.sole_shareholder())["opening"][0]
    assert "经履行出资人职责的机构决定通过" in build(samples.state_owned())["opening"][0]


def test_the_new_legal_representative_signs_and_the_company_seals() -> None:
    (sign,), (seal,) = (group["slots"] for group in build(samples.three_shareholders())["signatures"])
    assert sign["signer_name"] == "卫甲"
    assert seal["kind"] == "seal"


def test_a_clause_longer_than_a_page_runs_on_without_losing_a_word() -> None:
    words = [f"第{number}款：股东应当按期足额缴纳所认缴的出资额。" for number in range(1, 161)]
    view = with_clauses({"clause_no": "5", "before": "无", "after": "".join(words)})
    paper = typeset.compile("articles", build(view), legal_day=view.legal_day)
    assert paper.page_count > 1
    assert "第160款" in paper.text
    assert paper.slots[0].page == paper.page_count - 1


@pytest.mark.parametrize(
    ("typed", "printed"),
    [(9, "第九条"), ("12", "第十二条"), (20, "第二十条"), ("35", "第三十五条"), ("第八条第二款", "第八条第二款")],
)
def test_clause_numbers_read_as_in_the_articles(typed: object, printed: str) -> None:
    view = with_clauses({"clause_no": typed, "before": "甲", "after": "乙。"})
    assert build(view)["clauses"]["rows"][0][0] == printed
    assert must_read(view) == [f"{printed}改为：乙"]


def test_without_a_clause_there_is_nothing_to_amend() -> None:
    with pytest.raises(DocumentRefused, match="还没有填要修改的章程条款"):
        build(with_clauses())
