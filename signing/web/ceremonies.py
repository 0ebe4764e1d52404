"""A ceremony as its signer sees it: prove who you are, then watch it being done; safe to close at any time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_POST

from foundation import clock
from foundation.identity.actor import Actor, NotVisible
from foundation.identity.devices import is_desktop
from foundation.identity.middleware import SignedInRequest
from foundation.ui.dates import hm
from foundation.ui.parts import Problem
from signing.ceremonies.models import Ceremony, CeremonyItem, Verification
from signing.ceremonies.proofs import authorisation_flaw, identities_unfaced, identity_behind, identity_lapsed
from signing.ceremonies.running import AT_ONCE, LEASE
from signing.ceremonies.scope import ceremonies_of, ceremony_polled, checks_of
from signing.ceremonies.starting import ceremony_drop, ran_out
from signing.ceremonies.states import CeremonyState, ItemState, VerificationState
from signing.ceremonies.telling import signer_asks
from signing.ceremonies.verifying import face_open, identity_open, verification_settle
from signing.guard import attempt_refuse
from signing.guard.models import Reason
from signing.tasks.id_documents import without_face
from signing.tasks.selectors import paper_urls
from signing.tasks.states import TaskState, WrongState
from signing.web.access import actor_of, place_of, signed_in
from signing.web.behalf import task_lines
from signing.web.checks import face_off, off, qr_facts

SIGNED, QUEUED, FAILED, DROPPED = (
    state.value[0] for state in (ItemState.SIGNED, ItemState.QUEUED, ItemState.FAILED, ItemState.DROPPED)
)
"""Of each item the page needs one letter: that with which its state begins."""
RUNNING = "r"
"""Queued, and in the worker's hand now."""
WORDS = {
    SIGNED: ("签好了", "ok"),
    RUNNING: ("正在处理", "now"),
    QUEUED: ("排队", ""),
    FAILED: ("没有签上", "block"),
    DROPPED: ("没有签", "off"),
}
"""What stands beside a document in the list, and in which tone."""
TO_BE_PROVED = ("等您刷脸", "warn")
QUIET = timedelta(seconds=10)
"""When nothing has moved for so long, nobody can say that a document is being signed at this moment."""


def _ceremony(actor: Actor, no: str) -> Ceremony:
    ceremony = ceremonies_of(actor).filter(no=no).select_related("subject").first()
    if ceremony is None:
        raise NotVisible
    return ceremony


@require_GET
@signed_in
def show(request: SignedInRequest, no: str) -> HttpResponse:
    return _page(request, _ceremony(request.actor, no))


def _page(
    request: HttpRequest, ceremony: Ceremony, *, problems: list[Problem] | None = None, status: int = 200
) -> HttpResponse:
    related = ("task__document__batch__matter", "task__authorisation__principal")
    items = list(ceremony.items.select_related(*related).order_by("pk"))
    last = ceremony.verifications.order_by("-pk").first()
    urls = paper_urls(ceremony.subject, [item.task.document_id for item in items])
    moved_at = max((item.settled_at for item in items if item.settled_at), default=None)
    marks = _marks(ceremony, "".join(item.state[0] for item in items), moved_at)
    words = {**WORDS, QUEUED: TO_BE_PROVED} if ceremony.state == CeremonyState.VERIFYING else WORDS
    batches = {item.task.document.batch for item in items}
    identity = identity_behind(ceremony)
    context = {
        "ceremony": ceremony,
        "rows": [
            _row(item, urls.get(item.task.document_id, ""), words[mark], several=len(batches) > 1)
            for item, mark in zip(items, marks, strict=True)
        ],
        "marks": words,
        "behalf": sum(item.task.authorisation is not None for item in items),
        "again": len({item.task.document_id for item in items if _again(item)}),
        **figures(marks),
        "said": _said(ceremony, marks, _first_queued(items)),
        "identity": identity,
        "lapsed": None if identity else identity_lapsed(ceremony.subject),
        "unfaced": ceremony.state == CeremonyState.DROPPED and identities_unfaced(ceremony).exists(),
        "days": Verification.DAYS,
        "waiting_check": last if last and last.state == VerificationState.ASKED else None,
        "last_check": last if last and last.state != VerificationState.ASKED else None,
        **(qr_facts(last) if last else {}),
        "desktop": is_desktop(place_of(request).device),
        "ran_out": ceremony.state == CeremonyState.DONE and ran_out(ceremony).exists(),
        "batch": next(iter(batches)) if len(batches) == 1 else None,
        "no_face": without_face(ceremony.subject),
        "elsewhere": request.GET.get("elsewhere"),
        "problems": problems or [],
        "has_errors": bool(problems),
        "back_url": "/",
    }
    return render(request, "signing/ceremony.html", context, status=status)


