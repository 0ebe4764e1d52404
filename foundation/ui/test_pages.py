"""Base pages, pages that say why it does not go on, the chosen look, headers and the content policy."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from foundation.config import config
from foundation.ui import errors
from foundation.ui.context import UiContext
from foundation.ui.csp import policy
from foundation.ui.gallery import STOPS
from foundation.ui.middleware import PageHeadersMiddleware, PreferenceMiddleware
from foundation.ui.preferences import COOKIE, Preference, shell_of

PAGES = [
    "/ui/gallery",
    "/ui/gallery/home",
    "/ui/gallery/islands",
    "/ui/gallery/sheet",
    "/ui/gallery/desk",
    "/ui/preferences",
]
PLAIN = "application/x-www-form-urlencoded"
WECHAT = "Mozilla/5.0 (iPhone) AppleWebKit MicroMessenger/8.0.50 NetType/WIFI miniProgram/wx0123"
ALIPAY = "Mozilla/5.0 (Linux; Android 9) AlipayClient/10.5 MiniProgram"


class Inline(HTMLParser):
    """Collects what a page may not hold: inline script, inline style, addresses of scripts, foreign hosts."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or "style" in given or (tag == "script" and "src" not in given):
            self.bad.append(tag)
        self.bad += [f"{tag} {name}" for name in given if name.startswith("on")]
        for name in ("src", "href", "action"):
            value = given.get(name) or ""
            if value.startswith(("http:", "https:", "//", "javascript:", "data:")):
                self.bad.append(f"{tag} {name}={value}")
        if given.get("id"):
            self.ids.append(str(given["id"]))


def read(html: str) -> Inline:
    reader = Inline()
    reader.feed(html)
    return reader


@pytest.mark.parametrize("path", [*PAGES, *(f"/ui/gallery/stop/{kind}" for kind in STOPS)])
def test_no_page_holds_inline_script_style_or_anything_from_elsewhere(site: Client, path: str) -> None:
    page = read(site.get(path).content.decode())
    assert page.bad == []
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"


@pytest.mark.parametrize("path", PAGES)
def test_every_page_stands_without_script(site: Client, path: str) -> None:
    """Whatever needs script is hidden until it runs; every form has an address and a button of its own."""
    html = site.get(path).content.decode()
    assert 'lang="zh-CN"' in html
    assert "viewport-fit=cover" in html
    assert '<a class="q-skip" href="#main">' in html
    assert 'id="main"' in html
    for form in re.findall(r"<form\b[^>]*>.*?</form>", html, flags=re.DOTALL):
        ident = re.search(r'\bid="([^"]+)"', form.partition(">")[0])
        outside = bool(ident) and f'form="{ident[1]}"' in html if ident else False
        assert "<button" in form or outside, form[:120]


@pytest.mark.parametrize("kind", STOPS)
def test_a_page_that_stops_you_says_what_to_do(site: Client, kind: str) -> None:
    reply = site.get(f"/ui/gallery/stop/{kind}")
    html = reply.content.decode()
    assert reply.status_code == {"csrf": 403, "maintenance": 503, "broken": 503}.get(kind) or int(kind)
    assert "操作失败" not in html
    assert re.search(r"<h1[^>]*>[^<]{5,}</h1>", html)
    assert "您可以" in html or 'name="keep"' in html or "weui-btn_primary" in html


def test_unknown_addresses_answer_in_plain_chinese(site: Client) -> None:
    reply = site.get("/nowhere")
    assert reply.status_code == 404
    assert "没有找到这一页" in reply.content.decode()


def test_too_many_says_how_long(rf: RequestFactory) -> None:
    reply = errors.too_many(rf.get("/"), wait=timedelta(seconds=150))
    assert "等 3 分钟再试" in reply.content.decode()
    assert reply.headers["Retry-After"] == "150"
    assert "等 20 秒再试" in errors.too_many(rf.get("/"), wait=timedelta(seconds=20)).content.decode()


def test_a_stale_save_shows_both_sides_and_lets_the_person_choose(rf: RequestFactory) -> None:
    rows = [{"label": "手机号码", "before": "199****0004", "after": "<b>199****0005</b>"}]
    html = errors.stale(rf.get("/"), rows=rows, resolve_to="/resolve", who="王测试 ").content.decode()
    assert "王测试 在您打开这一页以后保存过" in html
    assert "&lt;b&gt;199****0005" in html
    assert 'value="mine"' in html
    assert 'value="theirs"' in html
    assert 'action="/resolve"' in html


def test_the_500_page_asks_neither_session_nor_database(rf: RequestFactory) -> None:
    reply = errors.server_error(rf.get("/"))
    assert reply.status_code == 500
    assert "不是您填错了" in reply.content.decode()


def broken_off(request: HttpRequest) -> Any:
    """The answer to a request during which the database went away."""
    try:
        raise OperationalError("terminating connection due to administrator command")
    except OperationalError:
        return errors.server_error(request)


