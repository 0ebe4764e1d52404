"""文书: the list of papers with reason and signers, previews as pictures, links to share, one's own paper instead (R035)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation import clock
from foundation.config import config
from foundation.files.services import file_read
from foundation.identity.middleware import SignedInRequest
from reg.casefile.access import Access, case_access
from reg.casefile.models import Case
from reg.casefile.selectors import case_view
from reg.casefile.services import once
from reg.cases.checking import case_facts
from reg.cases.settling import answers_settle
from reg.cases.signing import NotReady, signing_request, still_missing
from reg.cases.web.guard import idempotency_key, with_case
from reg.cases.web.pictures import WIDTH, page_shown
from reg.catalog.codes import id_document_types
from reg.compliance import engine
from reg.materials.models import Paper, Slot, Upload
from reg.materials.plan import Line, Plan, plan
from reg.materials.services import (
    own_paper_choose,
    paper_retry,
    papers_current,
    papers_refresh,
    share_make,
    share_open,
)


@require_GET
@with_case()
def papers(request: SignedInRequest, case: Case) -> HttpResponse:
    """The list. While the case can be edited it is brought into step with the answers first."""
    may_act = case_access(request.actor, case) is Access.EDIT
    may_edit = may_act and case.is_editable
    if may_edit:
        answers_settle(actor=request.actor, case=case)
    view = case_view(case)
    facts = case_facts(case, view)
    report = engine.check(view, facts)
    if may_edit and not report.missing:
        listed = papers_refresh(actor=request.actor, case=case, view=view, facts=facts)
    else:
        listed = plan(view, facts)
    current = papers_current(case)
    uploads = {upload.line: upload for upload in case.uploads.select_related("file")}
    context = {
        "case": case,
        "generated": [_paper_card(case, paper, listed, may_edit=may_edit, may_share=may_act) for paper in current],
        "uploads": [_upload_card(case, line, uploads.get(line.key)) for line in upload_lines(listed, uploads)],
        "exempt": listed.of("exempt"),
        "fetched": [line for line in listed.of("fetched") if line.why],
        "offline": listed.of("offline"),
        "counts": _counts(current, listed, uploads),
        "waiting": any(paper.state == Paper.State.QUEUED for paper in current),
        "stops": report.stops,
        "missing": still_missing(case, listed) if not report.stops else [],
        "signers": signer_words(current),
        "faceless": faceless(current) if may_edit else [],
        "may_edit": may_edit,
        "appbar_title": "变更登记",
        "back_url": reverse("case", args=[case.number]),
    }
    return render(request, "cases/papers.html", context)


def upload_lines(listed: Plan, uploads: dict[str, Upload]) -> list[Line]:
    """Lines the applicant uploads: those of the plan, and those he chose to bring himself."""
    return [
        line for line in listed.lines if line.provide == "upload" or (line.key in uploads and uploads[line.key].own)
    ]


def _counts(current: list[Paper], listed: Plan, uploads: dict[str, Upload]) -> dict[str, int]:
    lines = upload_lines(listed, uploads)
    there = sum(1 for line in lines if line.key in uploads and uploads[line.key].file_id)
    ready = sum(paper.state == Paper.State.READY for paper in current)
    running = sum(paper.state == Paper.State.QUEUED for paper in current)
    total = len(current) + len(lines)
    return {"ready": ready + there, "running": running, "total": total, "to_upload": len(lines) - there}


def signer_words(current: list[Paper]) -> list[str]:
    """Everyone who signs or seals, each once."""
    return list(dict.fromkeys(place["signer_name"] for paper in current for place in paper.slots))


def faceless(current: list[Paper]) -> list[dict[str, str]]:
    """Signers whose kind of document has no picture to compare a face with: they can't sign online. Name and document."""
    documents, found = id_document_types(), {}
    for place in (place for paper in current for place in paper.slots):
        kind, _, rest = place["signer"].partition(":")
        document = documents.get(rest.partition(":")[0]) if kind == "person" else None
        if document and not document.real_name_online:
            found[place["signer"]] = {"name": place["signer_name"], "document": document.name}
    return list(found.values())


STATES = {
    Paper.State.QUEUED: ("正在生成，约 1 秒", "now"),
    Paper.State.READY: ("已生成，等签名", "ok"),
    Paper.State.FAILED: ("没有生成", "block"),
}


