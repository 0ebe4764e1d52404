"""Explicit lists are true: what has a folder is listed, what is listed has a folder. Rooms keep to themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from foundation.config import ROOT
from reg.items.registry import ROOMS
from reg.materials.documents import DOCUMENTS
from sandbox.systems import SYSTEMS
from tests.structure.tree import folders

ITEMS = ROOT / "reg" / "items"
PAPERS = ROOT / "reg" / "materials" / "documents"
SANDBOX = ROOT / "sandbox"
NO_ROOMS = {"kit", "migrations", "management", "templatetags"}


def imports(path: Path) -> Iterator[str]:
    """Modules a file imports, with the names taken from packages."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms() -> set[str]:
    return folders(ITEMS) - NO_ROOMS


def test_every_room_is_listed_and_every_listed_room_has_its_folder() -> None:
    assert rooms() == {room.code for room in ROOMS}
    assert len(ROOMS) == len({room.code for room in ROOMS})


@pytest.mark.parametrize("room", sorted(rooms()))
def test_a_room_knows_no_other_room(room: str) -> None:
    others = {f"reg.items.{other}" for other in rooms() - {room}} | {"reg.items.registry"}
    taken = {
        (str(path.relative_to(ROOT)), name)
        for path in (ITEMS / room).rglob("*.py")
        if not path.name.startswith("test_")
        for name in imports(path)
        if any(name == other or name.startswith(other + ".") for other in others)
    }
    assert taken == set()


@pytest.mark.parametrize("room", sorted(rooms()))
def test_a_room_is_tested_beside_its_code(room: str) -> None:
    assert list((ITEMS / room).glob("test_*.py")) != []


def test_the_kit_knows_no_room() -> None:
    code = [path for path in (ITEMS / "kit").rglob("*.py") if not path.name.startswith("test_")]
    taken = {name for path in code for name in imports(path) if name.startswith("reg.items.")}
    assert {name for name in taken if not name.startswith("reg.items.kit")} == set()


def test_every_kind_of_paper_is_listed_and_has_its_template_and_data() -> None:
    papers = folders(PAPERS)
    assert papers == set(DOCUMENTS)
    incomplete = [(p, f) for p in sorted(papers) for f in ("template.typ", "data.py") if not (PAPERS / p / f).exists()]
    assert incomplete == []


def test_every_outside_system_is_listed_with_its_contract() -> None:
    with_contract = {path.parent.name for path in SANDBOX.glob("*/openapi.yaml")}
    assert {system.code for system in SYSTEMS} == with_contract
