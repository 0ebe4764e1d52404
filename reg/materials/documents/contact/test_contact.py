"""联络员信息表: R020, R035."""

from __future__ import annotations

import pytest

from reg.catalog import edition
from reg.materials import typeset
from reg.materials.documents import samples
from reg.materials.documents.contact.data import build, must_read


@pytest.mark.row("R035", part="人员信息表")
def test_it_shows_every_field_the_form_asks_for() -> None:
    view = samples.liaison_only()
    paper = typeset.compile("contact", build(view), legal_day=view.legal_day)
    person = samples.person("P05")
    form = edition("2026-05-01").form("F_CONTACT")
    required = [field for key in ("entity", "contact") for field in form.section(key).fields if not field.optional]
    for field in required:
        assert f"{field.label}：" in paper.text
    for key in ("name", "id_number", "mobile", "email"):
        assert person[key] in paper.text
    assert "居民身份证" in paper.text


def test_it_says_that_the_page_holds_personal_data() -> None:
    view = samples.liaison_only()
    assert "本页含个人敏感信息" in typeset.compile("contact", build(view), legal_day=view.legal_day).pages[0]


def test_the_registered_legal_representative_signs_when_only_the_liaison_changes() -> None:
    (leader,), (seal,) = (group["slots"] for group in build(samples.liaison_only())["signatures"])
    assert leader["signer_name"] == "张示例"
    assert seal["signer"] == "entity:91310115MAXX00015T"


def test_the_new_legal_representative_signs_when_he_changes_too() -> None:
    assert build(samples.three_shareholders())["signatures"][0]["slots"][0]["signer_name"] == "卫甲"


def test_the_signer_reads_who_was_and_who_will_be() -> None:
    assert must_read(samples.liaison_only())[0] == "登记联络员由赵演示换成钱范例"