def _first_queued(items: Iterable[CeremonyItem]) -> str | None:
    return next((item.task.document.title for item in items if item.state == ItemState.QUEUED), None)


def _row(item: CeremonyItem, url: str, said: tuple[str, str], *, several: bool) -> dict[str, str]:
    """A line of the list, with the enterprise where several cases are signed; what was not signed says why in place of the role."""
    lines, (word, tone) = task_lines(item.task), said
    company = item.task.document.batch.matter.company_name
    return {
        "title": item.task.document.title,
        "url": url,
        "sub": format_html("{}，{}", company, lines["who"]) if several else lines["who"],
        "note": item.problem if item.state in {ItemState.FAILED, ItemState.DROPPED} else lines["note"],
        "word": word,
        "tone": tone,
    }


def _again(item: CeremonyItem) -> bool:
    """Whether what was not signed can be signed in another ceremony."""
    left = item.state in {ItemState.FAILED, ItemState.DROPPED} and item.task.state == TaskState.OPEN
    return left and authorisation_flaw(item.task, clock.now()) is None


def _marks(ceremony: Ceremony, letters: str, moved_at: datetime | None) -> str:
    """The letters, with those marked that are being signed now: the first of the queue, as many as go at once."""
    working = ceremony.state == CeremonyState.SIGNING and not ceremony.waits_for
    if not working or _since(ceremony, moved_at) + QUIET < clock.wall():
        return letters
    return letters.replace(QUEUED, RUNNING, AT_ONCE)


def _since(ceremony: Ceremony, moved_at: datetime | None) -> datetime:
    """When something last moved: it was proved, a run of it began, or some of it was signed."""
    began = ceremony.next_try_at and ceremony.next_try_at - LEASE
    return max(filter(None, (ceremony.faced_at, began, moved_at)), default=ceremony.began_at)


def figures(marks: str) -> dict[str, int]:
    """The numbers beside the ring. They are counted off the marks of the list, so that they agree with it and with each other."""
    return {
        "total": len(marks),
        "signed": marks.count(SIGNED),
        "running": marks.count(RUNNING),
        "queued": marks.count(QUEUED),
        "failed": marks.count(FAILED) + marks.count(DROPPED),
    }


@require_GET
@signed_in
def status(request: SignedInRequest, no: str) -> HttpResponse:
    """What the page polls: numbers of the ring, or that something else is to be shown now (`seen`: what the page shows)."""
    ceremony = ceremony_polled(request.actor, no)
    if ceremony is None:
        raise NotVisible
    verifying = ceremony.state == CeremonyState.VERIFYING
    waiting = ceremony.asked if verifying else ceremony.state == CeremonyState.SIGNING
    if request.GET.get("seen", ceremony.state) != ceremony.state:
        waiting = False
    marks = _marks(ceremony, ceremony.letters or "", ceremony.moved_at)
    numbers = figures(marks)
    return JsonResponse(
        {
            **numbers,
            "done": numbers["signed"],
            "marks": marks,
            "text": "等核验结果" if verifying else _said(ceremony, marks, ceremony.current),
            "state": "running" if waiting else "done",
            "next": "" if waiting else f"/ceremonies/{no}/",
        }
    )


