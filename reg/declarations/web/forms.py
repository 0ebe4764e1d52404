"""The parts of a name as a form. R102."""

from __future__ import annotations

from typing import Any

from django import forms

from reg.catalog.codes import industries
from reg.catalog.places import districts
from reg.naming.context import NameContext
from reg.naming.forms import choices as form_choices
from reg.naming.kinds import KIND_WORDS
from reg.naming.lexicon import industry_words, short_place
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
        label="主营行业小类",
        max_length=60,
        required=False,
        help_text="不填就按行业表述对应；可以填四位代码或者行业名称",
        widget=forms.TextInput(attrs={"list": "classes", "autocomplete": "off"}),
    )
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
        """Four digits, from a code, a name, or the words of industry."""
        typed = str(self.cleaned_data["small_class"]).strip()
        found = class_of(typed or str(self.cleaned_data.get("industry", "")))
        if typed and not found:
            raise forms.ValidationError("没有这个行业小类，请从列表里选，或者填四位代码。")
        return found

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


def class_of(text: str) -> str:
    """The small class of a code, a class name or a word of industry; empty where none is known."""
    code = text[:4]
    if code in industries() and industries()[code].level == "4":
        return code
    named = next((one.code for one in industries().values() if one.level == "4" and one.name == text), "")
    if named:
        return named
    known = industry_words().get(text)
    return known.small_class if known else ""
