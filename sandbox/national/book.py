"""The companies of other provinces that the system knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

COMPANIES = Path(__file__).with_name("data") / "companies.yaml"


@dataclass(frozen=True)
class Abroad:
    """A company or branch that another province registered."""

    uscc: str
    name: str
    entity_type: str
    industry: str
    status: str
    district: str
    established: str
    parent: str
    note: str


@cache
def companies() -> Mapping[str, Abroad]:
    """All of them by code, in the order of the file."""
    rows = yaml.safe_load(COMPANIES.read_text(encoding="utf-8"))["companies"]
    fields = ("uscc", "name", "entity_type", "industry", "status", "district", "established", "parent", "note")
    return {row["uscc"]: Abroad(**{field: str(row.get(field) or "") for field in fields}) for row in rows}


def neighbour(uscc: str) -> str:
    """Another code, always the same one for the same code."""
    codes = list(companies())
    return codes[(codes.index(uscc) + 1) % len(codes)] if uscc in codes else codes[0]
