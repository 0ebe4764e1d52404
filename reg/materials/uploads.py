"""上传、合并、预览 (R035): files come in one by one, photographs are made straight, all become one PDF.

A file is examined in a child process before it is kept. Every change of the parts raises the revision of the upload;
the worker puts the present revision together, and an answer about an older one is thrown away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Max, Sum

from foundation import audit, clock
from foundation.files.models import StoredFile
from foundation.files.services import file_read, file_refer, file_release, file_store
from foundation.identity.actor import Actor
from foundation.pdf.admission import admit_upload
from foundation.pdf.assemble import CannotAssemble
from foundation.pdf.kinds import Kind
from foundation.pdf.merge import merge
from foundation.pdf.render import page_count
from foundation.pdf.verdict import MAX_PAGES, Admitted, Rejected
from reg.casefile.access import case_may_edit
from reg.casefile.models import Case
from reg.materials.models import Upload, UploadPart, UploadPast
from reg.materials.plan import Line
from reg.materials.tasks import upload_make

MAX_CASE_BYTES = 200 * 1024 * 1024
MAX_NAME = 120


class UploadRefused(Exception):
    """A file stays out; the message says why and what to do."""

    def __init__(self, message: str, fix: str = "", *, refusal: Rejected | None = None) -> None:
        super().__init__(message)
        self.message = f"{message}{fix}"
        self.refusal = refusal
        """What the examination found, where that was the reason."""


# ---- coming in ----


def part_receive(
    *, actor: Actor, case: Case, line: Line, name: str, content: bytes, place: int | None = None
) -> UploadPart:
    """Examine one file and add it to the upload of a line; UploadRefused teaches what is wrong with it.

    `place` keeps files that come in at the same time in the order in which they were chosen.
    """
    case_may_edit(actor, case)
    verdict = admit_upload(content)
    if isinstance(verdict, Rejected):
        raise UploadRefused(verdict.message, verdict.fix, refusal=verdict)
    stored = file_store(content, kind=str(verdict.kind))
    return part_add(actor=actor, case=case, line=line, name=name, stored=stored, admitted=verdict, place=place)


@transaction.atomic
def part_add(
    *, actor: Actor, case: Case, line: Line, name: str, stored: StoredFile, admitted: Admitted, place: int | None
) -> UploadPart:
    """Add a file that was examined."""
    locked = Case.objects.select_for_update(no_key=True, of=("self",)).select_related("entity").get(pk=case.pk)
    case_may_edit(actor, locked)
    upload = upload_of(locked, line)
    _room_for(locked, upload, stored, admitted)
    last = upload.parts.aggregate(last=Max("order"))["last"] or 0
    file_refer(stored)
    part = UploadPart.objects.create(
        upload=upload,
        order=place if place is not None else last + 1,
        name=name[-MAX_NAME:],
        original=stored,
        kind=str(admitted.kind),
        pages=admitted.pages,
        looked_at=admitted.kind is Kind.PDF,
        remarks=list(admitted.warnings),
    )
    _changed(upload, locked)
    audit.record(actor, "upload.add", "case", case.number, line=line.key, kind=str(admitted.kind), size=stored.size)
    return part


def _room_for(case: Case, upload: Upload, stored: StoredFile, admitted: Admitted) -> None:
    """UploadRefused when the same file is there already, or when there is no room for it."""
    for place, part in enumerate(upload.parts.select_related("original"), start=1):
        if part.original.sha256 == stored.sha256:
            raise UploadRefused(f"这个文件和第 {place} 个是同一个，没有再收。", "要换的，先删去原来的那个。")
    pages = upload.parts.aggregate(pages=Sum("pages"))["pages"] or 0
    if pages + admitted.pages > MAX_PAGES:
        raise UploadRefused(
            f"加上这个文件就有 {pages + admitted.pages} 页，最多 {MAX_PAGES} 页。", "请只留下与这次申请有关的页。"
        )
    held = UploadPart.objects.filter(upload__case=case).aggregate(size=Sum("original__size"))["size"] or 0
    if held + stored.size > MAX_CASE_BYTES:
        raise UploadRefused("这件申请上传的文件合起来超过 200 MB。", "请删去不用的，或者降低扫描分辨率后再传。")


def upload_of(case: Case, line: Line) -> Upload:
    """The upload of a line, made when it is first needed."""
    upload, _ = Upload.objects.get_or_create(case=case, line=line.key, defaults={"changed_at": clock.wall()})
    if upload.title != line.title:
        upload.title = line.title
        upload.save(update_fields=["title"])
    return upload


# ---- what the applicant does with the parts ----


def upload_locked(actor: Actor, upload: Upload) -> tuple[Upload, Case]:
    """The upload and its case, locked, for who may change it."""
    case = Case.objects.select_for_update(no_key=True, of=("self",)).select_related("entity").get(pk=upload.case_id)
    case_may_edit(actor, case)
    return Upload.objects.get(pk=upload.pk), case


@transaction.atomic
def parts_order(*, actor: Actor, upload: Upload, order: Sequence[int]) -> None:
    """Put the parts into this order; parts it does not name stay behind the others as they were."""
    upload, case = upload_locked(actor, upload)
    before = list(upload.parts.values_list("pk", flat=True))
    wanted = [pk for pk in dict.fromkeys(order) if pk in before]
    after = wanted + [pk for pk in before if pk not in wanted]
    if after != before:
        _renumber(after)
        _changed(upload, case)
        audit.record(actor, "upload.order", "case", case.number, line=upload.line)


@transaction.atomic
def part_move(*, actor: Actor, upload: Upload, part_id: int, by: int) -> None:
    """One part up (-1) or down (1)."""
    order = list(upload.parts.values_list("pk", flat=True))
    if part_id not in order:
        return
    here = order.index(part_id)
    there = min(max(here + by, 0), len(order) - 1)
    order.insert(there, order.pop(here))
    parts_order(actor=actor, upload=upload, order=order)


@transaction.atomic
def part_remove(*, actor: Actor, upload: Upload, part_id: int) -> None:
    """Take a part out. Its bytes are swept, unless the case was submitted with them."""
    upload, case = upload_locked(actor, upload)
    part = upload.parts.select_related("original", "straight").filter(pk=part_id).first()
    if part is None:
        return
    files = [file for file in (part.original, part.straight) if file is not None]
    part.delete()
    if case.first_submitted_at is None:
        file_release(files)
    _renumber(upload.parts.values_list("pk", flat=True))
    _changed(upload, case)
    audit.record(actor, "upload.remove", "case", case.number, line=upload.line)


@transaction.atomic
def part_change(
    *,
    actor: Actor,
    upload: Upload,
    part_id: int,
    keep_original: bool | None = None,
    accepted: bool | None = None,
    turn: bool = False,
) -> None:
    """The photograph as taken or straightened, a quarter turn, or 看得清 for a page that seems not clear."""
    upload, case = upload_locked(actor, upload)
    part = upload.parts.filter(pk=part_id).first()
    if part is None or not part.is_photo:
        return
    if keep_original is not None:
        part.keep_original = keep_original
    if accepted is not None:
        part.accepted = accepted
    if turn:
        part.quarters = (part.quarters + 1) % 4
    part.save(update_fields=["keep_original", "accepted", "quarters"])
    _changed(upload, case)
    audit.record(
        actor,
        "upload.change",
        "case",
        case.number,
        line=upload.line,
        keep_original=part.keep_original,
        accepted=part.accepted,
        quarters=part.quarters,
    )


def upload_again(upload: Upload) -> None:
    """Ask the worker once more, for an upload that waits too long."""
    if upload.working:
        _ask_worker(upload)


def _renumber(order: Iterable[int]) -> None:
    for place, pk in enumerate(order, start=1):
        UploadPart.objects.filter(pk=pk).update(order=place)


def _changed(upload: Upload, case: Case) -> None:
    """The parts are others now: what was made of them before does not stand for them any more."""
    if upload.file is not None and case.first_submitted_at is not None:
        UploadPast.objects.create(
            upload=upload, file=upload.file, pages=upload.pages, round=case.round, replaced_at=clock.wall()
        )
    elif upload.file is not None:
        file_release([upload.file])
    upload.file, upload.pages, upload.problem, upload.hints = None, 0, "", []
    upload.revision += 1
    upload.changed_at = clock.wall()
    if not upload.parts.exists():
        upload.made = upload.revision
    upload.save()
    _ask_worker(upload)


def _ask_worker(upload: Upload) -> None:
    """One job at a time, one waiting: it works on the revision it finds."""
    name = f"upload:{upload.pk}"
    upload_make.configure(lock=name, queueing_lock=name).defer_once(upload_id=upload.pk)


# ---- the worker ----


def upload_put_together(upload: Upload) -> None:
    """Straighten photographs that were not looked at yet, each kept at once; then one PDF of all parts."""
    revision = upload.revision
    for part in upload.parts.select_related("original").filter(looked_at=False):
        _straighten(part)
    parts = list(upload.parts.select_related("original", "straight"))
    problem = unclear_words(parts)
    stored, pages = None, 0
    if parts and not problem:
        try:
            whole = merge([_bytes_of(part) for part in parts])
        except CannotAssemble as cannot:
            problem = str(cannot)
        else:
            stored, pages = file_store(whole, kind="pdf"), page_count(whole)
    _keep(upload, revision, stored, pages, problem, _hints(parts))


@transaction.atomic
def _keep(upload: Upload, revision: int, stored: StoredFile | None, pages: int, problem: str, hints: list[str]) -> None:
    """Write the outcome down, unless the parts were changed meanwhile."""
    done = Upload.objects.filter(pk=upload.pk, revision=revision).update(
        file=stored, pages=pages, made=revision, problem=problem[:300], hints=hints
    )
    if done and stored is not None:
        file_refer(stored)


def _straighten(part: UploadPart) -> None:
    from foundation.pdf.photos import PhotoUnreadable, straighten

    try:
        result = straighten(file_read(part.original))
    except PhotoUnreadable:
        part.unclear, part.remarks = True, ["第 1 页的照片打不开，请重拍一张。"]
    else:
        part.straight = file_store(result.jpeg, kind="jpeg")
        part.found, part.unclear = result.straightened, not result.usable
        part.remarks = result.advice(1)
        part.taken_at = result.taken_at or ""
    part.looked_at = True
    _part_keep(part)


@transaction.atomic
def _part_keep(part: UploadPart) -> None:
    """The worker's finding, without touching what the applicant chose meanwhile."""
    done = UploadPart.objects.filter(pk=part.pk).update(
        straight=part.straight,
        found=part.found,
        unclear=part.unclear,
        remarks=part.remarks,
        taken_at=part.taken_at[:30],
        looked_at=True,
    )
    if done and part.straight is not None:
        file_refer(part.straight)


