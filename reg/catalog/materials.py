"""材料清单: the lines of the list of materials of one edition. R035-R042 and the rows of later issues.

A line says what it is, when it is asked for, who signs it and why. Which lines a case gets is decided by its facts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from reg.catalog.expressions import Facts, evaluate
from reg.catalog.laws import law_line
from reg.catalog.source import read_yaml

EVERY_CASE: Final = "*"
"""The change item of lines that belong to the business itself."""


@dataclass(frozen=True)
class Signer:
    """Who signs or seals a material, and on which condition."""

    role: str
    act: Literal["sign", "seal", "sign_or_seal"]
    when: str
    note: str


@dataclass(frozen=True)
class Material:
    """One line of the list."""

    code: str
    name: str
    entity: str
    """Kind of entity; `*` for a common line."""
    business: str
    change_item: str
    doc: str
    """Lines of one case with the same doc and the same parties are one document."""
    form: str
    alt_form: str
    provide: Literal["generated", "upload", "generated_or_upload", "fetched", "offline"]
    required: Literal["always", "conditional", "optional"]
    when: str
    exempt_when: str
    """When it holds the line is shown as 免交. Empty: never."""
    part_of: str
    """`application`: shown and archived with the application."""
    kind: str
    """`report`: not archived as a material."""
    status: str
    """Empty: in use; `offline`: the list is for information, the business goes to the counter."""
    may_be_omitted: bool
    """登记确认制下可能免交，待登记机关核定."""
    signers: tuple[Signer, ...]
    bases: tuple[str, ...]
    note: str
    confidence: str

    def applies(self, facts: Facts) -> bool:
        """Whether the line is asked for in this case."""
        return evaluate(self.when, facts)

    def is_exempt(self, facts: Facts) -> bool:
        """Whether it is asked for but need not be handed in (免交)."""
        return bool(self.exempt_when) and evaluate(self.exempt_when, facts)

    def signers_for(self, facts: Facts) -> tuple[Signer, ...]:
        """The signers whose condition holds."""
        return tuple(signer for signer in self.signers if evaluate(signer.when, facts))

    @property
    def law_line(self) -> str:
        """The laws that ask for it, on one line; empty if only the requirement does."""
        return law_line(self.bases)


def materials_of(
    folder: Path, kind: str, business: str, change_items: Iterable[str] | None = None
) -> tuple[Material, ...]:
    """Lines for a kind and a business, those of the business first. `change_items=None`: every item."""
    items = None if change_items is None else {EVERY_CASE, *change_items}
    own = [
        line
        for line in _lines_of_kind(folder, kind)
        if line.business == business and (items is None or line.change_item in items)
    ]
    common = [
        line
        for line, kinds, businesses in _common_lines(folder)
        if kinds & {EVERY_CASE, kind} and businesses & {EVERY_CASE, business}
    ]
    first = [line for line in own if line.change_item == EVERY_CASE]
    rest = [line for line in own if line.change_item != EVERY_CASE]
    return (*first, *common, *rest)


def material_of(folder: Path, code: str) -> Material | None:
    """The line with this code, whatever the kind and the business."""
    kind = code.split(".")[0]
    lines = [line for line, _, _ in _common_lines(folder)] if kind == "common" else _lines_of_kind(folder, kind)
    return next((line for line in lines if line.code == code), None)


def vocabulary(folder: Path) -> Mapping[str, Any]:
    """The facts, roles and other words that the lines of this edition may use."""
    data: Mapping[str, Any] = read_yaml(folder / "vocabulary.yaml")
    return MappingProxyType(dict(data))


def known_facts(folder: Path) -> Mapping[str, str]:
    """Fact name to its meaning."""
    groups: Mapping[str, Mapping[str, str]] = vocabulary(folder)["facts"]
    return MappingProxyType({name: meaning for group in groups.values() for name, meaning in group.items()})


@cache
def _lines_of_kind(folder: Path, kind: str) -> tuple[Material, ...]:
    path = folder / f"{kind}.yaml"
    return tuple(_material(row) for row in read_yaml(path)["materials"] if row.get("status") != "retired")


@cache
def _common_lines(folder: Path) -> tuple[tuple[Material, frozenset[str], frozenset[str]], ...]:
    rows = read_yaml(folder / "common.yaml")["materials"]
    return tuple(
        (_material(row), frozenset(row["applies"]), frozenset(row["businesses"]))
        for row in rows
        if row.get("status") != "retired"
    )


def _material(row: Mapping[str, Any]) -> Material:
    return Material(
        code=row["id"],
        name=row["name"],
        entity=row.get("entity", EVERY_CASE),
        business=row.get("business", EVERY_CASE),
        change_item=row.get("change_item", EVERY_CASE),
        doc=row["doc"],
        form=row.get("form", ""),
        alt_form=row.get("alt_form", ""),
        provide=row["provide"],
        required=row["required"],
        when=row["when"],
        exempt_when=row.get("exempt_when", ""),
        part_of=row.get("part_of", ""),
        kind=row.get("kind", ""),
        status=row.get("status", ""),
        may_be_omitted="confirmation_mode" in row,
        signers=tuple(
            Signer(role=s["role"], act=s["act"], when=s.get("when", "always"), note=s.get("note", ""))
            for s in row["signers"]
        ),
        bases=tuple(row["basis"]),
        note=row.get("note", ""),
        confidence=row["confidence"],
    )