def test_what_was_typed_while_the_database_went_away_is_offered_to_be_sent_again(rf: RequestFactory) -> None:
    typed = {"name": "<b>钱</b>", "item": ["a", "b"], "idempotency_key": "k1", "csrfmiddlewaretoken": "old"}
    reply = broken_off(rf.post("/cases/1/items/liaison?x=1", urlencode(typed, doseq=True), content_type=PLAIN))
    html = reply.content.decode()
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "5")
    assert 'action="/cases/1/items/liaison?x=1"' in html
    assert 'name="name" value="&lt;b&gt;钱&lt;/b&gt;"' in html
    assert html.count('name="item"') == 2
    assert 'name="idempotency_key" value="k1"' in html
    assert 'value="old"' not in html


@pytest.mark.parametrize("typed", [{"username": "shen1", "password": "geheim"}, {"x": "1" * 3_000_000}])
def test_a_password_and_too_much_are_not_written_into_a_page(rf: RequestFactory, typed: dict[str, str]) -> None:
    sent = rf.post(
        "/desk/login", urlencode(typed), content_type=PLAIN, HTTP_REFERER="http://testserver/desk/login?next=1"
    )
    html = broken_off(sent).content.decode()
    assert "<form" not in html
    assert 'href="/desk/login?next=1"' in html
    assert "geheim" not in html


def test_a_page_that_was_only_read_while_the_database_went_away_is_one_tap_away(rf: RequestFactory) -> None:
    html = broken_off(rf.get("/cases/1?tab=2")).content.decode()
    assert 'href="/cases/1?tab=2">再试一次' in html
    hostile = broken_off(rf.post("/x", b"", content_type="text/plain", HTTP_REFERER="https://elsewhere.example/"))
    assert "elsewhere" not in hostile.content.decode()


