"""Reading a document as pictures and deciding on it (待签名文书展示, R143, R149)."""

from __future__ import annotations

from typing import Any

import structlog
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation import clock
from foundation.identity.actor import Actor
from foundation.identity.devices import is_desktop
from foundation.identity.middleware import SignedInRequest
from foundation.outside.result import Found, Unavailable
from foundation.pdf.sorry import sorry_jpeg
from foundation.ui.dates import hm
from foundation.ui.errors import UNAVAILABLE, stop_page, unavailable
from foundation.ui.parts import Problem
from signing.ceremonies.behalf import unauthorised_refuse
from signing.ceremonies.ink import Ink, InkUnusable
from signing.ceremonies.models import Ceremony, SignatureRecord
from signing.ceremonies.proofs import identity_current
from signing.ceremonies.qr import qr_ask
from signing.ceremonies.scope import ink_of, live_ceremony
from signing.ceremonies.starting import SigningElsewhere, ceremony_start
from signing.ceremonies.verifying import face_open
from signing.evidence.selectors import code_url, evidence_of
from signing.integrations.systems import SYSTEMS
from signing.seals.models import SealItemState
from signing.seals.scope import seal_running
from signing.seals.services import seal_problems
from signing.seals.starting import seal_start
from signing.seals.usable import SealUnusable
from signing.tasks.selectors import Paper, can_be_signed, paper_and_case, paper_for, papers_with
from signing.tasks.services import document_agree, document_refuse, page_seen
from signing.tasks.states import TaskState, WrongState
from signing.tasks.subjects import person_of
from signing.web.access import channel_of, place_of, signed_in
from signing.web.behalf import behalf_of, principals, whole
from signing.web.home import ceremony_url, paper_row
from signing.web.pictures import ASK, WIDTH, NotShown, page_jpeg, page_texts

REASON_LONGEST = 300
log = structlog.get_logger(__name__)


