"""落签: some documents of a ceremony in one transaction: signature, check, new file, task and record.

All of it is under the documents' locks, so nothing is signed twice; of a worker that is killed in the middle nothing remains
but files that nobody refers to, which are swept. A few documents at a time cost a tenth of the statements that each alone would.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db import transaction

from foundation import clock
from foundation.audit import record
from foundation.crypto import crypto
from foundation.files.models import StoredFile
from foundation.files.services import file_read
from foundation.identity.actor import Actor
from signing.ceremonies.models import Ceremony, CeremonyItem
from signing.ceremonies.placing import NotPlaced, Placing, Seal, place_all, placing_of
from signing.ceremonies.proofs import Proof, authorisation_flaw, proof_of
from signing.ceremonies.starting import item_release, items_lock
from signing.ceremonies.states import ItemState
from signing.ceremonies.trust import Trust
from signing.guard import attempt_refuse
from signing.guard.models import Reason
from signing.pdf.appearance import Appearance
from signing.pdf.behalf import behalf_remark
from signing.pdf.errors import SigningError
from signing.pdf.sign import Prepared, merge, prepare
from signing.tasks.models import Task
from signing.tasks.states import TaskState


@transaction.atomic
def items_sign(items: Sequence[int], believed: Trust) -> datetime | None:
    """Sign these items of one ceremony, or say of each why not. Returns until when one is held by a company seal under way."""
    found = items_lock(items)
    if not found:
        return None
    moment = clock.now()  # before the proofs are looked at: what holds then held at the moment of signing
    pen = _Pen(proof_of(found[0].ceremony), moment, believed)
    signed: list[tuple[CeremonyItem, Placing]] = []
    held: datetime | None = None
    for item in found:
        document = item.task.document
        if document.held_until and document.held_until > clock.wall():
            held = max(held or document.held_until, document.held_until)
        elif _may_be_signed(item, pen):
            try:
                signed.append((item, pen.sign(item)))
            except SigningError as error:
                _fail(item, error.message)
            except NotPlaced as no:
                _fail(item, str(no))
    place_all([placing for _, placing in signed])
    CeremonyItem.objects.filter(pk__in=[item.pk for item, _ in signed]).update(
        state=ItemState.SIGNED, problem="", settled_at=clock.wall()
    )
    return held


def _may_be_signed(item: CeremonyItem, pen: _Pen) -> bool:
    """Whether nothing stands against it now; what does is said and the item let go."""
    task = item.task
    if task.state != TaskState.SIGNING or task.sign_no != item.sign_no:
        item_release(item, task.document.unauthorised or "文书已经取消，不用再签")
        return False
    missing = pen.proof.missing(item)
    if missing:
        item_refuse(item, missing, ItemState.FAILED)
        return False
    flaw = authorisation_flaw(task, pen.moment)
    if flaw:
        item_refuse(item, flaw, ItemState.DROPPED)
        return False
    return True


@dataclass(frozen=True)
class _Pen:
    """What signs at this moment: a proved ceremony's key and certificate, its look."""

    proof: Proof
    moment: datetime
    believed: Trust

    @property
    def ceremony(self) -> Ceremony:
        return self.proof.ceremony

    @cached_property
    def certificate(self) -> bytes:
        if self.ceremony.certificate is None:
            raise RuntimeError(f"{self.ceremony.no} has no certificate")  # the run ensured it; the job is tried again
        return bytes(self.ceremony.certificate)

    @cached_property
    def chain(self) -> tuple[bytes, ...]:
        return tuple(base64.b64decode(text) for text in self.ceremony.chain)

    @cached_property
    def ink(self) -> bytes | None:
        """What was drawn, PNG; None: the printed name."""
        drawn = self.ceremony.look == Ceremony.Look.HANDWRITTEN and self.ceremony.ink
        return base64.b64decode(drawn) if drawn else None

    @cached_property
    def key(self) -> bytes:
        if self.ceremony.private_key is None:
            raise RuntimeError(f"{self.ceremony.no} has no key")
        return bytes.fromhex(self.ceremony.private_key)

    def sign(self, item: CeremonyItem) -> Placing:
        """Signed, verified and written, in memory. SigningError, NotPlaced."""
        document, before = item.task.document, item.task.document.current
        if before is None:
            raise RuntimeError(f"{document.ref} has no file")
        prepared = self.prepare(item, before)
        value = crypto().sm2_sign(self.key, prepared.to_be_signed, public=bytes(self.ceremony.public_key or b""))
        return placing_of(
            document=document,
            task=item.task,
            seal=self.seal(item, value),
            before=before,
            merged=merge(prepared, value),
            believed=self.believed,
        )

    def prepare(self, item: CeremonyItem, before: StoredFile) -> Prepared:
        remark = remark_of(item.task)
        look = Appearance(
            image_png=self.ink,
            printed_name=self.ceremony.subject.name,
            lines=(
                *([remark] if remark else []),
                f"{clock.to_shanghai(self.moment):%Y-%m-%d %H:%M:%S}",
                item.sign_no,
            ),
            seal=False,
        )
        return prepare(
            file_read(before), item.task.slot, look, self.certificate, self.chain, self.moment, reason=remark
        )

    def seal(self, item: CeremonyItem, value: bytes) -> Seal:
        return Seal(
            sign_no=item.sign_no,
            verification_no=(self.proof.face.serial_no if self.proof.face else None) or "",
            ceremony_no=self.ceremony.no,
            certificate=self.certificate,
            chain=self.chain,
            value=value,
            signed_at=self.moment,
            device=self.ceremony.device,
            address=self.ceremony.address,
        )


def item_refuse(item: CeremonyItem, reason: Reason, state: ItemState) -> None:
    """Something stands against signing this item: it is let go, and the attempt is written down."""
    item_release(item, reason.label, state=state)
    attempt_refuse(reason, subject_key=item.ceremony.subject.key, obj_kind="task", obj_ref=item.sign_no)


def _fail(item: CeremonyItem, why: str) -> None:
    item_release(item, why, state=ItemState.FAILED)
    record(Actor.system("signing"), "task.fail", "task", item.sign_no, why=why[:100])


def remark_of(task: Task) -> str:
    """What a signature says of itself, on the page and in its dictionary: 授权签署（代 张示例）; nothing of one's own."""
    return behalf_remark(task.principal.name) if task.principal else ""
