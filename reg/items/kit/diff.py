"""Before and after of an item, line by line: the overview, the application form, the examiner's side-by-side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["same", "changed", "added", "removed"]


@dataclass(frozen=True)
class DiffLine:
    """One line. Texts are whole; pages mask by `mask`."""

    label: str
    before: str
    after: str
    mask: str = ""
    """id, mobile, email, residence or nothing: how the texts are masked on pages."""
    item: str = ""
    field: str = ""
    row: str = ""
    level: int = 0
    """1 for a detail below its row."""

    @property
    def kind(self) -> Kind:
        if self.before == self.after:
            return "same"
        if not self.before:
            return "added"
        return "removed" if not self.after else "changed"


@dataclass(frozen=True)
class Shown:
    """How one field is shown in a difference."""

    field: str
    label: str
    mask: str = ""
    text: Callable[[Any], str] = str


def diff_fields(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    fields: Sequence[Shown],
    *,
    item: str = "",
    row: str = "",
    level: int = 0,
) -> list[DiffLine]:
    """A line for each of `fields` that has a value on either side."""
    lines = []
    for shown in fields:
        was, now = (
            shown.text(side[shown.field]) if side.get(shown.field) not in (None, "") else "" for side in (before, after)
        )
        if was or now:
            lines.append(DiffLine(shown.label, was, now, shown.mask, item, shown.field, row, level))
    return lines
