"""The access matrix of reg as a table: route → who may what, by verb. A new address gets its line here, or the test fails.

A line says who is let in and who is told that he may not (403); everybody else gets 404, or the log-in where the page is
not for his kind at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from foundation.identity.testing import Outcome
from tests.access.world import PEOPLE, STAFF, Who

Rule = dict[Who, Outcome]
W = Who


def everybody(how: Outcome = Outcome.IN) -> Rule:
    return dict.fromkeys(Who, how)


def people(let_in: Iterable[Who], barred: Iterable[Who] = ()) -> Rule:
    """For citizens: who is not logged in as one is sent to the log-in."""
    return _rule(PEOPLE, let_in, barred)


def staff(let_in: Iterable[Who], barred: Iterable[Who] = ()) -> Rule:
    """For the desk: who is not logged in as staff is sent to the desk's log-in."""
    return _rule(STAFF, let_in, barred)


def _rule(kind: Iterable[Who], let_in: Iterable[Who], barred: Iterable[Who]) -> Rule:
    found = everybody(Outcome.LOG_IN) | dict.fromkeys(kind, Outcome.GONE)
    return found | dict.fromkeys(barred, Outcome.BARRED) | dict.fromkeys(let_in, Outcome.IN)


NO = everybody(Outcome.NO_VERB)
ANYBODY = everybody()
MACHINE = everybody(Outcome.UNSIGNED)

# ---- citizens ----

CITIZEN = people(PEOPLE)
HAND = (W.LEADER, W.LIAISON, W.AGENT, W.LICENCE)
"""Who acts for the company in a case."""
SEES = people((*HAND, W.SHAREHOLDER), barred=(W.NEW_AGENT,))
SEES_EARLY = people((*HAND, W.SHAREHOLDER, W.NEW_AGENT))
DOES = people(HAND, barred=(W.SHAREHOLDER, W.NEW_AGENT))
DOES_EARLY = people((*HAND, W.NEW_AGENT), barred=(W.SHAREHOLDER,))
"""Also an agent whom the company has not confirmed: pages with public facts and what he typed himself."""
RENAMES = people((*HAND, W.OTHER_AGENT))
"""Who may say what a company will be called: nobody who waits for the company's word."""
HIMSELF = people((W.LEADER, W.LICENCE))
"""The person whose message or log-in it is, however he logged in."""
IN_COMPANY = (W.LEADER, W.LIAISON, W.LICENCE)
NOT_FOR_A_COMPANY = people([who for who, (_, licence) in PEOPLE.items() if not licence])
AGENT_PAGE = people((*HAND, W.SHAREHOLDER, W.NEW_AGENT, W.OTHER_AGENT))
ASKS = people((W.OTHER_AGENT, W.AGENT, W.NEW_AGENT), barred=(W.LEADER, W.LIAISON, W.LICENCE, W.SHAREHOLDER))
ANSWERS = people((W.LEADER, W.LICENCE), barred=(W.LIAISON, W.SHAREHOLDER, W.OTHER_AGENT, W.AGENT, W.NEW_AGENT))
"""The company's word about an agent: never the agent's own."""

# ---- the desk ----

MEMBER = staff(STAFF)
READS = staff((W.EXAMINER, W.SUPERVISOR, W.AUDITOR))
READS_WHOLE = staff((W.EXAMINER, W.SUPERVISOR))
"""Papers, uploads and whole numbers: nothing for the auditor, who sees personal data masked."""
DECIDES = staff((W.EXAMINER,), barred=(W.SUPERVISOR, W.AUDITOR))
OPERATES = staff((W.OPERATOR,))
AUDITS = staff((W.AUDITOR,))
NAMES = staff((W.EXAMINER, W.OTHER_EXAMINER, W.SUPERVISOR, W.OPERATOR))
WORDS = staff((W.EXAMINER, W.OTHER_EXAMINER, W.SUPERVISOR))
WATCHES = staff((W.OPERATOR, W.SUPERVISOR))
KEEPS = staff((W.EXAMINER, W.SUPERVISOR))
"""The window's address of one district: its examiners, and the city."""


