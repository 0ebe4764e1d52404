"""审查员办案: claim, note, return, refuse, approve. Approval writes the register in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from foundation import audit, clock
from foundation.clock.workdays import add_working_days
from foundation.identity.actor import Actor, Forbidden, NotVisible, StaffRole
from foundation.outbox import publish
from reg.casefile.access import Access, case_access
from reg.casefile.models import Case, InFlight, ReturnNotice
from reg.casefile.selectors import case_view
from reg.casefile.services import step_add, stream_copy
from reg.casefile.states import State, Verb
from reg.cases.checking import case_facts
from reg.cases.events import CaseApproved, CaseRefused, CaseReturned
from reg.cases.mending import state_of_document
from reg.cases.names import name_let_go, why_name_is_not_held
from reg.catalog.places import authority_name
from reg.compliance import engine
from reg.compliance.report import Report
from reg.entities.services import facts_apply
from reg.items.kit import Severity
from reg.items.registry import BY_CODE, rooms_of
from reg.review.models import Claim, Decision, Point

CLAIM_LIVES = timedelta(minutes=30)
MEND_WORKING_DAYS = 5
"""How long the applicant has to mend (一次性告知书写明的期限); data of the catalogue's edition in a later stage."""


class DeskError(Exception):
    """Something cannot be done at the desk now; the message says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def desk_case(actor: Actor, number: str) -> Case:
    """The case for the desk; NotVisible for who has no business with it."""
    case = Case.objects.select_related("entity").filter(number=number).first()
    if case is None or case_access(actor, case) not in {Access.DESK, Access.MASKED}:
        raise NotVisible
    return case


def desk_stream(case: Case) -> str:
    """Stream of what the authority has: the last that was submitted, while a returned case is being mended too."""
    if case.state == State.RECORDED:
        return "approved"
    mending = not case.answers.filter(stream=case.submitted_stream).exists()
    return f"submitted#{case.round - 1}" if mending and case.round else case.submitted_stream


def _may_decide(actor: Actor, case: Case) -> None:
    if case_access(actor, case) is not Access.DESK or not actor.has_role(StaffRole.EXAMINER):
        raise Forbidden("只有本登记机关的审查员可以办理这件申请。")


def _holds(actor: Actor, case: Case) -> Claim:
    """The actor's live claim, locked; DeskError when it is somebody else's or has run out."""
    _may_decide(actor, case)
    claim = Claim.objects.select_for_update().filter(case=case).first()
    if claim is None or claim.staff != actor.ref:
        who = f"，现在由{claim.staff_name}在办" if claim and claim.until > clock.wall() else ""
        raise DeskError(f"这一件不在您手上{who}。请先领取。")
    Claim.objects.filter(pk=claim.pk).update(until=clock.wall() + CLAIM_LIVES)
    return claim


@transaction.atomic
def review_claim(*, actor: Actor, case: Case) -> Claim:
    """领取 (受理): the case is on this examiner's desk. Of two at once one wins, the other is told who."""
    case = Case.objects.select_for_update(of=("self",)).select_related("entity").get(pk=case.pk)
    _may_decide(actor, case)
    if case.state not in {State.SUBMITTED, State.ACCEPTED}:
        raise DeskError(f"这一件现在是“{case.state_title}”，不用审。")
    claim = Claim.objects.select_for_update().filter(case=case).first()
    moment = clock.wall()
    if claim and claim.staff != actor.ref and claim.until > moment:
        raise DeskError(f"{claim.staff_name}已经领取了这一件。")
    if claim is None or claim.staff != actor.ref:
        Claim.objects.filter(case=case).delete()
        try:
            with transaction.atomic():
                claim = Claim.objects.create(
                    case=case, staff=actor.ref, staff_name=actor.name, since=moment, until=moment + CLAIM_LIVES
                )
        except IntegrityError:
            raise DeskError("刚刚有人领取了这一件。") from None
        audit.record(actor, "review.claim", "case", case.number)
    if case.state == State.SUBMITTED:
        case.move(Verb.ACCEPT, accepted_at=clock.now())
        step_add(case, "accepted", "登记机关已受理", authority_name(case.authority))
        audit.record(actor, "case.accept", "case", case.number)
    return claim


