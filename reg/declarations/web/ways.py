"""Names of branches and new names as pages: find the enterprise, then compose. R103, R105, R106, R107."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods
from stdnum.cn import uscc as cn_uscc

from foundation.identity.middleware import SignedInRequest
from reg.cases.web.guard import signed_in
from reg.catalog.codes import enterprise_statuses
from reg.catalog.name_guides import name_guides
from reg.catalog.places import authority_name
from reg.declarations.effects import kinship, link_of, parts_changed
from reg.declarations.grounds import (
    Ground,
    NotOpen,
    abroad_branch_ground,
    branch_ground,
    change_ground,
    change_refused,
    is_here,
    may_rename,
    parent_refused,
)
from reg.declarations.web.abroad import looked_up
from reg.declarations.web.compose import Context, Way, compose
from reg.declarations.web.forms import WishForm
from reg.entities.models import Entity
from reg.entities.selectors import capacities, entity_find, entity_get
from reg.items.kit.fields import half_width
from reg.naming.branches import branch_endings
from reg.naming.checking import NameReport

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
    context: Context = {
        "asked": asked,
        "entity": entity,
        "title": "是哪家企业的分支机构？",
        "lead": "分支机构的名称跟着隶属企业走，先找到隶属企业。",
        "next_label": "给它的分支机构起名",
        "appbar_title": "分支机构的名称",
        "back_url": reverse("names"),
    }
    if not (entity and is_here(entity)) and cn_uscc.is_valid(asked.upper()):
        context |= {"entity": None, "abroad_url": reverse("name-branch", args=[asked.upper()])}
    elif entity:
        refused = parent_refused(entity)
        next_url = "" if refused else reverse("name-branch", args=[entity.uscc])
        context |= {**_public(entity), "refused": refused, "next_url": next_url}
    return render(request, "declarations/find.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def branch_name(request: SignedInRequest, uscc: str) -> HttpResponse:
    """The name of a new branch of one enterprise."""
    parent = entity_get(uscc)
    if parent is None or not is_here(parent):
        return _branch_of_abroad(request, uscc)
    try:
        ground = branch_ground(parent)
    except NotOpen:
        return HttpResponseRedirect(f"{reverse('name-branch-find')}?q={uscc}")
    shows = {
        "entity_name": parent.name,
        "entity_uscc": parent.uscc,
        "entity_is": "隶属企业",
        "sisters": ground.branches,
        "sister_count": ground.branch_count,
    }
    lead = BRANCH_LEAD.format(ending=branch_endings(ground.kind)[0])
    url, back = reverse("name-branch", args=[uscc]), reverse("name-branch-find")
    return compose(request, Way(ground, url, "给分支机构起名", lead, back, shows))


def _branch_of_abroad(request: SignedInRequest, uscc: str) -> HttpResponse:
    """The parent is of another province: 全国企业信息 knows it (R103)."""
    url, back = reverse("name-branch", args=[uscc]), reverse("name-branch-find")
    way = Way(Ground("establish"), url, "给分支机构起名", BRANCH_LEAD.format(ending="分公司"), back)
    return looked_up(request, uscc, way, partial(abroad_branch_ground, uscc))


# a new name

OWN_SHOWN = 10
NOT_HIS = "改名由它的法定代表人（负责人）、联络员申报；受托代办的，先请企业在变更办件里确认您。"


@require_GET
@signed_in
def change_find(request: SignedInRequest) -> HttpResponse:
    """Which enterprise or branch gets a new name: by its whole name or its number, or one of one's own (R105, R106)."""
    asked, entity = asked_for(request)
    own = [] if asked else [one.entity for one in capacities(request.actor) if one.may_open][:OWN_SHOWN]
    context: Context = {
        "asked": asked,
        "entity": entity,
        "own": [{"entity": one, "url": reverse("name-change", args=[one.uscc])} for one in own],
        "title": "给哪家企业改名？",
        "lead": "企业和分支机构都可以。改名要等变更登记办好才生效。",
        "next_label": "在现在的名称上改",
        "appbar_title": "企业改名",
        "back_url": reverse("names"),
    }
    if entity:
        refused = change_refused(entity) or ("" if may_rename(request.actor, entity) else NOT_HIS)
        next_url = "" if refused else reverse("name-change", args=[entity.uscc])
        context |= {**_public(entity), "refused": refused, "next_url": next_url}
    return render(request, "declarations/find.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def change_name(request: SignedInRequest, uscc: str) -> HttpResponse:
    """The new name of an enterprise or a branch, begun from the one it has; for others there is nothing here."""
    entity = entity_get(uscc)
    if entity is None:
        raise Http404
    try:
        ground = change_ground(request.actor, entity)
    except NotOpen:
        return HttpResponseRedirect(f"{reverse('name-change-find')}?q={uscc}")
    shows = {"entity_name": entity.name, "entity_uscc": entity.uscc, "entity_is": "现在的名称"}
    url, back = reverse("name-change", args=[uscc]), reverse("name-change-find")
    lead = "现在的名称已经填好，改要改的地方。它自己现在的名称不算相同。"
    return compose(request, Way(ground, url, "改成什么名称？", lead, back, shows, about=partial(change_told, ground)))


def change_told(ground: Ground, form: WishForm, report: NameReport) -> Context:
    """变更名称的专项核验: what changes, what binds it to the old name and to its kin, what follows (R107)."""
    return {
        "about_template": "declarations/_change.html",
        "changed": parts_changed(ground, report.parts),
        "link": link_of(ground, report.parts),
        "kin": list(kinship(ground, report.parts)),
        "old_name": ground.old_name,
        "effects": name_guides()["change"].effects,
    }
