"""POST /sms/messages, and the page /sms/ that stands for everybody's phone."""

from __future__ import annotations

import re

from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from foundation.ui.masks import mask_mobile
from sandbox.kit.body import invalid
from sandbox.kit.endpoint import Answer, Call, endpoint
from sandbox.sms.models import Message
from sandbox.sms.services import message_send
from sandbox.world.models import Person
from sandbox.world.selectors import neighbour

MOBILE = re.compile(r"1[3-9]\d{9}")
SHOWN = 100


@endpoint("sms", once=True)
def messages(call: Call) -> Answer:
    """Send one message."""
    mobile = call.body.text("to", longest=20)
    if not MOBILE.fullmatch(mobile):
        raise invalid("to 不是手机号码")
    if call.wrong:
        mobile = neighbour(Person.objects.filter(mobile=mobile).first()).mobile
    sent = message_send(
        sender=call.caller,
        mobile=mobile,
        text=call.body.text("text", longest=500),
        template=call.body.text("template", "", longest=60),
        ref=call.body.text("ref", "", longest=120),
    )
    return 201, {"message_id": sent.message_id, "to": mask_mobile(sent.mobile), "ref": sent.ref}


def phones(request: HttpRequest) -> HttpResponse:
    """Everybody's phones; with ?to=, the messages on one."""
    mobile = request.GET.get("to", "")[:20].replace("\x00", "")
    names = dict(Person.objects.values_list("mobile", "name"))
    if mobile:
        found = Message.objects.filter(mobile=mobile).order_by("-id")[:SHOWN]
        return render(
            request, "sandbox/phone.html", {"mobile": mobile, "owner": names.get(mobile, ""), "messages": found}
        )
    rows = Message.objects.values("mobile").annotate(count=Count("id"), last=Max("sent_at")).order_by("-last")[:SHOWN]
    found_phones = [{**row, "owner": names.get(row["mobile"], "")} for row in rows]
    return render(request, "sandbox/phones.html", {"phones": found_phones})
