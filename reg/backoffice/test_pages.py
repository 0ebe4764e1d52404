"""Pages of operator and auditor without a browser: what they show, that they show no more, and what is written down."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from foundation import audit, clock
from foundation.audit import chain
from foundation.audit.checking import chain_check
from foundation.audit.models import AuditEvent
from foundation.audit.search import PAGE, Query
from foundation.clock.holidays import holidays_load
from foundation.identity.actor import Actor
from foundation.operations import report, wire
from foundation.outbox.models import OutboxMessage
from foundation.outside import health
from foundation.outside.systems import system_lines
from foundation.outside.testing import answer as http_answer
from foundation.outside.testing import stub_system
from reg.backoffice.testing import Sister, desk_of, health_row, job_row, sister_system, text
from reg.backoffice.web.audit import _csv
from reg.casefile.models import Case
from reg.entities import stories
from reg.review.services import case_approve, case_return, point_note, review_claim
from reg.testing import company, person, staff, submitted
from signing.integrations.systems import SYSTEMS as SIGNING

pytestmark = pytest.mark.django_db


@pytest.fixture
def sister(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sister]:
    """电子签名, answering what the test tells it to."""
    with sister_system() as one:
        monkeypatch.setenv("SIGNING_BASE_URL", one.base)
        yield one


@pytest.fixture(autouse=True)
def _nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the fixture above nobody answers for 电子签名."""
    monkeypatch.setenv("SIGNING_BASE_URL", "http://127.0.0.1:9")
    health.forget()


@pytest.mark.parametrize(
    ("path", "role"),
    [("outside", "yun1"), ("jobs", "yun1"), ("windows", "du1"), ("audit", "ji1")],
)
def test_a_page_exists_for_its_role_only(path: str, role: str) -> None:
    for who in ("shen1", "du1", "yun1", "ji1"):
        allowed = who == role or (path == "windows" and who == "shen1")
        assert (desk_of(who).get(f"/desk/{path}").status_code == 404) is not allowed


@pytest.mark.parametrize(("who", "home"), [("yun1", "/desk/outside"), ("ji1", "/desk/audit")])
def test_who_does_not_review_begins_where_his_work_is(who: str, home: str) -> None:
    assert desk_of(who).get("/desk/")["Location"] == home


# ---- 外部系统 ----


def test_every_system_of_both_sides_stands_there_with_what_happens_without_it(sister: Sister) -> None:
    health_row("property", ok=90, failed=3, why="没有回应")
    health_row("population", ok=2, ms=4210)
    sister.says["outside"] = (200, wire.LINES.dump_python(tuple(system_lines(SIGNING)), mode="json"))
    page = text(desk_of("yun1").get("/desk/outside"))
    for line in (*report.outside_report(), *system_lines(SIGNING)):
        assert line.title in page
        assert all(sentence in page for sentence in line.when_down)
    assert "规资产权核验：不通 没有回应" in page
    assert "人口库实人核验：变慢 最近一次用了 4210 毫秒" in page
    assert "共 22 个" in page
    assert "地址、密钥都齐" in page


def test_a_silent_sister_is_said_and_the_rest_is_shown() -> None:
    page = text(desk_of("yun1").get("/desk/outside"))
    assert "电子签名连不上" in page
    assert "规资产权核验" in page


@pytest.mark.parametrize("said", [(404, {}), (500, {}), (200, [{"code": "x"}]), (200, "nonsense")])
def test_a_sister_that_talks_nonsense_is_not_believed(sister: Sister, said: Any) -> None:
    sister.says["outside"] = said
    answer = desk_of("yun1").get("/desk/outside")
    assert answer.status_code == 200
    assert "请过一会儿再看" in text(answer)