@dataclass(frozen=True)
class Line:
    """What one address answers."""

    get: Rule = field(default_factory=lambda: NO)
    post: Rule = field(default_factory=lambda: NO)
    of: str = "draft"
    """Which case stands in the address: a key of World.places."""
    sends: Mapping[str, Any] = field(default_factory=dict)
    """What a post carries, so that it would do something. `{places}` are filled in."""
    writes: tuple[Who, ...] = ()
    """Roles whose post has to leave something written, so that "nothing was written" means something for the others."""
    own_only: bool = False
    """Everybody is let in, but only to what is his: who is not in `writes` must leave nothing written."""
    puts: Mapping[str, Any] = field(default_factory=dict)
    """Parts of the address that differ from the usual ones."""


def page(get: Rule, **more: Any) -> Line:
    return Line(get=get, **more)


def form(get: Rule, post: Rule, **more: Any) -> Line:
    return Line(get=get, post=post, **{"writes": (W.LEADER,), **more})


def act(post: Rule, **more: Any) -> Line:
    return Line(post=post, **{"writes": (W.LEADER,), **more})


def decision(post: Rule, **more: Any) -> Line:
    return Line(post=post, **{"writes": (W.EXAMINER,), "of": "desk", **more})


LIAISON_ANSWER = {"name": "钱范例", "id_type": "10", "mobile": "19900000005", "version": "1"}
CASE = "cases/<slug:number>"
ITEM = f"{CASE}/items/<slug:code>"
ROW = f"{ITEM}/rows/<slug:row_id>"
UPLOAD = f"{CASE}/uploads/<str:line>"
LOGGED_IN = tuple(who for who in Who if who is not W.ANONYMOUS)
DESK = "desk/cases/<slug:number>"
WINDOW = "desk/windows/<slug:authority>"
NAME = {
    "kind": "llc",
    "district": "310115",
    "region": "上海",
    "trade": "澜汀栩",
    "industry": "科技",
    "form": "有限公司",
    "order": "front",
}
BRANCH = {"district": "310115", "place": "district", "serial": "第九", "form": "分公司"}
RENAMED = {"region": "上海", "trade": "澜汀栩", "industry": "科技", "form": "有限公司", "order": "front"}
ABROAD = "91330106MAXX00293F"
HALL = {"address": "上海市浦东新区示例路 1 号", "hours": "周一至周五 9:00–17:00", "telephone": "021-12345678"}

