"""Who stands before which doors: the people of the access matrix, logged in, and the cases they ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from foundation import clock
from foundation.files.services import file_refer, file_store
from foundation.identity.actor import Actor
from foundation.identity.models import Account, LoginSession, StaffUser
from foundation.identity.sessions import KEY, account_know, actor_of
from foundation.notify.models import InboxMessage
from foundation.notify.services import inbox_put
from foundation.pdf.testing import picture, small_pdf
from reg.backoffice.testing import job_row
from reg.backoffice.windows import WindowWords, window_propose
from reg.casefile.models import Case, Confirmation
from reg.casefile.selectors import case_view
from reg.cases.agents import agent_accept, agent_invite, mandate_of
from reg.cases.checking import case_facts
from reg.cases.rooms import people_known, room_open, row_seen
from reg.cases.services import case_open
from reg.declarations.models import Declaration
from reg.declarations.services import name_declare, proof_add
from reg.entities import stories
from reg.entities.models import Entity, Role
from reg.items.registry import BY_CODE
from reg.materials.models import Paper
from reg.materials.plan import plan
from reg.materials.services import papers_current, share_make
from reg.materials.uploads import part_receive, upload_put_together
from reg.naming.checking import name_check
from reg.naming.index import name_file
from reg.naming.models import IndexedName, WordBatch
from reg.naming.parsing import parse
from reg.naming.parts import Parts
from reg.naming.reservation import Wish
from reg.naming.wordlists import words_propose
from reg.review.services import point_note, review_claim
from reg.testing import (
    answer,
    company,
    draft,
    in_signing,
    papers_make,
    person,
    sign_everything,
    staff,
    submitted,
    tell_truth,
)


class Who(StrEnum):
    """A role of the matrix."""

    ANONYMOUS = "没登录"
    LEADER = "法定代表人"
    LIAISON = "联络员"
    SHAREHOLDER = "股东"
    FORMER = "开办后离职的联络员"
    AGENT = "企业确认的代理人"
    NEW_AGENT = "没确认的代理人"
    OTHER_AGENT = "同一企业另一件的代理人"
    SIGNER = "只签名的人"
    STRANGER = "别家企业的人"
    LICENCE = "本企业电子营业执照"
    OTHER_LICENCE = "别家电子营业执照"
    EXAMINER = "本区审查员"
    OTHER_EXAMINER = "别区审查员"
    SUPERVISOR = "督导"
    OPERATOR = "运维"
    AUDITOR = "审计员"


STAFF = {
    Who.EXAMINER: "shen1",
    Who.OTHER_EXAMINER: "shen3",
    Who.SUPERVISOR: "du1",
    Who.OPERATOR: "yun1",
    Who.AUDITOR: "ji1",
}
HERE, ELSEWHERE = "C01", "C02"
PEOPLE = {
    Who.LEADER: ("P01", ""),
    Who.LIAISON: ("P04", ""),
    Who.SHAREHOLDER: ("P13", ""),
    Who.FORMER: ("P27", ""),
    Who.AGENT: ("P25", ""),
    Who.NEW_AGENT: ("P24", ""),
    Who.OTHER_AGENT: ("P64", ""),
    Who.SIGNER: ("P05", ""),
    Who.STRANGER: ("P02", ""),
    Who.LICENCE: ("P01", HERE),
    Who.OTHER_LICENCE: ("P04", ELSEWHERE),
}
"""Story person, and the company whose e-licence let him in."""
HOME = {
    "district": "310115",
    "town": "310115009",
    "road": "上南路",
    "lane": "9872",
    "number_kind": "号",
    "number": "4",
    "room": "802",
    "kind": "self_owned",
    "full": "上海市浦东新区上南路9872弄4号802室",
}
OTHER_PHONE, OTHER_DESK = "f" * 32, "e" * 32
"""The leader's log-in on another phone, the examiner's at another desk."""
PUBLIC = frozenset({"shared", "desk", "waiting", "office"})
"""Cases that agents ask for too, their own being no answer."""
Places = dict[str, Any]


@dataclass
class World:
    """Log-ins by role, and what stands in an address: by kind of case, for everybody or for an agent's own case."""

    keys: dict[Who, str] = field(default_factory=dict)
    """Session keys."""
    places: dict[str, Places] = field(default_factory=dict)
    own: dict[Who, dict[str, Places]] = field(default_factory=dict)

    def browser(self, who: Who) -> Client:
        """A browser in which this role is logged in; a fresh one, since answers leave cookies."""
        client = Client()
        if who in self.keys:
            client.cookies["reg_session"] = self.keys[who]
        return client

    def places_of(self, who: Who, kind: str) -> Places:
        """What the role asks for: an agent for his own case, everybody else for the same one."""
        mine = self.own.get(who) if kind not in PUBLIC else None
        return mine.get(kind, mine["draft"]) if mine else self.places[kind]