@pytest.mark.django_db(transaction=True)
def test_trying_now_calls_once_without_asking_anything_and_tells_the_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    from foundation.config import config

    with stub_system() as stub:
        monkeypatch.setenv("OUTSIDE_PROPERTY_URL", stub.base)
        config.cache_clear()
        stub.behave = lambda write: write(http_answer(422, b"{}"))
        operator = desk_of("yun1")
        page = text(operator.post("/desk/outside/reg/property/try", follow=True))
        assert "规资产权核验通了，用时" in page
        assert [(seen.method, seen.path, seen.body) for seen in stub.seen] == [("POST", "/check", b"{}")]
        stub.behave = lambda write: write(http_answer(503, b""))
        page = text(operator.post("/desk/outside/reg/property/try", follow=True))
        assert "规资产权核验没有通：出错了" in page
        assert "规资产权核验：不通" in page
    config.cache_clear()
    rows = AuditEvent.objects.filter(verb="system.try").order_by("pk").values_list("actor", "obj_ref", "details")
    assert list(rows) == [("yun1", "property", {"ok": True}), ("yun1", "property", {"ok": False})]


def test_systems_of_the_sister_are_tried_by_the_sister(sister: Sister) -> None:
    sister.says["outside"] = (200, wire.LINES.dump_python(tuple(system_lines(SIGNING)), mode="json"))
    sister.says["outside/ca/try"] = (200, {"ok": True, "ms": 21, "why": ""})
    page = text(desk_of("yun1").post("/desk/outside/signing/ca/try", follow=True))
    assert "电子认证机构通了，用时 21 毫秒。" in page
    assert ("POST", "outside/ca/try", {"actor": "yun1"}) in sister.asked


@pytest.mark.parametrize("path", ["reg/weather", "signing/weather", "nobody/sms"])
def test_an_unknown_system_is_not_found(sister: Sister, path: str) -> None:
    assert desk_of("yun1").post(f"/desk/outside/{path}/try").status_code == 404


# ---- 后台任务 ----


def test_jobs_show_reasons_and_no_content_of_cases(sister: Sister) -> None:
    sister.says["jobs"] = (200, wire.JOBS.dump_python(report.jobs_report(), mode="json"))
    number = job_row("reg.materials.tasks.paper_make", why="property 没有回应")
    message = OutboxMessage.objects.create(event="CaseApproved", payload={"case_no": "3101152026112400000112"})
    message.deliveries.create(handler="reg.review.telling.licence_push", attempts=4, last_error="elicence 连不上")
    page = text(desk_of("yun1").get("/desk/jobs"))
    for words in (
        f"生成文书 #{number}",
        "规资产权核验没有回应",
        "准予登记 #",
        "更新电子营业执照，试过 4 次",
        "电子营业执照连不上",
    ):
        assert words in page
    assert "没有进程在处理任务" in page
    assert "3101152026112400000112" not in page


def test_a_failed_job_is_tried_again_once(sister: Sister) -> None:
    number = job_row("reg.materials.tasks.paper_make")
    operator = desk_of("yun1")
    assert "已重新排队" in text(operator.post(f"/desk/jobs/reg/{number}/again", follow=True))
    assert "已经不在失败的里面" in text(operator.post(f"/desk/jobs/reg/{number}/again", follow=True))
    assert ProcrastinateJob.objects.get(pk=number).status == "todo"
    assert AuditEvent.objects.filter(verb="job.retry", actor="yun1", obj_ref=str(number)).count() == 1
    sister.says["jobs/7/again"] = (200, False)
    assert "一样的任务已经在排队" in text(operator.post("/desk/jobs/signing/7/again", follow=True))
    assert "已经不在失败的里面" in text(operator.post("/desk/jobs/signing/8/again", follow=True))


def test_a_year_without_holidays_is_warned_of() -> None:
    operator = desk_of("yun1")
    year = clock.today().year
    assert f"没有 {year}、{year + 1} 年的节假日安排" in text(operator.get("/desk/jobs"))
    holidays_load()
    assert f"没有 {year}、" not in text(operator.get("/desk/jobs"))


# ---- 审计 ----


def acts(response: Any) -> list[str]:
    """Verbs of the lines on a page."""
    return [row["line"].verb for row in response.context["lines"]]


