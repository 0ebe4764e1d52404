"""The scripts, in a real browser against the gallery's other end: each adds comfort and takes nothing away."""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from foundation.ui.testing import assert_quiet, phone

pytestmark = pytest.mark.journey


@pytest.fixture
def page(browser: Browser, gallery_url: str) -> Iterator[Page]:
    page = phone(browser)
    page.goto(f"{gallery_url}/ui/gallery/islands")
    page.wait_for_load_state("networkidle")
    yield page
    page.context.close()


def png(width: int, height: int) -> bytes:
    """A picture of this size, all noise, so that it is a large file."""
    rows = b"".join(b"\0" + os.urandom(width * 3) for _ in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def status(page: Page) -> str:
    return page.locator("[data-q-status]").inner_text()


def copies(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate("() => ({...localStorage})")
    return {key: value for key, value in found.items() if key.startswith("q-copy:")}


# ---- autosave ----


def test_typing_is_saved_by_itself_and_says_when(page: Page) -> None:
    with page.expect_request("**/do/save") as sent:
        page.fill("#id_residence", "上海市示例区样板路1号")
    body = sent.value.post_data or ""
    assert "version=3" in body
    assert "csrfmiddlewaretoken=" in body
    expect(page.locator("[data-q-status]")).to_contain_text("已自动保存")
    assert page.locator("q-autosave input[name=version]").input_value() == "4", (
        "the form goes on from the saved version"
    )
    assert copies(page) == {}, "nothing stays on the phone once the server has it"
    assert_quiet(page)


def test_without_network_the_text_stays_on_the_phone_and_is_sent_later(page: Page) -> None:
    page.context.set_offline(True)
    page.fill("#id_residence", "没有网络时填的")
    expect(page.locator("[data-q-status]")).to_contain_text("没有网络，先存在这台手机上")
    assert "没有网络时填的" in "".join(copies(page).values())
    page.context.set_offline(False)
    expect(page.locator("[data-q-status]")).to_contain_text("已自动保存", timeout=10_000)
    assert copies(page) == {}


def test_what_was_not_sent_is_there_again_after_the_page_died(page: Page, gallery_url: str) -> None:
    page.route("**/do/save", lambda route: route.abort())
    page.fill("#id_residence", "手机没电前填的")
    expect(page.locator("[data-q-status]")).to_contain_text("正在重试")
    page.unroute("**/do/save")
    page.goto(f"{gallery_url}/ui/gallery/home")
    page.goto(f"{gallery_url}/ui/gallery/islands")
    expect(page.locator("#id_residence")).to_have_value("手机没电前填的")
    expect(page.locator("[data-q-status]")).to_contain_text("已自动保存", timeout=10_000)


def test_a_copy_of_an_older_version_is_offered_and_not_forced(page: Page) -> None:
    kept = {"version": "2", "at": 0, "fields": [["residence", "旧的"], ["name", "赵演示"]]}
    page.evaluate("kept => localStorage.setItem('q-copy:gallery', JSON.stringify({...kept, at: Date.now()}))", kept)
    page.reload()
    expect(page.get_by_text("这台手机上还有没存上的内容")).to_be_visible()
    assert page.locator("#id_residence").input_value() != "旧的"
    page.get_by_role("button", name="用没存上的").click()
    expect(page.locator("#id_residence")).to_have_value("旧的")


def test_a_save_from_another_phone_is_told_and_nothing_is_overwritten(page: Page) -> None:
    page.fill("#id_name", "别人")
    expect(page.locator("[data-q-status]")).to_contain_text("王测试 10:02 改过，您填的没有盖掉它。")
    assert page.locator("[data-q-status] a").get_attribute("href") == "/ui/gallery/stop/409"
    page.fill("#id_name", "再写")
    page.wait_for_timeout(700)
    assert "改过" in status(page), "it does not go on saving over the other's version"
    assert "再写" in "".join(copies(page).values()), "but keeps what is typed"


def test_a_log_in_that_ended_is_told(page: Page) -> None:
    page.route("**/do/save", lambda route: route.fulfill(status=403, content_type="text/html", body="<p>log in</p>"))
    page.fill("#id_residence", "登录过期后填的")
    expect(page.locator("[data-q-status]")).to_contain_text("登录已经失效")
    assert "登录过期后填的" in "".join(copies(page).values())


def test_sending_the_form_waits_for_a_save_on_its_way_and_goes_once(page: Page) -> None:
    held: list[Route] = []
    page.route("**/do/save", lambda route: held.append(route))
    page.fill("#id_residence", "边存边交")
    page.wait_for_timeout(500)
    assert len(held) == 1
    page.get_by_role("button", name="保存，填下一项").click()
    page.wait_for_timeout(300)
    assert page.url.endswith("/islands"), "still here: the version is not known yet"
    held[0].continue_()
    page.wait_for_url("**/do/echo")
    got = json.loads(page.locator("body").inner_text())
    assert got["version"] == ["4"]
    assert got["residence"] == ["边存边交"]


def test_logging_out_takes_the_copies_along(page: Page) -> None:
    page.evaluate("() => localStorage.setItem('q-copy:x', '{}')")
    page.evaluate(
        """() => { const form = document.createElement("form"); form.setAttribute("data-q-logout", "");
            form.action = "/ui/gallery/home"; document.body.append(form); form.requestSubmit(); }"""
    )
    page.wait_for_url("**/home**")
    assert copies(page) == {}


# ---- once ----


def test_a_second_tap_sends_nothing(page: Page) -> None:
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.url.endswith("/do/echo") else None)

    def slowly(route: Route) -> None:
        page.wait_for_timeout(400)
        route.continue_()

    page.route("**/do/echo", slowly)
    button = page.locator("#sign-form button", has_text="签这一份")
    button.evaluate("node => { node.click(); node.click(); node.click(); }")
    page.wait_for_url("**/do/echo")
    assert len(posts) == 1
    got = json.loads(page.locator("body").inner_text())
    assert len(got["idempotency_key"][0]) == 32


def test_the_pressed_button_shows_that_it_works(page: Page) -> None:
    page.route("**/do/echo", lambda route: None)
    seen = page.evaluate(
        """() => new Promise(done => { const button = document.querySelector("#sign-form .weui-btn_primary");
            button.click(); setTimeout(() => done([button.getAttribute("aria-busy"), button.getAttribute("aria-disabled"),
            Boolean(button.querySelector(".q-spin"))]), 50); })"""
    )
    assert seen == ["true", "true", True]


# ---- photographs ----


def test_a_photo_is_made_smaller_and_shown_before_it_is_sent(page: Page) -> None:
    page.set_input_files("#id_proof", {"name": "card.png", "mimeType": "image/png", "buffer": png(2100, 1400)})
    expect(page.locator('q-camera [data-q="say"]')).to_contain_text("card.jpg")
    expect(page.locator("q-camera .q-shot img")).to_be_visible()
    sizes = page.evaluate(
        """async () => { const file = document.getElementById("id_proof").files[0];
            const bitmap = await createImageBitmap(file); return [bitmap.width, bitmap.height, file.size]; }"""
    )
    assert sizes[:2] == [2000, 1333]
    assert page.locator("q-camera").get_by_role("button", name="重拍").is_visible()
    assert_quiet(page)


def test_what_is_no_picture_is_refused_at_once(page: Page) -> None:
    page.set_input_files("#id_proof", {"name": "photo.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"})
    expect(page.locator('q-camera [data-q="say"]')).to_contain_text("这不是照片")
    assert page.evaluate("() => document.getElementById('id_proof').files.length") == 0


def test_taking_a_photo_opens_the_camera_and_choosing_does_not(page: Page) -> None:
    with page.expect_file_chooser():
        page.get_by_role("button", name="拍照").click()
    assert page.locator("#id_proof").get_attribute("capture") == "environment"
    with page.expect_file_chooser():
        page.get_by_role("button", name="选照片").click()
    assert page.locator("#id_proof").get_attribute("capture") is None


def test_several_files_go_one_by_one_and_a_bad_one_does_not_stop_the_rest(page: Page) -> None:
    page.evaluate("() => document.querySelector('q-upload').setAttribute('max-bytes', '2000')")
    good: FilePayload = {"name": "第一页.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 500}
    big: FilePayload = {"name": "太大.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 5000}
    last: FilePayload = {"name": "第二页.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 600}
    page.set_input_files("#upload", [good, big, last])
    expect(page.locator('q-upload [data-q="list"]')).to_contain_text("第二页.jpg")
    expect(page.locator('q-upload [data-q="waiting"]')).to_contain_text("最大 2 KB")
    assert page.locator('q-upload [data-q="waiting"] li').count() == 1


def test_an_upload_that_breaks_off_says_so(page: Page) -> None:
    page.route("**/do/upload", lambda route: route.abort())
    page.set_input_files("#upload", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"x"})
    expect(page.locator('q-upload [data-q="waiting"]')).to_contain_text("没有网络，没有传上")


def test_the_order_of_pages_is_changed_by_dragging(page: Page) -> None:
    rows = page.locator('q-upload [data-q="list"] li')
    grip = rows.nth(2).locator(".q-grip")
    grip.scroll_into_view_if_needed()
    start, goal = grip.bounding_box(), rows.nth(0).bounding_box()
    assert start is not None
    assert goal is not None
    with page.expect_request("**/do/upload") as sent:
        page.mouse.move(start["x"] + 10, start["y"] + 10)
        page.mouse.down()
        page.mouse.move(goal["x"] + 10, goal["y"] + goal["height"] / 2, steps=8)
        page.mouse.up()
    assert (sent.value.post_data or "").startswith("order=3&order=1&order=2")


# ---- address, reading, writing ----


def test_a_district_brings_its_towns_and_letters_bring_roads(page: Page) -> None:
    page.select_option("#district", "310115")
    expect(page.locator("#town option")).to_have_count(3)
    page.locator("#road").press_sequentially("样")
    options = page.get_by_role("option", name="样")
    expect(options).to_have_count(2)
    road = page.get_by_role("combobox", name="路名")
    assert road.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert road.input_value() == "样例东路"
    assert road.get_attribute("aria-expanded") == "false"


def test_pages_are_turned_and_noted_as_read(page: Page) -> None:
    view = page.locator("q-pages")
    view.scroll_into_view_if_needed()
    expect(view.locator(".q-sheetpage:visible")).to_have_count(1)
    expect(view.locator('[data-q="read"]')).to_contain_text("还有 1 页没有看", timeout=4000)
    view.get_by_role("button", name="下一页").click()
    expect(view.locator('[data-q="where"]')).to_have_text("2")
    expect(view.locator('[data-q="read"]')).to_contain_text("2 页都看过了", timeout=4000)
    assert view.locator("input[name=read_pages]").input_value() == "1,2"
    zoom = view.get_by_role("button", name="放大")
    zoom.click()
    assert zoom.get_attribute("aria-pressed") == "true"


def write(page: Page, strokes: int) -> None:
    box = page.locator(".q-pad canvas").bounding_box()
    assert box is not None
    for n in range(strokes):
        page.mouse.move(box["x"] + 60 + 40 * n, box["y"] + 50)
        page.mouse.down()
        page.mouse.move(box["x"] + 100 + 40 * n, box["y"] + 120, steps=6)
        page.mouse.up()


def test_a_signature_is_written_undone_and_sent_as_a_picture(page: Page) -> None:
    page.locator(".q-pad").scroll_into_view_if_needed()
    write(page, 3)
    canvas = page.locator(".q-pad canvas")
    expect(canvas).to_have_attribute("aria-label", "手写签名区，已经写了 3 笔")
    page.get_by_role("button", name="退一笔").click()
    expect(canvas).to_have_attribute("aria-label", "手写签名区，已经写了 2 笔")
    page.get_by_role("button", name="签这一份").click()
    page.wait_for_url("**/do/echo")
    got = json.loads(page.locator("body").inner_text())
    assert got["signature_image"][0].startswith("data:image/png;base64,")
    assert len(got["signature_image"][0]) > 500


def test_strokes_survive_turning_the_phone_and_the_whole_screen(page: Page) -> None:
    page.locator(".q-pad").scroll_into_view_if_needed()
    write(page, 2)
    page.get_by_role("button", name="全屏写").click()
    box = page.locator(".q-pad").bounding_box()
    assert box is not None
    assert box["width"] == 390
    assert box["height"] == 844
    page.locator(".q-pad__b").get_by_role("button", name="退一笔").click()
    expect(page.locator(".q-pad canvas")).to_have_attribute("aria-label", "手写签名区，已经写了 1 笔")
    page.set_viewport_size({"width": 844, "height": 390})
    page.wait_for_timeout(200)
    page.get_by_role("button", name="写好了").click()
    expect(page.locator(".q-pad canvas")).to_have_attribute("aria-label", "手写签名区，已经写了 1 笔")
    page.get_by_role("button", name="重写").click()
    expect(page.locator(".q-pad canvas")).to_have_attribute("aria-label", "手写签名区，还没有写")
    assert_quiet(page)


# ---- waiting, small things ----


def test_progress_is_drawn_and_spoken_at_the_quarters_only(page: Page) -> None:
    answers = iter([(10, "running"), (20, "running"), (40, "running"), (41, "running"), (120, "done")])

    def answer(route: Route) -> None:
        done, state = next(answers, (120, "done"))
        body = {"done": done, "total": 120, "running": 6, "state": state, "text": f"{done} 份"}
        route.fulfill(json=body)

    page.route("**/do/status", answer)
    page.evaluate(
        """() => { window.said = []; const live = document.getElementById("q-live");
            new MutationObserver(() => { if (live.textContent) window.said.push(live.textContent); })
                .observe(live, {childList: true, characterData: true, subtree: true}); }"""
    )
    expect(page.locator('q-progress [data-q="done"]')).to_have_text(["120", "120"], timeout=20_000)  # ring and line
    page.wait_for_timeout(200)
    said = [line for line in page.evaluate("() => window.said") if "百分之" in line]
    assert [line.split("，")[0] for line in said] == ["已完成百分之 25", "已完成百分之 100"]
    assert page.locator("q-progress .q-meter rect").first.get_attribute("width") == "100%"


def test_a_code_counts_down_by_the_servers_clock_and_ends(page: Page) -> None:
    expect(page.locator("q-countdown")).to_contain_text("还剩 0")
    page.evaluate(
        """() => { const soon = document.createElement("q-countdown");
            soon.setAttribute("now", "2020-01-01T00:00:00Z"); soon.setAttribute("until", "2020-01-01T00:00:01Z");
            soon.setAttribute("after", "这个码已经失效"); soon.id = "soon"; document.querySelector("main").append(soon); }"""
    )
    expect(page.locator("#soon")).to_have_text("这个码已经失效", timeout=5000)


def test_a_number_is_copied(browser: Browser, gallery_url: str) -> None:
    page = phone(browser, permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{gallery_url}/ui/gallery/islands")
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == "91310115MAXX00015T"
    page.evaluate(
        """() => { const link = document.createElement("q-copy"); link.innerHTML = '<input readonly value="https://a/b">';
            link.id = "link"; document.querySelector("main").append(link); }"""
    )
    page.locator("#link button").click()
    expect(page.locator("#link button")).to_have_text("已复制")
    assert page.evaluate("() => navigator.clipboard.readText()") == "https://a/b"
    page.context.close()


def test_a_fragment_is_swapped_with_the_token_in_a_header(page: Page) -> None:
    page.wait_for_function("() => Boolean(window.htmx)")
    with page.expect_request("**/do/upload") as sent:
        page.get_by_role("button", name="换一块").click()
    assert sent.value.headers["x-csrftoken"]
    assert sent.value.headers["hx-request"] == "true"
    assert page.url.endswith("/islands")
    config = page.evaluate(
        "() => [htmx.config.allowEval, htmx.config.historyCacheSize, htmx.config.includeIndicatorStyles]"
    )
    assert config == [False, 0, False]
    assert_quiet(page)


def test_a_fragment_that_does_not_come_is_told(page: Page) -> None:
    page.wait_for_function("() => Boolean(window.htmx)")
    page.route("**/do/upload", lambda route: route.abort())
    page.get_by_role("button", name="换一块").click()
    expect(page.locator("#q-toasts")).to_contain_text("没有网络，这一步没有办")


def test_only_the_scripts_of_elements_that_are_there_are_loaded(browser: Browser, gallery_url: str) -> None:
    page = phone(browser)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{gallery_url}/ui/gallery/home")
    page.wait_for_load_state("networkidle")
    scripts = [url.rpartition("/")[2] for url in asked if url.endswith(".js")]
    assert sorted(scripts) == ["kit.js", "q.js"]
    page.context.close()
