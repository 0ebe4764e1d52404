"""名称申报 at the desk: what waits, one declaration with everything said of it, and the decision. R104, R111."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from foundation import clock
from foundation.files.services import file_read
from foundation.identity.actor import StaffRole
from foundation.identity.middleware import SignedInRequest
from foundation.pdf.thumbs import picture_jpeg
from reg.backoffice.web.guard import for_roles
from reg.casefile.numbers import grouped
from reg.casefile.services import once
from reg.cases.web.guard import idempotency_key
from reg.cases.web.names import outline
from reg.cases.web.pictures import WIDTH, page_shown, picture_shown
from reg.catalog.codes import industries
from reg.catalog.places import authority_name
from reg.declarations import desk
from reg.declarations.models import Declaration, Proof
from reg.declarations.services import DeclarationError
from reg.declarations.web.shown import purpose_of, row, state_of, steps
from reg.naming.explain import spoken, told
from reg.naming.index import names_near
from reg.naming.kinds import KIND_WORDS
from reg.naming.parts import Order, Parts
from reg.naming.reservation import names_of
from reg.review.web.nav import desk_frame

deciders = for_roles(StaffRole.EXAMINER, StaffRole.SUPERVISOR)
SHOWN = 100


@require_GET
@deciders
def declarations(request: SignedInRequest) -> HttpResponse:
    """What waits, the most urgent first, and what was decided lately."""
    waiting = desk.declarations_waiting(request.actor)
    decided = desk.declarations_seen(request.actor).exclude(due=None).exclude(decided_at=None)
    moment = clock.wall()
    context = {
        **desk_frame(request.actor, "desk-declarations"),
        "count": waiting.count(),
        "waiting": [
            {
                **row(one),
                "desk_url": reverse("desk-declaration", args=[one.number]),
                "who": one.taken_name if one.taken_until and one.taken_until > moment else "",
                "late": bool(one.due and one.due < clock.today()),
                "kind": KIND_WORDS.get(one.kind, one.kind),
                "why": _why(one),
            }
            for one in waiting[:SHOWN]
        ],
        "decided": [
            {**row(one), "desk_url": reverse("desk-declaration", args=[one.number])}
            for one in decided.order_by("-decided_at")[:20]
        ],
    }
    return render(request, "backoffice/declarations.html", context)


def _why(one: Declaration) -> str:
    """Why it came to the desk."""
    restricted = [finding for finding in one.findings if finding["severity"] == "restrict"]
    said = [f"限制 {len(restricted)} 条"] if restricted else []
    said += ["有投资关系"] if one.related else []
    return "，".join([*said, *([f"相近 {len(one.hits)} 个"] if one.hits else [])])


@require_GET
@deciders
def declaration(request: SignedInRequest, number: str) -> HttpResponse:
    """One declaration: the name, the plea and its proofs, what the rules and the index say now, and the decision."""
    return _show(request, number)


def _show(request: SignedInRequest, number: str, *, text: str = "", error: str = "") -> HttpResponse:
    one = desk.declaration_at_desk(request.actor, number)
    parts = Parts(**{**one.parts, "order": Order(one.parts["order"])})
    own = {*names_of(one.uscc), *([one.reservation.name_id] if one.reservation.name_id else [])}
    found = names_near(parts, day=clock.today(), but=own, related=[r["uscc"] for r in one.related])
    word, tone = state_of(one)
    taken = bool(one.taken_until and one.taken_until > clock.wall())
    mine = one.taken_by == request.actor.ref
    waits = one.state == Declaration.State.REVIEW
    context = {
        **desk_frame(request.actor, "desk-declarations"),
        "one": one,
        "number": grouped(one.number),
        "purpose": purpose_of(one),
        "word": word,
        "tone": tone,
        "outline": outline(parts),
        "spoken": spoken(parts.trade) if parts.trade and not parts.is_branch else "",
        "small_class": industries().get(parts.small_class),
        "kind": KIND_WORDS.get(one.kind, one.kind),
        "office": authority_name(one.authority),
        "same": [told(hit, parts) for hit in found.same],
        "similar": [told(hit, parts) for hit in found.similar],
        "proofs": [_shown(one, proof) for proof in one.proofs.order_by("pk")],
        "steps": steps(one),
        "mine": mine and waits,
        "may_take": waits
        and not mine
        and request.actor.has_role(StaffRole.EXAMINER)
        and one.authority == request.actor.office,
        "holder": one.taken_name if waits and taken and not mine else "",
        "reason": text,
        "error": error,
    }
    return render(request, "backoffice/declaration.html", context, status=422 if error else 200)


def _shown(one: Declaration, proof: Proof) -> dict[str, Any]:
    pages = [reverse("desk-declaration-proof", args=[one.number, proof.pk, page]) for page in range(1, proof.pages + 1)]
    return {"name": proof.name, "pages": pages}


@require_POST
@deciders
def declaration_decide(request: SignedInRequest, number: str) -> HttpResponse:
    """领取, 请补充, 核准, 不予核准: each once, however often it is pressed."""
    do, text = request.POST.get("do", ""), request.POST.get("reason", "")
    here = reverse("desk-declaration", args=[number])
    try:
        once(
            actor=request.actor,
            key=idempotency_key(request),
            content=f"declaration:{number}:{do}:{text}",
            act=lambda: _act(request, number, do, text),
        )
    except DeclarationError as error:
        return _show(request, number, text=text, error=error.message)
    return HttpResponseRedirect(here)


def _act(request: SignedInRequest, number: str, do: str, text: str) -> str:
    actor = request.actor
    match do:
        case "take":
            desk.declaration_take(actor=actor, number=number)
        case "ask":
            desk.declaration_ask(actor=actor, number=number, text=text)
            messages.success(request, "已请申请人补充。")
        case "grant":
            one = desk.declaration_grant(actor=actor, number=number, reason=text)
            messages.success(request, f"已核准“{one.written}”，保留到 {one.reservation.until:%Y年%-m月%-d日}。")
        case "refuse":
            one = desk.declaration_refuse(actor=actor, number=number, reason=text)
            messages.success(request, f"“{one.written}”没有核准，名称已放开。")
        case _:
            raise DeclarationError("请选择核准、不予核准或者请补充。")
    return do


@require_GET
@deciders
def declaration_proof(request: SignedInRequest, number: str, proof: int, page: int) -> HttpResponse:
    """One page of a proof, as a picture."""
    one = desk.declaration_at_desk(request.actor, number)
    found = one.proofs.select_related("file").filter(pk=proof).first()
    if found is None or not 1 <= page <= found.pages:
        raise Http404
    stored = found.file
    if found.kind == "pdf":
        return page_shown(stored, page, "page")
    return picture_shown(lambda: picture_jpeg(file_read(stored), WIDTH["page"]), "page")
