"""Giving out a code, buying a token with it once, and saying who is behind a token. Wall clock: these are sessions."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.db import transaction

from foundation import clock
from foundation.config import config
from foundation.crypto import crypto
from sandbox.grants.models import Grant
from sandbox.kit.body import Refused
from sandbox.kit.endpoint import Call

CODE_LIVES = timedelta(seconds=60)
TOKEN_LIVES = timedelta(minutes=10)
CLIENTS = ("reg", "signing")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def redirect_refused(client: str, redirect_uri: str) -> str:
    """Why this application may not have people sent back to this address; empty when it may."""
    if client not in CLIENTS:
        return f"没有登记过的应用：{client or '（空）'}"
    target = urlsplit(redirect_uri)
    homes = {urlsplit(config().base_url("reg"))[:2], urlsplit(config().base_url("signing"))[:2]}
    if target.scheme not in {"http", "https"} or (target[:2] not in homes and target.hostname not in LOOPBACK):
        return "回到应用的地址没有登记过"
    return ""


def grant_issue(
    *, system: str, client: str, redirect_uri: str, subject: str, claims: dict[str, Any], state: str
) -> str:
    """A fresh code for `client`; returns the address to send the browser to."""
    grant = Grant.objects.create(
        system=system,
        client=client,
        redirect_uri=redirect_uri,
        subject=crypto().sm3(f"{system}:{subject}".encode()).hex()[:32],
        claims=claims,
        code=secrets.token_urlsafe(24),
        code_until=clock.wall() + CODE_LIVES,
    )
    joint = "&" if urlsplit(redirect_uri).query else "?"
    return f"{redirect_uri}{joint}{urlencode({'code': grant.code, 'state': state})}"


@transaction.atomic
def grant_redeem(call: Call) -> dict[str, Any]:
    """POST …/token: a code buys one token, once, within a minute, for the application that it was given to."""
    grant = Grant.objects.select_for_update().filter(system=call.system, code=call.body.text("code")).first()
    if grant is None or grant.client != call.caller:
        raise Refused(400, "invalid_grant", "授权码不对")
    if grant.token is not None:
        raise Refused(400, "invalid_grant", "授权码已经用过")
    if grant.code_until < clock.wall():
        raise Refused(400, "invalid_grant", "授权码已过期，请重新登录")
    grant.token = secrets.token_urlsafe(32)
    grant.token_until = clock.wall() + TOKEN_LIVES
    grant.save(update_fields=["token", "token_until"])
    seconds = int(TOKEN_LIVES.total_seconds())
    return {"access_token": grant.token, "token_type": "Bearer", "expires_in": seconds, "sub": grant.subject}


def grant_behind(call: Call) -> Grant:
    """Whose token the call carries (Authorization: Bearer); 401 when there is none, or it is too old."""
    kind, _, token = call.request.headers.get("Authorization", "").partition(" ")
    grant = Grant.objects.filter(system=call.system, token=token, client=call.caller).first() if token else None
    if kind != "Bearer" or grant is None or grant.token_until is None or grant.token_until < clock.wall():
        raise Refused(401, "invalid_token", "令牌不对或已过期")
    return grant
