"""签名和提交: who signed, who is still waited for; my own to-dos lead into 电子签名 by a one-time ticket; then 提交."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from foundation.files.services import file_read
from foundation.identity.middleware import SignedInRequest
from foundation.identity.models import Account
from foundation.outside.client import OutsideDown
from foundation.outside.result import Found, NotFound, Result
from foundation.outside.signed import BadSignature, verify_request
from foundation.ui.errors import unavailable
from reg.casefile.access import Access, case_access
from reg.casefile.models import Case
from reg.casefile.services import once
from reg.casefile.states import State
from reg.cases.batches import batch_send
from reg.cases.events import SignaturesRequested
from reg.cases.signing import NotReady, all_signed, batch_ref, case_reopen, open_slots
from reg.cases.submission import case_submit
from reg.cases.tasks import signing_sync
from reg.cases.web.guard import idempotency_key, signed_in, with_case
from reg.cases.web.papers import signature_rows
from reg.integrations import signing as port
from reg.materials.models import Paper
from reg.materials.services import signatures_counted
from signing_client import Entity, Person


@require_GET
@with_case()
def signing(request: SignedInRequest, case: Case) -> HttpResponse:
    """谁签了, 谁还没签. Opening the page also asks 电子签名 how it stands (callbacks may never come)."""
    if case.state == State.SIGNING:
        signing_sync.configure(queueing_lock=f"sync:{case.pk}").defer_once(case_id=case.pk)
    rows = signature_rows(case)
    mine = any(slot.signer_index == request.actor.person_index for slot in open_slots(case))
    is_edit = case_access(request.actor, case) is Access.EDIT
    seals = [slot for slot in open_slots(case) if slot.kind == "seal" and slot.signer_index == case.entity.uscc]
    context = {
        "case": case,
        "rows": rows,
        "signed": sum(row["signed"] for row in rows),
        "total": sum(len(row["papers"]) for row in rows),
        "mine": mine,
        "seal_waits": bool(seals) and is_edit,
        "ready": all_signed(case) and case.state == State.SIGNING,
        "may_edit": is_edit and case.state == State.SIGNING,
        "appbar_title": "变更登记",
        "back_url": reverse("case", args=[case.number]),
    }
    return render(request, "cases/signing.html", context)


@require_GET
@with_case()
def signing_status(request: SignedInRequest, case: Case) -> HttpResponse:
    """Polled by q-progress."""
    done, total, unfinished = signatures_counted(case)
    ready = case.state != State.SIGNING or (not unfinished and all_signed(case))
    if not ready:
        signing_sync.configure(queueing_lock=f"sync:{case.pk}").defer_once(case_id=case.pk)
    here = reverse("case-signing", args=[case.number])
    return JsonResponse(
        {
            "done": done,
            "total": total,
            "text": f"签好 {done} 处，共 {total} 处",
            "state": "done" if ready else "running",
            "next": here if ready else "",
        }
    )


@require_POST
@signed_in
def enter_home(request: SignedInRequest) -> HttpResponse:
    """Into 电子签名, to all that waits for me."""
    return _go(request, _ticket(request))


@require_POST
@with_case()
def enter(request: SignedInRequest, case: Case) -> HttpResponse:
    """Into 电子签名, to this case; as the company's hand where I may act for it."""
    may_act = case_access(request.actor, case) is Access.EDIT
    entity = Entity(name=case.entity.name, uscc=case.entity.uscc) if may_act else None
    answer = _ticket(request, batch_ref(case), entity)
    if isinstance(answer, NotFound):  # he was quicker than the outbox: hand the papers over now
        try:
            batch_send(SignaturesRequested(case_no=case.number, round=case.round))
        except OutsideDown as down:
            answer = down.unavailable()
        else:
            answer = _ticket(request, batch_ref(case), entity)
    return _go(request, answer)


def _ticket(request: SignedInRequest, batch: str | None = None, entity: Entity | None = None) -> Result[str]:
    account = Account.objects.get(person_index=request.actor.person_index)
    person = Person(
        name=account.name, id_type=account.id_type, id_number=account.id_number, mobile=account.mobile or ""
    )
    return port.ticket(person, entity=entity, batch=batch)


