"""Admission of uploads (收件检查): a foreign file is opened for the first time in a child process. R147.

Each refusal says what is wrong and how to mend it. The child has limits of memory, CPU and output, an empty
environment and no network; whatever kills it is a refusal, never an error page.
"""

from __future__ import annotations

import json
from typing import Any

from foundation.pdf.child import WALL_SECONDS, Died, TooHeavy, examined
from foundation.pdf.kinds import Kind, sniff
from foundation.pdf.verdict import MAX_BYTES, Admitted, Rejected, kind_refusal, rejected, warning

_CHILD = "foundation.pdf.admission_child"


def admit(pdf: bytes, *, for_signing: bool) -> Admitted | Rejected:
    """May this PDF come in? `for_signing` adds what a signature needs: no repair, no restriction, nothing fillable."""
    return _admit(pdf, {Kind.PDF}, for_signing=for_signing)


def admit_picture(data: bytes) -> Admitted | Rejected:
    """May this photo come in? JPEG and PNG by content."""
    return _admit(data, {Kind.JPEG, Kind.PNG}, for_signing=False)


def admit_upload(data: bytes, *, for_signing: bool = False) -> Admitted | Rejected:
    """May this upload come in: a PDF or a photo?"""
    return _admit(data, {Kind.PDF, Kind.JPEG, Kind.PNG}, for_signing=for_signing)


def refuse_by_head(head: bytes, size: int | None) -> Rejected | None:
    """What the first bytes and the announced length tell before a body is read; None when it may be read on."""
    if size is not None and size > MAX_BYTES:
        return rejected("too_big")
    kind = sniff(head)
    return None if kind in {Kind.PDF, Kind.JPEG, Kind.PNG} else kind_refusal(kind)


def _admit(data: bytes, kinds: set[Kind], *, for_signing: bool) -> Admitted | Rejected:
    if len(data) > MAX_BYTES:
        return rejected("too_big")
    kind = sniff(data)
    if kind not in kinds:
        return kind_refusal(kind)
    return _verdict(kind, _ask_child(data, for_signing=for_signing))


def _verdict(kind: Kind, answer: dict[str, Any]) -> Admitted | Rejected:
    if "code" in answer:
        return rejected(answer["code"], *answer["numbers"])
    sizes = tuple((float(width), float(height)) for width, height in answer["sizes"])
    notes = tuple(warning(code, *numbers) for code, numbers in answer["warnings"])
    return Admitted(kind=kind, pages=len(sizes), page_sizes=sizes, warnings=notes)


def _ask_child(data: bytes, *, for_signing: bool, wall_seconds: float = WALL_SECONDS) -> dict[str, Any]:
    """The child's answer, or the refusal that its death amounts to."""
    try:
        verdict: dict[str, Any] = json.loads(
            examined(_CHILD, "signing" if for_signing else "viewing", data=data, wall_seconds=wall_seconds)
        )
    except TooHeavy:
        return {"code": "too_heavy", "numbers": []}
    except Died:
        return {"code": "damaged" if sniff(data) is Kind.PDF else "photo_broken", "numbers": []}
    return verdict
