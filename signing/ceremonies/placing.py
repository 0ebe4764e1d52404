"""Putting a finished signature into its document: verified first, then file, task and record together (落签)."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from foundation import clock
from foundation.audit import acted, record_all
from foundation.audit.models import AuditEvent
from foundation.crypto.x509 import parse
from foundation.files.models import StoredFile
from foundation.files.services import file_write, files_refer
from foundation.identity.actor import Actor
from signing.ceremonies.models import SignatureRecord
from signing.ceremonies.trust import Trust
from signing.pdf.verify import verify_pdf
from signing.tasks.models import Document, Task
from signing.tasks.services import documents_move_on
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


@dataclass(frozen=True)
class Placing:
    """A verified signature on its way into its document: rows are ours alone until `place_all`."""

    document: Document
    task: Task
    seal: Seal
    before: StoredFile
    after: StoredFile
    """Its bytes are written, its row is not."""


def placing_of(
    *, document: Document, task: Task, seal: Seal, before: StoredFile, merged: bytes, believed: Trust
) -> Placing:
    """Verify `merged`, write it and make it the document's file, in memory. The caller holds both rows' locks in a transaction.

    NotPlaced when any signature of the file, the chain or the difference between revisions is not in order.
    """
    report = verify_pdf(
        merged,
        roots=believed.roots,
        intermediates=believed.intermediates,
        revocations=believed.taken_back.lists,
    )
    ours = next((one for one in report.signatures if one.field == task.slot), None)
    if not report.ok or ours is None:
        raise NotPlaced("签好的文件没有通过验证" + "".join(f"：{problem}" for problem in report.problems[:1]))
    after = file_write(merged, kind="pdf")
    document.current, document.revision = after, document.revision + 1
    document.held_by, document.held_until = "", None
    task.move(TaskVerb.SIGN)
    task.closed_at = seal.signed_at
    return Placing(document, task, seal, before, after)


def place_all(placings: Sequence[Placing]) -> None:
    """Files, documents, tasks and records together; then what follows for the documents."""
    if not placings:
        return
    documents = list({placing.document.pk: placing.document for placing in placings}.values())
    files_refer([placing.after for placing in placings])
    Document.objects.bulk_update(documents, ["current", "revision", "held_by", "held_until"])
    Task.objects.bulk_update([placing.task for placing in placings], ["state", "closed_at"])
    rows = [_record(one.task, one.seal, one.before, one.after, counted=True) for one in placings]
    SignatureRecord.objects.bulk_create(rows)
    record_all(_acted(row) for row in rows)
    documents_move_on(documents)


def keep(*, task: Task, seal: Seal, before: StoredFile, after: StoredFile, counted: bool) -> SignatureRecord:
    """Write down a signature as evidence; `counted` False when it came too late to be part of the document."""
    row = _record(task, seal, before, after, counted=counted)
    row.save(force_insert=True)
    record_all([_acted(row)])
    return row


def _record(task: Task, seal: Seal, before: StoredFile, after: StoredFile, *, counted: bool) -> SignatureRecord:
    return SignatureRecord(
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


def _acted(row: SignatureRecord) -> AuditEvent:
    return acted(
        Actor.system("signing"),
        "task.sign" if row.counted else "task.sign_late",
        "task",
        row.sign_no,
        verification=row.verification_no,
        ceremony=row.ceremony_no,
        file=row.after_sm3,
    )
