"""登记机关的三种通知书. R035, 条例19, 条例20."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from reg.catalog import edition
from reg.materials import typeset
from reg.materials.documents import DocumentRefused, Extra, NoticeFacts, samples
from reg.materials.documents.notice.data import build

POINTS = (
    {"message": "租赁合同缺最后一页。", "fix": "补拍后重新上传。", "basis": "《实施细则》第十八条"},
    {"message": "免职文件写错了职务。", "fix": "在董监高页改成董事长。", "basis": "《条例》第十七条"},
)


def notice(kind: str, **more: object) -> Extra:
    facts = NoticeFacts(kind, "浦市监登〔2026〕第000123号", date(2026, 11, 25), points=POINTS)
    return Extra(notice=dataclasses.replace(facts, **more))  # type: ignore[arg-type]  # fields by name


def text_of(kind: str, **more: object) -> str:
    view = samples.three_shareholders()
    return typeset.compile("notice", build(view, None, notice(kind, **more)), legal_day=view.legal_day).text


def test_an_approval_lists_what_is_registered_now() -> None:
    text = text_of("approve")
    assert "准予变更（备案）登记通知书" in text
    assert "事项：法定代表人；变更（备案）前：张示例；变更（备案）后：卫甲" in text
    assert "第十九条、第二十四条、第二十九条" in text
    assert "电子营业执照同步更新" in text
    assert text.endswith("2026年11月25日")


def test_a_recordal_alone_is_called_so_and_leaves_the_licence_alone() -> None:
    view = samples.liaison_only()
    text = typeset.compile("notice", build(view, None, notice("approve")), legal_day=view.legal_day).text
    assert "准予备案通知书" in text
    assert "第十九条、第二十九条" in text
    assert "营业执照" not in text


def test_a_refusal_gives_reasons_and_says_where_to_turn() -> None:
    text = text_of("refuse")
    assert "不予登记通知书" in text
    assert "序号：2；理由：免职文件写错了职务。；依据：《条例》第十七条" in text
    assert "六十日内向上海市浦东新区人民政府申请行政复议" in text
    assert "六个月内依法向人民法院提起行政诉讼" in text


def test_a_return_tells_everything_at_once_with_how_and_until_when() -> None:
    text = text_of("return", deadline=date(2026, 12, 25))
    assert "一次性告知补正通知书" in text
    assert "需要补正的内容：租赁合同缺最后一页。；怎样补正：补拍后重新上传。" in text
    assert "第十九条第二款" in text
    assert "请于2026年12月25日（含当日）前补正后重新提交" in text
    assert "已有的签名继续有效" in text


def test_it_shows_the_fields_of_the_form() -> None:
    text = text_of("approve")
    for field in edition("2026-05-01").form("F_REG_NOTICE").section("body").fields:
        if field.key in {"doc_no", "application_no", "name", "uscc", "matters", "legal_basis"}:
            assert f"{field.label}：" in text


def test_the_authority_seals() -> None:
    view = samples.three_shareholders()
    (slot,) = typeset.compile("notice", build(view, None, notice("approve")), legal_day=view.legal_day).slots
    assert (slot.name, slot.kind, slot.role, slot.signer) == ("seal_registry", "seal", "registry", "authority:310115")


def test_without_a_decision_there_is_no_notice() -> None:
    with pytest.raises(DocumentRefused, match="登记机关还没有作出决定"):
        build(samples.three_shareholders())
    with pytest.raises(DocumentRefused, match="登记机关还没有作出决定"):
        build(samples.three_shareholders(), None, notice("perhaps"))
