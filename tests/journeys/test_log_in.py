"""Who comes in: by 随申办, for an enterprise by its 电子营业执照, at the desk by password and code; and out again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import People, Signer, authenticator, code
from tests.journeys.stories import company, person
from tests.journeys.system import System

pytestmark = pytest.mark.journey


def test_an_enterprise_comes_in_by_its_licence_and_acts_for_itself_alone(people: People, system: System) -> None:
    """赵演示 is the liaison of two companies; let in for one of them he sees that one."""
    holder = people.stranger("P04")
    holder.goes_to(f"{system.reg}/login")
    holder.presses("用电子营业执照登录")
    holder.look("licence")
    of = company("C02")
    holder.page.locator(f'form:has(input[name=uscc][value="{of.uscc}"]) button[value=handler]').click()
    expect(holder.page).to_have_url(f"{system.reg}/")
    holder.sees("以企业身份办理", of.name)
    holder.look("home-enterprise")
    case = holder.opens_change(of, "liaison")
    assert case.ask("case.opener_kind") == "liaison"
    own, other = (f"{system.reg}/companies/{company(code).uscc}/change" for code in ("C02", "C01"))
    assert [answer.status for url in (own, other) if (answer := holder.page.goto(url))] == [200, 404]


def test_a_citizen_sees_his_log_ins_and_ends_one_of_them(people: People, system: System) -> None:
    phone = people.citizen("P13")
    tablet = people.citizen("P13", user_agent="Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) Version/17.5 Safari/605.1")
    phone.goes_to(f"{system.reg}/me")
    phone.sees("苹果平板，Safari")
    phone.look("me")
    phone.page.locator("li", has_text="苹果平板").first.get_by_role("button", name="退出").click()
    phone.sees("那台设备上的登录已经退出。")
    tablet.goes_to(f"{system.reg}/cases")
    expect(tablet.page).to_have_url(re.compile(r"/login\?next="))
    asks_again_and_comes_back(tablet, system)
    phone.presses("退出登录")
    phone.goes_to(f"{system.reg}/me")
    expect(phone.page).to_have_url(re.compile(r"/login\?next="))
    phone.page.go_back()
    phone.sees_not(person("P13").name)


def asks_again_and_comes_back(tablet: Signer, system: System) -> None:
    """After the log-in he stands where he wanted to go."""
    tablet.presses("用随申办登录")
    tablet.picks_himself()
    expect(tablet.page).to_have_url(f"{system.reg}/cases")


def test_a_log_in_that_rests_for_half_an_hour_is_over(people: People, system: System) -> None:
    one = people.citizen("P26")
    aged = "LoginSession.objects.filter(account__isnull=False).update(seen_at=clock.wall() - timedelta(minutes=31))"
    assert system.ask(aged) >= 1
    one.goes_to(f"{system.reg}/cases")
    expect(one.page).to_have_url(re.compile(r"/login\?next="))


def test_the_desk_takes_a_code_once_and_locks_after_five_mistakes(people: People, system: System) -> None:
    page = people.examiner("shen4").page
    page.goto(f"{system.reg}/desk/me")
    expect(page.locator("h1")).to_have_text("登录的设备")
    expect(page.locator("main")).to_contain_text("这台")

    other = people.examiner("shen2")
    other.goes_to(f"{system.reg}/desk/me")
    other.look("desk-me")
    secret, step = authenticator(system, "shen2")
    other.presses("退出")
    expect(other.page).to_have_url(f"{system.reg}/desk/login")
    gives(other.page, "shen2", system.demo_password, code(secret, step))
    other.sees("用户名、密码或者动态码不对")
    other.look("desk-refused")
    for _ in range(4):
        gives(other.page, "shen2", "not-it", "000000")
    other.sees("账号已临时锁定，请 15 分钟后再试。")
    other.look("desk-locked")
    gives(page, "shen2", system.demo_password, code(secret, step + 1))
    expect(page.locator("body")).to_contain_text("账号已临时锁定")
    freed = system.run("reg", "axes_reset_username", "shen2")  # others work at this desk afterwards
    assert freed.returncode == 0, freed.stderr
    assert not system.ask(
        "__import__('axes.models', fromlist=['']).AccessAttempt.objects.filter(username='shen2').count()"
    )


def gives(page: Page, username: str, password: str, given: str) -> None:
    """One try at the desk's log-in."""
    page.goto(page.url.partition("/desk")[0] + "/desk/login")
    for name, value in (("username", username), ("password", password), ("code", given)):
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state()
