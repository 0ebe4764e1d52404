"""What proves who signs (认证流水号, R148): read only; who may sign is decided from here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, QuerySet

from foundation import clock
from signing.ceremonies.models import Ceremony, CeremonyItem, Verification
from signing.ceremonies.states import VerificationState
from signing.guard.models import Reason
from signing.tasks.models import Subject, Task


def _identities(subject: Subject) -> QuerySet[Verification]:
    """The passed identity checks of a person, the one that lasts longest first."""
    passed = Verification.objects.filter(
        subject=subject, purpose=Verification.Purpose.IDENTITY, state=VerificationState.PASSED
    )
    return passed.order_by("-valid_until", "-pk")


def identity_current(subject: Subject) -> Verification | None:
    """The unexpired identity check of a person that lasts longest. One whose face was not shown does not last (R151)."""
    return _identities(subject).filter(valid_until__gte=clock.today()).first()


def identity_lapsed(subject: Subject) -> Verification | None:
    """The identity check that ran out last: why one who was checked before is asked again."""
    return _identities(subject).filter(valid_until__lt=clock.today()).first()


def identity_at(subject: Subject, moment: datetime) -> Verification | None:
    """What `identity_current` was at `moment`, in legal time."""
    held = _identities(subject).filter(settled_at__lte=moment, valid_until__gte=clock.shanghai_day(moment))
    return next((one for one in held.select_related("ceremony") if _lasts_since(one, moment)), None)


def _lasts_since(identity: Verification, moment: datetime) -> bool:
    """Whether the face that made it last had been shown by then: that of its ceremony, or the one bound to it. Checks from
    before there was any such face lasted at once."""
    if identity.ceremony:
        shown = identity.ceremony.proved_at
    else:
        faces = identity.subject.verifications.filter(purpose=Verification.Purpose.FACE, state=VerificationState.PASSED)
        shown = faces.filter(bound=[identity.ref]).aggregate(at=Min("settled_at"))["at"]
    return shown is None or shown <= moment


def identities_unfaced(ceremony: Ceremony) -> QuerySet[Verification]:
    """Identity checks that were passed inside this ceremony and do not last, since its face was not shown after them."""
    return ceremony.verifications.filter(
        purpose=Verification.Purpose.IDENTITY, state=VerificationState.PASSED, valid_until=None
    )


def identity_behind(ceremony: Ceremony) -> Verification | None:
    """What identifies the signer of a ceremony before its face: a check that lasts, or its own, good for it alone."""
    return identity_current(ceremony.subject) or identities_unfaced(ceremony).order_by("-valid_days", "-pk").first()


def face_of(ceremony: Ceremony) -> Verification | None:
    """The passed face check of this ceremony."""
    return ceremony.verifications.filter(purpose=Verification.Purpose.FACE, state=VerificationState.PASSED).first()


def verification_no(ceremony: Ceremony) -> str:
    """认证流水号 of the face check; LookupError before it has passed."""
    face = face_of(ceremony)
    if face is None or face.serial_no is None:
        raise LookupError(f"{ceremony.no} has no passed face check")
    return face.serial_no


@dataclass(frozen=True)
class Proof:
    """What proves a ceremony at this moment."""

    ceremony: Ceremony
    face: Verification | None
    identity: Verification | None

    @property
    def missing_whole(self) -> Reason | None:
        """What stands against all of the ceremony: no face check, or no unexpired identity check."""
        if self.face is None:
            return Reason.SKIPPED
        return None if self.identity else Reason.EXPIRED

    def missing(self, item: CeremonyItem) -> Reason | None:
        """What stands against signing this item: as for the whole, or a face check that was for something else."""
        face = self.face
        if face and (face.subject_id != self.ceremony.subject_id or item.sign_no not in face.bound):
            return Reason.BORROWED
        return self.missing_whole


def proof_of(ceremony: Ceremony) -> Proof:
    """Look at the proofs now."""
    return Proof(ceremony, face_of(ceremony), identity_current(ceremony.subject))


def authorisation_flaw(task: Task, moment: datetime) -> Reason | None:
    """Why this task cannot be signed for somebody else at `moment`; None for who signs for himself."""
    return task.authorisation.flaw(clock.shanghai_day(moment)) if task.authorisation else None
