"""How one bound field is shown: which kind of control, from where its value comes, what is said about it.

Controls are written here and not by the framework's widget templates: a page of twenty fields with a list of
240 countries must render within its budget.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt
from django.forms.widgets import Input
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from foundation import clock
from foundation.ui.dates import cn_date
from foundation.ui.forms import DateWidget, MaskedBoundField
from foundation.ui.masks import MASKS, SPOKEN

NOTHING = SafeString("")


@dataclass(frozen=True)
class Source:
    """Where a value comes from (来源)."""

    code: str
    word: str
    icon: str

    @property
    def own(self) -> bool:
        return self.code == "own"


SOURCES = {
    source.code: source
    for source in (
        Source("register", "登记簿", "book"),
        Source("id_card", "证件识别", "scan"),
        Source("history", "历史申请", "clock"),
        Source("licence_store", "电子证照", "card"),
        Source("address_book", "标准地址库", "pin"),
        Source("property", "产权登记", "home"),
        Source("agent_filing", "代理人备案", "book"),
        Source("account", "登录信息", "me"),
        Source("own", "本人填写", "pen"),
        Source("computed", "系统计算", "lock"),
    )
}


@dataclass(frozen=True)
class Option:
    """One radio button or check box."""

    id: str
    control: SafeString
    label: str
    hint: str = ""
    dot: bool = False


@dataclass(frozen=True)
class FieldView:
    """What `ui/field.html` shows."""

    kind: str
    """hidden, readonly, control, check, options, date"""
    id: str
    label: str
    control: SafeString = NOTHING
    label_for: str = ""
    optional: bool = False
    source: Source | None = None
    hint: str = ""
    errors: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    row: bool = False
    """Options side by side."""
    unit: str = ""
    value: str = ""
    spoken: str = ""
    """What a screen reader hears in place of a masked value."""
    unmask_url: str = ""
    classes: str = ""
    described_by: str = ""

    @property
    def group(self) -> bool:
        return self.kind in {"options", "date"}


def described_by(bound: BoundField, hint: str) -> str:
    """Ids of what explains the field: the error first, since it is what has to be heard."""
    id_ = bound.auto_id
    return " ".join(([f"{id_}_error"] if bound.errors else []) + ([f"{id_}_helptext"] if hint else []))


def field_view(
    bound: BoundField,
    *,
    source: str | None = None,
    hint: str | None = None,
    label: str | None = None,
    computed: bool = False,
    mask: str = "",
    unmask_url: str = "",
    unit: str = "",
    row: bool = False,
    classes: str = "",
    attrs: Mapping[str, Any] | None = None,
) -> FieldView:
    """The view of `bound`. `source` and `computed` may stand on the form as `sources` and `computed` (by field name)."""
    form, name = bound.form, bound.name
    fixed = computed or bound.field.disabled or name in getattr(form, "computed", ())
    origin = source if source is not None else getattr(form, "sources", {}).get(name)
    said = str(hint if hint is not None else bound.help_text)
    widget = bound.field.widget
    kind = "readonly" if fixed else _kind(widget)
    about = described_by(bound, said)
    shown: dict[str, Any] = {"value": "", "spoken": ""}
    if kind == "readonly":
        shown = _readonly(bound, mask)
    return FieldView(
        kind=kind,
        id=bound.auto_id,
        label=str(label if label is not None else bound.label),
        control=NOTHING if kind == "readonly" else _control(bound, kind, {**(attrs or {})}, about),
        label_for=bound.id_for_label,
        optional=not bound.field.required and kind in {"control", "options", "date"},
        # a computed value says how in its hint; a lock stands where a source would
        source=None if kind == "readonly" and origin == "computed" else SOURCES.get(origin or ""),
        hint=said,
        errors=tuple(str(error) for error in bound.errors),
        options=tuple(_options(bound, widget)) if kind == "options" else (),
        row=row,
        unit=unit,
        unmask_url=unmask_url,
        classes=classes,
        described_by=about,
        **shown,
    )


def _kind(widget: forms.Widget) -> str:
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, DateWidget):
        return "date"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "options"
    return "control"


def _readonly(bound: BoundField, mask: str) -> dict[str, Any]:
    """The value in words. `value()` of a disabled field is its initial value, which is what will be kept."""
    value = bound.value()
    spoken = ""
    if isinstance(bound, MaskedBoundField):
        spoken = SPOKEN["id"](bound.initial) if bound.initial else ""
    elif mask and value:
        spoken = SPOKEN[mask](value) if mask in SPOKEN else ""
        value = MASKS[mask](value)
    elif isinstance(bound.field, forms.ChoiceField):
        value = _choice_words(bound.field, value)
    elif isinstance(bound.field.widget, DateWidget | forms.DateInput):
        value = cn_date(value, today=clock.today())
    return {"value": "" if value is None else str(value), "spoken": spoken}


def _choice_words(choice: forms.ChoiceField, value: Any) -> str:
    chosen = {str(item) for item in (value if isinstance(value, list | tuple | set) else [value])}
    return "、".join(str(word) for code, word in _flat(choice.choices) if str(code) in chosen)


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for code, word in choices:
        if isinstance(word, list | tuple):
            yield from word
        else:
            yield code, word


def _control(bound: BoundField, kind: str, attrs: dict[str, Any], about: str) -> SafeString:
    widget = bound.field.widget
    if kind == "options":
        return NOTHING
    if about and kind != "date":
        attrs["aria-describedby"] = about
    if kind == "control":
        attrs["class"] = f"q-in {attrs.get('class', '')} {widget.attrs.get('class', '')}".strip()
    own_template = type(widget).template_name if hasattr(type(widget), "template_name") else ""
    if kind == "control" and own_template.startswith("django/"):
        return _plain(bound, widget, attrs)
    return bound.as_widget(attrs=attrs)


def _plain(bound: BoundField, widget: forms.Widget, attrs: dict[str, Any]) -> SafeString:
    """The framework's own widgets, written without its templates."""
    attrs = bound.build_widget_attrs(attrs, widget)
    if bound.auto_id and "id" not in widget.attrs:
        attrs.setdefault("id", bound.auto_id)
    attrs = widget.build_attrs(widget.attrs, attrs) | {"name": bound.html_name}
    value = widget.format_value(bound.value())
    if isinstance(widget, forms.Select):
        if widget.allow_multiple_selected:
            attrs["multiple"] = True
        return format_html("<select{}>{}</select>", flatatt(attrs), _select_options(widget, value))
    if isinstance(widget, forms.Textarea):
        return format_html("<textarea{}>\n{}</textarea>", flatatt(attrs), value or "")
    if isinstance(widget, Input):
        attrs["type"] = widget.input_type
        if value not in (None, "") and not isinstance(widget, forms.PasswordInput):
            attrs["value"] = value
        return format_html("<input{}>", flatatt(attrs))
    return bound.as_widget(attrs=attrs)


