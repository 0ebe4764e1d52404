"""Keeping the evidence of every finished document, and fetching a time stamp over it. R141.

Nobody waits for the stamp: the document is finished, its evidence is kept, and the worker asks until there is one.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from foundation import clock
from foundation.audit import record
from foundation.crypto import crypto
from foundation.crypto.timestamp import TimeToken
from foundation.identity.actor import Actor
from foundation.jobs import job
from foundation.outside.client import OutsideDown
from signing.ceremonies.trust import NoTrust, trust
from signing.evidence.content import canonical, gathered
from signing.evidence.models import EvidenceRecord, TimeStamp
from signing.integrations import timestamp
from signing.tasks.events import BatchMoved
from signing.tasks.models import Document
from signing.tasks.states import DocumentState

WAITS = (5, 15, 60, 300)
"""Seconds between tries while the time-stamp service gives nothing good."""
LEASE = timedelta(seconds=60)
FINISHED = "document_signed"


def evidence_tell(event: BatchMoved) -> None:
    """A document has its last signature: keep its evidence."""
    if event.what != FINISHED:
        return
    finished = Document.objects.filter(batch=event.batch, ref=event.document, state=DocumentState.COMPLETE)
    for document in finished:
        evidence_keep(document)


@transaction.atomic
def evidence_keep(document: Document) -> EvidenceRecord:
    """Write down the evidence of a finished document; once, whoever asks again gets the same."""
    document = Document.objects.select_for_update().get(pk=document.pk)
    standing = EvidenceRecord.objects.filter(document=document).first()
    if standing:
        return standing
    main, parts = gathered(document)
    kept = EvidenceRecord.objects.create(
        document=document, main=main, parts=parts, sm3=crypto().sm3(canonical(main)).hex(), kept_at=clock.now()
    )
    TimeStamp.objects.create(record=kept, next_try_at=clock.wall())
    record(
        Actor.system("signing"),
        "evidence.keep",
        "evidence",
        kept.code,
        doc=document.ref,
        case=document.batch.matter.number,
        file=main["document"]["signed"]["sm3"],
        digest=kept.sm3,
    )
    _ask_later(kept.pk)
    return kept


def _ask_later(record_id: int) -> None:
    stamp_fetch.configure(lock=f"stamp:{record_id}", queueing_lock=f"stamp:{record_id}").defer_once(record_id=record_id)


@job(queue="signing", attempts=8)
def stamp_fetch(record_id: int) -> None:
    """Ask for the time stamp of one record; what is not good is asked for again."""
    now = clock.wall()
    taken = TimeStamp.objects.filter(record=record_id, token=None).update(next_try_at=now + LEASE)
    if not taken:
        return
    imprint = EvidenceRecord.objects.values_list("sm3", flat=True).get(pk=record_id)
    try:
        believed = trust()
        token = timestamp.stamp(bytes.fromhex(imprint), roots=believed.roots, intermediates=believed.intermediates)
    except OutsideDown as down:
        _wait(record_id, down.why)
        return
    except NoTrust:
        _wait(record_id, "等管理员录入根证书")
        return
    _put(record_id, token)


@transaction.atomic
def _put(record_id: int, token: TimeToken) -> None:
    row = TimeStamp.objects.select_for_update().select_related("record").get(record=record_id)
    if row.token is not None:
        return
    row.token, row.stamped_at, row.serial = token.der, token.at, f"{token.serial:x}"
    row.problem, row.next_try_at, row.attempts = "", None, row.attempts + 1
    row.save()
    record(
        Actor.system("signing"),
        "evidence.stamp",
        "evidence",
        row.record.code,
        digest=row.record.sm3,
        file=crypto().sm3(token.der).hex(),
    )


def _wait(record_id: int, why: str) -> None:
    row = TimeStamp.objects.get(record=record_id)
    seconds = WAITS[min(row.attempts, len(WAITS) - 1)]
    TimeStamp.objects.filter(pk=row.pk, token=None).update(
        problem=why[:200], attempts=row.attempts + 1, next_try_at=clock.wall() + timedelta(seconds=seconds)
    )


def stamps_due() -> None:
    """Ticker: evidence whose next try for a stamp has come."""
    due = TimeStamp.objects.filter(token=None, next_try_at__lte=clock.wall()).order_by("next_try_at")
    for record_id in due.values_list("record_id", flat=True)[:200]:
        _ask_later(record_id)


def evidence_sweep() -> None:
    """Ticker: finished documents that have no evidence yet, such as those from before there was any."""
    for document in Document.objects.filter(state=DocumentState.COMPLETE, evidence=None).order_by("pk")[:200]:
        evidence_keep(document)
