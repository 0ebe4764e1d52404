"""本人核验 (R145, R148, R151): an identity check that lasts 20, 40 or 60 days, and a face check for this very ceremony.

An identity check lasts once a face was shown after it; until then one begun inside a ceremony is good for that ceremony alone.

Who says that a check has passed is only 多源认证 itself, asked by us; a page that comes back or a callback is a nudge to ask.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from foundation import clock
from foundation.audit import record
from foundation.config import config
from foundation.crypto.index import normal_id_number
from foundation.identity.actor import Actor
from foundation.jobs import job
from foundation.outside.result import Found, NotFound, Result, Unavailable
from signing.ceremonies.models import Ceremony, Verification
from signing.ceremonies.proofs import face_of, identities_unfaced, identity_behind
from signing.ceremonies.running import ceremony_run
from signing.ceremonies.scope import checks_of
from signing.ceremonies.states import CeremonyState, CeremonyVerb, VerificationState, VerificationVerb
from signing.guard import attempt_refuse
from signing.guard.models import Reason
from signing.integrations import verification as port
from signing.tasks.models import Subject
from signing.tasks.states import WrongState
from signing.tasks.subjects import subject_masked, subject_settle

ASK_EVERY = timedelta(seconds=4)
FACE = "face"
"""How a face check is proved, and how the three-in-one is not (R151)."""
CLOCK_SKEW = timedelta(minutes=2)
OVER = "这次签署已经超时或者办完，请从待签列表重新开始。"
FINISH_WITHIN = timedelta(minutes=30)
"""How long after the identity check the face may be shown that completes it."""


def identity_open(*, actor: Actor, subject: Subject, ceremony: Ceremony | None, days: int) -> Result[Verification]:
    """Begin an identity check whose result is good for `days` natural days from the face that follows it."""
    if ceremony:
        _unproved(ceremony)
    if days not in Verification.DAYS:
        raise WrongState("验证结果有效期只能选 20 天、40 天或 60 天。")
    return _open(actor, Wanted(subject, Verification.Purpose.IDENTITY, ceremony, days=days))


def identity_unfinished(subject: Subject) -> Verification | None:
    """The identity check outside any ceremony that has passed a moment ago and still lacks its face check (R151)."""
    return (
        Verification.objects.filter(
            subject=subject,
            purpose=Verification.Purpose.IDENTITY,
            ceremony=None,
            state=VerificationState.PASSED,
            valid_until=None,
            settled_at__gt=clock.now() - FINISH_WITHIN,
        )
        .order_by("-pk")
        .first()
    )


def check_unpassed(subject: Subject) -> Verification | None:
    """The latest check outside any ceremony, where it has come to nothing a moment ago: the page tells why."""
    last = Verification.objects.filter(subject=subject, ceremony=None).exclude(state=VerificationState.ASKED)
    found = last.filter(settled_at__gt=clock.now() - FINISH_WITHIN).order_by("-settled_at", "-pk").first()
    return found if found and found.state != VerificationState.PASSED else None


def face_finish(*, actor: Actor, subject: Subject) -> Result[Verification]:
    """创建新验证 is complete once the face was shown, too: begin that check, bound to the identity check before it."""
    identity = identity_unfinished(subject)
    if identity is None or not checks_of(actor).filter(pk=identity.pk).exists():
        raise WrongState("没有等刷脸的核验，请重新创建。")
    return _open(actor, Wanted(subject, Verification.Purpose.FACE, bound=(identity.ref,)))


def face_open(*, actor: Actor, ceremony: Ceremony) -> Result[Verification]:
    """Begin the face check of a ceremony, bound to all its tasks."""
    _unproved(ceremony)
    bound = tuple(ceremony.items.order_by("pk").values_list("sign_no", flat=True))
    return _open(actor, Wanted(ceremony.subject, Verification.Purpose.FACE, ceremony, bound))


def _unproved(ceremony: Ceremony) -> None:
    """WrongState where nothing is left to prove."""
    if ceremony.state != CeremonyState.VERIFYING or ceremony.lapses_at <= clock.wall():
        raise WrongState(OVER)


@dataclass(frozen=True)
class Wanted:
    """What a check is to prove, and of whom."""

    subject: Subject
    purpose: Verification.Purpose
    ceremony: Ceremony | None = None
    bound: tuple[str, ...] = ()
    """签署流水号 of the tasks, or the identity check that the face completes."""
    days: int = 0

    def columns(self, actor: Actor) -> dict[str, Any]:
        """As they stand in a row of this log-in."""
        return {
            "subject": self.subject,
            "purpose": self.purpose,
            "ceremony": self.ceremony,
            "bound": list(self.bound),
            "valid_days": self.days,
            "session": actor.session_ref,
        }


def _open(actor: Actor, wanted: Wanted) -> Result[Verification]:
    waiting = _waiting(actor, wanted)
    if waiting:
        return Found(waiting)
    ref, subject, ceremony = f"V{secrets.token_hex(12)}", wanted.subject, wanted.ceremony
    base = config().base_url("signing")
    answer = port.check_open(
        ref=ref,
        name=subject.name,
        id_type=subject.id_type,
        id_number=subject.id_number,
        purpose="face" if wanted.purpose == Verification.Purpose.FACE else "three_in_one",
        return_url=f"{base}/verified/{ref}/",
        callback_url=f"{base}/callbacks/verification/",
        bind=list(wanted.bound),
    )
    if not isinstance(answer, Found):
        return answer
    with transaction.atomic():
        Subject.objects.select_for_update(no_key=True).get(pk=subject.pk)
        first = _waiting(actor, wanted)
        if first:  # a second tap: the session that was opened for it is never used
            return Found(first)
        if ceremony:
            _still_unproved(ceremony, answer.value.lapses_at)
        check = Verification.objects.create(
            ref=ref,
            **wanted.columns(actor),
            provider_no=answer.value.provider_no,
            url=answer.value.url,
            asked_at=clock.now(),
            lapses_at=answer.value.lapses_at,
            ask_after=clock.wall() + ASK_EVERY * 3,
        )
        record(actor, "verification.open", "verification", ref, purpose=wanted.purpose, tasks=list(wanted.bound))
    return Found(check)


def _still_unproved(ceremony: Ceremony, until: datetime) -> None:
    """Let it last as long as its check. WrongState when it was given up while 多源认证 was being asked."""
    locked = Ceremony.objects.select_for_update().get(pk=ceremony.pk)
    if locked.state != CeremonyState.VERIFYING:
        raise WrongState(OVER)
    if locked.lapses_at < until:
        locked.lapses_at = until
        locked.save(update_fields=["lapses_at"])


def _waiting(actor: Actor, wanted: Wanted) -> Verification | None:
    """An equal check of this log-in that was begun and can still be finished."""
    return Verification.objects.filter(
        **wanted.columns(actor),
        state=VerificationState.ASKED,
        lapses_at__gt=clock.wall() + timedelta(minutes=2),
    ).first()


@job(queue="signing", attempts=3)
def verification_ask(ref: str) -> None:
    """Ask how a check stands and act on it; harmless when it is settled."""
    verification_settle(ref)


def verification_settle(ref: str) -> Verification:
    """Ask 多源认证 how a check stands and act on it. Idempotent; Verification.DoesNotExist for an unknown `ref`."""
    check = Verification.objects.get(ref=ref)
    if check.state != VerificationState.ASKED:
        return check
    answer = port.check_outcome(check.provider_no)
    try:
        return _settle_now(ref, answer)
    except IntegrityError:  # its serial was used for another check at the same moment, which can be seen now
        return _settle_now(ref, answer)


@transaction.atomic
def _settle_now(ref: str, answer: Result[port.Outcome]) -> Verification:
    check = Verification.objects.select_for_update(of=("self",)).select_related("subject", "ceremony").get(ref=ref)
    if check.state == VerificationState.ASKED:
        _act_on(check, answer)
    return check


def _act_on(check: Verification, answer: Result[port.Outcome]) -> None:
    match answer:
        case Unavailable():
            _ask_later(check)
        case NotFound():
            _settle(check, VerificationVerb.FAIL, "多源认证没有这次核验")
        case Found(outcome) if not outcome.settled:
            if clock.wall() > check.lapses_at:
                _settle(check, VerificationVerb.EXPIRE, "没有在规定时间内完成核验")
            else:
                check.scanned_at = outcome.scanned_at
                _ask_later(check)
        case Found(outcome):
            _conclude(check, outcome)


def _ask_later(check: Verification) -> None:
    if clock.wall() > check.lapses_at + timedelta(hours=1):
        _settle(check, VerificationVerb.EXPIRE, "多源认证一直没有回应")
        return
    check.ask_after = clock.wall() + ASK_EVERY
    check.save(update_fields=["ask_after", "scanned_at"])


def _conclude(check: Verification, outcome: port.Outcome) -> None:
    bad = _suspicion(check, outcome)
    if bad:
        _settle(check, VerificationVerb.REFUSE, bad.label)
        attempt_refuse(
            bad,
            subject_key=check.subject.key,
            obj_kind="verification",
            obj_ref=check.ref,
            ceremony=check.ceremony.no if check.ceremony else "",
            serial=outcome.serial_no[:80],
        )
        return
    check.scanned_at = outcome.scanned_at
    if not outcome.passed:
        _settle(check, VerificationVerb.FAIL, subject_masked(check.subject, outcome.why) or "没有通过")
        return
    check.serial_no, check.method = outcome.serial_no, outcome.method[:40]
    if check.purpose == Verification.Purpose.IDENTITY:
        person = check.subject
        subject_settle(name=person.name, id_type=person.id_type, id_number=person.id_number)
        _identified(Ceremony.objects.filter(verifications=check))
    _settle(check, VerificationVerb.CONFIRM, "")
    if check.ceremony:
        ceremony_prove_if_ready(check.ceremony)
    elif check.purpose == Verification.Purpose.FACE:
        _complete(check)


def _complete(face: Verification) -> None:
    """The face was shown: the identity check to which it is bound counts from today."""
    identity = Verification.objects.select_for_update().get(ref=face.bound[0], subject=face.subject)
    if identity.state == VerificationState.PASSED and identity.valid_until is None:
        _last(identity)


def _last(identity: Verification) -> None:
    """From now on it counts for every ceremony of this person, those that wait for it too."""
    identity.valid_until = clock.today() + timedelta(days=identity.valid_days)
    identity.save(update_fields=["valid_until"])
    _identified(Ceremony.objects.filter(subject=identity.subject_id))
    record(Actor.system("signing"), "verification.complete", "verification", identity.ref)


def _identified(ceremonies: QuerySet[Ceremony]) -> None:
    """Note since when these need the face alone."""
    ceremonies.filter(state=CeremonyState.VERIFYING, identified_at=None).update(identified_at=clock.wall())


def _suspicion(check: Verification, outcome: port.Outcome) -> Reason | None:
    """Why an answer is not believed: it is about another check, other tasks, another person, or it was used before."""
    if (outcome.ref, outcome.provider_no) != (check.ref, check.provider_no):
        return Reason.BORROWED
    if not _same_person(check.subject, outcome):
        return Reason.OTHER_FACE
    if not outcome.passed:
        return None
    if (outcome.method == FACE) != (check.purpose == Verification.Purpose.FACE):
        return Reason.BORROWED
    if outcome.bound is not None and sorted(outcome.bound) != sorted(check.bound):
        return Reason.BORROWED
    used = Verification.objects.filter(serial_no=outcome.serial_no).exclude(pk=check.pk).exists()
    if not outcome.serial_no or used or (outcome.at and outcome.at < check.asked_at - CLOCK_SKEW):
        return Reason.REPLAYED
    return None


def _same_person(subject: Subject, outcome: port.Outcome) -> bool:
    """Of the kind of document and its number, where they are told. Masked numbers (310***********9190) are compared by what they show."""
    if outcome.id_number is None:
        return True
    if outcome.id_type and outcome.id_type != subject.id_type:
        return False
    ours, theirs = normal_id_number(subject.id_number), normal_id_number(outcome.id_number)
    return len(ours) == len(theirs) and all(b in ("*", a) for a, b in zip(ours, theirs, strict=True))


def _settle(check: Verification, verb: VerificationVerb, problem: str) -> None:
    check.move(verb)
    check.problem, check.settled_at, check.ask_after, check.qr_url = problem[:200], clock.now(), None, None
    check.save()
    record(Actor.system("signing"), f"verification.{verb}", "verification", check.ref, purpose=check.purpose)


def ceremony_prove_if_ready(ceremony: Ceremony) -> bool:
    """Let a ceremony go on when both proofs are there; inside a transaction. Harmless when it already went on."""
    locked = Ceremony.objects.select_for_update(of=("self",)).select_related("subject").get(pk=ceremony.pk)
    if locked.state != CeremonyState.VERIFYING or not face_of(locked) or not identity_behind(locked):
        return False
    for identity in identities_unfaced(locked).select_for_update().order_by("pk"):
        _last(identity)
    locked.move(CeremonyVerb.PROVE)
    locked.proved_at = clock.now()
    locked.faced_at = locked.next_try_at = clock.wall()
    locked.save(update_fields=["state", "proved_at", "faced_at", "next_try_at"])
    record(Actor.system("signing"), "ceremony.prove", "ceremony", locked.no)
    ceremony_run.configure(lock=f"ceremony:{locked.pk}").defer(ceremony_id=locked.pk)
    return True


def verifications_due() -> None:
    """Ticker: ask about checks whose callback has not come."""
    due = Verification.objects.filter(state=VerificationState.ASKED, ask_after__lte=clock.wall())
    for ref in due.values_list("ref", flat=True)[:200]:
        verification_ask.configure(queueing_lock=f"verification:{ref}").defer_once(ref=ref)
