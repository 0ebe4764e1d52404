"""Our scripts are what a phone of 2019 reads, our styles hold nothing inline, and a cold page stays small."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]  # it has no stubs
import pytest
from django.contrib.staticfiles.finders import get_finder
from django.core.management import call_command
from django.test import Client

from foundation.config import ROOT
from foundation.ui import alone
from foundation.ui.finders import FILES, PackageFinder
from foundation.ui.icons import icons
from foundation.ui.islands import HTMX_CONFIG, ISLANDS, island_map
from foundation.ui.storage import squeeze_css, squeeze_js

UI = Path(__file__).parent
STATIC = UI / "static/ui"
SCRIPTS = sorted([*STATIC.glob("*.js"), *STATIC.glob("islands/*.js")])
COLD_PAGE = 40 * 1024
PARSE = """
const acorn = require("internal/deps/acorn/acorn/dist/acorn");
const fs = require("fs");
for (const path of process.argv.slice(1))
  try { acorn.parse(fs.readFileSync(path, "utf8"), {ecmaVersion: 2019, sourceType: "module"}); }
  catch (error) { console.log(path + ": " + error.message); }
"""
NEWER = re.compile(
    r"\.(replaceAll|at|matchAll|allSettled|any|groupBy|toSorted|findLast)\(|structuredClone|globalThis|WeakRef|BigInt|"
    r"\bimport\(|requestIdleCallback|\bstatic \{|showModal|popover"
)


def packed(path: Path) -> int:
    """Bytes of a file as it travels: ours squeezed, all in brotli."""
    text = path.read_text("utf-8")
    squeeze = {".css": squeeze_css, ".js": squeeze_js}.get(path.suffix)
    if squeeze and STATIC in path.parents:
        text = squeeze(text)
    return len(brotli.compress(text.encode("utf-8"), quality=11))


def rules(sheet: str) -> list[str]:
    """Selectors and declarations, blanks aside."""
    plain = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    return [re.sub(r"\s+", "", part) for part in re.split(r"[{};]", plain) if part.strip()]


def test_squeezed_styles_say_the_same() -> None:
    for path in STATIC.glob("*.css"):
        sheet = path.read_text("utf-8")
        assert rules(squeeze_css(sheet)) == rules(sheet)
        assert squeeze_css("a { width: calc(100% - 1px); }") == "a{width:calc(100% - 1px);}"
        assert squeeze_css(".a .b, .c > .d:not(.e) { color: red }") == ".a .b,.c > .d:not(.e){color:red}"


def test_collected_files_have_hashed_names_inside_modules_too(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "foundation.ui.storage.StaticStorage"}}
    settings.INSTALLED_APPS = ["django.contrib.staticfiles", "foundation.ui"]
    settings.STATICFILES_FINDERS = alone.STATICFILES_FINDERS
    settings.STATICFILES_DIRS = []
    call_command("collectstatic", interactive=False, verbosity=0)
    names = json.loads((tmp_path / "staticfiles.json").read_text("utf-8"))["paths"]
    assert set(FILES) <= set(names)
    script = (tmp_path / names["ui/q.js"]).read_text("utf-8")
    assert Path(names["ui/kit.js"]).name in script
    pad = (tmp_path / names["ui/islands/signpad.js"]).read_text("utf-8")
    assert Path(names["signature_pad/signature_pad.min.js"]).name in pad
    assert Path(names["ui/guilloche.svg"]).name in (tmp_path / names["ui/components.css"]).read_text("utf-8")
    assert (tmp_path / f"{names['ui/components.css']}.br").is_file()
    assert not any(name.endswith("weui.css") for name in names)


def test_scripts_are_syntax_of_2019(tmp_path: Path) -> None:
    squeezed = []
    for path in SCRIPTS:
        squeezed.append(tmp_path / f"{path.stem}.squeezed.js")
        squeezed[-1].write_text(squeeze_js(path.read_text("utf-8")), "utf-8")
    done = subprocess.run(
        ["node", "--expose-internals", "-e", PARSE, *map(str, [*SCRIPTS, *squeezed])],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == ""
    assert len(SCRIPTS) == len(ISLANDS) + 2


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_use_nothing_that_came_after_2019(path: Path) -> None:
    code = re.sub(r"//.*", "", path.read_text("utf-8"))
    assert NEWER.findall(code) == []
    assert "innerHTML" not in code
    assert "eval(" not in code


def test_every_island_has_its_script_and_every_script_defines_its_element() -> None:
    assert set(json.loads(island_map())) == {*(f"q-{name}" for name in ISLANDS), "htmx"}
    for name in ISLANDS:
        assert f'customElements.define("q-{name}"' in (STATIC / f"islands/{name}.js").read_text("utf-8")


def test_htmx_is_tied_down() -> None:
    assert HTMX_CONFIG["allowEval"] is False
    assert HTMX_CONFIG["includeIndicatorStyles"] is False
    assert HTMX_CONFIG["historyCacheSize"] == 0
    assert HTMX_CONFIG["disableInheritance"] is True


def test_only_the_files_we_load_come_from_the_packages() -> None:
    finder = get_finder("foundation.ui.finders.PackageFinder")
    assert isinstance(finder, PackageFinder)
    collected = [f"{storage.prefix}/{path}" for path, storage in finder.list(None)]  # type: ignore[attr-defined]  # set by the finder
    assert collected == list(FILES)
    for path in FILES:
        assert Path(str(finder.find(path))).is_file()
    assert finder.find("weui/weui.css") is None
    assert finder.find("../package.json") is None


def test_a_cold_page_with_a_form_stays_within_forty_kilobytes(site: Client) -> None:
    """HTML, styles, scripts and htmx as they travel; the gallery's sheet is a form page of ours."""
    page = len(gzip.compress(site.get("/ui/gallery/sheet").content))
    files = [
        STATIC / name for name in ("tokens.css", "components.css", "q.js", "kit.js", "islands/once.js", "guilloche.svg")
    ]
    files += [STATIC / "islands/autosave.js", STATIC / "logo.svg", STATIC / "chevron.svg"]
    packages = [ROOT / "node_modules/weui/dist/style/widget/weui-button/weui-button.min.css"]
    htmx = packed(ROOT / "node_modules/htmx.org/dist/htmx.min.js")
    ours = page + sum(map(packed, [*files, *packages]))
    assert ours + htmx <= COLD_PAGE, f"{ours} + htmx {htmx}"


