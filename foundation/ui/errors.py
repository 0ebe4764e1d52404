"""Pages for when it does not go on (400, 403, 404, 409, 429, 500, 503, 维护): what happened, and what to do now.

The four handlers are named in each project's URLconf; `stale`, `too_many`, `unavailable` are called by views.
Nothing here asks the database, so the pages stand when it does not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.middleware.csrf import get_token
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.http import url_has_allowed_host_and_scheme

from foundation.ui.context import UiContext

DOCUMENT = "M26 14h32l14 14v54H26zM58 14v14h14"
QUESTION = DOCUMENT + "M42 46a7 7 0 1 1 9.5 6.5c-2.5 1-3.5 2.5-3.5 5M48 66v.01"
CROSS = DOCUMENT + "M40 48l16 16M56 48L40 64"
LOCK = "M26 44h44v36H26zM34 44V32a14 14 0 0 1 28 0v12M48 58v8"
TWO_SHEETS = "M20 24h34v48H20zM42 24v-8h34v48H54M30 40h14M30 50h14"
HOURGLASS = "M32 14h32M32 82h32M36 14c0 18 8 24 12 34-4 10-12 16-12 34M60 14c0 18-8 24-12 34 4 10 12 16 12 34M42 74h12"
WARNING = "M48 12l38 68H10zM48 40v18M48 68v.01"
CLOUD = "M30 70h38a16 16 0 0 0 2-32A24 24 0 0 0 25 43a14 14 0 0 0 5 27zM40 52l16 12M56 52L40 64"
CLOCK = "M48 82a34 34 0 1 0 0-68 34 34 0 0 0 0 68zM48 28v20l13 8"


@dataclass(frozen=True)
class Stop:
    """The words of one such page."""

    status: int
    title: str
    happened: str
    drawing: str
    todo: tuple[str, ...] = ()
    url: str = ""
    url_label: str = ""
    template: str = "ui/stop.html"
    reference: bool = False
    """Whether to print the number under which the log knows this request."""


HERE = ""
SAVED = "已经自动保存的内容还在"

BAD_REQUEST = Stop(
    400, "这个请求看不明白", "送来的内容不完整，所以没有办。", CROSS, ("回到上一页，再做一次", f"{SAVED}，不用重新填")
)
FORBIDDEN = Stop(
    403,
    "您现在不能看这一页",
    "登录的身份没有这项权限。",
    LOCK,
    ("看看是不是要换一个身份，例如换成另一家企业", "如果刚刚换了职务，请法定代表人或者联络员重新授权"),
)
NOT_FOUND = Stop(
    404,
    "没有找到这一页",
    "地址可能写错了，内容可能已经撤回，或者您不再有权查看。",
    QUESTION,
    ("回首页，从那里的列表里找", "看看登录的是不是您本人、您的企业", "如果是别人发来的链接，请他重新发一次"),
)
NOT_A_PAGE = Stop(
    405,
    "这个地址不能直接打开",
    "它只接收页面上的按钮送来的内容，这一次什么也没有办。",
    QUESTION,
    (f"回首页，从那里重新点进去。{SAVED}",),
)
CSRF = Stop(
    403,
    "这一页放得太久了",
    "为了安全，放久的页面不能直接提交，所以没有办。",
    HOURGLASS,
    (f"回到上一页，刷新后再点一次。{SAVED}", "如果总是这样，请在浏览器设置里允许本网站的 Cookie"),
)
STALE = Stop(
    409,
    "这里的内容刚刚改过",
    "另一台手机，或者一起办理的同事，在您打开这一页以后保存过。您刚才填的没有盖掉它。",
    TWO_SHEETS,
    template="ui/stale.html",
)
TOO_MANY = Stop(429, "点得太快了", "短时间内次数太多，这一次没有办。", HOURGLASS)
SERVER_ERROR = Stop(
    500,
    "系统出了问题，这一步没有办成",
    "不是您填错了。我们已经记下来，会去查。",
    WARNING,
    (f"过一会儿再试。{SAVED}", "急着办，可以打 12315，或者到登记窗口"),
    reference=True,
)
BROKEN_OFF = Stop(
    503,
    "系统刚断线，这一步没有办成",
    "不是您填错了，一般几秒钟就恢复。",
    CLOUD,
    ("等几秒再试。多点几次也只办一次", SAVED),
    template="ui/again.html",
    reference=True,
)
UNAVAILABLE = Stop(503, "要用的系统没有回应", "对方系统暂时连不上，这一步没有办。", CLOUD, (f"过一会儿再试。{SAVED}",))
MAINTENANCE = Stop(503, "系统正在维护", "维护完就能继续办。", CLOCK, (f"{SAVED}，到时接着办",))


def stop_page(request: HttpRequest, stop: Stop, **changes: Any) -> HttpResponse:
    """The page for `stop`; `changes` replace single words or add what its template shows."""
    ui = UiContext(request)
    context = {
        "ui": ui,
        "request": request,
        "csrf_token": get_token(request),
        "title": stop.title,
        "happened": stop.happened,
        "drawing": stop.drawing,
        "todo": stop.todo,
        "url": stop.url,
        "url_label": stop.url_label,
        "home_url": "/",
        "reference": _reference() if stop.reference else "",
        **changes,
    }
    return HttpResponse(render_to_string(stop.template, context), status=stop.status)


def _reference() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))[:8].upper()


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return stop_page(request, BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return stop_page(request, FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return stop_page(request, NOT_FOUND)


def not_a_page(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """405 for a person: the address of a form was opened by itself, such as from the history of the browser."""
    response = stop_page(request, NOT_A_PAGE)
    response.headers["Allow"] = refused.headers.get("Allow", "")
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 with a way to do the same once more where only the connection to the database broke off."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return broken_off(request)
    return stop_page(request, SERVER_ERROR)


def broken_off(request: HttpRequest) -> HttpResponse:
    """503: nothing was done. What was typed lies in the page's own form, to be sent as it was; files and passwords do not."""
    typed = _typed(request)
    response = stop_page(
        request,
        BROKEN_OFF,
        happened=f"{BROKEN_OFF.happened}您刚才填的都在这一页里，会原样再送一次。" if typed else BROKEN_OFF.happened,
        hidden=typed,
        url=request.get_full_path() if request.method == "GET" else came_from(request),
        url_label="再试一次" if request.method == "GET" else "回到刚才那一页",
    )
    response.headers["Retry-After"] = "5"
    return response