def _select_options(widget: forms.Select, value: Iterable[str]) -> SafeString:
    """The options of a select. Lists of countries and towns are written once and kept; a page only marks what is chosen."""
    written = ""
    run: list[tuple[str, str]] = []
    for code, word in widget.choices:
        if isinstance(word, list | tuple):
            inner = _option_rows(tuple((_code(own), str(name)) for own, name in word))
            written += f'{_option_rows(tuple(run))}<optgroup label="{escape(code)}">{inner}</optgroup>'
            run = []
        else:
            run.append((_code(code), str(word)))
    written += _option_rows(tuple(run))
    for chosen in set(value):
        start = f'<option value="{escape(chosen)}"'
        written = written.replace(f"{start}>", f"{start} selected>", 1)
    return SafeString(written)


def _code(value: Any) -> str:
    return "" if value is None else str(value)


@lru_cache(maxsize=256)
def _option_rows(rows: tuple[tuple[str, str], ...]) -> str:
    return "".join(f'<option value="{escape(code)}">{escape(word)}</option>' for code, word in rows)


def _options(bound: BoundField, widget: forms.Widget) -> Iterator[Option]:
    hints: Mapping[str, str] = getattr(bound.field, "option_hints", {})
    for part in bound.subwidgets:
        yield Option(
            id=part.id_for_label,
            control=_choice_input(part.data),
            label=str(part.choice_label),
            hint=hints.get(str(part.data["value"]), ""),
            dot=not isinstance(widget, forms.CheckboxSelectMultiple),  # which Django derives from RadioSelect
        )


def _choice_input(data: Mapping[str, Any]) -> SafeString:
    attrs = {"type": data["type"], "name": data["name"], "value": str(data["value"]), **data["attrs"]}
    return format_html("<input{}>", flatatt(attrs))


def first_id(bound: BoundField) -> str:
    """The id that a link of the error summary jumps to: the first thing in the field that takes the focus."""
    widget = bound.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{bound.auto_id}_0"
    return bound.id_for_label or bound.auto_id
