"""For tests: what a project does that operator and auditor read of, taken from its sources, so that no name is forgotten."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from foundation.config import ROOT


def _calls(project: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call in the code of a project, tests left out, by the name of what is called."""
    for path in sorted((ROOT / project).rglob("*.py")):
        if path.name.startswith("test_") or path.name in {"testing.py", "conftest.py"}:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                function = node.func
                yield function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", ""), node


def _texts(node: ast.AST) -> set[str]:
    """Whole texts that stand in an expression; parts of an f-string are none."""
    parts = {id(part) for one in ast.walk(node) if isinstance(one, ast.JoinedStr) for part in ast.walk(one)}
    found = (one for one in ast.walk(node) if isinstance(one, ast.Constant) and id(one) not in parts)
    return {one.value for one in found if isinstance(one.value, str)}


def audited(project: str) -> tuple[set[str], set[str], set[str]]:
    """Verbs, kinds of objects and names of details that the code of a project writes into the audit trail."""
    verbs: set[str] = set()
    kinds: set[str] = set()
    details: set[str] = set()
    for name, call in _calls(project):
        if name in {"record", "acted"} and len(call.args) >= 4:
            verbs |= {text for text in _texts(call.args[1]) if "." in text}
            kinds |= _texts(call.args[2])
            details |= {one.arg for one in call.keywords if one.arg and one.arg != "at_most_every"}
    return verbs, kinds, details


def called_systems(project: str) -> set[str]:
    """Codes of outside systems that the code of a project names in a call."""
    found: set[str] = set()
    for name, call in _calls(project):
        if name in {"OutsideClient", "asked", "_post"} and call.args:
            found |= _texts(call.args[0])
    return found
