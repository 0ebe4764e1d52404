"""What the tags of `{% load q %}` work out before a template shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import qrcode
from django.forms import BaseForm
from django.forms.boundfield import BoundField

from foundation.ui.fieldview import FieldView, field_view, first_id

STEPS = ("选事项", "填写", "核对", "文书签名", "提交")

TONES = {"block": "block", "offline": "off", "confirm": "warn", "warn": "tip", "pass": "ok"}
"""Severity of a finding → class. The class `warn` is drawn for 需确认, `tip` for 提示."""
WORDS = {"block": "拦截", "offline": "转线下", "confirm": "需确认", "warn": "提示", "pass": "通过"}
SIGNS = {"block": "stop", "offline": "off", "confirm": "ask", "warn": "info", "pass": "okc"}
STATE_SIGNS = {"ok": "okc", "block": "warn", "warn": "ask", "tip": "info", "now": "redo", "off": "close", "": "clock"}
VERDICT_SIGNS = {"ok": "okc", "warn": "warn", "block": "stop"}


def read(source: Any, name: str, default: Any = "") -> Any:
    """`name` of a mapping or an object; a page does not ask which."""
    if isinstance(source, Mapping):
        return source.get(name, default)
    return getattr(source, name, default)


def finding_context(finding: Any, **more: Any) -> dict[str, Any]:
    """Context of `ui/finding.html` for a Finding, or anything with severity, message, fix, basis, code, item."""
    severity = read(finding, "severity", "warn")
    severity = str(getattr(severity, "value", severity))
    basis = read(finding, "basis")
    return {
        "tone": TONES[severity],
        "word": WORDS[severity],
        "sign": SIGNS[severity],
        "code": read(finding, "code"),
        "item": read(finding, "item"),
        "title": read(finding, "message"),
        "situation": read(finding, "situation"),
        "basis": "，".join(map(str, basis)) if isinstance(basis, list | tuple) else basis,
        "fix": read(finding, "fix"),
        "level": 2,
        **more,
    }


@dataclass(frozen=True)
class Problem:
    """One line of an error summary."""

    sentence: str
    label: str = ""
    target: str = ""


def problems(forms: Iterable[Any]) -> Iterator[Problem]:
    """Everything wrong in these forms (or lists of forms), in the order of the page."""
    for form in forms:
        if isinstance(form, Problem):
            yield form
        elif isinstance(form, BaseForm):
            yield from _of_form(form)
        elif form:
            yield from problems(form)


def _of_form(form: BaseForm) -> Iterator[Problem]:
    for sentence in form.non_field_errors():
        yield Problem(str(sentence))
    for bound in _in_order(form):
        for sentence in bound.errors:
            label = "" if str(bound.label) in str(sentence) else str(bound.label)
            yield Problem(str(sentence), label, first_id(bound) if not bound.is_hidden else "")


def _in_order(form: BaseForm) -> Iterator[BoundField]:
    """Fields as the page shows them: by `sections` where the form has them."""
    names = [name for section in getattr(form, "sections", ()) for row in read(section, "rows") for name in _names(row)]
    rest = [name for name in form.fields if name not in names]
    for name in [*names, *rest]:
        if name in form.fields:
            yield form[name]


def _names(row: str | Sequence[str]) -> Sequence[str]:
    return (row,) if isinstance(row, str) else row


@dataclass(frozen=True)
class Section:
    """A card of a form: its heading and its rows. A row is a field's name, or two names side by side."""

    title: str = ""
    rows: tuple[str | tuple[str, ...], ...] = ()
    note: str = ""


def form_sections(form: BaseForm) -> list[dict[str, Any]]:
    """What `ui/form.html` shows: the form's `sections`, then whatever they leave out."""
    sections: Sequence[Any] = getattr(form, "sections", ())
    named = {name for section in sections for row in read(section, "rows") for name in _names(row)}
    rest = tuple(name for name in form.fields if name not in named)
    shown = [*sections, *([Section(rows=rest)] if rest else [])]
    return [
        {
            "title": read(section, "title"),
            "note": read(section, "note"),
            "rows": [_views(form, row) for row in read(section, "rows")],
        }
        for section in shown
    ]


def _views(form: BaseForm, row: str | Sequence[str]) -> list[FieldView]:
    options: Mapping[str, Mapping[str, Any]] = getattr(form, "field_options", {})
    return [field_view(form[name], **options.get(name, {})) for name in _names(row) if name in form.fields]


def step_list(now: int, words: Sequence[str]) -> list[dict[str, str]]:
    """Words of the step bar with what is done, present and ahead; `now` counts from 1."""
    states = ("is-done", "is-now", "")
    return [
        {"word": word, "state": states[0 if place < now else 1 if place == now else 2]}
        for place, word in enumerate(words, start=1)
    ]


@lru_cache(maxsize=64)
def qr_path(text: str) -> tuple[str, int]:
    """The dark modules of a QR code as one SVG path (runs of a row joined), and the number of modules a side."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    runs: list[str] = []
    for y, row in enumerate(code.get_matrix()):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                runs.append(f"M{start} {y}h{x - start}v1H{start}z")
            x += 1
    return "".join(runs), code.modules_count
