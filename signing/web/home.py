"""To-dos by business (R142), one case, what was signed, my verifications and log-ins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from foundation.audit import record
from foundation.identity.actor import Actor, NotVisible
from foundation.identity.devices import is_desktop
from foundation.identity.middleware import SignedInRequest
from foundation.identity.models import Account
from foundation.identity.sessions import session_end, sessions_of
from signing.ceremonies.models import Ceremony, Verification
from signing.ceremonies.proofs import identity_current, identity_lapsed
from signing.ceremonies.qr import face_asked
from signing.ceremonies.scope import ceremonies_of, checks_of
from signing.ceremonies.states import CeremonyState
from signing.ceremonies.verifying import check_unpassed, identity_unfinished
from signing.seals.models import SealItemState, SealState
from signing.seals.scope import orders_of
from signing.seals.services import seal_problems
from signing.tasks.id_documents import without_face
from signing.tasks.models import Business
from signing.tasks.scope import waits_beyond
from signing.tasks.selectors import Paper, TodoCase, batch_for, papers, todo, todo_counts
from signing.tasks.states import DocumentState, TaskState
from signing.tasks.subjects import person_of
from signing.web.access import actor_of, place_of, signed_in
from signing.web.behalf import capacities
from signing.web.checks import qr_facts

PER_PAGE = 30
NEXT, WATCH = "接着办", "看进度"
"""What one does with a ceremony or a seal that is not over: something, or nothing but look."""
TONES = {
    TaskState.OPEN: ("待签", "warn"),
    TaskState.SIGNING: ("正在签", "now"),
    TaskState.SIGNED: ("已签", "ok"),
    TaskState.REFUSED: ("您没有同意", "block"),
    TaskState.CANCELLED: ("已取消", "off"),
}


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The own home page of 电子签名 (R152): what waits for me, what is going on, what I signed."""
    actor = actor_of(request)
    if actor is None:
        return render(request, "signing/welcome.html", {"next": "/"})
    business, text = todo_filter(request)
    counts = todo_counts(actor)
    cases = todo(actor, business=business, text=text)
    elsewhere, here, under_way = waits_beyond(actor), sum(counts.values()), running(actor)
    sealing = bool(cases) and all(case.seal for case in cases)
    nothing = "这里没有文书等您签" if elsewhere else "没有文书等您签"
    context = {
        "who": f"{cases[0].subject.name}，{actor.name}" if sealing else actor.name,
        "cases": [(case, paper_rows(case.papers)) for case in cases],
        "together": _together(request, cases),
        "business": business,
        "q": text,
        "total": here,
        "greeting": f"{here} 份文书等您{'盖章' if sealing else '签'}" if here else _under_way(under_way) or nothing,
        "segments": _segments(counts, business, text),
        "running": under_way,
        "elsewhere": elsewhere,
        "no_face": without_face(person_of(actor)) if any(not case.seal for case in cases) else "",
        "tabs": tabs("home", here),
    }
    return render(request, "signing/home.html", context)


def _together(request: HttpRequest, cases: Sequence[TodoCase]) -> list[dict[str, str]]:
    """The ways to several cases at once: to sign, and to seal for the enterprise of this log-in."""
    asked, found = request.GET.copy(), []
    for seal, word, how in (
        (False, "签", "选好、看完，刷一次脸、签一次名"),
        (True, "盖章", "选好、看完，用电子营业执照确认一次"),
    ):
        some = [case for case in cases if case.seal == seal]
        if len(some) > 1:
            asked["as"] = "seal" if seal else "person"
            title = f"{len(some)} 件申请的 {sum(len(case.papers) for case in some)} 份文书一起{word}"
            found.append(
                {"title": title, "sub": how, "url": f"/many/?{asked.urlencode()}", "sign": "seal" if seal else "pen"}
            )
    return found


def _under_way(found: Sequence[Mapping[str, Any]]) -> str:
    """An empty list says that all is signed; what is begun and not over stands above it."""
    if not found:
        return ""
    return "有一次签署等您办完" if any(one["state"] == NEXT for one in found) else "正在办，还没有全部办好"


def todo_filter(request: HttpRequest) -> tuple[str, str]:
    """Business and words by which the list is narrowed."""
    business = request.GET.get("business", "")
    return business if business in Business.values else "", request.GET.get("q", "").strip()[:40]


