"""The job of the first edition, whole: a company changes its liaison, legal representative, officers and domicile on a phone.

C01: 张示例 hands over to 钱范例, who becomes 董事长; 许演练 becomes liaison; the company moves within 浦东新区; the articles
follow. Six people sign, two companies seal, the examiner asks for two mends, the register holds what was applied for.
"""

from __future__ import annotations

import re
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.cases import Case
from tests.journeys.outside import Outside
from tests.journeys.people import People, Signer
from tests.journeys.stories import company, person
from tests.journeys.system import System

pytestmark = pytest.mark.journey

COMPANY, BEFORE, AFTER, LIAISON = company("C01"), person("P01"), person("P05"), person("P29")
UNREGISTERED_TITLE = "沪（2024）浦字不动产权第900999号"
MOVED_TO = "中国（上海）自由贸易试验区碧波路9955号2幢1203室"
MENDED_TO = "中国（上海）自由贸易试验区碧波路9955号2幢1205室"


@pytest.mark.row("R001", part="勾选一项或多项变更内容")
@pytest.mark.row("R006", part="提交")
@pytest.mark.row("R016", part="提交")
@pytest.mark.row("R017", part="提交")
def test_a_company_changes_its_people_and_moves(
    people: People, outside: Outside, system: System, tmp_path: Path
) -> None:
    applicant = people.citizen(BEFORE.code)
    applicant.look("home")
    case = applicant.opens_change(COMPANY, "liaison", "legal_representative", "officers", "domicile")
    applicant.look("overview")

    names_the_liaison(applicant, case)
    photographs_the_new_leader(applicant, case, tmp_path)
    makes_him_chairman(applicant, case)
    moves(applicant, case)
    writes_down_the_resolution(applicant, case)
    confirms_what_is_asked(applicant, case)
    has_the_papers_made(applicant, case)
    photographs_the_lease(applicant, case, [1, 2], tmp_path)
    everybody_signs(people, applicant, case)
    submits(applicant, case)

    examiner = people.examiner("shen1")
    examiner.look("desk")
    examiner.claims(case)
    examiner.look("desk-case")
    examiner.sees("张示例", "钱范例", MOVED_TO)
    examiner.notes("住所", "租赁合同上写的是1205室，申请写的是1203室，请改成一致。", "细则第三十五条")
    examiner.notes("变更后住所的使用相关文件", "租赁合同缺第3页，请补齐。")
    examiner.look("desk-points")
    examiner.returns(2)

    first = case.papers()
    applicant.returns_until(case.url, "要补正的")
    applicant.sees("租赁合同上写的是1205室", "租赁合同缺第3页，请补齐。")
    applicant.look("returned")
    applicant.room(case, "domicile")
    applicant.types(room="1205")
    applicant.saves()
    confirms_what_is_asked(applicant, case)
    photographs_the_lease(applicant, case, [3], tmp_path)
    applicant.papers(case)
    applicant.look("papers-again")
    only_what_says_the_address_is_signed_anew(first, case.papers())
    everybody_signs(people, applicant, case, again=True)
    submits(applicant, case)

    examiner.claims(case)
    examiner.look("desk-again")
    examiner.sees(MENDED_TO)
    examiner.approves()
    examiner.look("desk-approved")

    applicant.returns_until(case.url + "/progress", "电子营业执照已更新")
    applicant.look("progress")
    applicant.returns_until(case.url + "/notice", "下载盖章的 PDF")
    applicant.look("notice")
    the_register_holds_it(system, case)
    the_licence_and_the_applicant_were_told(outside, applicant, case)

    system.stop()
    system.start()
    applicant.goes_to(case.url + "/progress")
    applicant.sees("准予变更（备案）登记", "电子营业执照已更新")
    the_register_holds_it(system, case)


def names_the_liaison(applicant: Signer, case: Case) -> None:
    """From the people the register knows; the number typed wrong is another person's and is stopped."""
    applicant.room(case, "liaison")
    applicant.page.get_by_text("从已有人员中选").click()
    applicant.presses(LIAISON.name)
    expect(applicant.page.locator("[name=name]")).to_have_value(LIAISON.name)
    applicant.look("liaison")
    applicant.saves()
    expect(applicant.page.locator("h1")).to_have_text("法定代表人")


