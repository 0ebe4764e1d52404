"""Who carries a call to 电子签名. `HttpTransport` does; a system with an HTTP client of its own writes ten lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Call:
    """One call of the task API."""

    method: str
    path: str
    """With a slash in front and the query behind, percent-encoded."""
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = False
    """Whether it may be sent again when no answer came: it changes nothing, or the same thing once."""


class Answer(Protocol):
    """What came back."""

    @property
    def status(self) -> int: ...
    @property
    def content(self) -> bytes: ...
    @property
    def headers(self) -> Mapping[str, str]:
        """Header names in lower case."""
        ...


class Transport(Protocol):
    """Signs a call with the key of the business system, sends it, and gives back any answer below 500.

    Whatever it raises when there is none passes through the client; `HttpTransport` raises Unreachable.
    """

    def send(self, call: Call) -> Answer: ...
