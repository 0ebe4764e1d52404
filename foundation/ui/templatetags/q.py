"""`{% load q %}`: the parts of our pages as tags and the way we write dates, numbers and law as filters."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.contrib.messages import get_messages
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template import Context
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from foundation import clock
from foundation.ui import dates, figures, masks
from foundation.ui import islands as scripts
from foundation.ui.fieldview import SOURCES, field_view
from foundation.ui.icons import icon as draw
from foundation.ui.law import law as cite
from foundation.ui.parts import (
    SIGNS,
    STATE_SIGNS,
    STEPS,
    VERDICT_SIGNS,
    finding_context,
    form_sections,
    problems,
    qr_path,
    step_list,
)

register = template.Library()
BAR = '<div class="q-bar"'
BAR_REGION = ' role="region" aria-label="下一步"'


def _rendered(name: str, context: dict[str, Any]) -> SafeString:
    return mark_safe(get_template(name).render(context))  # noqa: S308  a template of ours, which escapes


# ---- icons, states ----


@register.simple_tag
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """`{% icon "pen" %}`, `{% icon "pen" "s" %}` as large as the text, `{% icon "lock" label="不用填" %}` spoken."""
    return draw(name, classes, label)


@register.simple_tag
def state(word: object, tone: str = "", sign: str = "") -> SafeString:
    """`{% state "填好了" "ok" %}`: a word with its sign. Tones: ok block warn tip now off, or none."""
    return format_html(
        '<span class="q-st {}">{}<span>{}</span></span>', tone or "", draw(sign or STATE_SIGNS[tone or ""]), word
    )


@register.simple_tag
def chip(word: object, tone: str = "") -> SafeString:
    """`{% chip "新股东" "add" %}`: a fact. Tones: role add chg del ok warn block tip off, or none."""
    return format_html('<span class="{}">{}</span>', f"q-chip {tone or ''}".strip(), word)


@register.simple_tag
def source(code: str) -> SafeString:
    """`{% source "register" %}`: 来源：登记簿"""
    if code not in SOURCES:
        return SafeString("")
    where = SOURCES[code]
    return format_html(
        '<span class="{}">{}来源：{}</span>', "q-src own" if where.own else "q-src", draw(where.icon), where.word
    )


@register.simple_tag
def masked(value: object, kind: str = "id") -> SafeString:
    """`{% masked number "id" %}`: 310***********9190 to see, 证件尾号 9190 to hear. Kinds: id, mobile, name, email."""
    if not value:
        return SafeString("")
    shown = masks.MASKS[kind](value)
    if kind not in masks.SPOKEN:
        return format_html("<span>{}</span>", shown)
    spoken = masks.SPOKEN[kind](value)
    return format_html(
        '<span class="num"><span class="q-sr">{}</span><span aria-hidden="true">{}</span></span>', spoken, soft(shown)
    )


# ---- forms ----


@register.simple_tag
def field(bound: BoundField, **options: Any) -> SafeString:
    """`{% field form.name source="id_card" %}`: label, control, source, hint and error of one field.

    Options: source, hint, label, computed, mask, unmask_url, unit, row, classes; every other one becomes an attribute
    of the control, underscores as hyphens (`inputmode="numeric"`, `data_q_road=""`).
    """
    known = {"source", "hint", "label", "computed", "mask", "unmask_url", "unit", "row", "classes"}
    attrs = {name.replace("_", "-"): value for name, value in options.items() if name not in known}
    chosen = {name: value for name, value in options.items() if name in known}
    return _rendered("ui/field.html", {"f": field_view(bound, attrs=attrs, **chosen)})


@register.simple_tag
def control(bound: BoundField, **attrs: Any) -> SafeString:
    """`{% control form.photo accept="image/*" %}`: the box alone, wired to its hint and error, for a part with its own label."""
    return field_view(bound, attrs={name.replace("_", "-"): value for name, value in attrs.items()}).control


@register.simple_tag
def fields(form: BaseForm, *names: str) -> SafeString:
    """`{% fields form "name" "mobile" %}`: several fields under each other."""
    return SafeString("".join(_rendered("ui/field.html", {"f": field_view(form[name])}) for name in names))


@register.simple_tag
def form_cards(form: BaseForm) -> SafeString:
    """`{% form_cards form %}`: the whole form, one card per Section of `form.sections`, options in `form.field_options`."""
    sections = form_sections(form)
    for section in sections:
        section["rows"] = [[_rendered("ui/field.html", {"f": view}) for view in row] for row in section["rows"]]
    return _rendered("ui/form.html", {"sections": sections})


@register.simple_tag
def errors(*forms: Any) -> SafeString:
    """`{% errors form %}`: the error summary of these forms, formsets or Problems; nothing when nothing is wrong."""
    found = list(problems(forms))
    here = any(one.target for one in found)  # something on this page can be mended
    return _rendered("ui/error_summary.html", {"problems": found, "here": here}) if found else SafeString("")


@register.simple_tag
def once(key: str = "") -> SafeString:
    """`{% once %}` in a form: its idempotency key, and the script that lets a button be tapped once."""
    return format_html(
        '<q-once><input type="hidden" name="idempotency_key" value="{}"></q-once>', key or uuid.uuid4().hex
    )


# ---- parts ----


@register.inclusion_tag("ui/finding.html")
def finding(found: Any, **more: Any) -> dict[str, Any]:
    """`{% finding f where="法定代表人" url=… url_label="去改：法定代表人" %}`

    More: situation, confirm_url with confirm_label (a POST with code and idempotency key), confirmed ("申请人已确认"),
    second_url with second_label, level (of the heading).
    """
    more.setdefault("confirm_label", "我确认")
    return finding_context(found, **more)


@register.inclusion_tag("ui/row.html")
def row(title: object, **more: Any) -> dict[str, Any]:
    """`{% row "联络员" url=… sign="phone" tone="mute" sub="赵演示" state="填好了" state_tone="ok" %}`

    More: note, due with due_tone, chip with chip_tone, avatar with avatar_tone, right with right_note, id.
    """
    return {"title": title, **more}


@register.inclusion_tag("ui/timeline.html")
def timeline(steps: Any) -> dict[str, Any]:
    """`{% timeline steps %}`: each with state (done, now, act, wait), title, when, note, url with url_label, parts."""
    return {"steps": steps}


@register.inclusion_tag("ui/paper.html")
def paper(one: Any) -> dict[str, Any]:
    """`<li class="q-paper">{% paper p %}</li>`: title, sub, why, state with tone, thumb_url, pages, missing, url, actions."""
    return {"p": one}


@register.inclusion_tag("ui/diff.html")
def diff(rows: Any, before_label: str = "变更前", after_label: str = "变更后") -> dict[str, Any]:
    """`{% diff rows %}`: each with label, before, after, same, child, chips, before_spoken, after_spoken, url, url_label."""
    return {"rows": rows, "before_label": before_label, "after_label": after_label}


@register.inclusion_tag("ui/meter.html")
def meter(done: float, total: float, running: float = 0, label: str = "", tone: str = "ok") -> dict[str, Any]:
    """`{% meter 4 6 running=1 label="已备好 4 份，共 6 份" %}`"""
    spoken = label or f"已完成 {done:g}，共 {total:g}"
    return {"done": figures.share(done, total), "running": figures.share(running, total), "label": spoken, "tone": tone}


@register.inclusion_tag("ui/ring.html")
def ring(
    part: float, whole: float, figure: object = "", small: str = "", tone: str = "", size: int = 84
) -> dict[str, Any]:
    """`{% ring 4 6 figure="4/6" small="已填好" tone="on" %}`; tones: on (on the band), ok, or none.

    Without a figure of its own it shows how many are done, and a q-progress around it keeps that up.
    """
    shown = {"figure": figure or part, "counts": not figure}
    return {"r": figures.Ring.of(part, whole, size=size), "small": small, "tone": tone, **shown}


@register.inclusion_tag("ui/verdict.html")
def verdict(tone: str, title: object, text: object = "") -> dict[str, Any]:
    """`{% verdict "ok" "可用：没有发现相同、相近" "申报后保留 2 个月" %}`; tones: ok, warn, block."""
    return {"tone": tone, "title": title, "text": text, "sign": VERDICT_SIGNS[tone]}


@register.inclusion_tag("ui/notice.html")
def notice(
    text: object, tone: str = "", title: str = "", url: str = "", url_label: str = "", sign: str = ""
) -> dict[str, Any]:
    """`{% notice "…" tone="warn" title="…" %}`; tones: ok, warn, block, or none for a remark."""
    sign = sign or {"ok": "okc", "warn": "ask", "block": "stop"}.get(tone, "info")
    return {"text": text, "tone": tone, "title": title, "url": url, "url_label": url_label, "sign": sign}


@register.inclusion_tag("ui/empty.html")
def empty(title: str, text: str = "", url: str = "", url_label: str = "") -> dict[str, Any]:
    """`{% empty "没有等您签的文书" "有人请您签名时，会发短信，也会出现在这里。" %}`"""
    return {"title": title, "text": text, "url": url, "url_label": url_label}


@register.inclusion_tag("ui/qr.html")
def qr(text: str, label: str) -> dict[str, Any]:
    """`{% qr url "签名二维码" %}`: inline SVG."""
    path, size = qr_path(text)
    return {"path": path, "size": size, "label": label}


@register.inclusion_tag("ui/steps.html")
def steps(now: int, words: str = "") -> dict[str, Any]:
    """`{% steps 2 %}`, or `{% steps 2 "核验,读,签" %}`: the step bar; `now` counts from 1."""
    named = words.split(",") if words else list(STEPS)
    return {"steps": step_list(now, named), "now": now, "word": named[now - 1]}


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], name: str = "page") -> dict[str, Any]:
    """`{% pagination page %}`: links that keep the rest of the address."""
    request = context.get("request")

    def link(number: int) -> str:
        query = request.GET.copy() if request else None
        if query is None:
            return f"?{name}={number}"
        query[name] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "previous": link(page.previous_page_number()) if page.has_previous() else "",
        "next": link(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("ui/messages.html", takes_context=True)
def messages(context: Context) -> dict[str, Any]:
    """Messages of the framework (django.contrib.messages) as notices on top of the page."""
    request = context.get("request")
    tones = {"success": "ok", "warning": "warn", "error": "block"}
    signs = {"ok": SIGNS["pass"], "warn": SIGNS["confirm"], "block": SIGNS["block"]}
    items = []
    for message in get_messages(request) if request is not None else ():
        tone = tones.get(message.level_tag, "")
        items.append({"text": message.message, "tone": tone, "sign": signs.get(tone, "info")})
    return {"items": items}


@register.simple_block_tag(end_name="endbar")
def bar(content: str) -> SafeString:
    """The bar at the foot of a page: drawn when the page puts something into it."""
    inner = content.strip()
    wrapped = inner.startswith(BAR)
    if not inner or wrapped:
        return mark_safe(inner.replace(BAR, BAR + BAR_REGION, 1))  # noqa: S308  rendered template
    return format_html(BAR + BAR_REGION + '><div class="q-bar__in">{}</div></div>', mark_safe(inner))  # noqa: S308


@register.simple_tag
def islands() -> str:
    """For base.html: which script serves which element (JSON, escaped as an attribute)."""
    return scripts.island_map()


@register.simple_tag
def htmx_config() -> str:
    return scripts.htmx_config()


# ---- filters ----


@register.filter
def cn_date(value: dates.Dateish, style: str = "") -> str:
    """12月11日 this year, 2026年12月11日 otherwise; `|cn_date:"year"` always with the year. 长期 stays 长期."""
    return dates.cn_date(value, today=clock.today(), year=style == "year")


@register.filter
def cn_datetime(value: dates.Dateish) -> str:
    """今天 09:42, 11月23日 09:42"""
    return dates.cn_datetime(value, today=clock.today())


@register.simple_tag
def cn_range(first: dates.Dateish, last: dates.Dateish) -> str:
    """`{% cn_range a b %}`: 10月27日至12月11日"""
    return dates.cn_range(first, last, today=clock.today())


@register.filter
def hm(value: dates.Dateish) -> str:
    """09:42"""
    return dates.hm(value)


@register.filter
def hms(value: datetime) -> str:
    """09:42:07"""
    return f"{clock.to_shanghai(value):%H:%M:%S}"


@register.filter
def relative_days(value: dates.Dateish) -> str:
    """还剩 4 天，11月27日截止"""
    return dates.relative_days(value, today=clock.today())


@register.filter
def mask_id(value: object) -> str:
    return masks.mask_id(value)


@register.filter
def mask_mobile(value: object) -> str:
    return masks.mask_mobile(value)


@register.filter
def mask_name(value: object) -> str:
    return masks.mask_name(value)


@register.filter
def mask_email(value: object) -> str:
    return masks.mask_email(value)


@register.filter
def money_wan(value: object, unit: str = "万元") -> str:
    """1,000 万元"""
    return figures.money_wan(value, unit)


@register.filter
def number_groups(value: object, pattern: str = figures.APPLICATION_NUMBER) -> str:
    """310115 20261123 000128 47; `|number_groups:"3-4-4"` for a mobile."""
    return figures.number_groups(value, pattern)


@register.filter
def grouped(value: object) -> str:
    """12,486"""
    return figures.grouped(value)


@register.filter
def nw(value: object) -> SafeString:
    """Keeps a date, an amount or a number on one line."""
    return format_html('<span class="nw">{}</span>', value) if value not in ("", None) else SafeString("")


@register.filter
def soft(value: object) -> SafeString:
    """A masked number may break between its stars and its tail, in a narrow column."""
    head, star, tail = str(value).rpartition("*")
    return format_html("{}<wbr>{}", head + star, tail) if star else format_html("{}", value)


@register.filter
def law(value: object) -> SafeString:
    """《公司法》第十条 as a link where the project knows the law's place; everything else is escaped."""
    return cite(value)


@register.filter
def lookup(source: Mapping[str, Any] | None, name: object) -> Any:
    """`{{ mapping|lookup:key }}`"""
    return source.get(str(name)) if source else None
