"""发起签署: the one form of the head office."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from foundation.ui.forms import PlainForm
from sandbox.chain_office.launching import Wish
from sandbox.chain_office.models import BUSINESS_TITLES
from sandbox.world.models import Company, Person

MOST_DOCUMENTS = 120
MOST_CASES = 40
PEOPLE = ("signer", "principal", "second")
"""Fields where a person is chosen."""


def companies() -> list[tuple[str, str]]:
    """Head offices with branches first, then companies without."""
    rows = [one for one in Company.objects.all() if one.licence_is_good]
    branches = [str(one.story["parent"]) for one in rows if one.story.get("parent")]
    heads = [one for one in rows if not one.story.get("parent")]
    heads.sort(key=lambda one: (-branches.count(one.code), one.code))
    return [(one.code, _with_branches(one.current_name, branches.count(one.code))) for one in heads]


def _with_branches(name: str, count: int) -> str:
    return f"{name}（{count} 家分支机构）" if count else name


def people() -> list[tuple[str, str]]:
    return [(one.code, f"{one.name}（{one.code}）") for one in Person.objects.all()]


class LaunchForm(PlainForm):
    """Which business, whose papers, who signs, how many."""

    business = forms.ChoiceField(
        label="业务类型", choices=list(BUSINESS_TITLES.items()), widget=forms.RadioSelect, initial="chain"
    )
    company = forms.ChoiceField(
        label="总部", choices=companies, help_text="文书写它的分支机构；没有分支机构的，写它自己。"
    )
    signer = forms.ChoiceField(
        label="签署人", choices=lambda: [("", "请选择"), *people()], required=False, help_text="只要盖章的，不选。"
    )
    principal = forms.ChoiceField(
        label="授权签署：代谁签",
        choices=lambda: [("", "不代别人，本人签"), *people()],
        required=False,
        help_text="签署人得到他的授权，替他签。",
    )
    second = forms.ChoiceField(label="第二签署人", choices=lambda: [("", "没有"), *people()], required=False)
    seal = forms.BooleanField(label="总部也要盖章", required=False)
    documents = forms.IntegerField(
        label="一共几份文书", min_value=1, max_value=MOST_DOCUMENTS, initial=12, help_text="1 到 120 份。"
    )
    cases = forms.IntegerField(
        label="分成几件申请", min_value=1, max_value=MOST_CASES, initial=3, help_text="1 到 40 件，每件一个业务流水号。"
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        documents, cases = values.get("documents"), values.get("cases")
        if documents and cases and cases > documents:
            self.add_error("cases", ValidationError("每件申请至少要有一份文书，请减少申请或增加文书"))
        if values.get("second") and values.get("second") == values.get("signer"):
            self.add_error("second", ValidationError("第二签署人要是另一个人"))
        self._check_signer(values)
        return values

    def _check_signer(self, values: dict[str, Any]) -> None:
        if "signer" in self.errors:
            return
        signer, principal = values["signer"], values.get("principal")
        if not signer and (principal or values.get("second") or not values.get("seal")):
            self.add_error("signer", ValidationError("请选择签署人"))
        elif principal and principal == signer:
            self.add_error("principal", ValidationError("签署人就是他本人，不用授权。请选另一个人，或者不选"))

    def field_of(self, characters: Iterable[str]) -> str:
        """The field where the person was chosen whose name has these characters; call it on a valid form."""
        names = Person.objects.in_bulk([self.cleaned_data[one] for one in PEOPLE if self.cleaned_data[one]])
        chosen = ((one, names.get(self.cleaned_data[one])) for one in PEOPLE)
        return next((one for one, person in chosen if person and set(characters) & set(person.name)), PEOPLE[0])

    def wish(self) -> Wish:
        """What was asked for; call it on a valid form."""
        values = self.cleaned_data
        codes = [code for code in (values["signer"], values["second"]) if code]
        known = Person.objects.in_bulk([*codes, values["principal"]])
        return Wish(
            business=values["business"],
            company=Company.objects.get(pk=values["company"]),
            signers=tuple(known[code] for code in codes),
            seal=values["seal"],
            documents=values["documents"],
            cases=values["cases"],
            principal=known.get(values["principal"]),
        )
