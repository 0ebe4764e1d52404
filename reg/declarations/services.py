"""申报, 撤回, 补充依据: what an applicant does with a declaration. R102-R111.

The name is kept from the moment it is declared, whether the system grants it at once or a clerk decides: nobody loses it in a queue.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, replace

from django.db import transaction
from django.db.models import Q, QuerySet

from foundation import audit, clock
from foundation.clock.workdays import add_working_days
from foundation.files.models import StoredFile
from foundation.files.services import file_refer, file_release, file_store
from foundation.identity.actor import Actor, NotVisible
from foundation.outbox import publish
from foundation.pdf.admission import admit_upload
from foundation.pdf.verdict import Rejected
from reg.casefile.numbers import next_number
from reg.catalog.names import desk_policy
from reg.declarations.events import NameDecided, NameDeclared
from reg.declarations.grounds import NOBODY, Subject, may_rename
from reg.declarations.models import Declaration, Proof
from reg.entities.selectors import capacities, entity_get
from reg.naming.checking import NameReport, Outcome
from reg.naming.comparison import Standing
from reg.naming.explain import Told, told
from reg.naming.models import IndexedName
from reg.naming.reservation import NameTaken, NotAllowed, Wish, name_reserve, reservation_release
from reg.naming.text import canonical

MOST_PROOFS, MOST_RELATED = 10, 10
PLEA_WANTED = "要写明依据，例如商标注册证号、批准文号、谁同意了使用，或者谁向谁投资、占多少。"
SHORTEST_PLEA, LONGEST_PLEA = 4, 2000


class DeclarationError(Exception):
    """Something cannot be done with a declaration now; the message says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def needs_desk(report: NameReport, related: Collection[str] = ()) -> bool:
    """Whether a clerk looks at it before it is granted (policy data: reg/catalog/data/names/desk.yaml)."""
    policy, near = desk_policy(), report.found.similar
    return bool(
        report.outcome is Outcome.RESTRICTED
        or related
        or len(near) + report.found.more > policy.above
        or any(hit.verdict.rule in policy.similar for hit in near)
    )


def may_plead(report: NameReport, related: Collection[str] = ()) -> bool:
    """Whether the desk decides on a reason: every 限制 of it is one for the desk, or an investment relation is claimed."""
    policy = desk_policy()
    restricted = {one.code for one in report.findings if one.severity == "restrict"}
    if report.outcome is Outcome.RESTRICTED:
        return policy.restricted is None or restricted <= policy.restricted
    return bool(related) and report.outcome.may_be_held


def related_known(codes: Iterable[str]) -> list[dict[str, str]]:
    """Those of the 统一社会信用代码 that the index knows as registered, with their names; a few at most."""
    known = IndexedName.objects.filter(uscc__in=list(codes)[:MOST_RELATED], standing=Standing.REGISTERED)
    return [{"uscc": one.uscc, "written": one.written} for one in known.order_by("written")]


@transaction.atomic
def name_declare(
    *,
    actor: Actor,
    wish: Wish,
    report: NameReport,
    authority: str,
    subject: Subject = NOBODY,
    read: Iterable[str] = (),
    plea: str = "",
) -> Declaration:
    """Declare a name on what the applicant was shown: held at once, or kept while the desk decides.

    Raises what name_reserve raises, by the report or because it is no longer true; DeclarationError where a restricted name comes
    without its reason, or an enterprise has the name already; NotVisible where the actor may not speak for the enterprise.
    """
    _must_be_his(actor, wish)
    _must_be_new(wish, subject)
    if report.outcome is Outcome.FORBIDDEN:
        raise NotAllowed(one for one in report.findings if one.severity == "forbid")
    if report.outcome is Outcome.TAKEN:
        raise NameTaken(report.found)
    desk = needs_desk(report, wish.related)
    restricted = [one for one in report.findings if one.severity == "restrict"]
    asks = bool(restricted or wish.related)
    if asks and (not may_plead(report, wish.related) or len(plea.strip()) < SHORTEST_PLEA):
        raise DeclarationError(PLEA_WANTED)
    lifted = frozenset(one.code for one in restricted)
    held = name_reserve(actor=actor, wish=replace(wish, proven=wish.proven | lifted), read=read, waiting=desk)
    moment = clock.now()
    one = Declaration.objects.create(
        number=next_number(authority, clock.today()),
        business=wish.business,
        kind=wish.kind,
        written=held.written,
        parts=asdict(report.parts),
        authority=authority,
        **asdict(subject),
        declared_by=actor.person_index,
        declarer=actor.name,
        plea=plea.strip(),
        related=related_known(wish.related),
        findings=[
            {"code": one.code, "severity": one.severity, "message": one.message, "basis": one.basis}
            for one in report.findings
        ],
        hits=[_hit(told(hit, report.parts)) for hit in report.found.similar],
        state=Declaration.State.REVIEW if desk else Declaration.State.GRANTED,
        reservation=held,
        due=add_working_days(clock.today(), desk_policy().working_days) if desk else None,
        declared_at=moment,
        accepted_at=None if desk else moment,
        decided_at=None if desk else moment,
    )
    audit.record(actor, "declaration.declare", "name", one.number)
    publish(NameDeclared(one.number))
    return one


