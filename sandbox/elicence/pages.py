"""The pages of the e-licence: choose company and holder in place of scanning; look at an order and seal it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from sandbox.elicence.models import SealOrder
from sandbox.elicence.services import order_decide
from sandbox.elicence.views import claims_of
from sandbox.faults.services import FaultNow
from sandbox.grants.services import grant_issue, redirect_refused
from sandbox.kit.endpoint import page
from sandbox.world.models import Company
from sandbox.world.selectors import company_find, holders

HOLDERS = {"legal_representative": "法定代表人（负责人）", "handler": "办事人员"}


@require_http_methods(["GET", "POST"])
@page("elicence")
def authorize(request: HttpRequest, fault: FaultNow) -> HttpResponse:
    """Choose which company scans, by whose hand, and go back to the application with a code."""
    client, back = request.GET.get("client_id", ""), request.GET.get("redirect_uri", "")
    refused = redirect_refused(client, back)
    if refused:
        return render(request, "sandbox/refused.html", {"why": refused}, status=400)
    if request.method == "POST":
        company = company_find(request.POST.get("uscc", "")[:18].replace("\x00", ""))
        chosen = [one for one in holders(company) if one["role"] == request.POST.get("role")] if company else []
        if company and chosen and company.licence_is_good:
            url = grant_issue(
                system="elicence",
                client=client,
                redirect_uri=back,
                subject=f"{company.uscc}:{chosen[0]['id_number']}",
                claims=claims_of(company, chosen[0]),
                state=request.GET.get("state", ""),
            )
            return HttpResponseRedirect(url)
    words = request.GET.get("q", "").strip()[:40].replace("\x00", "")
    rows = [
        {"company": company, "holders": [{**one, "label": HOLDERS[one["role"]]} for one in holders(company)]}
        for company in Company.objects.all()
        if words in company.current_name or words.upper() in company.uscc or words.upper() in company.code
    ]
    return render(request, "sandbox/scan.html", {"rows": rows, "q": words, "client": client, "query": request.GET})


@require_http_methods(["GET", "POST"])
@page("elicence")
def seal(request: HttpRequest, fault: FaultNow, token: str) -> HttpResponse:
    """The order as the holder sees it: which company, which documents; seal or refuse."""
    order = get_object_or_404(SealOrder, token=token)
    company = get_object_or_404(Company, uscc=order.uscc)
    hands = holders(company)
    if request.method == "POST" and order.open:
        chosen = [one for one in hands if one["role"] == request.POST.get("role")] or hands[:1]
        agree = request.POST.get("decision") == "seal"
        if chosen and request.POST.get("decision") in {"seal", "refuse"}:
            order = order_decide(order, company=company, holder=chosen[0], agree=agree, wrong=fault.mode == "wrong")
            if order.return_url:
                return HttpResponseRedirect(order.return_url)
    context = {
        "order": order,
        "company": company,
        "holders": [{**one, "label": HOLDERS[one["role"]]} for one in hands],
    }
    return render(request, "sandbox/seal.html", context)
