"""Whoever takes part in a case, each with a browser of his own. What they do reads as steps; waits are on conditions."""

from __future__ import annotations

import base64
import re
import time
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from django_otp.oath import TOTP
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from foundation.ui.testing import assert_quiet, desk, phone
from tests.journeys.cases import Case as Case  # told on to who follows people
from tests.journeys.looks import Looks
from tests.journeys.stories import Company, Person, person
from tests.journeys.system import PATIENCE, System, until

MILLISECONDS = PATIENCE * 1000
expect.set_options(timeout=MILLISECONDS)


class Someone:
    """A browser with one page, and the few things everybody does with a page."""

    def __init__(self, page: Page, system: System, looks: Looks) -> None:
        self.page = page
        self.system = system
        self.looks = looks
        page.set_default_timeout(MILLISECONDS)
        page.set_default_navigation_timeout(MILLISECONDS)

    # seeing

    @property
    def title(self) -> str:
        return self.page.locator("h1").first.inner_text()

    @property
    def text(self) -> str:
        """What stands on the page, without its bars."""
        return self.page.locator("body").inner_text()

    def sees(self, *texts: str) -> None:
        """Each text stands on the page, or comes to stand there."""
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)

    def sees_not(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("body")).not_to_contain_text(text)

    def look(self, name: str) -> None:
        """Show the page to axe and the camera."""
        self.looks.see(self.page, name)

    # doing

    def goes_to(self, url: str) -> None:
        self.page.goto(url)

    def button(self, name: str) -> Locator:
        """The visible button or link whose words begin with `name`."""
        starts = re.compile(rf"^\s*{re.escape(name)}")
        page = self.page
        return page.get_by_role("button", name=starts).or_(page.get_by_role("link", name=starts)).first

    def presses(self, name: str) -> None:
        """Tap a button or link by its words; the next page is there when this returns."""
        self.button(name).click()
        self.page.wait_for_load_state()

    def presses_twice(self, name: str) -> None:
        """Two quick taps, as an impatient thumb does."""
        self.button(name).dblclick(no_wait_after=True)
        self.page.wait_for_load_state()

    def types(self, **fields: str) -> None:
        """Fill in fields by their names."""
        for name, value in fields.items():
            self.page.locator(f"[name={name}]").fill(value)

    def ticks(self, selector: str) -> None:
        """Tick a box that is drawn by its label."""
        box = self.page.locator(selector)
        if not box.is_checked():
            self.page.locator(f"label:has({selector}), label[for={selector.removeprefix('#')}]").first.click()
        expect(box).to_be_checked()

    def chooses(self, name: str, value: str) -> None:
        """Tap one of the options of a question."""
        self.page.locator(f'label:has(input[name="{name}"][value="{value}"])').first.click()

    def dates(self, name: str, year: int, month: int, day: int) -> None:
        """Fill in a day by its three boxes."""
        self.types(**{f"{name}_year": str(year), f"{name}_month": str(month), f"{name}_day": str(day)})

    def selects(self, name: str, label: str) -> None:
        self.page.locator(f"select[name={name}]").select_option(label=label)

    def returns_until(self, url: str, text: str) -> None:
        """Open a page again and again until something stands there: what a person does who waits without script."""

        def there() -> bool:
            self.goes_to(url)
            return text in self.text

        until(f"{url}：{text}", there)

    def heard_nothing_bad(self, *but: str) -> None:
        """No script failed and the content policy refused nothing."""
        assert_quiet(self.page, but=but)


