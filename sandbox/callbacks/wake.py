"""The bell between a request that queued a callback and the thread that delivers."""

from __future__ import annotations

import threading

_bell = threading.Event()


def wake() -> None:
    """Something is due."""
    _bell.set()


def wait(seconds: float) -> None:
    """Until somebody rings, or `seconds` have passed."""
    _bell.wait(seconds)
    _bell.clear()