def _typed(request: HttpRequest) -> str:
    """What a plain form sent, as hidden fields of another."""
    if request.method != "POST" or request.content_type != "application/x-www-form-urlencoded":
        return ""
    try:
        sent = request.POST
    except (SuspiciousOperation, UnreadablePostError):
        return ""
    if "password" in sent:
        return ""
    pairs = [(name, value) for name, values in sent.lists() for value in values if name != "csrfmiddlewaretoken"]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


def came_from(request: HttpRequest) -> str:
    """Path of the page of ours that the form stood on; the home page where the browser does not say."""
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    if not ours:
        return "/"
    parts = urlsplit(page)
    path = "/" + parts.path.lstrip("/\\")  # one leading slash: "//host" would be another site's address
    return f"{path}?{parts.query}" if parts.query else path


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return stop_page(request, CSRF, url=came_from(request), url_label="重新打开这一页")


def stale(
    request: HttpRequest,
    *,
    rows: Iterable[dict[str, Any]] = (),
    resolve_to: str = "",
    hidden: str = "",
    back_url: str = HERE,
    who: str = "",
) -> HttpResponse:
    """409: somebody saved in between. `rows` are those of `{% diff %}`: before = what is stored, after = what was typed.

    `resolve_to` takes a POST with keep=mine|theirs plus `hidden` (safe HTML, such as the typed values and the version).
    """
    happened = f"{who}在您打开这一页以后保存过。您刚才填的没有盖掉它。" if who else STALE.happened
    return stop_page(
        request,
        STALE,
        happened=happened,
        rows=list(rows),
        resolve_url=resolve_url(resolve_to) if resolve_to else "",
        hidden=hidden,
        url="" if resolve_to else back_url or request.path,
        url_label="重新打开，看现在的内容",
        back_url=back_url,
        home_url="" if resolve_to else "/",
    )


def too_many(request: HttpRequest, *, wait: timedelta, happened: str = "") -> HttpResponse:
    """429 with the time to wait in words and in Retry-After."""
    seconds = max(1, round(wait.total_seconds()))
    words = f"{-(-seconds // 60)} 分钟" if seconds > 90 else f"{seconds} 秒"
    response = stop_page(
        request, TOO_MANY, todo=(f"等 {words}再试，不用一直点",), happened=happened or TOO_MANY.happened
    )
    response.headers["Retry-After"] = str(seconds)
    return response


def unavailable(
    request: HttpRequest, *, system: str = "", retry_at: str = "", url: str = "", url_label: str = "再试一次"
) -> HttpResponse:
    """503: an outside system does not answer. `retry_at` is a time in words, from which to try again."""
    happened = f"{system}暂时连不上，这一步没有办。" if system else UNAVAILABLE.happened
    todo = (f"{retry_at} 以后再试一次。{SAVED}",) if retry_at else UNAVAILABLE.todo
    return stop_page(request, UNAVAILABLE, happened=happened, todo=todo, url=url, url_label=url_label)


def maintenance(request: HttpRequest, *, until: str = "") -> HttpResponse:
    """503 for everything, with the end in words: 今天 22:00."""
    response = stop_page(
        request,
        MAINTENANCE,
        happened=f"预计 {until} 维护完，到时就能继续办。" if until else MAINTENANCE.happened,
        home_url="",
    )
    response.headers["Retry-After"] = "600"
    return response
