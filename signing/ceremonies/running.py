"""Applying a ceremony to its documents: certificate, signature, check, storing. Idempotent: a killed worker's job starts over.

The key lives, encrypted, from the certificate to the last signature of this one ceremony and is then destroyed.
Signature, new file, task and record are one transaction under the document's lock, so nothing is signed twice.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from foundation import clock
from foundation.audit import record
from foundation.crypto import crypto
from foundation.crypto.x509 import parse
from foundation.files.services import file_read
from foundation.identity.actor import Actor
from foundation.jobs import job
from foundation.outbox import publish
from foundation.outside.client import OutsideDown
from signing.ceremonies.events import CeremonyDone
from signing.ceremonies.models import Ceremony, CeremonyItem
from signing.ceremonies.placing import NotPlaced, Seal, place
from signing.ceremonies.proofs import authorisation_flaw, proof_missing, proof_missing_whole, verification_no
from signing.ceremonies.starting import item_release
from signing.ceremonies.states import CeremonyState, CeremonyVerb, ItemState
from signing.ceremonies.trust import NoTrust, Trust, trust
from signing.guard import attempt_refuse
from signing.guard.models import Reason
from signing.integrations import ca
from signing.pdf.appearance import Appearance
from signing.pdf.behalf import behalf_remark
from signing.pdf.errors import SigningError
from signing.pdf.sign import merge, prepare
from signing.tasks.models import Document, Task
from signing.tasks.states import TaskState

LEASE = timedelta(seconds=45)
"""A run that has not said anything for so long is taken for dead and repeated."""
WAITS = (5, 10, 20, 30, 60)
"""Seconds between tries while the authority is silent."""
ENOUGH = timedelta(minutes=2)
"""A certificate that ends sooner is not used any more."""
AUTHORITY = "认证机构"


@dataclass(frozen=True)
class Held(Exception):
    """The document is held by a company seal under way."""

    until: datetime


@job(queue="signing", attempts=8)
def ceremony_run(ceremony_id: int) -> None:
    """Bring a proved ceremony forward as far as it goes now."""
    ceremony = _leased(ceremony_id)
    if ceremony is None:
        return
    if not ceremony.items.filter(state=ItemState.QUEUED).exists():
        _finish(ceremony)
        return
    missing = proof_missing_whole(ceremony)
    if missing:
        _fail_all(ceremony, missing.label, refused=missing)
        return
    try:
        believed = trust()
        certificate_ensure(ceremony)
    except OutsideDown as down:
        _wait(ceremony, f"{AUTHORITY}（{down.why}）")
        return
    except NoTrust:
        _wait(ceremony, "管理员录入根证书")
        return
    except ca.AuthorityRefuses as no:
        _fail_all(ceremony, no.message)
        return
    held: datetime | None = None
    for item_id in ceremony.items.filter(state=ItemState.QUEUED).order_by("pk").values_list("pk", flat=True):
        try:
            item_sign(item_id, believed)
        except Held as wait:
            held = wait.until
    if held:
        _wait(ceremony, "企业盖章", at=min(held, clock.wall() + timedelta(seconds=15)))
    else:
        _finish(ceremony)


def _leased(ceremony_id: int) -> Ceremony | None:
    with transaction.atomic():
        ceremony = (
            Ceremony.objects.select_for_update(of=("self",))
            .select_related("subject")
            .filter(pk=ceremony_id, state=CeremonyState.SIGNING)
            .first()
        )
        if ceremony:
            ceremony.next_try_at = clock.wall() + LEASE
            ceremony.save(update_fields=["next_try_at"])
    return ceremony


def certificate_ensure(ceremony: Ceremony) -> None:
    """Key and event certificate of this ceremony; asked for again only when the old one is about to end."""
    if ceremony.certificate and parse(bytes(ceremony.certificate)).not_after > clock.now() + ENOUGH:
        return
    key = crypto().sm2_keygen()
    issued = ca.event_certificate(
        public_key=key.public,
        subject_name=ceremony.subject.name,
        subject_ref=ceremony.subject.key[:32],
        verification_no=verification_no(ceremony),
        ref=f"{ceremony.no}-{ceremony.attempts}",
    )
    ceremony.private_key, ceremony.public_key = key.private.hex(), key.public
    ceremony.certificate = issued.certificate
    ceremony.chain = [base64.b64encode(der).decode() for der in issued.chain]
    ceremony.waits_for, ceremony.attempts = "", 0
    ceremony.save(update_fields=["private_key", "public_key", "certificate", "chain", "waits_for", "attempts"])


def _wait(ceremony: Ceremony, for_whom: str, *, at: datetime | None = None) -> None:
    """Note for whom we wait and until when; the ticker takes it up again."""
    seconds = WAITS[min(ceremony.attempts, len(WAITS) - 1)]
    Ceremony.objects.filter(pk=ceremony.pk, state=CeremonyState.SIGNING).update(
        waits_for=for_whom[:40],
        next_try_at=at or clock.wall() + timedelta(seconds=seconds),
        attempts=ceremony.attempts + 1,
    )


@transaction.atomic
def item_sign(item_id: int, believed: Trust) -> None:
    """Sign one document, or say why not. Held when a company seal is under way on it."""
    item = CeremonyItem.objects.select_related("task__document").get(pk=item_id)
    document = Document.objects.select_for_update().get(pk=item.task.document_id)
    item = (
        CeremonyItem.objects.select_for_update(of=("self",))
        .select_related("ceremony__subject", "task__document__batch__matter")
        .get(pk=item_id)
    )
    if item.state != ItemState.QUEUED:
        return
    task = Task.objects.select_for_update().get(pk=item.task_id)
    if task.state != TaskState.SIGNING or task.sign_no != item.sign_no:
        item_release(item, document.unauthorised or "文书已经取消，不用再签")
        return
    if document.held_until and document.held_until > clock.wall():
        raise Held(document.held_until)
    missing = proof_missing(item.ceremony, item)
    moment = clock.now()
    if missing:
        _refuse(item, missing, ItemState.FAILED)
        return
    flaw = authorisation_flaw(task, moment)
    if flaw:
        _refuse(item, flaw, ItemState.DROPPED)
        return
    _sign(item, task, document, believed, moment)


def _sign(item: CeremonyItem, task: Task, document: Document, believed: Trust, moment: datetime) -> None:
    ceremony = item.ceremony
    if ceremony.private_key is None or ceremony.certificate is None or document.current is None:
        raise RuntimeError(f"{ceremony.no} has no key")  # the run ensured it; the job is tried again
    before = document.current
    chain = [base64.b64decode(text) for text in ceremony.chain]
    try:
        remark = remark_of(task)
        look = appearance_of(ceremony, item, moment, remark)
        certificate = bytes(ceremony.certificate)
        prepared = prepare(file_read(before), task.slot, look, certificate, chain, moment, reason=remark)
    except SigningError as error:
        _fail(item, error.message)
        return
    value = crypto().sm2_sign(
        bytes.fromhex(ceremony.private_key), prepared.to_be_signed, public=bytes(ceremony.public_key or b"")
    )
    seal = Seal(
        sign_no=item.sign_no,
        verification_no=verification_no(ceremony),
        ceremony_no=ceremony.no,
        certificate=bytes(ceremony.certificate),
        chain=tuple(chain),
        value=value,
        signed_at=moment,
        device=ceremony.device,
        address=ceremony.address,
    )
    try:
        place(document=document, task=task, seal=seal, before=before, merged=merge(prepared, value), believed=believed)
    except NotPlaced as no:
        _fail(item, str(no))
        return
    item.state, item.problem, item.settled_at = ItemState.SIGNED, "", clock.wall()
    item.save(update_fields=["state", "problem", "settled_at"])


def _refuse(item: CeremonyItem, reason: Reason, state: ItemState) -> None:
    """Something stands against signing this item: it is let go, and the attempt is written down."""
    item_release(item, reason.label, state=state)
    attempt_refuse(reason, subject_key=item.ceremony.subject.key, obj_kind="task", obj_ref=item.sign_no)


def _fail(item: CeremonyItem, why: str) -> None:
    item_release(item, why, state=ItemState.FAILED)
    record(Actor.system("signing"), "task.fail", "task", item.sign_no, why=why[:100])


def remark_of(task: Task) -> str:
    """What a signature says of itself, on the page and in its dictionary: 授权签署（代 张示例）; nothing of one's own."""
    return behalf_remark(task.principal.name) if task.principal else ""


