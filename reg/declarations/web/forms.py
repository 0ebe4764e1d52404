"""The parts of a name as a form. R102."""

from __future__ import annotations

from typing import Any

from django import forms

from reg.catalog.places import districts
from reg.naming.context import NameContext
from reg.naming.forms import choices as form_choices
from reg.naming.industries import IndustryChoice, class_of, industries_like
from reg.naming.kinds import KIND_WORDS
from reg.naming.lexicon import short_place
from reg.naming.parts import Order, Parts

KINDS = (
    "llc",
    "joint_stock",
    "limited_partnership",
    "general_partnership",
    "special_general_partnership",
    "sole_proprietorship",
)
ORDERS = (
    (Order.FRONT.value, "放最前面"),
    (Order.MIDDLE.value, "放在字号后面，加括号"),
    (Order.BEFORE_FORM.value, "放在组织形式前面，加括号"),
)


class NameForm(forms.Form):
    """行政区划, 字号, 行业, 组织形式, 登记机关, 主营行业."""

    use_required_attribute = False

    kind = forms.ChoiceField(label="企业类型", choices=[(kind, KIND_WORDS[kind]) for kind in KINDS])
    district = forms.ChoiceField(label="在哪个区登记")
    region = forms.ChoiceField(label="行政区划")
    trade = forms.CharField(
        label="字号",
        max_length=40,
        help_text="2 个字以上，用规范汉字",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请填写字号，例如“星岚”。"},
    )
    industry = forms.CharField(
        label="行业表述",
        max_length=40,
        required=False,
        help_text="例如 科技、餐饮管理、供应链管理",
        widget=forms.TextInput(attrs={"list": "terms", "autocomplete": "off"}),
    )
    small_class = forms.CharField(
        label="主营行业",
        max_length=60,
        required=False,
        help_text="不填就按行业表述对应。要换一个的，填做什么、行业名称或者四位代码，再从下面选",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    picked = forms.CharField(label="选定的行业小类", max_length=4, required=False)
    form = forms.ChoiceField(label="组织形式", required=False)
    order = forms.ChoiceField(label="行政区划放哪里", choices=ORDERS, required=False)
    prior_approval = forms.BooleanField(label="经营项目要先批准、后登记（保留期 1 年）", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        kind = self["kind"].value() or "llc"
        district = self["district"].value() or next(iter(districts()))
        self.fields["district"].choices = [(one.code, one.name) for one in districts().values()]  # type: ignore[attr-defined]  # a ChoiceField
        place = short_place(districts()[district].name) if district in districts() else ""
        named = ["上海", "上海市", *([f"上海{place}"] if place else [])]
        self.fields["region"].choices = [(one, one) for one in named]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["form"].choices = [(one, one) for one in form_choices(kind)]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_form(self) -> str:
        """The first form of the kind where none was chosen: the kind was changed a moment ago."""
        return str(self.cleaned_data["form"] or form_choices(str(self["kind"].value() or "llc"))[0])

    def clean_small_class(self) -> str:
        """Four digits: the one picked from the list, or that of a code, a class name or the words of industry."""
        picked, typed = self["picked"].value() or "", str(self.cleaned_data["small_class"]).strip()
        found = class_of(picked or typed or str(self.cleaned_data.get("industry", "")))
        if not found and typed:
            several = "有几个行业对得上，请从下面选一个。" if industries_like(typed) else ""
            raise forms.ValidationError(several or "没有找到这样的行业，请换个说法，例如“软件开发”，或者填四位代码。")
        return found

    @property
    def choices_of_industry(self) -> tuple[IndustryChoice, ...]:
        """What fits the words in the box 主营行业."""
        return industries_like(str(self["small_class"].value() or ""))

    @property
    def parts(self) -> Parts:
        """The name of a valid form."""
        said = self.cleaned_data
        return Parts(
            said["region"],
            said["trade"],
            said["industry"],
            said["form"],
            Order(said["order"] or Order.FRONT),
            said["small_class"],
        )

    @property
    def context(self) -> NameContext:
        """What is known beside it."""
        said = self.cleaned_data
        return NameContext(said["kind"], district=said["district"], prior_approval=said["prior_approval"])
