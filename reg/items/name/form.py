"""What is asked about a new 名称 (R004: 行政区划、字号、行业特征、组织形式; R005: 名称保留号)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from foundation.ui.parts import Section
from reg.items.kit.fields import Choice, Text, Uscc, half_width, squeeze
from reg.items.kit.form import ItemForm
from reg.items.kit.names import PREDECLARED, TOGETHER
from reg.naming.choices import GROUPS, ORDERS, common_terms, regions_of
from reg.naming.forms import choices as form_choices
from reg.naming.industries import class_of
from reg.naming.text import tidy

SOURCES = (
    (TOGETHER, "现在申报，和变更一起办"),
    (PREDECLARED, "用已经保留的名称"),
)
NO_REGION = ("", "不写行政区划（要符合条件）")
DECLARED = ("region", "order", "trade", "industry", "small_class", "group", "form", "related")
NUMBER = re.compile(r"^[A-Z]{2}\d{18}$")


def standard_part(text: str) -> str:
    """数据标准化: without blanks and invisible characters, brackets full-width. Letters and traditional characters stay: they
    are told (N001, N002), and the page offers the standard writing."""
    return tidy(re.sub(r"\s+", "", squeeze(unicodedata.normalize("NFC", text))))


def standard_number(text: str) -> str:
    """mb 2026… typed in any width, with blanks or hyphens."""
    return re.sub(r"[\s\-]", "", half_width(text)).upper()


class NameForm(ItemForm):
    """新名称."""

    sections: ClassVar = (
        Section("名称从哪里来", ("source",)),
        Section("新名称", ("region", "trade", "industry", "form", "small_class")),
        Section("用到才填", ("order", "group", "related")),
        Section("已经保留的名称", ("number",)),
    )
    follows: ClassVar = frozenset({"full", "district", "kind", "reserved"})

    source = Choice("怎么定名称", SOURCES, radio=True)
    region = forms.ChoiceField(
        label="行政区划", required=False, error_messages={"invalid_choice": "行政区划请从列表里选一个。"}
    )
    order = Choice("行政区划放哪里", ORDERS, required=False, empty="放最前面")
    trade = Text("字号", max_length=40, standard=standard_part, hint="2 个字以上，用规范汉字", autocomplete="off")
    industry = Text(
        "行业表述",
        required=False,
        max_length=40,
        standard=standard_part,
        hint="例如 科技、餐饮管理、供应链管理",
        autocomplete="off",
        list="name-terms",
    )
    small_class = Text(
        "主营行业小类",
        required=False,
        max_length=60,
        standard=half_width,
        hint="不填就按行业表述对应。要换一个的，填做什么、行业名称或者四位代码，再从下面选",
        autocomplete="off",
    )
    group = Choice("集团字样", GROUPS, required=False, empty="不写")
    form = forms.ChoiceField(
        label="组织形式",
        error_messages={"required": "请选择组织形式。", "invalid_choice": "组织形式请从列表里选一个。"},
    )
    related = Uscc(
        "有投资关系的企业", required=False, hint="和它用同一个字号的才填：它的统一社会信用代码；要上传投资关系证明"
    )
    number = Text(
        "名称保留号",
        max_length=40,
        standard=standard_number,
        hint="保留名称时的短信和回执上有，MB 开头",
        autocomplete="off",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Mapping[str, Any] = self.initial or self.data
        kind, district = str(known.get("kind") or "llc"), str(known.get("district") or "")
        regions = dict.fromkeys(
            (*regions_of(district), *((str(known["was_region"]),) if known.get("was_region") else ()))
        )
        self.fields["region"].choices = [*((one, one) for one in regions), NO_REGION]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["form"].choices = [(one, one) for one in form_choices(kind)]  # type: ignore[attr-defined]  # a ChoiceField
        self.terms = common_terms()

    @property
    def takes_up(self) -> bool:
        """Whether a name that is held already is taken up."""
        return str(self["source"].value() or "") == PREDECLARED

    def clean_small_class(self) -> str:
        """Four digits, from a code, a name, or the words of industry."""
        typed = str(self.cleaned_data["small_class"]).strip()
        found = class_of(typed or str(self.cleaned_data.get("industry", "")))
        if typed and not found:
            raise forms.ValidationError("没有找到这样的行业，请从下面查到的里选，或者填四位代码。")
        return found

    def clean_number(self) -> str:
        """The writing of a number, before anybody looks whose it is."""
        number = str(self.cleaned_data["number"])
        if number and not NUMBER.match(number):
            raise forms.ValidationError("名称保留号的写法不对：MB 后面 18 位数字，请对照短信或者回执再填一次。")
        return number

    def clean(self) -> dict[str, Any]:
        values = dict(super().clean() or {})
        for name in DECLARED if self.takes_up else ("number",):
            self.errors.pop(name, None)
        return values
