"""验签和溯源: what was signed is checked by anybody, a changed file is found out, the evidence goes out, the desk sees the way.

The time-stamp service is down while they sign: nobody notices, and its stamp comes when it is back.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.cases import Case
from tests.journeys.filling import with_papers
from tests.journeys.outside import Outside
from tests.journeys.people import People, Signer, Someone
from tests.journeys.stories import company, person

pytestmark = pytest.mark.journey


@pytest.mark.row("R141", part="PDF签名有效性验证")
@pytest.mark.row("R141", part="溯源")
@pytest.mark.row("R148", part="签名追溯")
def test_what_was_signed_is_checked_by_anybody(people: People, outside: Outside, tmp_path: Path) -> None:
    outside.fault("timestamp", "down")
    applicant = people.citizen("P70")
    case = with_papers(applicant, company("C36"), "P05")
    signer = everybody_signs(people, applicant, case)

    link, number = opens_his_paper(signer)
    passer = Someone(people.phone(), signer.system, signer.looks)
    by_its_link(passer, link)
    outside.heal()
    passer.returns_until(link, "由时间戳服务盖")

    good = exports_evidence(signer, tmp_path)
    by_its_file(passer, good, tmp_path)
    the_desk_traces_it(people, applicant, case, number)
    for one in (signer, passer):
        one.heard_nothing_bad("422")


def everybody_signs(people: People, applicant: Signer, case: Case) -> Signer:
    """The leader signs and seals, then the new liaison, who is given back."""
    applicant.requests_signatures(case)
    applicant.enters_from_case(case)
    applicant.signs()
    applicant.enters_to_seal(case)
    applicant.seals()
    liaison = people.stranger("P05")
    liaison.enters_by_home()
    liaison.picks_case(case)
    liaison.signs()
    return liaison


def opens_his_paper(signer: Signer) -> tuple[str, str]:
    """A paper that is complete: its link for others, and his 签署流水号."""
    signer.goes_to(f"{signer.system.signing}/signed/")
    signer.page.locator("main a.q-row").first.click()
    signer.returns_until(signer.page.url, "扫码验签")
    signer.look("paper")
    link = signer.page.get_by_role("link", name="打开验签页面").get_attribute("href")
    own = signer.page.locator(".s-rec", has_text=signer.who.name).locator("dt:has-text('签署流水号') + dd")
    assert link
    return link, own.first.inner_text().strip()


def by_its_link(passer: Someone, link: str) -> None:
    """No log-in, no file; no whole name."""
    passer.goes_to(link)
    passer.sees("签名有效", "企登挡板根证书", "还没取到")
    passer.sees_not(person("P05").name, person("P70").name)
    passer.look("by-link")


def exports_evidence(signer: Signer, folder: Path) -> Path:
    """The ZIP on his phone; the signed document out of it."""
    with signer.page.expect_download() as coming:
        signer.presses("导出证据")
    with zipfile.ZipFile(coming.value.path()) as packed:
        assert {"README.txt", "evidence.json", "manifest.sig", "document.pdf"} <= set(packed.namelist())
        packed.extract("document.pdf", folder)
    return folder / "document.pdf"


def by_its_file(passer: Someone, good: Path, folder: Path) -> None:
    """The true file, a changed one, and what is no PDF."""
    passer.goes_to(f"{passer.system.signing}/verify/")
    passer.look("verify")
    chooses(passer, good)
    passer.sees("签名有效", "没有变化")
    passer.look("by-file")

    content = bytearray(good.read_bytes())
    content[content.index(b"stream\n") + 100] ^= 1
    changed = folder / "changed.pdf"
    changed.write_bytes(content)
    passer.presses("再验一份")
    chooses(passer, changed)
    passer.sees("不能当作原件使用", "签署之后文件内容被改动过（摘要不符）")
    passer.look("changed")

    note = folder / "note.txt"
    note.write_text("签好了")
    passer.presses("再验一份")
    chooses(passer, note)
    passer.sees("这不是 PDF 文件")
    passer.look("no-pdf")


def chooses(passer: Someone, file: Path) -> None:
    passer.page.locator("#file").set_input_files(file)
    passer.presses("验这份文件")


def the_desk_traces_it(people: People, applicant: Signer, case: Case, number: str) -> None:
    """The examiner of the office sees the whole way and takes the evidence; the auditor sees it masked."""
    applicant.goes_to(f"{case.url}/sign")
    applicant.presses("提交申请")
    applicant.sees("已提交")
    examiner = people.examiner("shen1")
    examiner.goes_to(f"{examiner.system.reg}/desk/signatures?q={number}")
    examiner.sees("发起签署", "刷脸核验通过", "盖上可信时间戳", person("P05").name, number)
    examiner.look("desk")
    with examiner.page.expect_download() as coming:
        examiner.presses("导出证据")
    with zipfile.ZipFile(coming.value.path()) as packed:
        assert "signatures/1/part.json" in packed.namelist()
    auditor = people.examiner("ji1")
    auditor.goes_to(f"{auditor.system.reg}/desk/signatures?q={number}")
    auditor.sees("发起签署", "盖上可信时间戳")
    auditor.sees_not(person("P05").name)
    expect(auditor.button("导出证据")).to_have_count(0)
    auditor.look("desk-auditor")
