"""What can go wrong between a business system and 电子签名. Every message is Chinese and fit for an operator."""

from __future__ import annotations


class SigningFailed(Exception):
    """Something went wrong; the classes below say what."""


class Unreachable(SigningFailed):
    """Nobody answered in time, or answered that it is broken (5xx). Nothing is known about what was done: ask again."""


class NotUnderstood(SigningFailed):
    """The answer is not what the contract promises."""


class WrongBytes(NotUnderstood):
    """A file does not have the digest that was stated for it, and was not taken."""


class Refused(SigningFailed):
    """The call was understood and refused. `code` is for programs, the message for people; repeating it changes nothing."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Missing(Refused):
    """404: no such batch, document or person among those of this business system."""


class Conflict(Refused):
    """409: the reference or key was used for something else, or the document is being signed or not signed yet."""
