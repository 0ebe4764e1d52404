"""Form fields that pages of ours need: a date in three boxes, a number that is shown masked, words that tell what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from foundation.ui.dates import LONG_TERM, LONG_TERM_WORD, as_date
from foundation.ui.masks import STAR, mask_id

DATE_PARTS = ("year", "month", "day")
FULL_DATE = re.compile(r"^\s*(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?\s*$")
PACKED_DATE = re.compile(r"^\s*(\d{4})(\d{2})(\d{2})\s*$")


class PlainForm(forms.Form):
    """A form that speaks plainly: 请填写姓名, 请选择职务. The page, not the browser, says what is wrong."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            _speak(field, str(field.label or name))


LENGTHS = {
    "max_length": "最多 %(limit_value)d 个字，现在有 %(show_value)d 个",
    "min_length": "至少 %(limit_value)d 个字，现在有 %(show_value)d 个",
    "max_value": "不能大于 %(limit_value)s",
    "min_value": "不能小于 %(limit_value)s",
    "max_digits": "位数太多，请检查",
    "max_decimal_places": "小数最多 %(max)s 位",
    "max_whole_digits": "数太大，请检查",
}


def _speak(field: forms.Field, label: str) -> None:
    """Give the field our sentences wherever its author left the framework's own."""
    defaults: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        defaults.update(getattr(kind, "default_error_messages", {}))
    for code, sentence in _sentences(field, label).items():
        if field.error_messages.get(code) is defaults.get(code):
            field.error_messages[code] = sentence


def _sentences(field: forms.Field, label: str) -> dict[str, str]:
    verb = "选择" if isinstance(field, forms.ChoiceField) else "上传" if isinstance(field, forms.FileField) else "填写"
    sentences = {**LENGTHS, "required": f"请{verb}{label}", "invalid_choice": f"请从列出的选项里选择{label}"}
    if isinstance(field, forms.BooleanField):
        sentences["required"] = f"请勾选“{label}”"
    if isinstance(field, forms.IntegerField | forms.DecimalField):
        sentences["invalid"] = f"{label}要填数字"
    if isinstance(field, forms.EmailField):
        sentences["invalid"] = f"请检查{label}的写法，例如 name@example.com"
    return sentences


class DateWidget(forms.Widget):
    """年, 月, 日 in three boxes, and 长期有效 where a paper can say so. Works without script; a whole date may be pasted."""

    use_fieldset = True
    template_name = "ui/widgets/date.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, long_term: bool = False) -> None:
        super().__init__(attrs)
        self.long_term = long_term

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str | None:
        """ISO text when the three parts make a date, else the parts as typed, joined by dashes."""
        if self.long_term and data.get(f"{name}_long"):
            return LONG_TERM
        parts = [str(data.get(f"{name}_{part}", "")).strip() for part in DATE_PARTS]
        if not any(parts):
            whole = data.get(name)
            return str(whole).strip() if whole else None
        if whole_date := FULL_DATE.match(parts[0]) or PACKED_DATE.match(parts[0]):
            parts = list(whole_date.groups())
        return "-".join(parts)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(key in data for key in (name, f"{name}_long", *(f"{name}_{part}" for part in DATE_PARTS)))

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_year" if id_ else id_

    def parts(self, value: Any) -> tuple[str, str, str]:
        """What stands in the three boxes; typed text that is no date is shown again as it was typed."""
        if day := as_date(value):
            return str(day.year), str(day.month), str(day.day)
        if isinstance(value, str) and value != LONG_TERM:
            typed = [*value.split("-"), "", "", ""]
            return typed[0], typed[1], typed[2]
        return "", "", ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        id_ = context["widget"]["attrs"].get("id", f"id_{name}")
        words = zip(DATE_PARTS, ("年", "月", "日"), (4, 2, 2), self.parts(value), strict=True)
        context["parts"] = [
            {"id": f"{id_}_{part}", "name": f"{name}_{part}", "word": word, "size": size, "value": shown}
            for part, word, size, shown in words
        ]
        context["invalid"] = context["widget"]["attrs"].get("aria-invalid")
        context["long"] = self.long_term and {
            "id": f"{id_}_long",
            "name": f"{name}_long",
            "checked": value == LONG_TERM,
            "word": f"{LONG_TERM_WORD}有效",
        }
        return context


class DateField(forms.Field):
    """A day. Cleans to `date`, or to LONG_TERM where `long_term` allows it. Both ends of `earliest`–`latest` are inside."""

    widget = DateWidget
    default_error_messages = {
        "incomplete": "请把年、月、日填全",
        "invalid": "没有 {typed}这一天，请检查年、月、日",
        "year": "请填 4 位数的年份，例如 2026",
        "early": "不能早于 {limit}",
        "late": "不能晚于 {limit}",
    }

    def __init__(
        self,
        *,
        long_term: bool = False,
        earliest: date | Callable[[], date] | None = None,
        latest: date | Callable[[], date] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("widget", DateWidget(long_term=long_term))
        super().__init__(**kwargs)
        self.earliest, self.latest = earliest, latest

    def to_python(self, value: Any) -> date | str | None:
        if value in self.empty_values:
            return None
        if value == LONG_TERM or isinstance(value, date):
            return as_date(value) or LONG_TERM
        if len(str(value)) == 10 and (day := as_date(str(value))):
            return day
        parts = [*str(value).split("-"), "", ""][:3]
        if not all(parts):
            raise self._wrong("incomplete")
        return self._day(parts)

    def _day(self, parts: list[str]) -> date:
        typed = "{}年{}月{}日".format(*parts)
        if not all(part.isdecimal() for part in parts):
            raise self._wrong("invalid", typed=typed)
        if len(parts[0]) != 4:
            raise self._wrong("year")
        try:
            return date(*map(int, parts))
        except ValueError:
            raise self._wrong("invalid", typed=typed) from None

    def validate(self, value: Any) -> None:
        super().validate(value)
        if not isinstance(value, date):
            return
        for code, limit, wrong in (("early", self.earliest, -1), ("late", self.latest, 1)):
            day = limit() if callable(limit) else limit
            if day is not None and (value - day).days * wrong > 0:
                raise self._wrong(code, limit=f"{day.year}年{day.month}月{day.day}日")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True

    def _wrong(self, code: str, **params: str) -> ValidationError:
        return ValidationError(str(self.error_messages[code]).format(**params), code=code)


class MaskedBoundField(BoundField):
    """Shows the stored number masked and takes the mask, sent back unchanged, for the stored number."""

    field: MaskedCharField

    @property
    def data(self) -> Any:
        typed = super().data
        return self.initial if self.masked and typed == self.masked else typed

    @property
    def masked(self) -> str:
        return self.field.mask(self.initial) if self.initial else ""

    def value(self) -> Any:
        shown = super().value()
        return self.masked if self.initial and shown == self.initial else shown


class MaskedCharField(forms.CharField):
    """A number of a person. While typing it is whole; once saved the page shows 310***********9190 and never the rest."""

    def __init__(self, *, mask: Callable[[object], str] = mask_id, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mask = mask

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> MaskedBoundField:
        return MaskedBoundField(form, self, field_name)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and STAR in value:
            raise ValidationError("号码里有星号。要改就把整个号码重新填一遍", code="masked")
