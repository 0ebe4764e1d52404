"""授权委托页: R003, R035."""

from __future__ import annotations

import dataclasses

import pytest

from reg.casefile.view import CaseView
from reg.catalog import edition
from reg.materials import typeset
from reg.materials.documents import DocumentRefused, samples
from reg.materials.documents.agent.data import build, must_read


def with_agent(**change: object) -> CaseView:
    view = samples.three_shareholders()
    return dataclasses.replace(view, answers={**view.answers, "agent": {**samples.agent(), **change}})


@pytest.mark.row("R003", part="记录代理权限范围及代理期限")
def test_it_says_what_the_agent_may_do_and_until_when() -> None:
    view = with_agent(scope=["check_materials"])
    text = typeset.compile("agent", build(view), legal_day=view.legal_day).text
    assert "\n核对登记材料中的复印件并签署核对意见：已勾选：同意；未勾选：不同意" in text
    assert "\n领取营业执照和有关文书：未勾选：同意；已勾选：不同意" in text
    assert "自2026年11月20日起，至2027年5月19日止" in text


def test_it_shows_every_field_the_form_asks_for() -> None:
    view = with_agent()
    text = typeset.compile("agent", build(view), legal_day=view.legal_day).text
    form = edition("2026-05-01").form("F_AGENT")
    for key in ("head", "agent"):
        for field in form.section(key).fields:
            if not field.optional and not field.key.startswith(("perm_", "valid_")):
                assert f"{field.label}：" in text


@pytest.mark.row("R003", part="建立代理人与申请主体的法律关系")
def test_the_company_seals_and_the_agent_signs() -> None:
    (seal,), (sign,) = (group["slots"] for group in build(with_agent())["signatures"])
    assert (seal["kind"], seal["role"], seal["signer"]) == ("seal", "applicant", "entity:91310115MAXX00015T")
    assert (sign["kind"], sign["role"], sign["signer_name"]) == ("person", "agent", "沈丙")


def test_an_agency_is_named_with_its_number() -> None:
    view = with_agent(
        kind="agency",
        agency_name="上海示范登记代理有限公司",
        agency_uscc="91310101MAXX00023C",
        filing_no="沪代备〔2026〕9号",
    )
    text = typeset.compile("agent", build(view), legal_day=view.legal_day).text
    assert "代理人类型：登记代理机构" in text
    assert "登记代理机构名称：上海示范登记代理有限公司" in text
    assert "沪代备〔2026〕9号" in text


def test_without_an_agent_there_is_no_page() -> None:
    view = samples.liaison_only()
    with pytest.raises(DocumentRefused, match="还没有填委托代理人"):
        build(view)


def test_the_signer_reads_what_he_grants() -> None:
    assert must_read(with_agent(scope=[]))[2] == "代理人只能递交材料，不能改动材料"
    assert must_read(with_agent())[1] == "委托到2027年5月19日为止"