@require_GET
@signed_in
def paper(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One document: its pages one after another, what to recognise, and the signature when it is the last one."""
    found, same = paper_and_case(request.actor, public_id)
    return _page(request, found, same)


def _page(
    request: SignedInRequest,
    found: Paper,
    same: list[Paper],
    *,
    problems: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    number = _number(request.GET.get("page", ""), found)
    queue = _queue(found, same)
    person, name = found.subject.is_person, found.subject.name
    evidence = evidence_of(found.document)
    context = {
        **_reading(found, number),
        **queue,
        "paper": found,
        "row": paper_row(found),
        "behalf": behalf_of(found.behalf),
        "principal": whole(principals([found])) if found.behalf else "",
        "principals": principals(queue["queue"]),
        "seal_problem": next(iter(seal_problems(found.open_tasks).values()), ""),
        "problems": problems or [],
        "has_errors": bool(problems),
        "now": clock.now(),
        "records": SignatureRecord.objects.filter(task__document=found.document, counted=True)
        .select_related("task__subject", "task__authorisation__principal")
        .order_by("pk"),
        "live_url": _live_url(request.actor, found) if found.state == TaskState.SIGNING else "",
        "refused_because": next((task.refused_because for task in found.tasks if task.refused_because), ""),
        "waiting_others": 0 if queue["can_sign"] else found.others_waiting,
        "kept_ink": ink_of(request.actor, found.subject) if person and queue["last"] else None,
        "guide": name if person and len(name) <= 5 else "",
        "evidence": evidence,
        "link": code_url(evidence) if evidence else "",
    }
    return render(request, "signing/paper.html", context, status=status)


def _number(text: str, found: Paper) -> int:
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else (found.unread or [1])[0]
    return min(max(1, wanted), max(1, found.document.pages))


def _reading(found: Paper, number: int) -> dict[str, Any]:
    """Where the reader is. The page now shown counts as read, since its picture is fetched with this very page."""
    left = [page for page in found.unread if page != number]
    return {
        "number": number,
        "pages": found.document.pages,
        "left": left,
        "next_unread": next((page for page in left if page > number), left[0] if left else None),
        "previous": number - 1 if number > 1 else None,
        "following": number + 1 if number < found.document.pages else None,
    }


def _queue(found: Paper, same: list[Paper]) -> dict[str, Any]:
    """The other papers of this case that wait for the same signer."""
    if not can_be_signed(found):
        return {"can_sign": False, "queue": [], "title": "文书", "rest": [], "last": False}
    waiting = [one for one in same if can_be_signed(one)]
    rest = [one for one in waiting if one.document.pk != found.document.pk and not one.agreed]
    return {
        "can_sign": True,
        "queue": waiting,
        "title": _position(found, waiting),
        "rest": rest,
        "last": not rest,
        "seal": not found.subject.is_person,
    }


def _position(found: Paper, waiting: list[Paper]) -> str:
    """签名 2 / 3"""
    at = next(i for i, one in enumerate(waiting, 1) if one.document.pk == found.document.pk)
    return f"{'签名' if found.subject.is_person else '盖章'} {at} / {len(waiting)}"


def open_papers(actor: Actor, found: Paper) -> list[Paper]:
    """All papers that this signer can sign now together with this one: of its case, or chosen from several."""
    return [one for one in papers_with(actor, found.reading) if can_be_signed(one)]


@require_GET
@signed_in
def page_picture(request: SignedInRequest, public_id: str, number: int) -> HttpResponse:
    """A page as JPEG with the viewer's watermark; noted as shown to this signer. One that cannot be shown says so in its place
    and does not count."""
    found = paper_for(request.actor, public_id)
    if not 1 <= number <= found.document.pages:
        raise Http404
    try:
        picture = page_jpeg(found, number, request.actor.name)
    except NotShown:
        log.exception("page.not_shown", document=found.document.pk, page=number)
        return _picture(sorry_jpeg(WIDTH, more=[ASK]), status=503)
    if found.open_tasks:
        page_seen(document=found.document, subject=found.subject, pages=[number], channel=channel_of(request))
    return _picture(picture)


def _picture(content: bytes, status: int = 200) -> HttpResponse:
    response = HttpResponse(content, content_type="image/jpeg", status=status)
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = "inline"
    return response


@require_GET
@signed_in
def text(request: SignedInRequest, public_id: str) -> HttpResponse:
    """文字版, for screen readers and large type: the client's text where it says what the pages show, which then counts as
    read, as the pictures do; else what can be taken from the file, which counts for nothing, since it has no ticks and no
    pictures.
    """
    found = paper_for(request.actor, public_id)
    same = found.document.text_checked
    lines = found.document.text.splitlines() if same else _texts(found)
    if found.open_tasks and same:
        whole = range(1, found.document.pages + 1)
        page_seen(document=found.document, subject=found.subject, pages=whole, channel=channel_of(request))
    return render(request, "signing/text.html", {"paper": found, "lines": lines, "same": same, "row": paper_row(found)})


def _texts(found: Paper) -> list[str]:
    try:
        pages = page_texts(found.document)
    except NotShown:
        return []
    return [line for page in pages for line in page.splitlines()]


@require_POST
@signed_in
def sign(request: SignedInRequest, public_id: str) -> HttpResponse:
    """签: agree to this document; with the last one of those signed together the ceremony (or the seal) begins."""
    found = paper_for(request.actor, public_id)
    if not found.open_tasks:
        unauthorised_refuse(actor=request.actor, tasks=found.tasks)
        return _under_way(request.actor, found)
    if not request.POST.get("agree"):
        return _refused(request, found, "请先勾选“我读过了，内容属实”，再签。", "agree")
    try:
        document_agree(actor=request.actor, document=found.document, subject=found.subject)
        rest = [one for one in open_papers(request.actor, found) if not one.agreed]
        if rest:
            return HttpResponseRedirect(rest[0].url)
        if not found.subject.is_person:
            return _seal(request, found)
        return _ceremony(request, found)
    except SigningElsewhere as elsewhere:
        here = elsewhere.ceremony.session == request.actor.session_ref
        url = ceremony_url(request.actor, elsewhere.ceremony)
        return HttpResponseRedirect((url if here else f"{url}?elsewhere=1") if url else found.url)
    except InkUnusable as bad:
        return _refused(request, found, bad.message, "ink")
    except WrongState as wrong:
        now = paper_for(request.actor, public_id)  # a second tap: the first one has begun meanwhile
        return _refused(request, now, wrong.message, "") if now.open_tasks else _under_way(request.actor, now)


def _under_way(actor: Actor, found: Paper) -> HttpResponse:
    """To where this document is being signed or sealed, or was."""
    return HttpResponseRedirect(_live_url(actor, found) or found.url)


def _live_url(actor: Actor, found: Paper) -> str:
    if live := live_ceremony(actor, found.tasks):
        return f"/ceremonies/{live.no}/"
    order = seal_running(actor, found.tasks)
    return f"/seals/{order.ref}/" if order else ""


def _refused(request: SignedInRequest, found: Paper, sentence: str, target: str) -> HttpResponse:
    same = papers_with(request.actor, found.reading)
    return _page(request, found, same, problems=[Problem(sentence, target=target)], status=422)


def _ceremony(request: SignedInRequest, found: Paper) -> HttpResponse:
    look, ink = _look(request, found)
    waiting = open_papers(request.actor, found)
    unauthorised_refuse(actor=request.actor, tasks=[task for one in waiting for task in one.open_tasks])
    ceremony = ceremony_start(
        actor=request.actor,
        subject=found.subject,
        documents=[one.document for one in waiting],
        look=look,
        ink=ink,
        place=place_of(request),
    )
    if identity_current(found.subject):
        answer = face_open(actor=request.actor, ceremony=ceremony)
        if isinstance(answer, Found) and not is_desktop(ceremony.device):
            return HttpResponseRedirect(answer.value.url)
        if isinstance(answer, Found):  # a computer: the picture for a phone is what is offered first
            qr_ask(actor=request.actor, check=answer.value)
    return HttpResponseRedirect(f"/ceremonies/{ceremony.no}/")


def _look(request: SignedInRequest, found: Paper) -> tuple[Ceremony.Look, Ink | None]:
    """What was drawn counts first; without a drawing the chosen substitute."""
    if request.POST.get("ink", "").strip():
        return Ceremony.Look.HANDWRITTEN, Ink.parse(request.POST["ink"])
    match request.POST.get("look"):
        case "last" if kept := ink_of(request.actor, found.subject):
            return Ceremony.Look.HANDWRITTEN, kept
        case "printed":
            return Ceremony.Look.PRINTED, None
    raise InkUnusable("还没有写下签名。请在方框里写，或者选“标准字体”。")


def _seal(request: SignedInRequest, found: Paper) -> HttpResponse:
    try:
        answer = seal_start(
            actor=request.actor,
            subject=found.subject,
            documents=[one.document.pk for one in open_papers(request.actor, found)],
            place=place_of(request),
        )
    except SealUnusable as no:
        return _refused(request, found, no.message, "")
    if isinstance(answer, Found):
        order = answer.value  # what was left out is told before the enterprise confirms the rest
        left_out = order.items.filter(state=SealItemState.FAILED).exists()
        return HttpResponseRedirect(f"/seals/{order.ref}/" if left_out else order.url)
    if isinstance(answer, Unavailable) and not answer.system:
        return _without_roots(request, found)
    retry, code = hm(getattr(answer, "retry_at", None)), getattr(answer, "system", "")
    title = next((one.title for one in SYSTEMS if one.code == code), "电子营业执照")
    return unavailable(request, system=title, retry_at=retry, url=found.url)


def _without_roots(request: SignedInRequest, found: Paper) -> HttpResponse:
    return stop_page(
        request,
        UNAVAILABLE,
        title="现在还不能盖章",
        happened="系统里还没有录入核对印章用的根证书，所以没有开始盖章。不是您这边的问题，管理员已经能看到。",
        todo=("过一会儿再试", "看过的文书都记着，不用重新看"),
        url=found.url,
        url_label="回去再试",
    )


@require_http_methods(["GET", "POST"])
@signed_in
def refuse(request: SignedInRequest, public_id: str) -> HttpResponse:
    """不同意: a reason, and what follows from it."""
    found = paper_for(request.actor, public_id)
    problems: list[Problem] = []
    reason = request.POST.get("reason", "").strip()
    if request.method == "POST":
        if not reason:
            problems = [Problem("请写下为什么不同意，经办人要据此修改。", target="reason")]
        elif len(reason) > REASON_LONGEST or "\x00" in reason:
            problems = [Problem(f"理由最多 {REASON_LONGEST} 个字。", target="reason")]
        else:
            try:
                document_refuse(actor=request.actor, document=found.document, subject=found.subject, reason=reason)
                return HttpResponseRedirect(f"/papers/{public_id}/")
            except WrongState as wrong:
                problems = [Problem(wrong.message)]
    context = {"paper": found, "problems": problems, "has_errors": bool(problems), "reason": reason}
    return render(request, "signing/refuse.html", context, status=422 if problems else 200)


@require_GET
@signed_in
def own_signature(request: SignedInRequest) -> HttpResponse:
    """The signature that this person drew last, for himself to look at."""
    person = person_of(request.actor)
    ink = ink_of(request.actor, person) if person else None
    if ink is None:
        raise Http404
    response = HttpResponse(ink.png, content_type="image/png")
    response["Cache-Control"] = "private, no-store"
    return response
