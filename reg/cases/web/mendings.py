"""整理后的文件: what a refused PDF would become, as pages, with the two answers (R147)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from foundation.identity.middleware import SignedInRequest
from reg.casefile.models import Case
from reg.cases.web.guard import with_case
from reg.cases.web.pictures import page_shown
from reg.cases.web.uploads import upload_find
from reg.materials.mendings import mending_decline, mending_take
from reg.materials.models import MendedFile
from reg.materials.uploads import UploadRefused


def _find(case: Case, line: str, mending_id: int) -> MendedFile:
    found = MendedFile.objects.select_related("file", "upload").filter(upload__case=case, upload__line=line)
    one = found.filter(pk=mending_id).first()
    if one is None:
        raise Http404
    return one


@require_GET
@with_case(edit=True)
def mending(request: SignedInRequest, case: Case, line: str, mending_id: int) -> HttpResponse:
    """Why the file stayed out, what is done, how it looks then."""
    one = _find(case, line, mending_id)
    parcels = any(code == "attachments" for code, _ in one.steps)
    context = {
        "case": case,
        "mending": one,
        "parcels": parcels,
        "pages": [
            reverse("upload-mending-page", args=[case.number, line, one.pk, number])
            for number in range(1, one.pages + 1)
        ],
        "answer_url": reverse("upload-mending-answer", args=[case.number, line, one.pk]),
        "appbar_title": "整理文件",
        "back_url": reverse("upload", args=[case.number, line]),
    }
    return render(request, "cases/mending.html", context)


@require_POST
@with_case(edit=True)
def answer(request: SignedInRequest, case: Case, line: str, mending_id: int) -> HttpResponse:
    """用整理后的文件 or 重新选择文件. Said twice it changes nothing more."""
    standing, do = upload_find(case, line), request.POST.get("do", "")
    try:
        match do:
            case "take":
                mending_take(actor=request.actor, upload=standing, mending_id=mending_id)
            case "decline":
                mending_decline(actor=request.actor, upload=standing, mending_id=mending_id)
            case _:
                raise Http404
    except UploadRefused as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(reverse("upload", args=[case.number, line]))


@require_GET
@with_case(edit=True)
def page(request: SignedInRequest, case: Case, line: str, mending_id: int, page: int) -> HttpResponse:
    """A page of the mended file as a picture."""
    one = _find(case, line, mending_id)
    if not 1 <= page <= one.pages:
        raise Http404
    return page_shown(one.file, page, "page")
