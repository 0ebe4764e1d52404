"""Field types of the rooms. Each standardises what people type (数据标准化处理) and refuses with a sentence that teaches.

Attributes that pages read: `hint` (Django's help_text), `mask` (kind of personal data), `computed` (shown with a lock),
`inputmode`, `autocomplete`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

Choices = Iterable[tuple[str, str]]
LONG = "长期"
LONG_DATE = "9999-12-31"
_DATE = re.compile(r"^\s*(\d{4})\s*[年./\-]?\s*(\d{1,2})\s*[月./\-]?\s*(\d{1,2})\s*日?\s*$")
_NAME = re.compile(r"^[^\W\d_](?:[^\W\d_]|[·•\- .'])*$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def squeeze(text: str) -> str:
    """One line without control or invisible characters, runs of blanks made one."""
    return " ".join(_CONTROL.sub(" ", text).split())


def half_width(text: str) -> str:
    """Full-width letters, digits and signs made half-width (NFKC), squeezed."""
    return squeeze(unicodedata.normalize("NFKC", text))


class Text(forms.CharField):
    """A line of text. `standard` standardises after squeezing."""

    mask = ""
    computed = False

    def __init__(
        self,
        label: str,
        *,
        required: bool = True,
        hint: str = "",
        mask: str = "",
        computed: bool = False,
        max_length: int = 100,
        standard: Callable[[str], str] = squeeze,
        missing: str = "",
        rows: int = 1,
        **attrs: str,
    ) -> None:
        widget: forms.Widget = (
            forms.Textarea(attrs={"rows": str(rows), **attrs}) if rows > 1 else forms.TextInput(attrs=attrs)
        )
        super().__init__(
            label=label,
            required=required,
            help_text=hint,
            max_length=max_length,
            widget=widget,
            error_messages={
                "required": missing or f"请填写{label}。",
                "max_length": f"{label}太长了，最多 {max_length} 个字。",
            },
        )
        self.mask, self.computed, self.standard = mask, computed, standard

    def to_python(self, value: Any) -> str:
        return self.standard(str(value)) if value not in (None, "") else ""


class PersonName(Text):
    """姓名. Rare characters are welcome; digits and signs are not."""

    def __init__(self, label: str = "姓名", **kwargs: Any) -> None:
        super().__init__(label, max_length=60, **({"autocomplete": "off"} | kwargs))

    def clean(self, value: Any) -> str:
        name = str(super().clean(value))
        if name and not all(_name_character(character) for character in name):
            raise ValidationError("姓名里有不能用的字符，请照身份证件上的写法填写，不要带称呼、数字和符号。")
        return name.replace("•", "·")


def _name_character(character: str) -> bool:
    return (
        character in "·•-. '"
        or unicodedata.category(character)[0] == "L"
        or unicodedata.category(character) in {"Co", "Cn"}
    )


class Mobile(Text):
    """移动电话 of the mainland: eleven digits; blanks, hyphens and +86 are dropped."""

    def __init__(self, label: str = "手机号码", *, hint: str = "", required: bool = True) -> None:
        super().__init__(
            label,
            hint=hint,
            required=required,
            mask="mobile",
            max_length=30,
            standard=half_width,
            inputmode="tel",
            autocomplete="off",
        )
        self.widget.input_type = "tel"

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value))
        if not typed:
            return ""
        digits = re.sub(r"^(\+|00)86", "", re.sub(r"[\s\-()]", "", typed))
        try:
            parsed = phonenumbers.parse(digits, "CN")
        except phonenumbers.NumberParseException:
            parsed = None
        if not re.fullmatch(r"1\d{10}", digits) or parsed is None or not phonenumbers.is_possible_number(parsed):
            raise ValidationError("手机号码应是 1 开头的 11 位数字，请核对。")
        return digits


class Email(Text):
    """电子邮箱."""

    def __init__(self, label: str = "电子邮箱", *, required: bool = False, hint: str = "") -> None:
        super().__init__(
            label,
            required=required,
            hint=hint,
            mask="email",
            max_length=120,
            standard=half_width,
            inputmode="email",
            autocomplete="off",
        )

    def clean(self, value: Any) -> str:
        address = str(super().clean(value))
        if address:
            try:
                EmailValidator()(address)
            except ValidationError:
                raise ValidationError("电子邮箱的写法不对，例如 name@example.com。") from None
        return address


class Day(forms.Field):
    """A date as people write it: 2026年11月24日, 2026-11-24, 20261124. With `long`, 长期 is allowed."""

    mask = ""
    computed = False
    is_day = True

    def __init__(
        self, label: str, *, required: bool = True, hint: str = "", long: bool = False, computed: bool = False
    ) -> None:
        super().__init__(
            label=label,
            required=required,
            help_text=hint,
            widget=forms.TextInput(
                attrs={"inputmode": "text", "autocomplete": "off", "placeholder": "例如 2026年11月24日"}
            ),
            error_messages={"required": f"请填写{label}。"},
        )
        self.long, self.computed = long, computed

    def to_python(self, value: Any) -> Any:
        if value in (None, ""):
            return None
        if isinstance(value, date):
            return value
        text = half_width(str(value))
        if self.long and text in {LONG, LONG_DATE}:
            return LONG
        match = _DATE.match(text)
        if match:
            try:
                return date(*(int(part) for part in match.groups()))
            except ValueError:
                raise ValidationError(f"{self.label}：没有 {text} 这一天，请核对。") from None
        raise ValidationError(
            f"{self.label}请写成 2026年11月24日 或 2026-11-24 这样。" + ("长期有效的填“长期”。" if self.long else "")
        )

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) and (match := _DATE.match(value)):
            year, month, day = match.groups()
            return f"{year}年{int(month)}月{int(day)}日"
        return value


class Choice(forms.ChoiceField):
    """One of a code list. `choices` may be a function: code lists change with the edition."""

    mask = ""
    computed = False

    def __init__(
        self,
        label: str,
        choices: Choices | Callable[[], Choices],
        *,
        required: bool = True,
        hint: str = "",
        radio: bool = False,
        computed: bool = False,
        empty: str = "请选择",
    ) -> None:
        def with_empty() -> list[tuple[str, str]]:
            got = list(choices() if callable(choices) else choices)
            return got if radio else [("", empty), *got]

        super().__init__(
            label=label,
            choices=with_empty,
            required=required,
            help_text=hint,
            widget=forms.RadioSelect if radio else forms.Select,
            error_messages={"required": f"请选择{label}。", "invalid_choice": f"{label}请从列表里选一个。"},
        )
        self.computed = computed


class Several(forms.MultipleChoiceField):
    """Several of a code list."""

    mask = ""
    computed = False

    def __init__(self, label: str, choices: Choices, *, required: bool = True, hint: str = "") -> None:
        super().__init__(
            label=label,
            choices=list(choices),
            required=required,
            help_text=hint,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": f"请至少选一项{label}。", "invalid_choice": f"{label}请从列表里选。"},
        )


class Count(forms.IntegerField):
    """A whole number."""

    mask = ""
    computed = False

    def __init__(
        self,
        label: str,
        *,
        least: int = 0,
        most: int = 1_000_000,
        required: bool = True,
        hint: str = "",
        computed: bool = False,
    ) -> None:
        super().__init__(
            label=label,
            min_value=least,
            max_value=most,
            required=required,
            help_text=hint,
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            error_messages={
                "required": f"请填写{label}。",
                "invalid": f"{label}请填数字。",
                "min_value": f"{label}不能少于 {least}。",
                "max_value": f"{label}不能多于 {most}。",
            },
        )
        self.computed = computed

    def to_python(self, value: Any) -> Any:
        return super().to_python(half_width(str(value)).replace(",", "") if value not in (None, "") else value)


class Yes(forms.BooleanField):
    """A tick. Never required by itself: a check says why it must be set."""

    mask = ""
    computed = False

    def __init__(self, label: str, *, hint: str = "") -> None:
        super().__init__(label=label, required=False, help_text=hint)
