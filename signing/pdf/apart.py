"""Verifying a file from anywhere: in a child process with limits, as uploads are examined. R141, R147."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from datetime import datetime

from foundation.pdf.child import Died, TooHeavy, examined
from signing.pdf.report import Problem, Report

_CHILD = "signing.pdf.verify_child"


def verify_apart(
    pdf: bytes,
    roots: Iterable[bytes],
    intermediates: Iterable[bytes] = (),
    at: datetime | None = None,
    *,
    revocations: Iterable[bytes] = (),
    now: datetime | None = None,
) -> Report:
    """As `verify_pdf`, with DER certificates and lists; a file that is too much for the child is not good."""
    trust = {
        "roots": [base64.b64encode(each).decode() for each in roots],
        "intermediates": [base64.b64encode(each).decode() for each in intermediates],
        "revocations": [base64.b64encode(each).decode() for each in revocations],
        "at": at.isoformat() if at else None,
        "now": now.isoformat() if now else None,
    }
    try:
        answer = examined(_CHILD, data=json.dumps(trust).encode() + b"\n" + pdf)
    except TooHeavy:
        return Report((), (Problem("too_heavy", "文件打开太费时间或内存，没有验证"),))
    except Died:
        return Report((), (Problem("structure", "文件结构有误，不能验证"),))
    return Report.from_json(json.loads(answer))