class Citizen(Someone):
    """Somebody who logs in by 随申办."""

    def __init__(self, page: Page, system: System, looks: Looks, who: Person) -> None:
        super().__init__(page, system, looks)
        self.who = who

    def logs_in(self) -> None:
        self.goes_to(f"{self.system.reg}/login")
        self.look("login")
        self.presses("用随申办登录")
        self.look("sso")
        self.picks_himself()
        expect(self.page).to_have_url(f"{self.system.reg}/")

    def picks_himself(self) -> None:
        """One tap in the sandbox's 随申办."""
        self.page.locator(f"button[name=person][value={self.who.code}]").click()
        self.page.wait_for_load_state()

    # opening and filling in

    def opens_change(self, of: Company, *items: str) -> Case:
        """选企业, 选事项, 开始填写."""
        self.goes_to(f"{self.system.reg}/")
        self.presses(of.name)
        expect(self.page.locator("h1")).to_have_text("要改哪些？")
        for item in items:
            self.ticks(f"#item-{item}")
        self.look(f"guide-{'-'.join(items)}")
        self.presses("开始填写")
        expect(self.page).to_have_url(re.compile(r"/cases/\d+$"))
        return Case(self.system, self.page.url.rsplit("/", 1)[1], of)

    def room(self, case: Case, code: str) -> None:
        self.goes_to(f"{case.url}/items/{code}")

    def saves(self) -> None:
        """保存，去…; the answer is there when this returns, even where the page first waits for a save on its way."""
        with self.page.expect_event("load"):
            self.button("保存，").click()

    def checks(self, case: Case) -> None:
        """核对结果, with every question to the outside answered."""
        self.returns_until_not(f"{case.url}/check", "项外部核验没有结果")

    def returns_until_not(self, url: str, text: str) -> None:
        def gone() -> bool:
            self.goes_to(url)
            return text not in self.text

        until(f"{url} 不再有：{text}", gone)

    def papers(self, case: Case) -> list[str]:
        """文书 made; their titles."""
        self.goes_to(f"{case.url}/papers")
        expect(self.page.locator("h1")).to_have_text("文书")
        expect(self.page.locator(".q-paper .q-paper__t, .q-paper b").first).to_be_visible()
        expect(self.page.locator("body")).not_to_contain_text("正在生成")
        return self.page.locator(".q-paper .q-paper__t").all_inner_texts()

    def requests_signatures(self, case: Case) -> None:
        """请 N 人签名: the papers lie before their signers when this returns."""
        self.goes_to(f"{case.url}/papers")
        self.page.get_by_role("button", name=re.compile(r"^请 \d+ 人签名")).click()
        expect(self.page).to_have_url(f"{case.url}/sign")


class Signer(Citizen):
    """A citizen who reads, proves who he is and signs; and the hand that seals for a company."""

    def enters_from_case(self, case: Case) -> None:
        """By one-time ticket, from the page of the case."""
        self.goes_to(f"{case.url}/sign")
        self.presses("去签名")
        expect(self.page).to_have_url(re.compile(re.escape(self.system.signing)))

    def enters_to_seal(self, case: Case) -> None:
        self.goes_to(f"{case.url}/sign")
        self.page.get_by_role("button", name=re.compile("^去(签名|盖章)")).click()
        expect(self.page).to_have_url(re.compile(re.escape(self.system.signing)))

    def enters_by_home(self) -> None:
        """By the own home page of 电子签名, with 随申办."""
        self.goes_to(f"{self.system.signing}/")
        self.look("signing-welcome")
        self.presses("随申办登录")
        self.picks_himself()
        expect(self.page).to_have_url(f"{self.system.signing}/")

    def enters_for_company(self, of: Company) -> None:
        """For a company, by scanning its e-licence."""
        self.goes_to(f"{self.system.signing}/")
        self.presses("企业登录")
        self.page.locator(f'form:has(input[name=uscc][value="{of.uscc}"]) button[value=legal_representative]').click()
        expect(self.page).to_have_url(f"{self.system.signing}/")

    def picks_case(self, case: Case) -> None:
        self.returns_until(f"{self.system.signing}/", case.company.name)
        self.look("signing-home")
        self.presses(case.company.name)

    def signs(self) -> None:
        """Every paper of the case he stands at: reads, agrees, shows his face; returns when all is signed."""
        self.reads_to_sign()
        self.proves_himself()
        self.sees("签名都签好了")
        self.look("signing-done")

    def reads_to_sign(self) -> None:
        """Reads every paper and agrees; he stands before the check of who he is when this returns."""
        self.papers_there()
        self.look("signing-case")
        self.reads_papers("签").click()
        expect(self.page).not_to_have_url(re.compile("/papers/"))

    def seals(self) -> None:
        """Every paper in the company's name, by the e-licence."""
        self.reads_to_seal()
        self.presses("盖章")
        self.sees("都盖好了")
        self.look("sealed")

    def reads_to_seal(self) -> None:
        """Reads every paper of the company and agrees; he stands before the e-licence's question when this returns."""
        self.papers_there()
        self.look("sealing-case")
        self.reads_papers("盖").click()
        expect(self.page.locator("h1")).to_have_text("请确认盖章")
        self.look("elicence-seal")

    def papers_there(self) -> None:
        """The papers are being fetched for a moment after they were sent."""
        self.page.wait_for_load_state()  # an address is there before its page is
        until("文书准备好", lambda: "文书正在准备" not in self.text or not self.page.reload())

    def reads_papers(self, act: str = "[签盖]") -> Locator:
        """Page by page, paper by paper; the button that signs or seals them all, not tapped yet."""
        begin = re.compile(f"^(看文书，|都看过了，去)?{act}")
        self.page.get_by_role("link", name=begin).first.click()
        return self.reads_on()

    def reads_on(self) -> Locator:
        """From the paper that is open to the last one that is signed with it."""
        end = self.page.get_by_role("button", name=re.compile(r"^(刷脸，签 \d+ 份|去盖 \d+ 份章)"))
        turn = self.page.get_by_role("link", name=re.compile(r"^看第 \d+ 页"))
        next_paper = self.page.get_by_role("button", name="读过了，看下一份")
        while True:
            expect(self.page.locator("#agree")).to_be_attached()
            self._turns(turn, end.or_(next_paper))
            self.page.wait_for_load_state("networkidle")  # a page counts as read once its picture was there
            self.ticks("#agree")
            if end.is_visible():
                self.look("signing-paper-last")
                return end
            self.look("signing-paper")
            here = self.page.url
            next_paper.click()
            expect(self.page).not_to_have_url(here)

    def _turns(self, turn: Locator, over: Locator) -> None:
        while True:
            expect(turn.or_(over).first).to_be_visible()
            if not turn.is_visible():
                return
            here = turn.get_attribute("href")
            turn.click()
            expect(self.page.locator(f'.q-bar a.weui-btn_primary[href="{here}"]')).to_have_count(0)

    def proves_himself(self, outcome: str = "本人通过") -> None:
        """实名核验 the first time, then the face of this ceremony."""
        if self.page.url.startswith(self.system.signing):
            self.proves_identity()
            self.presses("去刷脸")
        expect(self.page.locator("h1")).to_contain_text("本人刷脸")
        self.look("face")
        self.presses(outcome)

    def proves_identity(self) -> None:
        """实名核验, which lasts for weeks."""
        self.look("signing-identity")
        self.presses("去实名核验")
        self.look("three-in-one")
        self.page.get_by_role("button", name="本人通过").first.click()
        expect(self.button("去刷脸")).to_be_visible()
        self.look("signing-face")


