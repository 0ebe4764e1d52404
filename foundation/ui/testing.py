"""For journeys and page tests: a browser without a screen, pictures in three looks, axe on every page.

with open_browser() as browser:
    page = phone(browser)
    page.goto(url)
    assert_axe_clean(page)     # in standard, dark and care
    shoot(page, "case")        # build/shots/case-standard.png, -dark.png, -care.png
    assert_quiet(page)         # no script error, nothing the content policy refused
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from foundation.config import ROOT
from foundation.ui.preferences import COOKIE

Mode = Literal["standard", "dark", "care", "care-dark"]
MODES: tuple[Mode, ...] = ("standard", "dark", "care")
SHOTS = ROOT / "build/shots"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = ROOT / "node_modules/axe-core/axe.min.js"
AXE_WORDS = ROOT / "node_modules/axe-core/locales/zh_CN.json"
FONT_FOLDERS = [
    ROOT / "node_modules/@expo-google-fonts" / family / weight
    for family in ("noto-sans-sc", "noto-serif-sc")
    for weight in ("400Regular", "500Medium", "600SemiBold", "700Bold")
]
_noise: WeakKeyDictionary[Page, list[str]] = WeakKeyDictionary()
_driver: Playwright | None = None
_users = 0


class NoBrowser(RuntimeError):
    """Chromium is not installed; the message is the line that installs it."""


def chromium() -> str:
    """Path of the installed Chromium. Browsers are never downloaded by the tests."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise NoBrowser("没有找到 chromium：apt-get install -y chromium")


def _fonts() -> str:
    """A fontconfig file that knows the fonts of our npm packages, so that pictures are the same on a bare machine."""
    folder = ROOT / "build/fonts"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"fonts-{os.getpid()}.conf"
    dirs = "".join(f"<dir>{place}</dir>" for place in (*FONT_FOLDERS, "/usr/share/fonts"))
    path.write_text(f'<?xml version="1.0"?><fontconfig>{dirs}<cachedir>{folder}/cache</cachedir></fontconfig>', "utf-8")
    return str(path)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A fresh Chromium, closed at the end."""
    fonts = _fonts()
    with _playwright() as play:
        browser = play.chromium.launch(
            executable_path=chromium(), args=list(FLAGS), env={**os.environ, "FONTCONFIG_FILE": fonts}
        )
        try:
            yield browser
        finally:
            browser.close()
            Path(fonts).unlink(missing_ok=True)


@contextmanager
def _playwright() -> Iterator[Playwright]:
    """The driver, one a process: it refuses to be started beside itself, and fixtures of several folders open browsers."""
    global _driver, _users
    if _driver is None:
        _driver = sync_playwright().start()
    _users += 1
    try:
        yield _driver
    finally:
        _users -= 1
        if not _users:
            _driver.stop()
            _driver = None


def phone(browser: Browser, **options: Any) -> Page:
    """A page as on a phone: 390 × 844, touch, a name that says so, a profile of its own."""
    settings = {
        "viewport": PHONE,
        "device_scale_factor": 2,
        "has_touch": True,
        "is_mobile": True,
        "locale": "zh-CN",
        "user_agent": f"{ANDROID} Chrome/{browser.version} Mobile Safari/537.36",
    }
    return _watched(browser.new_context(**{**settings, **options}).new_page())


def desk(browser: Browser, **options: Any) -> Page:
    """A page as on an examiner's screen: 1280 × 800."""
    return _watched(browser.new_context(**{"viewport": DESK, "locale": "zh-CN", **options}).new_page())


def _watched(page: Page) -> Page:
    heard: list[str] = []
    _noise[page] = heard
    page.on("pageerror", lambda error: heard.append(f"script: {error}"))
    page.on("console", lambda said: heard.append(f"console: {said.text}") if said.type == "error" else None)
    return page


def assert_quiet(page: Page, *, but: tuple[str, ...] = ()) -> None:
    """No script failed and the content policy refused nothing since the page was opened. `but`: parts of expected lines."""
    loud = [line for line in _noise.get(page, []) if not any(part in line for part in but)]
    assert not loud, "\n".join(loud)  # noqa: S101  a test helper


def set_mode(page: Page, mode: Mode) -> None:
    """Show the open page in this look, and every later one: the attributes now, the cookie for what comes."""
    care, dark = mode.startswith("care"), mode.endswith("dark")
    page.evaluate(
        """([care, theme]) => { const body = document.body;
            if (care) body.setAttribute("data-weui-mode", "care"); else body.removeAttribute("data-weui-mode");
            body.setAttribute("data-weui-theme", theme); }""",
        [care, "dark" if dark else "light"],
    )
    parts = urlsplit(page.url)
    value = ".".join(("care" if care else "std", "dark" if dark else "light"))
    page.context.add_cookies([{"name": COOKIE, "value": value, "url": f"{parts.scheme}://{parts.netloc}"}])