def test_the_log_is_searched_by_number_person_act_and_day() -> None:
    case = submitted(person("P01"), company("C01"))
    review_claim(actor=staff("shen1"), case=case)
    auditor = desk_of("ji1")
    assert "提交申请" in acts(auditor.get("/desk/audit", {"ref": case.number}))
    assert acts(auditor.get("/desk/audit", {"ref": case.number, "actor": "shen1"})) == ["受理", "领取"]
    assert acts(auditor.get("/desk/audit", {"actor": "shen1", "verb": "case.accept"})) == ["受理"]
    day = clock.today()
    on = {"first_year": day.year, "first_month": day.month, "first_day": day.day}
    assert "受理" in acts(auditor.get("/desk/audit", on))
    later = auditor.get("/desk/audit", {**on, "first_year": day.year + 1})
    assert acts(later) == []
    assert "没有找到" in text(later)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"ref": "张示例"}, "编号里只有字母"),
        ({"first_year": "2026", "first_month": "2", "first_day": "30"}, "没有 2026年2月30日这一天"),
        (
            {"first_year": 2026, "first_month": 2, "first_day": 3, "last_year": 2026, "last_month": 2, "last_day": 2},
            "结束的日期不能早于",
        ),
    ],
)
def test_a_wrong_question_is_told_and_not_asked(asked: dict[str, Any], said: str) -> None:
    answer = desk_of("ji1").get("/desk/audit", asked)
    assert answer.status_code == 422
    assert said in text(answer)
    assert answer.context["lines"] == []


def test_older_pages_follow_and_lead_back() -> None:
    for number in range(PAGE + 2):
        audit.record(Actor.system("test"), "case.open", "case", f"C{number}")
    auditor = desk_of("ji1")
    first = auditor.get("/desk/audit", {"verb": "case.open"})
    second = auditor.get(first.context["older"])
    assert [row["line"].ref for row in second.context["lines"]] == ["C1", "C0"]
    assert second.context["older"] == ""
    assert auditor.get(second.context["newest"]).context["lines"] == first.context["lines"]


def test_an_export_is_a_file_of_all_that_match_and_is_itself_recorded() -> None:
    audit.record(Actor.system("test"), "case.open", "case", "3101152026112400000112", items=["liaison"])
    audit.record(Actor.system("=1+1"), "case.open", "case", "3101152026112400000112")
    audit.record(Actor.system("test"), "case.submit", "case", "OTHER")
    auditor = desk_of("ji1")
    answer = auditor.post("/desk/audit/export", {"side": "reg", "verb": "case.open"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:2] == ["编号", "时间"]
    assert [row[5] for row in rows[1:]] == ["开始申请", "开始申请"]
    assert [row[7] for row in rows[1:]] == ["'3101152026112400000112"] * 2, "a spreadsheet must not round it"
    assert rows[2][8] == "事项 登记联络员"
    event = AuditEvent.objects.get(verb="audit.export")
    assert (event.actor, event.details) == ("ji1", {"count": 2, "query": {"verb": "case.open"}})


def test_a_file_that_could_not_take_all_rows_says_so() -> None:
    audit.record(Actor.system("test"), "case.open", "case", "A")
    lines = report.audit_page(Query()).lines
    assert "只导出了最新的 50000 条" not in "".join(_csv(lines))
    assert "".join(_csv(lines, cut=True)).splitlines()[-1] == "只导出了最新的 50000 条，更早的请缩小日期再导出"


def test_a_cell_that_begins_like_a_formula_is_text() -> None:
    AuditEvent.objects.create(
        at=clock.wall(), legal_at=clock.now(), actor_kind="system", actor="=cmd()", verb="x", obj_kind="y", obj_ref="+1"
    )
    answer = desk_of("ji1").post("/desk/audit/export", {"side": "reg"})
    (row,) = [row for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))) if row[5] == "x"]
    assert (row[4], row[7]) == ("'=cmd()", "'+1")