def build() -> World:
    """All of it, in one transaction that the tests roll back."""
    world = World()
    for who, (story_id, licence) in PEOPLE.items():
        world.keys[who] = _citizen(story_id, licence)
    _row(account=Account.objects.get(person_index=person("P01").person_index), method="sso", ref=OTHER_PHONE)
    for who, username in STAFF.items():
        world.keys[who] = _member(username)
    _row(staff=StaffUser.objects.get(username="shen1"), method="password", ref=OTHER_DESK)
    world.places = _of_company(company(HERE))
    world.places["desk"] = _at_the_desk(submitted(person("P03"), company("C28")))
    world.places["waiting"] = _place(submitted(person("P59"), company("C35")), paper_id=0)
    world.places["shared"] = world.places["draft"]
    world.places["office"] = _in_the_back_office()
    world.own = {
        Who.AGENT: _of_agent("P25", company(ELSEWHERE), confirmed=True),
        Who.NEW_AGENT: _of_agent("P24", company(ELSEWHERE), confirmed=False),
    }
    _agent_case("P64", company(HERE), ["liaison"], confirmed=True)
    asked = _agent_case("P64", company(HERE), ["liaison"], confirmed=False)
    agent_invite(actor=acting("P64"), case=asked)
    world.places["asked"] = _place(asked, mandate=mandate_of(asked).key)
    return world


def _in_the_back_office() -> Places:
    """A window's address that a colleague entered and nobody approved, and a job that failed."""
    words = WindowWords("上海市浦东新区示例路 9 号", "周一至周五 9:00–17:00", "021-87654321")
    window = window_propose(actor=staff("shen2"), authority="310115", words=words, read=0)
    return {"authority": "310115", "window": window.pk, "job": job_row("reg.materials.tasks.paper_make")}


# ---- log-ins ----


def _with(row: LoginSession) -> str:
    session = SessionStore()
    session[KEY] = row.ref
    session.create()
    return session.session_key or ""


def _row(**owner: Any) -> LoginSession:
    moment = clock.wall()
    ref = f"{LoginSession.objects.count():032x}"
    times = {"started_at": moment, "seen_at": moment, "ends_at": moment + timedelta(hours=9)}
    return LoginSession.objects.create(**{"ref": ref, **times, **owner})


def _citizen(story_id: str, licence: str) -> str:
    story = stories.persons()[story_id]
    account = account_know(
        name=story["name"], id_type=story["id_type"], id_number=story["id_no"], mobile=story["mobile"]
    )
    uscc = company(licence).uscc if licence else ""
    return _with(_row(account=account, method="elicence" if licence else "sso", entity_uscc=uscc))


def _member(username: str) -> str:
    told = next(one for one in stories.load("staff") if one["username"] == username)
    user = StaffUser.objects.create(
        username=username, name=told["name"], role=told["role"], office=told["office"], password="!"
    )
    return _with(_row(staff=user, method="password"))


def acting(story_id: str) -> Actor:
    """The actor behind the browser of a story person."""
    row = LoginSession.objects.filter(account__person_index=person(story_id).person_index, entity_uscc="").first()
    return actor_of(row) if row else person(story_id)


# ---- cases ----


