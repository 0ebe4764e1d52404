"""变更登记联络员, from log-in to the register: the whole way of the shortest case."""

from __future__ import annotations

import pytest

from tests.journeys.outside import Outside
from tests.journeys.people import People
from tests.journeys.stories import company, person
from tests.journeys.system import System

pytestmark = pytest.mark.journey


def test_a_company_changes_its_liaison(people: People, outside: Outside, system: System) -> None:
    """李样本 of C02 makes 钱范例 the liaison; the examiner asks for two mends; the register holds the new liaison."""
    applicant, newcomer = people.citizen("P02"), person("P05")
    applicant.look("home")
    case = applicant.opens_change(company("C02"), "liaison")
    applicant.look("overview")

    # a wrong check digit is refused with the sentence
    applicant.room(case, "liaison")
    applicant.look("room")
    applicant.types(name=newcomer.name, id_number=newcomer.id_number[:-1] + "1", mobile=person("P06").mobile)
    applicant.saves()
    applicant.sees("号码的最后一位和前面对不上")
    applicant.look("room-wrong")

    # somebody else's mobile is stopped with the sentence of CO12, which rests on no article but on a requirement
    applicant.types(id_number=newcomer.id_number)
    applicant.saves()
    applicant.checks(case)
    applicant.sees("您填写的登记联络员移动电话非本人实名制移动电话，请修改。", "登记机关的填报要求")
    applicant.look("check-stopped")
    applicant.goes_to(f"{case.url}/papers")
    applicant.sees("还有没通过核对的地方")

    # mended
    applicant.room(case, "liaison")
    applicant.types(mobile=newcomer.mobile)
    applicant.saves()
    applicant.checks(case)
    applicant.sees("都通过了，可以生成文书。")
    applicant.look("check")

    # the papers are there as pictures
    applicant.papers(case)
    applicant.look("papers")
    applicant.presses("预览")
    applicant.look("paper")

    applicant.requests_signatures(case)
    applicant.look("signing-progress")
    applicant.enters_from_case(case)
    applicant.signs()
    applicant.enters_to_seal(case)
    applicant.seals()

    liaison = people.stranger("P05")
    liaison.enters_by_home()
    liaison.picks_case(case)
    liaison.signs()

    applicant.goes_to(f"{case.url}/sign")
    applicant.sees("签齐了，可以提交")
    applicant.look("ready")
    applicant.presses("提交申请")
    applicant.sees("已提交")
    applicant.look("submitted")

    examiner = people.examiner("shen5")
    examiner.look("desk")
    examiner.claims(case)
    examiner.look("desk-case")
    examiner.notes("登记联络员", "电子邮箱打不开，请换一个能收到邮件的。", "细则第七条")
    examiner.notes("联络员信息表", "电子邮箱要和填写的一致。")
    examiner.look("desk-points")
    examiner.returns(2)

    first = case.papers()
    applicant.returns_until(case.url, "要补正的")
    applicant.sees("电子邮箱打不开，请换一个能收到邮件的。", "电子邮箱要和填写的一致。")
    applicant.look("returned")
    applicant.presses("去改")
    applicant.types(email="qian@example.com")
    applicant.saves()
    applicant.checks(case)
    applicant.papers(case)
    applicant.look("papers-again")
    second = case.papers()
    print(first, second)
    applicant.requests_signatures(case)
    applicant.look("signing-again")
    applicant.enters_from_case(case)
    applicant.signs()
    applicant.enters_to_seal(case)
    applicant.seals()
    applicant.goes_to(f"{case.url}/sign")
    applicant.sees("签齐了，可以提交")
    applicant.presses("提交申请")

    examiner.claims(case)
    examiner.look("desk-again")
    examiner.approves()
    examiner.look("desk-approved")
    print(
        system.ask(
            f"[[f.payload, f.valid_to, f.case_number] for f in EntityFact.objects.filter(entity__uscc='{case.company.uscc}', item_code='liaison')]"
        )
    )
    applicant.returns_until(case.url + "/progress", "电子营业执照已更新")
    applicant.look("progress")
    applicant.returns_until(case.url + "/notice", "下载盖章的 PDF")
    applicant.look("notice")
    print(outside.messages(applicant.who.mobile), outside.messages(newcomer.mobile))
    applicant.goes_to(f"{system.sandbox}/licences/")
    applicant.look("licences")
    applicant.goes_to(f"{system.reg}/inbox")
    applicant.look("inbox")
    applicant.goes_to(f"{system.reg}/me")
    applicant.look("me")