def _go(request: SignedInRequest, answer: Result[str]) -> HttpResponse:
    match answer:
        case Found(url):
            return HttpResponseRedirect(url)
        case _:
            return unavailable(request, system="电子签名", url=reverse("home"), url_label="回首页")


@require_GET
@signed_in
def after(request: SignedInRequest, number: str) -> HttpResponse:
    """Where a signer lands after signing: his case, or the home page when he only signs."""
    case = Case.objects.select_related("entity").filter(number=number).first()
    if case and case_access(request.actor, case) in {Access.EDIT, Access.READ}:
        return HttpResponseRedirect(reverse("case-signing", args=[number]))
    messages.success(request, "您的签名已经交给经办人。")
    return HttpResponseRedirect(reverse("home"))


@require_GET
@signed_in
def home(request: SignedInRequest) -> HttpResponse:
    """签名: what signing is, and the way in."""
    return render(request, "cases/signing_home.html", {"appbar_title": "签名", "back_url": reverse("home")})


@require_POST
@with_case(edit=True)
def remind(request: SignedInRequest, case: Case) -> HttpResponse:
    """催一催: text everyone who has not signed; at most once in ten minutes each."""
    match port.remind(batch_ref(case)):
        case Found(told):
            words = f"已给 {told} 人发了短信。" if told else "没有发短信：十分钟内刚催过，或者他们没有留手机号。"
            messages.info(request, words)
        case _:
            messages.error(request, "电子签名暂时没有回应，短信没有发出去，请过一会儿再试。")
    return HttpResponseRedirect(reverse("case-signing", args=[case.number]))


@require_POST
@with_case(edit=True)
def reopen(request: SignedInRequest, case: Case) -> HttpResponse:
    """回到填写."""
    target = reverse("case", args=[case.number])

    def act() -> str:
        case_reopen(actor=request.actor, case=case)
        messages.info(request, "已回到填写。没改到的文书，签过的名还有效。")
        return target

    content = f"reopen:{case.number}:{case.signing_attempt}"
    return HttpResponseRedirect(once(actor=request.actor, key=idempotency_key(request), content=content, act=act))


@require_POST
@with_case(edit=True)
def submit(request: SignedInRequest, case: Case) -> HttpResponse:
    """提交申请."""
    target = reverse("case", args=[case.number])

    def act() -> str:
        case_submit(actor=request.actor, case=case)
        messages.success(request, "已提交。审核有结果会发短信给您。")
        return target

    try:
        content = f"submit:{case.number}:{case.round}"
        path = once(actor=request.actor, key=idempotency_key(request), content=content, act=act)
    except NotReady as not_ready:
        messages.error(request, not_ready.message)
        return HttpResponseRedirect(reverse("case-signing", args=[case.number]))
    return HttpResponseRedirect(path)


# ---- machines ----


@csrf_exempt
@require_POST
def callback(request: Any) -> HttpResponse:
    """电子签名 says that something moved. Only a nudge: late, twice or out of order, the state is asked for."""
    try:
        if verify_request(request) != "signing":
            raise BadSignature
    except BadSignature:
        return JsonResponse({"message": "签名不对"}, status=401)
    try:
        ref = str(json.loads(request.body).get("batch", ""))
    except (ValueError, AttributeError):
        return JsonResponse({"message": "看不懂"}, status=400)
    case = Case.objects.filter(number=ref.split("-")[0]).first()
    if case:
        signing_sync.configure(queueing_lock=f"sync:{case.pk}").defer_once(case_id=case.pk)
    return JsonResponse({"ok": True})


@require_GET
def paper_file(request: Any, paper_id: int) -> HttpResponse:
    """The bytes of a paper, for 电子签名 only."""
    try:
        if verify_request(request) != "signing":
            raise BadSignature
    except BadSignature:
        return JsonResponse({"message": "签名不对"}, status=401)
    paper = Paper.objects.filter(pk=paper_id).select_related("file").first()
    if paper is None or paper.file is None:
        return JsonResponse({"message": "没有这份文书"}, status=404)
    return HttpResponse(file_read(paper.file), content_type="application/pdf")