def _paper_card(case: Case, paper: Paper, listed: Plan, *, may_edit: bool, may_share: bool) -> dict[str, Any]:
    words, tone = STATES[Paper.State(paper.state)]
    if paper.signed_file_id:
        words, tone = "签齐了", "ok"
    elif paper.state == Paper.State.READY and not paper.slots:
        words = "已生成"
    line = listed.line(paper.doc)
    preview = reverse("paper", args=[case.number, paper.pk])
    actions = []
    if paper.state == Paper.State.READY:
        actions.append({"url": preview, "icon": "eye", "label": "预览"})
    if paper.state == Paper.State.READY and may_share:
        actions.append({"url": reverse("paper-share", args=[case.number, paper.pk]), "icon": "share", "label": "分享"})
    if may_edit and line and line.may_be_own:
        actions.append({"url": reverse("paper-own", args=[case.number, paper.doc]), "icon": "up", "label": "自备"})
    signers = list(dict.fromkeys(place["signer_name"] for place in paper.slots))
    return {
        "paper": paper,
        "title": paper.title,
        "sub": f"{'、'.join(signers)}签" if signers else "",
        "why": paper.problem,
        "laws": line.laws if line else "",
        "state": words,
        "tone": tone,
        "thumb_url": reverse("paper-page", args=[case.number, paper.pk, 1, "thumb"]) if paper.file_id else "",
        "pages": paper.pages,
        "url": preview if paper.file_id else "",
        "actions": actions,
        "retry_url": reverse("paper-retry", args=[case.number, paper.pk])
        if paper.state == Paper.State.FAILED and paper.input_hash
        else "",
    }


def _upload_card(case: Case, line: Line, upload: Upload | None) -> dict[str, Any]:
    there = upload is not None and upload.ready
    url = reverse("upload", args=[case.number, line.key])
    state, tone = upload_state(upload)
    first = reverse("upload-page", args=[case.number, line.key, 1])
    return {
        "title": line.title,
        "sub": line.why or ("自备文书" if upload and upload.own else "拍照或者传 PDF 都可以，照片会自动拉直、合成一份"),
        "laws": line.laws,
        "state": state,
        "tone": tone,
        "missing": not there,
        "url": url,
        "thumb_url": f"{first}?size=thumb&v={upload.made}" if upload and there else "",
        "pages": upload.pages if upload else 0,
        "actions": [{"url": url, "icon": "cam", "label": "看一看、重传" if there else "拍照、选文件"}],
    }


def upload_state(upload: Upload | None) -> tuple[str, str]:
    """How an upload stands, in words and tone."""
    if upload is not None and upload.ready:
        return f"已上传，{upload.pages} 页", "ok"
    if upload is not None and upload.working:
        return "正在拉直、合并", "now"
    if upload is not None and upload.problem:
        return upload.problem, "block"
    return "还没有，要上传", "block"


def _paper(case: Case, paper_id: int) -> Paper:
    paper = case.papers.select_related("file", "signed_file").filter(pk=paper_id).first()
    if paper is None:
        raise Http404
    return paper


@require_GET
@with_case()
def paper(request: SignedInRequest, case: Case, paper_id: int) -> HttpResponse:
    """Preview: every page as a picture, with a text version."""
    one = _paper(case, paper_id)
    pages = [reverse("paper-page", args=[case.number, one.pk, n, "page"]) for n in range(1, one.pages + 1)]
    context = {
        "case": case,
        "paper": one,
        "pages": pages,
        "signatures": one.signatures.order_by("pk"),
        "appbar_title": "预览",
        "back_url": reverse("papers", args=[case.number]),
    }
    return render(request, "cases/paper.html", context)


@require_GET
@with_case()
def paper_page(request: SignedInRequest, case: Case, paper_id: int, page: int, size: str) -> HttpResponse:
    """One page as a JPEG. The PDF itself is not given out before the case is recorded."""
    return page_image(_paper(case, paper_id), page, size)


def page_image(one: Paper, page: int, size: str) -> HttpResponse:
    """A page of a paper as a picture."""
    stored = one.current_file
    if stored is None or not 1 <= page <= one.pages or size not in WIDTH:
        raise Http404
    return page_shown(stored, page, size)


@require_POST
@with_case(edit=True)
def retry(request: SignedInRequest, case: Case, paper_id: int) -> HttpResponse:
    """再试一次: a paper that failed is made again."""
    paper_retry(actor=request.actor, paper=_paper(case, paper_id), day=clock.today().isoformat())
    return HttpResponseRedirect(reverse("papers", args=[case.number]))


@require_GET
@with_case()
def status(request: SignedInRequest, case: Case) -> HttpResponse:
    """Polled by q-progress while papers are made."""
    current = papers_current(case)
    done = sum(one.state != Paper.State.QUEUED for one in current)
    return JsonResponse(
        {
            "done": done,
            "total": len(current),
            "text": f"已备好 {done} 份，共 {len(current)} 份",
            "state": "done" if done == len(current) else "running",
            "next": reverse("papers", args=[case.number]) if done == len(current) else "",
        }
    )


