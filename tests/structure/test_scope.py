"""What a log-in to 电子签名 may see is asked in one place for each kind of thing, so that no page can forget it. docs/adr/0025."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.structure import tree

WHOSE = "subjects_of"
"""For whom somebody may sign. Alone it says nothing of whose ticket he came by."""
ASK_WHOSE = {
    "signing/tasks/subjects.py": "says it",
    "signing/tasks/scope.py": "slots and readings",
    "signing/ceremonies/scope.py": "ceremonies and checks",
    "signing/seals/scope.py": "seal orders",
    "signing/tasks/selectors.py": "in which order papers are put, found by the above",
}
PAGES_SELECT = {
    ("signing/web/callbacks.py", "SealOrder"): "no person asks: a signed call of 电子营业执照",
    ("signing/web/callbacks.py", "Verification"): "no person asks: a signed call of 多源认证",
    ("signing/web/ceremonies.py", "Verification"): "back from 多源认证, also without a log-in; checks_of follows",
    ("signing/web/home.py", "Account"): "the person himself",
    ("signing/web/papers.py", "SignatureRecord"): "of a paper that was found for him",
    ("signing/web/proofs.py", "EvidenceRecord"): "of a paper that was found for him",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for name, source in tree.sources():
        if name.startswith("signing/") and "test" not in name.rpartition("/")[2]:
            yield name, ast.parse(source)


def named(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.alias(name=name) | ast.Attribute(attr=name) | ast.FunctionDef(name=name):
            return name
    return ""


def test_for_whom_somebody_may_sign_is_asked_only_together_with_whose_ticket_he_has() -> None:
    asking = {name for name, module in modules() if any(named(node) == WHOSE for node in ast.walk(module))}
    assert asking == set(ASK_WHOSE)


def test_pages_select_nothing_by_themselves() -> None:
    selecting = {
        (name, ast.unparse(node.value))
        for name, module in modules()
        if name.startswith("signing/web/")
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}
    }
    assert selecting == set(PAGES_SELECT)
