"""Names of branches and new names as pages: find the enterprise, then compose. R103, R105, R106, R107."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from foundation.identity.middleware import SignedInRequest
from reg.cases.web.guard import signed_in
from reg.catalog.codes import enterprise_statuses
from reg.catalog.places import authority_name
from reg.declarations.grounds import NotOpen, branch_ground, parent_refused
from reg.declarations.web.compose import Way, compose
from reg.entities.models import Entity
from reg.entities.selectors import entity_find, entity_get
from reg.items.kit.fields import half_width
from reg.naming.branches import branch_endings

BRANCH_LEAD = "前面是隶属企业的全称，后面写所在地、序号，最后是“{ending}”这样的结尾。"


def asked_for(request: SignedInRequest) -> tuple[str, Entity | None]:
    """What was typed into the box, and the enterprise of that whole name or number."""
    asked = half_width(request.GET.get("q", ""))[:100].strip()
    return asked, entity_find(asked) or entity_find(asked.replace("(", "（").replace(")", "）")) if asked else None


def _public(entity: Entity) -> dict[str, str]:
    """What anybody may read of an enterprise."""
    return {
        "status": enterprise_statuses()[entity.status].name,
        "authority": authority_name(entity.authority),
        "parent": entity.parent.name if entity.parent else "",
    }


@require_GET
@signed_in
def branch_find(request: SignedInRequest) -> HttpResponse:
    """Whose branch: by its whole name or its number (R103)."""
    asked, entity = asked_for(request)
    context: dict[str, Any] = {
        "asked": asked,
        "entity": entity,
        "title": "是哪家企业的分支机构？",
        "lead": "分支机构的名称跟着隶属企业走，先找到隶属企业。",
        "next_label": "给它的分支机构起名",
        "appbar_title": "分支机构的名称",
        "back_url": reverse("names"),
    }
    if entity:
        refused = parent_refused(entity)
        next_url = "" if refused else reverse("name-branch", args=[entity.uscc])
        context |= {**_public(entity), "refused": refused, "next_url": next_url}
    return render(request, "declarations/find.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def branch_name(request: SignedInRequest, uscc: str) -> HttpResponse:
    """The name of a new branch of one enterprise."""
    parent = entity_get(uscc)
    if parent is None:
        raise Http404
    try:
        ground = branch_ground(parent)
    except NotOpen:
        return HttpResponseRedirect(f"{reverse('name-branch-find')}?q={uscc}")
    shows = {
        "entity_name": parent.name,
        "entity_uscc": parent.uscc,
        "entity_is": "隶属企业",
        "sisters": ground.branches,
    }
    lead = BRANCH_LEAD.format(ending=branch_endings(ground.kind)[0])
    url, back = reverse("name-branch", args=[uscc]), reverse("name-branch-find")
    return compose(request, Way(ground, url, "给分支机构起名", lead, back, shows))
