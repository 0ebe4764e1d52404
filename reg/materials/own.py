"""自备文书签署 (R035): a paper of the applicant's own gets a signature page behind it, with the slots of the generated one."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from foundation.files.models import StoredFile
from foundation.files.services import file_read
from foundation.pdf.admission import admit
from foundation.pdf.assemble import CannotAssemble
from foundation.pdf.merge import merge
from foundation.pdf.verdict import Rejected
from reg.casefile.models import Case
from reg.casefile.view import CaseView
from reg.materials import typeset
from reg.materials.documents import Document
from reg.materials.documents.kit import Data, Extra, OwnPaper
from reg.materials.extra import extra_of
from reg.materials.models import Upload
from reg.materials.plan import UPLOADED_BODIES, Line


class CannotSign(Exception):
    """The applicant's file cannot carry signatures; the message tells him what to do."""


def to_sign(case: Case) -> dict[str, Upload]:
    """Own papers that are put together and are to be signed here, by the line of the list."""
    mine = Upload.objects.filter(case=case, own=True, sign_here=True, file__isnull=False).select_related("file")
    return {upload.line: upload for upload in mine if not upload.working}


def extra_for(view: CaseView, line: Line, document: Document, upload: Upload) -> Extra:
    """What the signature page of this paper needs. Raises DocumentRefused where the generated one could not be made either."""
    extra = extra_of(view)
    if upload.file is None:
        return extra
    parties = [party for party in document.parties(view) if party not in UPLOADED_BODIES]
    groups = [group for party in parties for group in _groups(view, document, party, extra, many=len(parties) > 1)]
    own = OwnPaper(line.title, upload.pages, upload.file.sm3, str(upload.file.pk), tuple(groups))
    return replace(extra, own=own)


def _groups(view: CaseView, document: Document, party: str | None, extra: Extra, *, many: bool) -> list[Data]:
    groups: list[Data] = document.build(view, party, extra)["signatures"]
    if not many:
        return groups
    return [
        {**group, "slots": [{**slot, "name": f"{slot['name']}_{party}"} for slot in group["slots"]]} for group in groups
    ]


def joined(data: Data, page: typeset.Typeset) -> tuple[bytes, int, list[dict[str, Any]]]:
    """The applicant's file with its signature page, its pages, and the slots where they stand now."""
    stored = StoredFile.objects.filter(pk=data["attached"]).first()
    if stored is None:
        raise CannotSign("自备的文书换过了，请回到文书页再看一遍。")
    try:
        whole = merge([file_read(stored), page.pdf])
    except CannotAssemble as problem:
        raise CannotSign(str(problem)) from problem
    verdict = admit(whole, for_signing=True)
    if isinstance(verdict, Rejected):
        raise CannotSign(f"这份自备文书不能电子签名：{verdict}")
    before = verdict.pages - page.page_count
    return whole, verdict.pages, [{**asdict(place), "page": place.page + before} for place in page.slots]
