"""文书: the sections, fields and signature slots of the paper forms of one edition."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from reg.catalog.source import CatalogueError, read_yaml


@dataclass(frozen=True)
class FormField:
    """One field of a paper form."""

    key: str
    label: str
    type: str
    optional: bool
    sensitive: bool
    """Stands on the separate page of personal data (2026 版)."""
    options: tuple[str, ...]


@dataclass(frozen=True)
class FormSection:
    """A titled group of fields."""

    key: str
    title: str
    when: str
    repeat: bool
    sensitive_page: bool
    fields: tuple[FormField, ...]


@dataclass(frozen=True)
class FormSlot:
    """A place to sign or to seal; who really signs is said by the material's signers."""

    key: str
    role: str
    act: str
    place: str
    when: str
    multiple: bool
    note: str


@dataclass(frozen=True)
class PaperForm:
    """One kind of document of the 文书规范."""

    code: str
    name: str
    sections: tuple[FormSection, ...]
    slots: tuple[FormSlot, ...]
    attach_to: str
    note: str

    def section(self, key: str) -> FormSection:
        """The section with this key."""
        for section in self.sections:
            if section.key == key:
                return section
        raise CatalogueError(f"{self.code} 没有分节 {key}")


def form_codes(folder: Path) -> tuple[str, ...]:
    """Codes of all forms of the edition."""
    return tuple(sorted(path.stem for path in folder.glob("F_*.yaml")))


@cache
def form_of(folder: Path, code: str) -> PaperForm:
    """The form F_COMPANY_APP, F_CONTACT …"""
    path = folder / f"{code}.yaml"
    if not path.is_file():
        raise CatalogueError(f"没有这种文书：{code}")
    data: Mapping[str, Any] = read_yaml(path)
    return PaperForm(
        code=data["id"],
        name=data["name"],
        sections=tuple(_section(s) for s in data["sections"]),
        slots=tuple(_slot(s) for s in data["slots"]),
        attach_to=data.get("attach_to", ""),
        note=data.get("note", ""),
    )


def _section(data: Mapping[str, Any]) -> FormSection:
    return FormSection(
        key=data["key"],
        title=data["title"],
        when=data.get("when", "always"),
        repeat=bool(data.get("repeat")),
        sensitive_page=data.get("page") == "sensitive",
        fields=tuple(
            FormField(
                key=f["key"],
                label=f["label"],
                type=f.get("type", "line"),
                optional=bool(f.get("optional")),
                sensitive=bool(f.get("sensitive")),
                options=tuple(f.get("options", ())),
            )
            for f in data["fields"]
        ),
    )


def _slot(data: Mapping[str, Any]) -> FormSlot:
    return FormSlot(
        key=data["key"],
        role=data["role"],
        act=data["act"],
        place=data["place"],
        when=data.get("when", "always"),
        multiple=bool(data.get("multiple")),
        note=data.get("note", ""),
    )
