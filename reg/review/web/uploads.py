"""上传的材料 at the desk: what was submitted, page by page, and what it replaced. R035."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from foundation.identity.middleware import SignedInRequest
from reg.casefile.models import Case
from reg.cases.web.pictures import WIDTH, page_shown
from reg.materials.models import UploadPart, UploadPast
from reg.review.uploads import Submitted, as_submitted
from reg.review.web.desk import desk_context
from reg.review.web.guard import with_whole_case


def _find(case: Case, line: str, past: str) -> Submitted:
    """The upload of a line, or one it replaced; 404 for anything else."""
    upload = case.uploads.select_related("file", "case").filter(line=line).first()
    if upload is None:
        raise Http404
    if past:
        old = upload.past.select_related("file").filter(pk=int(past)).first() if past.isdigit() else None
        found = Submitted(line, upload.title, old.pages, old.file) if old else None
    else:
        found = as_submitted(upload)
    if found is None:
        raise Http404
    return found


@require_GET
@with_whole_case
def upload(request: SignedInRequest, case: Case, line: str) -> HttpResponse:
    """One upload, page by page."""
    past = request.GET.get("past", "")
    one = _find(case, line, past)
    query = f"?past={past}" if past else f"?v={one.file.pk}"
    context = {
        **desk_context(request, case.number),
        "case": case,
        "upload": one,
        "pages": [
            f"{reverse('desk-upload-page', args=[case.number, line, number])}{query}"
            for number in range(1, one.pages + 1)
        ],
        "mended": UploadPart.objects.filter(upload__case=case, upload__line=line).exclude(mended_from="")
        if not past
        else [],
        "older": UploadPast.objects.filter(upload__case=case, upload__line=line).order_by("-pk") if not past else [],
    }
    return render(request, "review/upload.html", context)


@require_GET
@with_whole_case
def upload_page(request: SignedInRequest, case: Case, line: str, page: int) -> HttpResponse:
    """One page as a picture."""
    one = _find(case, line, request.GET.get("past", ""))
    size = request.GET.get("size", "page")
    if not 1 <= page <= one.pages or size not in WIDTH:
        raise Http404
    return page_shown(one.file, page, size)
