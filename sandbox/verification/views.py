"""POST /verification/sessions, GET …/{session_no}, POST …/{session_no}/qr, and the H5 pages that play the camera."""

from __future__ import annotations

import secrets
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from foundation import clock
from foundation.config import config
from foundation.crypto.index import normal_id_number
from sandbox.faults.services import FaultNow
from sandbox.kit.body import Refused
from sandbox.kit.endpoint import Answer, Call, endpoint, page
from sandbox.kit.serials import serial_next
from sandbox.verification.codes import Found, code_issue, code_scan
from sandbox.verification.models import QrCode, Session
from sandbox.verification.services import OUTCOMES, WAYS, session_decide, session_result

LIVES = timedelta(minutes=10)
PHONE = "verification_phone"
"""The cookie by which a phone that scanned is known again."""


@endpoint("verification", once=True)
def sessions(call: Call) -> Answer:
    """Open a session; the person is then sent to `url`."""
    body = call.body
    session = Session.objects.create(
        session_no=serial_next("verification-session", "HY"),
        token=secrets.token_urlsafe(24),
        client=call.caller,
        ref=body.text("ref", longest=120),
        name=body.text("name", longest=100),
        id_type=body.text("id_type", "10", longest=2),
        id_number=normal_id_number(body.text("id_number", longest=40)),
        purpose=body.choice("purpose", tuple(WAYS), "face"),
        bind=body.texts("bind"),
        return_url=body.url("return_url"),
        callback_url=body.url("callback_url", ""),
        created_at=clock.now(),
        expires_at=clock.wall() + LIVES,
    )
    return 201, {
        "session_no": session.session_no,
        "url": f"{config().base_url('sandbox')}/verification/h5/{session.token}",
        "expires_at": session.expires_at.isoformat(),
    }


@endpoint("verification", "GET")
def session_show(call: Call, session_no: str) -> Answer:
    """The result of a session. Wrong (fault): the result of another one."""
    session = _session(call, session_no)
    if call.wrong:
        session = Session.objects.exclude(pk=session.pk).order_by("-id").first() or _somebody_else(session)
    return session_result(session)


def _session(call: Call, session_no: str) -> Session:
    session = Session.objects.filter(session_no=session_no, client=call.caller).first()
    if session is None:
        raise Refused(404, "not_found", "没有这个认证")
    return session


@endpoint("verification")
def session_qr(call: Call, session_no: str) -> Answer:
    """A picture for another phone, in place of the one before. Wrong (fault): it opens the session of somebody else."""
    session = _session(call, session_no)
    if session.purpose != "face":
        raise Refused(409, "not_face", "只有刷脸有二维码")
    if call.wrong:
        session = Session.objects.filter(purpose="face").exclude(pk=session.pk).order_by("-id").first() or session
    code = code_issue(session)
    if code is None:
        raise Refused(409, "over", "这次认证已经有结果，或者过期了")
    return 201, {
        "session_no": session.session_no,
        "url": f"{config().base_url('sandbox')}/verification/qr/{code.secret}",
        "expires_at": code.expires_at.isoformat(),
    }


def _somebody_else(session: Session) -> Session:
    """An unsaved copy about nobody in particular, for when there is no other session to mix up."""
    return Session(
        session_no=session.session_no[::-1],
        ref="",
        id_type="10",
        id_number="",
        passed=True,
        method="face",
        serial_no=session.session_no[::-1],
        decided_at=clock.now(),
        expires_at=session.expires_at,
        bind=[],
    )


@require_http_methods(["GET", "POST"])
@page("verification")
def h5(request: HttpRequest, fault: FaultNow, token: str) -> HttpResponse:
    """The page in place of a camera: himself, failed, somebody else."""
    session = get_object_or_404(Session, token=token)
    if request.method == "POST" and session.open:
        method, outcome = request.POST.get("method", "face"), request.POST.get("outcome", "")
        if method in WAYS[session.purpose] and outcome in OUTCOMES:
            session_decide(session, method=method, outcome=outcome)
            return HttpResponseRedirect(back(session))
    context = {"session": session, "back": back(session), "methods": WAYS[session.purpose].items()}
    return render(request, f"sandbox/{'face' if session.purpose == 'face' else 'three_in_one'}.html", context)


@require_http_methods(["GET", "POST"])
@page("verification")
def qr(request: HttpRequest, fault: FaultNow, secret: str) -> HttpResponse:
    """What another phone shows after it scanned: the camera, then a word that it may be put away. Nothing of the case."""
    code = get_object_or_404(QrCode.objects.select_related("session"), secret=secret)
    phone = request.COOKIES.get(PHONE, "") or secrets.token_urlsafe(16)
    found = code_scan(code, phone)
    if request.method == "POST":
        outcome = request.POST.get("outcome", "")
        if found is Found.MINE and outcome in OUTCOMES:
            session_decide(code.session, method="face", outcome=outcome)
        return HttpResponseRedirect(request.path)
    reply = render(request, "sandbox/qr.html", {"found": found, "session": code.session})
    reply.set_cookie(PHONE, phone, max_age=LIVES, path="/verification/qr/", httponly=True, samesite="Lax")
    return reply


def back(session: Session) -> str:
    """The application's address with the number of the session; the result itself is asked for by query."""
    joint = "&" if urlsplit(session.return_url).query else "?"
    return f"{session.return_url}{joint}{urlencode({'session_no': session.session_no, 'ref': session.ref})}"
