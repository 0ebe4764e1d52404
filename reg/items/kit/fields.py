"""Field types of the rooms. Each standardises what people type (数据标准化处理) and refuses with a sentence that teaches."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from stdnum.cn import uscc

from foundation.ui.dates import LONG_TERM, LONG_TERM_WORD
from foundation.ui.forms import DateField, MaskedCharField
from foundation.ui.masks import mask_id, mask_mobile

Choices = Iterable[tuple[str, str]]
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def squeeze(text: str) -> str:
    """One line without control or invisible characters, runs of blanks made one."""
    return " ".join(_CONTROL.sub(" ", text).split())


def half_width(text: str) -> str:
    """Full-width letters, digits and signs made half-width (NFKC), squeezed."""
    return squeeze(unicodedata.normalize("NFKC", text))


class Text(forms.CharField):
    """A line of text, or of `rows` lines. `standard` standardises it."""

    def __init__(
        self,
        label: str,
        *,
        required: bool = True,
        hint: str = "",
        max_length: int = 100,
        standard: Callable[[str], str] = squeeze,
        missing: str = "",
        rows: int = 1,
        **attrs: str,
    ) -> None:
        super().__init__(
            label=label,
            required=required,
            help_text=hint,
            max_length=max_length,
            widget=forms.Textarea(attrs={"rows": str(rows), **attrs}) if rows > 1 else forms.TextInput(attrs=attrs),
            error_messages=_text_sentences(label, max_length, missing),
        )
        self.standard = standard

    def to_python(self, value: Any) -> str:
        return self.standard(str(value)) if value not in (None, "") else ""


class Number(MaskedCharField):
    """A number of a person or document: whole while it is typed, masked once it is saved."""

    def __init__(
        self,
        label: str,
        *,
        required: bool = True,
        hint: str = "",
        max_length: int = 40,
        standard: Callable[[str], str] = half_width,
        mask: Callable[[object], str] = mask_id,
        **attrs: str,
    ) -> None:
        super().__init__(
            label=label,
            required=required,
            help_text=hint,
            max_length=max_length,
            mask=mask,
            widget=forms.TextInput(attrs={"autocomplete": "off", "class": "num", **attrs}),
            error_messages=_text_sentences(label, max_length, ""),
        )
        self.standard = standard

    def to_python(self, value: Any) -> str:
        return self.standard(str(value)) if value not in (None, "") else ""


def _text_sentences(label: str, max_length: int, missing: str) -> dict[str, str]:
    return {"required": missing or f"请填写{label}。", "max_length": f"{label}太长了，最多 {max_length} 个字。"}


class PersonName(Text):
    """姓名. Rare characters are welcome; digits and signs are not."""

    def __init__(self, label: str = "姓名", *, required: bool = True, hint: str = "") -> None:
        super().__init__(label, required=required, hint=hint, max_length=60, autocomplete="off")

    def clean(self, value: Any) -> str:
        name = str(super().clean(value)).replace("•", "·")
        if name and not all(_name_character(character) for character in name):
            raise ValidationError("姓名里有不能用的字符。请照身份证件上的写法填写，不要带称呼、数字和符号。")
        return name


def _name_character(character: str) -> bool:
    if character in "·-. '":
        return True
    category = unicodedata.category(character)
    return category[0] == "L" or category in {"Co", "Cn"}  # private use and newer blocks: rare Chinese characters


class Mobile(Number):
    """移动电话 of the mainland: eleven digits; blanks, hyphens and +86 are dropped."""

    def __init__(self, label: str = "手机号码", *, hint: str = "", required: bool = True) -> None:
        super().__init__(
            label, hint=hint, required=required, max_length=30, mask=mask_mobile, inputmode="tel", type="tel"
        )

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value))
        if not typed:
            return ""
        digits = re.sub(r"^(\+|00)86", "", re.sub(r"[\s\-()]", "", typed))
        if not re.fullmatch(r"1[3-9]\d{9}", digits):
            raise ValidationError("手机号码应是 1 开头的 11 位数字，请核对。")
        return digits


class Email(Text):
    """电子邮箱."""

    def __init__(self, label: str = "电子邮箱", *, required: bool = False, hint: str = "") -> None:
        super().__init__(
            label,
            required=required,
            hint=hint,
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


class Uscc(Text):
    """统一社会信用代码 with its check digit (GB 32100)."""

    def __init__(self, label: str = "统一社会信用代码", *, required: bool = True, hint: str = "") -> None:
        super().__init__(label, required=required, hint=hint, max_length=30, standard=_uscc_text, autocomplete="off")

    def clean(self, value: Any) -> str:
        number = str(super().clean(value))
        if number and not uscc.is_valid(number):
            raise ValidationError(f"{self.label}不对：应是 18 位，请对照营业执照再填一次。")
        return number


def _uscc_text(text: str) -> str:
    return re.sub(r"[\s\-]", "", half_width(text)).upper()


class Day(DateField):
    """A day in three boxes; `long` allows 长期. Cleans to a date or to LONG_TERM."""

    def __init__(
        self,
        label: str,
        *,
        required: bool = True,
        hint: str = "",
        long: bool = False,
        earliest: Callable[[], date] | None = None,
        latest: Callable[[], date] | None = None,
    ) -> None:
        super().__init__(
            label=label,
            required=required,
            help_text=hint,
            long_term=long,
            earliest=earliest,
            latest=latest,
            error_messages={"required": f"请填写{label}。"},
        )

    def to_python(self, value: Any) -> date | str | None:
        return super().to_python(_ours(value))

    def prepare_value(self, value: Any) -> Any:
        return _ours(value)


def _ours(value: Any) -> Any:
    """长期 as older registers wrote it."""
    return LONG_TERM if value == LONG_TERM_WORD else value


class Choice(forms.ChoiceField):
    """One of a code list. `choices` may be a function: code lists change with the edition."""

    def __init__(
        self,
        label: str,
        choices: Choices | Callable[[], Choices],
        *,
        required: bool = True,
        hint: str = "",
        radio: bool = False,
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


class Several(forms.MultipleChoiceField):
    """Several of a code list."""

    def __init__(self, label: str, choices: Choices, *, required: bool = True, hint: str = "") -> None:
        super().__init__(
            label=label,
            choices=list(choices),
            required=required,
            help_text=hint,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": f"请至少选一项{label}。", "invalid_choice": f"{label}请从列表里选。"},
        )


class YesNo(Choice):
    """A question whose answer is stored as true or false; both have their words."""

    def __init__(self, label: str, *, yes: str, no: str, hint: str = "") -> None:
        super().__init__(label, [("True", yes), ("False", no)], hint=hint, radio=True)

    def clean(self, value: Any) -> Any:
        chosen = super().clean(value)
        return chosen == "True" if chosen else ""


class Count(forms.IntegerField):
    """A whole number."""

    def __init__(
        self,
        label: str,
        *,
        least: int = 0,
        most: int = 1_000_000,
        required: bool = True,
        hint: str = "",
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

    def to_python(self, value: Any) -> Any:
        return super().to_python(half_width(str(value)).replace(",", "") if value not in (None, "") else value)


class Yes(forms.BooleanField):
    """A tick. Never required by itself: a check says why it must be set."""

    def __init__(self, label: str, *, hint: str = "") -> None:
        super().__init__(label=label, required=False, help_text=hint)
