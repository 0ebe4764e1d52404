"""人员信息表: one page a person. R016, R017, R035."""

from __future__ import annotations

import dataclasses

import pytest

from reg.catalog import edition
from reg.materials import typeset
from reg.materials.documents import DocumentRefused, Extra, samples
from reg.materials.documents.person.data import build, must_read, parties

LEADER = "person:10:31010619820113931X"
NEW_DIRECTOR = "person:10:310107197202029712"


def test_whoever_is_new_or_changed_gets_a_page_and_nobody_else() -> None:
    assert parties(samples.three_shareholders()) == (LEADER, NEW_DIRECTOR)
    assert parties(samples.liaison_only()) == ()


@pytest.mark.row("R035", part="人员信息表")
def test_it_shows_every_field_the_form_asks_for() -> None:
    view = samples.three_shareholders()
    paper = typeset.compile("person", build(view, LEADER), legal_day=view.legal_day)
    form = edition("2026-05-01").form("F_PERSON")
    required = [field for key in ("subject", "persons") for field in form.section(key).fields if not field.optional]
    for field in required:
        assert f"{field.label}：" in paper.text
    assert paper.page_count == 1
    assert "第一百七十八条" in paper.text


def test_one_person_with_several_offices_has_one_page_that_names_them_all() -> None:
    view = samples.three_shareholders()
    paper = typeset.compile("person", build(view, NEW_DIRECTOR), legal_day=view.legal_day)
    assert "职务：董事、副经理" in paper.text
    assert "产生方式：选举、聘任" in paper.text
    assert "在本企业的身份：董事、高级管理人员" in paper.text


def test_a_persons_page_shows_nobody_elses_data() -> None:
    view = samples.three_shareholders()
    paper = typeset.compile("person", build(view, LEADER), legal_day=view.legal_day)
    assert samples.person("P20")["id_number"] not in paper.text
    assert [slot.signer for slot in paper.slots] == [LEADER]


def test_without_a_party_all_pages_are_in_one_file_each_with_its_own_slot() -> None:
    view = samples.many_officers(50)
    paper = typeset.compile("person", build(view), legal_day=view.legal_day)
    assert paper.page_count == 50
    assert [slot.page for slot in paper.slots] == list(range(50))
    assert [slot.name for slot in paper.slots] == [f"sig_person_{number}" for number in range(1, 51)]


def test_somebody_who_does_not_change_has_no_page() -> None:
    with pytest.raises(DocumentRefused, match="没有在本次申请中新增或者变更"):
        build(samples.three_shareholders(), "person:10:310101198501019190")


def test_a_person_without_number_is_refused_with_what_to_do() -> None:
    view = samples.three_shareholders()
    nameless = {**view.answers["legal_representative"], "id_number": ""}
    view = dataclasses.replace(view, answers={**view.answers, "legal_representative": nameless})
    with pytest.raises(DocumentRefused, match="卫甲的证件类型、证件号码还没有填"):
        build(view)


def test_a_verification_that_is_known_is_printed() -> None:
    view = samples.three_shareholders()
    data = build(view, LEADER, Extra(verified={LEADER: "2026年11月21日人脸识别"}))
    assert any(field["value"] == "是（2026年11月21日人脸识别）" for field in data["persons"][0]["fields"])


def test_the_signer_reads_that_he_becomes_legal_representative() -> None:
    assert must_read(samples.three_shareholders(), LEADER)[0].startswith("您将担任法定代表人")
    assert must_read(samples.three_shareholders(), NEW_DIRECTOR)[0].startswith("您将担任董事、副经理")
