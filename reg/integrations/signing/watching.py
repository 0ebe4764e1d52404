"""签署监测 (R140): the figures of 电子签名, asked by signed calls."""

from __future__ import annotations

from foundation.operations.watching import HISTORY, LIVE, QUESTION, History, Live, Question
from foundation.outside.result import Result
from reg.integrations.signing.operations import asked

PATH = "/internal/watching"
SECONDS = 15.0
"""A history of a year is read in one go."""


def live() -> Result[Live]:
    """How signing goes now."""
    return asked(LIVE, lambda client: client.get(f"{PATH}/live"))


def history(question: Question) -> Result[History]:
    """What was counted between two days."""
    body = QUESTION.dump_python(question, mode="json")
    return asked(HISTORY, lambda client: client.post(f"{PATH}/history", body), SECONDS)