def _must_be_his(actor: Actor, wish: Wish) -> None:
    entity = entity_get(wish.uscc) if wish.business == "change" else None
    if entity and not may_rename(actor, entity):
        raise NotVisible


def _must_be_new(wish: Wish, subject: Subject) -> None:
    """A change changes something, and nobody declares for an enterprise what it holds already."""
    name = canonical(wish.parts.tidied().full)
    if wish.business == "change" and name == canonical(subject.old_name):
        raise DeclarationError("新名称和现在的名称一样，没有变化。")
    waiting = (
        Declaration.objects.filter(uscc=wish.uscc, reservation__state__in=["held", "waiting"]) if wish.uscc else ()
    )
    for one in waiting:
        if canonical(one.written) == name:
            raise DeclarationError(f"这个名称已经为这家企业申报过了，申请号 {one.number}，不用再申报。")


def _hit(one: Told) -> dict[str, str]:
    return {"written": one.written, "chip": one.chip, "alike": one.alike, "basis": one.basis}


def declaration_own(actor: Actor, number: str, *, lock: bool = False) -> Declaration | None:
    """The actor's own declaration."""
    rows = Declaration.objects.select_related("reservation")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return rows.filter(number=number, declared_by=actor.person_index).first()


def declarations_of(actor: Actor) -> QuerySet[Declaration]:
    """The actor's own ones, and those about companies in which he holds a capacity now; newest first."""
    companies = [one.entity.uscc for one in capacities(actor)]
    mine = Q(declared_by=actor.person_index)
    about = Q(uscc__in=companies) | Q(parent_uscc__in=companies)
    seen = mine | about if companies else mine
    return Declaration.objects.select_related("reservation").filter(seen).order_by("-declared_at")


def declarations_found(actor: Actor, asked: str) -> list[Declaration]:
    """By 申请号, 办件编号, 名称保留号 or 统一社会信用代码 (R111), among those the actor may see."""
    key = "".join(asked.split()).upper()
    if not key:
        return []
    numbers = Q(number=key) | Q(onestop_serial__iexact=key) | Q(reservation__number=key)
    return list(declarations_of(actor).filter(numbers | Q(uscc=key) | Q(parent_uscc=key))[:20])


def _in_review(actor: Actor, number: str) -> Declaration:
    one = declaration_own(actor, number, lock=True)
    if one is None or one.state != Declaration.State.REVIEW:
        raise DeclarationError("这个申报已经有结果了，不用再补。")
    return one


@transaction.atomic
def declaration_withdraw(*, actor: Actor, number: str) -> Declaration:
    """撤回 while the desk has not decided: the name is free at once."""
    one = _in_review(actor, number)
    one.state, one.decided_at = Declaration.State.WITHDRAWN, clock.now()
    one.save(update_fields=["state", "decided_at"])
    reservation_release(actor=actor, number=one.reservation.number)
    audit.record(actor, "declaration.withdraw", "name", one.number)
    publish(NameDecided(one.number))
    return one


def proof_add(*, actor: Actor, number: str, name: str, content: bytes) -> Proof:
    """Add one file to the 依据; DeclarationError teaches what is wrong with it."""
    verdict = admit_upload(content)
    if isinstance(verdict, Rejected):
        raise DeclarationError(str(verdict))
    return _proof_keep(actor, number, name, file_store(content, kind=str(verdict.kind)), verdict.pages)


@transaction.atomic
def _proof_keep(actor: Actor, number: str, name: str, stored: StoredFile, pages: int) -> Proof:
    one = _in_review(actor, number)
    there = list(one.proofs.select_related("file"))
    if any(proof.file.sha256 == stored.sha256 for proof in there):
        raise DeclarationError("这个文件已经传过了，没有再收。")
    if len(there) >= MOST_PROOFS:
        raise DeclarationError(f"最多 {MOST_PROOFS} 个文件。请合成一个 PDF，或者先删去不用的。")
    file_refer(stored)
    proof = Proof.objects.create(
        declaration=one, file=stored, name=name[-120:], kind=stored.kind, pages=pages, added_at=clock.now()
    )
    _answered(one)
    audit.record(actor, "declaration.prove", "name", one.number, kind=stored.kind, size=stored.size)
    return proof


@transaction.atomic
def plea_add(*, actor: Actor, number: str, words: str) -> Declaration:
    """Say more of the reason; what was said before stays."""
    one = _in_review(actor, number)
    if len(one.plea) + len(words) > LONGEST_PLEA:
        raise DeclarationError(f"依据说明一共不超过 {LONGEST_PLEA} 个字，请写短一些，或者上传文件。")
    one.plea = f"{one.plea}\n{words.strip()}".strip()
    one.save(update_fields=["plea"])
    _answered(one)
    audit.record(actor, "declaration.plead", "name", one.number)
    return one


def _answered(one: Declaration) -> None:
    if one.asked_at and not one.answered_at:
        one.answered_at = clock.now()
        one.save(update_fields=["answered_at"])


@transaction.atomic
def proof_remove(*, actor: Actor, number: str, proof: int) -> None:
    """Take a file back."""
    one = _in_review(actor, number)
    found = one.proofs.filter(pk=proof).first()
    if found is None:
        raise DeclarationError("这个文件已经不在了。")
    found.delete()
    file_release([found.file])
    audit.record(actor, "declaration.unprove", "name", one.number)