def test_styles_load_nothing_from_elsewhere_and_name_only_files_that_are_there() -> None:
    for sheet in STATIC.glob("*.css"):
        for address in re.findall(r"url\(([^)]+)\)", sheet.read_text("utf-8")):
            assert (STATIC / address.strip("\"'")).is_file(), address


def test_every_class_a_template_uses_is_styled() -> None:
    styled = set(re.findall(r"\.([a-z][\w-]+)", "".join(path.read_text("utf-8") for path in STATIC.glob("*.css"))))
    styled |= set(
        re.findall(
            r"\.([a-z][\w-]+)",
            (ROOT / "node_modules/weui/dist/style/widget/weui-button/weui-button.css").read_text("utf-8"),
        )
    )
    unknown = set()
    for path in (UI / "templates").rglob("*.html"):
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text("utf-8"))
        for words in re.findall(r'class="([^"]*)"', text):
            unknown |= {word for word in words.split() if word.startswith(("q-", "d-", "weui-")) and word not in styled}
    assert unknown == set()


def test_every_icon_named_in_a_template_is_drawn() -> None:
    pages = [path for top in ("foundation", "reg", "signing", "sandbox") for path in (ROOT / top).rglob("*.html")]
    for path in pages:
        for name in re.findall(r"""\{% icon ["']([\w-]+)["']""", path.read_text("utf-8")):
            assert name in icons(), f"{path}: {name}"


def test_forbidden_words_are_nowhere_in_our_templates() -> None:
    for path in (UI / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r"操作失败|请完善|>(确定|提交)</(button|a)>", text), path
        assert " style=" not in text, path
