"""Examining a file or a code for somebody unknown, within limits. R141."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction

from foundation import clock
from foundation.crypto.index import blind_index
from foundation.files.services import file_read
from foundation.pdf.kinds import Kind, sniff
from foundation.pdf.verdict import MAX_BYTES
from signing.ceremonies.trust import TakenBackLists, trust
from signing.evidence.models import EvidenceRecord
from signing.inspection.models import Inspection
from signing.pdf.apart import verify_apart
from signing.pdf.report import Report
from signing.pdf.verify import verify_pdf

WINDOW = timedelta(minutes=10)
FILES, CODES = 10, 60
"""How many files and codes one address may ask about within the window."""
FILES_OF_ALL = 120
"""How many files everybody together, so that a thousand addresses cannot keep all processors busy."""
LOCK = 0x16_5E


@dataclass(frozen=True)
class TooOften(Exception):
    """Too many questions; the next one may come after `wait`."""

    wait: timedelta


class NotInspected(ValueError):
    """There is nothing to examine. The message says what to do."""


@transaction.atomic
def inspection_count(address: str, *, heavy: bool) -> None:
    """Count one question of `address`; TooOften beyond the limit. Whoever asks at the same time waits his turn."""
    source, now = blind_index("inspection", _network(address)), clock.wall()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    recent = Inspection.objects.filter(at__gt=now - WINDOW, heavy=heavy)
    limits = [(recent.filter(source=source), FILES if heavy else CODES)]
    for asked, most in [*limits, (recent, FILES_OF_ALL)] if heavy else limits:
        times = list(asked.order_by("-at").values_list("at", flat=True)[:most])
        if len(times) == most:
            raise TooOften(max(times[-1] + WINDOW - now, timedelta(seconds=1)))
    Inspection.objects.create(source=source, at=now, heavy=heavy)


def _network(address: str) -> str:
    """The address as one household has it: a whole /64 of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address


def inspections_sweep() -> None:
    """Ticker: forget questions that no longer count."""
    Inspection.objects.filter(at__lt=clock.wall() - WINDOW).delete()


@dataclass(frozen=True)
class Examined:
    """What was found, and by which lists of certificates that were taken back."""

    report: Report
    taken_back: TakenBackLists


def file_inspect(content: bytes) -> Examined:
    """Every signature of a file from anywhere. NotInspected when it is no PDF; nothing is kept."""
    if not content:
        raise NotInspected("没有选文件。请选一份签过名的 PDF。")
    if len(content) > MAX_BYTES:
        raise NotInspected("文件超过 20 MB，没有验证。")
    if sniff(content[:2048]) is not Kind.PDF:
        raise NotInspected("这不是 PDF 文件。请传签过名的 PDF 原件，照片和截图里没有电子签名。")
    believed = trust()
    lists = [each.der for each in believed.taken_back.lists]
    report = verify_apart(content, believed.roots, believed.intermediates, revocations=lists, now=clock.now())
    return Examined(report, believed.taken_back)


@dataclass(frozen=True)
class Inspected:
    """A document that was signed here, as its code shows it."""

    record: EvidenceRecord
    examined: Examined


def code_inspect(code: str) -> Inspected | None:
    """The document behind a code, its stored bytes verified now; None when there is none."""
    found = EvidenceRecord.objects.select_related("document__current", "document__batch__matter", "stamp")
    record = found.filter(code=code.strip().lower()).first()
    if record is None or record.document.current is None:
        return None
    believed, pdf = trust(), file_read(record.document.current)
    lists = believed.taken_back.lists
    report = verify_pdf(pdf, believed.roots, believed.intermediates, revocations=lists, now=clock.now())
    return Inspected(record, Examined(report, believed.taken_back))
