"""整理 (R147, docs/adr/0022): a PDF that was refused comes back put right; the applicant looks at it and says yes or no.

An offer holds the mended file and the hash of what came in. The refused file itself is not kept.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db import transaction

from foundation import audit, clock
from foundation.files.services import file_refer, file_release, file_store
from foundation.identity.actor import Actor
from foundation.pdf.kinds import Kind
from foundation.pdf.mending import Mended, NotMended, mend
from foundation.pdf.verdict import Admitted, Rejected
from reg.casefile.access import case_may_edit
from reg.casefile.models import Case
from reg.materials.models import MendedFile, Upload, UploadPart
from reg.materials.plan import Line
from reg.materials.uploads import MAX_NAME, UploadRefused, part_add, part_receive, upload_locked, upload_of

KEPT = timedelta(days=3)
"""How long an offer waits for an answer."""
MOST = 10
"""Open offers of one upload."""


def file_receive(
    *, actor: Actor, case: Case, line: Line, name: str, content: bytes, place: int | None = None
) -> UploadPart | MendedFile:
    """Take one file in, or offer it put right; UploadRefused where there is no way."""
    try:
        return part_receive(actor=actor, case=case, line=line, name=name, content=content, place=place)
    except UploadRefused as refused:
        if refused.refusal is None:
            raise
        refusal = refused.refusal
    mended = mend(content, refusal, for_signing=False)
    if isinstance(mended, NotMended):
        # a signed file must not be printed anew: the signatures would be lost
        raise UploadRefused(refusal.message, mended.message if mended.code == "signed" else refusal.fix)
    before = hashlib.sha256(content).hexdigest()
    offered = mending_offer(actor, case, line, (name, place), before, refusal, mended)
    if offered is None:
        raise UploadRefused(refusal.message, refusal.fix)
    return offered


def mending_offer(
    actor: Actor,
    case: Case,
    line: Line,
    meant: tuple[str, int | None],
    original_sha256: str,
    refusal: Rejected,
    mended: Mended,
) -> MendedFile | None:
    """Keep what a file became until the applicant decides; the one that is there when the same file came before.

    `meant` is the file's name and place. None when too many wait already.
    """
    stored = file_store(mended.content, kind=str(Kind.PDF))
    with transaction.atomic():
        locked = Case.objects.select_for_update(no_key=True, of=("self",)).select_related("entity").get(pk=case.pk)
        case_may_edit(actor, locked)
        upload = upload_of(locked, line)
        standing = upload.mendings.filter(original_sha256=original_sha256).first()
        if standing is not None or upload.mendings.count() >= MOST:
            return standing
        file_refer(stored)
        offered = MendedFile.objects.create(
            upload=upload,
            name=meant[0][-MAX_NAME:],
            original_sha256=original_sha256,
            refusal=refusal.code,
            steps=[list(step) for step in mended.steps],
            file=stored,
            pages=mended.admitted.pages,
            remarks=list(mended.admitted.warnings),
            place=meant[1],
            offered_at=clock.wall(),
        )
        _record(actor, "upload.offer", locked, offered)
    return offered


@transaction.atomic
def mending_take(*, actor: Actor, upload: Upload, mending_id: int) -> UploadPart | None:
    """用整理后的文件: the mended file becomes a part. None when the offer is gone; UploadRefused when there is no room."""
    upload, case = upload_locked(actor, upload)
    offered = upload.mendings.select_related("file").filter(pk=mending_id).first()
    if offered is None:
        return None
    admitted = Admitted(Kind.PDF, offered.pages, page_sizes=(), warnings=tuple(offered.remarks))
    part = part_add(
        actor=actor,
        case=case,
        line=Line(upload.line, upload.title, "upload", codes=(), laws=""),
        name=offered.name,
        stored=offered.file,
        admitted=admitted,
        place=offered.place,
    )
    part.mended_from, part.mended = offered.original_sha256, offered.clauses
    part.save(update_fields=["mended_from", "mended"])
    _record(actor, "upload.mend", case, offered)
    offered.delete()
    return part


@transaction.atomic
def mending_decline(*, actor: Actor, upload: Upload, mending_id: int) -> None:
    """重新选择文件: the offer goes, its bytes are swept."""
    upload, case = upload_locked(actor, upload)
    offered = upload.mendings.select_related("file").filter(pk=mending_id).first()
    if offered is not None:
        _forget(offered)
        _record(actor, "upload.decline", case, offered)


def mendings_sweep() -> int:
    """Ticker: forget offers that nobody answered; returns how many."""
    old = list(MendedFile.objects.select_related("file").filter(offered_at__lt=clock.wall() - KEPT)[:500])
    for offered in old:
        with transaction.atomic():
            _forget(offered)
    return len(old)


def _forget(offered: MendedFile) -> None:
    gone, _ = MendedFile.objects.filter(pk=offered.pk).delete()
    if gone:
        file_release([offered.file])


def _record(actor: Actor, verb: str, case: Case, offered: MendedFile) -> None:
    audit.record(
        actor,
        verb,
        "case",
        case.number,
        line=offered.upload.line,
        original=offered.original_sha256,
        result=offered.file.sha256,
        mended=offered.clauses,
    )
