"""What happens to batches, for the outbox."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.outbox import Event


@dataclass(frozen=True)
class BatchReady(Event):
    """All files of a batch are here: the signers are to be told."""

    batch: int


@dataclass(frozen=True)
class BatchMoved(Event):
    """Something the client wants to know. It is a nudge only: the client asks for the state."""

    batch: int
    what: str
    """batch_ready, document_rejected, task_signed, task_refused, document_signed, batch_done, batch_cancelled,
    authorisation_ended, authorisation_lapsed, seal_moved."""
    document: str = ""
    seal_order: str = ""
    """With seal_moved: reference of the client's own order of a seal."""