@contextmanager
def tall_screen(page: Page) -> Iterator[None]:
    """A screen as tall as the page: bars that stick to its foot lie over nothing that is judged."""
    screen = page.viewport_size
    if screen is None:
        yield
        return
    tall = page.evaluate("() => document.documentElement.scrollHeight")
    page.set_viewport_size({"width": screen["width"], "height": max(tall, screen["height"])})
    try:
        yield
    finally:
        page.set_viewport_size(screen)


def shoot(page: Page, name: str, *, modes: tuple[Mode, ...] = MODES, whole: bool = True) -> list[Path]:
    """Pictures of the open page in build/shots/, one a look; the page is left in the standard look."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    taken = []
    for mode in modes:
        set_mode(page, mode)
        path = SHOTS / f"{name}-{mode}.png"
        with tall_screen(page) if whole else nullcontext():
            page.wait_for_load_state("networkidle")
            page.screenshot(path=path, animations="disabled")
        taken.append(path)
    set_mode(page, "standard")
    return taken


def axe_violations(page: Page, *, within: str = "body") -> list[dict[str, Any]]:
    """What axe finds on the page as it stands, in Chinese."""
    # evaluate() speaks to the page from outside, so its content policy stays on
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE.read_text("utf-8"))
        page.evaluate("words => window.axe.configure({locale: words})", json.loads(AXE_WORDS.read_text("utf-8")))
    found = page.evaluate(
        """within => window.axe.run(within, {resultTypes: ["violations"],
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})""",
        within,
    )
    return cast("list[dict[str, Any]]", found["violations"])


def assert_axe_clean(page: Page, *, modes: tuple[Mode, ...] = MODES, within: str = "body") -> None:
    """axe finds nothing in any of the looks; a failure names the rule and the place."""
    said = []
    for mode in modes:
        set_mode(page, mode)
        with tall_screen(page):
            found = axe_violations(page, within=within)
        for violation in found:
            places = "; ".join(" ".join(node["target"]) for node in violation["nodes"][:5])
            said.append(f"{mode}: {violation['id']} {violation['help']}: {places}")
    set_mode(page, "standard")
    assert not said, "\n".join(said)  # noqa: S101  a test helper


TOO_SMALL = """least => {
    const about = node => `${node.tagName.toLowerCase()}.${[...node.classList].join(".")} “${node.textContent.trim().slice(0, 16)}”`;
    const shown = node => { const box = node.getBoundingClientRect(); return box.width > 1 && box.height > 1 && node.checkVisibility(); };
    const words = [...document.querySelectorAll("body *")].filter(node => shown(node)
        && [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim())
        && !node.closest("svg, noscript, .q-sr, .q-skip, .q-thumb, .q-sheetpage, option")
        && parseFloat(getComputedStyle(node).fontSize) < least.text - 0.1 && parseFloat(getComputedStyle(node).fontSize) > 0);
    const pressed = [...document.querySelectorAll("a, button, select, input:not([type=hidden]), textarea, summary")].filter(node => {
        // a word in a sentence, a picture beside the same link, a box whose whole row is its label
        if (!shown(node) || node.closest(".q-sr, .q-skip, .q-pick, .q-opts, p, dd, td, .q-thumb")) return false;
        const box = node.getBoundingClientRect();
        return box.height < least.target - 0.5 || box.width < least.target - 0.5;
    });
    const size = node => { const box = node.getBoundingClientRect(); return `${Math.round(box.width)}×${Math.round(box.height)}`; };
    return [...words.map(node => `${getComputedStyle(node).fontSize} 的字 ${about(node)}`),
            ...pressed.map(node => `${size(node)} 的按钮 ${about(node)}`)];
}"""
LEAST = {"text": 13, "target": 44}
LEAST_IN_CARE = {"text": 18, "target": 60}
"""Pixels: of any text, and of anything that is pressed, each way."""


def too_small(page: Page) -> list[str]:
    """Text and targets that are smaller than the look in which the page stands promises."""
    care = page.evaluate("() => document.body.dataset.weuiMode === 'care'")
    return cast("list[str]", page.evaluate(TOO_SMALL, LEAST_IN_CARE if care else LEAST))


@contextmanager
def gallery() -> Iterator[str]:
    """The gallery in a process of its own; yields its address."""
    command = [sys.executable, "-m", "foundation.ui.alone", "0"]
    env = {**os.environ, "SANDBOX": "0", "QIDENG_MODE": "demo", "DJANGO_SETTINGS_MODULE": "foundation.ui.alone"}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None  # noqa: S101  it was asked for
            yield child.stdout.readline().strip()
        finally:
            child.terminate()
            child.wait(10)


def write_on_pad(page: Page) -> None:
    """Two strokes on the signature pad."""
    pad = page.locator(".q-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box  # noqa: S101  a test helper
    for points in (((60, 50), (130, 45), (118, 100)), ((45, 140), (140, 134), (240, 60))):
        page.mouse.move(box["x"] + points[0][0], box["y"] + points[0][1])
        page.mouse.down()
        for x, y in points[1:]:
            page.mouse.move(box["x"] + x, box["y"] + y, steps=8)
        page.mouse.up()
