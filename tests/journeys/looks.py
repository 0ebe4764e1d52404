"""What a page looks like: axe, sizes of text and targets, and a picture in standard, dark and care. Problems are collected, so that a journey goes on."""

from __future__ import annotations

from playwright.sync_api import Page

from foundation.ui.testing import DESK, MODES, SHOTS, axe_violations, set_mode, tall_screen, too_small

_seen: set[str] = set()


class Looks:
    """The looks of one journey. A page is looked at once, under its name."""

    def __init__(self, journey: str) -> None:
        self.journey = journey
        self.problems: list[str] = []

    def see(self, page: Page, name: str) -> None:
        """Look at the page as it stands: build/shots/<journey>-<name>-<mode>.png."""
        whole = f"{self.journey}-{name}"
        if whole in _seen:
            return
        _seen.add(whole)
        SHOTS.mkdir(parents=True, exist_ok=True)
        screen = page.viewport_size
        assert screen is not None
        for mode in MODES:
            set_mode(page, mode)
            if wide := self._sideways(page):
                self.problems.append(f"{name} {mode}: 页面比屏幕宽 {wide} 像素")
            with tall_screen(page):
                small = too_small(page) if screen["width"] < DESK["width"] else []
                self.problems += [f"{name} {mode}: {fault}" for fault in (*self._faults(page), *small)]
                page.screenshot(path=SHOTS / f"{whole}-{mode}.png", animations="disabled", scale="css")
        set_mode(page, "standard")

    def _faults(self, page: Page) -> list[str]:
        """What axe says of the page as it stands."""
        return [
            f"{found['id']} {found['help']}: "
            + "; ".join(" ".join(map(str, node["target"])) for node in found["nodes"][:4])
            for found in axe_violations(page)
        ]

    def _sideways(self, page: Page) -> int:
        """Pixels by which the page can be pushed sideways: a phone page never can."""
        return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def assert_clean(self) -> None:
        assert not self.problems, "\n".join(self.problems)


class Pictures(Looks):
    """For browsers that run no script: axe is one."""

    def _faults(self, page: Page) -> list[str]:
        return []