@require_http_methods(["GET", "POST"])
@with_case(edit=True)
def share(request: SignedInRequest, case: Case, paper_id: int) -> HttpResponse:
    """分享: a link for three days that shows this one paper as pictures."""
    one = _paper(case, paper_id)
    url = ""
    if request.method == "POST":
        token = share_make(actor=request.actor, paper=one, key=idempotency_key(request))
        url = f"{config().base_url('reg')}{reverse('shared', args=[token])}"
    context = {
        "case": case,
        "paper": one,
        "url": url,
        "appbar_title": "分享",
        "back_url": reverse("papers", args=[case.number]),
    }
    return render(request, "cases/share.html", context)


@require_GET
def shared(request: Any, token: str) -> HttpResponse:
    """What a shared link shows, without a log-in, until it ends."""
    found = share_open(token)
    if found is None:
        raise Http404
    pages = [reverse("shared-page", args=[token, n]) for n in range(1, found.paper.pages + 1)]
    return render(request, "cases/shared.html", {"paper": found.paper, "pages": pages, "share": found})


@require_GET
def shared_page(request: Any, token: str, page: int) -> HttpResponse:
    """One page of a shared paper."""
    found = share_open(token)
    if found is None:
        raise Http404
    return page_image(found.paper, page, "page")


@require_http_methods(["GET", "POST"])
@with_case(edit=True)
def own(request: SignedInRequest, case: Case, line: str) -> HttpResponse:
    """自备文书: bring one's own paper, or go back to the generated one."""
    listed = plan(case_view(case), case_facts(case, case_view(case)))
    found = listed.line(line)
    if found is None or not found.may_be_own:
        raise Http404
    if request.method == "POST":
        choice = request.POST.get("own", "0")
        mine = choice in {"1", "sign"}
        own_paper_choose(
            actor=request.actor, case=case, line=line, title=found.title, own=mine, sign_here=choice == "sign"
        )
        target = reverse("upload", args=[case.number, line]) if mine else reverse("papers", args=[case.number])
        return HttpResponseRedirect(target)
    context = {
        "case": case,
        "line": found,
        "appbar_title": "自备文书",
        "back_url": reverse("papers", args=[case.number]),
    }
    return render(request, "cases/own.html", context)


@require_POST
@with_case(edit=True)
def request_signatures(request: SignedInRequest, case: Case) -> HttpResponse:
    """请人签名."""
    target = reverse("case-signing", args=[case.number])

    def act() -> str:
        signing_request(actor=request.actor, case=case)
        return target

    try:
        path = once(
            actor=request.actor, key=idempotency_key(request), content=f"sign:{case.number}:{case.round}", act=act
        )
    except NotReady as not_ready:
        messages.error(request, not_ready.message)
        return HttpResponseRedirect(reverse("papers", args=[case.number]))
    return HttpResponseRedirect(path)


def signature_rows(case: Case) -> list[dict[str, Any]]:
    """Who signs what, by person, for the signing page."""
    rows: dict[str, dict[str, Any]] = {}
    slots = Slot.objects.filter(paper__case=case).exclude(paper__state=Paper.State.SUPERSEDED).select_related("paper")
    for slot in slots.order_by("paper_id", "pk"):
        row = rows.setdefault(
            slot.signer_index,
            {
                "name": slot.signer_name,
                "kind": slot.kind,
                "papers": [],
                "signed": 0,
                "refused": "",
                "index": slot.signer_index,
            },
        )
        row["papers"].append(slot.paper.title)
        row["signed"] += slot.state == Slot.State.SIGNED
        row["refused"] = slot.reason if slot.state == Slot.State.REFUSED else row["refused"]
    return list(rows.values())


@require_GET
@with_case()
def notice(request: SignedInRequest, case: Case) -> HttpResponse:
    """通知书: the authority's notices of this case, sealed ones as PDF too."""
    notices = case.papers.filter(doc="notice").order_by("-pk")
    shown = [
        {
            "paper": one,
            "pages": [reverse("paper-page", args=[case.number, one.pk, n, "page"]) for n in range(1, one.pages + 1)],
        }
        for one in notices
    ]
    context = {
        "case": case,
        "notices": shown,
        "appbar_title": "通知书",
        "back_url": reverse("case", args=[case.number]),
    }
    return render(request, "cases/notice.html", context)


@require_GET
@with_case()
def notice_pdf(request: SignedInRequest, case: Case) -> HttpResponse:
    """The sealed notice as a file."""
    one = case.papers.filter(doc="notice").exclude(signed_file=None).order_by("-pk").first()
    if one is None or one.signed_file is None:
        raise Http404
    response = HttpResponse(file_read(one.signed_file), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{case.number}.pdf"'
    return response
