"""授权签署 from reading to the signed file: marked wherever it is shown, checked until the very signature. R132, R135."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.utils.html import strip_tags

from foundation import clock
from foundation.clock.models import ClockOffset
from foundation.files.services import file_read
from foundation.identity.actor import Actor, ActorKind
from foundation.pdf.render import open_document
from signing.ceremonies.behalf import authorisations_lapse
from signing.ceremonies.models import Ceremony, CeremonyItem, SignatureRecord
from signing.ceremonies.running import ceremonies_due
from signing.ceremonies.trust import trust
from signing.evidence.export import evidence_export
from signing.evidence.models import EvidenceRecord
from signing.evidence.trace import trace
from signing.guard.models import Reason, RefusedAttempt
from signing.pdf.verify import verify_pdf
from signing.tasks.models import Authorisation, Document, Task
from signing.testing import (
    COMPANY,
    PERSONS,
    Browser,
    Caller,
    World,
    arrive,
    authorised,
    batch,
    document,
    drawn,
    prove,
    slot,
    work,
)

Enter = Callable[..., Browser]
PRINCIPAL, DELEGATE, OTHER = PERSONS["P01"], PERSONS["P04"], PERSONS["P13"]
NUMBER = "SQ-20261101-001"
TITLE = "授权签署：您代 张示例（法定代表人）签署"


def asked(world: World, behalf: dict[str, Any]) -> list[dict[str, Any]]:
    """Two papers of the delegate: one that he signs for himself and for the principal, one only for himself."""
    signed_for = slot(DELEGATE, name="legal", role="法定代表人", x=300, y=500, behalf=behalf)
    mixed = document(world, "D1", [slot(DELEGATE, name="own", role="联络员"), signed_for], pages=1, title="登记申请书")
    return [mixed, document(world, "D2", [slot(DELEGATE, role="联络员", x=200)], pages=1, title="承诺书")]


@pytest.fixture
def papers(reg: Caller, world: World) -> dict[str, Document]:
    """The two papers, here; the authorisation ends with today."""
    assert reg.order(batch(world, asked(world, authorised(PRINCIPAL, days=0)), business="chain")).status_code == 201
    arrive(world)
    return {row.ref: row for row in Document.objects.order_by("pk")}


def started(browser: Browser, world: World, papers: dict[str, Document]) -> Ceremony:
    """Everything is read and agreed to, identity and face are proved; nothing is signed yet."""
    for paper in papers.values():
        browser.agree(paper, ink=drawn())
    return prove(browser, world)


def signed(browser: Browser, world: World, papers: dict[str, Document]) -> Ceremony:
    ceremony = started(browser, world, papers)
    work()
    ceremony.refresh_from_db()
    return ceremony


def read(answer: Any) -> str:
    """A page as it is read, without its marks."""
    return strip_tags(answer.content.decode())


def content(ref: str) -> bytes:
    stored = Document.objects.get(ref=ref).current
    assert stored is not None
    return file_read(stored)


def shown_in(pdf: bytes, slots: dict[str, Any]) -> dict[str, str]:
    """What is written in each slot of the first page."""
    flat = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as whole:
        whole.flatten_annotations("print")
        whole.save(flat)
    with open_document(flat.getvalue()) as opened:
        text = opened[0].get_textpage()
        return {
            name: text.get_text_bounded(at["x"], at["y"], at["x"] + at["width"], at["y"] + at["height"])
            for name, at in slots.items()
        }


@pytest.mark.row("R135", part="标注授权签署")
@pytest.mark.row("R135", part="签名应用于各文书不同部位")
def test_one_signature_goes_to_the_place_of_every_paper_and_is_marked_where_it_is_for_another(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    ceremony = signed(enter("P04"), world, papers)
    assert set(ceremony.items.values_list("state", flat=True)) == {"signed"}
    first, second = content("D1"), content("D2")
    places = {task.slot: task.place for task in Task.objects.filter(document=papers["D1"])}
    written = shown_in(first, places)
    assert "授权签署（代 张示例）" in written["legal"]
    assert "授权" not in written["own"], "his own signature is not marked"
    for task in Task.objects.filter(document=papers["D1"]):
        assert str(task.sign_no) in written[task.slot]
    (other,) = Task.objects.filter(document=papers["D2"])
    assert str(other.sign_no) in shown_in(second, {other.slot: other.place})[other.slot]
    report = verify_pdf(first, trust().roots, trust().intermediates)
    assert report.ok
    assert {one.field: (one.signer, one.reason) for one in report.signatures} == {
        "own": ("赵演示", ""),
        "legal": ("赵演示", "授权签署（代 张示例）"),
    }
    assert "处的签名，注明“授权签署（代 张示例）”，有效" in "".join(report.sentences)
    assert pictures(first, "legal") == pictures(first, "own") == 1, "the handwriting is the delegate's, in both"


def pictures(pdf: bytes, field: str) -> int:
    """How many pictures the appearance of a signature holds."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        widget = next(one for one in opened.Root.AcroForm.Fields if str(one.T) == field)
        return len(widget.AP.N.Resources.XObject)


