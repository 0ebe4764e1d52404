"""证件识别 as pages: take the picture, watch it being read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from foundation.files.models import StoredFile
from foundation.files.services import FileTooLarge, file_store
from foundation.identity.middleware import SignedInRequest
from foundation.pdf.admission import admit_picture
from foundation.pdf.verdict import Rejected
from reg.casefile.models import CardRead, Case
from reg.casefile.services import once
from reg.cases import cards
from reg.cases.web.guard import idempotency_key, with_case
from reg.items.registry import BY_CODE

ONE = "one"


class CardForm(forms.Form):
    """Two pictures of one identity card, both optional: what is there is read."""

    front = forms.FileField(label="人像面", required=False)
    back = forms.FileField(label="国徽面", required=False)


def card_shown(case: Case, code: str, row_id: str, reads: Iterable[CardRead]) -> dict[str, Any]:
    """The card of one person for the page: what was read so far, and where to photograph it."""
    return {
        **cards.card_state(case, code, row_id, reads),
        "form": CardForm(auto_id=f"card-{row_id or ONE}-%s"),
    }


def _place(case: Case, code: str, slot: str) -> str:
    """The row id behind the address; 404 for a place without a card."""
    if code not in BY_CODE or code not in case.items:
        raise Http404
    return "" if slot == ONE else slot


def _back(case: Case, code: str, row_id: str) -> str:
    if row_id:
        return reverse("row", args=[case.number, code, row_id])
    return reverse("room", args=[case.number, code])


@require_POST
@with_case(edit=True, early=True)
def card(request: SignedInRequest, case: Case, code: str, slot: str) -> HttpResponse:
    """Take one or two pictures (人像面, 国徽面)."""
    row_id = _place(case, code, slot)
    back = _back(case, code, row_id)
    pictures: dict[str, StoredFile | None] = {"front": None, "back": None}
    for side in pictures:
        uploaded = request.FILES.get(side)
        if isinstance(uploaded, UploadedFile):
            stored, problem = _admit(uploaded)
            if problem:
                messages.error(request, problem)
                return HttpResponseRedirect(back)
            pictures[side] = stored
    if not any(pictures.values()):
        messages.error(request, "还没有选照片。请拍身份证的人像面。")
        return HttpResponseRedirect(back)

    def act() -> str:
        cards.card_photographed(actor=request.actor, case=case, item_code=code, row_id=row_id, **pictures)
        return back

    content = f"card:{case.number}:{code}:{row_id}"
    return HttpResponseRedirect(once(actor=request.actor, key=idempotency_key(request), content=content, act=act))


def _admit(uploaded: UploadedFile[bytes]) -> tuple[StoredFile | None, str]:
    try:
        content = b"".join(uploaded.chunks())
        verdict = admit_picture(content)
        if isinstance(verdict, Rejected):
            return None, f"{verdict.message}{verdict.fix}"
        return file_store(content, kind="jpeg"), ""
    except FileTooLarge as large:
        return None, large.message


@require_GET
@with_case(early=True)
def card_status(request: SignedInRequest, case: Case, code: str, slot: str) -> HttpResponse:
    """Polled by q-progress: whether the card was read, and where to go then."""
    row_id = _place(case, code, slot)
    read = cards.latest(case, code, row_id)
    waiting = read is not None and read.state == CardRead.State.WAITING
    words = {"waiting": "正在识别…", "read": "识别好了", "failed": "没有识别出来，请重拍"}
    return JsonResponse(
        {
            "done": 0 if waiting else 1,
            "total": 1,
            "text": words[read.state] if read else "",
            "state": "running" if waiting else "done",
            "next": "" if waiting else _back(case, code, row_id),
        }
    )