STEP = 30


def authenticator(system: System, username: str) -> tuple[str, int]:
    """The secret in somebody's authenticator, and the half minute whose code he used last."""
    asked = f"StaffUser.objects.values_list('otp_secret', 'otp_last_step').get(username={username!r})"
    secret, used = system.ask(asked)
    return str(secret), int(used)


def code(secret: str, step: int) -> str:
    """The code of one half minute. It works once."""
    totp = TOTP(base64.b32decode(secret), step=STEP)
    totp.time = step * STEP
    return f"{totp.token():06d}"


class Examiner(Someone):
    """An examiner at the desk; logs in with password and the code of his authenticator."""

    def __init__(self, page: Page, system: System, looks: Looks, username: str) -> None:
        super().__init__(page, system, looks)
        self.username = username

    def logs_in(self) -> None:
        self.goes_to(f"{self.system.reg}/desk/login")
        self.look("desk-login")
        secret, used = authenticator(self.system, self.username)
        step = max(int(time.time()) // STEP, used + 1)
        until("没用过的动态码", lambda: step * STEP <= time.time() + STEP)  # the next half minute's is accepted too
        self.types(username=self.username, password=self.system.demo_password, code=code(secret, step))
        self.presses("登录")
        expect(self.page).not_to_have_url(re.compile("/desk/login"))

    def opens(self, case: Case) -> None:
        self.goes_to(case.desk_url)

    def claims(self, case: Case) -> None:
        self.opens(case)
        self.presses("领取这一件")
        expect(self.button("准予登记")).to_be_visible()

    def notes(self, where: str, text: str, basis: str = "") -> None:
        """再记一处 about an item or a paper."""
        if not self.page.locator("#about").is_visible():
            self.page.get_by_text("再记一处").click()
        self.page.locator("#about").select_option(label=where)
        self.page.locator("#text").fill(text)
        self.page.locator("#basis").fill(basis)
        self.presses("记下")
        self.sees(text)

    def returns(self, points: int) -> None:
        self.presses(f"退回补正 {points} 处")
        self.sees("已退回补正")

    def approves(self) -> None:
        self.presses("准予登记")
        self.sees("已准予登记，登记簿已更新。")


class People:
    """All who take part in one journey."""

    def __init__(self, system: System, browser: Browser, looks: Looks) -> None:
        self._system, self._browser, self._looks = system, browser, looks
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _closes(self, page: Page) -> Page:
        context: BrowserContext = page.context
        self._stack.callback(context.close)
        return page

    def citizen(self, code: str, **options: Any) -> Signer:
        """A story person with a phone, logged in."""
        one = self.stranger(code, **options)
        one.logs_in()
        return one

    def stranger(self, code: str, **options: Any) -> Signer:
        """A story person with a phone, not logged in anywhere."""
        return Signer(self.phone(**options), self._system, self._looks, person(code))

    def phone(self, **options: Any) -> Page:
        """A phone of its own, put away with the others."""
        return self._closes(phone(self._browser, **options))

    def examiner(self, username: str, **options: Any) -> Examiner:
        """A member of staff, logged in at the desk."""
        one = Examiner(self._closes(desk(self._browser, **options)), self._system, self._looks, username)
        one.logs_in()
        return one
