"""一起签: papers of any cases and companies, chosen, read one after another and signed in one ceremony (跨业务批量签署, R142, R149)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from foundation.identity.actor import Actor, NotVisible
from foundation.identity.middleware import SignedInRequest
from foundation.ui.parts import Problem
from signing.ceremonies.models import Ceremony
from signing.ceremonies.scope import ceremonies_of
from signing.ceremonies.starting import SigningElsewhere, ceremony_renew, ran_out
from signing.ceremonies.states import ItemState
from signing.seals.starting import MOST as MOST_SEALS
from signing.tasks.id_documents import without_face
from signing.tasks.models import Subject
from signing.tasks.scope import readings_of
from signing.tasks.selectors import TodoCase, papers, todo
from signing.tasks.services import papers_choose
from signing.tasks.states import TaskState, WrongState
from signing.tasks.subjects import entity_of, person_of
from signing.web.access import place_of, signed_in
from signing.web.home import ceremony_url, paper_row, todo_filter

MOST = 1000


SEAL = "seal"
"""`?as=seal`: together what the enterprise of this log-in seals, with one confirmation (R139)."""


def who_of(request: SignedInRequest, asked: str) -> Subject | None:
    """As whom papers are put together: the person, or the enterprise of this log-in."""
    if asked == SEAL:
        return entity_of(request.actor)
    return person_of(request.actor)


@require_http_methods(["GET", "POST"])
@signed_in
def many(request: SignedInRequest) -> HttpResponse:
    """What may be signed together, case by case; a post begins with the first paper that is not read yet."""
    if request.method == "POST":
        who = who_of(request, request.POST.get("as", ""))
        wanted = request.POST.getlist("paper")
        if who and not who.is_person and len(wanted) > MOST_SEALS:
            said = f"一次最多给 {MOST_SEALS} 份文书盖章，您选了 {len(wanted)} 份。请分几次盖。"
            return _page(request, [Problem(said, target="papers")], status=422)
        if len(wanted) > MOST:
            said = f"一次最多选 {MOST} 份文书，您选了 {len(wanted)} 份。请分几次签。"
            return _page(request, [Problem(said, target="papers")], status=422)
        if who and papers_choose(actor=request.actor, subject=who, readings=wanted):
            return _first(request.actor, who)
        return _page(request, [Problem("请至少选一份文书。", target="papers")], status=422)
    return _page(request, [])


def _first(actor: Actor, who: Subject) -> HttpResponse:
    """To the first paper that is not read yet; to the last one, where the signature or the seal is, when all are."""
    chosen = papers(actor, [TaskState.OPEN], subject=who, chosen=True)
    unread = [paper for paper in chosen if not paper.agreed]
    return HttpResponseRedirect((unread or chosen[-1:])[0].url)


def _page(request: SignedInRequest, problems: list[Problem], status: int = 200) -> HttpResponse:
    business, text = todo_filter(request)
    seal = (request.POST if request.method == "POST" else request.GET).get("as") == SEAL
    cases = [case for case in todo(request.actor, business=business, text=text) if case.seal == seal]
    cases.sort(key=lambda case: case.batch.pk)  # as they are read one after another
    context = {
        "cases": [(case, [paper_row(paper) for paper in case.papers]) for case in cases],
        "ticked": _ticked(request, cases),
        "seal": seal,
        "entity": cases[0].subject.name if seal and cases else "",
        "count": sum(len(case.papers) for case in cases),
        "no_face": "" if seal else without_face(person_of(request.actor)),
        "problems": problems,
        "has_errors": bool(problems),
        "back_url": "/",
    }
    return render(request, "signing/many.html", context, status=status)


def _ticked(request: HttpRequest, cases: list[TodoCase]) -> set[str]:
    """What was ticked before; everything on the first visit, what was sent after a post that was refused."""
    if request.method == "POST":
        return set(request.POST.getlist("paper"))
    shown = [paper for case in cases for paper in case.papers]
    chosen = {paper.reading.public_id for paper in shown if paper.chosen}
    return chosen or {paper.reading.public_id for paper in shown}


@require_POST
@signed_in
def alone(request: SignedInRequest) -> HttpResponse:
    """不一起签: each case by itself again; back to the paper from which it was asked, where that is one's own."""
    mine = readings_of(request.actor).filter(public_id=request.POST.get("paper", ""))
    reading = mine.select_related("subject").first()
    if reading:
        papers_choose(actor=request.actor, subject=reading.subject, readings=[])
    return HttpResponseRedirect(f"/papers/{reading.public_id}/" if reading else "/")


@require_POST
@signed_in
def again(request: SignedInRequest, no: str) -> HttpResponse:
    """再签没签上的: what failed or was given up in a ceremony is chosen together and begun anew.

    What only lacked an identity check in time goes on at once: it was read and agreed to, and the signature is there.
    """
    person = person_of(request.actor)
    ceremony = ceremonies_of(request.actor).filter(no=no, subject=person).first() if person else None
    if person is None or ceremony is None:
        raise NotVisible
    if ran_out(ceremony).exists():
        return _renewed(request, ceremony)
    left = ceremony.items.filter(state__in=[ItemState.FAILED, ItemState.DROPPED]).values("task__document_id")
    readings = readings_of(request.actor).filter(subject=person, document__in=left).values_list("public_id", flat=True)
    if papers_choose(actor=request.actor, subject=person, readings=readings):
        return _first(request.actor, person)
    return HttpResponseRedirect("/")


def _renewed(request: SignedInRequest, ceremony: Ceremony) -> HttpResponse:
    try:
        fresh = ceremony_renew(actor=request.actor, ceremony=ceremony, place=place_of(request))
    except SigningElsewhere as elsewhere:  # a second tap, or another device
        fresh = elsewhere.ceremony
    except WrongState as wrong:
        messages.error(request, wrong.message)
        return HttpResponseRedirect("/")
    return HttpResponseRedirect(ceremony_url(request.actor, fresh) or "/")
