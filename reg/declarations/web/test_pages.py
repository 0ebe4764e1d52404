"""Pages of 名称自主申报 without a browser: every state is shown, nothing typed is lost, strangers see nothing. R101-R111."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from foundation import clock
from foundation.pdf.testing import small_pdf
from reg.cases.web.test_pages import browser
from reg.declarations.models import Declaration
from reg.declarations.testing import PLEA, RESTRICTED, declare
from reg.naming.index import name_file
from reg.naming.models import IndexedName, NameClaim, Reservation
from reg.naming.parsing import parse
from reg.testing import person

pytestmark = pytest.mark.django_db
FORM = {"kind": "llc", "district": "310115", "region": "上海", "trade": "砚屿", "industry": "科技"}


@pytest.fixture(autouse=True)
def _plain_static(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.row("R104", part="保留期信息")
def test_a_name_given_up_says_so_and_offers_nothing_more() -> None:
    one, mine = declare(person("P01")), browser("P01")
    assert "延长 2 个月" in text(mine.get(f"/names/{one.number}"))
    mine.post(f"/names/{one.number}/keep", {"do": "renew"})
    assert "延长 2 个月" not in text(mine.get(f"/names/{one.number}"))
    mine.post(f"/names/{one.number}/keep", {"do": "release"})
    page = text(mine.get(f"/names/{one.number}"))
    assert "已放弃" in page
    assert "放弃这个名称" not in page
    assert "已放弃" in text(mine.get("/names"))
    assert browser("P40").get(f"/names/{one.number}").status_code == 404


def test_a_name_whose_term_is_over_is_shown_as_over_before_the_sweep() -> None:
    one = declare(person("P01"))
    Reservation.objects.update(until=clock.today() - timedelta(days=1))
    page = text(browser("P01").get(f"/names/{one.number}"))
    assert "已到期" in page
    assert "延长" not in page


def test_a_name_that_a_case_uses_is_shown_so_and_cannot_be_given_up() -> None:
    one = declare(person("P01"))
    Reservation.objects.update(case_number="3101152026112300000147", until=clock.today() - timedelta(days=1))
    page = text(browser("P01").get(f"/names/{one.number}"))
    assert "正在办登记" in page
    assert "申请号 310115 20261123" in page
    assert "放弃这个名称" not in page
    browser("P01").post(f"/names/{one.number}/keep", {"do": "release"})
    assert Reservation.objects.get().state == "held"


def test_a_reason_is_asked_for_and_what_was_typed_stays() -> None:
    mine = browser("P01")
    said = {**FORM, "industry": "", "do": "hold", "plea": "有"}
    refused = mine.post("/names/new", said)
    assert refused.status_code == 422
    assert "要写明依据" in text(refused)
    assert ">有</textarea>" in refused.content.decode()
    assert 'value="砚屿"' in refused.content.decode()
    taken_on = mine.post("/names/new", {**said, "plea": PLEA})
    one = Declaration.objects.get()
    assert taken_on.headers["Location"] == f"/names/{one.number}"
    page = text(mine.get(f"/names/{one.number}"))
    for words in ("登记机关正在审核", PLEA, "撤回申报", "还没有文件"):
        assert words in page
    mine.post(f"/names/{one.number}/keep", {"do": "withdraw"})
    assert "已撤回" in text(mine.get(f"/names/{one.number}"))


def test_files_come_in_one_by_one_each_with_its_own_answer() -> None:
    one, mine = declare(person("P01"), RESTRICTED, plea=PLEA), browser("P01")
    good = SimpleUploadedFile("证书.pdf", small_pdf(2))
    bad = SimpleUploadedFile("宏.pdf", b"not a pdf")
    page = text(mine.post(f"/names/{one.number}/proofs", {"files": [good, bad]}, follow=True))
    assert "“证书.pdf”已收到" in page
    assert "“宏.pdf”：" in page
    proof = one.proofs.get()
    assert mine.get(f"/names/{one.number}/proofs/{proof.pk}")["Content-Type"] == "application/pdf"
    assert browser("P40").get(f"/names/{one.number}/proofs/{proof.pk}").status_code == 404
    mine.post(f"/names/{one.number}/proofs", {"remove": str(proof.pk)})
    assert not one.proofs.exists()


def test_a_double_tap_declares_once() -> None:
    mine = browser("P01")
    said = {**FORM, "do": "hold", "idempotency_key": "key-of-this-page"}
    first, second = (mine.post("/names/new", said) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Declaration.objects.count() == 1


@pytest.mark.row("R104", part="相同名称列出并拦截")
def test_a_name_taken_since_it_was_shown_is_told_and_not_held() -> None:
    mine = browser("P01")
    assert "可以用" in text(mine.post("/names/new", {**FORM, "do": "result"}))
    name_file(parse("上海砚屿科技有限公司").parts)
    late = mine.post("/names/new", {**FORM, "do": "hold"})
    assert late.status_code == 409
    assert "已经有相同的名称" in text(late)
    assert not Reservation.objects.exists()


def test_suggestions_come_by_themselves_and_are_free() -> None:
    name_file(parse("上海砚屿科技有限公司").parts)
    mine = browser("P01")
    assert "这样写没有人用" not in text(mine.post("/names/new", {**FORM, "do": "result"}))
    suggested = text(mine.post("/names/new", {**FORM, "do": "suggest"}))
    assert "这样写没有人用" in suggested
    assert "上海砚屿科技有限公司" not in suggested
    assert text(mine.post("/names/new", {**FORM, "trade": "墨舟", "do": "suggest"})).strip() == ""
    assert NameClaim.objects.count() == IndexedName.objects.count() - 1 == 0


@pytest.mark.row("R102", part="主营行业")
def test_an_industry_is_picked_from_what_fits_the_words() -> None:
    mine = browser("P01")
    assert "6513 应用软件开发" in text(mine.get("/names/industries?small_class=软件开发"))
    vague = mine.post("/names/new", {**FORM, "small_class": "贸易公司做的", "do": "check"})
    assert vague.status_code == 422
    assert "请换个说法" in text(vague)
    picked = mine.post("/names/new", {**FORM, "small_class": "软件", "picked": "6513", "do": "result"})
    assert "行业 6513 应用软件开发" in text(picked)


@pytest.mark.row("R104", part="相同名称列出并拦截")
@pytest.mark.row("R104", part="禁止控制与限制提示")
def test_an_investment_relation_is_claimed_with_a_reason_and_looked_at() -> None:
    """名称规定17: an enterprise with an investment relation may share the 字号; who claims it proves it to a clerk."""
    uscc = "91310115MAXX00015T"
    name_file(parse("上海砚屿技术有限公司", "7519").parts, uscc=uscc)
    mine = browser("P01")
    said = {**FORM, "small_class": "7519"}
    taken = mine.post("/names/new", {**said, "do": "result"})
    assert "不能用：已经有相同的名称" in text(taken)
    assert f'name="related" value="{uscc}"' in taken.content.decode()
    claimed = text(mine.post("/names/new", {**said, "do": "result", "related": uscc}))
    for words in ("您说有投资关系的企业 ", "上海砚屿技术有限公司", "依据说明", "请登记机关审核"):
        assert words in claimed
    kin = {**said, "do": "hold", "related": uscc, "read": "上海砚屿技术有限公司"}
    assert mine.post("/names/new", kin).status_code == 422, "a claim without a reason"
    assert mine.post("/names/new", {**kin, "plea": "全资子公司，持股 100%"}).status_code == 302
    one = Declaration.objects.get()
    assert one.related == [{"uscc": uscc, "written": "上海砚屿技术有限公司"}]
    assert one.state == Declaration.State.REVIEW
    assert one.reservation.state == Reservation.State.WAITING


def test_a_relation_to_somebody_else_lifts_nothing() -> None:
    name_file(parse("上海砚屿技术有限公司", "7519").parts, uscc="91310115MAXX00015T")
    name_file(parse("上海墨舟贸易有限公司").parts, uscc="91310104MAXX000271")
    said = {**FORM, "small_class": "7519", "do": "hold", "plea": PLEA}
    for code in ("91310104MAXX000271", "unknown", "'; --", ""):
        refused = browser("P01").post("/names/new", {**said, "related": code})
        assert "已经有相同的名称" in text(refused), code
    assert not Reservation.objects.exists()
