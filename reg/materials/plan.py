"""材料清单 (R035): which papers this case needs, why, made how, signed by whom. Worked out from the catalogue and the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from reg.casefile.view import CaseView
from reg.catalog.editions import Edition, edition
from reg.catalog.materials import Material
from reg.items.kit import Facts, address
from reg.items.kit.names import needs_authorisation
from reg.items.kit.people import population_of
from reg.items.registry import rooms_of
from reg.materials.documents import DOCUMENTS, Document
from reg.materials.documents.appoint.data import bodies
from reg.materials.facts import material_facts

UPLOADED_BODIES = frozenset({"employee_congress"})
"""Bodies that cannot sign electronically: their paper is uploaded."""
PROOFS = {
    "self_owned": "产权证（不动产权证书、房地产权证）；还没有办证的，商品房买卖合同或者预售许可证。",
    "leased": "租赁合同和产权证；转租的，还要产权人同意转租的证明。",
    "free_use": "产权人出具的无偿使用证明和产权证。",
    "centralized": "集中登记地管理单位出具的使用证明。",
    "virtual_incubator": "园区、众创空间或者孵化器出具的场所使用证明。",
    "hotel": "宾馆、饭店出具的使用证明和它的营业执照。",
    "residential_changed": "产权证，以及居民委员会或者业主委员会出具的、有利害关系的业主同意改为经营性用房的证明。",
}
"""What proves the right to use the domicile, by 取得方式. 细则35; code list house_proofs."""
NAME_PROOF = "使用他人名称、字号、商标的，权利人盖章的授权书；有投资关系的，对方企业的章程、股东名册等出资证明。"
"""What lets a company use a name that would bar it (名称规定15、17)."""
OFFLINE = {"paper_licence": "核准以后，把纸质营业执照正本、副本交回登记机关，或者寄回；遗失的，登记机关公告作废。"}
"""What is done with paper, by doc; another line says what the catalogue notes."""
Provide = Literal["generated", "upload", "exempt", "fetched", "offline"]


@dataclass(frozen=True)
class Line:
    """One line of the list for this case: equal documents of several catalogue lines are one."""

    key: str
    """doc, or doc:party of a body."""
    title: str
    provide: Provide
    codes: tuple[str, ...]
    """Lines of the catalogue that ask for it."""
    laws: str
    document: Document | None = None
    may_be_own: bool = False
    """Whether the applicant may bring his own paper instead (自备文书)."""
    part_of: str = ""
    why: str = ""
    """Why it need not be handed in, or what it is for."""


@dataclass(frozen=True)
class Plan:
    """The whole list."""

    lines: tuple[Line, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)

    def of(self, provide: Provide) -> tuple[Line, ...]:
        """Lines provided in one way."""
        return tuple(line for line in self.lines if line.provide == provide)

    def line(self, key: str) -> Line | None:
        """The line of a key."""
        return next((line for line in self.lines if line.key == key), None)


def facts_of(view: CaseView, facts: Facts) -> dict[str, Any]:
    """Facts of the catalogue for this case, those from outside included."""
    return {
        **material_facts(view),
        "name.needs_authorisation": needs_authorisation(view.answers.get("name", {}), facts.name),
        "address.data_verified": _address_verified(view, facts),
        "agent.real_name_verified": not unverified(view, facts, "agent"),
        "registration.confirmation_mode": view.entity.authority in edition(view.edition).confirmation_authorities,
    }


def _address_verified(view: CaseView, facts: Facts) -> bool:
    """产权核验通过, or on the list of 集中登记地: the title is of this house and free, and not so many are registered there that
    a proof is asked for."""
    domicile = view.answers.get("domicile", {})
    if address.list_proves(domicile, facts, view.legal_day):
        return True
    return address.title_proves(domicile, facts) and not address.crowd(domicile, view.entity.uscc, facts)


def unverified(view: CaseView, facts: Facts, room: str) -> list[str]:
    """Names of those whom this room newly names and the population register did not confirm: their cards are handed in."""
    people = [person for item in rooms_of(list(view.items)) if item.code == room for person in item.people(view)]
    fresh = [person.payload for person in people if person.is_new and not _is_real(person.payload, facts)]
    return list(dict.fromkeys(str(payload["name"]) for payload in fresh))


def _is_real(payload: Mapping[str, Any], facts: Facts) -> bool:
    subjects = population_of(payload)
    return bool(subjects) and all(facts.lookup("population", s).answer.get("match") is True for s in subjects)


def plan(view: CaseView, facts: Facts, *, current: Edition | None = None) -> Plan:
    """The list of this case in the order of the catalogue, under the edition of the case."""
    under = current or edition(view.edition)
    known = facts_of(view, facts)
    rows = under.materials_for(view.entity.kind, view.business, view.change_items, known)
    groups: dict[str, list[Material]] = {}
    for row in rows:
        if row.kind != "report" and row.status != "offline" and row.required != "optional":
            groups.setdefault(row.doc, []).append(row)
    asked = _Asked(view, facts, known, under)
    return Plan(tuple(line for doc, rows in groups.items() for line in asked.lines(doc, rows)), known)


@dataclass(frozen=True)
class _Asked:
    """What the lines of one case are worked out from."""

    view: CaseView
    facts: Facts
    known: Mapping[str, Any]
    edition: Edition

    def lines(self, doc: str, rows: list[Material]) -> Iterable[Line]:
        """The lines of one kind of paper."""
        first = rows[0]
        laws = "，".join(dict.fromkeys(row.law_line for row in rows if row.law_line))
        common: dict[str, Any] = {
            "codes": tuple(row.code for row in rows), "laws": laws, "part_of": first.part_of
        }  # fmt: skip
        document = DOCUMENTS.get(doc)
        if why := self.exempt(rows):
            yield Line(doc, first.name, "exempt", why=why, **common)
        elif document is not None and any(row.provide in {"generated", "generated_or_upload"} for row in rows):
            own = any(row.provide == "generated_or_upload" for row in rows)
            if any(party not in UPLOADED_BODIES for party in document.parties(self.view)):
                yield Line(doc, first.name, "generated", document=document, may_be_own=own, **common)
            if doc == "appoint":
                yield from self.uploaded_bodies(doc, common)
        elif first.provide in {"offline", "fetched"}:
            yield Line(doc, first.name, first.provide, why=self.without_paper(first), **common)
        else:
            yield Line(doc, first.name, "upload", why=self.upload_words(first), **common)

    def without_paper(self, row: Material) -> str:
        """What is done with a line that is neither made nor uploaded."""
        if row.provide == "offline":
            return OFFLINE.get(row.doc, row.note)
        number = str(self.view.answers.get("name", {}).get("number") or "")
        return f"保留号 {number}，系统已核对，不用交。" if row.doc == "company_change_name_01" and number else ""

    def uploaded_bodies(self, doc: str, common: Mapping[str, Any]) -> Iterable[Line]:
        """A decision of a body that cannot sign electronically."""
        for body in sorted(UPLOADED_BODIES.intersection(bodies(self.view))):
            yield Line(
                f"{doc}:{body}",
                "职工代表大会（职工大会）的选举文件",
                "upload",
                why="职工代表大会不能电子签名，请上传盖章的选举文件。",
                **common,
            )

    def exempt(self, rows: list[Material]) -> str:
        """Why none of these lines is handed in (免交); empty when one is."""
        reasons = [self._exempt(row) for row in rows]
        return "；".join(dict.fromkeys(reasons)) if all(reasons) else ""

    def _exempt(self, row: Material) -> str:
        confirmed = self.known["registration.confirmation_mode"] and row.code in self.edition.confirmation_omitted
        if row.may_be_omitted and confirmed:
            return "登记确认制：由公司自己留存备查，不用交。"
        known = {**self.known, "person.real_name_verified": not self.to_prove(row)}
        if not row.is_exempt(known):
            return ""
        if "address" not in row.exempt_when:
            return "已实名核验，不用交。"
        domicile = self.view.answers.get("domicile", {})
        listed = address.list_proves(domicile, self.facts, self.view.legal_day)
        return f"{'集中登记地名录' if listed else '规划资源部门的产权信息'}已核验，不用交。"

    def to_prove(self, row: Material) -> list[str]:
        """Whose identity this line proves: of those whom its own item newly names, who is not verified."""
        rooms = self.edition.catalogue.rooms
        room = next((code for code, item in rooms.items() if item == row.change_item), "")
        return unverified(self.view, self.facts, room)

    def upload_words(self, row: Material) -> str:
        """What to hand in, where that depends on the answers."""
        if row.doc == "address_proof":
            kind = str(self.view.answers.get("domicile", {}).get("kind") or "")
            return PROOFS.get(kind, "产权证、租赁合同等能证明可以使用这个地址的文件。")
        if row.doc == "company_change_name_02":
            return NAME_PROOF
        if row.doc == "agent_id":
            return _card_words(unverified(self.view, self.facts, "agent"))
        return _card_words(self.to_prove(row)) if "real_name_verified" in row.exempt_when else ""


def _card_words(names: list[str]) -> str:
    return f"{'、'.join(names)}还没有通过人口库核验，请上传身份证件，有照片和号码的每一面都要。" if names else ""