TABLE: dict[str, Line] = {
    # ground
    "healthz": page(ANYBODY),
    "readyz": page(ANYBODY),
    "metrics": page(ANYBODY),
    "internal/clock": act(MACHINE, writes=()),
    "ui/preferences": form(ANYBODY, ANYBODY, writes=()),
    "ui/gallery": form(ANYBODY, ANYBODY, writes=()),
    "ui/gallery/home": form(ANYBODY, ANYBODY, writes=()),
    "ui/gallery/desk": form(ANYBODY, ANYBODY, writes=()),
    "ui/gallery/sheet": form(ANYBODY, ANYBODY, writes=()),
    "ui/gallery/stop/<slug:kind>": form(ANYBODY, ANYBODY, writes=(), puts={"kind": "503"}),
    "ui/gallery/islands": form(ANYBODY, ANYBODY, writes=()),
    "ui/gallery/do/<slug:what>": act(ANYBODY, writes=(), puts={"what": "save"}),
    # log-in
    "login": page(ANYBODY),
    "login/<slug:system>": act(ANYBODY),
    "login/<slug:system>/back": page(ANYBODY),
    "logout": act(ANYBODY),
    # one's own things
    "": page(CITIZEN),
    "me": page(CITIZEN),
    "me/sessions/<slug:ref>/end": act(CITIZEN, writes=(W.LEADER, W.LICENCE), own_only=True),
    "inbox": page(CITIZEN),
    "inbox/<int:message_id>": page(HIMSELF),
    "cases": page(CITIZEN),
    "names": page(CITIZEN),
    "names/new": form(CITIZEN, CITIZEN, sends=NAME | {"do": "hold"}, writes=tuple(PEOPLE)),
    "names/industries": page(CITIZEN),
    "names/guide/<slug:kind>": page(CITIZEN, puts={"kind": "move-in"}),
    "names/branch": page(CITIZEN),
    "names/branch/<slug:uscc>": form(CITIZEN, CITIZEN, sends=BRANCH | {"do": "hold"}, writes=tuple(PEOPLE)),
    "names/change": page(CITIZEN),
    "names/change/<slug:uscc>": form(
        RENAMES,
        RENAMES,
        sends=RENAMED | {"do": "hold"},
        writes=(W.LEADER, W.LIAISON, W.LICENCE, W.AGENT, W.OTHER_AGENT),
    ),
    "names/move-in": form(CITIZEN, CITIZEN, sends={"uscc": ABROAD}, writes=tuple(PEOPLE)),
    "names/move-in/<slug:uscc>": form(
        CITIZEN, CITIZEN, sends={"do": "ask"}, puts={"uscc": ABROAD}, writes=tuple(PEOPLE)
    ),
    "names/<slug:declaration>": page(HIMSELF),
    "names/<slug:declaration>/keep": act(HIMSELF, sends={"do": "withdraw"}, writes=(W.LEADER, W.LICENCE)),
    "names/<slug:declaration>/proofs": act(
        HIMSELF, sends={"files": "{photo}"}, writes=(W.LEADER, W.LICENCE), own_only=True
    ),
    "names/<slug:declaration>/proofs/<int:proof>": page(HIMSELF),
    "sign": page(CITIZEN),
    "sign/enter": act(CITIZEN, writes=()),
    # companies
    "companies": page(CITIZEN),
    "companies/<slug:uscc>/change": form(
        people((*IN_COMPANY, W.SHAREHOLDER)), people(IN_COMPANY, barred=(W.SHAREHOLDER,)), sends={"item": "liaison"}
    ),
    "companies/<slug:uscc>/change/brought": page(CITIZEN),
    "agent": page(CITIZEN),
    "companies/<slug:uscc>/agent": form(
        NOT_FOR_A_COMPANY, NOT_FOR_A_COMPANY, sends={"item": "liaison"}, writes=(W.STRANGER,)
    ),
    # a case
    CASE: page(SEES_EARLY),
    f"{CASE}/progress": page(SEES_EARLY),
    f"{CASE}/choose": form(DOES_EARLY, DOES_EARLY, sends={"item": "domicile"}),
    f"{CASE}/withdraw": page(DOES_EARLY),
    f"{CASE}/withdraw/do": act(DOES_EARLY),
    f"{CASE}/check": page(SEES),
    f"{CASE}/check/confirm": act(DOES, sends={"code": "CC99"}, writes=()),
    f"{CASE}/check/unconfirm": act(DOES, sends={"code": "CC99"}),
    # its agent
    f"{CASE}/agent": page(AGENT_PAGE, of="asked"),
    f"{CASE}/agent/invite": act(ASKS, of="asked", writes=()),
    f"{CASE}/agent/accept": act(ANSWERS, of="asked", sends={"mandate": "{mandate}"}, writes=(W.LEADER, W.LICENCE)),
    f"{CASE}/agent/decline": act(ANSWERS, of="asked", writes=(W.LEADER, W.LICENCE)),
    # its rooms
    ITEM: form(SEES_EARLY, DOES_EARLY, sends=LIAISON_ANSWER),
    f"{ITEM}/autosave": act(DOES_EARLY, sends=LIAISON_ANSWER),
    f"{ITEM}/hints": page(SEES_EARLY, of="uploads"),
    f"{ITEM}/resolve": act(DOES_EARLY, sends={**LIAISON_ANSWER, "keep": "mine"}),
    f"{ITEM}/person": act(DOES_EARLY, of="leader", sends={"person": "{person}"}),
    ROW: form(SEES, DOES, of="list", sends={"position": "director", "mobile": "19900000013", "seen": "{seen}"}),
    f"{ROW}/change": act(DOES, of="list", sends={"do": "remove"}),
    f"{ROW}/resolve": act(DOES, of="list", sends={"keep": "mine", "seen": "{seen}"}),
    f"{ITEM}/card/<slug:slot>": act(DOES_EARLY, sends={"front": "{photo}"}),
    f"{ITEM}/card/<slug:slot>/status": page(SEES_EARLY),
    # its papers
    f"{CASE}/papers": page(SEES),
    f"{CASE}/papers/status": page(SEES),
    f"{CASE}/papers/<int:paper_id>": page(SEES),
    f"{CASE}/papers/<int:paper_id>/retry": act(DOES, puts={"paper_id": "{failed_id}"}),
    f"{CASE}/papers/<int:paper_id>/share": form(DOES, DOES),
    f"{CASE}/papers/<int:paper_id>/<int:page>/<slug:size>.jpg": page(SEES),
    f"{CASE}/own/<str:line>": form(DOES, DOES, puts={"line": "{own_line}"}, of="uploads", sends={"own": "1"}),
    f"{CASE}/notice": page(SEES),
    f"{CASE}/notice.pdf": page(SEES),
    "shared/<str:token>": page(ANYBODY, of="shared"),
    "shared/<str:token>/<int:page>.jpg": page(ANYBODY, of="shared"),
    # what is uploaded
    UPLOAD: form(SEES, DOES, of="uploads", sends={"files": "{photo}"}),
    f"{UPLOAD}/change": act(DOES, of="uploads", sends={"do": "turn", "file": "{part_id}"}),
    f"{UPLOAD}/order": act(DOES, of="uploads", sends={"order": "{part_id}"}, writes=()),
    f"{UPLOAD}/status": page(SEES, of="uploads"),
    f"{UPLOAD}/parts/<int:part_id>.jpg": page(SEES, of="uploads"),
    f"{UPLOAD}/<int:page>.jpg": page(SEES, of="uploads"),
    f"{UPLOAD}/mended/<int:mending_id>": page(DOES, of="uploads"),
    f"{UPLOAD}/mended/<int:mending_id>/<int:page>.jpg": page(DOES, of="uploads"),
    f"{UPLOAD}/mended/<int:mending_id>/answer": act(DOES, of="uploads", sends={"do": "take"}),
    # its signatures
    f"{CASE}/sign": page(SEES, of="signing"),
    f"{CASE}/sign/request": act(DOES, writes=()),
    f"{CASE}/sign/status": page(SEES, of="signing"),
    f"{CASE}/sign/enter": act(SEES, of="signing", writes=()),
    f"{CASE}/sign/remind": act(DOES, of="signing", writes=()),
    f"{CASE}/sign/reopen": act(DOES, of="signing"),
    f"{CASE}/sign/after": page(CITIZEN, of="signing"),
    f"{CASE}/submit": act(DOES, of="signing"),
    # helpers of the address
    "api/address/towns": page(CITIZEN),
    "api/address/roads": page(CITIZEN),
    "api/address/centralized": page(CITIZEN),
    "api/address/standard": page(CITIZEN),
    "api/names/check": act(CITIZEN, sends=NAME, writes=()),
    "api/names/suggestions": act(CITIZEN, sends=NAME, writes=()),
    "api/names/industries": page(CITIZEN),
    # machines
    "callbacks/signing": act(MACHINE, writes=()),
    "internal/papers/<int:paper_id>": page(MACHINE),
    # the desk
    "desk/": page(MEMBER, of="desk"),
    "desk/login": form(ANYBODY, ANYBODY, writes=()),
    "desk/logout": act(everybody(Outcome.LOG_IN), writes=LOGGED_IN),
    "desk/me": page(MEMBER),
    "desk/me/sessions/<slug:ref>/end": act(MEMBER, puts={"ref": "{desk_ref}"}, writes=(W.EXAMINER,), own_only=True),
    "desk/next": decision(MEMBER),
    DESK: page(READS, of="desk"),
    f"{DESK}/claim": decision(DECIDES, of="waiting"),
    f"{DESK}/release": decision(DECIDES),
    f"{DESK}/points": decision(DECIDES, sends={"about": "item:liaison", "text": "请改"}),
    f"{DESK}/points/<int:point_id>/drop": decision(DECIDES),
    f"{DESK}/decide": decision(DECIDES, sends={"do": "return"}),
    f"{DESK}/unmask": decision(READS_WHOLE, writes=(W.EXAMINER, W.SUPERVISOR)),
    f"{DESK}/papers/<int:paper_id>": page(READS_WHOLE, of="desk"),
    f"{DESK}/papers/<int:paper_id>/<int:page>/<slug:size>.jpg": page(READS_WHOLE, of="desk"),
    f"{DESK}/uploads/<str:line>": page(READS_WHOLE, of="desk"),
    f"{DESK}/uploads/<str:line>/<int:page>.jpg": page(READS_WHOLE, of="desk"),
    # the back office
    "desk/outside": page(OPERATES),
    "desk/outside/<slug:side>/<slug:code>/try": act(
        OPERATES, puts={"side": "reg", "code": "sms"}, writes=(W.OPERATOR,)
    ),
    "desk/jobs": page(OPERATES),
    "desk/jobs/<slug:side>/<int:number>/again": act(
        OPERATES, puts={"side": "reg", "number": "{job}"}, of="office", writes=(W.OPERATOR,)
    ),
    "desk/signing": page(WATCHES),
    "desk/signing/history": page(WATCHES),
    "desk/signing/export": act(WATCHES, writes=()),
    "desk/names": page(NAMES),
    "desk/names/<int:name>": page(NAMES),
    "desk/names/unsure": page(WORDS),
    "desk/names/<int:name>/correct": form(
        WORDS,
        WORDS,
        sends={"order": "front", "region": "上海", "trade": "墨舟", "form": "合作社", "seen": "40"},
        writes=(W.EXAMINER, W.SUPERVISOR),
    ),
    "desk/declarations": page(WORDS),
    "desk/declarations/<slug:number>": page(READS_WHOLE, puts={"number": "{declaration}"}),
    "desk/declarations/<slug:number>/decide": act(
        staff((W.EXAMINER,), barred=(W.SUPERVISOR,)),
        puts={"number": "{declaration}"},
        sends={"do": "take"},
        writes=(W.EXAMINER,),
    ),
    "desk/declarations/<slug:number>/proofs/<int:proof>/<int:page>.jpg": page(
        READS_WHOLE, puts={"number": "{declaration}"}
    ),
    "desk/words": page(WORDS),
    "desk/words/<slug:category>": form(
        WORDS, WORDS, sends={"what": "add", "words": "至尊", "reason": "通知"}, writes=(W.EXAMINER, W.SUPERVISOR)
    ),
    "desk/words/batches/<int:batch>": act(WORDS, sends={"do": "approve"}, writes=(W.EXAMINER, W.SUPERVISOR)),
    "desk/windows": page(staff((W.EXAMINER, W.OTHER_EXAMINER, W.SUPERVISOR))),
    WINDOW: form(KEEPS, KEEPS, of="office", sends={**HALL, "read": "{window}"}, writes=(W.EXAMINER, W.SUPERVISOR)),
    f"{WINDOW}/approve": act(KEEPS, of="office", sends={"version": "{window}"}, writes=(W.EXAMINER, W.SUPERVISOR)),
    f"{WINDOW}/decline": act(
        KEEPS, of="office", sends={"version": "{window}", "reason": "电话不对"}, writes=(W.EXAMINER, W.SUPERVISOR)
    ),
    f"{WINDOW}/withdraw": act(
        staff((), barred=(W.EXAMINER, W.SUPERVISOR)), of="office", sends={"version": "{window}"}, writes=()
    ),
    "desk/signatures": page(staff((W.EXAMINER, W.OTHER_EXAMINER, W.SUPERVISOR, W.AUDITOR))),
    "desk/signatures/<slug:code>/evidence.zip": page(WORDS, puts={"code": "0" * 32}),
    "desk/audit": page(AUDITS),
    "desk/audit/export": act(AUDITS, writes=(W.AUDITOR,)),
    "desk/audit/check": act(AUDITS, writes=(W.AUDITOR,)),
    "desk/audit/cases/<slug:number>": page(AUDITS, of="desk"),
}
