"""一起签: papers of many cases in one ceremony; a killed worker signs nothing twice; one that fails leaves the others. R142, R149."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from foundation import clock
from foundation.files.services import file_read
from foundation.identity.actor import Actor, ActorKind
from signing.ceremonies import applying, running
from signing.ceremonies.models import Ceremony, CeremonyItem, SignatureRecord
from signing.ceremonies.states import CeremonyState, ItemState
from signing.ceremonies.trust import trust
from signing.pdf.appearance import Appearance
from signing.pdf.errors import SigningError
from signing.pdf.sign import prepare
from signing.pdf.verify import verify_pdf
from signing.seals.models import SealOrder
from signing.tasks.models import Document, Reading, Task
from signing.tasks.services import papers_choose
from signing.tasks.states import TaskState
from signing.testing import (
    COMPANY,
    PERSONS,
    Browser,
    Caller,
    World,
    arrive,
    batch,
    come_back,
    document,
    prove,
    slot,
    work,
)

Enter = Callable[..., Browser]
P13 = PERSONS["P13"]


def order(reg: Caller, world: World, cases: int, each: int = 1, **changes: Any) -> list[Document]:
    """So many cases of so many documents, all for 卫甲, the first one of each also for the company's seal."""
    for case in range(cases):
        slots = [slot(P13, x=60)]
        papers = [document(world, f"C{case}D{n}", slots, pages=1, title=f"决议{case}-{n}") for n in range(each)]
        number = f"3101152026112300{case:04d}17"
        body = batch(world, papers, ref=f"B{case}", case_no=number, **changes)
        assert reg.order(body, key=f"k{case}").status_code == 201
    arrive(world)
    return list(Document.objects.order_by("pk"))


def choose(browser: Browser, papers: list[Document]) -> Any:
    names = [browser.url(one).split("/")[2] for one in papers]
    return browser.post("/many/", {"paper": names})


@pytest.mark.row("R149", part="签名状态控制")
def test_papers_of_several_cases_are_read_and_signed_in_one_ceremony(reg: Caller, enter: Enter, world: World) -> None:
    papers = order(reg, world, cases=3)
    browser = enter("P13")
    assert "3 件申请的 3 份文书一起签" in browser.get("/").content.decode()
    chosen = papers[::2]
    first = choose(browser, chosen)
    assert first.headers["Location"] == browser.url(chosen[0])
    assert "您选了 2 份一起签" in browser.get(browser.url(chosen[0])).content.decode()
    assert browser.agree(chosen[0]).headers["Location"] == browser.url(chosen[1])
    browser.agree(chosen[1])
    ceremony = prove(browser, world)
    work()
    ceremony.refresh_from_db()
    assert ceremony.state == CeremonyState.DONE
    assert set(SignatureRecord.objects.values_list("business_no", flat=True)) == {
        one.batch.matter.number for one in chosen
    }
    assert Task.objects.get(document=papers[1]).state == TaskState.OPEN, "what was not chosen is not signed"
    bound = ceremony.verifications.get(purpose="face").bound
    assert sorted(bound) == sorted(ceremony.items.values_list("sign_no", flat=True))


def test_papers_stand_where_they_are_chosen_in_the_order_in_which_they_are_read(
    reg: Caller, enter: Enter, world: World
) -> None:
    papers = order(reg, world, cases=3)
    browser = enter("P13")
    names = re.findall(r'name="paper" value="(\w+)"', browser.get("/many/").content.decode())
    assert [f"/papers/{name}/" for name in names] == [browser.url(paper) for paper in papers]


def test_nothing_chosen_is_said_and_each_case_can_be_signed_alone_again(
    reg: Caller, enter: Enter, world: World
) -> None:
    papers = order(reg, world, cases=2)
    browser = enter("P13")
    nothing = browser.post("/many/", {})
    assert nothing.status_code == 422
    assert "请至少选一份文书" in nothing.content.decode()
    choose(browser, papers)
    name = browser.url(papers[0]).split("/")[2]
    assert browser.post("/many/alone/", {"paper": name}).headers["Location"] == f"/papers/{name}/"
    browser.agree(papers[0])
    assert CeremonyItem.objects.count() == 1


def test_nobody_chooses_for_somebody_else_nor_what_is_sealed_or_over(reg: Caller, enter: Enter, world: World) -> None:
    seal = slot(COMPANY, kind="seal", x=320, width=110, height=110)
    body = batch(world, [document(world, "D1", [slot(P13)], pages=1), document(world, "D2", [seal], pages=1)])
    assert reg.order(body).status_code == 201
    arrive(world)
    stranger, subject = enter("P04"), Task.objects.get(kind="person").subject
    names = list(Reading.objects.values_list("public_id", flat=True))
    assert stranger.post("/many/", {"paper": names}).status_code in {404, 422}
    assert not Reading.objects.exclude(chosen_at=None).exists()
    owner = Actor(kind=ActorKind.PERSON, ref="account:1", person_index=subject.key)
    assert papers_choose(actor=owner, subject=subject, readings=[*names, "unknown", "'; --"]) == 1
    Task.objects.update(state=TaskState.CANCELLED, closed_at=clock.now())
    assert papers_choose(actor=owner, subject=subject, readings=names) == 0