def review_next(*, actor: Actor) -> Case | None:
    """取下一件: the oldest case of the authority that nobody has; two examiners never get the same."""
    for _ in range(5):
        with transaction.atomic():
            case = (
                Case.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(authority=actor.office, state__in=[State.SUBMITTED, State.ACCEPTED])
                .exclude(desk_claim__until__gt=clock.wall())
                .order_by("authority_due", "submitted_at")
                .first()
            )
            if case is None:
                return None
            try:
                review_claim(actor=actor, case=case)
            except DeskError:
                continue
            return case
    return None


@transaction.atomic
def review_release(*, actor: Actor, case: Case) -> None:
    """放回: others may take it."""
    _may_decide(actor, case)
    Claim.objects.filter(case=case, staff=actor.ref).delete()
    audit.record(actor, "review.release", "case", case.number)


@transaction.atomic
def point_note(
    *,
    actor: Actor,
    case: Case,
    title: str,
    text: str,
    item: str = "",
    field: str = "",
    document: str = "",
    basis: str = "",
) -> Point:
    """再记一处."""
    _holds(actor, case)
    if not text.strip():
        raise DeskError("请写明哪里不对、怎么改。")
    return Point.objects.create(
        case=case,
        round=case.round + 1,
        item=item,
        field=field,
        document=document,
        title=title or (BY_CODE[item].title if item in BY_CODE else "材料"),
        text=text.strip(),
        basis=basis.strip(),
        noted_by=actor.ref,
        noted_at=clock.now(),
    )


@transaction.atomic
def point_drop(*, actor: Actor, case: Case, point_id: int) -> None:
    """Take a point out again before it is sent."""
    _holds(actor, case)
    Point.objects.filter(case=case, pk=point_id, round=case.round + 1).delete()


def points_open(case: Case) -> list[Point]:
    """Points noted for the next return."""
    return list(case.points.filter(round=case.round + 1))


