"""`make test`: every check in one place, the quick ones first. Ends with the plain line `N passed, N failed`.

The first failing group stops the run; what was counted until then is still printed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from foundation.config import ROOT, Project

BUILD = ROOT / "build"
SOURCES = ("qideng", "signing_client", "foundation", "reg", "signing", "sandbox", "tests", "bench", "conftest.py")
NOTHING_COLLECTED = 5


@dataclass
class Tally:
    """Tests and checks counted so far."""

    passed: int = 0
    failed: int = 0

    def add(self, passed: int, failed: int) -> bool:
        self.passed += passed
        self.failed += failed
        return failed == 0


@dataclass(frozen=True)
class Group:
    """A step of the run."""

    name: str
    run: Callable[[Tally], bool]


def _python(*words: str) -> list[str]:
    return [sys.executable, "-m", *words]


def command(*words: str) -> Callable[[Tally], bool]:
    """A check that passes when the command ends with 0."""

    def run(tally: Tally) -> bool:
        done = subprocess.run(words, cwd=ROOT, check=False)
        return tally.add(1, 0) if done.returncode == 0 else tally.add(0, 1)

    return run


def tests(name: str, settings: str, paths: Sequence[str], *more: str) -> Callable[[Tally], bool]:
    """A pytest run, counted from its JUnit file."""

    def run(tally: Tally) -> bool:
        there = [path for path in paths if (ROOT / path).exists()]
        result = BUILD / f"junit-{name}.xml"
        result.unlink(missing_ok=True)
        words = _python("pytest", "-q", f"--ds={settings}", f"--junitxml={result}", "--durations=5", *more, *there)
        code = subprocess.run(words, cwd=ROOT, check=False).returncode
        passed, failed = count(result)
        if code not in (0, NOTHING_COLLECTED) and failed == 0:
            failed = 1
        return tally.add(passed, failed)

    return run


def count(result: Path) -> tuple[int, int]:
    """Passed and failed of a JUnit file. A skipped test counts as failed: here nothing is skipped."""
    if not result.exists():
        return 0, 1
    passed = failed = 0
    for suite in ET.parse(result).getroot().iter("testsuite"):  # noqa: S314 - our own file
        bad = sum(int(suite.get(kind, "0")) for kind in ("failures", "errors", "skipped"))
        failed += bad
        passed += int(suite.get("tests", "0")) - bad
    return passed, failed


def migrations_made(tally: Tally) -> bool:
    """No model of any project differs from its migrations."""
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody@/none?host=/nonexistent", "DATA_DIR": str(BUILD)}
    clean = True
    for project in get_args(Project):
        words = _python("qideng.cli", project, "makemigrations", "--check", "--dry-run", "--skip-checks", "-v1")
        done = subprocess.run(words, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            print(f"{project}: {done.stdout}{done.stderr[-2000:]}")
        clean &= tally.add(int(done.returncode == 0), int(done.returncode != 0))
    return clean


def groups() -> list[Group]:
    there = [source for source in SOURCES if (ROOT / source).exists()]
    quick = ("-m", "not journey and not bench", "-n", "2")
    return [
        Group("ruff check", command(*_python("ruff", "check", *there))),
        Group("ruff format", command(*_python("ruff", "format", "--check", *there))),
        Group("import layers", command(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")),
        Group("mypy", command(*_python("mypy", *there))),
        Group("migrations", migrations_made),
        Group(
            "reg, foundation",
            tests("reg", "reg.settings", ("signing_client", "foundation", "reg", "qideng", "tests"), *quick),
        ),
        Group("signing", tests("signing", "signing.settings", ("signing",), *quick)),
        Group("sandbox", tests("sandbox", "sandbox.settings", ("sandbox",), *quick)),
        Group(
            "journeys",
            tests("journeys", "reg.settings", ("tests", "qideng", "foundation/ui"), "-m", "journey", *shards()),
        ),
        Group("trace", command(*_python("qideng.cli", "trace"))),
    ]


def shards() -> tuple[str, ...]:
    """Two at a time, in the order of tests/journeys/conftest.py; the journeys of one file stay together."""
    return ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", "-p", "no:randomly")


def main(arguments: Sequence[str] = ()) -> int:
    """Run all groups, or those whose name begins with one of the arguments."""
    BUILD.mkdir(exist_ok=True)
    tally, code = Tally(), 0
    for group in groups():
        if arguments and not group.name.startswith(tuple(arguments)):
            continue
        print(f"\n== {group.name}", flush=True)
        began = time.monotonic()
        good = group.run(tally)
        print(f"== {group.name}: {'ok' if good else 'FAILED'} ({time.monotonic() - began:.1f} s)", flush=True)
        if not good:
            code = 1
            break
    print(f"{tally.passed} passed, {tally.failed} failed", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
