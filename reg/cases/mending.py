"""补正: which points of a return notice have been dealt with, seen from what was changed since. 条例19.

Whether the mend is right the examiner judges; here it is only told whether anything was done about a point.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from reg.casefile.models import Case, ReturnNotice
from reg.casefile.selectors import answers_of
from reg.materials.services import papers_current


@dataclass(frozen=True)
class Mend:
    """One point of the notice."""

    title: str
    text: str
    basis: str
    url: str
    done: bool
    """Something was changed where the point is about."""


def state_of_document(case: Case, document: str) -> str:
    """How the papers of a document, or an upload of that line, stand: the same words mean that nothing was changed."""
    upload = case.uploads.filter(line=document).first()
    if upload is not None:
        return f"upload {upload.revision}"
    return " ".join(str(paper.pk) for paper in papers_current(case) if paper.doc == document)


def mends_of(case: Case, notice: ReturnNotice) -> list[Mend]:
    """The points of a notice, those still to be dealt with first."""
    submitted = {row.item_code: row.payload for row in case.answers.filter(stream=f"submitted#{notice.round - 1}")}
    now = {code: answer.payload for code, answer in answers_of(case).items()}
    mends = [_mend(case, point, submitted, now) for point in notice.points]
    return sorted(mends, key=lambda mend: mend.done)


def _mend(case: Case, point: Mapping[str, Any], submitted: Mapping[str, Any], now: Mapping[str, Any]) -> Mend:
    item, document = point.get("item", ""), point.get("document", "")
    if item:
        done = now.get(item) != submitted.get(item)
    else:
        done = bool(document) and state_of_document(case, document) != point.get("stood", "")
    url = point.get("url") or reverse("case-check", args=[case.number])
    return Mend(point["title"], point["text"], point.get("basis", ""), url, done)