@pytest.mark.row("R149", part="签名状态控制")
def test_120_papers_of_40_cases_survive_a_worker_killed_in_the_middle(
    reg: Caller, enter: Enter, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = order(reg, world, cases=40, each=3)
    assert len(papers) == 120
    browser = enter("P13")
    Reading.objects.update(pages=[1], agreed_at=clock.now())
    last = choose(browser, papers)
    assert last.headers["Location"] == browser.url(papers[-1])
    browser.tap(papers[-1])
    prove(browser, world)
    ceremony = Ceremony.objects.get()
    real, signed = prepare, 0

    def dies(*arguments: Any, **more: Any) -> Any:
        nonlocal signed
        if signed == 57:
            raise SystemExit("kill -9")
        signed += 1
        return real(*arguments, **more)

    with monkeypatch.context() as broken:
        broken.setattr(applying, "prepare", dies)
        with pytest.raises(SystemExit):
            work()
    assert running.AT_ONCE == 20
    assert SignatureRecord.objects.count() == 40, "those of the transaction in which it was killed are signed anew"
    said = browser.get(f"/ceremonies/{ceremony.no}/status").json()
    assert (said["done"], said["total"]) == (40, 120)
    assert "已签 40 处，正在签《决议13-1》" in said["text"]
    Ceremony.objects.update(next_try_at=clock.wall())
    running.ceremonies_due()
    work()
    ceremony.refresh_from_db()
    assert ceremony.state == CeremonyState.DONE
    assert ceremony.private_key is None
    assert SignatureRecord.objects.count() == 120
    assert set(ceremony.items.values_list("state", flat=True)) == {ItemState.SIGNED}
    for one in (papers[0], papers[39], papers[40], papers[56], papers[57], papers[119]):
        one.refresh_from_db()
        assert one.current is not None
        report = verify_pdf(file_read(one.current), trust().roots)
        assert report.ok
        assert len(report.signatures) == 1
    assert "没有文书等您签" in browser.get("/").content.decode()


def test_a_paper_that_cannot_be_signed_leaves_the_others_and_is_tried_again(
    reg: Caller, enter: Enter, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = order(reg, world, cases=3)
    browser = enter("P13")
    Reading.objects.update(pages=[1], agreed_at=clock.now())
    choose(browser, papers)
    browser.tap(papers[-1])
    prove(browser, world)
    bad, real = papers[1].batch.matter.number, prepare

    def fails(pdf: bytes, name: str, look: Appearance, *rest: Any, **more: Any) -> Any:
        if look.lines[1].startswith(bad):
            raise SigningError("no_room", "这份文书放不下签名")
        return real(pdf, name, look, *rest, **more)

    with monkeypatch.context() as broken:
        broken.setattr(applying, "prepare", fails)
        work()
    ceremony = Ceremony.objects.get()
    page = browser.get(f"/ceremonies/{ceremony.no}/").content.decode()
    assert "签好 2 处，1 处没有签上" in page
    assert "再签没签上的 1 份" in page
    again = browser.post(f"/ceremonies/{ceremony.no}/again/")
    assert again.headers["Location"] == browser.url(papers[1])
    assert enter("P04").post(f"/ceremonies/{ceremony.no}/again/").status_code == 404
    browser.tap(papers[1])
    second = Ceremony.objects.latest("pk")
    assert second.pk != ceremony.pk
    assert [item.task.document for item in second.items.all()] == [papers[1]]
    browser.post(f"/ceremonies/{second.no}/face/")
    come_back(browser, world.pass_check())
    work()
    second.refresh_from_db()
    assert second.state == CeremonyState.DONE
    assert "1 处签名都签好了" in browser.get(f"/ceremonies/{second.no}/").content.decode()
    assert "再签没签上的" not in browser.get(f"/ceremonies/{ceremony.no}/").content.decode()
    signed = Document.objects.get(pk=papers[1].pk)
    assert (signed.state, signed.tasks.get().state) == ("complete", "signed")
    row = SignatureRecord.objects.get(task__document=signed)
    assert (row.ceremony_no, row.sign_no) == (second.no, f"{bad}-1-1-2")
    believed = trust()
    assert verify_pdf(file_read(row.after), believed.roots, believed.intermediates).ok
    assert SignatureRecord.objects.count() == 3, "and the others are not signed again"


def sealed_order(reg: Caller, world: World, cases: int, each: int = 2) -> list[Document]:
    """So many cases of so many documents that the company seals, and one that 卫甲 signs."""
    seal = slot(COMPANY, kind="seal", x=320, width=110, height=110)
    for case in range(cases):
        papers = [document(world, f"S{case}D{n}", [seal], pages=1) for n in range(each)]
        number = f"3101152026112400{case:04d}17"
        assert reg.order(batch(world, papers, ref=f"S{case}", case_no=number), key=f"s{case}").status_code == 201
    assert reg.order(batch(world, [document(world, "P", [slot(P13)], pages=1)], ref="P"), key="p").status_code == 201
    arrive(world)
    return list(Document.objects.filter(ref__startswith="S").order_by("pk"))


def seal_together(browser: Browser, papers: list[Document]) -> Any:
    names = [browser.url(one).split("/")[2] for one in papers]
    return browser.post("/many/", {"paper": names, "as": "seal"})


@pytest.mark.row("R139", part="移动端批量签署")
def test_a_company_seals_papers_of_several_cases_with_one_confirmation(reg: Caller, enter: Enter, world: World) -> None:
    papers = sealed_order(reg, world, cases=3)
    browser = enter("P01", company=True)
    assert "3 件申请的 6 份文书一起盖章" in browser.get("/").content.decode()
    page = browser.get("/many/?as=seal").content.decode()
    assert "选要一起盖章的文书" in page
    assert page.count('type="checkbox"') == 6, "what a person signs is chosen apart"
    chosen = [papers[0], papers[2], papers[5]]
    assert seal_together(browser, chosen).headers["Location"] == browser.url(chosen[0])
    assert "您选了 3 份一起盖章" in browser.get(browser.url(chosen[0])).content.decode()
    for paper in chosen[:-1]:
        browser.agree(paper)
    away = browser.agree(chosen[-1])
    (ordered,) = world.orders.values()
    assert away.headers["Location"] == f"{world.base}/elicence/seal/{ordered['order_no']}"
    assert ordered["title"] == "3 件申请的 3 份文书"
    assert len(ordered["documents"]) == 3
    order = SealOrder.objects.get()
    assert order.batch is None
    assert f"/seals/{order.ref}/" in browser.get("/").content.decode(), "it is found again from the front page"
    world.confirm_seal()
    page = browser.get(f"/seals/{order.ref}/").content.decode()
    assert "3 份都盖好了" in page
    assert "看这件申请" not in page
    assert set(SignatureRecord.objects.values_list("business_no", flat=True)) == {
        one.batch.matter.number for one in chosen
    }
    for one in chosen:
        one.refresh_from_db()
        assert one.state == "complete"
        assert one.current is not None
        assert verify_pdf(file_read(one.current), trust().roots).ok
    left = [one for one in papers if one not in chosen]
    assert set(Task.objects.filter(document__in=left).values_list("state", flat=True)) == {TaskState.OPEN}


def test_one_value_of_many_that_does_not_hold_leaves_the_other_seals(reg: Caller, enter: Enter, world: World) -> None:
    papers = sealed_order(reg, world, cases=2)
    browser = enter("P01", company=True)
    seal_together(browser, papers)
    for paper in papers:
        browser.agree(paper)
    order = SealOrder.objects.get()
    values = world.confirm_seal()["values"]
    values[1]["value_base64"] = values[2]["value_base64"]
    page = browser.get(f"/seals/{order.ref}/").content.decode()
    assert "盖好 3 份，共 4 份" in page
    assert "签名值不成立" in page
    assert Document.objects.filter(state="complete").count() == 3
    assert Task.objects.get(document=papers[1]).state == TaskState.OPEN


def test_too_many_papers_at_once_are_told_and_none_is_left_out_silently(
    reg: Caller, enter: Enter, world: World
) -> None:
    papers = order(reg, world, cases=2)
    browser = enter("P13")
    answer = browser.post("/many/", {"paper": [browser.url(papers[0]).split("/")[2]] * 1001})
    assert answer.status_code == 422
    assert "一次最多选 1000 份文书，您选了 1001 份" in answer.content.decode()
    assert not Reading.objects.exclude(chosen_at=None).exists()


def test_too_many_seals_at_once_are_told_before_anything_is_read(reg: Caller, enter: Enter, world: World) -> None:
    papers = sealed_order(reg, world, cases=2)
    browser = enter("P01", company=True)
    names = [browser.url(papers[0]).split("/")[2]] * 201
    answer = browser.post("/many/", {"paper": names, "as": "seal"})
    assert answer.status_code == 422
    assert "一次最多给 200 份文书盖章，您选了 201 份" in answer.content.decode()
    assert not Reading.objects.exclude(chosen_at=None).exists()
    mine = [browser.url(one).split("/")[2] for one in papers]
    assert enter("P13").post("/many/", {"paper": mine, "as": "seal"}).status_code == 422, "who acts for no company"
    assert not Reading.objects.exclude(chosen_at=None).exists()