def tabs(now: str, waiting: int = 0) -> list[dict[str, Any]]:
    """The three places of this application."""
    places = (("home", "/", "pen", "待签"), ("signed", "/signed/", "okc", "已签"), ("me", "/me/", "me", "我的"))
    return [
        {"url": url, "icon": icon, "word": word, "current": name == now, "count": waiting if name == "home" else 0}
        for name, url, icon, word in places
    ]


def _segments(counts: dict[str, int], now: str, text: str) -> list[dict[str, Any]]:
    """变更 2, 注销 1 …: businesses that have something waiting, the chosen one, and always the three of R142."""
    always = {Business.CHANGE, Business.DEREGISTRATION, Business.CHAIN}
    rows = [{"value": "", "word": "全部", "count": sum(counts.values()), "current": not now}]
    rows += [
        {"value": business.value, "word": business.label, "count": counts[business], "current": business == now}
        for business in Business
        if business in always or counts[business] or business == now
    ]
    return rows


def ceremony_url(actor: Actor, ceremony: Ceremony) -> str:
    """Where the actor sees a ceremony; empty when this log-in does not show it."""
    return f"/ceremonies/{ceremony.no}/" if ceremonies_of(actor).filter(pk=ceremony.pk).exists() else ""


def running(actor: Actor) -> list[dict[str, Any]]:
    """Ceremonies and seals of mine that are not over."""
    found: list[dict[str, Any]] = []
    live = ceremonies_of(actor).filter(state__in=[CeremonyState.VERIFYING, CeremonyState.SIGNING])
    for ceremony in live.order_by("-pk")[:5]:
        verifying = ceremony.state == CeremonyState.VERIFYING
        found.append(
            {
                "url": f"/ceremonies/{ceremony.no}/",
                "title": f"{ceremony.items.count()} 处签名，{'等您刷脸' if verifying else '正在落签'}",
                "sub": f"等{ceremony.waits_for}" if ceremony.waits_for else "",
                "tone": "warn" if verifying else "",
                "state": NEXT if verifying else WATCH,
            }
        )
    orders = orders_of(actor).filter(state=SealState.ORDERED)
    for order in orders.order_by("-pk")[:5]:
        found.append(
            {
                "url": f"/seals/{order.ref}/",
                "title": f"{order.items.exclude(state=SealItemState.FAILED).count()} 处盖章，"
                + ("正在盖" if order.placing else "等企业确认"),
                "sub": f"等{order.problem}" if order.problem else "",
                "tone": "" if order.placing else "warn",
                "state": WATCH if order.placing else NEXT,
            }
        )
    return found


@require_GET
@signed_in
def case(request: SignedInRequest, public_id: str) -> HttpResponse:
    """All my papers of one order, with what to do next; where a client system sends its people."""
    batch = batch_for(request.actor, public_id)
    found = papers(request.actor, TaskState, batch=batch)
    groups = [_group(batch_papers) for batch_papers in _by_subject(found)]
    actions = _actions(groups)
    context = {
        "batch": batch,
        "groups": groups,
        "waiting": bool(actions),
        "actions": actions,
        "preparing": batch.documents.filter(state=DocumentState.FETCHING).count(),
        "running": running(request.actor),
        "no_face": next((word for group in groups if group["open"] and (word := without_face(group["subject"]))), ""),
        "back_url": "/",
    }
    return render(request, "signing/case.html", context)


