"""The access matrix of 电子签名: every address × everybody who might knock × GET and POST.

Everything is bound to its signer; for everybody else it does not exist, and only the attempt is written down.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from foundation.identity.models import LoginSession
from foundation.identity.testing import Outcome, Writes, addresses, outcome
from signing.ceremonies.models import Ceremony
from signing.evidence.models import EvidenceRecord
from signing.seals.models import SealOrder
from signing.tasks.models import Document
from signing.testing import COMPANY, PERSONS, Browser, Caller, World, arrive, batch, document, drawn, prove, slot, work

Enter = Callable[..., Browser]
Rule = dict["Who", Outcome]
PART = re.compile(r"<(?:\w+:)?(\w+)>")
FOR_PROGRAMS = {"verify.json"}
"""Open to everybody and changing nothing: a question without a page around it."""
KEPT = {"guard_refusedattempt", "audit_auditevent"}
"""Where a refused attempt is written down."""


class Who(StrEnum):
    """A role of the matrix."""

    ANONYMOUS = "没登录"
    SIGNER = "签名人"
    SECOND = "同一文书的另一签名人"
    COMPANY = "企业"
    STRANGER = "别人"
    OTHER_COMPANY = "别的企业"
    LIMITED = "签名人本人，凭另一业务系统的票据"
    LIMITED_COMPANY = "企业，凭另一业务系统的票据"


W = Who
OTHER = {"name": "上海墨舟样本餐饮管理有限公司", "uscc": "91310101MAXX00023C"}


def rule(*let_in: Who) -> Rule:
    """Who is let in; everybody else finds nothing, or the log-in."""
    found = {who: Outcome.GONE for who in Who} | {W.ANONYMOUS: Outcome.LOG_IN}
    return found | dict.fromkeys(let_in, Outcome.IN)


def all_alike(how: Outcome = Outcome.IN) -> Rule:
    return dict.fromkeys(Who, how)


NO, ANYBODY, MACHINE = all_alike(Outcome.NO_VERB), all_alike(), all_alike(Outcome.UNSIGNED)
PERSON = rule(*(who for who in Who if who is not W.ANONYMOUS))
MINE, IN_CASE, SEALS = rule(W.SIGNER), rule(W.SIGNER, W.SECOND), rule(W.COMPANY)
RETURNS = rule(W.SIGNER, W.ANONYMOUS)
"""Back from 多源认证 also in a browser where nobody is logged in: it says that the check is over, no more."""


@dataclass(frozen=True)
class Line:
    """What one address answers."""

    get: Rule = field(default_factory=lambda: NO)
    post: Rule = field(default_factory=lambda: NO)
    of: str = "open"
    writes: tuple[Who, ...] = ()
    """Whose post has to leave something written."""
    sends: dict[str, str] = field(default_factory=dict)


TABLE: dict[str, Line] = {
    "healthz": Line(ANYBODY),
    "readyz": Line(ANYBODY),
    "metrics": Line(ANYBODY),
    "ui/preferences": Line(ANYBODY, ANYBODY),
    "internal/clock": Line(post=MACHINE),
    "internal/operations/outside": Line(MACHINE, MACHINE),
    "internal/operations/outside/<slug:code>/try": Line(MACHINE, MACHINE),
    "internal/operations/jobs": Line(MACHINE, MACHINE),
    "internal/operations/jobs/<int:number>/again": Line(MACHINE, MACHINE),
    "internal/operations/audit": Line(MACHINE, MACHINE),
    "internal/operations/audit/export": Line(MACHINE, MACHINE),
    "internal/operations/audit/check": Line(MACHINE, MACHINE),
    "internal/watching/live": Line(MACHINE, MACHINE),
    "internal/watching/history": Line(MACHINE, MACHINE),
    "api/": Line(all_alike(Outcome.GONE), all_alike(Outcome.GONE)),
    "api/openapi.json": Line(ANYBODY, ANYBODY),
    "api/batches": Line(post=MACHINE),
    "api/batches/<ref>": Line(MACHINE),
    "api/batches/<ref>/cancel": Line(post=MACHINE),
    "api/authorisations/<number>/end": Line(post=MACHINE),
    "api/documents/<ref>/signed": Line(MACHINE),
    "api/documents/<ref>/signatures": Line(MACHINE),
    "api/seal-orders": Line(post=MACHINE),
    "api/seal-orders/<ref>": Line(MACHINE),
    "api/seal-orders/<ref>/cancel": Line(post=MACHINE),
    "api/tickets": Line(post=MACHINE),
    "api/remind": Line(post=MACHINE),
    "api/todos": Line(post=MACHINE),
    "api/pdf/check": Line(post=MACHINE),
    "api/pdf/mend": Line(post=MACHINE),
    "api/authority-seals": Line(post=MACHINE),
    "api/trace": Line(post=MACHINE),
    "api/evidence/<code>": Line(post=MACHINE),
    "": Line(ANYBODY),
    "welcome/": Line(ANYBODY),
    "enter/<str:secret>/": Line(all_alike(Outcome.BARRED), all_alike(Outcome.BARRED)),
    "login/<str:system>/": Line(ANYBODY),
    "login/<str:system>/back/": Line(ANYBODY),
    "logout/": Line(post=ANYBODY, writes=(W.SIGNER,)),
    "many/": Line(PERSON, PERSON),
    "many/alone/": Line(post=PERSON),
    "signed/": Line(PERSON),
    "me/": Line(PERSON),
    "me/identity/": Line(post=PERSON, sends={"days": "20"}),
    "me/face/": Line(post=PERSON),
    "me/signature.png": Line(MINE),
    "me/sessions/<str:ref>/end/": Line(post=MINE, writes=(W.SIGNER,)),
    "cases/<str:public_id>/": Line(IN_CASE, of="case"),
    "papers/<str:public_id>/": Line(MINE),
    "papers/<str:public_id>/pages/<int:number>.jpg": Line(MINE),
    "papers/<str:public_id>/text/": Line(MINE),
    "papers/<str:public_id>/sign/": Line(post=MINE, writes=(W.SIGNER,), sends={"agree": "1", "look": "printed"}),
    "papers/<str:public_id>/refuse/": Line(MINE, MINE, writes=(W.SIGNER,), sends={"reason": "地址不对"}),
    "papers/<str:public_id>/evidence.zip": Line(MINE, of="signed"),
    "verify/": Line(ANYBODY, ANYBODY),
    "verify.json": Line(ANYBODY, ANYBODY),
    "verify/key.pem": Line(ANYBODY),
    "verify/<str:code>/": Line(ANYBODY, of="signed"),
    "ceremonies/<str:no>/": Line(MINE),
    "ceremonies/<str:no>/status": Line(MINE),
    "ceremonies/<str:no>/identity/": Line(post=MINE, sends={"days": "20"}),
    "ceremonies/<str:no>/face/": Line(post=MINE, writes=(W.SIGNER,)),
    "ceremonies/<str:no>/again/": Line(post=MINE),
    "ceremonies/<str:no>/drop/": Line(post=MINE, writes=(W.SIGNER,)),
    "ceremonies/<str:no>/tell/": Line(post=MINE),
    "checks/<str:ref>/": Line(MINE, of="check"),
    "verified/<str:ref>/": Line(RETURNS, of="check"),
    "seals/<str:ref>/": Line(SEALS, of="seal"),
    "seals/<str:ref>/seal.png": Line(SEALS, of="seal"),
    "seals/<str:ref>/status": Line(SEALS, of="seal"),
    "seals/<str:ref>/drop/": Line(post=SEALS, of="seal", writes=(W.COMPANY,)),
    "callbacks/verification/": Line(post=MACHINE),
    "callbacks/elicence/": Line(post=MACHINE),
}


@pytest.fixture
def browsers(enter: Enter, world: World) -> dict[Who, Client]:
    """Everybody; 连锁总部, which does not vouch, has something of its own to be signed and sealed by the same ones."""
    office = Caller("chain_office")
    seal = slot(COMPANY, kind="seal", x=320, width=110, height=110)
    assert office.order(batch(world, [document(world, "X1", [slot(PERSONS["P13"]), seal])])).status_code == 201
    return {
        W.ANONYMOUS: Client(),
        W.SIGNER: enter("P13"),
        W.SECOND: enter("P04"),
        W.COMPANY: enter("P01", company=True),
        W.STRANGER: enter("P01"),
        W.OTHER_COMPANY: enter("P01", entity=OTHER),
        W.LIMITED: enter("P13", by=office),
        W.LIMITED_COMPANY: enter("P01", by=office, company=True),
    }


@pytest.fixture
def places(reg: Caller, world: World, browsers: dict[Who, Client], enter: Enter) -> dict[str, dict[str, Any]]:
    """An open paper, a ceremony under way after one that was signed, a seal under way; all of one company."""
    both = [slot(PERSONS["P13"]), slot(PERSONS["P04"], x=300, role="董事")]
    seal = slot(COMPANY, kind="seal", role="申请人", x=320, width=110, height=110)
    for number, slots in enumerate((both, both[:1], [seal], both[:1]), start=1):
        body = batch(world, [document(world, f"D{number}", slots, pages=1)], ref=f"B{number}")
        assert reg.order(body, key=f"k{number}").status_code == 201
    arrive(world)
    opened, signed, sealed, running = Document.objects.filter(client__name="reg").order_by("ref")
    signer, company = enter("P13"), enter("P01", company=True)
    signer.agree(signed, ink=drawn())
    prove(signer, world)
    work()
    signer.agree(running)
    signer.read(opened)
    company.agree(sealed)
    ceremony = Ceremony.objects.latest("pk")
    paper = signer.url(opened).split("/")[2]
    mine = LoginSession.objects.filter(account__person_index=signer.key).order_by("pk").first()
    common = {"system": "sso", "code": "sms", "secret": "x" * 43, "number": 1, "no": ceremony.no, "public_id": paper}
    assert mine is not None
    return {
        "open": common | {"ref": mine.ref},
        "signed": common
        | {"public_id": signer.url(signed).split("/")[2], "code": EvidenceRecord.objects.get(document=signed).code},
        "case": common | {"public_id": opened.batch.public_id},
        "check": common | {"ref": list(world.checks.values())[-1]["ref"]},
        "seal": common | {"ref": SealOrder.objects.get().ref},
    }


def test_every_address_has_its_line_and_every_line_its_address() -> None:
    served = {one.route for one in addresses() if not one.route.startswith("ui/gallery")}
    assert served == set(TABLE)


def test_only_signed_calls_of_machines_are_taken_without_the_token_of_a_page() -> None:
    machines = {route for route, line in TABLE.items() if MACHINE in (line.get, line.post)}
    assert {one.route for one in addresses() if one.exempt} - {"api/", "api/openapi.json"} == machines | FOR_PROGRAMS


@pytest.mark.row("R152", part="自身路由、权限、队列、缓存")
def test_who_may_what(browsers: dict[Who, Client], places: dict[str, dict[str, Any]]) -> None:
    wrong = []
    for route, line in TABLE.items():
        path = "/" + PART.sub(lambda found, at=places[line.of]: str(at[found[1]]), route)  # type: ignore[misc]  # mypy knows no types of defaults in a lambda
        for verb, expected in (("GET", line.get), ("POST", line.post)):
            for who, browser in browsers.items():
                wrong += list(_tried(browser, verb, path, line, who, expected[who]))
    assert not wrong, "\n".join(wrong)


def _tried(browser: Client, verb: str, path: str, line: Line, who: Who, expected: Outcome) -> Iterator[str]:
    """One role knocks at one door; what was not as the table says. Nothing of it stays."""
    cookies = SimpleCookie(browser.cookies)
    with transaction.atomic(), Writes() as wrote:
        answer = browser.get(path) if verb == "GET" else browser.post(path, line.sends)
        transaction.set_rollback(True)
    browser.cookies = cookies
    here, got = f"{who} {verb} {path}：", outcome(answer)
    if got is not expected:
        yield f"{here}{got}，应为 {expected}"
    if got is not Outcome.IN and wrote.tables - KEPT:
        yield f"{here}{got}，但写了 {sorted(wrote.tables)}"
    if verb == "POST" and who in line.writes and not wrote.tables - KEPT:
        yield f"{here}什么也没有写，这一行证明不了别人不能写"
