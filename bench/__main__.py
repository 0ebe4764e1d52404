"""`python -m bench [name …]`: every measurement, or those whose name begins with one of the arguments.

Each runs in a process of its own on a throw-away database, so that one does not warm the other.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYTEST = ("bench_pages",)
"""Those that need Django's test database; the others are plain scripts."""


def main(wanted: list[str]) -> int:
    code = 0
    for path in sorted(HERE.glob("bench_*.py")):
        name = path.stem.removeprefix("bench_")
        if wanted and not name.startswith(tuple(wanted)):
            continue
        words = [sys.executable, str(path)]
        if path.stem in PYTEST:
            words = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:randomly", "--no-header", str(path)]
        done = subprocess.run(words, cwd=HERE.parent, capture_output=True, text=True, check=False)
        lines = [line for line in done.stdout.splitlines() if ": " in line and not line.startswith("{")]
        print("\n".join(lines), flush=True)
        if done.returncode != 0:
            print(f"{path.name} failed\n{done.stdout[-2000:]}{done.stderr[-2000:]}", file=sys.stderr)
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
