"""The pages of the head office: launches, a new one, how one stands, the signed files."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation import clock
from foundation.config import config
from foundation.pdf.press import Undisplayable
from foundation.ui.parts import Problem
from sandbox.chain_office.authorising import authorisation_end
from sandbox.chain_office.following import case_cancel, cases_ask, cases_follow, files_fetch
from sandbox.chain_office.forms import LaunchForm
from sandbox.chain_office.launching import launch_make, launch_send
from sandbox.chain_office.models import ChainAuthorisation, ChainCase, ChainPaper, ChainSeal, Launch, sent_and_open
from sandbox.chain_office.sealing import papers_to_seal, seal_cancel, seal_of, seal_start
from sandbox.chain_office.showing import LaunchView, launch_views

SHOWN = 50


@require_GET
def office(request: HttpRequest) -> HttpResponse:
    """All launches, newest first, as they stand now."""
    launches = list(Launch.objects.all()[:SHOWN])
    cases_follow(ChainCase.objects.filter(launch__in=launches))
    views = launch_views(launches)
    context = {"launches": views, "silent": any(one.silent for one in views)}
    return render(request, "sandbox/chain_office.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form. A second tap of its button finds what the first one made."""
    form, problems = LaunchForm(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        try:
            launch, fresh = launch_make(form.wish(), key=_key(request))
        except Undisplayable as error:
            names = "、".join(dict.fromkeys(error.characters))
            where = form.field_of(error.characters)
            problems = [Problem(f"“{names}”没有可用的字形，文书做不出来。请换一个人。", target=f"id_{where}")]
        else:
            if fresh:
                launch_send(launch)
            return _to(launch)
    context = {"form": form, "problems": problems, "has_errors": bool(problems or form.errors), "key": _key(request)}
    return render(request, "sandbox/chain_new.html", context, status=422 if context["has_errors"] else 200)


def _key(request: HttpRequest) -> str:
    """Of the form that was sent; a form that was refused keeps it."""
    return request.POST.get("idempotency_key", "") or uuid.uuid4().hex


def _to(launch: Launch) -> HttpResponse:
    return HttpResponseRedirect(reverse("chain-launch", args=[launch.number]))


def with_launch(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The launch of the address; 404 when there is none."""

    @wraps(view)
    def handle(request: HttpRequest, number: str) -> HttpResponse:
        return view(request, get_object_or_404(Launch, number=number))

    return handle


@require_GET
@with_launch
def show(request: HttpRequest, launch: Launch) -> HttpResponse:
    """One launch: its cases, its papers, who signed."""
    cases_follow(launch.cases.all())
    held = ChainAuthorisation.objects.filter(launch=launch).first()
    view, sealing = _view(launch), seal_of(launch)
    context = {
        "launch": view,
        "seen": _seen(view, sealing),
        "authorisation": held,
        "seal": sealing,
        "to_seal": len(papers_to_seal(launch)),
        "now": clock.wall(),
        "signing": config().base_url("signing"),
    }
    return render(request, "sandbox/chain_launch.html", context)


def _view(launch: Launch) -> LaunchView:
    return launch_views([launch])[0]


def _seen(view: LaunchView, sealing: ChainSeal | None) -> str:
    """What the page shows, in a few letters: when that differs from now, it is drawn anew."""
    return f"{view.seen}{sealing.number[-3:]}{sealing.state[:2]}" if sealing else view.seen


@require_GET
@with_launch
def status(request: HttpRequest, launch: Launch) -> HttpResponse:
    """What the page asks while it is open (`seen`: what it shows). Figures move by themselves; when a case has come further,
    the page is drawn anew."""
    cases_follow(launch.cases.all())
    view = _view(launch)
    seen = _seen(view, seal_of(launch))
    anew = request.GET.get("seen", seen) != seen
    return JsonResponse(
        {
            "done": view.signed,
            "total": view.wanted,
            "text": "电子签名没有回应，还在等" if view.silent else view.sentence,
            "state": "running" if view.moving and not anew else "done",
            "next": reverse("chain-launch", args=[launch.number]) if anew else "",
        }
    )


@require_POST
@with_launch
def refresh(request: HttpRequest, launch: Launch) -> HttpResponse:
    """刷新: send what was not sent, ask for everything that is not over, whatever was heard."""
    if launch_send(launch) and cases_ask(sent_and_open(launch.cases.all())):
        files_fetch(launch.cases.all())
    seal_of(launch, ask=True)
    return _to(launch)


@require_POST
@with_launch
def cancel(request: HttpRequest, launch: Launch) -> HttpResponse:
    """取消: what nobody signed yet; what was signed stays signed."""
    for case in launch.cases.filter(over=False):
        if not case_cancel(case):
            break
    return _to(launch)


@require_POST
@with_launch
def seal(request: HttpRequest, launch: Launch) -> HttpResponse:
    """自己拉起电子营业执照: for all papers that wait for the head office's seal."""
    seal_start(launch)
    return _to(launch)


@require_POST
@with_launch
def cancel_seal(request: HttpRequest, launch: Launch) -> HttpResponse:
    """取消盖章: what was not confirmed waits again."""
    seal_cancel(launch)
    cases_ask(sent_and_open(launch.cases.all()))
    return _to(launch)


@require_POST
@with_launch
def end_authorisation(request: HttpRequest, launch: Launch) -> HttpResponse:
    """终止授权: what nobody signed under it is signed no more; what was signed stays signed."""
    held = get_object_or_404(ChainAuthorisation, launch=launch)
    if authorisation_end(held):
        cases_ask(sent_and_open(launch.cases.all()))
    return _to(launch)


@require_GET
def signed_file(request: HttpRequest, ref: str) -> HttpResponse:
    """A signed file as it was fetched."""
    paper = ChainPaper.objects.filter(ref=ref).exclude(signed_pdf=None).first()
    if paper is None:
        raise Http404
    reply = HttpResponse(bytes(paper.signed_pdf or b""), content_type="application/pdf")
    reply["Content-Disposition"] = f'inline; filename="{paper.ref}.pdf"'
    return reply
