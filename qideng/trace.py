"""`make trace`: which tests show which part of which requirement row.

Rows and their parts stand in data/rows.yaml, tests are marked `@pytest.mark.row("R020", part="手机实名一致")`. A row is
full when every part is shown by at least one test, partial when some are, none when no test names it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from foundation.config import ROOT

Suite = tuple[str, str, tuple[str, ...]]
SUITES: tuple[Suite, ...] = (
    ("reg", "reg.settings", ("signing_client", "foundation", "reg", "qideng", "tests")),
    ("signing", "signing.settings", ("signing",)),
    ("sandbox", "sandbox.settings", ("sandbox",)),
)
"""The three pytest runs: name, settings, paths."""


@dataclass(frozen=True)
class Claim:
    """One test's word that it shows one part of a row."""

    test: str
    row: str
    part: str
    skipped: bool


def read_rows(path: Path) -> dict[str, list[str]]:
    """Row id → its parts, in the order of the file."""
    return {row: list(entry.get("parts") or []) for row, entry in yaml.safe_load(path.read_text()).items()}


def problems(rows: Mapping[str, Sequence[str]], claims: Sequence[Claim]) -> list[str]:
    """What makes the trace untrue: unknown rows, unknown parts, claims of tests that do not run."""
    found = []
    for claim in claims:
        if claim.row not in rows:
            found.append(f"{claim.test}: row {claim.row} is not in data/rows.yaml")
        elif claim.part not in rows[claim.row]:
            found.append(f"{claim.test}: {claim.row} has no part 「{claim.part}」")
        if claim.skipped:
            found.append(f"{claim.test}: is skipped but claims {claim.row}")
    return found


def verdict(parts: Sequence[str], shown: set[str]) -> str:
    """full, partial or none. A row without parts cannot be full: nothing says what it would take."""
    if parts and shown.issuperset(parts):
        return "full"
    return "partial" if shown else "none"


def report(rows: Mapping[str, Sequence[str]], claims: Sequence[Claim]) -> list[str]:
    """A line per row, and the count of full ones."""
    lines, full = [], 0
    for row, parts in rows.items():
        mine = [claim for claim in claims if claim.row == row]
        word = verdict(parts, {claim.part for claim in mine})
        full += word == "full"
        lines.append(f"{row}  {len({claim.test for claim in mine})}  {word}")
    return [*lines, f"{full}/{len(rows)} rows shown"]


def collect(root: Path, suites: Sequence[Suite]) -> list[Claim]:
    """Ask pytest, without running anything, what every suite claims. RuntimeError when a suite cannot be collected."""
    claims: list[Claim] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, settings, paths in suites:
            answer = Path(folder) / f"{name}.json"
            there = [path for path in paths if (root / path).exists()]
            command = [
                sys.executable,
                "-m",
                "pytest",
                "--collect-only",
                "-qq",
                "-p",
                "qideng.claims",
                *([f"--ds={settings}"] if settings else []),
            ]
            done = subprocess.run(
                [*command, *there],
                cwd=root,
                env={**os.environ, "QIDENG_CLAIMS": str(answer)},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode not in (0, 5) or not answer.exists():  # 5: nothing to collect
                raise RuntimeError(f"{name}: pytest could not collect\n{done.stdout[-4000:]}{done.stderr[-2000:]}")
            claims += [Claim(**one) for one in json.loads(answer.read_text())]
    return claims


def main(root: Path = ROOT, suites: Sequence[Suite] = SUITES) -> int:
    """Print the trace; 1 when a claim is untrue."""
    rows = read_rows(root / "data" / "rows.yaml")
    try:
        claims = collect(root, suites)
    except RuntimeError as problem:
        print(problem, file=sys.stderr)
        return 1
    wrong = problems(rows, claims)
    for line in wrong:
        print(line, file=sys.stderr)
    print("\n".join(report(rows, claims)))
    return 1 if wrong else 0
