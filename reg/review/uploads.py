"""上传的材料 as the authority has them: what was handed in, not what the applicant is mending. R035."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.files.models import StoredFile
from reg.casefile.models import Case
from reg.materials.models import Upload
from reg.materials.plan import Plan


@dataclass(frozen=True)
class Submitted:
    """An upload as the authority has it."""

    line: str
    title: str
    pages: int
    file: StoredFile


def submitted_uploads(case: Case, listed: Plan) -> list[Submitted]:
    """Uploads that belong to the case as it stands, in the order of the list."""
    wanted = {line.key: place for place, line in enumerate(listed.lines)}
    rows = case.uploads.select_related("file").prefetch_related("past__file")
    asked = {line.key for line in listed.of("upload")}
    found = [as_submitted(row) for row in rows if row.own or row.line in asked]
    return sorted((one for one in found if one is not None), key=lambda one: wanted.get(one.line, len(wanted)))


def as_submitted(upload: Upload) -> Submitted | None:
    """What was handed in: while the applicant mends it after a return, what it was before he touched it."""
    if upload.case.is_editable:
        past = [one for one in upload.past.all() if one.round == upload.case.round]
        if past:
            first = min(past, key=lambda one: one.pk)
            return Submitted(upload.line, upload.title, first.pages, first.file)
    return Submitted(upload.line, upload.title, upload.pages, upload.file) if upload.file else None
