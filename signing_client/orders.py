"""What a business system orders (发起签署): a batch of documents of one case, each with the places where it is signed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Business(StrEnum):
    """业务类型, by which a signer's to-do list is divided."""

    CHANGE = "change"
    """变更"""
    DEREGISTRATION = "deregistration"
    """注销"""
    CHAIN = "chain"
    """大型连锁"""
    ESTABLISHMENT = "establishment"
    """设立"""
    NAMING = "naming"
    """名称"""


class SlotKind(StrEnum):
    """What is put into a slot."""

    PERSON = "person"
    """个人签名"""
    SEAL = "seal"
    """企业盖章"""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who signs for himself: known by his identity document. Signing refuses another name for the same document."""

    name: str = field(repr=False)
    id_type: str
    """证件类型代码: 10 居民身份证, 40 护照 …"""
    id_number: str = field(repr=False)
    mobile: str = field(default="", repr=False)
    """Where he is texted; empty: he is not."""


@dataclass(frozen=True, kw_only=True)
class Entity:
    """An enterprise (企业): known by its 统一社会信用代码, 18 characters."""

    name: str
    uscc: str
    mobile: str = field(default="", repr=False)
    """Where its 联络员 is texted when a seal is asked for. Never sent where an enterprise is only named."""


@dataclass(frozen=True, kw_only=True)
class Authorisation:
    """授权 under which somebody signs for another. The business system decides who may, and ends it (`authorisation_end`)."""

    number: str
    """Its number at the business system, 6 to 60 letters, digits, dots, _ and -; other facts need another number."""
    granted_on: date
    """From this day on, in Shanghai."""
    valid_until: date
    """To this day inclusive, in Shanghai."""
    covers: str
    """授权事项, one sentence."""

    def as_json(self) -> dict[str, Any]:
        days = {"granted_on": self.granted_on.isoformat(), "valid_until": self.valid_until.isoformat()}
        return {**_plain(self), **days}


@dataclass(frozen=True, kw_only=True)
class Slot:
    """签署位置: one box of a page where somebody signs. Points, from the lower left corner of the page."""

    name: str
    """The signature field's name, once in a document: letters, digits, _ and -."""
    page: int
    """From 0."""
    x: float
    y: float
    width: float
    height: float
    role: str
    """As what he signs, for people: 股东. Where he signs for another, as what that one would: 法定代表人."""
    signer: Person | Entity
    """A person signs, an enterprise seals."""
    on_behalf_of: Person | None = None
    """授权签署: for whom he signs, under `authorisation`. His mobile is not sent."""
    authorisation: Authorisation | None = None

    def __post_init__(self) -> None:
        if (self.on_behalf_of is None) != (self.authorisation is None):
            raise ValueError("授权签署要同时写代谁签和依据的授权")

    @property
    def kind(self) -> SlotKind:
        return SlotKind.PERSON if isinstance(self.signer, Person) else SlotKind.SEAL

    def as_json(self) -> dict[str, Any]:
        who = "person" if isinstance(self.signer, Person) else "entity"
        return {
            **_plain(self),
            "kind": str(self.kind),
            "signer": {"kind": who, **_plain(self.signer)},
            "on_behalf_of": _plain(self.on_behalf_of, "mobile") if self.on_behalf_of else None,
            "authorisation": self.authorisation.as_json() if self.authorisation else None,
        }


@dataclass(frozen=True, kw_only=True)
class Document:
    """文书: a PDF that 电子签名 fetches once, from an address of the business system's own host, by a signed call."""

    ref: str
    """Its number at the business system; it cannot be ordered anew while it is being signed."""
    title: str
    sha256: str
    """Of the bytes behind `download_url`, in hexadecimal; others are not signed."""
    download_url: str
    slots: Sequence[Slot]
    must_read: Sequence[str] = ()
    """Points that the signer has to recognise, at most 20."""
    text: str = ""
    """The whole text, for screen readers."""

    @classmethod
    def of(cls, content: bytes, **facts: Any) -> Document:
        """The same from the file itself: its digest is computed."""
        return cls(sha256=hashlib.sha256(content).hexdigest(), **facts)

    def as_json(self) -> dict[str, Any]:
        slots = [slot.as_json() for slot in self.slots]
        return {**_plain(self, "slots"), "must_read": list(self.must_read), "slots": slots}


@dataclass(frozen=True, kw_only=True)
class Batch:
    """批次: the documents of one case that are signed for the same reason. 1 to 200 documents."""

    ref: str
    """Its number at the business system, used once."""
    business: Business
    case_no: str
    """业务流水号; several batches may be of one case."""
    title: str
    documents: Sequence[Document]
    company: Entity | None = None
    """所办企业; None where it has no code yet (设立), then `company_name`."""
    company_name: str = ""
    callback_url: str | None = None
    """Where it is told that something moved; on the business system's own host."""
    return_url: str | None = None
    """Where a signer goes back to after signing."""

    def as_json(self) -> dict[str, Any]:
        plain = _plain(self, "company", "documents")
        plain["company"] = named(self.company) if self.company else None
        return {**plain, "documents": [document.as_json() for document in self.documents]}


@dataclass(frozen=True, kw_only=True)
class SealDocument:
    """A document of an ordered batch that the enterprise is to seal now."""

    ref: str
    slot: str | None = None
    """Which of its slots; None: the enterprise's first that is open. One slot of a document at a time."""

    def as_json(self) -> dict[str, Any]:
        return _plain(self)


@dataclass(frozen=True, kw_only=True)
class SealOrder:
    """服务端批量签署: documents, of any of one's batches, that an enterprise seals with one confirmation. 1 to 200 documents."""

    uscc: str
    """统一社会信用代码 of the enterprise that seals."""
    documents: Sequence[SealDocument]
    return_url: str | None = None
    """Where the holder's browser goes after he decided; on the business system's own host."""

    def as_json(self) -> dict[str, Any]:
        return {**_plain(self, "documents"), "documents": [document.as_json() for document in self.documents]}


def named(entity: Entity) -> dict[str, Any]:
    """An enterprise that is only named, not texted."""
    return _plain(entity, "mobile")


def person_json(person: Person) -> dict[str, Any]:
    return _plain(person)


def _plain(value: Any, *but: str) -> dict[str, Any]:
    """The fields of a dataclass as JSON has them, without those named in `but`."""
    if not is_dataclass(value):
        raise TypeError(type(value).__name__)
    return {one.name: getattr(value, one.name) for one in fields(value) if one.name not in but}