@transaction.atomic
def case_return(*, actor: Actor, case: Case, supervisor_reason: str = "") -> ReturnNotice:
    """补正通知: hand the case back with everything to be mended, once (一次性告知, 条例 19).

    A further round may only ask for what the resubmission brought; else a supervisor has to write a reason.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("entity").get(pk=case.pk)
    _holds(actor, case)
    points = points_open(case)
    if not points:
        raise DeskError("还没有记要补正的地方。请先“再记一处”。")
    if case.round > 0 and not supervisor_reason.strip() and _asks_for_old(case, points):
        raise DeskError("再次补正只能要求这次新交的内容。要求以前就有的内容，须由督导写明理由。")
    due = add_working_days(clock.today(), MEND_WORKING_DAYS)
    round_now = case.round + 1
    notice = ReturnNotice.objects.create(
        case=case,
        round=round_now,
        points=[_as_json(case, point) for point in points],
        asked_by=actor.ref,
        asked_at=clock.now(),
        due=due,
        supervisor_reason=supervisor_reason.strip(),
    )
    case.move(Verb.RETURN, round=round_now, applicant_due=due, authority_due=None)
    _decide(actor, case, Decision.Kind.RETURN, "")
    Claim.objects.filter(case=case).delete()
    step_add(case, "returned", f"登记机关一次性告知要补正 {len(points)} 处", authority_name(case.authority))
    audit.record(actor, "case.return", "case", case.number, points=[point.title for point in points], round=round_now)
    publish(CaseReturned(case_no=case.number, round=round_now))
    return notice


def _asks_for_old(case: Case, points: Sequence[Point]) -> bool:
    """Whether a point is about a room whose answer the resubmission did not touch."""
    before = {a.item_code: a.payload for a in case.answers.filter(stream=f"submitted#{case.round - 1}")}
    now = {a.item_code: a.payload for a in case.answers.filter(stream=f"submitted#{case.round}")}
    return any(point.item and before.get(point.item) == now.get(point.item) for point in points)


def _as_json(case: Case, point: Point) -> dict[str, Any]:
    url = ""
    if point.item in case.items:
        url = reverse("room", args=[case.number, point.item]) + (f"#id_{point.field}" if point.field else "")
    elif point.document and case.uploads.filter(line=point.document).exists():
        url = reverse("upload", args=[case.number, point.document])
    elif point.document:
        url = reverse("papers", args=[case.number])
    return {
        "item": point.item,
        "field": point.field,
        "document": point.document,
        "title": point.title,
        "text": point.text,
        "basis": point.basis,
        "url": url,
        "stood": state_of_document(case, point.document) if point.document else "",
    }


@transaction.atomic
def case_refuse(*, actor: Actor, case: Case, reason: str, basis: str) -> Case:
    """不予登记 (条例 20, 细则 19): with reason, law and remedy."""
    case = Case.objects.select_for_update(of=("self",)).select_related("entity").get(pk=case.pk)
    _holds(actor, case)
    if not reason.strip() or not basis.strip():
        raise DeskError("不予登记要写明理由和法律依据。")
    case.move(Verb.REFUSE, decided_at=clock.now(), authority_due=None)
    _decide(actor, case, Decision.Kind.REFUSE, f"{reason.strip()}\n{basis.strip()}")
    _close(case)
    name_let_go(actor=actor, case=case)
    step_add(case, "refused", "登记机关决定不予登记", authority_name(case.authority))
    audit.record(actor, "case.refuse", "case", case.number)
    publish(CaseRefused(case_no=case.number))
    return case


@transaction.atomic
def case_approve(*, actor: Actor, case: Case) -> Case:
    """准予登记: the rules run once more, the register takes the new facts, roles begin and end."""
    case = Case.objects.select_for_update(of=("self",)).select_related("entity").get(pk=case.pk)
    _holds(actor, case)
    if points_open(case):
        raise DeskError("已记下要补正的地方。删掉它们才能准予登记，或者退回补正。")
    report = desk_report(case)
    barred = (*report.missing, *report.of(Severity.BLOCK), *report.of(Severity.OFFLINE))
    if barred:
        raise DeskError(f"核准前复核没有通过：{barred[0].message}")
    if gone := why_name_is_not_held(case, case_view(case, case.submitted_stream)):
        raise DeskError(f"核准前复核没有通过：{gone}")
    case.move(Verb.APPROVE, decided_at=clock.now(), authority_due=None)
    _decide(actor, case, Decision.Kind.APPROVE, "")
    stream_copy(case, case.submitted_stream, "approved")
    view = case_view(case, "approved")
    facts = [fact for item in rooms_of(case.items) for fact in item.to_register(view)]
    facts_apply(actor=actor, entity=case.entity, facts=facts, case_number=case.number, day=clock.today())
    case.move(Verb.RECORD, recorded_at=clock.now())
    _close(case)
    step_add(case, "approved", "准予变更（备案）登记，已记入登记簿", authority_name(case.authority))
    audit.record(actor, "case.approve", "case", case.number, items=case.items)
    publish(CaseApproved(case_no=case.number))
    return case


def _close(case: Case) -> None:
    Claim.objects.filter(case=case).delete()
    InFlight.objects.filter(case=case).delete()


def desk_report(case: Case) -> Report:
    """The rules over what was submitted, with lookups asked again where they are stale."""
    view = case_view(case, case.submitted_stream)
    return engine.check(view, case_facts(case, view))


def _decide(actor: Actor, case: Case, kind: Decision.Kind, reason: str) -> Decision:
    return Decision.objects.create(
        case=case,
        kind=kind,
        round=case.round,
        doc_no=_next_doc_no(case.authority),
        reason=reason,
        decided_by=actor.ref,
        decided_at=clock.now(),
    )


def _next_doc_no(authority: str) -> str:
    """（310115）登字〔2026〕第 000012 号."""
    year = clock.today().year
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO review_noticeserial (authority, year, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (authority, year) DO UPDATE SET last = review_noticeserial.last + 1 RETURNING last",
            [authority, year],
        )
        row = cursor.fetchone()
    return f"（{authority}）登字〔{year}〕第 {row[0]:06d} 号"
