"""The people and companies of data/stories by their codes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from foundation.config import ROOT

STORIES = ROOT / "data/stories"


@dataclass(frozen=True)
class Person:
    code: str
    name: str
    id_type: str
    id_number: str
    mobile: str


@dataclass(frozen=True)
class Company:
    code: str
    name: str
    uscc: str
    authority: str


@cache
def _stories(kind: str) -> dict[str, dict[str, Any]]:
    told = yaml.safe_load((STORIES / f"{kind}.yaml").read_text("utf-8"))
    rows = told[kind] if isinstance(told, dict) else told
    return {row["id"]: row for row in rows}


def person(code: str) -> Person:
    """P05"""
    row = _stories("persons")[code]
    return Person(code, row["name"], row["id_type"], row["id_no"], row["mobile"])


def company(code: str) -> Company:
    """C02"""
    row = _stories("companies")[code]
    return Company(code, row["name"], row["uscc"], row["district"])
