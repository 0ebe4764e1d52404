"""Pages of citizens without a browser: what they show, what they refuse, how many questions they ask the database."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation import clock
from foundation.identity.models import Account, LoginSession, StaffUser
from foundation.identity.sessions import KEY, account_know
from reg.casefile.models import AuthorityWindow, Case, Confirmation
from reg.entities import stories
from reg.materials.models import Paper, Share
from reg.materials.services import papers_current
from reg.testing import answer, company, draft, in_signing, liaison_payload, papers_make, person, tell_truth

pytestmark = pytest.mark.django_db
C01 = "91310115MAXX00015T"


@pytest.fixture(autouse=True)
def _plain_static(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def browser(story_id: str) -> Client:
    """A browser in which a story person is logged in."""
    story = stories.persons()[story_id]
    account = account_know(
        name=story["name"], id_type=story["id_type"], id_number=story["id_no"], mobile=story["mobile"]
    )
    moment = clock.wall()
    row = LoginSession.objects.create(
        ref=f"test{story_id}{LoginSession.objects.count()}",
        account=account,
        method="sso",
        started_at=moment,
        seen_at=moment,
        ends_at=moment.replace(year=moment.year + 1),
    )
    session = SessionStore()
    session[KEY] = row.ref
    session.create()
    client = Client()
    client.cookies["reg_session"] = session.session_key or ""
    return client


def actor_of(story_id: str) -> Any:
    """The actor as the pages see him (audit and idempotency use the account)."""
    base = person(story_id)
    account = Account.objects.get(person_index=base.person_index)
    return replace(base, ref=f"account:{account.pk}")


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_who_is_not_logged_in_is_sent_to_log_in_and_comes_back() -> None:
    response = Client().get("/cases/3101152026112400000112")
    assert response.status_code == 302
    assert response["Location"] == "/login?next=%2Fcases%2F3101152026112400000112"


def test_a_member_of_staff_is_shown_the_log_in_of_citizens_and_not_sent_in_circles() -> None:
    client, moment = Client(), clock.wall()
    user = StaffUser.objects.create(username="shen1", name="韩审一", role="examiner", office="310115")
    end = moment.replace(year=moment.year + 1)
    row = LoginSession.objects.create(
        ref="s" * 32, staff=user, method="password", started_at=moment, seen_at=moment, ends_at=end
    )
    session = client.session
    session[KEY] = row.ref
    session.save()
    page = client.get("/me", follow=True)
    assert page.redirect_chain == [("/login?next=%2Fme", 302)]
    assert "随申办" in text(page)


@pytest.mark.row("R001", part="变更登记事项引导")
@pytest.mark.row("R001", part="列出所有可选的变更登记事项")
@pytest.mark.row("R001", part="初始化已登记事项")
def test_the_guide_lists_every_item_with_what_is_registered_and_sends_the_rest_to_the_window() -> None:
    entity = company("C01")
    page = text(browser("P01").get(f"/companies/{C01}/change"))
    for words in ("登记联络员", "现在：赵演示", "名称", "注册资本", "请到窗口办理", "上海市浦东新区市场监督管理局"):
        assert words in page
    assert "示例路 1 号" not in page
    AuthorityWindow.objects.create(
        authority=entity.authority, address="示例路 1 号", entered_by="yun1", entered_at=clock.wall(), approved_at=None
    )
    assert "示例路 1 号" not in text(browser("P01").get(f"/companies/{C01}/change")), "shown once approved"
    AuthorityWindow.objects.update(approved_by="du1", approved_at=clock.wall())
    assert "示例路 1 号" in text(browser("P01").get(f"/companies/{C01}/change"))


@pytest.mark.row("R001", part="勾选一项或多项变更内容")
def test_a_double_tap_on_start_opens_one_case() -> None:
    company("C01")
    client = browser("P01")
    form = {"item": ["liaison"], "idempotency_key": "k" * 32}
    first, second = (client.post(f"/companies/{C01}/change", form) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_starting_with_nothing_ticked_says_so_and_keeps_the_page() -> None:
    company("C01")
    response = browser("P01").post(f"/companies/{C01}/change", {})
    assert response.status_code == 422
    assert "请至少选一项" in text(response)


@pytest.mark.parametrize("path", ["", "/items/liaison", "/check", "/papers", "/sign", "/progress", "/choose"])
def test_somebody_elses_case_does_not_exist(path: str) -> None:
    case = draft(person("P01"), company("C01"))
    assert browser("P02").get(f"/cases/{case.number}{path}").status_code == 404


@pytest.mark.row("R020", part="表单展示和输入")
def test_a_saved_number_is_shown_masked_and_its_mask_coming_back_keeps_it() -> None:
    client = browser("P01")
    case = draft(actor_of("P01"), company("C01"))
    page = client.get(f"/cases/{case.number}/items/liaison")
    assert "310***********9595" in page.content.decode()
    assert "310107199605059595" not in page.content.decode()
    payload = liaison_payload("P05") | {
        "id_number": "310***********9595",
        "mobile": "199****0005",
        "email": "x@example.com",
    }
    response = client.post(f"/cases/{case.number}/items/liaison", payload | {"version": "1"})
    assert response.status_code == 302
    saved = case.answers.get(item_code="liaison").payload
    assert (saved["id_number"], saved["mobile"], saved["email"]) == (
        "310107199605059595",
        "19900000005",
        "x@example.com",
    )


@pytest.mark.row("R020", part="暂存")
def test_what_is_wrong_is_kept_and_said_at_the_field_and_in_a_summary() -> None:
    client = browser("P01")
    case = draft(actor_of("P01"), company("C01"))
    wrong = liaison_payload("P05") | {"id_number": "310107199605059591", "version": "1"}
    response = client.post(f"/cases/{case.number}/items/liaison", wrong)
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>错误：" in page
    assert 'href="#id_id_number"' in page
    assert 'aria-describedby="id_id_number_error"' in page
    assert case.answers.get(item_code="liaison").payload["id_number"] == "310107199605059591"


def test_a_save_from_an_older_page_shows_both_and_loses_neither() -> None:
    client = browser("P01")
    case = draft(actor_of("P01"), company("C01"))
    client.post(f"/cases/{case.number}/items/liaison", liaison_payload("P06") | {"version": "1"})
    response = client.post(f"/cases/{case.number}/items/liaison", liaison_payload("P07") | {"version": "1"})
    assert response.status_code == 409
    page = text(response)
    assert liaison_payload("P06")["name"] in page
    assert liaison_payload("P07")["name"] in page
    client.post(
        f"/cases/{case.number}/items/liaison/resolve", liaison_payload("P07") | {"version": "2", "keep": "mine"}
    )
    assert case.answers.get(item_code="liaison").payload["name"] == liaison_payload("P07")["name"]


def test_the_same_page_sent_twice_is_saved_once_and_nobody_is_told_of_another_phone() -> None:
    client = browser("P01")
    case = draft(actor_of("P01"), company("C01"))
    typed = liaison_payload("P06") | {"version": "1", "idempotency_key": "k" * 32}
    path = f"/cases/{case.number}/items/liaison"
    answers = [client.post(path, typed) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {302}
    assert client.post(f"{path}/autosave", typed).json()["version"] == 2
    assert case.answers.get(item_code="liaison").version == 2


def test_autosave_answers_with_the_new_version_and_a_stale_one_with_409() -> None:
    client = browser("P01")
    case = draft(actor_of("P01"), company("C01"))
    path = f"/cases/{case.number}/items/liaison/autosave"
    first = client.post(path, liaison_payload("P06") | {"version": "1"})
    assert first.json()["version"] == 2
    assert re.fullmatch(r"\d\d:\d\d", first.json()["saved_at"])
    assert client.post(path, liaison_payload("P07") | {"version": "1"}).status_code == 409


@pytest.mark.row("R025", part="前端反馈")
def test_the_report_shows_law_and_mend_and_a_jump_to_the_place() -> None:
    client = browser("P01")
    case = draft(actor_of("P01"), company("C01"))
    tell_truth(case, mobile_owner={"match": False})
    page = client.get(f"/cases/{case.number}/check")
    assert "您填写的登记联络员移动电话非本人实名制移动电话，请修改。" in text(page)
    assert f"/cases/{case.number}/items/liaison#id_mobile" in page.content.decode()


def test_a_confirmation_is_recorded_with_who_and_when_and_can_be_taken_back() -> None:
    story = stories.companies()["C33"]
    client = browser(story["leader"])
    case = draft(actor_of(story["leader"]), company("C33"))
    tell_truth(case, abnormal={"listed": [{"reason_code": "unreachable", "reason": "无法联系"}]})
    page = client.get(f"/cases/{case.number}/check").content.decode()
    key = re.search(r'name="code" value="(CC04[^"]+)"', page)
    assert key
    client.post(f"/cases/{case.number}/check/confirm", {"code": key[1], "idempotency_key": "a" * 32})
    assert Confirmation.objects.get(case=case).confirmed_by.startswith("account:")
    assert "已确认" in text(client.get(f"/cases/{case.number}/check"))
    client.post(f"/cases/{case.number}/check/unconfirm", {"code": key[1]})
    assert not Confirmation.objects.filter(case=case).exists()


def test_a_finding_that_nobody_raised_cannot_be_confirmed() -> None:
    client = browser("P01")
    case = draft(actor_of("P01"), company("C01"))
    client.post(f"/cases/{case.number}/check/confirm", {"code": "CC99:made:up"})
    assert not Confirmation.objects.exists()


@pytest.mark.row("R035", part="材料列表展示")
@pytest.mark.row("R035", part="按事项提供材料文书清单")
@pytest.mark.row("R035", part="免填免报")
def test_the_papers_of_a_new_liaison_are_the_ones_of_the_list_with_law_and_signers() -> None:
    client = browser("P01")
    actor = actor_of("P01")
    case = draft(actor, company("C01"))
    papers_make(case, actor)
    page = text(client.get(f"/cases/{case.number}/papers"))
    for words in ("公司登记（备案）申请书", "联络员信息表", "实名登记确认", "免交", "已实名核验", "张示例"):
        assert words in page
    assert {paper.doc for paper in papers_current(case)} == {"application", "contact", "realname"}


@pytest.mark.row("R035", part="预览文书")
@pytest.mark.row("R143", part="待签署PDF转换成图片")
def test_a_preview_is_pictures_and_a_text_version() -> None:
    client = browser("P01")
    actor = actor_of("P01")
    case = draft(actor, company("C01"))
    paper = next(p for p in papers_make(case, actor) if p.doc == "application")
    page = client.get(f"/cases/{case.number}/papers/{paper.pk}").content.decode()
    assert "文字版" in page
    assert "公司登记（备案）申请书" in page
    picture = client.get(f"/cases/{case.number}/papers/{paper.pk}/1/page.jpg")
    assert picture["Content-Type"] == "image/jpeg"
    assert picture.content[:2] == b"\xff\xd8"
    assert client.get(f"/cases/{case.number}/papers/{paper.pk}/9/page.jpg").status_code == 404
    assert browser("P02").get(f"/cases/{case.number}/papers/{paper.pk}/1/page.jpg").status_code == 404


@pytest.mark.row("R035", part="分享文书")
def test_a_shared_link_shows_one_paper_until_it_ends() -> None:
    client = browser("P01")
    actor = actor_of("P01")
    case = draft(actor, company("C01"))
    paper = next(p for p in papers_make(case, actor) if p.doc == "application")
    page = client.post(f"/cases/{case.number}/papers/{paper.pk}/share", {"idempotency_key": "s" * 32}).content.decode()
    link = re.search(r"/shared/[\w-]+", page)
    assert link
    stranger = Client()
    assert stranger.get(link[0]).status_code == 200
    assert stranger.get(f"{link[0]}/1.jpg")["Content-Type"] == "image/jpeg"
    Share.objects.update(ends_at=clock.wall())
    assert stranger.get(link[0]).status_code == 404
    assert stranger.get(f"{link[0]}/1.jpg").status_code == 404


@pytest.mark.row("R035", part="生成失败可再次生成")
def test_a_name_no_font_has_is_refused_by_name_and_may_be_tried_again() -> None:
    client = browser("P01")
    actor = actor_of("P01")
    case = draft(actor, company("C01"))
    answer(case, actor, "liaison", liaison_payload("P22"), version=1)
    tell_truth(case)
    failed = [paper for paper in papers_make(case, actor) if paper.state == Paper.State.FAILED]
    assert failed
    character = next(c for c in stories.persons()["P22"]["name"] if ord(c) > 0x30000)
    assert character in failed[0].problem or f"{ord(character):X}" in failed[0].problem.upper()
    page = text(client.get(f"/cases/{case.number}/papers"))
    assert "没有生成" in page
    assert "再试一次" in page
    assert client.post(f"/cases/{case.number}/papers/{failed[0].pk}/retry").status_code == 302
    assert Paper.objects.get(pk=failed[0].pk).state == Paper.State.QUEUED


def test_a_rare_character_is_set_right() -> None:
    browser("P01")
    actor = actor_of("P01")
    case = draft(actor, company("C01"))
    answer(case, actor, "liaison", liaison_payload("P21"), version=1)
    tell_truth(case)
    papers = papers_make(case, actor)
    assert all(paper.state == Paper.State.READY for paper in papers)
    assert any("李𬎆赟" in paper.text for paper in papers)


def test_pages_ask_the_database_few_questions() -> None:
    client = browser("P01")
    case = draft(actor_of("P01"), company("C01"))
    client.get(f"/cases/{case.number}/items/liaison")
    counted = {}
    for path in ("/items/liaison", "/check", ""):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/cases/{case.number}{path}")
        counted[path or "/"] = len(queries)
    assert max(counted.values()) <= 20, counted


def test_the_signing_page_says_who_is_waited_for() -> None:
    client = browser("P01")
    case = in_signing(actor_of("P01"), company("C01"))
    page = text(client.get(f"/cases/{case.number}/sign"))
    assert "等签名" in page
    assert "钱范例" in page
    assert "去签名" in page


def test_a_callback_without_the_signature_of_signing_is_refused() -> None:
    response = Client().post("/callbacks/signing", data="{}", content_type="application/json")
    assert response.status_code == 401
    case = in_signing(person("P01"), company("C01"))
    paper = papers_current(case)[0]
    assert Client().get(f"/internal/papers/{paper.pk}").status_code == 401