def appearance_of(ceremony: Ceremony, item: CeremonyItem, moment: datetime, remark: str) -> Appearance:
    """How the signature looks: the signer's own handwriting or printed name, below it the remark, time and 签署流水号."""
    drawn = ceremony.look == Ceremony.Look.HANDWRITTEN and ceremony.ink
    local = clock.to_shanghai(moment)
    return Appearance(
        image_png=base64.b64decode(drawn) if drawn else None,
        printed_name=ceremony.subject.name,
        lines=(*([remark] if remark else []), f"{local:%Y-%m-%d %H:%M:%S}", item.sign_no),
        seal=False,
    )


def _fail_all(ceremony: Ceremony, why: str, *, refused: Reason | None = None) -> None:
    with transaction.atomic():
        for item in ceremony.items.filter(state=ItemState.QUEUED).order_by("task_id"):
            if refused:
                _refuse(item, refused, ItemState.FAILED)
            else:
                item_release(item, why, state=ItemState.FAILED)
    _finish(ceremony)


@transaction.atomic
def _finish(ceremony: Ceremony) -> None:
    """Close a ceremony of which nothing is left, and destroy its key."""
    locked = Ceremony.objects.select_for_update().get(pk=ceremony.pk)
    if locked.state != CeremonyState.SIGNING or locked.items.filter(state=ItemState.QUEUED).exists():
        return
    locked.move(CeremonyVerb.FINISH)
    locked.private_key, locked.waits_for, locked.next_try_at = None, "", None
    locked.key_destroyed_at = locked.done_at = clock.now()
    locked.save()
    signed = locked.items.filter(state=ItemState.SIGNED).count()
    record(Actor.system("signing"), "ceremony.finish", "ceremony", locked.no, signed=signed)
    publish(CeremonyDone(ceremony=locked.pk))


def ceremonies_due() -> None:
    """Ticker: take up ceremonies whose next try has come, or whose run was killed."""
    due = Ceremony.objects.filter(state=CeremonyState.SIGNING, next_try_at__lte=clock.wall())
    for pk in due.values_list("pk", flat=True)[:200]:
        ceremony_run.configure(lock=f"ceremony:{pk}", queueing_lock=f"ceremony:{pk}").defer_once(ceremony_id=pk)
