"""Tags of `{% load q %}`: each renders by itself, escapes what it is given, and says in words what it shows in colour."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.html import format_html

from foundation.ui import gallery
from foundation.ui.parts import Problem, qr_path

HOSTILE = "\"'><script>alert(1)</script>"


def drawn(source: str, **context: Any) -> str:
    return Template("{% load q %}" + source).render(Context(context))


class Severity(StrEnum):
    BLOCK = "block"


@dataclass(frozen=True)
class Found:
    code: str = "CO01"
    severity: Severity = Severity.BLOCK
    message: str = "监事不能担任法定代表人"
    fix: str = "请选“董事”或者“经理”。"
    basis: tuple[str, ...] = ("《公司法》第十条", "《公司法》第七十六条")
    item: str = "legal_representative"
    field: str = "position"


@pytest.mark.parametrize(
    ("severity", "tone", "word"),
    [
        ("block", "block", "拦截"),
        ("offline", "off", "转线下"),
        ("confirm", "warn", "需确认"),
        ("warn", "tip", "提示"),
        ("pass", "ok", "通过"),
    ],
)
def test_a_finding_says_its_severity_in_its_own_word(severity: str, tone: str, word: str) -> None:
    html = drawn("{% finding f %}", f=gallery.finding(severity, "句子", "做法", "依据"))
    assert f'class="q-find {tone}"' in html
    assert f"<span>{word}</span>" in html


def test_a_finding_teaches_what_it_is_by_which_law_and_what_to_do() -> None:
    html = drawn(
        '{% finding f where="法定代表人" situation="现在填的是监事" url="/x" url_label="去改：法定代表人" %}', f=Found()
    )
    for word in ("情况", "依据", "怎么办", "现在填的是监事", "第七十六条", "去改：法定代表人"):
        assert word in html
    assert "weui-btn_primary" in html


def test_confirming_a_finding_is_a_post_that_counts_once() -> None:
    html = drawn('{% finding f confirm_url="/c" %}', f=gallery.finding("confirm", "a", "", ""), csrf_token="tok")
    assert '<form method="post" action="/c">' in html
    assert 'name="csrfmiddlewaretoken" value="tok"' in html
    assert 'name="idempotency_key"' in html


def test_idempotency_keys_differ_from_page_to_page() -> None:
    assert drawn("{% once %}") != drawn("{% once %}")
    assert 'value="k1"' in drawn('{% once "k1" %}')


HOSTILE_TAGS = [
    "{% finding f where=h url=h url_label=h second_url=h second_label=h situation=h confirmed=h %}",
    "{% row h url=h sub=h note=h due=h chip=h avatar=h right=h right_note=h state=h %}",
    "{% timeline s %}",
    "{% paper p %}",
    "{% diff d %}",
    "{% state h 'ok' %}{% chip h 'ok' %}{% icon 'pen' label=h %}{% masked h %}{% masked h 'name' %}",
    "{% verdict 'ok' h h %}{% notice h title=h url=h url_label=h %}{% empty h h h h %}",
    "{% meter 1 2 label=h %}{% ring 1 2 figure=h small=h %}{% qr h h %}",
    "{{ h|cn_date }}{{ h|money_wan }}{{ h|number_groups }}{{ h|law }}{{ h|nw }}{{ h|soft }}{{ h|mask_id }}{{ h|relative_days }}",
    "{% include 'ui/toast.html' with text=h undo_url=h undo_label=h %}",
    "{% include 'ui/appbar.html' with title=h back=h %}{% include 'ui/licence.html' with title=h sub=h number=h %}",
    "{% include 'ui/hero.html' with title=h sub=h action_url=h action_label=h %}",
    "{% include 'ui/signpad.html' with name=h other_url=h field_name=h %}",
    "{% include 'ui/upload_list.html' with files=files %}",
    "{% errors problem %}",
]


@pytest.mark.parametrize("source", HOSTILE_TAGS)
def test_hostile_text_stays_text(source: str) -> None:
    h = HOSTILE
    html = drawn(
        source,
        h=h,
        f=gallery.finding("block", h, h, h),
        s=[
            {
                "state": "now",
                "title": h,
                "when": h,
                "note": h,
                "url": h,
                "url_label": h,
                "parts": [{"name": h, "note": h, "tone": "ok"}],
            }
        ],
        p={
            "title": h,
            "sub": h,
            "why": h,
            "state": h,
            "tone": "ok",
            "thumb_url": h,
            "url": h,
            "actions": [{"label": h, "url": h}],
        },
        d=[{"label": h, "before": h, "after": h, "url": h, "url_label": h, "chips": [{"word": h, "tone": "ok"}]}],
        files=[{"id": h, "name": h, "note": h, "problem": h, "action_url": h, "thumb_url": h}],
        problem=Problem(h, h, h),
    )
    assert "<script" not in html
    Attributes().feed(html)


class Attributes(HTMLParser):
    """Fails when a text broke out of its attribute: then the parser sees an attribute nobody wrote."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, _ in attrs:
            assert not name.startswith(("on", "alert", "script")), (tag, name)


