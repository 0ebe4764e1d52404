"""溯源: the documents behind any 流水号 (业务, 认证, 签署, 签署过程, 证书, 授权), a file's digest or a 验签码. R141, R148."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from foundation.files.models import StoredFile
from signing.ceremonies.models import CeremonyItem, SignatureRecord, Verification
from signing.evidence.models import EvidenceRecord
from signing.seals.models import SealItem
from signing.tasks.models import ClientSystem, Document, Task

MOST = 30
_NUMBER = re.compile(r"[0-9A-Za-z:._-]{6,80}|(?=.*[0-9])[0-9A-Za-z:._-]{1,5}")
"""Clients number their own cases, some with few signs; what is so short and has no digit may be a name."""


@dataclass(frozen=True)
class Hit:
    """A document and as what the number was found."""

    document: Document
    kinds: tuple[str, ...]


def is_number(text: str) -> bool:
    """Whether a text can be one of our numbers: never a name."""
    return bool(_NUMBER.fullmatch(text))


def documents_find(client: ClientSystem, text: str) -> list[Hit]:
    """Documents of this client that the number leads to, newest first; none for what is no number."""
    number = text.strip()
    if not is_number(number):
        return []
    kinds: dict[int, list[str]] = {}
    for word, find in FINDS.items():
        for pk in find(number):
            kinds.setdefault(pk, []).append(word)
    documents = Document.objects.filter(pk__in=kinds, client=client).select_related(
        "batch__matter", "current", "client"
    )
    return [Hit(document, tuple(kinds[document.pk])) for document in documents.order_by("-pk")[:MOST]]


def _business(number: str) -> Iterable[int]:
    return _documents(Document.objects.filter(batch__matter__number=number))


def _signature(number: str) -> Iterable[int]:
    """Of every attempt, also of one that came to nothing."""
    found = set(_of_tasks(Task.objects.filter(sign_no=number)))
    for rows in (CeremonyItem, SealItem, SignatureRecord):
        found |= set(rows.objects.filter(sign_no=number).values_list("task__document_id", flat=True))
    return found


def _verification(number: str) -> Iterable[int]:
    """A face check leads to what its ceremony signed, an identity check to all that was signed while it lasted."""
    found = set(_recorded(Q(verification_no=number)))
    for check in Verification.objects.filter(Q(serial_no=number) | Q(provider_no=number)):
        if check.purpose == Verification.Purpose.IDENTITY:
            meant = Q(
                task__subject=check.subject, signed_at__gte=check.settled_at, signed_at__date__lte=check.valid_until
            )
            found |= set(_recorded(meant)) if check.settled_at and check.valid_until else set()
        if check.ceremony_id:
            found |= set(_in_ceremony(Q(ceremony=check.ceremony_id)))
    return found


def _ceremony(number: str) -> Iterable[int]:
    seals = SealItem.objects.filter(order__ref=number).values_list("task__document_id", flat=True)
    return {*_in_ceremony(Q(ceremony__no=number)), *_recorded(Q(ceremony_no=number)), *seals}


def certificate_serials(number: str) -> list[str]:
    """As certificates show it: hexadecimal with or without colons, or decimal."""
    plain = number.replace(":", "").lower().lstrip("0")
    return [plain, *([f"{int(plain):x}"] if plain.isdecimal() else [])]


def _certificate(number: str) -> Iterable[int]:
    return _recorded(Q(certificate_serial__in=certificate_serials(number)))


def _authorisation(number: str) -> Iterable[int]:
    found = Task.objects.filter(authorisation__number=number).order_by("-pk")
    return found.values_list("document_id", flat=True)[: MOST * 2]


def _file(number: str) -> Iterable[int]:
    """The file as it came, after any signature, or finished: SM3 or SHA-256."""
    digest = number.lower()
    if len(digest) != 64:
        return set()
    stored = StoredFile.objects.filter(sha256=digest).values("pk")
    mine = Q(sha256=digest) | Q(sm3=digest) | Q(original__in=stored) | Q(current__in=stored) | Q(evidence__sm3=digest)
    signed = Q(after_sm3=digest) | Q(after__in=stored) | Q(before__in=stored)
    return {*_documents(Document.objects.filter(mine)), *_recorded(signed)}


def _code(number: str) -> Iterable[int]:
    return EvidenceRecord.objects.filter(code=number.lower()).values_list("document_id", flat=True)


def _documents(found: QuerySet[Document]) -> Iterable[int]:
    return found.order_by("-pk").values_list("pk", flat=True)[: MOST * 2]


def _of_tasks(found: QuerySet[Task]) -> Iterable[int]:
    return found.values_list("document_id", flat=True)


def _recorded(which: Q) -> Iterable[int]:
    rows = SignatureRecord.objects.filter(which).order_by("-pk")
    return rows.values_list("task__document_id", flat=True)[: MOST * 2]


def _in_ceremony(which: Q) -> Iterable[int]:
    return CeremonyItem.objects.filter(which).values_list("task__document_id", flat=True)


FINDS: dict[str, Callable[[str], Iterable[int]]] = {
    "业务流水号": _business,
    "认证流水号": _verification,
    "签署流水号": _signature,
    "签署过程编号": _ceremony,
    "证书序列号": _certificate,
    "授权编号": _authorisation,
    "文件摘要": _file,
    "验签码": _code,
}