def _actions(groups: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The next step, and beside it the other one of who signs for himself and seals for a company."""
    found = []
    for group in groups:
        if group["first"] is None:
            continue
        person, count = group["subject"].is_person, len(group["open"])
        read, unread = (
            ("都看过了，去签名", f"看文书，签 {count} 份")
            if person
            else ("都看过了，去盖章", f"看文书，盖 {count} 份章")
        )
        found.append(
            {"url": group["first"].url, "word": read if group["read_all"] else unread, "tone": "weui-btn_primary"}
        )
        if len(found) > 1:
            found[-1] |= {"tone": "weui-btn_default", "word": f"签 {count} 份" if person else f"盖 {count} 份章"}
    return found[::-1]


def _by_subject(found: Sequence[Paper]) -> list[list[Paper]]:
    order: dict[int, list[Paper]] = {}
    for paper in found:
        order.setdefault(paper.subject.pk, []).append(paper)
    return list(order.values())


def _group(batch_papers: list[Paper]) -> dict[str, Any]:
    still = [paper for paper in batch_papers if paper.open_tasks and paper.document.state == DocumentState.OPEN]
    unread = [paper for paper in still if not paper.agreed]
    return {
        "subject": batch_papers[0].subject,
        "rows": paper_rows(batch_papers),
        "open": still,
        "first": next(iter([*unread, *still]), None),
        "read_all": bool(still) and not unread,
    }


def paper_rows(found: Sequence[Paper]) -> list[dict[str, Any]]:
    """Lines of a list; of what could not be sealed also why."""
    problems = seal_problems(task for paper in found for task in paper.open_tasks)
    return [paper_row(paper, problems) for paper in found]


def paper_row(paper: Paper, problems: Mapping[int, str] | None = None) -> dict[str, Any]:
    """One line of a list. `problems`: why sealing failed the last time, by slot."""
    word, tone = TONES[paper.state]
    lines = capacities(paper)
    if paper.state == TaskState.OPEN and not paper.subject.is_person:
        word = "待盖章"
    if paper.state == TaskState.OPEN and paper.agreed:
        word, tone = "读过了，还没签", "warn"
    if paper.state == TaskState.SIGNED and not paper.subject.is_person:
        word = "已盖章"
    return {
        "url": paper.url,
        "title": paper.document.title,
        **lines,
        "sub": lines["who"] if paper.behalf else f"{lines['who']}，{paper.document.pages} 页",
        "note": lines["note"] or _last_time(paper, problems or {}),
        "behalf": bool(paper.behalf),
        "word": word,
        "tone": tone,
        "paper": paper,
    }


def _last_time(paper: Paper, problems: Mapping[int, str]) -> str:
    why = next((problems[task.pk] for task in paper.tasks if task.pk in problems), "")
    return f"上次没有盖上：{why}" if why else ""


@require_GET
@signed_in
def signed(request: SignedInRequest) -> HttpResponse:
    """签名结果展示: what I signed, refused, or what was cancelled, newest first."""
    over = papers(request.actor, [TaskState.SIGNED, TaskState.REFUSED, TaskState.CANCELLED])
    over.sort(key=lambda paper: max(task.closed_at or task.created_at for task in paper.tasks), reverse=True)
    page = Paginator(over, PER_PAGE).get_page(request.GET.get("page"))
    rows = [{**paper_row(paper), "at": max(t.closed_at or t.created_at for t in paper.tasks)} for paper in page]
    done = sum(paper.state == TaskState.SIGNED for paper in over)
    context = {
        "page": page,
        "rows": rows,
        "done": done,
        "tabs": tabs("signed", sum(todo_counts(request.actor).values())),
    }
    return render(request, "signing/signed.html", context)


@require_GET
@signed_in
def me(request: SignedInRequest) -> HttpResponse:
    """My verification, its history, and where I am logged in."""
    account = Account.objects.get(person_index=request.actor.person_index)
    person = person_of(request.actor)
    asked = face_asked(actor=request.actor, subject=person) if person else None
    current = identity_current(person) if person else None
    context = {
        "account": account,
        "current": current,
        "lapsed": identity_lapsed(person) if person and not current else None,
        "unfinished": _seen(request.actor, identity_unfinished(person)) if person else None,
        **(qr_facts(asked) if asked else {}),
        "last_check": _seen(request.actor, check_unpassed(person)) if person else None,
        "desktop": is_desktop(place_of(request).device),
        "days": Verification.DAYS,
        "may_verify": person is not None,
        "history": checks_of(request.actor).filter(subject=person).order_by("-pk")[:20] if person else [],
        "sessions": sessions_of(request.actor),
        "here": request.actor.session_ref,
        "tabs": tabs("me", sum(todo_counts(request.actor).values())),
    }
    return render(request, "signing/me.html", context)


def _seen(actor: Actor, check: Verification | None) -> Verification | None:
    """A check, where this log-in may see it."""
    return check if check and checks_of(actor).filter(pk=check.pk).exists() else None


@require_POST
@signed_in
def session_close(request: SignedInRequest, ref: str) -> HttpResponse:
    """End one of my log-ins on another device."""
    row = sessions_of(request.actor).filter(ref=ref).first()
    if row is None:
        raise NotVisible
    session_end(row, "revoked")
    record(request.actor, "session.revoke", "session", row.ref)
    return HttpResponseRedirect("/me/")
