"""Sealing: what became of an order. What was prepared is merged with the values of the enterprise's one confirmation.

What 电子营业执照 says is asked for; a callback, early, late, twice or never, is only a nudge to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import F

from foundation import clock
from foundation.audit import record
from foundation.identity.actor import Actor
from foundation.jobs import job
from foundation.outside.client import OutsideDown
from foundation.outside.result import Found, NotFound, Result, Unavailable
from signing.ceremonies.trust import NoTrust, trust
from signing.guard import attempt_refuse
from signing.guard.models import Reason
from signing.integrations import elicence
from signing.seals.applying import ASKED, LEASE, NO_DATABASE, item_end, undecided, values_apply
from signing.seals.models import SealItem, SealItemState, SealOrder, SealState, SealVerb
from signing.seals.scope import RUNNING
from signing.seals.telling import seal_tell
from signing.seals.usable import AUTHORITY, NO_ROOTS, SEAL_MAKER, trust_missing, why_revoked, why_taken_back
from signing.tasks.models import Document, Task
from signing.tasks.states import TaskState

CONFIRM_WITHIN = timedelta(minutes=20)
ASK_EVERY = timedelta(seconds=5)
ASK_LATE = timedelta(hours=24)
"""How long after its time an order is still asked about, so that a value under way is at least kept."""
ASK_LAPSED = timedelta(minutes=10)
UNSENT = "没有送到电子营业执照"
log = structlog.get_logger(__name__)


def seal_problems(tasks: Iterable[Task]) -> Mapping[int, str]:
    """Why the latest attempt to seal failed, by slot (key), of those of `tasks` that wait to be sealed again."""
    open_ones = [task.pk for task in tasks if task.kind == Task.Kind.SEAL and task.state == TaskState.OPEN]
    if not open_ones:
        return {}
    failed = SealItem.objects.filter(task__in=open_ones, state=SealItemState.FAILED, sign_no=F("task__sign_no"))
    return dict(failed.values_list("task_id", "problem"))


@job(queue="signing", attempts=3)
def seal_ask(ref: str) -> None:
    """Ask how an order stands and act on it; harmless when it is settled."""
    seal_settle(ref)


def seal_ask_soon(ref: str) -> None:
    """Have the worker ask, unless it is about to."""
    seal_ask.configure(queueing_lock=f"seal:{ref}").defer_once(ref=ref)


def seal_settle(ref: str, *, at_most: int | None = None) -> SealOrder:
    """Ask 电子营业执照 how an order stands and act on it. Idempotent; SealOrder.DoesNotExist for an unknown `ref`.

    `at_most` documents are sealed here, the others by the worker. Whatever breaks is raised, yet the order runs out in its time.
    """
    order = SealOrder.objects.get(ref=ref)
    if order.state not in ASKED or order.order_no is None:
        return order
    with ExitStack() as broken_off:
        broken_off.callback(_wait, order)  # whatever is raised goes on; the order has its next time, or runs out
        _settle_now(order, order.order_no, at_most)
        broken_off.pop_all()
    return SealOrder.objects.get(ref=ref)


def seal_try(ref: str, *, at_most: int | None = None) -> None:
    """`seal_settle` for who looks at an order or gives it up. Neither depends on sealing: what breaks here is logged, and the
    worker, which is due to ask as well, meets it again and fails in the sight of the operators.
    """
    try:
        seal_settle(ref, at_most=at_most)
    except NO_DATABASE:
        raise
    except Exception:  # whatever it is: raised, the order could be neither shown nor given up, its papers held
        log.exception("seal.unsettled", order=ref)


def _settle_now(order: SealOrder, order_no: str, at_most: int | None) -> None:
    answer = elicence.seal_outcome(order_no)
    if isinstance(answer, Found) and answer.value.status == "signed" and _is_ours(order, answer.value):
        _take(order, answer.value, at_most)
        return
    with transaction.atomic():
        locked = _lock(order)
        if locked.state in ASKED:
            _act_on(locked, answer)


def _lock(order: SealOrder) -> SealOrder:
    return SealOrder.objects.select_for_update(of=("self",)).select_related("subject").get(pk=order.pk)


def _is_ours(order: SealOrder, outcome: elicence.SealOutcome) -> bool:
    return (outcome.ref, outcome.order_no) == (order.ref, order.order_no)


def _heard(order: SealOrder, outcome: elicence.SealOutcome) -> None:
    """Note who confirmed or refused; kept with what comes of it."""
    order.holder, order.holder_at = outcome.holder[:120], outcome.at


def _act_on(order: SealOrder, answer: Result[elicence.SealOutcome]) -> None:
    match answer:
        case Found(outcome) if not _is_ours(order, outcome):
            attempt_refuse(Reason.BORROWED, subject_key=order.subject.key, obj_kind="seal", obj_ref=order.ref)
            _ask_later(order)
        case Found(outcome) if outcome.status == "refused":
            _heard(order, outcome)
            _end(order, SealVerb.REFUSE, "企业没有同意盖章")
        case Found(outcome) if outcome.status == "expired":
            _end(order, SealVerb.LAPSE, "没有在规定时间内确认")
        case NotFound():
            _end(order, SealVerb.LAPSE, "电子营业执照没有这张签章单")
        case Found() | Unavailable():
            _ask_later(order)


def _take(order: SealOrder, outcome: elicence.SealOutcome, at_most: int | None) -> None:
    """The enterprise has confirmed: seal what can be sealed now, when we know whom to believe and that the seal stands."""
    _confirmed(order, outcome)
    try:
        believed = trust()
    except OutsideDown:
        _wait(order, AUTHORITY)
        return
    except NoTrust:
        trust_missing()
        _wait(order, NO_ROOTS)
        return
    taken_back = why_taken_back(order.es_id) if order.es_id else ""
    revoked = why_revoked(bytes(order.certificate), order.chain, believed)
    if isinstance(taken_back, Unavailable):
        _wait(order, SEAL_MAKER)
    elif taken_back or revoked:
        _refuse_all(order, taken_back or revoked)
    else:
        SealOrder.objects.filter(pk=order.pk, state=SealState.ORDERED).update(problem="")
        values_apply(order, outcome, believed, undecided(order)[:at_most])
        _finish(order)


@transaction.atomic
def _confirmed(order: SealOrder, outcome: elicence.SealOutcome) -> None:
    """Note that the values are there, the first time. What is confirmed is given as long again to be placed."""
    locked = _lock(order)
    if locked.state not in ASKED or locked.confirmed_at is not None:
        return
    _heard(locked, outcome)
    locked.confirmed_at = clock.wall()
    if locked.state == SealState.ORDERED:
        locked.lapses_at, locked.ask_after = locked.confirmed_at + CONFIRM_WITHIN, locked.confirmed_at + LEASE
        held = Document.objects.select_for_update().filter(held_by=locked.ref, held_until__isnull=False).order_by("pk")
        Document.objects.filter(pk__in=[one.pk for one in held]).update(held_until=locked.lapses_at)
    locked.save(update_fields=["confirmed_at", "holder", "holder_at", "lapses_at", "ask_after"])


@transaction.atomic
def _wait(order: SealOrder, for_whom: str = "") -> None:
    """Ask again later, or give the order up when its time is over. `for_whom` is what its page says then."""
    locked = _lock(order)
    if locked.state not in ASKED:
        return
    if for_whom and locked.state == SealState.ORDERED:
        locked.problem = for_whom
        locked.save(update_fields=["problem"])
    _ask_later(locked)


def _ask_later(order: SealOrder) -> None:
    """Wait on; an order over time frees its documents, yet is asked about for another day, so that a late value is kept."""
    if order.state == SealState.ORDERED and clock.wall() > order.lapses_at:
        _end(order, SealVerb.LAPSE, "企业确认了，没有按时盖上" if order.confirmed_at else "没有在规定时间内确认")
    over = clock.wall() > order.lapses_at + ASK_LATE
    late = order.state == SealState.LAPSED
    order.ask_after = None if over else clock.wall() + (ASK_LAPSED if late else ASK_EVERY)
    order.save(update_fields=["ask_after"])


def _end(order: SealOrder, verb: SealVerb, why: str) -> None:
    if order.state == SealState.LAPSED:
        order.ask_after = None
        order.save(update_fields=["ask_after"])
        return
    order.move(verb)
    order.problem, order.settled_at, order.ask_after = why[:200], clock.now(), None
    if order.order_no is None:  # it never came to 电子营业执照: the client may call again with its key
        order.idempotency_key = None
    order.save()
    for item in order.items.filter(state=SealItemState.WAITING).order_by("task__document_id"):
        item_end(item, SealItemState.DROPPED, why)
    seal_tell(order)
    record(Actor.system("signing"), f"seal.{verb}", "seal", order.ref)


def seal_lapse(order: SealOrder, why: str) -> None:
    """Give an order up: its documents are free again."""
    with transaction.atomic():
        locked = SealOrder.objects.select_for_update().get(pk=order.pk)
        if locked.state in RUNNING:
            _end(locked, SealVerb.LAPSE, why)
            if locked.order_no:  # what the enterprise confirmed already, or still does, is kept
                locked.ask_after = clock.wall() + ASK_LAPSED
                locked.save(update_fields=["ask_after"])


@transaction.atomic
def _refuse_all(order: SealOrder, why: str) -> None:
    """The seal was taken back meanwhile: what was made with it does not count."""
    locked = _lock(order)
    if locked.state not in ASKED:
        return
    attempt_refuse(
        Reason.BAD_SEAL, subject_key=locked.subject.key, obj_kind="seal", obj_ref=locked.ref, es_id=locked.es_id
    )
    if locked.state == SealState.ORDERED:
        for item in locked.items.filter(state=SealItemState.WAITING).order_by("task__document_id"):
            item_end(item, SealItemState.FAILED, f"{why}，这次盖的章不算")
        _settle(locked)
    else:
        _end(locked, SealVerb.LAPSE, why)


@transaction.atomic
def _finish(order: SealOrder) -> None:
    """Close an order of which nothing is left; the worker goes on with one of which something is."""
    locked = _lock(order)
    if locked.state not in ASKED:
        return
    if undecided(locked):
        seal_ask_soon(locked.ref)
    else:
        _settle(locked)


def _settle(order: SealOrder) -> None:
    order.move(SealVerb.SETTLE)
    order.problem, order.settled_at, order.ask_after = "", clock.now(), None
    order.save()
    seal_tell(order)
    record(Actor.system("signing"), "seal.settle", "seal", order.ref, order_no=order.order_no or "")


def seals_due() -> None:
    """Ticker: ask about orders whose callback has not come; free what was prepared and never ordered."""
    for ref in SealOrder.objects.filter(ask_after__lte=clock.wall()).values_list("ref", flat=True)[:200]:
        seal_ask_soon(ref)
    stuck = SealOrder.objects.filter(state=SealState.PREPARED, lapses_at__lte=clock.wall() - timedelta(minutes=1))
    for order in stuck.order_by("pk")[:200]:
        seal_lapse(order, UNSENT)
