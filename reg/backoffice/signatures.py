"""签名溯源 at the desk: what a number leads to, only of cases that the reader may see; names masked for the auditor. R141, R148."""

from __future__ import annotations

import re
from dataclasses import dataclass

from foundation.audit import record
from foundation.identity.actor import Actor, NotVisible, StaffRole
from reg.backoffice.sides import said_by
from reg.casefile.access import Access, case_access
from reg.casefile.models import Case
from reg.integrations import signing
from signing_client import TracedDocument

_NUMBER = re.compile(r"[0-9A-Za-z:._-]{6,80}")
SEES = frozenset({Access.DESK, Access.MASKED})
WHOLE = frozenset({Access.DESK})


@dataclass(frozen=True)
class Traced:
    """A document and what the reader may do with its case."""

    document: TracedDocument
    access: Access

    @property
    def may_export(self) -> bool:
        """Evidence holds whole names and the document itself: nothing for who sees masked."""
        return self.access in WHOLE and self.document.code is not None


def signatures_trace(*, actor: Actor, number: str) -> list[Traced]:
    """Documents behind a number, of the cases that the reader may see; that he asked is recorded on both sides.

    What cannot be a number, such as a name, is neither asked nor written down.
    """
    if not _NUMBER.fullmatch(number):
        return []
    found = _visible(actor, number)
    record(actor, "signature.trace", "signature", number, count=len(found))
    return found


def evidence_export(*, actor: Actor, code: str) -> bytes:
    """The evidence of one document as a ZIP; NotVisible unless he may see the whole case."""
    if not any(each.document.code == code and each.may_export for each in _visible(actor, code)):
        raise NotVisible
    content = said_by(signing.evidence(code, staff=actor.ref))
    record(actor, "signature.export", "signature", code, size=len(content))
    return content


def _visible(actor: Actor, number: str) -> list[Traced]:
    masked = not (actor.has_role(StaffRole.EXAMINER) or actor.has_role(StaffRole.SUPERVISOR))
    documents = said_by(signing.trace(number, staff=actor.ref, masked=masked))
    cases = {case.number: case for case in Case.objects.filter(number__in={each.case_no for each in documents})}
    seen = [Traced(each, case_access(actor, cases[each.case_no])) for each in documents if each.case_no in cases]
    return [each for each in seen if each.access in SEES]
