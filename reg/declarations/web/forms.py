"""The parts of a name as a form: of an enterprise, and of a branch. R102, R103, R105, R106, R108, R109."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.forms.forms import DeclarativeFieldsMetaclass
from django.http import QueryDict

from reg.catalog.codes import industries
from reg.catalog.places import districts
from reg.declarations.grounds import NEW, Ground
from reg.declarations.services import related_known
from reg.naming.branches import branch_endings, branch_parts, branch_read, middle_read
from reg.naming.choices import GROUPS, ORDERS, regions_of
from reg.naming.context import Parent
from reg.naming.forms import choices as form_choices
from reg.naming.industries import IndustryChoice, class_of, industries_like
from reg.naming.kinds import KIND_WORDS
from reg.naming.lexicon import CITY_WORDS, short_place
from reg.naming.parsing import parse, without_places
from reg.naming.parts import Order, Parts
from reg.naming.reservation import Wish
from reg.naming.text import canonical

KINDS = (
    "llc",
    "joint_stock",
    "limited_partnership",
    "general_partnership",
    "special_general_partnership",
    "sole_proprietorship",
)
PLACES = (
    ("district", "写区名"),
    ("both", "写上海和区名"),
    ("city", "写上海"),
    ("", "不写"),
)
UNCHANGED = "和现在的名称一样，没有变化。请至少改一处。"


class AbstractFormMeta(DeclarativeFieldsMetaclass, ABCMeta):
    """A form some of whose answers its kinds must give."""


class WishForm(forms.Form, metaclass=AbstractFormMeta):
    """What every way to a name asks: 登记机关, 主营行业, 登记前审批; and the wish that it makes of it."""

    use_required_attribute = False
    fields_template: ClassVar[str]
    changed_first: ClassVar[str]
    """The field at which a change that changes nothing is told."""

    district = forms.ChoiceField(label="在哪个区登记")
    small_class = forms.CharField(
        label="主营行业",
        max_length=60,
        required=False,
        help_text="不填就按行业表述对应。要换一个的，填做什么、行业名称或者四位代码，再从下面选",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    picked = forms.CharField(label="选定的行业小类", max_length=4, required=False)
    prior_approval = forms.BooleanField(label="经营项目要先批准、后登记（保留期 1\u00a0年）", required=False)

    def __init__(self, *args: Any, ground: Ground = NEW, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.ground = ground
        self.unchanged = False
        """Whether the new name of an enterprise is the one it has."""
        if ground.authority:
            del self.fields["district"]
        else:
            self.offer("district", [(one.code, one.name) for one in districts().values()])

    def offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        """The choices of one question."""
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def authority(self) -> str:
        """登记机关."""
        return self.ground.authority or str(self["district"].value() or next(iter(districts())))

    @property
    def district_word(self) -> str:
        """The district as a name says it, 浦东; empty where the city registers."""
        return short_place(districts()[self.authority].name) if self.authority in districts() else ""

    def clean_small_class(self) -> str:
        """Four digits: the one picked from the list, or that of a code, a class name or the words of industry."""
        picked, typed = self["picked"].value() or "", str(self.cleaned_data["small_class"]).strip()
        found = class_of(picked or typed or str(self["industry"].value() or "").strip())
        if not found and typed:
            several = "有几个行业对得上，请从下面选一个。" if industries_like(typed) else ""
            raise forms.ValidationError(several or "没有找到这样的行业，请换个说法，例如“软件开发”，或者填四位代码。")
        return found or self.ground.small_class

    def clean(self) -> dict[str, Any] | None:
        """A change changes something."""
        if self.ground.business == "change" and set(self.fields) <= set(self.cleaned_data):
            self.unchanged = canonical(self.parts.tidied().full) == canonical(self.ground.old_name)
        if self.unchanged:
            self.add_error(self.changed_first, UNCHANGED)
        return self.cleaned_data

    @property
    def choices_of_industry(self) -> tuple[IndustryChoice, ...]:
        """What fits the words in the box 主营行业."""
        return industries_like(str(self["small_class"].value() or ""))

    @property
    @abstractmethod
    def parts(self) -> Parts:
        """The name of a form whose fields are valid."""

    @abstractmethod
    def filled(self, parts: Parts) -> dict[str, str]:
        """What to fill in for another name."""

    outline_words: ClassVar[tuple[str, ...]]
    """What the pieces of the name are called."""

    @abstractmethod
    def outline(self) -> list[tuple[str, bool]]:
        """The name as far as it is there; True for a hole, which says what belongs there."""

    def said(self, name: str) -> str:
        """What stands in a field, whether or not the form is complete."""
        return str(self[name].value() or "").strip() if name in self.fields else ""

    @property
    def parent(self) -> Parent | None:
        """The name with which it begins, for a branch."""
        return None

    @property
    def entity_kind(self) -> str:
        """Of the enterprise."""
        return self.ground.kind

    @property
    def related(self) -> frozenset[str]:
        """统一社会信用代码 of enterprises with which an investment relation is claimed (名称规定17)."""
        said = self.data.getlist("related") if isinstance(self.data, QueryDict) else ()
        return frozenset(one["uscc"] for one in related_known(said))

    @property
    def wish(self) -> Wish:
        """What is to be reserved."""
        return Wish(
            self.parts,
            self.entity_kind,
            self.ground.business,
            uscc=self.ground.uscc,
            prior_approval=self.cleaned_data["prior_approval"],
            district=self.authority if self.authority in districts() else "",
            parent=self.parent,
            other_industry=bool(self.cleaned_data.get("other_industry")),
            related=self.related,
        )


class NameForm(WishForm):
    """行政区划, 字号, 行业, 组织形式, 登记机关, 主营行业."""

    fields_template = "declarations/_parts.html"
    changed_first = "trade"
    outline_words = ("行政区划", "字号", "行业", "组织形式")

    kind = forms.ChoiceField(label="企业类型", choices=[(kind, KIND_WORDS[kind]) for kind in KINDS])
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
    group = forms.ChoiceField(label="集团字样", choices=[("", "不写"), *GROUPS], required=False)
    form = forms.ChoiceField(label="组织形式", required=False)
    order = forms.ChoiceField(label="行政区划放哪里", choices=ORDERS, required=False)

    def __init__(self, *args: Any, ground: Ground = NEW, **kwargs: Any) -> None:
        super().__init__(*args, ground=ground, **kwargs)
        if ground.kind:
            del self.fields["kind"]
        if ground.business == "establish":
            del self.fields["group"]
        had = parse(ground.old_name).parts if ground.business == "change" else None
        named = regions_of(self.authority)
        kept = [had.region] if had and had.region.startswith(CITY_WORDS) else []
        without = [("", "不写行政区划")] if had and not had.region else []
        self.fields["region"].required = not without
        self.offer("region", [*((one, one) for one in dict.fromkeys((*named, *kept))), *without])
        forms_of_kind = form_choices(self.entity_kind)
        self.offer("form", [(one, one) for one in dict.fromkeys((*forms_of_kind, *([had.form] if had else [])))])

    @classmethod
    def first(cls, ground: Ground) -> dict[str, str]:
        """What stands in the form at first: the parts of the name it has, the region of this city (R105, R108)."""
        if not ground.old_name:
            return {"kind": "llc", "region": "上海"}
        had = parse(ground.old_name, ground.small_class).parts
        here = ground.business == "change"
        return {
            "region": had.region if here else "上海",
            "trade": had.trade if here else without_places(had.trade, least=2),
            "industry": had.industry,
            "group": had.group,
            "form": had.form,
            "order": had.order if had.order is not Order.NONE else Order.FRONT,
            "small_class": industries()[ground.small_class].name if ground.small_class in industries() else "",
        }

    @property
    def entity_kind(self) -> str:
        """As chosen, or the one it has."""
        return self.ground.kind or str(self["kind"].value() or "llc")

    def outline(self) -> list[tuple[str, bool]]:
        trade, industry = self.said("trade"), self.said("industry")
        form = self.said("form") or form_choices(self.entity_kind)[0]
        region = [(self.said("region"), False)] if self.said("region") else []
        return [*region, (trade or "字号", not trade), (industry or "行业", not industry), (form, False)]

    def clean_form(self) -> str:
        """The first form of the kind where none was chosen: the kind was changed a moment ago."""
        return str(self.cleaned_data["form"] or form_choices(self.entity_kind)[0])

    @property
    def parts(self) -> Parts:
        """The four parts."""
        said = self.cleaned_data
        return Parts(
            said["region"],
            said["trade"],
            said["industry"],
            said["form"],
            Order(said["order"] or Order.FRONT),
            said["small_class"],
            said.get("group", ""),
        )

    def filled(self, parts: Parts) -> dict[str, str]:
        """The parts of another name, for the same kind and district."""
        kept = [name for name in ("kind", "district") if name in self.fields]
        told = ("region", "trade", "industry", "form", "order")
        return {name: str(self.cleaned_data[name]) for name in kept} | {
            name: str(getattr(parts, name)) for name in told
        }


class BranchForm(WishForm):
    """What stands behind the parent's name: place, road or number, industry of its own, 分公司."""

    fields_template = "declarations/_branch.html"
    changed_first = "serial"
    outline_words = ("隶属企业", "所在地、路名或者序号", "结尾")

    head = forms.ChoiceField(label="跟着隶属企业的哪个名称", required=False)
    place = forms.ChoiceField(label="所在地", choices=PLACES, required=False)
    serial = forms.CharField(
        label="路名或者序号",
        max_length=20,
        required=False,
        help_text="同一个区有几家的，用它区分，例如 南京西路、第二；数字写汉字",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    other_industry = forms.BooleanField(label="分支机构另有行业，和隶属企业不一样", required=False)
    industry = forms.CharField(
        label="行业表述",
        max_length=40,
        required=False,
        help_text="和隶属企业一样的不用写",
        widget=forms.TextInput(attrs={"list": "terms", "autocomplete": "off"}),
    )
    form = forms.ChoiceField(label="结尾")

    def __init__(self, *args: Any, ground: Ground, **kwargs: Any) -> None:
        super().__init__(*args, ground=ground, **kwargs)
        if len(ground.parents) < 2:
            del self.fields["head"]
        else:
            self.offer("head", [(one.name, one.name) for one in ground.parents])
        if not self.district_word:
            self.offer("place", [one for one in PLACES if one[0] in {"city", ""}])
        self.offer("form", [(one, one) for one in branch_endings(ground.kind)])

    @classmethod
    def first(cls, ground: Ground) -> dict[str, str]:
        """What stands in the form at first: the place, and for a branch that has a name already the rest of it (R106, R109)."""
        if not ground.old_name:
            return {"place": "district"}
        had = branch_read(ground.old_name, ground.parents[-1].name, ground.kind)
        here = ground.business == "change"
        place, serial, industry = middle_read(had.industry if here else without_places(had.industry))
        return {
            "place": _kind_of_place(place) if here else "district",
            "serial": serial,
            "industry": industry,
            "other_industry": "on" if industry else "",
            "form": had.form,
        }

    def outline(self) -> list[tuple[str, bool]]:
        head = self.said("head") or self.ground.parents[0].name
        middle = f"{self._place_word(self.said('place'))}{self.said('serial')}{self.said('industry')}"
        form = self.said("form") or branch_endings(self.ground.kind)[0]
        return [(head, False), (middle or "所在地", not middle), (form, False)]

    def clean(self) -> dict[str, Any] | None:
        """An industry of its own is said."""
        if self.cleaned_data.get("other_industry") and not self.cleaned_data.get("industry"):
            self.add_error("industry", "另有行业的，请写明是什么行业，例如“餐饮”。")
        return super().clean()

    @property
    def parent(self) -> Parent:
        """As chosen, else the first."""
        chosen = self.cleaned_data.get("head")
        return next((one for one in self.ground.parents if one.name == chosen), self.ground.parents[0])

    def _place_word(self, how: str) -> str:
        word = self.district_word
        return {"district": word, "both": f"上海{word}", "city": "上海"}.get(how, "")

    @property
    def _place(self) -> str:
        return self._place_word(self.cleaned_data["place"])

    @property
    def parts(self) -> Parts:
        """The parent's name and what was said."""
        said = self.cleaned_data
        middle = f"{self._place}{said['serial']}{said['industry']}"
        own = said["small_class"] if said["other_industry"] else self.parent.small_class
        return branch_parts(self.parent.name, middle, said["form"], own)

    def filled(self, parts: Parts) -> dict[str, str]:
        """Another number for the same branch."""
        said = self.cleaned_data
        serial = parts.industry.removeprefix(self._place).removesuffix(said["industry"])
        kept = [name for name in ("district", "head", "place", "industry", "form") if name in said]
        own = {"other_industry": "on"} if said["other_industry"] else {}
        return {name: str(said[name]) for name in kept} | own | {"serial": serial}


def _kind_of_place(place: str) -> str:
    if not place:
        return ""
    inner = place.removeprefix("上海市").removeprefix("上海")
    return "city" if not inner else "district" if inner == place else "both"


def form_class(ground: Ground) -> type[NameForm] | type[BranchForm]:
    """Which form a ground needs."""
    return BranchForm if ground.is_branch else NameForm
