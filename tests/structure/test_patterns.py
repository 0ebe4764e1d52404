"""Regular expressions that mean the same under every Python that Debian and we use."""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Iterator
from re import _parser  # type: ignore[attr-defined]  # how the library itself reads a pattern; it has no public reader
from typing import Any

from foundation.config import ROOT

PLACES = ("qideng", "signing_client", "foundation", "reg", "signing", "sandbox", "tests", "bench")
MISREAD = ("POSSESSIVE_REPEAT", "ATOMIC_GROUP")
"""Python 3.11.2, which Debian 12 brings, goes too far in them where what is repeated has alternatives."""


def patterns() -> Iterator[tuple[str, str | bytes]]:
    """Every text that stands in a call of `re`, and where."""
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
                    for one in ast.walk(node):
                        if isinstance(one, ast.Constant) and isinstance(one.value, str | bytes):
                            yield f"{path.relative_to(ROOT)}:{one.lineno}", one.value


def read(pattern: str | bytes) -> str:
    """How the library takes a pattern; empty for a text that is none by itself."""
    told: Any = ""
    with contextlib.suppress(re.error):
        told = _parser.parse(pattern)
    return str(told)


def test_no_pattern_is_possessive() -> None:
    assert "POSSESSIVE_REPEAT" in read(r"a++")
    assert "ATOMIC_GROUP" in read(r"(?>a)")
    found = dict(patterns())
    assert len(found) > 100
    assert [where for where, pattern in found.items() if any(word in read(pattern) for word in MISREAD)] == []