def test_a_post_without_token_gets_its_own_page(settings: Any, site: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    reply = strict.post("/ui/preferences", {"care": "1"})
    assert reply.status_code == 403
    assert "这一页放得太久了" in reply.content.decode()
    assert COOKIE not in reply.cookies


def test_a_page_that_lay_too_long_is_opened_again_where_the_form_stood(rf: RequestFactory) -> None:
    stood = rf.post("/papers/1/sign/", HTTP_REFERER="http://testserver/papers/1/?page=2")
    assert 'href="/papers/1/?page=2">重新打开这一页' in errors.csrf_failure(stood).content.decode()
    assert 'href="/">重新打开这一页' in errors.csrf_failure(rf.post("/papers/1/sign/")).content.decode()
    hostile = rf.post("/papers/1/sign/", HTTP_REFERER="http://testserver//elsewhere.example/")
    assert 'href="/elsewhere.example/">' in errors.csrf_failure(hostile).content.decode()


def test_an_address_that_only_takes_forms_tells_a_visitor_so(rf: RequestFactory) -> None:
    layer = PageHeadersMiddleware(lambda request: HttpResponseNotAllowed(["POST"]))
    reply = layer(rf.get("/papers/1/sign/", headers={"accept": "text/html,*/*"}))
    assert (reply.status_code, reply.headers["Allow"]) == (405, "POST")
    assert "这个地址不能直接打开" in reply.content.decode()
    assert layer(rf.get("/papers/1/sign/", headers={"accept": "application/json"})).content == b""


def test_nobody_is_promised_that_a_step_is_repeated_by_itself(rf: RequestFactory) -> None:
    html = errors.unavailable(rf.get("/"), system="多源认证", retry_at="10:32").content.decode()
    assert "自动再试" not in html
    assert "10:32 以后再试一次" in html


# ---- the look ----


def test_the_care_link_leads_back_here_and_keeps_the_rest_of_the_address(site: Client) -> None:
    html = site.get("/ui/gallery?q=%E6%98%9F").content.decode()
    assert 'href="/ui/gallery?q=%E6%98%9F&amp;care=1"' in html
    reply = site.get("/ui/gallery?q=%E6%98%9F&care=1")
    assert (reply.status_code, reply["Location"]) == (302, "/ui/gallery?q=%E6%98%9F")
    after = site.get("/ui/gallery").content.decode()
    assert 'data-weui-mode="care"' in after
    assert "标准版" in after


def test_the_look_is_chosen_without_script(site: Client) -> None:
    reply = site.post("/ui/preferences", {"care": "1", "theme": "dark", "next": "/ui/gallery/home"})
    assert (reply.status_code, reply["Location"]) == (302, "/ui/gallery/home")
    html = site.get("/ui/gallery/home").content.decode()
    assert 'data-weui-theme="dark"' in html
    assert 'data-weui-mode="care"' in html
    site.post("/ui/preferences", {"care": "0", "theme": "device"})
    plain = site.get("/ui/gallery/home").content.decode()
    assert "data-weui-theme" not in plain
    assert "data-weui-mode" not in plain


@pytest.mark.parametrize(
    "wanted", ["https://example.com/", "//example.com/", "javascript:alert(1)", "/\\example.com", ""]
)
def test_the_form_leads_nowhere_else(site: Client, wanted: str) -> None:
    assert site.post("/ui/preferences", {"care": "1", "next": wanted})["Location"] == "/"


def test_the_switch_cannot_be_made_to_lead_elsewhere(rf: RequestFactory) -> None:
    request = rf.get("/x", {"care": "1"})
    request.path = "//example.com/"
    reply = PreferenceMiddleware(errors.not_found)(request)
    assert reply["Location"] == "/example.com/"


def test_a_cookie_nobody_understands_is_the_standard() -> None:
    assert Preference.parse("<script>.xyz") == Preference()
    assert Preference.parse(str(Preference(care=True, theme="dark"))) == Preference(care=True, theme="dark")


@pytest.mark.parametrize(
    ("agent", "shell"), [(WECHAT, "wechat"), (ALIPAY, "alipay"), ("Mozilla/5.0 MicroMessenger/8", "")]
)
def test_a_mini_program_is_known_by_its_browser(rf: RequestFactory, agent: str, shell: str) -> None:
    assert shell_of(rf.get("/", headers={"User-Agent": agent})) == shell


def test_in_a_shell_the_title_and_the_arrow_go_and_the_switch_stays(site: Client) -> None:
    html = site.get("/ui/gallery?shell=wechat").content.decode()
    assert 'data-shell="wechat"' in html
    assert "q-appbar__t" not in html
    assert 'aria-label="返回"' not in html
    assert "关怀版" in html
    assert 'data-shell="wechat"' in site.get("/ui/gallery/home").content.decode(), "remembered for the visit"


def test_unread_is_asked_only_when_shown(settings: Any, rf: RequestFactory) -> None:
    settings.UI_UNREAD = f"{__name__}.unread_of"
    ui = UiContext(rf.get("/"))
    assert ASKED == []
    assert (ui.unread, ui.unread) == (2, 2)
    assert ASKED == ["/"]


ASKED: list[str] = []


def unread_of(request: HttpRequest) -> int:
    ASKED.append(request.path)
    return 2


def test_an_error_is_named_in_the_title(site: Client) -> None:
    reply = site.post("/ui/gallery/sheet", {"capital": ""})
    assert reply.status_code == 422
    assert "<title>错误：修改认缴出资 - 企登</title>" in reply.content.decode()
    assert "<title>修改认缴出资 - 企登</title>" in site.get("/ui/gallery/sheet").content.decode()


def test_hostile_words_in_the_frame_of_a_page_are_text() -> None:
    evil = '"><script>alert(1)</script>'
    html = render_to_string("ui/base.html", {"appbar_title": evil, "back_url": evil, "csrf_token": evil})
    assert "<script>" not in html


# ---- headers ----


def test_every_page_says_what_it_may_load_and_where_forms_lead(site: Client) -> None:
    reply = site.get("/ui/gallery")
    said = reply.headers["Content-Security-Policy"]
    assert "script-src 'self';" in said + ";"
    assert "style-src 'self';" in said + ";"
    assert "unsafe" not in said
    assert "frame-ancestors 'none'" in said
    assert "object-src 'none'" in said
    assert reply.headers["Permissions-Policy"].startswith("camera=(self)")
    assert reply.headers["Cache-Control"] == "private, no-store"
    assert {"Cookie", "HX-Request"} <= {word.strip() for word in reply.headers["Vary"].split(",")}


def test_forms_may_lead_to_our_applications_and_the_log_in_pages_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_HOST", "qd.example.com")
    monkeypatch.setenv("OUTSIDE_SSO_URL", "https://sso.example.gov/login")
    config.cache_clear()
    targets = policy()["DIRECTIVES"]["form-action"]
    assert "'self'" in targets
    assert "http://qd.example.com:8001" in targets
    assert "https://sso.example.gov" in targets
    assert not any("/login" in target for target in targets)


def test_the_site_closes_while_the_file_says_so(
    settings: Any, site: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    config.cache_clear()
    (tmp_path / "maintenance").write_text("今天 22:00\n", "utf-8")
    reply = Client().get("/ui/gallery")
    assert reply.status_code == 503
    assert "预计 今天 22:00 维护完" in reply.content.decode()
    assert reply.headers["Retry-After"] == "600"
    (tmp_path / "maintenance").unlink()
    assert Client().get("/ui/gallery").status_code == 200


def test_the_gallery_is_only_in_a_demonstration(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIDENG_MODE", "production")
    config.cache_clear()
    assert site.get("/ui/gallery").status_code == 404
    assert site.get("/ui/preferences").status_code == 200
