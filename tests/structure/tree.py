"""The files of the project as git knows them, or, in an unpacked archive, as they lie there."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from foundation.config import ROOT

NOT_OURS = {".git", ".venv", "node_modules", "build", "staticfiles", "__pycache__"}
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".in",
    ".yaml",
    ".yml",
    ".json",
    ".js",
    ".css",
    ".html",
    ".svg",
    ".typ",
    ".sh",
    "",
}


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or would be committed."""
    if (ROOT / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
        return tuple(ROOT / name for name in listed if name and (ROOT / name).is_file())
    return tuple(
        path
        for path in sorted(ROOT.rglob("*"))
        if path.is_file() and not (NOT_OURS | {".data"}) & set(path.relative_to(ROOT).parts)
    )


def texts() -> Iterator[tuple[str, str]]:
    """Relative name and content of every text file."""
    for path in files():
        if path.suffix in TEXT:
            yield str(path.relative_to(ROOT)), path.read_text(errors="replace")


def sources() -> Iterator[tuple[str, str]]:
    """Relative name and content of every Python file."""
    for path in files():
        if path.suffix == ".py":
            yield str(path.relative_to(ROOT)), path.read_text()


def folders(parent: Path) -> set[str]:
    """Names of the folders below `parent` that hold a Python package with something in it."""
    return {p.parent.name for p in parent.glob("*/__init__.py")}
