"""Going out to 随申办 (SSO) or 电子营业执照 and coming back (R154): authorisation code; the state fits one browser, once, ten minutes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme

from foundation import clock
from foundation.config import config
from foundation.crypto import crypto
from foundation.identity.models import LoginState
from foundation.outside.client import OutsideClient, OutsideDown, Reply
from foundation.outside.result import Found, NotFound, Result

System = Literal["sso", "elicence"]
LIVES = timedelta(minutes=10)
HTTP_CLIENT_ERROR, HTTP_SERVER_ERROR = 400, 500


@dataclass(frozen=True)
class Identified:
    """Who came back: a natural person; for an e-licence log-in also the enterprise he was let in for."""

    name: str = field(repr=False)
    id_type: str
    id_number: str = field(repr=False)
    mobile: str = field(default="", repr=False)
    entity_uscc: str = ""


def local_path(path: str) -> str:
    """`path` when it leads into this application, else the home page: nobody is sent elsewhere after a log-in."""
    safe = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path[:400] if safe else "/"


def cookie_name() -> str:
    return f"{settings.QIDENG_PROJECT}_login"


def begin(request: HttpRequest, system: System, next_path: str, redirect_uri: str) -> tuple[str, str]:
    """Address to send the browser to, and the value of the cookie that ties the log-in to this browser."""
    state, browser = secrets.token_urlsafe(24), request.COOKIES.get(cookie_name()) or secrets.token_urlsafe(24)
    LoginState.objects.create(
        state=state, system=system, next_path=local_path(next_path), browser=_digest(browser), made_at=clock.wall()
    )
    query = urlencode({"client_id": settings.QIDENG_PROJECT, "redirect_uri": redirect_uri, "state": state})
    return f"{config().outside_url(system)}/authorize?{query}", browser


def remember(response: HttpResponseBase, browser: str, *, secure: bool) -> None:
    """Leave the cookie in the browser."""
    seconds = int(LIVES.total_seconds())
    response.set_cookie(cookie_name(), browser, max_age=seconds, httponly=True, samesite="Lax", secure=secure)


@transaction.atomic
def finish(request: HttpRequest, system: System) -> str | None:
    """Where to go after a log-in that we asked for; None when the state is unknown, used, old or of another browser."""
    row = LoginState.objects.select_for_update().filter(state=request.GET.get("state", "")[:43], system=system).first()
    browser = request.COOKIES.get(cookie_name(), "")
    if row is None or row.used_at or row.browser != _digest(browser) or clock.wall() - row.made_at > LIVES:
        return None
    row.used_at = clock.wall()
    row.save(update_fields=["used_at"])
    return row.next_path


def identify(system: System, code: str) -> Result[Identified]:
    """Who stands behind a code; NotFound when it is wrong, used or too old."""
    client = OutsideClient(system)
    try:
        granted = client.post("/token", {"code": code})
        if HTTP_CLIENT_ERROR <= granted.status < HTTP_SERVER_ERROR:
            return NotFound()
        grant = granted.json()
        reply = client.get("/userinfo", headers={"Authorization": f"Bearer {grant.get('access_token', '')}"})
        said = reply.json()
        if reply.status >= HTTP_CLIENT_ERROR or not grant.get("sub") or grant["sub"] != said.get("sub"):
            raise OutsideDown(system, "说的不是同一个人")
        return Found(_person(reply, said) if system == "sso" else _holder(reply, said))
    except OutsideDown as down:
        return down.unavailable()


def _person(reply: Reply, said: dict[str, object]) -> Identified:
    return Identified(
        _text(reply, said, "name"),
        _text(reply, said, "id_type"),
        _text(reply, said, "id_number"),
        str(said.get("mobile") or ""),
    )


def _holder(reply: Reply, said: dict[str, object]) -> Identified:
    return Identified(
        _text(reply, said, "holder_name"),
        _text(reply, said, "holder_id_type"),
        _text(reply, said, "holder_id_number"),
        entity_uscc=_text(reply, said, "uscc"),
    )


def _text(reply: Reply, said: dict[str, object], key: str) -> str:
    value = said.get(key)
    if not isinstance(value, str) or not value:
        raise OutsideDown(reply.system, "回答看不懂")
    return value


def _digest(value: str) -> str:
    return crypto().sm3(value.encode()).hex()
