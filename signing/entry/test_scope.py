"""Who comes by the ticket of a client that does not vouch sees that client's papers, until he logs in himself. docs/adr/0025."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from foundation.audit.models import AuditEvent
from foundation.crypto.index import person_index
from foundation.identity.models import LoginSession
from signing.ceremonies.models import Ceremony, Handwriting
from signing.entry.models import Ticket
from signing.guard.models import Reason, RefusedAttempt
from signing.seals.models import SealOrder
from signing.tasks.models import ClientSystem, Document, Reading, Subject, Task
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
    drawn,
    prove,
    slot,
    work,
)

Enter = Callable[..., Browser]
P01, P13 = PERSONS["P01"], PERSONS["P13"]
SEAL = slot(COMPANY, kind="seal", role="申请人", x=320, width=110, height=110)
ELSEWHERE = "另有其他系统发来的文书"
OWN, FOREIGN = "分公司文书", "变更文书"


@pytest.fixture
def office(world: World) -> Caller:
    """连锁总部业务系统, which does not vouch."""
    return Caller("chain_office")


def ordered(caller: Caller, world: World, title: str, slots: list[dict[str, Any]], number: int = 1) -> Document:
    """One document of one case of a client."""
    ref = f"{caller.service}{number}"
    paper = document(world, f"D-{ref}", slots, pages=1, title=f"{title}{number}")
    body = batch(world, [paper], ref=f"B-{ref}", case_no=f"NO-{number}-{len(caller.service)}", title=f"{title}一批")
    answer = caller.order(body, key=f"k-{ref}")
    assert answer.status_code == 201, answer.content
    arrive(world)
    return Document.objects.get(ref=f"D-{ref}")


def name(browser: Browser, paper: Document) -> str:
    return browser.url(paper).split("/")[2]


def refused(caller: Caller, who: dict[str, str] = P13, **more: Any) -> str:
    answer = caller.post("/api/tickets", {"person": who, **more})
    return str(answer.json()["error"]) if answer.status_code == 422 else f"{answer.status_code}"


def test_a_ticket_is_issued_only_for_whom_the_client_has_asked(reg: Caller, office: Caller, world: World) -> None:
    ordered(reg, world, FOREIGN, [slot(P13), SEAL])
    assert (refused(office), refused(office, entity=COMPANY)) == ("not_a_signer", "not_a_signer")
    assert not Ticket.objects.exists()
    ordered(office, world, OWN, [slot(P13)])
    assert refused(office) == "201"
    assert refused(office, entity=COMPANY) == "not_a_signer", "what the person has to sign is not the enterprise's"
    assert refused(office, P01) == "not_a_signer"
    office.post("/api/batches/B-chain_office1/cancel", {})
    assert refused(office) == "201", "who had something to sign may look at what became of it"


def test_a_ticket_for_an_enterprise_needs_something_for_it_to_seal(office: Caller, world: World) -> None:
    ordered(office, world, OWN, [SEAL])
    assert refused(office, P01, entity={"name": "别的企业", "uscc": "91310101MAXX00023C"}) == "not_a_signer"
    assert refused(office, P01, entity=COMPANY) == "201", "who seals need not sign himself"
    assert refused(office, P01) == "not_a_signer"


def test_a_client_that_vouches_lets_in_whom_it_knows(reg: Caller, office: Caller, world: World, enter: Enter) -> None:
    assert ClientSystem.objects.filter(vouches=True).count() == 0, "entered with the first call"
    assert refused(reg) == "201"
    assert ClientSystem.objects.get(vouches=True).name == "reg"
    ordered(office, world, OWN, [slot(P13)])
    assert f"{OWN}1" in enter("P13").get("/").content.decode()


def test_lists_and_counts_are_of_that_client(reg: Caller, office: Caller, world: World, enter: Enter) -> None:
    own, foreign = ordered(office, world, OWN, [slot(P13)]), ordered(reg, world, FOREIGN, [slot(P13)])
    browser = enter("P13", by=office)
    home = browser.get("/").content.decode()
    assert ("1 份文书等您签" in home, f"{OWN}1" in home, ELSEWHERE in home) == (True, True, True)
    for path in (
        "/",
        "/many/",
        "/many/?as=seal",
        "/signed/",
        "/me/",
        f"/cases/{own.batch.public_id}/",
        browser.url(own),
    ):
        page = browser.get(path)
        assert page.status_code == 200
        assert not any(word in page.content.decode() for word in (f"{FOREIGN}1", "NO-1-3", f"{FOREIGN}一批"))
    assert browser.get(browser.url(foreign)).status_code == 404
    attempt = RefusedAttempt.objects.get()
    assert (attempt.reason, attempt.obj_ref) == (Reason.NOT_YOURS, name(browser, foreign))


def test_what_is_over_is_listed_of_that_client_only(reg: Caller, office: Caller, world: World, enter: Enter) -> None:
    for caller, title in ((office, OWN), (reg, FOREIGN)):
        ordered(caller, world, title, [slot(P13)])
        caller.post(f"/api/batches/B-{caller.service}1/cancel", {})
    limited, whole = enter("P13", by=office).get("/signed/"), enter("P13").get("/signed/")
    assert (f"{OWN}1" in limited.content.decode(), f"{FOREIGN}1" in limited.content.decode()) == (True, False)
    assert f"{FOREIGN}1" in whole.content.decode()


def test_a_paper_of_another_client_cannot_be_refused(reg: Caller, office: Caller, world: World, enter: Enter) -> None:
    ordered(office, world, OWN, [slot(P13)])
    foreign = ordered(reg, world, FOREIGN, [slot(P13), slot(P01, x=300)])
    browser = enter("P13", by=office)
    assert browser.post(f"{browser.url(foreign)}refuse/", {"reason": "不要"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == "open"
    assert enter("P13").post(f"{browser.url(foreign)}refuse/", {"reason": "不要"}).status_code == 302


@pytest.mark.parametrize(("system", "code"), [("sso", "P13"), ("elicence", "P01")])
def test_logging_in_oneself_lifts_the_limit(
    reg: Caller, office: Caller, world: World, enter: Enter, system: str, code: str
) -> None:
    seal = system == "elicence"
    slots = [SEAL] if seal else [slot(P13)]
    ordered(office, world, OWN, slots)
    ordered(reg, world, FOREIGN, slots)
    browser = enter(code, by=office, company=seal)
    home = browser.get("/").content.decode()
    assert (f"{FOREIGN}1" in home, f'href="/login/{system}/?next=/"' in home) == (False, True)
    browser.log_in(world, code, system)
    home = browser.get("/").content.decode()
    assert (f"{FOREIGN}1" in home, f"{OWN}1" in home, "其他系统发来的文书" in home) == (True, True, False)


def test_a_check_begun_elsewhere_is_neither_shown_nor_completed(
    reg: Caller, office: Caller, world: World, enter: Enter
) -> None:
    ordered(office, world, OWN, [slot(P13)])
    whole, limited = enter("P13"), enter("P13", by=office)
    whole.post("/me/identity/", {"days": "40"})
    come_back(whole, world.pass_check())
    assert 'action="/me/face/"' in whole.get("/me/").content.decode()
    assert 'action="/me/face/"' not in limited.get("/me/").content.decode()
    limited.post("/me/face/")
    assert len(world.checks) == 1
    whole.post("/me/face/")
    assert len(world.checks) == 2


def test_nothing_is_said_of_others_where_there_are_none(
    reg: Caller, office: Caller, world: World, enter: Enter
) -> None:
    ordered(office, world, OWN, [slot(P13)])
    ordered(reg, world, FOREIGN, [slot(P01)])
    assert "其他系统" not in enter("P13", by=office).get("/").content.decode()


def test_papers_of_that_client_are_signed_by_its_ticket(
    reg: Caller, office: Caller, world: World, enter: Enter
) -> None:
    own, foreign = ordered(office, world, OWN, [slot(P13)]), ordered(reg, world, FOREIGN, [slot(P13)])
    browser = enter("P13", by=office, batch="B-chain_office1")
    browser.agree(own)
    ceremony = prove(browser, world)
    assert [item.task.document for item in ceremony.items.all()] == [own]
    work()
    assert "已签 1 处" in browser.get(f"/ceremonies/{ceremony.no}/status").json()["text"]
    assert browser.get(f"{browser.url(own)}evidence.zip").status_code == 200
    assert Task.objects.get(document=foreign).state == "open"


def test_what_was_chosen_elsewhere_is_neither_shown_nor_signed_nor_undone(
    reg: Caller, office: Caller, world: World, enter: Enter
) -> None:
    own, foreign = ordered(office, world, OWN, [slot(P13)]), ordered(reg, world, FOREIGN, [slot(P13)])
    whole, limited = enter("P13"), enter("P13", by=office)
    whole.post("/many/", {"paper": [name(whole, own), name(whole, foreign)]})
    whole.agree(foreign)
    page = limited.get(limited.url(own)).content.decode()
    assert "份一起签" not in page
    limited.post("/many/", {"paper": [name(limited, foreign)]})
    limited.post("/many/alone/", {"paper": name(limited, foreign)})
    assert Reading.objects.get(document=foreign).chosen_at
    limited.post("/many/alone/", {"paper": name(limited, own)})
    assert not Reading.objects.get(document=own).chosen_at
    assert Reading.objects.get(document=foreign).chosen_at
    whole.post("/many/", {"paper": [name(whole, own), name(whole, foreign)]})
    limited.agree(own)
    assert [item.task.document for item in Ceremony.objects.get().items.all()] == [own]


def test_a_ceremony_of_several_clients_is_not_seen_from_one(
    reg: Caller, office: Caller, world: World, enter: Enter
) -> None:
    own, foreign = ordered(office, world, OWN, [slot(P13)]), ordered(reg, world, FOREIGN, [slot(P13)])
    whole, limited = enter("P13"), enter("P13", by=office)
    whole.post("/many/", {"paper": [name(whole, own), name(whole, foreign)]})
    whole.agree(own)
    whole.agree(foreign)
    ceremony = Ceremony.objects.get()
    assert ceremony.items.count() == 2
    at = f"/ceremonies/{ceremony.no}/"
    assert at in whole.get("/").content.decode()
    for path in ("/", f"/cases/{own.batch.public_id}/", limited.url(own)):
        assert at not in limited.get(path).content.decode()
    assert [limited.get(at + part).status_code for part in ("", "status")] == [404, 404]
    assert [limited.post(at + part).status_code for part in ("drop/", "face/", "again/", "identity/")] == [404] * 4
    assert limited.tap(own).headers["Location"] == limited.url(own)
    prove(whole, world)
    check = list(world.checks.values())[-1]["ref"]
    assert limited.get(f"/verified/{check}/").status_code == 404
    assert limited.get(f"/checks/{check}/").status_code == 404
    assert RefusedAttempt.objects.filter(obj_kind="verification").get().reason == Reason.NOT_YOURS


def test_a_seal_order_of_several_clients_is_not_seen_from_one(
    reg: Caller, office: Caller, world: World, enter: Enter
) -> None:
    own, twice = (
        ordered(office, world, OWN, [SEAL]),
        ordered(office, world, OWN, [SEAL, {**SEAL, "name": "s2", "x": 100}], 2),
    )
    foreign = ordered(reg, world, FOREIGN, [SEAL])
    whole, limited = enter("P01", company=True), enter("P01", company=True, by=office)
    assert limited.get(limited.url(foreign)).status_code == 404
    limited.read(own)
    whole.post("/many/", {"as": "seal", "paper": [name(whole, one) for one in (own, twice, foreign)]})
    for one in (own, twice, foreign):
        whole.agree(one)
    order = SealOrder.objects.get()
    assert order.items.count() == 3
    for path in ("/", f"/cases/{own.batch.public_id}/", limited.url(own)):
        assert order.ref not in limited.get(path).content.decode()
    assert limited.get(f"/seals/{order.ref}/").status_code == 404
    assert limited.tap(own).headers["Location"] == limited.url(own), "not to the page where all its papers are listed"
    assert limited.tap(twice).status_code == 422, "nor from a second slot"


def test_papers_of_that_client_are_sealed_by_its_ticket(
    reg: Caller, office: Caller, world: World, enter: Enter
) -> None:
    own = ordered(office, world, OWN, [SEAL])
    ordered(reg, world, FOREIGN, [SEAL])
    browser = enter("P01", company=True, by=office)
    assert "企业另有其他系统发来的文书待盖章" in browser.get("/").content.decode()
    browser.agree(own)
    world.confirm_seal()
    work()
    order = SealOrder.objects.get()
    assert "已盖章" in browser.get(f"/seals/{order.ref}/").content.decode()
    assert browser.get(f"/seals/{order.ref}/seal.png").status_code == 200


def test_a_signature_drawn_elsewhere_is_not_shown_and_one_drawn_here_not_kept(
    reg: Caller, office: Caller, world: World, enter: Enter
) -> None:
    own, again = (ordered(office, world, OWN, [slot(P13)], number) for number in (1, 2))
    foreign = ordered(reg, world, FOREIGN, [slot(P13)])
    whole, limited = enter("P13"), enter("P13", by=office)
    whole.agree(foreign, look="", ink=drawn())
    prove(whole, world)
    kept = Handwriting.objects.get().drawn_at
    assert whole.get("/me/signature.png").status_code == 200
    assert limited.get("/me/signature.png").status_code == 404
    assert limited.agree(own, look="last").status_code == 422
    limited.tap(own, look="", ink=drawn())
    assert limited.get("/me/signature.png").status_code == 404, "not before his face was shown"
    ceremony = Ceremony.objects.latest("pk")
    limited.post(f"/ceremonies/{ceremony.no}/face/")
    check = world.pass_check()
    limited.get(urlsplit(check["return_url"]).path)
    work()
    assert limited.get("/me/signature.png").status_code == 200
    assert Handwriting.objects.get().drawn_at == kept, "what stands elsewhere is as it was"
    assert limited.agree(again, look="last").status_code == 302


def test_log_ins_and_checks_of_the_person_are_not_shown(
    reg: Caller, office: Caller, world: World, enter: Enter
) -> None:
    own, foreign = ordered(office, world, OWN, [slot(P13)]), ordered(reg, world, FOREIGN, [slot(P13)])
    whole, limited = enter("P13"), enter("P13", by=office)
    whole.agree(foreign)
    prove(whole, world)
    serials = [str(one["serial_no"]) for one in world.checks.values()]
    assert all(serial in whole.get("/me/").content.decode() for serial in serials)
    page = limited.get("/me/").content.decode()
    assert not any(serial in page for serial in serials)
    row = LoginSession.objects.get(scope="reg")
    assert row.ref not in page
    assert limited.post(f"/me/sessions/{row.ref}/end/").status_code == 404
    assert enter("P13").get("/me/").content.decode().count("退出它") == 2
    limited.agree(own)
    limited.post(f"/ceremonies/{Ceremony.objects.latest('pk').no}/face/")
    serial = world.pass_check()["serial_no"]
    work()
    limited.get(f"/verified/{list(world.checks.values())[-1]['ref']}/")
    assert serial in limited.get("/me/").content.decode()


def test_a_log_in_of_his_own_stays_when_the_same_person_opens_a_ticket(
    reg: Caller, office: Caller, world: World, enter: Enter
) -> None:
    own = ordered(office, world, OWN, [slot(P13)])
    ordered(reg, world, FOREIGN, [slot(P13)])
    browser = Browser(person_index(P13["id_type"], P13["id_number"]))
    browser.log_in(world, "P13")
    path = urlsplit(office.post("/api/tickets", {"person": P13, "batch": "B-chain_office1"}).json()["url"]).path
    assert browser.get(path)["Location"] == f"/cases/{own.batch.public_id}/"
    assert f"{FOREIGN}1" in browser.get("/").content.decode()
    assert LoginSession.objects.count() == 1
    assert AuditEvent.objects.filter(verb="ticket.use").count() == 1
    assert browser.get(path).status_code == 403, "it is used all the same"


def test_a_ticket_for_an_enterprise_narrows_a_log_in_without_it(
    reg: Caller, office: Caller, world: World, enter: Enter
) -> None:
    own = ordered(office, world, OWN, [SEAL])
    ordered(reg, world, FOREIGN, [slot(P01)])
    body = {"person": P01, "entity": COMPANY}
    for system, sees in (("sso", False), ("elicence", True)):
        browser = Browser(COMPANY["uscc"])
        browser.log_in(world, "P01", system)
        browser.get(urlsplit(office.post("/api/tickets", body).json()["url"]).path)
        assert browser.get(browser.url(own)).status_code == 200
        assert (f"{FOREIGN}1" in browser.get("/").content.decode()) is sees


@pytest.mark.parametrize("vouches", [True, False])
def test_a_later_ticket_counts_over_a_narrow_log_in(
    reg: Caller, office: Caller, world: World, enter: Enter, vouches: bool
) -> None:
    ordered(office, world, OWN, [slot(P13)])
    ordered(reg, world, FOREIGN, [slot(P13)])
    ClientSystem.objects.filter(name="reg").update(vouches=vouches)
    browser = enter("P13", by=office)
    browser.get(urlsplit(reg.post("/api/tickets", {"person": P13}).json()["url"]).path)
    home = browser.get("/").content.decode()
    assert (f"{FOREIGN}1" in home, f"{OWN}1" in home) == (True, vouches)


def test_a_client_that_vouches_no_more_opens_its_own_papers_only(
    reg: Caller, office: Caller, world: World, enter: Enter
) -> None:
    ordered(office, world, OWN, [slot(P13)])
    ordered(reg, world, FOREIGN, [slot(P13)])
    path = urlsplit(reg.post("/api/tickets", {"person": P13}).json()["url"]).path
    ClientSystem.objects.update(vouches=False)
    browser = Browser(Subject.objects.get(kind="person").key)
    browser.get(path)
    home = browser.get("/").content.decode()
    assert (f"{FOREIGN}1" in home, f"{OWN}1" in home) == (True, False)


@pytest.mark.parametrize("change", [{"vouches": False}, {"active": False}])
def test_a_log_in_begun_before_narrows_with_its_client_and_widens_again(
    reg: Caller, office: Caller, world: World, enter: Enter, change: dict[str, bool]
) -> None:
    own, foreign = ordered(office, world, OWN, [slot(P13)]), ordered(reg, world, FOREIGN, [slot(P13)])
    browser, client = enter("P13"), ClientSystem.objects.filter(name="reg")

    def seen() -> tuple[bool, bool, int]:
        home = browser.get("/").content.decode()
        return f"{FOREIGN}1" in home, f"{OWN}1" in home, browser.get(browser.url(own)).status_code

    assert seen() == (True, True, 200)
    client.update(**change)
    assert seen() == (True, False, 404)
    assert browser.get(browser.url(foreign)).status_code == 200
    client.update(**dict.fromkeys(change, True))
    assert seen() == (True, True, 200)
