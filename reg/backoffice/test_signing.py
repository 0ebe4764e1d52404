"""签署监测与分析 at the desk: live, by time and kind, drawn, narrowed by links, exported; nobody's data anywhere. R140."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.config import config
from foundation.operations.watching import (
    HISTORY,
    LIVE,
    Alarm,
    Busy,
    Cause,
    Counts,
    History,
    Live,
    Pair,
    Point,
    Share,
    Stamps,
    Step,
    Unstamped,
)
from reg.backoffice.testing import Sister, desk_of, sister_system, text
from reg.backoffice.web.signing import duration

pytestmark = pytest.mark.django_db
LIVE_PATH, HISTORY_PATH = "/internal/watching/live", "/internal/watching/history"


def history(begun: int = 1234) -> History:
    counts = Counts(begun, begun - 40, 10, 20)
    now = clock.to_shanghai(clock.wall()).replace(minute=0, second=0, microsecond=0)
    return History(
        total=counts,
        seconds=48.2,
        points=(Point(now.replace(hour=0), counts),),
        shares={
            "signer": (
                Share("person", "个人", Counts(begun - 34, begun - 80), 44.0),
                Share("entity", "企业", Counts(30, 30)),
                Share("abroad", "境外人士", Counts(4, 4)),
            ),
            "business": (Share("change", "变更", counts), Share("chain", "大型连锁", Counts())),
            "client": (Share("reg", "企登", counts),),
            "channel": (Share("wechat", "微信", counts),),
        },
        pairs=(Pair("person", "change", begun - 34), Pair("entity", "change", 30), Pair("abroad", "change", 4)),
        busy=(Busy(0, 15, begun),),
        funnel=(Step("todo", "收到待办", begun * 2), Step("done", "签好", begun)),
        causes=(Cause("face_failed", "刷脸没有通过", 20), Cause("file", "文件签不上", 10)),
        made_up=False,
    )


def live(**changes: Any) -> Live:
    now = clock.wall()
    opened = now - timedelta(minutes=12)
    said = Live(
        at=now,
        today=history(),
        before=Counts(begun=1100, failed=4),
        points_before=(),
        seconds=72.0,
        under_way=14,
        oldest=opened,
        open_todos=56,
        alarms=(
            Alarm(2, "微信签不下来", "20 分钟里有 9 份开始签，一份也没有签好。", opened, None),
            Alarm(1, "成功率下降", "成功率 90%。", opened, now),
        ),
    )
    return replace(said, **changes)


@pytest.fixture
def sister(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sister]:
    with sister_system() as one:
        monkeypatch.setenv("SIGNING_BASE_URL", one.base)
        config.cache_clear()
        one.says[LIVE_PATH] = (200, LIVE.dump_python(live(), mode="json"))
        one.says[HISTORY_PATH] = (200, HISTORY.dump_python(history(), mode="json"))
        yield one
    config.cache_clear()


@pytest.mark.parametrize(("who", "allowed"), [("yun1", True), ("du1", True), ("shen1", False), ("ji1", False)])
@pytest.mark.parametrize("page", ["signing", "signing/history"])
def test_operators_and_supervisors_watch_and_nobody_else(sister: Sister, who: str, allowed: bool, page: str) -> None:
    assert (desk_of(who).get(f"/desk/{page}").status_code == 200) is allowed


@pytest.mark.row("R140", part="实时业务总量和成功量")
def test_the_figures_of_now_and_what_is_wrong_stand_on_the_page(sister: Sister) -> None:
    page = text(desk_of("yun1").get("/desk/signing"))
    assert "发起签署 1,234 份" in page
    assert "签署成功 1,194 份 还在签 10 份" in page
    assert "没签上 要看 10 份 成功率 99.2%，本人没签完 20 份" in page
    assert "等着签的文书 56 份 正在签 14 份" in page
    assert "从开始到签好 1 分 12 秒" in page
    assert re.search(r"比上周.这时多 12%", page)
    assert "要看的 1 件 微信签不下来" in page
    assert "一天内已恢复的 1 件 成功率下降" in page
    assert "含示范数据" not in page


def test_documents_that_wait_for_their_time_stamp_are_listed(sister: Sister) -> None:
    assert "等时间戳" not in text(desk_of("yun1").get("/desk/signing"))
    asked = clock.wall() - timedelta(minutes=12)
    stamps = Stamps(21, asked, (Unstamped("310115202611230000017", asked, 4, clock.wall(), "时间戳服务出错了"),))
    sister.says[LIVE_PATH] = (200, LIVE.dump_python(live(stamps=stamps), mode="json"))
    page = text(desk_of("yun1").get("/desk/signing"))
    assert "等时间戳的文书 21 份" in page
    assert "试了 4 次：时间戳服务出错了" in page
    assert "这里列出最早的 1 份" in page


@pytest.mark.row("R140", part="自定义时间粒度刷新")
@pytest.mark.parametrize("every", ["5", "30", "60", "300"])
def test_the_page_comes_again_as_often_as_the_viewer_chose(sister: Sister, every: str) -> None:
    page = desk_of("yun1").get(f"/desk/signing?every={every}").content.decode()
    assert f'hx-get="?every={every}" hx-trigger="every {every}s"' in page
    assert f'<a class="q-link" href="?every={every}">' in page, "without script the viewer taps"


@pytest.mark.parametrize(("asked", "polls"), [("0", False), ("1", True), ("x", True)])
def test_it_can_stay_as_it_is_and_no_other_pace_is_taken(sister: Sister, asked: str, polls: bool) -> None:
    page = desk_of("yun1").get(f"/desk/signing?every={asked}").content.decode()
    assert ("hx-get" in page) is polls
    assert ("every 60s" in page) is polls
    assert ("不自动刷新" in page) is not polls


def test_a_day_without_anybody_is_said_to_be_one(sister: Sister) -> None:
    nothing = replace(history(0), total=Counts(), points=(), funnel=(Step("todo", "收到待办", 0),), causes=())
    quiet = live(today=nothing, before=Counts(), seconds=None, under_way=0, oldest=None, open_todos=0, alarms=())
    sister.says[LIVE_PATH] = (200, LIVE.dump_python(quiet, mode="json"))
    page = text(desk_of("yun1").get("/desk/signing"))
    assert "今天还没有人签" in page
    assert "都正常" in page
    sister.says[HISTORY_PATH] = (200, HISTORY.dump_python(nothing, mode="json"))
    assert "这段时间没有人签" in text(desk_of("yun1").get("/desk/signing/history"))


def test_a_silent_sister_is_said(sister: Sister) -> None:
    sister.says.clear()
    for page in ("signing", "signing/history"):
        assert "电子签名没有这份报告" in text(desk_of("yun1").get(f"/desk/{page}"))


@pytest.mark.row("R140", part="多维度分析")
def test_a_history_is_asked_as_the_address_says_and_every_name_narrows_it(sister: Sister) -> None:
    day = "first=2026-11-01&last=2026-11-20&grain=week"
    page = desk_of("du1").get(f"/desk/signing/history?{day}&channel=wechat").content.decode()
    wanted = {"first": "2026-11-01", "last": "2026-11-20", "grain": "week", "channel": "wechat"}
    assert sister.asked[-1] == ("POST", HISTORY_PATH, {**dict.fromkeys(("signer", "business", "client"), ""), **wanted})
    assert (
        f'href="/desk/signing/history?{day}&amp;signer=person&amp;channel=wechat"'.replace(
            "&grain", "&amp;grain"
        ).replace("&last", "&amp;last")
        in page
    )
    assert "不再只看渠道：微信" in page
    assert "收到待办" not in page, "a to-do that nobody opened has no channel"
    assert "first=2026-11-16&amp;last=2026-11-22&amp;grain=day" in page, "a week leads to its days"


@pytest.mark.row("R140", part="签署主体业务占比")
def test_kinds_of_signers_are_drawn_with_their_share_and_what_they_sign(sister: Sister) -> None:
    page = text(desk_of("du1").get("/desk/signing/history"))
    assert "个人 1,200 97.2%" in page
    assert "企业 30 2.4%" in page
    assert "境外人士 4 0.3%" in page
    assert "变更 1,200 份，100.0%" in page


@pytest.mark.row("R140", part="24小时签署趋势热力图")
def test_the_heat_map_is_a_picture_with_words_and_a_table(sister: Sister) -> None:
    page = desk_of("du1").get("/desk/signing/history").content.decode()
    assert page.count("<title>周") == 7 * 24
    assert "<title>周一 15 时：1,234 份</title>" in page
    assert 'aria-label="24 小时签署热力图。最忙：周一 15 时，1,234 份。' in page
    assert "系统维护可以放在这时" in page


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("first=2026-13-01&last=2026-11-20", None),
        ("first=2020-01-01&last=2026-11-20", None),
        ("first=2026-11-20&last=2026-11-01", None),
        ("first_year=2026&first_month=11&first_day=1&last_year=2026&last_month=11&last_day=3", "2026-11-01"),
    ],
)
def test_dates_that_make_no_sense_are_the_last_thirty_days(sister: Sister, query: str, first: str | None) -> None:
    usual = (clock.to_shanghai(clock.wall()) - timedelta(days=29)).date().isoformat()
    assert desk_of("du1").get(f"/desk/signing/history?{query}").status_code == 200
    assert sister.asked[-1][2]["first"] == (first or usual)


@pytest.mark.parametrize(
    ("last", "sentence"),
    [("2020-01-01", "结束的日期不能早于开始的日期"), ("2026-11-01", "一次最多看 400 天")],
)
def test_typed_dates_that_cannot_be_are_told(sister: Sister, last: str, sentence: str) -> None:
    year, month, day = last.split("-")
    query = f"first_year=2024&first_month=1&first_day=1&last_year={year}&last_month={month}&last_day={day}"
    answer = desk_of("du1").get(f"/desk/signing/history?{query}")
    assert answer.status_code == 422
    assert sentence in text(answer)


def test_hours_are_too_fine_for_a_year(sister: Sister) -> None:
    desk_of("du1").get("/desk/signing/history?first=2026-01-01&last=2026-11-20&grain=hour")
    assert sister.asked[-1][2]["grain"] == "day"


def test_the_figures_are_exported_with_what_was_asked_and_it_is_recorded(sister: Sister) -> None:
    asked = {"first": "2026-11-01", "last": "2026-11-02", "grain": "day", "signer": "person"}
    answer = desk_of("du1").post("/desk/signing/export", asked)
    lines = answer.content.decode("utf-8-sig").split("\r\n")
    assert answer["Content-Type"].startswith("text/csv")
    assert "signing-20261101-20261102.csv" in answer["Content-Disposition"]
    assert lines[0] == "统计,项目,发起,签好,没签上,本人没签完,还在签,成功率%,中位用时（秒）"
    assert lines[1] == "合计,2026-11-01 至 2026-11-02,1234,1194,10,20,10,99.2,48.2"
    assert "签署主体,企业,30,30,0,0,0,100.0," in lines
    assert [line.split(",")[1] for line in lines if line.startswith("时间,")] == ["2026-11-01", "2026-11-02"]
    assert "热力图,周一 15 时,1234" in lines
    assert "没签成的原因,刷脸没有通过,20" in lines
    event = AuditEvent.objects.get(verb="signing.export")
    assert (event.actor, event.details["query"]["signer"]) == ("du1", "person")
    sister.says.clear()
    assert "电子签名没有这份报告" in text(desk_of("du1").post("/desk/signing/export", asked, follow=True))


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, "—"), (1.34, "1.3 秒"), (48.2, "48 秒"), (60.0, "1 分"), (200.4, "3 分 20 秒")]
)
def test_durations_are_said_as_one_says_them(seconds: float | None, words: str) -> None:
    assert duration(seconds) == words
