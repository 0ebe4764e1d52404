"""What happens to ceremonies, for the outbox."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.outbox import Event


@dataclass(frozen=True)
class CeremonyDone(Event):
    """Everything of a ceremony was signed or has failed."""

    ceremony: int