def _bytes_of(part: UploadPart) -> bytes:
    """The part as it goes into the PDF."""
    if not part.is_photo:
        return file_read(part.original)
    picture = picture_of(part)
    if not part.quarters:
        return picture
    from foundation.pdf.photos import turn

    return turn(picture, part.quarters)


def picture_of(part: UploadPart) -> bytes:
    """The photograph that counts: made straight, or as it was taken."""
    chosen = part.original if part.keep_original or part.straight is None else part.straight
    return file_read(chosen)


def _hints(parts: Sequence[UploadPart]) -> list[str]:
    """重复页、页序提示, where all pages are photographs."""
    photos = [part for part in parts if part.is_photo and part.straight is not None]
    if len(photos) < 2 or len(photos) != len(parts):
        return []
    from foundation.pdf.compare import hints
    from foundation.pdf.photos import Straightened

    return hints(
        [Straightened(_bytes_of(part), 0, 0, part.found, (), 0.0, 0.0, (), part.taken_at or None) for part in photos]
    )


# ---- words ----


def first_pages(parts: Sequence[UploadPart]) -> list[int]:
    """The page of the whole on which each part begins."""
    pages, at = [], 1
    for part in parts:
        pages.append(at)
        at += part.pages
    return pages


def about_page(sentence: str, page: int) -> str:
    """A sentence about page 1 of a part, told about its page in the whole."""
    return sentence.replace("第 1 页", f"第 {page} 页", 1)


def unclear_words(parts: Sequence[UploadPart]) -> str:
    """What has to be done about pages that are not clear; empty when nothing has."""
    bad = [
        str(page) for part, page in zip(parts, first_pages(parts), strict=True) if part.unclear and not part.accepted
    ]
    return f"第 {'、'.join(bad)} 页不清楚。请删去重拍；您看得清的，点“看得清，就用这张”。" if bad else ""