def _said(ceremony: Ceremony, marks: str, current: str | None) -> str:
    """What is being done now, or for whom we wait, in a sentence."""
    if ceremony.waits_for:
        return f"等{ceremony.waits_for}，{hm(ceremony.next_try_at)} 再试"
    signed = f"已签 {marks.count(SIGNED)} 处"
    if not current:
        return signed
    if RUNNING not in marks:
        return f"{signed}，这会儿停了一下，系统会自己接着签。签过的不会丢，也不会重签"
    return f"{signed}，正在签《{current}》"


@require_POST
@signed_in
def identity(request: SignedInRequest, no: str) -> HttpResponse:
    """Begin the identity check with the validity that the person chose (R151)."""
    ceremony = _ceremony(request.actor, no)
    chosen = request.POST.get("days", "")
    days = int(chosen) if chosen in {str(day) for day in Verification.DAYS} else 0
    if not days:
        sentence = Problem("请选择验证结果有效期：20 天、40 天或 60 天。", target="days_20")
        return _page(request, ceremony, problems=[sentence], status=422)
    if ceremony.state == CeremonyState.VERIFYING and identity_behind(ceremony):
        return HttpResponseRedirect(f"/ceremonies/{no}/")
    try:
        answer = identity_open(actor=request.actor, subject=ceremony.subject, ceremony=ceremony, days=days)
    except WrongState as wrong:
        return _page(request, ceremony, problems=[Problem(wrong.message)], status=409)
    return off(request, answer, back=f"/ceremonies/{no}/")


@require_POST
@signed_in
def face(request: SignedInRequest, no: str) -> HttpResponse:
    """Begin the face check of this ceremony."""
    ceremony = _ceremony(request.actor, no)
    if ceremony.state == CeremonyState.VERIFYING and not identity_behind(ceremony):
        return HttpResponseRedirect(f"/ceremonies/{no}/")
    try:
        return face_off(request, face_open(actor=request.actor, ceremony=ceremony), back=f"/ceremonies/{no}/")
    except WrongState as wrong:
        return _page(request, ceremony, problems=[Problem(wrong.message)], status=409)


@require_POST
@signed_in
def drop(request: SignedInRequest, no: str) -> HttpResponse:
    """先不签: free the documents again."""
    ceremony = _ceremony(request.actor, no)
    ceremony_drop(actor=request.actor, ceremony=ceremony, why="本人先不签")
    return HttpResponseRedirect(f"/ceremonies/{no}/")


@require_POST
@signed_in
def tell(request: SignedInRequest, no: str) -> HttpResponse:
    """关掉，签完短信告诉我."""
    if signer_asks(_ceremony(request.actor, no)):
        messages.success(request, "签完发短信告诉您，这里可以关掉了。")
    else:
        messages.info(request, "没有短信可发。签得怎样，随时在待签里看。")
    return HttpResponseRedirect("/")


@require_GET
def verified(request: HttpRequest, ref: str) -> HttpResponse:
    """Back from 多源认证. The address proves nothing: the result is asked for."""
    check = Verification.objects.filter(ref=ref).select_related("subject", "ceremony").first()
    if check is None:
        attempt_refuse(
            Reason.UNKNOWN_CALLBACK, obj_kind="verification", obj_ref=ref[:40], address=place_of(request).address
        )
        return render(request, "signing/verified_elsewhere.html", {"known": False}, status=404)
    actor = actor_of(request)
    if actor is not None and not checks_of(actor).filter(pk=check.pk).exists():
        why = Reason.NOT_YOURS if check.subject.key == actor.person_index else Reason.BORROWED
        attempt_refuse(why, actor=actor, obj_kind="verification", obj_ref=ref)
        return render(request, "signing/verified_elsewhere.html", {"known": False}, status=404)
    verification_settle(ref)
    if actor is None:
        return render(request, "signing/verified_elsewhere.html", {"known": True})
    return HttpResponseRedirect(f"/ceremonies/{check.ceremony.no}/" if check.ceremony else "/me/")
