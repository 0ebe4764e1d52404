"""What may lie in the tree."""

from __future__ import annotations

import re
from pathlib import Path

from foundation.config import ROOT
from tests.structure import tree

TWO_MEGABYTES = 2_000_000
REGISTRY = re.compile(
    r'"resolved": *"http|^ *(?:index-url|extra-index-url|registry) *= *\S*http|https?://[^\s"]+\.(?:whl|tgz|deb)\b',
    re.MULTILINE,
)
OF_A_MACHINE = re.compile(r"(?<![\w.])/(?:root|home/\w+|Users/\w+)/[\w.]")
UNEXPLAINED = {
    "type-ignore without a code and a reason": re.compile(r"# type" + r": ignore(?!\[[\w\-, ]+\]\s+#)"),
    "noqa without a code": re.compile(r"# no" + r"qa(?!:)"),
    "everything caught without a reason": re.compile(r"except (?:Base)?Exception(?: as \w+)?:\s*$", re.MULTILINE),
    "work put off": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b"),
    "a test that shows nothing": re.compile(r"\bassert (?:True|1)\b"),
    "a test that does not run": re.compile(
        r"^\s*(?:@?pytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)\b)", re.MULTILINE
    ),
}


def lines_with(pattern: re.Pattern[str], text: str) -> list[int]:
    return [text.count("\n", 0, found.start()) + 1 for found in pattern.finditer(text)]


def test_no_file_names_a_package_registry() -> None:
    here = "tests/structure/test_tree.py"
    assert [(name, n) for name, text in tree.texts() if name != here for n in lines_with(REGISTRY, text)] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    above = {str(folder) + "/" for folder in (ROOT.parent, Path.home()) if len(folder.parts) > 1}
    found = [(name, n) for name, text in tree.texts() for n in lines_with(OF_A_MACHINE, text)]
    found += [(name, 0) for name, text in tree.texts() for part in above if re.search(rf"(?<![\w.]){part}\w", text)]
    assert found == []


def test_no_file_is_too_big_to_be_source() -> None:
    assert [str(path.relative_to(ROOT)) for path in tree.files() if path.stat().st_size > TWO_MEGABYTES] == []


def test_nothing_is_left_unexplained_or_for_later() -> None:
    found = [
        (what, f"{name}:{n}")
        for name, text in tree.sources()
        for what, pattern in UNEXPLAINED.items()
        for n in lines_with(pattern, text)
    ]
    assert found == []


def test_every_module_says_what_it_is() -> None:
    plain = re.compile(r"/migrations/|/(?:urls|apps|wsgi)\.py$")
    silent = [
        name
        for name, text in tree.sources()
        if not plain.search(name) and text.count("\n") > 12 and not text.lstrip().startswith(('"""', 'r"""'))
    ]
    assert silent == []


def test_scripts_of_pages_stand_in_files_of_their_own() -> None:
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"(?:application/json|speculationrules)\")|\son\w+=\"|\sstyle=\"|<style\b"
    )
    pages = [(name, text) for name, text in tree.texts() if name.endswith(".html") and "/templates/" in name]
    assert [(name, n) for name, text in pages for n in lines_with(inline, text)] == []
