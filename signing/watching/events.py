"""What happens to signing as a whole, for the outbox."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.outbox import Event


@dataclass(frozen=True)
class IncidentOpened(Event):
    """Something is wrong with signing: the operators are to be told."""

    incident: int
