"""全体股东一致同意不设监事的文件: R017, R035, 公司法83."""

from __future__ import annotations

import pytest

from reg.materials import typeset
from reg.materials.documents import DocumentRefused, samples
from reg.materials.documents.unanimous_consent.data import build, must_read


@pytest.mark.row("R017", part="是否设立监事会、监事人数")
def test_every_shareholder_signs_or_seals() -> None:
    (group,) = build(samples.three_shareholders())["signatures"]
    assert [slot["name"] for slot in group["slots"]] == ["sig_shareholder_1", "sig_shareholder_2", "sig_shareholder_3"]
    assert [slot["kind"] for slot in group["slots"]] == ["person", "person", "seal"]
    assert {slot["role"] for slot in group["slots"]} == {"all_shareholders"}


def test_it_names_the_law_and_the_decision() -> None:
    view = samples.sole_shareholder()
    text = typeset.compile("unanimous_consent", build(view), legal_day=view.legal_day).text
    assert "《中华人民共和国公司法》第八十三条" in text
    assert "一、公司不设监事会，也不设监事。" in text
    assert must_read(view)[0] == "上海云栈演示信息科技有限公司不设监事会，也不设监事"


def test_a_joint_stock_company_cannot_go_this_way() -> None:
    with pytest.raises(DocumentRefused, match="第一百三十三条"):
        build(samples.joint_stock())
