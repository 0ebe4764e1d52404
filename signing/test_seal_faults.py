"""One bad file stops no other: at the start it is left out and told, at the end it alone fails. Faults of ours hold nothing for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import OperationalError

from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.files.services import file_read, file_store
from foundation.identity.actor import Actor
from signing.ceremonies import placing
from signing.ceremonies.models import SignatureRecord, TrustAnchor
from signing.ceremonies.trust import trust
from signing.evidence.trace import trace
from signing.integrations import elicence
from signing.pdf.verify import verify_pdf
from signing.seals import applying, services, starting
from signing.seals.models import SealItem, SealOrder
from signing.seals.services import seal_settle, seals_due
from signing.seals.starting import seals_unsent
from signing.tasks.models import Document, Task
from signing.testing import COMPANY, Browser, Caller, World, arrive, batch, document, slot, work
from signing.web import seals as pages

Enter = Callable[..., Browser]
TITLES = ("股东会决议", "任职书", "章程")
CLOSE = ("可以关闭页面，稍后查看", "没有待签名文件即表示签名成功")


@pytest.fixture
def papers(reg: Caller, world: World) -> list[Document]:
    """Three documents for the company's seal."""
    seal = slot(COMPANY, kind="seal", role="申请人", x=320, width=110, height=110)
    ordered = [document(world, f"D{n}", [seal], pages=1, title=title) for n, title in enumerate(TITLES, 1)]
    assert reg.order(batch(world, ordered)).status_code == 201
    arrive(world)
    return list(Document.objects.select_related("current").order_by("pk"))


@pytest.fixture
def company(enter: Enter, papers: list[Document]) -> Browser:
    """Who seals for the company, all three read; the last one is agreed to with `tap`."""
    browser = enter("P01", company=True)
    for paper in papers[:-1]:
        browser.agree(paper)
    browser.read(papers[-1])
    return browser


@pytest.fixture
def made(company: Browser, papers: list[Document]) -> SealOrder:
    """All three ordered."""
    assert "/elicence/seal/" in company.tap(papers[-1]).url
    return SealOrder.objects.get()


def broken(paper: Document) -> None:
    """Its stored file is no PDF that can be signed."""
    paper.current = file_store(b"%PDF-1.4\nnothing", kind="pdf")
    paper.save(update_fields=["current"])


def unfiled(paper: Document) -> None:
    """It has no file any more in which seals stand, only the one that came."""
    paper.current = None
    paper.save(update_fields=["current"])


def lost(paper: Document) -> Callable[[], None]:
    """Its stored file is not where it was; what is returned brings it back."""
    assert paper.current is not None
    store, path = storages["default"], paper.current.path
    with store.open(path) as handle:
        kept = handle.read()
    store.delete(path)
    return lambda: _put(path, kept)


def _put(path: str, content: bytes) -> None:
    assert storages["default"].save(path, ContentFile(content)) == path


def tasks() -> dict[str, str]:
    return dict(Task.objects.values_list("document__ref", "state"))


def items(order: SealOrder) -> dict[str, str]:
    return dict(order.items.values_list("task__document__ref", "state"))


def nudge(order: SealOrder) -> None:
    assert Caller("sandbox").post("/callbacks/elicence/", {"ref": order.ref, "status": "signed"}).status_code == 200
    work()