def photographs_the_new_leader(applicant: Signer, case: Case, folder: Path) -> None:
    """Both sides, crooked: the fields fill by themselves; what is still missing is told."""
    front = picture(applicant.system, f"people/{AFTER.code}/photo-crooked.jpg", folder)
    back = picture(applicant.system, f"people/{AFTER.code}/photo-back.jpg", folder)
    applicant.page.locator("#card input[name=front]").set_input_files(front)
    applicant.page.locator("#card summary").click()
    applicant.page.locator("#card input[name=back]").set_input_files(back)
    applicant.look("card-photographed")
    applicant.presses("上传识别")
    applicant.sees("身份证已识别")
    expect(applicant.page.locator("[name=name]")).to_have_value(AFTER.name)
    expect(applicant.page.locator("[name=id_valid_to_year]")).to_have_value(re.compile(r"^20\d\d$"))
    applicant.look("card-read")
    applicant.selects("reason", "任期届满")
    applicant.saves()
    applicant.sees("请填写手机号码。", "法定代表人应由代表公司执行公司事务的董事或者经理担任")
    applicant.look("leader-missing")
    applicant.types(mobile=AFTER.mobile)
    applicant.saves()
    expect(applicant.page.locator("h1")).to_have_text("董事、监事、高级管理人员")


def makes_him_chairman(applicant: Signer, case: Case) -> None:
    """The page offers exactly what the law still asks for."""
    applicant.sees("钱范例：董事长")
    applicant.look("officers")
    applicant.presses("添加")
    applicant.look("officer-offered")
    applicant.dates("term_from", 2026, 11, 26)
    applicant.dates("term_to", 2028, 5, 19)
    applicant.presses("保存")
    applicant.sees("董事长只设一人，名单里有 2 名")
    applicant.look("two-chairmen")
    applicant.page.locator("li", has_text=BEFORE.name).get_by_role("button", name=re.compile("^卸任")).click()
    applicant.sees("恢复")
    applicant.saves()
    expect(applicant.page.locator("h1")).to_have_text("住所")


def moves(applicant: Signer, case: Case) -> None:
    """A house the property register does not know."""
    applicant.selects("town", "张江镇")
    applicant.types(road="碧波路", number="9955", building="2", room="1203")
    applicant.selects("kind", "租赁")
    applicant.dates("usage_right_until", 2029, 11, 30)
    applicant.types(property_certificate_no=UNREGISTERED_TITLE)
    applicant.page.locator("[name=room]").focus()
    applicant.sees(MOVED_TO, "没有查到这个产权证编号，要上传证明。")
    applicant.look("domicile")
    applicant.saves()
    expect(applicant.page.locator("h1")).to_have_text("章程")


def writes_down_the_resolution(applicant: Signer, case: Case) -> None:
    """The clauses stand there already, composed from what was answered."""
    clauses = [box.input_value() for box in applicant.page.locator("textarea").all()]
    assert any(MOVED_TO in clause for clause in clauses)
    assert any(f"现由{AFTER.name}担任" in clause for clause in clauses)
    applicant.chooses("mode", "meeting")
    applicant.dates("held_on", 2026, 11, 26)
    applicant.types(place="公司会议室")
    for voter in range(3):
        applicant.chooses(f"vote_{voter}", "for")
    applicant.look("articles")
    applicant.saves()


def confirms_what_is_asked(applicant: Signer, case: Case) -> None:
    """核对结果: reads each 需确认 and confirms it."""
    applicant.checks(case)
    applicant.look("check")
    while applicant.button("我确认").is_visible():
        open_ones = applicant.page.get_by_role("button", name="我确认").count()
        applicant.presses("我确认")
        expect(applicant.page.get_by_role("button", name="我确认")).to_have_count(open_ones - 1)
    applicant.sees("都通过了，可以生成文书。")
    applicant.look("checked")


