"""What a client orders, in our words; and why an order is refused."""

from __future__ import annotations

from dataclasses import dataclass, field

from signing.tasks.models import Business, Subject, Task


class OrderRefused(Exception):
    """The order cannot be taken. `status` is the HTTP status, `code` for programs, the message for people."""

    def __init__(self, code: str, message: str, *, status: int = 422) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


@dataclass(frozen=True)
class Signer:
    """Who has to sign: a person by identity document, or an enterprise by uscc."""

    kind: Subject.Kind
    name: str = field(repr=False)
    id_type: str = ""
    id_number: str = field(default="", repr=False)
    mobile: str = field(default="", repr=False)
    uscc: str = ""


@dataclass(frozen=True)
class SlotOrder:
    """One place of a document where somebody signs; points from the bottom left, pages from 0."""

    name: str
    page: int
    x: float
    y: float
    width: float
    height: float
    role: str
    kind: Task.Kind
    signer: Signer


@dataclass(frozen=True)
class DocumentOrder:
    """One file: where it lies, which bytes it has, what its signers must recognise."""

    ref: str
    title: str
    sha256: str
    download_url: str
    slots: tuple[SlotOrder, ...]
    must_read: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class BatchOrder:
    """Documents of one case."""

    ref: str
    business: Business
    case_no: str
    title: str
    company_name: str
    company_uscc: str
    callback_url: str
    documents: tuple[DocumentOrder, ...]
    return_url: str = ""


def order_check(order: BatchOrder) -> None:
    """Refuse what cannot be signed whatever happens later."""
    if not order.documents:
        raise OrderRefused("no_documents", "至少要有一份文书。")
    refs = [document.ref for document in order.documents]
    if len(set(refs)) != len(refs):
        raise OrderRefused("document_twice", "同一份文书在这一批里出现了两次。")
    for document in order.documents:
        _document_check(document)


def _document_check(document: DocumentOrder) -> None:
    if not document.slots:
        raise OrderRefused("no_slots", f"《{document.title}》没有签名位置。")
    names = [slot.name for slot in document.slots]
    if len(set(names)) != len(names):
        raise OrderRefused("slot_twice", f"《{document.title}》有两个签名位置同名。")
    for slot in document.slots:
        if slot.width <= 0 or slot.height <= 0 or slot.page < 0:
            raise OrderRefused("slot_place", f"《{document.title}》的签名位置 {slot.name} 不在页面上。")
        fits = slot.signer.kind == (Subject.Kind.PERSON if slot.kind == Task.Kind.PERSON else Subject.Kind.ENTITY)
        if not fits:
            raise OrderRefused("slot_signer", f"《{document.title}》的签名位置 {slot.name}：个人签名，企业盖章。")
