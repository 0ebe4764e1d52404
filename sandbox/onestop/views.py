"""POST /onestop/cases, POST …/{serial}/status, GET …/{serial}."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from foundation import clock
from sandbox.kit.body import Refused
from sandbox.kit.endpoint import Answer, Call, endpoint
from sandbox.kit.masking import masked
from sandbox.kit.serials import serial_next
from sandbox.onestop.models import OneStopCase

STATUSES = ("submitted", "accepted", "returned", "approved", "refused", "withdrawn", "recorded", "expired")


@endpoint("onestop")
def cases(call: Call) -> Answer:
    """Take an application and give it its number; the same application gets the same number again."""
    application_no = call.body.text("application_no", longest=60)
    matter_code = call.body.text("matter_code", longest=40)
    applicant = masked(call.body.mapping("applicant"))
    if call.wrong:
        other = OneStopCase.objects.exclude(application_no=application_no).order_by("-id").first()
        application_no = other.application_no if other else application_no[::-1]
    with transaction.atomic():
        case = OneStopCase.objects.select_for_update().filter(application_no=application_no).first()
        fresh = case is None
        if case is None:
            case = OneStopCase.objects.create(
                serial=serial_next("onestop", "YW"),
                application_no=application_no,
                matter_code=matter_code,
                applicant=applicant,
                created_at=clock.now(),
            )
    if case.matter_code != matter_code and not call.wrong:
        raise Refused(409, "other_matter", "这个申请号已经用于别的事项")
    return 201 if fresh else 200, {"serial": case.serial, "application_no": case.application_no}


@endpoint("onestop")
def case_status(call: Call, serial: str) -> Answer:
    """Append one step of progress. The same step with the same time is taken once."""
    step: dict[str, Any] = {
        "status": call.body.choice("status", STATUSES),
        "at": call.body.text("at", clock.now().isoformat(), longest=40),
        "note": call.body.text("note", "", longest=200),
    }
    with transaction.atomic():
        case = _case(serial, lock=True)
        if step not in case.statuses:
            case.statuses = [*case.statuses, step]
            case.save(update_fields=["statuses"])
    return {"serial": case.serial, "application_no": case.application_no, "status": step["status"]}


@endpoint("onestop", "GET")
def case_show(call: Call, serial: str) -> Answer:
    """What 一网通办 knows about an application."""
    case = _case(serial)
    if call.wrong:
        case = OneStopCase.objects.exclude(pk=case.pk).first() or case
    return {
        "serial": case.serial,
        "application_no": case.application_no,
        "matter_code": case.matter_code,
        "statuses": case.statuses,
    }


def _case(serial: str, *, lock: bool = False) -> OneStopCase:
    rows = OneStopCase.objects.select_for_update() if lock else OneStopCase.objects.all()
    case = rows.filter(serial=serial).first()
    if case is None:
        raise Refused(404, "not_found", "没有这个办件编号")
    return case