def test_states_are_never_colour_alone() -> None:
    for tone in ("ok", "block", "warn", "tip", "now", "off", ""):
        html = drawn("{% state '一个词' tone %}", tone=tone)
        assert "<svg" in html
        assert "一个词" in html


def test_the_timeline_says_who_is_next_to_a_screen_reader_too() -> None:
    html = drawn("{% timeline s %}", s=gallery.TIMELINE)
    for word in ("已完成：", "现在：", "等您办：", "还没到："):
        assert word in html


def test_the_step_bar_marks_the_present_step() -> None:
    html = drawn("{% steps 3 %}")
    assert html.count('class="is-done"') == 2
    assert 'aria-current="step">核对' in html
    assert "第 3 步，共 5 步：核对" in html


def test_a_diff_names_what_was_not_there_and_what_goes() -> None:
    html = drawn(
        "{% diff d %}",
        d=[{"label": "监事", "before": "", "after": "李样本"}, {"label": "经理", "before": "张示例", "after": ""}],
    )
    assert "没有" in html
    assert "<ins>删去</ins>" in html


def test_the_error_summary_counts_links_and_keeps_the_order_of_the_page() -> None:
    form = gallery.GalleryForm({"name": "一" * 30}, initial=gallery.FICTION)
    html = drawn("{% errors form problem %}", form=form, problem=Problem("出资合计对不上", "", "total"))
    assert f"有 {len(form.errors) + 1} 处要改" in html
    assert html.index("#id_name") < html.index("#id_position") < html.index("#id_mobile") < html.index("#total")
    assert 'tabindex="-1"' in html
    assert 'role="alert"' in html


def test_where_nothing_on_the_page_can_be_mended_nobody_is_told_to_mend() -> None:
    html = drawn("{% errors problem %}", problem=Problem("印章已经停用", "", ""))
    assert "这一步没有办成" in html
    assert "处要改" not in html


def test_nothing_wrong_is_no_summary() -> None:
    assert drawn("{% errors form %}", form=gallery.GalleryForm()).strip() == ""


def test_a_summary_does_not_repeat_the_label_that_the_sentence_names() -> None:
    html = drawn("{% errors form %}", form=gallery.GalleryForm({}))
    assert ">请填写姓名</a>" in html


def test_pages_of_a_list_keep_the_rest_of_the_address() -> None:
    page = Paginator(range(30), 10).page(2)
    html = drawn("{% pagination page %}", page=page, request=RequestFactory().get("/cases", {"q": "星岚", "page": "2"}))
    assert "?q=%E6%98%9F%E5%B2%9A&amp;page=1" in html
    assert "?q=%E6%98%9F%E5%B2%9A&amp;page=3" in html
    assert drawn("{% pagination page %}", page=Paginator([1], 10).page(1)).strip() == ""


def test_the_bar_is_drawn_only_when_there_is_something_in_it() -> None:
    assert drawn("{% bar %}   {% endbar %}").strip() == ""
    inner = drawn("{% bar %}<button>存</button>{% endbar %}")
    assert inner.startswith('<div class="q-bar" role="region" aria-label="下一步"><div class="q-bar__in"><button>')
    whole = drawn('{% bar %}<div class="q-bar"><div class="q-bar__in">x</div></div>{% endbar %}')
    assert whole.count('class="q-bar"') == 1
    assert 'role="region"' in whole


def test_messages_of_the_framework_become_notices() -> None:
    request = RequestFactory().get("/")
    request._messages = [Message(constants.SUCCESS, "保存好了"), Message(constants.ERROR, HOSTILE)]  # type: ignore[attr-defined]  # where the framework keeps them
    html = drawn("{% messages %}", request=request)
    assert "q-notice ok" in html
    assert "保存好了" in html
    assert "<script" not in html


def test_an_icon_nobody_drew_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(LookupError, match="nonsense"):
        drawn("{% icon 'nonsense' %}")


def test_safe_html_may_be_given_where_a_page_needs_it() -> None:
    html = drawn("{% row t %}", t=format_html("{}<b>{}</b>", "签", "3 份"))
    assert "签<b>3 份</b>" in html


def test_a_qr_code_is_a_picture_of_its_modules() -> None:
    path, size = qr_path("https://example.com/t/abc")
    dark = [[False] * size for _ in range(size)]
    for run in path.split("z")[:-1]:
        start, _, rest = run[1:].partition("h")
        x, y = map(int, start.split())
        for step in range(int(rest.partition("v")[0])):
            dark[y][x + step] = True
    finder = dark[0][:7]
    assert finder == [True] * 7
    assert dark[1][:7] == [True, False, False, False, False, False, True]
    assert 0.3 < sum(map(sum, dark)) / size**2 < 0.7