def without_roots(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Production without a root certificate; what operators are told is returned."""
    told: list[dict[str, Any]] = []
    TrustAnchor.objects.all().delete()
    monkeypatch.setattr("signing.ceremonies.trust.config", lambda: SimpleNamespace(mode="production"))
    monkeypatch.setattr("signing.seals.usable.remember", lambda system, **said: told.append({"system": system, **said}))
    return told


def with_roots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signing.ceremonies.trust.config", lambda: SimpleNamespace(mode="demo"))


# ---- the start ----


@pytest.mark.row("R139", part="生成签名原文")
@pytest.mark.parametrize(
    ("harm", "why"), [(broken, "文件结构有误"), (lost, "文件暂时读不出来"), (unfiled, "系统里没有这份文书的文件")]
)
def test_a_paper_that_cannot_be_prepared_is_left_out_and_told_and_the_others_go_on(
    company: Browser, world: World, papers: list[Document], harm: Callable[[Document], None], why: str
) -> None:
    harm(papers[1])
    answer = company.tap(papers[2])
    order = SealOrder.objects.get()
    assert answer.url == f"/seals/{order.ref}/", "it is told before the enterprise confirms"
    page = company.get(answer.url).content.decode()
    assert "1 份这次不能盖章" in page
    assert page.index("任职书") < page.index(why) < page.index("股东会决议")
    assert "打开电子营业执照" in page
    assert [one["title"] for one in world.orders["QZ000001"]["documents"]] == ["股东会决议", "章程"]
    assert tasks() == {"D1": "signing", "D2": "open", "D3": "signing"}
    assert f"上次没有盖上：{why}" in company.get("/").content.decode()
    shown = company.get(company.url(papers[1])).content.decode()
    assert "上次没有盖上，可以再盖" in shown
    assert why in shown
    world.confirm_seal()
    nudge(order)
    assert items(order) == {"D1": "sealed", "D2": "failed", "D3": "sealed"}
    assert why in SealItem.objects.get(state="failed").problem, "the reason stays what it was"
    assert tasks() == {"D1": "signed", "D2": "open", "D3": "signed"}
    client, left_out = papers[1].client, SealItem.objects.get(state="failed").sign_no
    (told,) = trace(actor=Actor.system("signing"), client=client, text=left_out, masked=True)
    assert [step.what for step in told.steps if "盖章" in step.what] == ["没有送去盖章"]


def test_a_paper_that_was_left_out_can_be_ordered_while_the_others_wait(
    company: Browser, world: World, papers: list[Document]
) -> None:
    back = lost(papers[1])
    company.tap(papers[2])
    back()
    assert "/elicence/seal/QZ000002" in company.tap(papers[1]).url
    assert tasks() == {"D1": "signing", "D2": "signing", "D3": "signing"}
    for number in (0, 1):
        world.confirm_seal(number)
    for order in SealOrder.objects.all():
        nudge(order)
    assert set(tasks().values()) == {"signed"}
    assert "上次没有盖上" not in company.get("/").content.decode()


def test_a_paper_of_which_there_is_no_file_at_all_is_left_out_and_the_others_go_on(
    company: Browser, world: World, papers: list[Document]
) -> None:
    Document.objects.filter(pk=papers[1].pk).update(current=None, original=None)
    company.tap(papers[2])
    assert [one["title"] for one in world.orders["QZ000001"]["documents"]] == ["股东会决议", "章程"]
    world.confirm_seal()
    nudge(SealOrder.objects.get())
    assert tasks() == {"D1": "signed", "D2": "open", "D3": "signed"}
    answer = company.tap(papers[1])
    assert answer.status_code == 422
    assert "《任职书》：系统里没有这份文书的文件" in answer.content.decode()


def test_a_business_system_is_told_of_which_paper_there_is_no_file(
    papers: list[Document], reg: Caller, world: World
) -> None:
    Document.objects.filter(pk=papers[1].pk).update(current=None, original=None)
    body = {"uscc": COMPANY["uscc"], "documents": [{"ref": one.ref} for one in papers]}
    answer = reg.post("/api/seal-orders", body, key="k")
    assert (answer.status_code, answer.json()["error"]) == (409, "unreadable")
    assert "《任职书》（D2）：系统里没有这份文书的文件" in answer.json()["message"]
    assert not SealOrder.objects.exists()
    assert set(tasks().values()) == {"open"}


def test_when_no_paper_can_be_prepared_nothing_is_begun_and_each_is_named(
    company: Browser, world: World, papers: list[Document]
) -> None:
    for paper in papers:
        broken(paper)
    answer = company.tap(papers[2])
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "没有开始盖章，3 份文书都不能盖。《股东会决议》：文件结构有误" in page
    assert all(f"《{title}》" in page for title in TITLES)
    assert not SealOrder.objects.exists()
    assert not world.orders
    assert set(tasks().values()) == {"open"}


def test_without_a_root_certificate_nothing_begins_nothing_is_lost_and_operators_see_it(
    company: Browser, world: World, papers: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = without_roots(monkeypatch)
    answer = company.tap(papers[2])
    assert answer.status_code == 503
    assert "还没有录入核对印章用的根证书" in answer.content.decode()
    assert "过一会儿再试" in answer.content.decode()
    assert {(one["system"], one["ok"], one["why"]) for one in told} == {("ca", False, "没有录入根证书")}
    assert not SealOrder.objects.exists()
    with_roots(monkeypatch)
    assert "/elicence/seal/" in company.tap(papers[2]).url, "what was read and agreed to is still so"


def test_an_order_that_the_licence_system_does_not_take_frees_its_papers_with_its_reason(
    company: Browser, papers: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(**_: object) -> None:
        raise elicence.LicenceRefuses("营业执照已经注销")

    monkeypatch.setattr(elicence, "seal_order", refuses)
    answer = company.tap(papers[2])
    assert answer.status_code == 422
    assert "营业执照已经注销" in answer.content.decode()
    assert set(tasks().values()) == {"open"}


@pytest.mark.parametrize("confirmed", [False, True], ids=["not yet confirmed", "confirmed meanwhile"])
def test_an_order_whose_sender_was_killed_is_sent_again_and_what_was_confirmed_counts(
    company: Browser, papers: list[Document], world: World, monkeypatch: pytest.MonkeyPatch, confirmed: bool
) -> None:
    class Killed(BaseException):
        """As the worker of a page is: nothing is tidied up."""

    def killed(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(starting, "order_note", killed)
        with pytest.raises(Killed):
            company.tap(papers[-1])
    order = SealOrder.objects.get()
    assert (order.state, order.order_no) == ("prepared", None)
    if confirmed:
        world.confirm_seal()
    seals_unsent()
    work()
    assert SealOrder.objects.get().state == "prepared", "its sender may still be there"
    SealOrder.objects.update(began_at=clock.wall() - timedelta(minutes=1))
    seals_unsent()
    work()
    assert SealOrder.objects.get().order_no == "QZ000001"
    assert len(world.orders) == 1
    if not confirmed:
        assert company.tap(papers[-1]).url == f"/seals/{order.ref}/"
        assert "/elicence/seal/QZ000001" in company.get(f"/seals/{order.ref}/").content.decode()
        world.confirm_seal()
    nudge(order)
    assert set(tasks().values()) == {"signed"}


# ---- the end ----


@pytest.mark.row("R139", part="合章")
def test_a_stored_file_that_is_lost_leaves_the_other_seals_and_is_sealed_in_another_order(
    company: Browser, reg: Caller, world: World, papers: list[Document], made: SealOrder
) -> None:
    back = lost(papers[1])
    world.confirm_seal()
    nudge(made)
    made.refresh_from_db()
    assert made.state == "settled"
    assert items(made) == {"D1": "sealed", "D2": "failed", "D3": "sealed"}
    assert tasks() == {"D1": "signed", "D2": "open", "D3": "signed"}
    assert not Document.objects.exclude(held_by="").exists()
    page = company.get(f"/seals/{made.ref}/").content.decode()
    assert "盖好 2 份，共 3 份" in page
    assert applying.BROKEN in page
    assert "再盖没盖上的 1 份" in page
    assert AuditEvent.objects.filter(verb="task.fail").count() == 1

    back()
    assert f'href="{company.url(papers[1])}"' in page
    assert "/elicence/seal/QZ000002" in company.tap(papers[1]).url
    world.confirm_seal()
    nudge(SealOrder.objects.latest("pk"))
    assert set(tasks().values()) == {"signed"}
    believed = trust()
    for paper in Document.objects.select_related("current"):
        assert paper.current is not None
        assert verify_pdf(file_read(paper.current), believed.roots, believed.intermediates).ok
    assert SignatureRecord.objects.filter(counted=True).count() == 3


def test_a_paper_that_cannot_be_stored_leaves_the_other_seals(
    world: World, papers: list[Document], made: SealOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = placing.placing_of

    def full(**given: Any) -> Any:
        if given["document"].ref == "D1":
            raise OSError(28, "No space left on device")
        return honest(**given)

    monkeypatch.setattr(applying, "placing_of", full)
    world.confirm_seal()
    nudge(made)
    assert items(made) == {"D1": "failed", "D2": "sealed", "D3": "sealed"}


def test_a_database_that_is_away_is_no_fault_of_a_paper(
    world: World, made: SealOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError

    world.confirm_seal()
    with monkeypatch.context() as broken_off:
        broken_off.setattr(applying, "place_all", away)
        with pytest.raises(OperationalError):
            seal_settle(made.ref)
    assert set(items(made).values()) == {"waiting"}
    seal_settle(made.ref)
    assert set(items(made).values()) == {"sealed"}


def test_what_was_confirmed_waits_for_the_root_certificate_and_is_sealed_by_itself(
    company: Browser, world: World, papers: list[Document], made: SealOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = without_roots(monkeypatch)
    SealOrder.objects.update(lapses_at=clock.wall() + timedelta(seconds=30))
    Document.objects.update(held_until=clock.wall() + timedelta(seconds=30))
    world.confirm_seal()
    nudge(made)
    made.refresh_from_db()
    assert (made.state, set(items(made).values())) == ("ordered", {"waiting"})
    assert told
    assert made.lapses_at > clock.wall() + timedelta(minutes=19), "what is confirmed is given as long again"
    assert set(Document.objects.values_list("held_until", flat=True)) == {made.lapses_at}
    assert "企业已经确认，等管理员录入根证书" in company.get(f"/seals/{made.ref}/").content.decode()
    assert "等管理员录入根证书" in company.get("/").content.decode()
    with_roots(monkeypatch)
    SealOrder.objects.update(ask_after=clock.wall())
    seals_due()
    work()
    made.refresh_from_db()
    assert (made.state, made.problem, set(items(made).values())) == ("settled", "", {"sealed"})


def a_fault(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be placed, in a way that nobody foresaw."""

    def breaks(*_: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(services, "values_apply", breaks)
    world.confirm_seal()


def no_roots(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    without_roots(monkeypatch)
    world.confirm_seal()


def no_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(order_no: str) -> None:
        raise RuntimeError(order_no)

    monkeypatch.setattr(elicence, "seal_outcome", breaks)


FAULTS = (a_fault, no_roots, no_answer)


@pytest.mark.parametrize("fault", FAULTS)
def test_an_order_can_be_given_up_whatever_stands_in_the_way_of_sealing(
    company: Browser,
    world: World,
    made: SealOrder,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[World, pytest.MonkeyPatch], None],
) -> None:
    fault(world, monkeypatch)
    page = company.get(f"/seals/{made.ref}/")
    assert page.status_code == 200
    assert company.post(f"/seals/{made.ref}/drop/")["Location"] == f"/seals/{made.ref}/"
    assert set(tasks().values()) == {"open"}
    assert not Document.objects.exclude(held_by="").exists()
    assert "先不盖章" in company.get(f"/seals/{made.ref}/").content.decode()


@pytest.mark.parametrize("fault", FAULTS)
def test_an_order_runs_out_in_its_time_whatever_stands_in_the_way_of_sealing(
    world: World,
    made: SealOrder,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[World, pytest.MonkeyPatch], None],
) -> None:
    def asked() -> None:
        try:
            seal_settle(made.ref)
        except RuntimeError:
            assert fault is not no_roots
        made.refresh_from_db()

    fault(world, monkeypatch)
    asked()
    assert made.state == "ordered"
    assert made.ask_after is not None
    assert made.ask_after > clock.wall(), "not asked about without a pause"
    SealOrder.objects.update(lapses_at=clock.wall())
    asked()
    assert made.state == "lapsed"
    assert set(tasks().values()) == {"open"}
    assert made.ask_after is not None, "a late value is still kept"
    SealOrder.objects.update(lapses_at=clock.wall() - timedelta(hours=25))
    asked()
    assert made.ask_after is None


# ---- the page ----


@pytest.mark.row("R136", part="签名进度展示")
@pytest.mark.row("R137", part="提示可关闭页面后续查看")
@pytest.mark.row("R137", part="没有待签即成功")
def test_the_page_shows_how_many_are_sealed_and_that_it_may_be_closed(
    company: Browser, world: World, made: SealOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def status(seen: str) -> Any:
        return company.get(f"/seals/{made.ref}/status?seen={seen}").json()

    monkeypatch.setattr(applying, "AT_ONCE", 1)
    monkeypatch.setattr(pages, "AT_ONCE", 1)
    assert status("ordered")["text"] == "等企业在电子营业执照里确认"
    world.confirm_seal()
    page = company.get(f"/seals/{made.ref}/").content.decode()
    assert items(made) == {"D1": "sealed", "D2": "waiting", "D3": "waiting"}
    assert figures(page) == {"总数": "3", "已盖章": "1", "处理中": "2"}
    assert "已盖 1 份，正在盖《任职书》" in page
    assert page.count(">处理中<") == 3, "the tile, and the two documents by name"
    assert all(words in page for words in CLOSE)
    assert "打开电子营业执照" not in page
    assert "3 处盖章，正在盖" in company.get("/").content.decode()
    assert status("ordered")["next"] == f"/seals/{made.ref}/", "the page that waited shows the progress now"
    still = status("placing")
    assert (still["state"], still["next"]) == ("running", "")
    assert (still["done"], still["total"], still["running"]) == (1, 3, 2)
    assert still["text"] == "已盖 1 份，正在盖《任职书》"
    work()
    assert status("placing") | {"text": ""} == {
        "done": 3, "total": 3, "running": 0, "text": "", "state": "done", "next": f"/seals/{made.ref}/",
    }  # fmt: skip
    page = company.get(f"/seals/{made.ref}/").content.decode()
    assert "3 份都盖好了" in page
    assert figures(page) == {"总数": "3", "已盖章": "3", "处理中": "0"}
    assert "；".join(CLOSE) in page


def figures(page: str) -> dict[str, str]:
    """The tiles as they are read: word → number."""
    tiles = page.partition('class="q-tiles')[2].partition("</section>")[0].split("</div>")
    return {
        one.split("<span>")[1].split("<")[0]: one.split("</b>")[0].rpartition(">")[2]
        for one in tiles
        if "<span>" in one and "</b>" in one
    }


def test_what_the_worker_left_half_done_is_finished(
    world: World, made: SealOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, calls = applying._apply, 0

    def dies_at_the_second(*given: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise SystemExit
        honest(*given)

    monkeypatch.setattr(applying, "AT_ONCE", 1)
    world.confirm_seal()
    with monkeypatch.context() as killed:
        killed.setattr(applying, "_apply", dies_at_the_second)
        with pytest.raises(SystemExit):
            seal_settle(made.ref)
    assert sorted(items(made).values()) == ["sealed", "waiting", "waiting"]
    SealOrder.objects.update(ask_after=clock.wall())
    seals_due()
    work()
    assert set(items(made).values()) == {"sealed"}
    assert SignatureRecord.objects.count() == 3
