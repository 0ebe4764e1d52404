"""文书 as a list one works with: what each is for, who signs, what may be done with it. R035."""

from __future__ import annotations

import re

import pytest

from reg.cases.services import case_open
from reg.cases.web.test_pages import actor_of, browser, text
from reg.entities.stories import companies, facts_of
from reg.items.kit.testing import officer, story_officers
from reg.materials.models import Upload
from reg.testing import answer, company, liaison_payload, papers_make, person, tell_truth

pytestmark = pytest.mark.django_db


@pytest.mark.row("R035", part="文书展示交互")
def test_every_paper_says_who_signs_and_offers_what_may_be_done_with_it() -> None:
    client = browser("P03")
    actor = actor_of("P03")
    case = case_open(actor=actor, entity=company("C03"), chosen=["officers"])
    answer(case, actor, "officers", story_officers("C03", officer("P12", "manager", "appointed", "sole_shareholder")))
    tell_truth(case)
    client.get(f"/cases/{case.number}/papers")
    papers = {paper.doc: paper for paper in papers_make(case, actor)}
    page = client.get(f"/cases/{case.number}/papers")
    shown = page.content.decode()
    for paper in papers.values():
        assert f"/cases/{case.number}/papers/{paper.pk}" in shown
    assert "王测试签" in text(page)
    own = re.findall(r'href="[^"]*/own/(\w+)"', shown)
    assert own == ["appoint", "unanimous_consent"], "what shareholders decide may be brought, the application may not"
    chosen = client.post(f"/cases/{case.number}/own/appoint", {"own": "sign"})
    assert chosen.headers["Location"] == f"/cases/{case.number}/uploads/appoint"
    upload = Upload.objects.get(case=case)
    assert (upload.own, upload.sign_here) == (True, True)
    assert "自备文书" in text(client.get(f"/cases/{case.number}/papers"))
    client.post(f"/cases/{case.number}/own/appoint", {"own": "0"})
    upload.refresh_from_db()
    assert (upload.own, upload.sign_here) == (False, False)
    assert client.post(f"/cases/{case.number}/own/application", {"own": "1"}).status_code == 404


@pytest.mark.row("R035", part="材料列表展示")
def test_what_goes_back_on_paper_is_listed_too() -> None:
    client, entity = browser("P05"), company("C04")
    case = case_open(actor=actor_of("P05"), entity=entity, chosen=["legal_representative"])
    successor = next(
        row for row in facts_of(companies()["C04"])["officers"]["rows"] if row["name"] != "钱范例" and row["position"]
    )
    answer(case, actor_of("P05"), "legal_representative", {**successor, "reason": "term_ended", "resigned_on": ""})
    page = text(client.get(f"/cases/{case.number}/papers"))
    assert "纸质营业执照正、副本（缴回）" in page
    assert "核准以后，把纸质营业执照正本、副本交回登记机关" in page


@pytest.mark.row("R035", part="文书展示交互")
@pytest.mark.parametrize(("who", "told"), [("P16", True), ("P17", False), ("P29", False)])
def test_who_has_no_face_to_compare_is_named_before_anybody_is_asked_to_sign(who: str, *, told: bool) -> None:
    client, actor = browser("P01"), actor_of("P01")
    case = case_open(actor=actor, entity=company("C01"), chosen=["liaison"])
    answer(case, actor, "liaison", liaison_payload(who))
    tell_truth(case)
    client.get(f"/cases/{case.number}/papers")
    papers_make(case, actor)
    page = text(client.get(f"/cases/{case.number}/papers"))
    assert person(who).name in page
    assert (f"{person(who).name}在网上签不了名" in page) is told
    assert ("外国（地区）护照没有可以比对的照片" in page) is told
    if told:
        assert page.count("在网上签不了名") == 1


@pytest.mark.row("R035", part="分享文书")
def test_a_link_that_is_asked_for_twice_is_one_link() -> None:
    client, actor = browser("P03"), actor_of("P03")
    case = case_open(actor=actor, entity=company("C03"), chosen=["officers"])
    answer(case, actor, "officers", story_officers("C03", officer("P12", "manager", "appointed", "sole_shareholder")))
    tell_truth(case)
    client.get(f"/cases/{case.number}/papers")
    paper = papers_make(case, actor)[0]

    def link(key: str) -> str:
        page = client.post(f"/cases/{case.number}/papers/{paper.pk}/share", {"idempotency_key": key}).content.decode()
        return str(re.findall(r'value="(http[^"]*)"', page)[0])

    assert link("first") == link("first") != link("second")
    assert paper.shares.count() == 2
