"""Deciding a session: what the camera saw, and what the registers say about the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from foundation import clock
from foundation.ui.masks import mask_id
from sandbox.callbacks.services import callback_queue
from sandbox.kit.serials import serial_next
from sandbox.verification.models import Session
from sandbox.world.models import Person
from sandbox.world.selectors import person_find

FACE_TYPES = {"10", "55", "57", "59", "61", "62"}
"""Documents whose holders have a picture in a register (real_name_online)."""
WAYS = {
    "face": {"face": "刷脸"},
    "three_in_one": {"mobile": "实名手机", "alipay": "支付宝", "bank_card": "实名银行卡"},
}
"""For each purpose how it may be proved. 三合一 asks for no face (R151)."""
OUTCOMES = ("self", "fail", "other")


@dataclass(frozen=True)
class Verdict:
    """Passed, or why not."""

    passed: bool
    why: str = ""


def verdict(session: Session, method: str, outcome: str) -> Verdict:
    """`outcome` is what the tester plays: the person himself, a failed attempt, or somebody else before the camera."""
    if outcome == "fail":
        return Verdict(False, "没有看清人脸，活体检测未通过" if method == "face" else "信息核验未通过")
    if outcome == "other":
        return Verdict(False, "和证件上不是同一个人" if method == "face" else "登记的不是本人")
    person = person_find(session.id_type, session.id_number)
    if person is None or person.name != session.name:
        return Verdict(False, "姓名和证件号码对不上")
    return _registers(person, method)


def _registers(person: Person, method: str) -> Verdict:
    told = person.story.get("population", {})
    if not told.get("match", True):
        return Verdict(False, "和人口库的信息不一致")
    if not told.get("alive", True):
        return Verdict(False, "人口库显示此人状态异常")
    if method == "face" and person.id_type not in FACE_TYPES:
        return Verdict(False, "这种证件没有可以比对的照片")
    if method == "mobile" and not person.owns_his_mobile:
        return Verdict(False, "手机号码登记在别人名下")
    return Verdict(True)


@transaction.atomic
def session_decide(session: Session, *, method: str, outcome: str) -> Session:
    """Decide once: a second press, or a session that expired, changes nothing. Queues the callback."""
    row = Session.objects.select_for_update().get(pk=session.pk)
    if not row.open:
        return row
    found = verdict(row, method, outcome)
    row.passed, row.why, row.method = found.passed, found.why, method
    row.serial_no = serial_next("verification", "RZ") if found.passed else None
    row.decided_at = clock.now()
    row.save()
    callback_queue("verification", row.callback_url, session_result(row), ref=row.session_no)
    return row


def session_result(session: Session) -> dict[str, Any]:
    """What query and callback say about a session."""
    code = session.codes.order_by("-pk").first() if session.pk else None
    return {
        "session_no": session.session_no,
        "ref": session.ref,
        "state": session.state,
        "passed": session.passed,
        "method": session.method or None,
        "serial_no": session.serial_no,
        "at": session.decided_at.isoformat() if session.decided_at else None,
        "why": session.why or None,
        "scanned_at": code.scanned_at.isoformat() if code and code.scanned_at else None,
        "bind": session.bind,
        "about": {"id_type": session.id_type, "id_number": mask_id(session.id_number)},
    }
