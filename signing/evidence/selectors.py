"""Reading evidence. Whoever asks has been let in to the document already."""

from __future__ import annotations

from django.db.models import Min

from foundation.config import config
from foundation.operations.watching import Stamps, Unstamped
from signing.evidence.models import EvidenceRecord, TimeStamp
from signing.tasks.models import Document
from signing.tasks.states import DocumentState


def evidence_of(document: Document) -> EvidenceRecord | None:
    """The evidence of a document, None while it is not finished."""
    if document.state != DocumentState.COMPLETE:
        return None
    return EvidenceRecord.objects.filter(document=document).select_related("stamp").first()


def code_url(record: EvidenceRecord) -> str:
    """Where anybody checks this document (验签链接)."""
    return f"{config().base_url('signing')}/verify/{record.code}/"


UNSTAMPED_SHOWN = 20


def stamps_waiting() -> Stamps:
    """Evidence that has no time stamp yet: how much, since when, and the oldest in lines."""
    waiting = TimeStamp.objects.filter(token=None)
    oldest = waiting.select_related("record__document__batch__matter").order_by("asked_at", "pk")[:UNSTAMPED_SHOWN]
    return Stamps(
        waiting=waiting.count(),
        oldest=waiting.aggregate(at=Min("asked_at"))["at"],
        lines=tuple(
            Unstamped(
                case_no=one.record.document.batch.matter.number,
                asked_at=one.asked_at,
                attempts=one.attempts,
                next_try_at=one.next_try_at,
                why=one.problem,
            )
            for one in oldest
        ),
    )
