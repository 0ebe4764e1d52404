"""GET/POST /sso/authorize (page), POST /sso/token, GET /sso/userinfo."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from sandbox.faults.services import FaultNow
from sandbox.grants.services import grant_behind, grant_issue, grant_redeem, redirect_refused
from sandbox.kit.endpoint import Answer, Call, endpoint, page
from sandbox.sso.services import code_check, code_send
from sandbox.world.models import Person
from sandbox.world.selectors import neighbour, person_find

ADVANCED = "advanced"
"""高级实名: verified by face. The stories know nobody with less."""


def claims_of(person: Person) -> dict[str, Any]:
    """What 随申办 says about who logged in."""
    return {
        "name": person.name,
        "id_type": person.id_type,
        "id_number": person.id_number,
        "mobile": person.mobile,
        "level": person.story.get("sso_level", ADVANCED),
    }


@require_http_methods(["GET", "POST"])
@page("sso")
def authorize(request: HttpRequest, fault: FaultNow) -> HttpResponse:
    """Log in by mobile and one-time code, or by one tap on a person of the stories."""
    client, back = request.GET.get("client_id", ""), request.GET.get("redirect_uri", "")
    refused = redirect_refused(client, back)
    if refused:
        return render(request, "sandbox/refused.html", {"why": refused}, status=400)
    told: dict[str, Any] = {}
    if request.method == "POST":
        person, told = _who(request)
        if person is not None:
            url = grant_issue(
                system="sso",
                client=client,
                redirect_uri=back,
                subject=f"{person.id_type}:{person.id_number}",
                claims=claims_of(person),
                state=request.GET.get("state", ""),
            )
            return HttpResponseRedirect(url)
    words = request.GET.get("q", "").strip()[:40].replace("\x00", "")
    people = [
        one for one in Person.objects.all() if words in one.name or words in one.mobile or words.upper() in one.code
    ]
    context = {"people": people, "q": words, "query": request.GET, "client": client, **told}
    return render(request, "sandbox/login.html", context, status=422 if told.get("error") else 200)


def _who(request: HttpRequest) -> tuple[Person | None, dict[str, Any]]:
    """The person who logged in, or what to tell."""
    post = {key: str(value)[:40].replace("\x00", "") for key, value in request.POST.items()}
    if "person" in post:
        return Person.objects.filter(pk=post["person"]).first(), {"error": "没有这个人"}
    mobile = post.get("mobile", "").strip()
    if post.get("action") == "send":
        if code_send(mobile):
            return None, {"mobile": mobile, "sent": True}
        return None, {"mobile": mobile, "error": "故事里没有人用这个手机号码，请换一个"}
    person = code_check(mobile, post.get("code", ""))
    return person, {} if person else {"mobile": mobile, "sent": True, "error": "验证码不对，或者过期了，请重新获取"}


@endpoint("sso")
def token(call: Call) -> Answer:
    """Buy a token with a code."""
    return grant_redeem(call)


@endpoint("sso", "GET")
def userinfo(call: Call) -> Answer:
    """Who logged in. Wrong (fault): the neighbour, whose `sub` differs from the token's."""
    grant = grant_behind(call)
    if call.wrong:
        other = neighbour(person_find(grant.claims["id_type"], grant.claims["id_number"]))
        return {**claims_of(other), "sub": grant.subject[::-1]}
    return {**grant.claims, "sub": grant.subject}
