"""Reading evidence. Whoever asks has been let in to the document already."""

from __future__ import annotations

from foundation.config import config
from signing.evidence.models import EvidenceRecord
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