def has_the_papers_made(applicant: Signer, case: Case) -> None:
    """Every paper of the list, as pictures; the proof of the domicile is for the applicant to bring."""
    titles = applicant.papers(case)
    for title in ("公司登记（备案）申请书", "人员信息表", "联络员信息表", "股东会决议", "章程修正案"):
        assert title in titles
    applicant.sees("还没有上传“变更后住所的使用相关文件”")
    applicant.look("papers")
    applicant.presses("预览")
    expect(applicant.page.locator("main img").first).to_be_visible()
    applicant.look("paper")


def photographs_the_lease(applicant: Signer, case: Case, sheets: list[int], folder: Path) -> None:
    """Crooked photographs become one straight PDF, page by page."""
    applicant.goes_to(f"{case.url}/uploads/address_proof")
    photos = [picture(applicant.system, f"papers/lease-{sheet}.jpg", folder) for sheet in sheets]
    applicant.page.locator("input[type=file]").first.set_input_files(photos)
    applicant.sees(f"第 {max(sheets)} 页 · 已拉直", f"已合成 {max(sheets)} 页")
    applicant.look(f"upload-{max(sheets)}")


def everybody_signs(people: People, applicant: Signer, case: Case, *, again: bool = False) -> None:
    """Each in his own browser, by the to-do he was told of."""
    applicant.requests_signatures(case)
    applicant.look("signing-again" if again else "signing")
    applicant.enters_from_case(case)
    applicant.signs()
    applicant.enters_to_seal(case)
    applicant.seals()
    waiting = case.waiting()
    assert {AFTER.name, person("P13").name} <= waiting
    for code in ("P05", "P13", "P26", "P29"):
        if person(code).name in waiting:
            signer = people.stranger(code)
            signer.enters_by_home()
            signer.picks_case(case)
            signer.signs()
    shareholder = people.stranger("P07")
    shareholder.enters_for_company(company("C06"))
    shareholder.picks_case(case)
    shareholder.seals()


def submits(applicant: Signer, case: Case) -> None:
    applicant.returns_until(f"{case.url}/sign", "签齐了，可以提交")
    applicant.look("ready")
    applicant.presses("提交申请")
    applicant.sees("已提交")
    applicant.look("submitted")


def only_what_says_the_address_is_signed_anew(
    first: dict[str, dict[str, object]], second: dict[str, dict[str, object]]
) -> None:
    kept = {name for name in first if second.get(name, {}).get("id") == first[name]["id"]}
    anew = set(second) - kept
    assert {name.partition(":")[0] for name in anew} == {"application", "resolution", "articles"}
    assert all(second[name]["file"] == first[name]["file"] for name in kept)
    assert not any(second[name]["file"] for name in anew)


def the_register_holds_it(system: System, case: Case) -> None:
    """New facts from today, the old ones ended, the roles moved."""
    now = f"{{f.item_code: f.payload for f in EntityFact.objects.filter(entity__uscc='{COMPANY.uscc}', valid_to=None)}}"
    facts = system.ask(now)
    assert facts["legal_representative"]["name"] == AFTER.name
    assert facts["liaison"]["name"] == LIAISON.name
    assert facts["domicile"]["full"] == MENDED_TO
    chairmen = [row["name"] for row in facts["officers"]["rows"] if row["position"] == "chairman"]
    assert chairmen == [AFTER.name]
    assert case.state == "recorded"


def the_licence_and_the_applicant_were_told(outside: Outside, applicant: Signer, case: Case) -> None:
    applicant.returns_until(f"{applicant.system.sandbox}/licences/", case.number)
    applicant.sees("章程、住所、法定代表人、登记联络员、董事、监事、高级管理人员")
    applicant.look("licences")
    assert any("准予" in text for text in outside.messages(applicant.who.mobile))
    applicant.goes_to(f"{applicant.system.reg}/inbox")
    applicant.sees("准予")
    applicant.look("inbox")


def picture(system: System, path: str, folder: Path) -> Path:
    """A picture that the outside world offers, as taken by the phone."""
    place = folder / path.replace("/", "-")
    with urllib.request.urlopen(f"{system.sandbox}/{path}", timeout=60) as answer:
        place.write_bytes(answer.read())
    return place