def test_the_state_of_the_chain_names_what_was_tampered_with() -> None:
    for ref in ("A", "B", "C"):
        audit.record(Actor.system("test"), "case.open", "case", ref)
    chain.link_new()
    chain_check()
    auditor = desk_of("ji1")
    assert "核对过，没有发现改动" in text(auditor.get("/desk/audit"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE audit_auditevent SET obj_ref = 'X' WHERE obj_ref = 'B'")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    auditor.post("/desk/audit/check", {"side": "reg"})
    assert ProcrastinateJob.objects.filter(task_name__endswith="audit_check", status="todo").count() == 1
    chain_check()
    page = text(auditor.get("/desk/audit"))
    assert "发现 1 处问题" in page
    assert "被改动" in page


def test_the_log_of_the_sister_is_searched_and_exported_there(sister: Sister) -> None:
    audit.record(Actor.system("test"), "session.end", "session", "S1")
    page = report.audit_page(Query())
    sister.says["audit"] = (200, wire.AUDIT.dump_python(page, mode="json"))
    sister.says["audit/export"] = (200, wire.EXPORT.dump_python(page.lines, mode="json"))
    sister.says["audit/check"] = (200, True)
    auditor = desk_of("ji1")
    assert acts(auditor.get("/desk/audit", {"side": "signing", "ref": "S1"})) == ["退出登录"]
    assert sister.asked[-1][2]["query"]["object_ref"] == "S1"
    assert "S1" in auditor.post("/desk/audit/export", {"side": "signing"}).content.decode()
    assert sister.asked[-1][2]["actor"] == "ji1"
    assert "已经开始核对" in text(auditor.post("/desk/audit/check", {"side": "signing"}, follow=True))


def test_a_silent_sister_is_said_to_the_auditor_too() -> None:
    auditor = desk_of("ji1")
    assert "电子签名连不上" in text(auditor.get("/desk/audit", {"side": "signing"}))
    for what in ("export", "check"):
        assert "电子签名连不上" in text(auditor.post(f"/desk/audit/{what}", {"side": "signing"}, follow=True))


# ---- a case for the auditor ----

PERSONAL = ("name", "id_no", "mobile")


def case_with_everything() -> Case:
    """Submitted, returned with a remark that names the liaison and his mobile."""
    case = submitted(person("P01"), company("C01"))
    newcomer = stories.persons()["P05"]
    review_claim(actor=staff("shen1"), case=case)
    words = f"{newcomer['name']}的手机 {newcomer['mobile']} 打不通。"
    point_note(actor=staff("shen1"), case=case, title="", item="liaison", text=words)
    case_return(actor=staff("shen1"), case=case)
    case.refresh_from_db()
    return case


def test_the_auditor_reads_what_happened_and_nothing_that_identifies_a_person() -> None:
    case = case_with_everything()
    auditor = desk_of("ji1")
    answer = auditor.get(f"/desk/cases/{case.number}", follow=True)
    assert answer.redirect_chain == [(f"/desk/audit/cases/{case.number}", 302)]
    page = text(answer)
    for words in (
        "登记联络员",
        "*演示",
        "*范例",
        "第 1 次补正",
        "登记机关已受理",
        "公司登记（备案）申请书",
        "法定代表人",
    ):
        assert words in page
    for story_id in ("P01", "P04", "P05", "P13"):
        for key in PERSONAL:
            assert str(stories.persons()[story_id][key]) not in page, (story_id, key)
    assert "<img" not in answer.content.decode()
    assert AuditEvent.objects.filter(verb="case.view_masked", actor="ji1", obj_ref=case.number).count() == 1


def test_a_recorded_case_shows_what_was_approved() -> None:
    case = submitted(person("P01"), company("C01"))
    review_claim(actor=staff("shen1"), case=case)
    case_approve(actor=staff("shen1"), case=case)
    page = text(desk_of("ji1").get(f"/desk/audit/cases/{case.number}"))
    assert "准予登记" in page
    assert "已办结" in page


def test_a_case_that_was_never_submitted_is_nobody_elses_business() -> None:
    from reg.testing import draft

    case = draft(person("P01"), company("C01"))
    assert desk_of("ji1").get(f"/desk/audit/cases/{case.number}").status_code == 404
    assert desk_of("yun1").get(f"/desk/audit/cases/{case.number}").status_code == 404


def test_the_desk_shows_a_returned_case_as_it_was_submitted() -> None:
    case = case_with_everything()
    page = text(desk_of("shen1").get(f"/desk/cases/{case.number}"))
    assert "没有变化" not in page
    assert "钱范例" in page


def test_the_desk_names_the_roles_of_signers_in_words() -> None:
    case = submitted(person("P01"), company("C01"))
    paper = case.papers.get(doc="application")
    page = text(desk_of("shen1").get(f"/desk/cases/{case.number}/papers/{paper.pk}"))
    assert "法定代表人 张示例" in page
    assert "legal_representative" not in page
