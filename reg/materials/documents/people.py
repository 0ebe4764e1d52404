"""签署人: who stands behind a role of the materials list, and what a person's identity key is. R035, 细则15."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from foundation.crypto.index import normal_id_number
from reg.casefile.view import CaseView, Shareholder
from reg.materials.documents.wording import position

TWO_THIRDS = Fraction(2, 3)
HALF = Fraction(1, 2)


class DocumentRefused(ValueError):
    """The paper cannot be made from these answers; the message tells the applicant what to do."""


@dataclass(frozen=True)
class Signer:
    """签署人: a natural person who signs, or an organisation that seals."""

    key: str
    """person:<document type>:<number>, entity:<uscc> or authority:<code>."""
    name: str
    kind: Literal["person", "seal"]


def person_key(id_type: str, id_number: str) -> str:
    """Identity key of a natural person: equal for every way of writing the number."""
    return f"person:{id_type}:{normal_id_number(id_number)}"


def entity_key(uscc: str) -> str:
    """Identity key of an organisation."""
    return f"entity:{normal_id_number(uscc)}"


def person_signer(person: Mapping[str, Any]) -> Signer:
    """A person of an answer or of the register as signer; refused while he cannot be told from others."""
    if not person.get("name") or not person.get("id_type") or not person.get("id_number"):
        raise DocumentRefused(f"{person.get('name') or '签署人'}的证件类型、证件号码还没有填，文书没有生成。请先填好。")
    return Signer(person_key(person["id_type"], person["id_number"]), person["name"], "person")


def entity_seal(view: CaseView) -> Signer:
    """企业盖章: the company's own seal."""
    return Signer(entity_key(view.entity.uscc), view.entity.name, "seal")


def authority_seal(view: CaseView) -> Signer:
    """登记机关电子印章."""
    return Signer(f"authority:{view.entity.authority}", view.entity.authority_name, "seal")


def legal_representative(view: CaseView) -> Signer:
    """法定代表人: the new one where he changes (公司法35第3款)."""
    return person_signer(view.now("legal_representative"))


def shareholder_signer(holder: Shareholder) -> Signer:
    if holder.natural:
        return Signer(person_key(holder.id_type, holder.id_number), holder.name, "person")
    return Signer(entity_key(holder.id_number), holder.name, "seal")


def all_shareholders(view: CaseView) -> tuple[Shareholder, ...]:
    if not view.entity.shareholders:
        raise DocumentRefused("登记簿里没有股东信息，这份文书没有生成。请到登记机关窗口核对股东信息。")
    return view.entity.shareholders


def consenting_shareholders(
    view: CaseView, *, chosen: frozenset[str] | None, share: Fraction, strictly: bool
) -> tuple[Shareholder, ...]:
    """The shareholders who sign: all of them, or the chosen keys if those carry enough of the votes (公司法66)."""
    holders = all_shareholders(view)
    if chosen is None:
        return holders
    signing = tuple(holder for holder in holders if shareholder_signer(holder).key in chosen)
    votes = sum((Fraction(holder.ratio) for holder in signing), Fraction(0))
    total = sum((Fraction(holder.ratio) for holder in holders), Fraction(0))
    if votes < share * total or (strictly and votes == share * total):
        needed = "过半数" if share == HALF else "三分之二以上"
        raise DocumentRefused(f"选定的签署股东所持表决权没有达到{needed}，文书没有生成。请再选几位股东签署。")
    return signing


def sole_shareholder(view: CaseView) -> Shareholder:
    """一人公司股东 (公司法60、112)."""
    holders = all_shareholders(view)
    if len(holders) != 1:
        raise DocumentRefused("登记簿里的股东不止一名，不能出具股东决定。请改为由股东会作出决议。")
    return holders[0]


def state_capital_body(view: CaseView) -> Signer:
    """履行出资人职责的机构 (公司法172): the owner of a 国有独资公司, as its seal."""
    holder = all_shareholders(view)[0]
    return Signer(entity_key(holder.id_number), holder.name, "seal")


def directors(officers: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Each director of a register entry or an answer once, in the order written."""
    return each_person_once(
        row
        for row in officers.get("rows", ())
        if row.get("change") != "removed" and (office := position(row.get("position"))) and office.is_director
    )


def each_person_once(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The first row of every person: one person may hold several positions."""
    seen: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        seen.setdefault(person_key(str(row.get("id_type", "")), str(row.get("id_number", ""))), row)
    return list(seen.values())


def meeting_host(named: str, present: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """会议主持人 of a 股份公司 (公司法119): the director of that name, the chairman when nobody is named."""
    candidates = list(present)
    hosts = [row for row in candidates if (row["name"] == named if named else row.get("position") == "chairman")]
    if len(hosts) != 1:
        whom = f"“{named}”" if named else "董事长"
        raise DocumentRefused(f"没有在董事里找到会议主持人{whom}，文书没有生成。请在章程页核对主持人姓名。")
    return hosts[0]
