"""Why a PDF cannot be prepared, signed or read, in a sentence for the person in front of it."""

from __future__ import annotations


class SigningError(Exception):
    """`code` is for programs, `message` is Chinese and for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class NotClassic(Exception):
    """This file is not a plain sequence of classic cross-reference sections; the library path reads it."""
