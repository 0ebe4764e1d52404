"""POST /timestamp/stamp: a TimeStampReq in, a TimeStampResp out. GET /timestamp/tsa.pem: the certificate that stamps."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from foundation import clock
from foundation.crypto import crypto
from foundation.crypto.timestamp import (
    QUERY,
    REPLY,
    TimeRequest,
    TimestampError,
    reply_granted,
    reply_rejected,
    token_issue,
)
from sandbox.ca.authority import issuer
from sandbox.faults.services import FaultNow
from sandbox.kit.body import Refused
from sandbox.kit.endpoint import Answer, Call, endpoint, page
from sandbox.timestamp.authority import POLICY, stamper
from sandbox.world.models import Serial

WRONGS = ("imprint", "nonce", "expired")
"""What the fault 答错人 gets wrong, one after the other."""


@endpoint("timestamp", reads=bytes)
def stamp(call: Call) -> Answer:
    """A token over the digest that is asked for. Wrong (fault): over another one, for another question, or by an old certificate."""
    if call.request.content_type != QUERY:
        raise Refused(415, "not_a_query", f"请求的 Content-Type 要是 {QUERY}")
    try:
        asked = TimeRequest.read(call.request.body)
    except TimestampError as error:
        return _reply(reply_rejected(str(error)))
    if asked.policy != POLICY:
        return _reply(reply_rejected("没有这个规则"))
    wrong = WRONGS[Serial.next("timestamp_wrong") % len(WRONGS)] if call.wrong else ""
    if wrong == "imprint":
        asked = replace(asked, imprint=crypto().sm3(asked.imprint))
    elif wrong == "nonce":
        asked = replace(asked, nonce=asked.nonce + 1)
    chain = [issuer("issuing").certificate, issuer("root").certificate]
    own = stamper(expired=wrong == "expired")
    token = token_issue(asked, issuer=own, chain=chain, serial=Serial.next("timestamp"), at=clock.now())
    return _reply(reply_granted(token))


def _reply(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type=REPLY)


@require_GET
@page("timestamp")
def tsa_pem(request: HttpRequest, fault: FaultNow) -> HttpResponse:
    """The certificate that stamps. Public: whoever verifies a token may want it."""
    reply = HttpResponse(stamper().certificate.pem, content_type="application/x-pem-file")
    reply["Content-Disposition"] = 'attachment; filename="tsa.pem"'
    return reply