def _of_company(entity: Entity) -> dict[str, Places]:
    """A draft with papers, opened by a liaison who has left since; one with a list, one with uploads, one being signed."""
    leader = acting("P01")
    role = Role.objects.create(
        entity=entity, person_index=person("P27").person_index, kind="liaison", valid_from="2025-01-01"
    )
    plain = draft(acting("P27"), entity)
    Role.objects.filter(person_index=role.person_index, entity=entity).update(valid_to="2026-01-01")
    return {
        "draft": _with_papers(plain, leader),
        "list": _with_row(case_open(actor=leader, entity=entity, chosen=["officers"]), leader),
        "uploads": _with_upload(case_open(actor=leader, entity=entity, chosen=["domicile"]), leader),
        "leader": _with_leader(case_open(actor=leader, entity=entity, chosen=["legal_representative"])),
        "signing": _signed(in_signing(leader, entity)),
    }


def _place(case: Case, **more: Any) -> Places:
    """What may stand in the address of any case; `more` for what this one has."""
    common = {"number": case.number, "uscc": case.entity.uscc, "code": "liaison", "slot": "one", "row_id": "new"}
    usual = {"page": 1, "size": "page", "line": "address_proof", "system": "sso", "token": "unknown"}
    return common | usual | _of_leader() | more


def _of_leader() -> Places:
    """A message and a log-in that are the leader's own."""
    index = person("P01").person_index
    inbox_put(person_index=index, kind="access", title="消息", text="看得到自己的消息", ref="access")
    message = InboxMessage.objects.get(person_index=index, ref="access")
    return {
        "message_id": message.pk,
        "ref": OTHER_PHONE,
        "desk_ref": OTHER_DESK,
        **_declared(),
        **_words(),
    }


def _words() -> Places:
    """A list of words, and a batch that somebody of another office entered."""
    batch = WordBatch.objects.filter(category="superlative").first() or words_propose(
        actor=staff("shen4"), category="superlative", what="add", words=["无双"], reason="通知"
    )
    unsure = IndexedName.objects.filter(written="上海墨舟合作社").first()
    unsure = unsure or name_file(Parts("上海", "墨舟合作", "", "社"), confidence=40)
    return {"category": "superlative", "batch": batch.pk, "name": unsure.pk}


def _declared() -> Places:
    """A restricted name that the leader declared, with a proof; the desk has not looked at it yet."""
    one = Declaration.objects.first()
    if one is None:
        wish = Wish(parse("上海砚屿有限公司").parts, "llc", "establish", district="310115")
        report = name_check(wish.parts, wish.context, day=clock.today())
        leader = person("P01")
        one = name_declare(actor=leader, wish=wish, report=report, authority="310115", plea="商标注册证第 1 号")
        proof_add(actor=leader, number=one.number, name="注册证.pdf", content=small_pdf(1))
    return {"declaration": one.number, "proof": one.proofs.values_list("pk", flat=True)[0]}


def _with_papers(case: Case, actor: Actor) -> Places:
    """Papers, one of them not made, a notice, a confirmation, a link that was shared."""
    shown = next(paper for paper in papers_make(case, actor) if paper.doc == "application")
    common = {"case": case, "input_hash": "x", "data": {}, "queued_at": clock.now()}
    failed = Paper.objects.create(**common, doc="extra", title="没有做成", state=Paper.State.FAILED)
    sealed = file_store(small_pdf(1), kind="pdf")
    ready = {"state": Paper.State.READY, "file": shown.file, "signed_file": sealed, "pages": 1}
    Paper.objects.create(**common, doc="notice", title="通知书", **ready)
    Confirmation.objects.create(
        case=case, finding_key="CC99", message="x", confirmed_by=actor.ref, confirmed_at=clock.now()
    )
    token = share_make(actor=actor, paper=shown)
    return _place(case, paper_id=shown.pk, failed_id=failed.pk, token=token)


def _signed(case: Case) -> Places:
    sign_everything(case)
    return _place(case, paper_id=papers_current(case)[0].pk)


