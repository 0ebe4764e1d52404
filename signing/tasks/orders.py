"""What a client orders, in our words; and why an order is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from foundation.crypto.index import person_index
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
class AuthorisationOrder:
    """授权 under which a slot is signed for somebody else. Both days are in force."""

    number: str
    granted_on: date
    valid_until: date
    covers: str = field(repr=False)


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
    on_behalf_of: Signer | None = None
    """The principal, a person; never without `authorisation`."""
    authorisation: AuthorisationOrder | None = None


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
        _behalf_check(slot, f"《{document.title}》的签名位置 {slot.name}")


def _behalf_check(slot: SlotOrder, where: str) -> None:
    """授权签署 needs a principal who is another person, and an authorisation; what depends on the day is checked when it is taken."""
    principal, authorisation = slot.on_behalf_of, slot.authorisation
    if principal is None and authorisation is None:
        return
    if authorisation is None:
        raise OrderRefused("authorisation_missing", f"{where}：写了被代签的人，没有写授权。授权签署两样都要有。")
    if principal is None:
        raise OrderRefused("principal_missing", f"{where}：写了授权，没有写代谁签。授权签署两样都要有。")
    if slot.kind != Task.Kind.PERSON:
        raise OrderRefused("behalf_seal", f"{where}：授权签署是个人代个人签名，企业盖章由电子营业执照确认谁能盖。")
    if same_person(slot.signer, principal):
        raise OrderRefused("behalf_self", f"{where}：签署人就是被代签的人，本人签署不用授权。")
    if authorisation.granted_on > authorisation.valid_until:
        raise OrderRefused("authorisation_dates", f"授权 {authorisation.number} 的授权日期在有效期截止以后。")


def same_person(one: Signer, other: Signer) -> bool:
    """Whether two signers have the same identity document."""
    return person_index(one.id_type, one.id_number) == person_index(other.id_type, other.id_number)
