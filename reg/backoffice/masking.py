"""A case as the auditor sees it: what happened, with every name, number and address of a person masked in every text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from foundation.logs import mask_text
from foundation.ui.masks import MASKS, mask_email, mask_id, mask_mobile, mask_name, mask_residence
from reg.casefile.models import Case
from reg.casefile.view import CaseView
from reg.items.kit import DiffLine
from reg.materials.models import Slot

FIELDS = {
    "name": mask_name,
    "id_number": mask_id,
    "mobile": mask_mobile,
    "email": mask_email,
    "residence": mask_residence,
}
OF_A_PERSON = frozenset({"id_number", "mobile", "email", "residence"})
"""A record with one of these beside a name is about a person."""


class CaseMask:
    """Replaces what identifies persons of one case, wherever a text of this case repeats it."""

    def __init__(self, personal: Mapping[str, str]) -> None:
        self._personal = dict(personal)
        longest = sorted(self._personal, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest))) if longest else None

    @classmethod
    def of(cls, case: Case, view: CaseView) -> CaseMask:
        """Knows everybody whom the register and the answers of this case name, who opened it, takes part in it or signs."""
        personal = dict(_personal([dict(view.before), dict(view.answers)]))
        named = [case.opener_name, *case.parties.values_list("name", flat=True)]
        slots = Slot.objects.filter(paper__case=case).exclude(signer_index=case.entity.uscc)
        named += [slot.signer_name for slot in slots]
        personal |= {name: mask_name(name) for name in named if name}
        personal.pop(case.entity.name, None)
        return cls(personal)

    def text(self, value: object) -> str:
        """`value` without whole names, numbers or addresses of persons."""
        found = str(value or "")
        if self._pattern:
            found = self._pattern.sub(lambda match: self._personal[match[0]], found)
        return mask_text(found)

    def diff(self, line: DiffLine) -> dict[str, Any]:
        """A line of a difference as its table shows it."""
        mask = MASKS.get(line.mask, str)
        return {
            "label": self.text(line.label),
            "before": self.text(mask(line.before)) if line.before else "",
            "after": self.text(mask(line.after)) if line.after else "",
            "same": line.kind == "same",
            "child": line.level > 0,
        }


def _personal(values: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for value in values:
        if isinstance(value, Mapping):
            if OF_A_PERSON & value.keys() and value.get("natural") is not False:
                yield from (
                    (str(value[field]), mask(value[field])) for field, mask in FIELDS.items() if value.get(field)
                )
            yield from _personal(value.values())
        elif isinstance(value, list | tuple):
            yield from _personal(value)