def _with_row(case: Case, actor: Actor) -> Places:
    structure = {"board": "True", "directors_count": "3", "supervisory": "one", "staff_count": "3"}
    row = room_open(actor, case, BY_CODE["officers"]).payload["rows"][0]
    answer(case, actor, "officers", {"structure": structure, "rows": [row]})
    return _place(case, code="officers", row_id=row["row_id"], seen=row_seen(row))


def _with_upload(case: Case, actor: Actor) -> Places:
    answer(case, actor, "domicile", HOME)
    tell_truth(case)
    view = case_view(case)
    listed = plan(view, case_facts(case, view, ask=False))
    line, own = listed.line("address_proof"), next(line for line in listed.lines if line.may_be_own)
    assert line is not None
    part = part_receive(actor=actor, case=case, line=line, name="一.jpg", content=picture(text="Page 1"))
    upload_put_together(part.upload)
    mended = file_store(small_pdf(), kind="pdf")
    file_refer(mended)
    offered = part.upload.mendings.create(
        original_sha256="0" * 64,
        refusal="javascript",
        steps=[["scripts", 1]],
        file=mended,
        pages=1,
        offered_at=clock.wall(),
    )
    return _place(case, code="domicile", part_id=part.pk, own_line=own.key, mending_id=offered.pk)


def _with_leader(case: Case) -> Places:
    known = people_known(case_view(case), BY_CODE["legal_representative"])
    return _place(case, code="legal_representative", person=known[0]["key"])


def _at_the_desk(case: Case) -> Places:
    """A case on the examiner's desk, with a paper, an upload and a noted point."""
    examiner = actor_of(LoginSession.objects.filter(staff__username="shen1").earliest("pk"))
    review_claim(actor=examiner, case=case)
    case.refresh_from_db()
    point = point_note(actor=examiner, case=case, title="联络员", text="电子邮箱打不开", item="liaison")
    paper = papers_current(case)[0]
    Paper.objects.filter(pk=paper.pk).update(signed_file=paper.file)
    upload = case.uploads.create(
        line="address_proof", title="证明", file=paper.file, pages=1, revision=1, made=1, changed_at=clock.wall()
    )
    return _place(case, paper_id=paper.pk, point_id=point.pk, line=upload.line)


# ---- agents ----


def _of_agent(story_id: str, entity: Entity, *, confirmed: bool) -> dict[str, Places]:
    """The agent's own cases of the same kinds."""
    actor = acting(story_id)
    case = _agent_case(story_id, entity, ["liaison"], confirmed=confirmed)
    places = {"draft": _place(case, paper_id=0, token="unknown")}
    others: dict[str, tuple[str, Callable[[Case], Places]]] = {
        "list": ("officers", lambda one: _with_row(one, actor) if confirmed else _place(one, code="officers")),
        "uploads": ("domicile", lambda one: _place(one, code="domicile", part_id=0, mending_id=0)),
        "leader": ("legal_representative", _with_leader),
    }
    for kind, (item, made) in others.items():
        places[kind] = made(_agent_case(story_id, entity, [item], confirmed=confirmed))
    if confirmed:
        places["draft"] = _with_papers(case, actor)
        places["uploads"] = _with_upload(Case.objects.get(number=places["uploads"]["number"]), actor)
    return places


def _agent_case(story_id: str, entity: Entity, chosen: list[str], *, confirmed: bool) -> Case:
    actor = acting(story_id)
    case = case_open(actor=actor, entity=entity, chosen=chosen, as_agent=True)
    human = stories.person_payload(story_id)
    told = {key: human[key] for key in ("name", "id_type", "id_number", "mobile", "email")}
    mandate = {
        "kind": "person",
        "agency_name": "",
        "agency_uscc": "",
        "filing_no": "",
        "scope": ["correct_form"],
        "valid_from": "2026-01-01",
        "valid_to": "2030-12-31",
    }
    answer(case, actor, "agent", told | mandate)
    if confirmed:
        agent_invite(actor=actor, case=case)
        leader = person("P01" if entity.uscc == company(HERE).uscc else "P02")
        agent_accept(actor=leader, case=case, key=mandate_of(case).key)
        case.refresh_from_db()
    tell_truth(case)
    return case
