"""Putting a finished signature into its document: verified first, then file, task and record together (落签)."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime

from foundation import clock
from foundation.audit import record
from foundation.crypto.x509 import parse
from foundation.files.models import StoredFile
from foundation.files.services import file_refer, file_store
from foundation.identity.actor import Actor
from foundation.outbox import publish
from signing.ceremonies.models import SignatureRecord
from signing.ceremonies.trust import Trust
from signing.pdf.verify import verify_pdf
from signing.tasks.events import BatchMoved
from signing.tasks.models import Document, Task
from signing.tasks.services import document_complete_if_signed
from signing.tasks.states import TaskVerb


class NotPlaced(Exception):
    """The signed file does not verify; nothing was changed."""


@dataclass(frozen=True)
class Seal:
    """A signature value and all that proves whose it is."""

    sign_no: str
    verification_no: str
    ceremony_no: str
    certificate: bytes
    chain: tuple[bytes, ...]
    value: bytes = field(repr=False)
    signed_at: datetime
    device: str
    address: str


def place(*, document: Document, task: Task, seal: Seal, before: StoredFile, merged: bytes, believed: Trust) -> None:
    """Make `merged` the document's file and `task` signed. The caller holds both rows' locks in a transaction.

    NotPlaced when any signature of the file, the chain or the difference between revisions is not in order.
    """
    report = verify_pdf(merged, roots=believed.roots, intermediates=believed.intermediates)
    ours = next((one for one in report.signatures if one.field == task.slot), None)
    if not report.ok or ours is None:
        raise NotPlaced("签好的文件没有通过验证" + "".join(f"：{problem}" for problem in report.problems[:1]))
    after = file_store(merged, kind="pdf")
    file_refer(after)
    document.current, document.revision = after, document.revision + 1
    document.held_by, document.held_until = "", None
    document.save(update_fields=["current", "revision", "held_by", "held_until"])
    task.move(TaskVerb.SIGN)
    task.closed_at = seal.signed_at
    task.save(update_fields=["state", "closed_at"])
    keep(task=task, seal=seal, before=before, after=after, counted=True)
    if not document_complete_if_signed(document):
        publish(BatchMoved(batch=document.batch_id, what="task_signed", document=document.ref))


def keep(*, task: Task, seal: Seal, before: StoredFile, after: StoredFile, counted: bool) -> SignatureRecord:
    """Write down a signature as evidence; `counted` False when it came too late to be part of the document."""
    row = SignatureRecord.objects.create(
        task=task,
        sign_no=seal.sign_no,
        counted=counted,
        business_no=task.document.batch.matter.number,
        verification_no=seal.verification_no,
        ceremony_no=seal.ceremony_no,
        certificate=seal.certificate,
        chain=[base64.b64encode(der).decode() for der in seal.chain],
        certificate_serial=f"{parse(seal.certificate).serial:x}",
        value=seal.value,
        field=task.slot,
        before=before,
        after=after,
        after_sm3=after.sm3,
        signed_at=seal.signed_at,
        made_at=clock.wall(),
        device=seal.device,
        address=seal.address,
    )
    record(
        Actor.system("signing"),
        "task.sign" if counted else "task.sign_late",
        "task",
        seal.sign_no,
        verification=seal.verification_no,
        ceremony=seal.ceremony_no,
        file=after.sm3,
    )
    return row
