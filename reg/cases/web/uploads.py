"""上传: several photographs or PDFs become one straight PDF; order, a turn, the photograph as it was taken, preview (R035).

Every form works without script; with it, files go one by one and the list comes back as HTML.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation import clock
from foundation.identity.middleware import SignedInRequest
from foundation.pdf.thumbs import picture_jpeg
from foundation.pdf.verdict import MAX_BYTES, rejected
from reg.casefile.access import Access, case_access, case_may_edit
from reg.casefile.models import Case
from reg.casefile.selectors import case_view
from reg.cases.checking import case_facts
from reg.cases.web.guard import with_case
from reg.cases.web.pictures import WIDTH, page_shown, picture_shown
from reg.materials.mendings import file_receive
from reg.materials.models import MendedFile, Upload, UploadPart
from reg.materials.plan import Line, plan
from reg.materials.uploads import (
    UploadRefused,
    about_page,
    first_pages,
    part_change,
    part_move,
    part_remove,
    parts_order,
    picture_of,
    upload_again,
)

SLOW_SECONDS = 45
MOST_FILES = 30
"""Of one form without script: more are sent in another go."""


def line_of(case: Case, key: str) -> Line:
    """The line of the list that is uploaded now: asked for by the plan, or brought by the applicant himself."""
    view = case_view(case)
    found = plan(view, case_facts(case, view, ask=False)).line(key)
    own = Upload.objects.filter(case=case, line=key, own=True).exists()
    if found is None or not (found.provide == "upload" or own):
        raise Http404
    return found


def upload_find(case: Case, key: str) -> Upload:
    """The upload of a line; 404 before anything came in."""
    found = Upload.objects.select_related("file").filter(case=case, line=key).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@with_case()
def upload(request: SignedInRequest, case: Case, line: str) -> HttpResponse:
    """The page of one upload. POST takes files in, each with its own yes or no."""
    found = line_of(case, line)
    if request.method == "POST":
        return _take_in(request, case, found)
    return _show(request, case, found)


def _take_in(request: SignedInRequest, case: Case, line: Line) -> HttpResponse:
    case_may_edit(request.actor, case)
    files: list[UploadedFile[bytes]] = request.FILES.getlist("files")
    place = request.POST.get("place", "")
    refused, offers = [] if files else ["还没有选文件。请选照片或者 PDF。"], list[MendedFile]()
    if len(files) > MOST_FILES:
        refused.append(f"一次最多传 {MOST_FILES} 个文件，后面的没有收，请再传一次。")
    for number, file in enumerate(files[:MOST_FILES]):
        at = int(place) + number if place.isdigit() and len(place) < 9 else None
        match _take_one(request, case, line, file, at):
            case str() as problem:
                refused.append(f"“{file.name}”：{problem}")
            case MendedFile() as offered:
                offers.append(offered)
    if _by_script(request):
        if refused:
            return HttpResponse("；".join(refused), status=422, content_type="text/plain; charset=utf-8")
        return _list(request, case, line, status=202 if offers else 200)
    for sentence in refused:
        messages.error(request, sentence)
    if len(files) == len(offers) == 1:
        return HttpResponseRedirect(reverse("upload-mending", args=[case.number, line.key, offers[0].pk]))
    return HttpResponseRedirect(reverse("upload", args=[case.number, line.key]))


def _take_one(
    request: SignedInRequest, case: Case, line: Line, file: UploadedFile[bytes], place: int | None
) -> UploadPart | MendedFile | str:
    """The part, or what the file could become, or why it stays out. A file that is too long is not read at all."""
    if file.size is None or file.size > MAX_BYTES:
        return str(rejected("too_big"))
    try:
        return file_receive(
            actor=request.actor,
            case=case,
            line=line,
            name=file.name or "",
            content=b"".join(file.chunks()),
            place=place,
        )
    except UploadRefused as error:
        return error.message


def _by_script(request: SignedInRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _show(request: SignedInRequest, case: Case, line: Line) -> HttpResponse:
    standing = Upload.objects.select_related("file").filter(case=case, line=line.key).first()
    context = {
        "case": case,
        "line": line,
        "title": f"自备：{line.title}" if standing and standing.own else line.title,
        **_parts_context(case, line, standing),
        "url": reverse("upload", args=[case.number, line.key]),
        "order_url": reverse("upload-order", args=[case.number, line.key]),
        "pages": page_urls(case, standing) if standing and standing.ready else [],
        "may_edit": case_access(request.actor, case) is Access.EDIT and case.is_editable,
        "slow": standing is not None and _is_slow(standing),
        "appbar_title": "上传",
        "back_url": reverse("papers", args=[case.number]),
    }
    return render(request, "cases/upload.html", context)


def _list(request: SignedInRequest, case: Case, line: Line, *, status: int = 200) -> HttpResponse:
    """The list alone, for the script that sent a file or changed the order. 202: the file itself was not taken."""
    standing = Upload.objects.filter(case=case, line=line.key).first()
    return render(request, "cases/_upload_list.html", _parts_context(case, line, standing), status=status)


def _parts_context(case: Case, line: Line, standing: Upload | None) -> dict[str, Any]:
    parts = list(standing.parts.select_related("original")) if standing else []
    pages = first_pages(parts)
    action = reverse("upload-change", args=[case.number, line.key])
    return {
        "upload": standing,
        "files": [_part(case, line, part, page, action) for part, page in zip(parts, pages, strict=True)],
        "offers": [
            {"name": one.name, "why": one.why, "url": reverse("upload-mending", args=[case.number, line.key, one.pk])}
            for one in (standing.mendings.all() if standing else ())
        ],
        "working": standing is not None and standing.working,
        "status_url": reverse("upload-status", args=[case.number, line.key]),
    }


def _part(case: Case, line: Line, part: UploadPart, page: int, action: str) -> dict[str, Any]:
    """One part as the list shows it."""
    bad = part.unclear and not part.accepted
    said = " ".join(about_page(str(sentence), page) for sentence in part.remarks)
    last = page + part.pages - 1
    where = f"第 {page} 页" if last == page else f"第 {page} 至 {last} 页"
    return {
        "id": part.pk,
        "name": part.name or where,
        "kind": "PDF" if not part.is_photo else "照片",
        "thumb_url": reverse("upload-part", args=[case.number, line.key, part.pk]) + f"?v={part.upload.revision}"
        if part.is_photo
        else "",
        "note": f"{where} · {_state_words(part)}" + (f" {said}" if said and not bad else ""),
        "problem": said if bad else "",
        "action_url": action,
        "actions": _actions(part) if part.looked_at and part.is_photo else [],
    }


def _state_words(part: UploadPart) -> str:
    if not part.is_photo:
        return "PDF，整理过" if part.mended_from else "PDF"
    if not part.looked_at:
        return "正在拉直、检查…"
    if part.unclear and part.accepted:
        return "您确认看得清"
    if part.keep_original:
        return "用原照片"
    return "已拉直" if part.found else "按原样收下"


def _actions(part: UploadPart) -> list[dict[str, str]]:
    """What can be done with a photograph that was looked at."""
    found = []
    if part.unclear:
        word = "再想想，我重拍" if part.accepted else "看得清，就用这张"
        found.append({"do": "unaccept" if part.accepted else "accept", "label": word})
    if part.found:
        other = ("straight", "用拉直的") if part.keep_original else ("original", "用原照片")
        found.append({"do": other[0], "label": other[1]})
    return [*found, {"do": "turn", "label": "转一下"}]


@require_POST
@with_case(edit=True)
def change(request: SignedInRequest, case: Case, line: str) -> HttpResponse:
    """One button of one part: up, down, delete, turn, the original or the straight one, 看得清; or ask the worker again."""
    standing = upload_find(case, line)
    text, do = request.POST.get("file", ""), request.POST.get("do", "")
    part_id = int(text) if text.isdigit() else 0
    about: dict[str, Any] = {"actor": request.actor, "upload": standing, "part_id": part_id}
    match do:
        case "up":
            part_move(**about, by=-1)
        case "down":
            part_move(**about, by=1)
        case "delete":
            part_remove(**about)
        case "turn":
            part_change(**about, turn=True)
        case "original" | "straight":
            part_change(**about, keep_original=do == "original")
        case "accept" | "unaccept":
            part_change(**about, accepted=do == "accept")
        case "again":
            upload_again(standing)
        case _:
            raise Http404
    return HttpResponseRedirect(reverse("upload", args=[case.number, line]))


@require_POST
@with_case(edit=True)
def order(request: SignedInRequest, case: Case, line: str) -> HttpResponse:
    """The order after dragging: ids one after the other."""
    found, standing = line_of(case, line), upload_find(case, line)
    wanted = [int(text) for text in request.POST.getlist("order") if text.isdigit()]
    parts_order(actor=request.actor, upload=standing, order=wanted)
    if _by_script(request):
        return _list(request, case, found)
    return HttpResponseRedirect(reverse("upload", args=[case.number, line]))


@require_GET
@with_case()
def status(request: SignedInRequest, case: Case, line: str) -> HttpResponse:
    """Polled by q-progress while the worker is at it."""
    standing = upload_find(case, line)
    total = standing.parts.count() + 1
    looked = standing.parts.filter(looked_at=True).count()
    done = total if not standing.working else looked
    return JsonResponse(
        {
            "done": done,
            "total": total,
            "text": "正在拉直、检查照片…" if looked < total - 1 else "正在合成一份…",
            "state": "running" if standing.working else "done",
        }
    )


def _is_slow(standing: Upload) -> bool:
    return standing.working and (clock.wall() - standing.changed_at).total_seconds() > SLOW_SECONDS


# ---- pictures ----


@require_GET
@with_case()
def part_image(request: SignedInRequest, case: Case, line: str, part_id: int) -> HttpResponse:
    """A photograph as a small picture."""
    part = UploadPart.objects.select_related("original", "straight").filter(
        upload__case=case, upload__line=line, pk=part_id
    )
    one = part.first()
    if one is None or not one.is_photo:
        raise Http404
    return picture_shown(lambda: picture_jpeg(picture_of(one), WIDTH["thumb"], one.quarters), "thumb")


@require_GET
@with_case()
def page(request: SignedInRequest, case: Case, line: str, page: int) -> HttpResponse:
    """A page of the merged PDF as a picture; `?size=thumb` a small one."""
    return page_image(upload_find(case, line), page, request.GET.get("size", "page"))


def page_image(standing: Upload, number: int, size: str) -> HttpResponse:
    """Page `number` (from 1) of what was put together."""
    if standing.file is None or not 1 <= number <= standing.pages or size not in WIDTH:
        raise Http404
    return page_shown(standing.file, number, size)


def page_urls(case: Case, standing: Upload, name: str = "upload-page") -> list[str]:
    """Addresses of the pages; another file has other addresses, so that no old picture is shown."""
    return [
        f"{reverse(name, args=[case.number, standing.line, number])}?v={standing.made}"
        for number in range(1, standing.pages + 1)
    ]
