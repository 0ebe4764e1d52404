"""全过程: everything that happened with a document, in order, each step with its numbers. R141, R148."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from foundation.audit import record as audit
from foundation.crypto.x509 import parse
from foundation.crypto.x509.certificate import shanghai_text
from foundation.identity.actor import Actor
from foundation.ui.masks import mask_name
from signing.ceremonies.models import Ceremony, CeremonyItem, SignatureRecord, Verification
from signing.ceremonies.states import ItemState, VerificationState
from signing.evidence.finding import Hit, documents_find, is_number
from signing.evidence.models import EvidenceRecord
from signing.guard.models import RefusedAttempt
from signing.pdf.behalf import MARK
from signing.seals.models import SealItem, SealItemState, SealState
from signing.tasks.models import Authorisation, ClientSystem, Document, Reading, Subject, Task
from signing.tasks.states import TaskState

Numbers = dict[str, str]


@dataclass(frozen=True)
class Step:
    """One thing that happened."""

    at: datetime
    what: str
    who: str = ""
    numbers: Numbers = field(default_factory=dict)
    """Chinese name of the number → number."""
    note: str = ""
    bad: bool = False
    """It went wrong or was refused."""


@dataclass(frozen=True)
class Trace:
    """One document and all its steps, by the second; within a second as things follow from each other."""

    hit: Hit
    evidence: EvidenceRecord | None
    steps: tuple[Step, ...]


class _Names:
    """Names as the reader may see them."""

    def __init__(self, *, masked: bool) -> None:
        self.masked = masked

    def of(self, subject: Subject) -> str:
        return mask_name(subject.name) if self.masked and subject.is_person else subject.name

    def holder(self, name: str) -> str:
        """Who acted for an enterprise in 电子营业执照."""
        return mask_name(name) if self.masked else name

    def place(self, address: str, device: str) -> str:
        """From where, the last half of an address hidden for who sees masked."""
        if self.masked and address:
            parts = address.replace(":", ".").split(".")
            address = ".".join([*parts[: len(parts) // 2], *["*"] * (len(parts) - len(parts) // 2)])
        return "，".join(part for part in (f"地址 {address}" if address else "", device) if part)


def trace(*, actor: Actor, client: ClientSystem, text: str, masked: bool) -> list[Trace]:
    """What a number leads to; that it was asked for is recorded. `masked`: names and addresses are hidden."""
    number, names = text.strip(), _Names(masked=masked)
    if not is_number(number):
        return []
    found = [_trace(hit, names) for hit in documents_find(client, number)]
    audit(actor, "evidence.trace", "evidence", number, count=len(found))
    return found


def _trace(hit: Hit, names: _Names) -> Trace:
    document = hit.document
    evidence = EvidenceRecord.objects.filter(document=document).select_related("stamp").first()
    steps = [
        *_ordered(document),
        *_read(document, names),
        *_ceremonies(document, names),
        *_seals(document, names),
        *_signatures(document, names),
        *_authorisations_ended(document),
        *_keys_destroyed(document),
        *_ended(document, names),
        *_kept(evidence),
        *_refused(document),
    ]
    return Trace(hit, evidence, tuple(sorted(steps, key=lambda step: step.at.replace(microsecond=0))))


def _ordered(document: Document) -> Iterator[Step]:
    batch = document.batch
    numbers = {"业务流水号": batch.matter.number, "收到的文件 SHA-256": document.sha256}
    yield Step(document.created_at, "发起签署", document.client.title, numbers)
    if batch.ready_at:
        yield Step(batch.ready_at, "文书齐了，通知签署人")


def _read(document: Document, names: _Names) -> Iterator[Step]:
    agreed = Reading.objects.filter(document=document, agreed_at__isnull=False).select_related("subject")
    for reading in agreed:
        if reading.agreed_at:
            note = f"看了 {len(reading.pages)} 页，共 {document.pages} 页"
            yield Step(reading.agreed_at, "看完，确认内容属实", names.of(reading.subject), note=note)


def _ceremonies(document: Document, names: _Names) -> Iterator[Step]:
    items = CeremonyItem.objects.filter(task__document=document).select_related("ceremony__subject")
    seen: set[int] = set()
    for item in items.order_by("pk"):
        if item.ceremony_id not in seen:
            seen.add(item.ceremony_id)
            yield from _ceremony(item.ceremony, names)
        if item.state in {ItemState.FAILED, ItemState.DROPPED} and item.settled_at:
            numbers = {"签署流水号": item.sign_no}
            yield Step(item.settled_at, "这次没有签", names.of(item.ceremony.subject), numbers, item.problem, bad=True)


def _ceremony(ceremony: Ceremony, names: _Names) -> Iterator[Step]:
    who, numbers = names.of(ceremony.subject), {"签署过程编号": ceremony.no}
    yield Step(ceremony.asked_at, "开始签署", who, numbers, names.place(ceremony.address, ceremony.device))
    for check in ceremony.verifications.order_by("pk"):
        yield from _check(check, who)
    if ceremony.certificate:
        certificate = parse(bytes(ceremony.certificate))
        issued = {"证书序列号": f"{certificate.serial:x}"}
        note = f"有效期 {shanghai_text(certificate.not_before)} 至 {shanghai_text(certificate.not_after)}"
        yield Step(
            ceremony.proved_at or ceremony.asked_at, "签发事件证书", certificate.issuer.common_name, issued, note
        )


def _keys_destroyed(document: Document) -> Iterator[Step]:
    ceremonies = Ceremony.objects.filter(items__task__document=document, key_destroyed_at__isnull=False).distinct()
    for ceremony in ceremonies.order_by("pk"):
        if ceremony.key_destroyed_at:
            numbers = {"签署过程编号": ceremony.no}
            yield Step(ceremony.key_destroyed_at, "签名私钥已销毁", numbers=numbers, note="一次签署一把，用完就销毁")


def _check(check: Verification, who: str) -> Iterator[Step]:
    if check.settled_at is None:
        return
    numbers = {"认证流水号": check.serial_no} if check.serial_no else {}
    good = check.state == VerificationState.PASSED
    bound = f"绑定 {len(check.bound)} 个签署流水号" if check.bound and good else check.problem
    if check.scanned_at:
        bound = f"{bound}，在另一台手机上扫码" if bound else "在另一台手机上扫码"
    word = f"{check.get_purpose_display()}{check.get_state_display()}"
    yield Step(check.settled_at, word, who, numbers, bound, bad=not good)


def _seals(document: Document, names: _Names) -> Iterator[Step]:
    items = SealItem.objects.filter(task__document=document).select_related("order__subject", "order__client")
    for item in items.order_by("pk"):
        order = item.order
        numbers = {"签署过程编号": order.ref, **({"盖章订单": order.order_no} if order.order_no else {})}
        note = names.place(order.address, order.device)
        if not item.prepared:
            yield Step(order.asked_at, "没有送去盖章", names.of(order.subject), numbers, item.problem, bad=True)
            continue
        who = order.client.title if order.client else names.of(order.subject)
        yield Step(order.asked_at, "送去电子营业执照盖章", who, numbers, note)
        if order.holder and order.holder_at:
            word = "没有同意" if order.state == SealState.REFUSED else "确认"
            yield Step(order.holder_at, f"持照人在电子营业执照里{word}", names.holder(order.holder), numbers)
        if item.state in {SealItemState.DROPPED, SealItemState.FAILED} and order.settled_at:
            yield Step(order.settled_at, "没有盖章", names.of(order.subject), numbers, item.problem, bad=True)


def _signatures(document: Document, names: _Names) -> Iterator[Step]:
    related = ("task__subject", "task__authorisation__principal")
    rows = SignatureRecord.objects.filter(task__document=document).select_related(*related).order_by("pk")
    for row in rows:
        verb = "盖章" if row.task.kind == row.task.Kind.SEAL else "签名"
        numbers = {
            "签署流水号": row.sign_no,
            "认证流水号": row.verification_no,
            "证书序列号": row.certificate_serial,
            "签后文件 SM3": row.after_sm3,
            **({"授权编号": row.task.authorisation.number} if row.task.authorisation else {}),
        }
        note = _capacity(row.task, names) if row.counted else "签署已经取消，存档不计"
        yield Step(row.signed_at, verb, names.of(row.task.subject), numbers, note, bad=not row.counted)


def _capacity(task: Task, names: _Names) -> str:
    principal = task.principal
    return f"{MARK}，代 {names.of(principal)}（{task.role}）签" if principal else f"以{task.role}身份"


def _authorisations_ended(document: Document) -> Iterator[Step]:
    """The client's word that an authorisation under which this document was to be signed is over."""
    held = Authorisation.objects.filter(tasks__document=document, ended_at__isnull=False).distinct()
    for one in held.order_by("pk"):
        if one.ended_at:
            yield Step(one.ended_at, "终止授权", document.client.title, {"授权编号": one.number})


