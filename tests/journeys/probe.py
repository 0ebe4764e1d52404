"""Answers expressions inside a Django process of reg: one line in (base64), one line out (JSON). For journeys only."""

from __future__ import annotations

import base64
import json
import sys
from datetime import timedelta
from typing import Any

END = "@@"


def serve() -> None:
    """Read expressions from standard input until it ends."""
    from django.db import close_old_connections

    for line in sys.stdin:
        close_old_connections()
        value = eval(base64.b64decode(line).decode(), scope())  # noqa: S307 - written by the tests themselves
        print(END + json.dumps(value, ensure_ascii=False, default=str), flush=True)


def scope() -> dict[str, Any]:
    """What an expression may name."""
    from foundation import audit, clock
    from foundation.files.services import file_read
    from foundation.identity.models import LoginSession, StaffUser
    from foundation.outbox.models import OutboxMessage
    from reg.casefile.models import Case, InFlight, ItemAnswer
    from reg.casefile.selectors import case_view
    from reg.entities.models import Entity, EntityFact
    from reg.materials.models import Paper, Slot, Upload
    from reg.naming.models import IndexedName
    from reg.review.models import Claim, Decision

    return {
        "audit": audit,
        "b64encode": base64.b64encode,
        "clock": clock,
        "file_read": file_read,
        "LoginSession": LoginSession,
        "StaffUser": StaffUser,
        "timedelta": timedelta,
        "Case": Case,
        "InFlight": InFlight,
        "OutboxMessage": OutboxMessage,
        "ItemAnswer": ItemAnswer,
        "case_view": case_view,
        "Entity": Entity,
        "EntityFact": EntityFact,
        "Paper": Paper,
        "Slot": Slot,
        "Upload": Upload,
        "IndexedName": IndexedName,
        "name_held": name_held,
        "Claim": Claim,
        "Decision": Decision,
    }


def name_held(person_code: str, uscc: str, written: str) -> str:
    """A name that a person holds for the change of a company; its 保留号."""
    from reg.naming.parsing import parse
    from reg.naming.reservation import NotRead, Wish, name_reserve
    from reg.testing import person

    wish = Wish(parse(written).parts, "llc", "change", uscc=uscc)
    try:
        return name_reserve(actor=person(person_code), wish=wish).number
    except NotRead as unread:
        read = [hit.written for hit in unread.found.similar]
        return name_reserve(actor=person(person_code), wish=wish, read=read).number
