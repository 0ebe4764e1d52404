"""Figures as they come, and once more as a table at the end."""

from __future__ import annotations

import os
import statistics

_ROWS: list[tuple[str, str, str]] = []


def tell(what: str, value: str, budget: str = "") -> None:
    _ROWS.append((what, value, budget))
    print(f"{what}: {value}", flush=True)


def load(what: str) -> None:
    """How busy the machine was when a part began: other people's work counts too."""
    print(f"load before {what}: {os.getloadavg()[0]:.1f}", flush=True)


def percentiles(times: list[float]) -> tuple[float, float]:
    """p50 and p95."""
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def table() -> None:
    """Everything told, as Markdown."""
    print("\n| what | measured | budget |\n|---|---|---|")
    for row in _ROWS:
        print("| " + " | ".join(row) + " |")