def _ended(document: Document, names: _Names) -> Iterator[Step]:
    for task in document.tasks.filter(state=TaskState.REFUSED).select_related("subject"):
        if task.closed_at:
            yield Step(task.closed_at, "不同意签署", names.of(task.subject), bad=True)
    if document.closed_at:
        yield Step(document.closed_at, f"文书{document.get_state_display()}", note=document.unauthorised)


def _kept(evidence: EvidenceRecord | None) -> Iterator[Step]:
    if evidence is None:
        return
    yield Step(evidence.kept_at, "存签名证据", numbers={"验签码": evidence.code, "证据 SM3": evidence.sm3})
    stamp = getattr(evidence, "stamp", None)
    if stamp and stamp.stamped_at:
        yield Step(stamp.stamped_at, "盖上可信时间戳", "时间戳服务", {"时间戳编号": stamp.serial})


def _refused(document: Document) -> Iterator[Step]:
    """Attempts on this document that were refused."""
    refs = [*document.tasks.exclude(sign_no=None).values_list("sign_no", flat=True)]
    refs += CeremonyItem.objects.filter(task__document=document).values_list("sign_no", flat=True)
    refs += CeremonyItem.objects.filter(task__document=document).values_list("ceremony__no", flat=True)
    refs += Reading.objects.filter(document=document).values_list("public_id", flat=True)
    for row in RefusedAttempt.objects.filter(obj_ref__in=refs).order_by("pk"):
        yield Step(
            row.legal_at, "拒绝了一次尝试", numbers={"对象": row.obj_ref}, note=row.get_reason_display(), bad=True
        )
