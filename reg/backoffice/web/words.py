"""禁限用字词 as pages of the desk: every list, its words, what waits for a checker, what was changed. R104."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.identity.actor import Forbidden, StaffRole
from foundation.identity.middleware import SignedInRequest
from foundation.identity.models import StaffUser
from reg.backoffice.web.forms import WordsForm
from reg.backoffice.web.guard import for_roles
from reg.casefile.services import KeyReused, once
from reg.cases.web.guard import idempotency_key
from reg.catalog.names import basis_words, name_rules
from reg.naming.finding import SEVERITY_WORDS
from reg.naming.models import WordBatch
from reg.naming.wordlists import (
    WordsError,
    batches_waiting,
    category_words,
    lists_now,
    words_approve,
    words_decline,
    words_propose,
)
from reg.naming.words import RULE_OF
from reg.review.web.nav import desk_frame

keepers = for_roles(StaffRole.EXAMINER, StaffRole.SUPERVISOR)
HISTORY, PER_PAGE = 20, 120
MATCHES = {"contains": "名称里含有就算", "trade": "字号整个相同才算", "full": "整段相同才算"}


@require_GET
@keepers
def words_page(request: SignedInRequest) -> HttpResponse:
    """All lists: how grave, how many words, what waits."""
    waiting: dict[str, int] = {}
    for batch in batches_waiting():
        waiting[batch.category] = waiting.get(batch.category, 0) + 1
    rows = [
        {
            "category": one.category,
            "title": category_words(one.category),
            "severity": SEVERITY_WORDS[one.severity],
            "tone": "block" if one.severity == "forbid" else "warn",
            "count": len(one.words),
            "rule": RULE_OF.get(one.category, ""),
            "waiting": waiting.get(one.category, 0),
        }
        for one in lists_now().values()
    ]
    context = {**desk_frame(request.actor, "desk-words"), "rows": rows}
    return render(request, "backoffice/wordlists.html", context)


@require_http_methods(["GET", "POST"])
@keepers
def words_list(request: SignedInRequest, category: str) -> HttpResponse:
    """One list; a post proposes a change."""
    if category not in lists_now():
        raise Http404
    form = WordsForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return HttpResponseRedirect(_propose(request, category, form))
            except (WordsError, KeyReused) as error:
                form.add_error(None, error.message)
    return render(request, "backoffice/wordlist.html", _context(request, category, form), status=status)


def _propose(request: SignedInRequest, category: str, form: WordsForm) -> str:
    words, what, reason = form.cleaned_data["all"], form.cleaned_data["what"], form.cleaned_data["reason"]

    def act() -> str:
        words_propose(actor=request.actor, category=category, what=what, words=words, reason=reason)
        messages.success(request, f"{len(words)} 个词已提交，等另一位同事复核。复核通过以前，检查用的还是原来的词表。")
        return reverse("desk-words-list", args=[category])

    content = f"words:{category}:{what}:{','.join(words)}"
    return once(actor=request.actor, key=idempotency_key(request), content=content, act=act)


def _context(request: SignedInRequest, category: str, form: WordsForm) -> dict[str, Any]:
    one = lists_now()[category]
    asked = request.GET.get("q", "").strip()[:20]
    shown = [word for word in one.words if asked in word]
    rule = name_rules()[RULE_OF[category]]
    history = list(WordBatch.objects.filter(category=category).order_by("-pk")[:HISTORY])
    refs = {ref for batch in history for ref in (batch.entered_by, batch.approved_by, batch.closed_by) if ref}
    names = dict(StaffUser.objects.filter(username__in=refs).values_list("username", "name"))
    return {
        **desk_frame(request.actor, "desk-words"),
        "category": category,
        "title": category_words(category),
        "severity": SEVERITY_WORDS[one.severity],
        "tone": "block" if one.severity == "forbid" else "warn",
        "match": MATCHES[one.match],
        "rule": rule,
        "basis": basis_words(rule.basis),
        "asked": asked,
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "count": len(one.words),
        "form": form,
        "waiting": [_batch(batch, names, request) for batch in history if batch.waits],
        "history": [_batch(batch, names, request) for batch in history if not batch.waits],
    }


def _batch(batch: WordBatch, names: dict[str, str], request: SignedInRequest) -> dict[str, Any]:
    decided = batch.approved_by or batch.closed_by
    return {
        "batch": batch,
        "what": WordBatch.What(batch.what).label,
        "words": "、".join(batch.words[:40]) + ("……" if len(batch.words) > 40 else ""),
        "mine": batch.entered_by == request.actor.ref,
        "maker": names.get(batch.entered_by, batch.entered_by),
        "checker": names.get(decided, decided),
        "decided_at": batch.approved_at or batch.closed_at,
        "word": "已生效" if batch.approved_at else batch.closed_because,
        "tone": "ok" if batch.approved_at else "off",
    }


@require_POST
@keepers
def words_decide(request: SignedInRequest, batch: int) -> HttpResponse:
    """批准, 不批准, 撤回."""
    found = WordBatch.objects.filter(pk=batch).first()
    if found is None:
        raise Http404
    try:
        if request.POST.get("do") == "approve":
            words_approve(actor=request.actor, number=batch)
            messages.success(request, "已批准，从下一次检查起生效。")
        else:
            words_decline(actor=request.actor, number=batch, reason=request.POST.get("reason", "")[:200])
            messages.success(request, "没有生效，词表不变。")
    except (WordsError, Forbidden) as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(reverse("desk-words-list", args=[found.category]))
