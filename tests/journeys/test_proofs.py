"""Proof on another phone, and everything that may go wrong with it: forged, late, repeated, scanned twice, run out at midnight.

In an installation of its own: the clock goes over twenty days and a midnight, and does not come back. R138, R145, R148, R151.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from foundation.clock import SHANGHAI
from foundation.ui.testing import DESK, write_on_pad
from tests.journeys.cases import Case
from tests.journeys.faults import number, rows
from tests.journeys.filling import with_papers
from tests.journeys.looks import Looks
from tests.journeys.outside import Outside
from tests.journeys.people import People, Signer, Someone
from tests.journeys.stories import company
from tests.journeys.system import System, until

pytestmark = pytest.mark.journey
COMPUTER: dict[str, Any] = {
    "viewport": DESK,
    "device_scale_factor": 1,
    "has_touch": False,
    "is_mobile": False,
    "user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126 Safari/537.36",
}
DAYS = 20
REFUSED = "SELECT count(*) FROM guard_refusedattempt WHERE reason = %s"
SIGNATURES = "SELECT count(*) FROM ceremonies_signaturerecord WHERE business_no = %s AND counted"
CEREMONIES = "SELECT state, look, ink IS NOT NULL FROM ceremonies_ceremony ORDER BY id"
LATEST = "SELECT ref FROM ceremonies_verification ORDER BY id DESC LIMIT 1"
STATE = "SELECT state FROM ceremonies_verification WHERE ref = %s"


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """An installation whose clock may be moved."""
    one = System(tmp_path_factory.mktemp("企登") / "data", "proofs")
    try:
        one.start()
        yield one
    finally:
        one.end()


@pytest.mark.row("R138", part="二维码页面")
@pytest.mark.row("R138", part="轮询人脸认证结果")
@pytest.mark.row("R138", part="校验三选一认证结果")
@pytest.mark.row("R145", part="对接多源认证H5人脸识别")
@pytest.mark.row("R148", part="阻止跳过实名认证")
@pytest.mark.row("R151", part="创建新验证后人脸识别")
@pytest.mark.row("R141", part="签署前安全核验")
def test_a_signer_at_a_computer_proves_himself_by_phone_against_all_odds(
    passers: People, outside: Outside, system: System, looks: Looks
) -> None:
    signer = passers.citizen("P74", **COMPUTER)
    until_day = verifies_under_me(passers, signer, looks)
    outside.clock_to(f"{until_day}T23:10:00")

    case = with_papers(signer, company("C40"), "P49")
    signer.requests_signatures(case)
    signer.enters_from_case(case)
    signer.papers_there()
    sign = signer.reads_papers("签")
    write_on_pad(signer.page)
    sign.click()
    forged_then_given_up_then_late(passers, signer, outside, system, looks)
    assert signatures(system, case) == 0
    runs_out_at_midnight(passers, signer, outside, system, looks, until_day)
    assert signatures(system, case) == 0
    goes_on_with_a_new_check(passers, signer, outside, system, looks)
    signed = signatures(system, case)
    assert signed > 0
    assert number(system, "signing", REFUSED, "verification_expired") == signed, "each of them was refused once"
    states = rows(system, "signing", CEREMONIES)
    assert states == [("dropped", "handwritten", True), ("done", "handwritten", True), ("done", "handwritten", True)]
    signer.heard_nothing_bad("503")


def verifies_under_me(passers: People, signer: Signer, looks: Looks) -> date:
    """创建新验证 for twenty days, its face shown to another phone; the last day on which it is good."""
    signer.enters_by_home()
    signer.goes_to(f"{signer.system.signing}/me/")
    signer.page.get_by_text("创建新验证").click()
    signer.presses("去验证")
    signer.page.get_by_role("button", name="本人通过").first.click()
    signer.sees("还差刷脸")
    looks.see(signer.page, "me-face")
    signer.presses("用手机扫码刷脸，完成核验")
    signer.sees("等待扫码")
    looks.see(signer.page, "me-qr")
    phone = scans(passers, signer)
    looks.see(phone.page, "phone-face")
    signer.sees("已扫码，请在手机上刷脸")
    second = Someone(passers.phone(), signer.system, looks)
    second.goes_to(phone.page.url)
    second.sees("另一台手机已经扫过这个码")
    looks.see(second.page, "phone-second")
    phone.presses("本人通过")
    phone.sees("可以关闭这一页", "请回到原来的设备")
    phone.sees_not(signer.who.name, signer.who.id_number[-4:])
    looks.see(phone.page, "phone-done")
    signer.sees_not("还差刷脸")
    (until_day,) = rows(signer.system, "signing", "SELECT max(valid_until) FROM ceremonies_verification")[0]
    assert isinstance(until_day, date)
    return until_day


def picture(signer: Signer) -> str:
    """What the QR picture on the page says."""
    signer.sees("等待扫码")
    address = signer.page.locator("q-copy").get_attribute("text")
    assert address
    assert address.startswith(signer.system.sandbox)
    return address


def scans(passers: People, signer: Signer) -> Someone:
    """Another phone, where nobody is logged in, scans."""
    phone = Someone(passers.phone(), signer.system, signer.looks)
    phone.goes_to(picture(signer))
    phone.sees("本人刷脸")
    return phone


def signatures(system: System, case: Case) -> int:
    return number(system, "signing", SIGNATURES, case.number)


def posts(system: System, ref: str) -> int:
    """Somebody who knows the address of the callback and a reference, and has no key."""
    body = {"ref": ref, "passed": True, "state": "passed", "serial_no": "RZ000000000000000001"}
    answer = httpx.post(f"{system.signing}/callbacks/verification/", json=body, trust_env=False)
    return answer.status_code


def forged_then_given_up_then_late(
    passers: People, signer: Signer, outside: Outside, system: System, looks: Looks
) -> None:
    """The picture is there at once; a forged callback is refused; a true one that comes after he gave up signs nothing, twice."""
    picture(signer)
    looks.see(signer.page, "qr")
    (ref,) = rows(system, "signing", LATEST)[0]
    assert [posts(system, ref), posts(system, "V000")] == [401, 401]
    assert number(system, "signing", REFUSED, "callback_forged") == 2
    outside.fault("verification", callback="never")
    phone = scans(passers, signer)
    signer.sees("已扫码，请在手机上刷脸")
    looks.see(signer.page, "scanned")
    signer.presses("先不签")
    signer.sees("这次没有签")
    phone.presses("本人通过")
    phone.sees("可以关闭这一页")
    held = [one["id"] for one in outside.callbacks("verification") if one["state"] == "held"]
    assert held
    for callback in [*held, *held]:
        outside.callback_again(callback)
    until("回调送到", lambda: not [one for one in outside.callbacks("verification") if one["state"] == "waiting"])
    until("知道了结果", lambda: rows(system, "signing", STATE, ref) == [("passed",)])
    outside.fault("verification", callback="twice")
    signer.goes_to(signer.page.url)
    signer.sees("这次没有签")


def runs_out_at_midnight(
    passers: People, signer: Signer, outside: Outside, system: System, looks: Looks, until_day: date
) -> None:
    """The face passes before midnight, the authority comes back after it: refused, not even a certificate."""
    signer.presses("看待签")
    signer.page.locator("main a.q-row", has_text=company("C40").name).first.click()
    signer.papers_there()
    sign = signer.reads_papers("签")
    signer.page.locator('label:has(input[name="look"][value="last"])').first.click()
    sign.click()
    outside.fault("ca", "down")
    scans(passers, signer).presses("本人通过")
    signer.sees("等认证机构")
    assert datetime.fromisoformat(outside.now).astimezone(SHANGHAI).date() == until_day
    outside.clock_to(f"{until_day + timedelta(days=1)}T00:00:01")
    outside.fault("ca", "ok")
    signer.sees("没有签上", "要创建新验证")
    looks.see(signer.page, "ran-out")
    assert not [one for one in outside.calls("ca") if "event" in one["path"] and one["status"] == 201]


def goes_on_with_a_new_check(passers: People, signer: Signer, outside: Outside, system: System, looks: Looks) -> None:
    """One tap: the new check, the face, and everything is signed with the ink from before midnight."""
    signer.presses("创建新验证，接着签")
    expect(signer.page.locator("h1")).to_have_text("先做一次实名核验")
    signer.presses("去实名核验")
    signer.page.get_by_role("button", name="本人通过").first.click()
    signer.presses("用手机扫码刷脸")
    scans(passers, signer).presses("本人通过")
    expect(signer.page.locator("h1")).to_have_text(re.compile("签名都签好了"))
    looks.see(signer.page, "signed")
