"""What an outside system can say: Found, NotFound, or Unavailable. Never None for "down"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Found(Generic[T]):
    """The system answered; `value` is in our words."""

    value: T


@dataclass(frozen=True)
class NotFound:
    """The system answered that there is nothing."""


@dataclass(frozen=True)
class Unavailable:
    """The system did not answer, or not sensibly. It is asked again at `retry_at` (wall clock)."""

    retry_at: datetime
    why: str
    system: str = ""
    """Its code, where it is known."""


Result = Found[T] | NotFound | Unavailable
