"""Everything works without JavaScript: 变更登记联络员 from log-in to approval, an identity card and a proof in plain forms."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.cases import Case
from tests.journeys.looks import Looks, Pictures
from tests.journeys.outside import Outside
from tests.journeys.people import Examiner, People, Signer
from tests.journeys.stories import company, person
from tests.journeys.system import System, until
from tests.journeys.traces import traces

pytestmark = pytest.mark.journey

COMPANY, LEADER, NEWCOMER = company("C35"), person("P59"), person("P26")
AGAIN = re.compile("没有自动刷新|看看|再看一次|刷新|点这里")


class Plain(Signer):
    """A citizen whose browser runs no script: what is not there yet he asks for by the link that the page offers."""

    def sees(self, *texts: str) -> None:
        for text in texts:
            until(text, lambda wanted=text: wanted in self.text or self.asks_again())  # type: ignore[misc]  # bound at once

    def asks_again(self) -> bool:
        """One more look, by a link of the page. Never true: the answer is on the next page."""
        link = self.page.locator("main a, .q-bar a").filter(has_text=AGAIN).first
        assert link.count(), f"{self.page.url} 没有给人再看一次的办法：\n{self.text}"
        link.click()
        self.page.wait_for_load_state()
        return False

    def papers(self, case: Case) -> list[str]:
        self.goes_to(f"{case.url}/papers")
        until("文书做好", lambda: "正在生成" not in self.text or self.asks_again())
        return self.page.locator(".q-paper .q-paper__t").all_inner_texts()


@pytest.fixture
def looks() -> Iterator[Looks]:
    one = Pictures("no_script")
    yield one
    one.assert_clean()


def plain(people: People, system: System, looks: Looks, code: str) -> Plain:
    """A story person with a phone without script."""
    return Plain(people.phone(java_script_enabled=False), system, looks, person(code))


def picture(system: System, path: str, folder: Path) -> Path:
    """A picture that the outside world offers, as taken by the phone."""
    place = folder / path.replace("/", "-")
    with urllib.request.urlopen(f"{system.sandbox}/{path}", timeout=60) as answer:
        place.write_bytes(answer.read())
    return place


def test_a_company_changes_its_liaison_without_a_script(
    people: People, system: System, looks: Looks, tmp_path: Path
) -> None:
    applicant = plain(people, system, looks, LEADER.code)
    applicant.logs_in()
    applicant.look("home")
    case = applicant.opens_change(COMPANY, "liaison")
    applicant.look("overview")

    photographs_a_card(applicant, case, tmp_path)
    applicant.types(mobile=person("P06").mobile)
    applicant.saves()
    applicant.checks(case)
    applicant.sees("您填写的登记联络员移动电话非本人实名制移动电话，请修改。")
    applicant.look("check-stopped")
    applicant.presses("去改")
    applicant.types(mobile=NEWCOMER.mobile)
    applicant.saves()
    applicant.checks(case)
    applicant.sees("都通过了，可以生成文书。")
    applicant.look("check")
    titles = applicant.papers(case)
    assert "联络员信息表" in titles
    applicant.look("papers")

    liaison = plain(people, system, looks, NEWCOMER.code)
    assert everybody_signs(applicant, liaison, case) == {LEADER.name, NEWCOMER.name, COMPANY.name}
    submits(applicant, case)

    examiner = people.examiner("shen1", java_script_enabled=False)
    sends_back_and_approves(examiner, applicant, liaison, case)
    applicant.returns_until(f"{case.url}/progress", "准予变更（备案）登记，已记入登记簿")
    applicant.look("progress")
    fact = f"EntityFact.objects.get(entity__uscc='{COMPANY.uscc}', item_code='liaison', valid_to=None).payload['name']"
    assert system.ask(fact) == NEWCOMER.name
    assert traces(system) == []


def photographs_a_card(applicant: Plain, case: Case, folder: Path) -> None:
    """Both sides in the plain form; what was read stands in the fields after a look."""
    applicant.room(case, "liaison")
    card = applicant.page.locator("#card")
    card.locator("input[name=front]").set_input_files(
        picture(applicant.system, f"people/{NEWCOMER.code}/photo-crooked.jpg", folder)
    )
    card.locator("summary").first.click()
    card.locator("input[name=back]").set_input_files(
        picture(applicant.system, f"people/{NEWCOMER.code}/photo-back.jpg", folder)
    )
    applicant.look("card")
    applicant.presses("上传识别")
    applicant.sees("身份证已识别")
    expect(applicant.page.locator("[name=name]")).to_have_value(NEWCOMER.name)
    applicant.look("card-read")


def everybody_signs(applicant: Plain, liaison: Plain, case: Case) -> set[str]:
    """Whoever is waited for: by face, and the company by its e-licence. Their names."""
    applicant.requests_signatures(case)
    applicant.look("signing")
    waiting = case.waiting()
    if LEADER.name in waiting:
        applicant.enters_from_case(case)
        applicant.signs()
    if COMPANY.name in waiting:
        applicant.enters_to_seal(case)
        applicant.seals()
    if NEWCOMER.name in waiting:
        liaison.enters_by_home()
        liaison.picks_case(case)
        liaison.signs()
    return waiting


def submits(applicant: Plain, case: Case) -> None:
    applicant.returns_until(f"{case.url}/sign", "签齐了，可以提交")
    applicant.look("ready")
    applicant.presses("提交申请")
    applicant.sees("已提交")


def sends_back_and_approves(examiner: Examiner, applicant: Plain, liaison: Plain, case: Case) -> None:
    """The desk without script, both ways."""
    examiner.look("desk")
    examiner.claims(case)
    examiner.look("desk-case")
    examiner.notes("登记联络员", "电子邮箱请换成本人的。")
    examiner.returns(1)
    applicant.returns_until(case.url, "电子邮箱请换成本人的。")
    applicant.presses("去改")
    applicant.types(email="zhu@example.com")
    applicant.saves()
    applicant.checks(case)
    applicant.papers(case)
    everybody_signs(applicant, liaison, case)
    submits(applicant, case)
    examiner.claims(case)
    examiner.approves()


def test_a_proof_of_three_photographs_goes_into_a_plain_form(
    people: People, outside: Outside, system: System, looks: Looks, tmp_path: Path
) -> None:
    applicant = plain(people, system, looks, "P03")
    applicant.logs_in()
    case = applicant.opens_change(company("C28"), "domicile")
    moves(applicant, case, date.fromisoformat(outside.now[:10]))
    applicant.goes_to(f"{case.url}/papers")
    applicant.sees("还差 1 份上传")
    applicant.presses("上传：")
    applicant.look("upload-empty")

    photos = [picture(system, f"papers/lease-{sheet}.jpg", tmp_path) for sheet in (2, 1, 3)]
    applicant.page.locator("input[type=file]").first.set_input_files(photos)
    applicant.presses("上传选好的文件")
    applicant.look("upload-waiting")
    applicant.sees("第 3 页 · 已拉直", "已合成 3 页")
    applicant.look("upload")
    order = [name.inner_text() for name in applicant.page.locator(".q-up__m b").all()]
    assert [name[-5] for name in order] == ["2", "1", "3"]
    applicant.page.locator(".q-up", has_text=order[1]).get_by_role("button", name=re.compile("上移$")).click()
    applicant.sees("已合成 3 页")
    assert applicant.page.locator(".q-up__m b").first.inner_text() == order[1]
    pictures = applicant.page.locator(".q-read img")
    expect(pictures).to_have_count(3)
    applicant.presses("好了，回文书")
    applicant.sees("已上传，3 页")


def moves(applicant: Plain, case: Case, day: date) -> None:
    """A house whose title nobody knows: streets typed in full, since nothing is suggested without script."""
    applicant.room(case, "domicile")
    applicant.look("domicile")
    applicant.selects("town", "张江镇")
    applicant.types(road="碧波路", number="9955", building="2", room="1203")
    applicant.selects("kind", "租赁")
    applicant.dates("usage_right_until", 2029, 11, 30)
    applicant.types(property_certificate_no="沪（2024）浦字不动产权第900999号")
    applicant.saves()
    applicant.look("domicile-saved")
    applicant.look("articles")
    applicant.dates("held_on", day.year, day.month, day.day)
    applicant.saves()
    applicant.checks(case)
    while applicant.button("我确认").is_visible():
        applicant.presses("我确认")
    applicant.sees("都通过了，可以生成文书。")
    applicant.look("domicile-check")
