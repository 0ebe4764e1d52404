"""What the worker does for the audit trail every second."""

from __future__ import annotations

from foundation.audit import chain


def link() -> None:
    """Link all that was committed since the last tick."""
    while chain.link_new() == chain.BATCH:
        pass
