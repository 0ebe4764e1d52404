"""One declaration as a page: its way, what the desk asks, files added, kept longer, given up, taken back. R104, R111."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from foundation.files.services import file_read
from foundation.identity.middleware import SignedInRequest
from foundation.pdf.verdict import MAX_BYTES, rejected
from reg.casefile.numbers import grouped
from reg.cases.web.guard import signed_in
from reg.catalog.places import authority_name
from reg.declarations.models import Declaration
from reg.declarations.services import (
    DeclarationError,
    declaration_own,
    declaration_withdraw,
    declarations_of,
    plea_add,
    proof_add,
    proof_remove,
)
from reg.declarations.web.shown import asks, is_held, purpose_of, state_of, steps
from reg.naming.reservation import NotHeld, reservation_release, reservation_renew
from reg.naming.terms import RENEWALS

TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}


@require_GET
@signed_in
def name(request: SignedInRequest, declaration: str) -> HttpResponse:
    """What became of a declaration; of a company's one too for who holds a capacity in it."""
    one = declarations_of(request.actor).filter(number=declaration).first()
    if one is None:
        raise Http404
    word, tone = state_of(one)
    held, own = is_held(one), one.declared_by == request.actor.person_index
    context = {
        "one": one,
        "number": grouped(one.number),
        "purpose": purpose_of(one),
        "word": word,
        "tone": tone,
        "held": held,
        "own": own,
        "asks": asks(one),
        "office": authority_name(one.authority),
        "waits": one.state == Declaration.State.REVIEW,
        "in_case": bool(one.reservation.case_number),
        "may_renew": held and own and one.reservation.renewed < RENEWALS,
        "proofs": list(one.proofs.order_by("pk")),
        "steps": steps(one),
        "appbar_title": "名称自主申报",
        "back_url": reverse("names"),
    }
    return render(request, "declarations/name.html", context)


def _mine(request: SignedInRequest, number: str) -> Declaration:
    one = declaration_own(request.actor, number)
    if one is None:
        raise Http404
    return one


@require_POST
@signed_in
def name_keep(request: SignedInRequest, declaration: str) -> HttpResponse:
    """延长保留, 放弃, or 撤回 while the desk has not decided."""
    one = _mine(request, declaration)
    try:
        match request.POST.get("do"):
            case "renew":
                renewed = reservation_renew(actor=request.actor, number=one.reservation.number)
                messages.success(request, f"保留期延长到 {renewed.until:%Y年%-m月%-d日}。")
            case "withdraw":
                declaration_withdraw(actor=request.actor, number=one.number)
                messages.success(request, f"已撤回“{one.written}”，别人可以用了。")
            case _:
                reservation_release(actor=request.actor, number=one.reservation.number)
                messages.success(request, f"已放弃“{one.written}”，别人可以用了。")
    except (NotHeld, DeclarationError) as over:
        messages.error(request, str(over))
    return HttpResponseRedirect(reverse("name", args=[one.number]))


@require_POST
@signed_in
def name_proof(request: SignedInRequest, declaration: str) -> HttpResponse:
    """补充依据: files come in, each with its own yes or no, or one is taken out."""
    one = _mine(request, declaration)
    back = HttpResponseRedirect(reverse("name", args=[one.number]) + "#proofs")
    out = request.POST.get("remove", "")
    try:
        if out.isdigit():
            proof_remove(actor=request.actor, number=one.number, proof=int(out))
            messages.success(request, "已删去这个文件。")
            return back
    except DeclarationError as error:
        messages.error(request, error.message)
        return back
    files, words = request.FILES.getlist("files"), request.POST.get("words", "").strip()
    if not files and not words:
        messages.error(request, "还没有选文件，也没有写说明。")
    if words:
        try:
            plea_add(actor=request.actor, number=one.number, words=words)
            messages.success(request, "补充说明已收到。")
        except DeclarationError as error:
            messages.error(request, error.message)
    for file in files:
        try:
            if file.size is None or file.size > MAX_BYTES:
                raise DeclarationError(str(rejected("too_big")))
            content = b"".join(file.chunks())
            proof_add(actor=request.actor, number=one.number, name=file.name or "文件", content=content)
            messages.success(request, f"“{file.name}”已收到。")
        except DeclarationError as error:
            messages.error(request, f"“{file.name}”：{error.message}")
    return back


@require_GET
@signed_in
def name_proof_file(request: SignedInRequest, declaration: str, proof: int) -> HttpResponse:
    """The file as it was uploaded, for who uploaded it."""
    found = _mine(request, declaration).proofs.select_related("file").filter(pk=proof).first()
    if found is None:
        raise Http404
    return HttpResponse(
        file_read(found.file), content_type=TYPES[found.kind], headers={"X-Content-Type-Options": "nosniff"}
    )