@pytest.mark.row("R132", part="合并自然人和企业身份")
@pytest.mark.row("R132", part="枚举待签署文件")
def test_what_waits_for_a_person_his_principal_and_his_enterprise_stands_in_one_list(
    reg: Caller, enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    """本人的、经授权代法定代表人签的、企业盖章的，来自两个分支机构的申请."""
    seal = slot(COMPANY, kind="seal", role="隶属企业", x=320, width=110, height=110)
    more = batch(
        world,
        [document(world, "D3", [seal], pages=1, title="分支机构设立决定")],
        ref="B2",
        case_no="310115202611230000018",
        business="chain",
    )
    assert reg.order(more, key="k2").status_code == 201
    arrive(world)
    page = read(enter("P04", company=True).get("/?business=chain"))
    assert "3 份文书等您签" in page
    for words in ("登记申请书", "承诺书", "分支机构设立决定", "联络员", TITLE, f"授权编号 {NUMBER}，有效至", "待盖章"):
        assert words in page
    assert "登记申请书" not in read(enter("P01").get("/")), "the principal has nothing to sign"


def test_every_page_says_for_whom_by_what_right_and_until_when(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    browser, today = enter("P04"), clock.today()
    terms = f"授权编号 {NUMBER}，有效至 {today.year}年{today.month}月{today.day}日"
    paper = browser.url(papers["D1"])
    for path in ("/", "/many/", f"/cases/{papers['D1'].batch.public_id}/", paper):
        page = read(browser.get(path))
        assert TITLE in page, path
        assert terms in page, path
    assert "授权事项：代为签署分支机构设立、变更、注销登记的申请书。" in read(browser.get(paper))
    assert "授权签署" not in read(browser.get(browser.url(papers["D2"])))
    browser.agree(papers["D1"])
    assert "请写您自己的名字，不要写张示例的" in read(browser.get(browser.url(papers["D2"])))
    browser.agree(papers["D2"], ink=drawn())
    ceremony = Ceremony.objects.get()
    proving = read(browser.get(f"/ceremonies/{ceremony.no}/"))
    assert "其中 1 处是授权签署" in proving
    prove(browser, world)
    work()
    done = read(browser.get(f"/ceremonies/{ceremony.no}/"))
    assert "3 处签名都签好了" in done
    assert done.count(TITLE) == 1
    assert terms in done
    result = read(browser.get(paper))
    assert "代 张示例（法定代表人）签" in result
    assert result.count("联络员") >= 1
    assert "授权签署" in read(browser.get("/signed/"))


def test_another_signer_reads_the_name_of_the_principal_masked(reg: Caller, enter: Enter, world: World) -> None:
    both = [slot(DELEGATE, role="法定代表人", behalf=authorised(PRINCIPAL)), slot(OTHER, x=300)]
    reg.order(batch(world, [document(world, "D1", both, pages=1)]))
    arrive(world)
    delegate, other, paper = enter("P04"), enter("P13"), Document.objects.get()
    delegate.agree(paper)
    prove(delegate, world)
    work()
    page = read(other.get(other.url(paper)))
    assert "代 *示例（法定代表人）签" in page
    assert "张示例" not in page


def test_whoever_verifies_reads_it_with_the_name_masked(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    signed(enter("P04"), world, papers)
    code = EvidenceRecord.objects.get(document__ref="D1").code
    page = read(Client().get(f"/verify/{code}/"))
    assert "代 *示例 签" in page
    assert "签名人得到授权，用自己的签名和证书替对方签" in page
    told = Client().get(f"/verify.json?code={code}").json()
    by_mark = {one["on_behalf_of"] for one in told["signatures"]}
    assert by_mark == {None, "*示例"}
    for said in (page, json.dumps(told, ensure_ascii=False)):
        assert "张示例" not in said


def test_a_mark_that_was_written_into_the_file_afterwards_is_not_believed(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    signed(enter("P04"), world, papers)
    utf16 = "示".encode("utf-16-be").hex().upper().encode()
    changed, count = re.subn(rb"(?i)(/Reason\s*<[0-9A-F]*)" + utf16, rb"\g<1>" + b"6597", content("D1"))
    assert count == 1
    told = Client().post("/verify.json", changed, content_type="application/pdf").json()
    assert told["ok"] is False
    assert {one["on_behalf_of"] for one in told["signatures"]} == {None}


def test_evidence_trace_and_the_clients_answers_name_principal_and_authorisation(
    enter: Enter, reg: Caller, world: World, papers: dict[str, Document]
) -> None:
    signed(enter("P04"), world, papers)
    kept = EvidenceRecord.objects.get(document__ref="D1")
    by_role = {line["role"]: line for line in kept.main["signatures"]}
    assert (by_role["法定代表人"]["on_behalf_of"], by_role["法定代表人"]["authorisation"]) == ("*示例", NUMBER)
    assert "on_behalf_of" not in by_role["联络员"]
    part = next(one for one in kept.parts if one["role"] == "法定代表人")
    assert part["signer"]["name"] == "赵演示"
    assert part["on_behalf_of"]["name"] == "张示例"
    assert part["on_behalf_of"]["id_number"] == "310***********9190"
    today = clock.today().isoformat()
    assert (part["authorisation"]["number"], part["authorisation"]["valid_until"]) == (NUMBER, today)
    packed = evidence_export(actor=Actor.system("test"), record=kept)
    assert packed
    staff = Actor(kind=ActorKind.STAFF, ref="S1")
    (found,) = trace(actor=staff, client=papers["D1"].client, text=NUMBER, masked=True)
    assert found.hit.kinds == ("授权编号",)
    notes = {step.note for step in found.steps if step.what == "签名"}
    assert notes == {"以联络员身份", "授权签署，代 *示例（法定代表人）签"}
    assert NUMBER in {step.numbers.get("授权编号") for step in found.steps}
    answered = reg.get("/api/documents/D1/signatures").json()["signatures"]
    assert {one["slot"]: (one["on_behalf_of"] or {}).get("authorisation") for one in answered} == {
        "own": None,
        "legal": NUMBER,
    }


# ---- no longer in force ----


def midnight(world: World, minutes: int) -> None:
    """So many minutes after the next midnight of Shanghai, for us and for who issues certificates."""
    now = clock.to_shanghai(clock.wall())
    begin = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    world.authority.ahead = begin - now + timedelta(minutes=minutes)
    ClockOffset.move_to(world.authority.ahead)


def test_an_authorisation_that_lapsed_at_midnight_is_refused_at_the_signing_and_the_rest_goes_on(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P04")
    world.faults["ca"] = "down"
    ceremony = started(browser, world, papers)
    work()
    midnight(world, 1)
    world.faults.clear()
    Ceremony.objects.update(next_try_at=clock.wall())
    ceremonies_due()
    work()
    assert set(SignatureRecord.objects.values_list("task__slot", flat=True)) == {"own", "s200"}
    attempt = RefusedAttempt.objects.get()
    failed = CeremonyItem.objects.get(state="dropped")
    assert (attempt.reason, attempt.obj_ref) == (Reason.AUTHORISATION_LAPSED, failed.sign_no)
    assert failed.problem == "授权已过有效期"
    page = read(browser.get(f"/ceremonies/{ceremony.no}/"))
    assert "签好 2 处，1 处没有签上" in page
    assert "再签没签上的" not in page, "what cannot be signed is not offered again"
    (found,) = trace(actor=Actor.system("t"), client=papers["D1"].client, text=failed.sign_no, masked=True)
    assert "授权已过有效期" in {step.note for step in found.steps}


def test_it_is_still_in_force_a_minute_before_midnight(enter: Enter, world: World, papers: dict[str, Document]) -> None:
    midnight(world, -5)
    signed(enter("P04"), world, papers)
    assert SignatureRecord.objects.count() == 3


def test_a_ceremony_begins_without_what_has_lapsed_and_that_is_written_down(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P04")
    browser.agree(papers["D1"])
    browser.read(papers["D2"])
    midnight(world, 1)
    browser.tap(papers["D2"])
    assert list(Ceremony.objects.get().items.values_list("task__slot", flat=True)) == ["s200"]
    attempt = RefusedAttempt.objects.get()
    assert (attempt.reason, attempt.details) == (Reason.AUTHORISATION_LAPSED, {"authorisation": NUMBER})
    assert Document.objects.get(ref="D1").unauthorised == "授权已过有效期"
    assert "授权已过有效期" in read(browser.get(browser.url(papers["D1"])))


def test_who_taps_after_the_end_reads_why_and_is_written_down(
    enter: Enter, reg: Caller, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P04")
    browser.read(papers["D1"])
    reg.post(f"/api/authorisations/{NUMBER}/end", {})
    answer = browser.tap(papers["D1"])
    assert answer.headers["Location"] == browser.url(papers["D1"])
    page = read(browser.get(browser.url(papers["D1"])))
    assert "授权已终止" in page
    assert "您不用再签" in page
    assert RefusedAttempt.objects.get().reason == Reason.AUTHORISATION_ENDED


def test_a_running_ceremony_drops_what_was_ended_and_signs_the_rest(
    enter: Enter, reg: Caller, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P04")
    world.faults["ca"] = "down"
    ceremony = started(browser, world, papers)
    work()
    reg.post(f"/api/authorisations/{NUMBER}/end", {})
    states = ceremony.items.order_by("pk").values_list("task__slot", "state", "problem")
    assert list(states) == [
        ("own", "dropped", "授权已终止"),
        ("legal", "dropped", "授权已终止"),
        ("s200", "queued", ""),
    ]
    attempt = RefusedAttempt.objects.get()
    assert (attempt.reason, attempt.obj_ref[-5:]) == (Reason.AUTHORISATION_ENDED, "1-2-1")
    world.faults.clear()
    Ceremony.objects.update(next_try_at=clock.wall())
    ceremonies_due()
    work()
    ceremony.refresh_from_db()
    assert ceremony.state == "done"
    assert [one.task.slot for one in SignatureRecord.objects.all()] == ["s200"]
    (found,) = trace(actor=Actor.system("t"), client=papers["D1"].client, text=NUMBER, masked=True)
    whats = [step.what for step in found.steps]
    assert whats.index("终止授权") < len(whats)
    assert "文书已取消" in whats


def test_a_ceremony_that_nobody_has_proved_is_given_up_when_nothing_is_left_of_it(
    enter: Enter, reg: Caller, world: World
) -> None:
    alone = slot(DELEGATE, role="法定代表人", behalf=authorised(PRINCIPAL))
    reg.order(batch(world, [document(world, "D1", [alone], pages=1)]))
    arrive(world)
    browser = enter("P04")
    browser.agree(Document.objects.get())
    ceremony = Ceremony.objects.get()
    reg.post(f"/api/authorisations/{NUMBER}/end", {})
    ceremony.refresh_from_db()
    assert ceremony.state == "dropped"
    assert ceremony.items.get().problem == "授权已终止"
    assert "授权已终止" in read(browser.get(f"/ceremonies/{ceremony.no}/"))


def test_a_ceremony_of_which_nothing_is_left_asks_for_no_certificate(enter: Enter, reg: Caller, world: World) -> None:
    alone = slot(DELEGATE, role="法定代表人", behalf=authorised(PRINCIPAL))
    reg.order(batch(world, [document(world, "D1", [alone], pages=1)]))
    arrive(world)
    browser = enter("P04")
    browser.agree(Document.objects.get())
    ceremony = prove(browser, world)
    reg.post(f"/api/authorisations/{NUMBER}/end", {})
    work()
    ceremony.refresh_from_db()
    assert ceremony.state == "done"
    assert world.certificates == 0


def test_the_end_is_checked_at_the_signature_itself(enter: Enter, world: World, papers: dict[str, Document]) -> None:
    """Even where, against all rules, the task was left waiting."""
    started(enter("P04"), world, papers)
    Authorisation.objects.update(ended_at=clock.now())
    work()
    assert set(SignatureRecord.objects.values_list("task__slot", flat=True)) == {"own", "s200"}
    assert RefusedAttempt.objects.get().reason == Reason.AUTHORISATION_ENDED


def test_a_seal_under_way_on_a_stopped_document_is_kept_and_not_counted(
    enter: Enter, reg: Caller, world: World
) -> None:
    slots = [
        slot(DELEGATE, role="法定代表人", behalf=authorised(PRINCIPAL)),
        slot(COMPANY, kind="seal", x=320, width=110, height=110),
    ]
    reg.order(batch(world, [document(world, "D1", slots, pages=1)]))
    arrive(world)
    company = enter("P01", company=True)
    company.agree(Document.objects.get())
    reg.post(f"/api/authorisations/{NUMBER}/end", {})
    order = world.confirm_seal()
    Caller("sandbox").post("/callbacks/elicence/", {"ref": order["ref"], "order_no": order["order_no"]})
    work()
    record = SignatureRecord.objects.get()
    assert record.counted is False
    assert Document.objects.get().revision == 0


def test_the_ticker_closes_what_lapsed_in_a_ceremony_too(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P04")
    for paper in papers.values():
        browser.agree(paper)
    midnight(world, 1)
    authorisations_lapse()
    ceremony = Ceremony.objects.get()
    assert list(ceremony.items.order_by("pk").values_list("state", flat=True)) == ["dropped", "dropped", "queued"]
    assert ceremony.state == "verifying", "the other paper is still to be signed"
