"""What happens to declarations, for those who want to hear it."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.outbox import Event


@dataclass(frozen=True)
class NameDeclared(Event):
    """A name was declared; granted at once or waiting for the desk."""

    number: str


@dataclass(frozen=True)
class NameDecided(Event):
    """The desk granted or refused it, or the applicant took it back."""

    number: str


@dataclass(frozen=True)
class NameAsked(Event):
    """The desk asks for something more."""

    number: str
    at: str
