"""The rule data of watching: causes of what was not signed, thresholds of alarms; and how kinds of signers are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

DATA = Path(__file__).parent / "data"
SIGNERS: Mapping[str, str] = {"person": "个人", "entity": "企业", "abroad": "境外人士"}
ABROAD = ("40", "51", "52", "53", "54", "55", "56", "57", "58", "59", "61", "62")
"""证件类型 that only people from outside the mainland hold: passports, 港澳台 and permanent residence."""
EDGES = (3, 5, 8, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1800, 3600)
"""Seconds between the stretches by which durations of past hours are kept."""


@dataclass(frozen=True)
class CauseRule:
    """A cause and how the sentences of our records that mean it begin."""

    code: str
    title: str
    starts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Causes:
    """causes.yaml"""

    failed_check: Mapping[str, CauseRule]
    causes: tuple[CauseRule, ...]
    other: CauseRule

    @property
    def titles(self) -> Mapping[str, str]:
        """Every code in words."""
        return {one.code: one.title for one in (*self.failed_check.values(), *self.causes, self.other)}


@dataclass(frozen=True)
class RateRule:
    """成功率下降."""

    minutes: int
    at_least: int
    below: float
    again: float


@dataclass(frozen=True)
class StalledRule:
    """签不下来."""

    minutes: int
    patience: int
    at_least: int


@dataclass(frozen=True)
class SilentRule:
    """没有人签."""

    minutes: int
    weeks: int
    expected: int


@dataclass(frozen=True)
class StampsRule:
    """时间戳没有盖上."""

    minutes: int


@dataclass(frozen=True)
class Alarms:
    """alarms.yaml"""

    rate: RateRule
    stalled: StalledRule
    silent: SilentRule
    stamps: StampsRule


@cache
def causes() -> Causes:
    return TypeAdapter(Causes).validate_python(_read("causes.yaml"))


@cache
def alarms() -> Alarms:
    return TypeAdapter(Alarms).validate_python(_read("alarms.yaml"))


def _read(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text("utf-8"))


def median(stretches: Mapping[int, int]) -> float | None:
    """Median of durations kept by stretch of EDGES (0 is below the first), as if even within a stretch. Seconds."""
    total = sum(stretches.values())
    if not total:
        return None
    before = 0
    for number, count in sorted(stretches.items()):
        if before + count >= total / 2:
            low = EDGES[number - 1] if number > 0 else 0
            high = EDGES[number] if number < len(EDGES) else EDGES[-1]
            return round(low + (high - low) * (total / 2 - before) / count, 1)
        before += count
    raise AssertionError("half of a total is reached")
