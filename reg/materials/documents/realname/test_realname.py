"""实名登记确认表: R035, 细则16."""

from __future__ import annotations

import pytest

from reg.catalog import edition
from reg.materials import typeset
from reg.materials.documents import DocumentRefused, Extra, samples
from reg.materials.documents.realname.data import build, must_read, parties

LEADER = "person:10:31010619820113931X"


def names(keys: tuple[str, ...]) -> list[str]:
    view = samples.three_shareholders()
    return [build(view, key)["signatures"][0]["slots"][0]["signer_name"] for key in keys]


def test_those_whose_data_the_case_collects_confirm_each_on_his_own() -> None:
    assert names(parties(samples.three_shareholders())) == ["卫甲", "马限制", "钱范例", "沈丙"]


def test_the_registered_legal_representative_confirms_a_case_that_is_not_about_him() -> None:
    assert parties(samples.liaison_only())[0] == "person:10:310101198501019190"


def test_it_shows_every_field_the_form_asks_for() -> None:
    view = samples.three_shareholders()
    paper = typeset.compile("realname", build(view, LEADER), legal_day=view.legal_day)
    for field in edition("2026-05-01").form("F_REALNAME").section("body").fields:
        if field.key != "confirm_opinion":
            assert f"{field.label}：" in paper.text
    assert "知悉并同意办理本次变更登记（备案）" in paper.text
    assert paper.page_count == 1


def test_the_time_of_a_known_verification_is_printed() -> None:
    view = samples.three_shareholders()
    data = build(view, LEADER, Extra(verified={LEADER: "2026年11月21日 10:21"}))
    assert data["persons"][0]["fields"][-1]["value"] == "2026年11月21日 10:21"


def test_a_stranger_has_nothing_to_confirm() -> None:
    with pytest.raises(DocumentRefused, match="不是本次申请要核验身份的人"):
        build(samples.three_shareholders(), "person:10:310101198501019190")


def test_the_signer_reads_as_what_he_confirms() -> None:
    assert must_read(samples.three_shareholders(), LEADER)[1] == "您的身份是法定代表人、董事"
