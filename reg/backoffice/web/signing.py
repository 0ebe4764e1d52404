"""签署监测与分析 (R140): signing as it goes now, and what was signed, by time and kind. Figures of 电子签名, drawn here."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from foundation import audit, clock
from foundation.identity.actor import StaffRole
from foundation.identity.middleware import SignedInRequest
from foundation.operations.watching import DIMENSIONS, LONGEST, Counts, Grain, History, Live, Question
from foundation.ui.figures import share
from reg.backoffice import charts, sides
from reg.backoffice.web.forms import PeriodForm
from reg.backoffice.web.guard import for_roles
from reg.review.web.nav import desk_frame

WATCHERS = (StaffRole.OPERATOR, StaffRole.SUPERVISOR)
REFRESHES = {5: "5 秒", 30: "30 秒", 60: "1 分钟", 300: "5 分钟", 0: "停"}
PERIODS = {7: "7 天", 30: "30 天", 90: "90 天", 365: "一年"}
GRAINS = {Grain.HOUR: "按小时", Grain.DAY: "按天", Grain.WEEK: "按周", Grain.MONTH: "按月"}
MOST_POINTS = 400
"""More than so many make no line: the next grain is drawn."""
SECONDS = 60


# ---- now ----


@require_GET
@for_roles(*WATCHERS)
def live(request: SignedInRequest) -> HttpResponse:
    """How signing goes now; the page asks for itself again as often as the viewer chose, or at his tap."""
    asked = request.GET.get("every", "60")
    every = int(asked) if asked in {str(seconds) for seconds in REFRESHES} else 60
    context: dict[str, Any] = {
        **desk_frame(request.actor, "desk-signing"),
        "tabs": _tabs("live"),
        "every": every,
        "every_word": "分钟" if every == SECONDS else f" {REFRESHES[every]}",
        "refreshes": [
            {"url": f"?every={seconds}", "word": word, "current": seconds == every}
            for seconds, word in REFRESHES.items()
        ],
    }
    try:
        context |= _live(sides.signing_live())
    except sides.Silent as silent:
        context["silent"] = silent.message
    return render(request, "backoffice/signing.html", context)


def _live(said: Live) -> dict[str, Any]:
    now = clock.to_shanghai(said.at)
    start, end = (datetime.combine(now.date(), time(hour)) for hour in (0, 23))
    week_ago = timedelta(days=7)
    today = charts.filled(said.today.points, start, end, Grain.HOUR)
    before = charts.filled(said.points_before, start - week_ago, end - week_ago, Grain.HOUR)
    return {
        "live": said,
        "total": said.today.total,
        "weekday": charts.WEEKDAYS[now.weekday()],
        "compared": _compared(said.today.total.begun, said.before.begun, f"上{charts.WEEKDAYS[now.weekday()]}这时"),
        "failed_more": said.today.total.failed - said.before.failed,
        "seconds": duration(said.seconds),
        "trend": charts.trend(today, before, Grain.HOUR, running=now.hour),
        "today_rows": [(one, charts.point_words(one.start, Grain.HOUR), "") for one in today[: now.hour + 1]],
        "cards": _cards(said.today, {}, now.date(), now.date(), Grain.HOUR),
        "alarms_open": [one for one in said.alarms if one.closed_at is None],
        "alarms_over": [one for one in said.alarms if one.closed_at is not None],
    }


def _compared(now: int, before: int, when: str) -> str:
    """比上周五这时多 10%; where nothing is there to compare with: nothing."""
    if not before:
        return ""
    change = round(100 * (now - before) / before)
    if not change:
        return f"和{when}差不多"
    return f"比{when}多 {change}%" if change > 0 else f"比{when}少 {-change}%"


def duration(seconds: float | None) -> str:
    """1.3 秒, 48 秒, 3 分 20 秒"""
    if seconds is None:
        return "—"
    if seconds < SECONDS:
        return f"{seconds:.0f} 秒" if seconds >= 10 else f"{seconds:.1f} 秒"
    minutes, rest = divmod(round(seconds), SECONDS)
    return f"{minutes} 分 {rest} 秒" if rest else f"{minutes} 分"


def _tabs(current: str) -> list[dict[str, Any]]:
    pages = {"live": ("desk-signing", "现在"), "history": ("desk-signing-history", "分析")}
    return [{"url": reverse(name), "word": word, "current": code == current} for code, (name, word) in pages.items()]


# ---- history ----


@require_GET
@for_roles(*WATCHERS)
def history(request: SignedInRequest) -> HttpResponse:
    """What was signed between two days, narrowed by whatever was tapped."""
    form = PeriodForm(request.GET) if "first_year" in request.GET else PeriodForm()
    valid = not form.is_bound or form.is_valid()
    question = _question(request.GET, form if form.is_bound and valid else None)
    context: dict[str, Any] = {
        **desk_frame(request.actor, "desk-signing"),
        "tabs": _tabs("history"),
        "form": form,
        "question": question,
        "periods": _periods(question),
        "grains": [
            {"url": _url(replace(question, grain=grain)), "word": word, "current": grain == question.grain}
            for grain, word in GRAINS.items()
        ],
        "asked": _query(question),
    }
    try:
        context |= _history(sides.signing_history(question), question)
    except sides.Silent as silent:
        context["silent"] = silent.message
    return render(request, "backoffice/signing_history.html", context, status=200 if valid else 422)


def _question(values: Mapping[str, Any], form: PeriodForm | None = None) -> Question:
    """From the address, or from the dates typed; what makes no sense there is the last 30 days, of all."""
    today = clock.to_shanghai(clock.wall()).date()
    first, last = today - timedelta(days=29), today
    if form:
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    else:
        try:
            first, last = (date.fromisoformat(str(values.get(name, ""))) for name in ("first", "last"))
        except ValueError:
            first, last = today - timedelta(days=29), today
    if not 0 <= (last - first).days < LONGEST:
        first, last = today - timedelta(days=29), today
    asked = str(values.get("grain", "day"))
    grain = Grain(asked) if asked in set(Grain) else Grain.DAY
    if grain is Grain.HOUR and (last - first).days * 24 > MOST_POINTS:
        grain = Grain.DAY
    narrow = {name: str(values.get(name, ""))[:20] for name in DIMENSIONS}
    return Question(first=first, last=last, grain=grain, **narrow)


def _query(question: Question) -> dict[str, str]:
    narrow = {name: getattr(question, name) for name in DIMENSIONS}
    asked = {"first": question.first.isoformat(), "last": question.last.isoformat(), "grain": question.grain.value}
    return asked | {name: value for name, value in narrow.items() if value}


def _url(question: Question) -> str:
    return f"{reverse('desk-signing-history')}?{urlencode(_query(question))}"


def _periods(question: Question) -> list[dict[str, Any]]:
    today = clock.to_shanghai(clock.wall()).date()
    found = []
    for days, word in PERIODS.items():
        first = today - timedelta(days=days - 1)
        grain = Grain.WEEK if days > 90 else Grain.DAY
        current = (question.first, question.last) == (first, today)
        found.append(
            {"url": _url(replace(question, first=first, last=today, grain=grain)), "word": word, "current": current}
        )
    return found


def _history(said: History, question: Question) -> dict[str, Any]:
    first = datetime.combine(question.first, time())
    last = datetime.combine(question.last, time(23))
    points = charts.filled(said.points, first, last, question.grain)
    titles = {name: {one.code: one.title for one in shares} for name, shares in said.shares.items()}
    steps = [step for step in said.funnel if not (question.channel and step.code == "todo")]
    return {
        "history": said,
        "total": said.total,
        "seconds": duration(said.seconds),
        "trend": charts.trend(points, (), question.grain),
        "rows": [(one, charts.point_words(one.start, question.grain), _deeper(one.start, question)) for one in points],
        "narrowed": [
            {
                "name": DIMENSIONS[name],
                "word": titles[name].get(value, value),
                "url": _url(narrowed(question, name, "")),
            }
            for name, value in _query(question).items()
            if name in DIMENSIONS
        ],
        "cards": _cards(said, _query(question), question.first, question.last, question.grain),
        "mixes": list(_mixes(said, titles)),
        "mix_keys": _mix_keys(said, titles),
        "heat": charts.heat(said.busy),
        "funnel": charts.funnel(steps),
        "causes": [(one, share(one.count, sum(c.count for c in said.causes))) for one in said.causes],
    }


def _deeper(start: datetime, question: Question) -> str:
    """Where a tap on a stretch leads: the same stretch, one grain finer."""
    match question.grain:
        case Grain.HOUR:
            return ""
        case Grain.DAY:
            finer = replace(question, first=start.date(), last=start.date(), grain=Grain.HOUR)
        case Grain.WEEK:
            finer = replace(question, first=start.date(), last=start.date() + timedelta(days=6), grain=Grain.DAY)
        case Grain.MONTH:
            end = (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
            finer = replace(question, first=start.date(), last=end.date(), grain=Grain.DAY)
    return _url(finer)


def _cards(said: History, asked: Mapping[str, str], first: date, last: date, grain: Grain) -> dict[str, dict[str, Any]]:
    """A card for every dimension; a bar narrows the history to its value."""
    question = replace(_question(asked), first=first, last=last, grain=grain)
    return {
        name: {
            "title": title,
            "bars": [
                {
                    "bar": bar,
                    "url": _url(narrowed(question, name, bar.share.code)),
                    "seconds": duration(bar.share.seconds),
                }
                for bar in charts.bars(said.shares[name])
            ],
        }
        for name, title in DIMENSIONS.items()
    }


def narrowed(question: Question, name: str, value: str) -> Question:
    """The same question of one value of a dimension only; "" is all of them again."""
    match name:
        case "signer":
            return replace(question, signer=value)
        case "business":
            return replace(question, business=value)
        case "client":
            return replace(question, client=value)
        case "channel":
            return replace(question, channel=value)
        case _:
            raise LookupError(name)


def _mixes(said: History, titles: Mapping[str, Mapping[str, str]]) -> Iterator[dict[str, Any]]:
    """What each kind of signer signs."""
    begun = {(one.signer, one.business): one.begun for one in said.pairs}
    for signer, word in titles["signer"].items():
        parts = [(title, begun.get((signer, code), 0)) for code, title in titles["business"].items()]
        cut = charts.slices(parts)
        yield {"word": word, "slices": cut, "words": "；".join(one.words for one in cut)}


def _mix_keys(said: History, titles: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    return [(title, f"s{number % 5 + 1}") for number, title in enumerate(titles["business"].values())]


# ---- export ----


@require_POST
@for_roles(*WATCHERS)
def export(request: SignedInRequest) -> HttpResponse:
    """导出: the figures of the page as CSV; numbers only. That it was exported is recorded."""
    question = _question(request.POST)
    try:
        said = sides.signing_history(question)
    except sides.Silent as silent:
        messages.error(request, silent.message)
        return HttpResponseRedirect(_url(question))
    content = "".join(_csv(said, question))
    audit.record(request.actor, "signing.export", "signing", "history", query=_query(question))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    name = f"signing-{question.first:%Y%m%d}-{question.last:%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


COLUMNS = ("统计", "项目", "发起", "签好", "没签上", "本人没签完", "还在签", "成功率%", "中位用时（秒）")


def _csv(said: History, question: Question) -> Iterator[str]:
    """By time, by every dimension, the funnel and the causes: one table that a spreadsheet filters by its first column."""
    yield "\ufeff"
    yield _row(COLUMNS)
    yield _row(["合计", f"{question.first} 至 {question.last}", *_cells(said.total), said.seconds])
    first, last = datetime.combine(question.first, time()), datetime.combine(question.last, time(23))
    moment = "%Y-%m-%d %H:%M" if question.grain is Grain.HOUR else "%Y-%m-%d"
    for point in charts.filled(said.points, first, last, question.grain):
        yield _row(["时间", f"{point.start:{moment}}", *_cells(point.counts), None])
    for name, title in DIMENSIONS.items():
        for one in said.shares[name]:
            yield _row([title, one.title, *_cells(one.counts), one.seconds])
    for busy in said.busy:
        yield _row(["热力图", f"{charts.WEEKDAYS[busy.weekday]} {busy.hour} 时", busy.begun])
    for step in said.funnel:
        yield _row(["走到哪一步", step.title, step.count])
    for cause in said.causes:
        yield _row(["没签成的原因", cause.title, cause.count])
    if said.made_up:
        yield _row(["说明", "含示范数据"])


def _cells(counts: Counts) -> tuple[float | None, ...]:
    return counts.begun, counts.signed, counts.failed, counts.dropped, counts.waiting, counts.rate


def _row(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(["" if cell is None else cell for cell in cells])
    return out.getvalue()
