"""What people see: every part in every look has no finding of axe, fits its screen, and stands without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from foundation.ui.testing import (
    DESK,
    MODES,
    PHONE,
    Mode,
    assert_axe_clean,
    assert_quiet,
    desk,
    phone,
    set_mode,
    shoot,
    too_small,
)

pytestmark = pytest.mark.journey
PHONES = ["", "/home", "/islands", "/sheet", "/stop/404", "/stop/409", "/stop/500", "/stop/maintenance"]
SMALL = {"width": 320, "height": 568}


@pytest.mark.parametrize("path", [*PHONES, "/desk"])
def test_axe_finds_nothing_in_any_look(gallery_url: str, browser: Browser, path: str) -> None:
    page = desk(browser) if path == "/desk" else phone(browser)
    page.goto(f"{gallery_url}/ui/gallery{path}")
    page.wait_for_load_state("networkidle")
    assert_axe_clean(page, modes=(*MODES, "care-dark"))
    shoot(page, f"gallery{path.replace('/', '-')}")
    assert_quiet(page, but=("status of 4", "status of 5"))
    page.context.close()


def test_the_settings_page_is_clean_too(gallery_url: str, browser: Browser) -> None:
    page = phone(browser)
    page.goto(f"{gallery_url}/ui/preferences")
    assert_axe_clean(page)
    page.context.close()


WIDER = """width => [...document.querySelectorAll("body *")].filter(node => {
    const box = node.getBoundingClientRect();
    return box.width && box.right > width + 1 && !node.closest("svg, .q-seg, .q-sr, .q-skip, .q-lic, .q-hero");
}).map(node => node.className || node.tagName).slice(0, 5)"""


@pytest.mark.parametrize("mode", ["standard", "care"])
@pytest.mark.parametrize("width", [320, 390])
def test_nothing_is_wider_than_the_phone(gallery_url: str, browser: Browser, width: int, mode: str) -> None:
    page = phone(browser, viewport={"width": width, "height": 800})
    for path in ("", "/islands", "/home"):
        page.goto(f"{gallery_url}/ui/gallery{path}")
        set_mode(page, "care" if mode == "care" else "standard")
        assert page.evaluate(WIDER, width) == []
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.context.close()


@pytest.mark.parametrize("mode", ["standard", "care"])
@pytest.mark.parametrize("path", ["", "/islands", "/home", "/sheet", "/stop/409"])
def test_what_is_read_and_what_is_pressed_is_large_enough(
    gallery_url: str, browser: Browser, path: str, mode: Mode
) -> None:
    page = phone(browser)
    page.goto(f"{gallery_url}/ui/gallery{path}")
    set_mode(page, mode)
    assert too_small(page) == []
    page.context.close()


def test_small_text_and_small_buttons_are_noticed(gallery_url: str, browser: Browser) -> None:
    page = phone(browser)
    page.goto(f"{gallery_url}/ui/gallery/sheet")
    set_mode(page, "care")
    page.evaluate("""() => { const main = document.querySelector("main");
        main.innerHTML = '<div>小字</div><button class="weui-btn">按</button>';
        main.firstChild.style.fontSize = "17px";
        Object.assign(main.lastChild.style, {height: "50px", minHeight: "0", width: "200px"}); }""")
    assert [found.split(" ")[0] for found in too_small(page)] == ["17px", "200×50"]
    page.context.close()


def test_the_look_follows_the_device_until_it_is_chosen(gallery_url: str, browser: Browser) -> None:
    page = phone(browser, color_scheme="dark")
    page.goto(f"{gallery_url}/ui/gallery")
    ground = "() => getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.goto(f"{gallery_url}/ui/gallery?theme=light")
    assert page.url.endswith("/ui/gallery")
    assert page.evaluate(ground) != dark
    page.goto(f"{gallery_url}/ui/gallery?theme=dark")
    assert page.evaluate(ground) == dark
    page.context.close()


def test_without_script_the_pages_read_and_send(gallery_url: str, browser: Browser) -> None:
    page = phone(browser, java_script_enabled=False)
    page.goto(f"{gallery_url}/ui/gallery/islands")
    assert page.locator("#id_proof").is_visible(), "the plain file box"
    assert page.locator("#upload").is_visible()
    assert page.locator("#signature_image_photo").is_visible()
    assert page.locator(".q-sheetpage").count() == 2
    assert all(page.locator(".q-sheetpage").nth(n).is_visible() for n in range(2)), "all pages stand under each other"
    assert page.locator('[data-q="take"]').is_hidden()
    page.set_viewport_size({"width": 390, "height": 3600})
    page.screenshot(path="build/shots/gallery-islands-noscript.png")
    page.goto(f"{gallery_url}/ui/gallery/sheet")
    page.fill("#id_valid_to_year", "2036")
    page.fill("#id_valid_to_month", "13")
    page.click("button[form=sheet-form]")
    assert page.title().startswith("错误：")
    assert page.locator("#id_valid_to_error").inner_text() == "没有 2036年13月20日这一天，请检查年、月、日"
    page.context.close()


def test_after_an_error_the_summary_has_the_focus_and_leads_to_the_field(gallery_url: str, browser: Browser) -> None:
    page = phone(browser)
    page.goto(f"{gallery_url}/ui/gallery/sheet")
    page.fill("#id_capital", "")
    page.click("button[form=sheet-form]")
    page.wait_for_function("() => document.activeElement.id === 'q-sum'")
    page.get_by_role("link", name="请填写认缴出资额").click()
    assert page.evaluate("() => document.activeElement.id") == "id_capital"
    described = page.locator("#id_capital").get_attribute("aria-describedby") or ""
    assert described.split()[0] == "id_capital_error"
    page.context.close()


def test_the_skip_link_is_the_first_stop_and_leads_to_the_text(gallery_url: str, browser: Browser) -> None:
    page = phone(browser)
    page.goto(f"{gallery_url}/ui/gallery")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("Tab")
    if page.evaluate("() => document.activeElement.className") != "q-skip":  # the error summary took the focus first
        page.evaluate("() => document.querySelector('.q-skip').focus()")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"
    page.context.close()


WITHOUT_RING = """() => [...document.querySelectorAll("a[href], button:enabled, summary, select, textarea, [tabindex='0'], input:enabled")]
    .filter(node => node.type !== "hidden" && node.getBoundingClientRect().width && node.checkVisibility()
        && !node.closest(".q-sr, .q-skip, .q-thumb"))
    .filter(node => {
        node.focus({focusVisible: true, preventScroll: true});
        if (document.activeElement !== node) return false;
        const seen = [node, node.nextElementSibling, node.closest(".q-in")].filter(Boolean).map(one => getComputedStyle(one));
        return !seen.some(style => style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2);
    }).map(node => node.outerHTML.slice(0, 90))"""
"""WeUI takes the ring from its buttons; a box that is drawn by its label wears it there."""


@pytest.mark.parametrize("mode", ["standard", "dark"])
@pytest.mark.parametrize("path", ["", "/islands", "/home", "/sheet", "/desk"])
def test_whatever_has_the_focus_wears_a_ring(gallery_url: str, browser: Browser, path: str, mode: Mode) -> None:
    page = desk(browser) if path == "/desk" else phone(browser)
    page.goto(f"{gallery_url}/ui/gallery{path}")
    set_mode(page, mode)
    page.keyboard.press("Tab")
    assert page.evaluate(WITHOUT_RING) == []
    page.context.close()


def test_the_bar_at_the_foot_hides_nothing(gallery_url: str, browser: Browser) -> None:
    page: Page = phone(browser, viewport=SMALL)
    page.goto(f"{gallery_url}/ui/gallery/islands")
    page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)")
    last = page.locator("#fragment").bounding_box()
    bar = page.locator(".q-bar").bounding_box()
    assert last is not None
    assert bar is not None
    assert last["y"] + last["height"] <= bar["y"]
    assert bar["y"] + bar["height"] == pytest.approx(SMALL["height"], abs=1)
    page.context.close()


def test_the_desk_fits_its_screen_and_only_columns_scroll(gallery_url: str, browser: Browser) -> None:
    page = desk(browser)
    page.goto(f"{gallery_url}/ui/gallery/desk")
    assert page.evaluate("() => document.documentElement.scrollHeight") <= DESK["height"]
    assert page.evaluate("() => document.documentElement.scrollWidth") <= DESK["width"]
    rows = page.locator(".q-diff tbody tr")
    table = page.locator(".q-diff").bounding_box()
    last = rows.last.bounding_box()
    assert table is not None
    assert last is not None
    assert last["y"] + last["height"] <= table["y"] + table["height"] + 1, "the card is not cut off"
    assert PHONE["width"] == 390
    page.context.close()
