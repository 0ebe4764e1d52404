"""材料清单 (R035): which papers this case needs, why, made how, signed by whom. Worked out from the catalogue and the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from reg.casefile.view import CaseView
from reg.catalog.editions import edition
from reg.catalog.materials import Material
from reg.items.kit import Facts, address
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
    optional: bool = False


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
        "address.data_verified": _address_verified(view, facts),
        "agent.real_name_verified": _all_real(view, facts, ("agent",)),
        "person.real_name_verified": _all_real(view, facts, ("liaison", "legal_representative", "officers")),
    }


def _address_verified(view: CaseView, facts: Facts) -> bool:
    """产权核验通过: the title is of this house and free, and not so many are registered there that a proof is asked for."""
    domicile = view.answers.get("domicile", {})
    return address.title_proves(domicile, facts) and not address.crowd(domicile, view.entity.uscc, facts)


def _all_real(view: CaseView, facts: Facts, items: Iterable[str]) -> bool:
    """Whether everyone these rooms newly name is known to the population register: his card need not be handed in."""
    people = [person for item in rooms_of(list(view.items)) if item.code in items for person in item.people(view)]
    fresh = [person.payload for person in people if person.is_new]
    return all(_is_real(payload, facts) for payload in fresh)


def _is_real(payload: Mapping[str, Any], facts: Facts) -> bool:
    subjects = population_of(payload)
    return bool(subjects) and all(facts.lookup("population", s).answer.get("match") is True for s in subjects)


def plan(view: CaseView, facts: Facts) -> Plan:
    """The list of this case in the order of the catalogue."""
    known = facts_of(view, facts)
    rows = edition(view.edition).materials_for(view.entity.kind, view.business, view.change_items, known)
    groups: dict[str, list[Material]] = {}
    for row in rows:
        if row.kind != "report" and row.status != "offline":
            groups.setdefault(row.doc, []).append(row)
    lines = [line for doc, asked in groups.items() for line in _lines(doc, asked, view, known)]
    return Plan(tuple(lines), known)


def _lines(doc: str, rows: list[Material], view: CaseView, known: Mapping[str, Any]) -> Iterable[Line]:
    laws = "，".join(dict.fromkeys(row.law_line for row in rows if row.law_line))
    first = rows[0]
    common: dict[str, Any] = {
        "codes": tuple(row.code for row in rows),
        "laws": laws,
        "part_of": first.part_of,
        "optional": all(row.required == "optional" for row in rows),
    }
    document = DOCUMENTS.get(doc)
    own = any(row.provide == "generated_or_upload" for row in rows)
    if common["optional"]:
        return
    if document is not None and any(row.provide in {"generated", "generated_or_upload"} for row in rows):
        yield Line(doc, first.name, "generated", document=document, may_be_own=own, **common)
        if doc == "appoint":
            for body in sorted(UPLOADED_BODIES.intersection(bodies(view))):
                yield Line(
                    f"{doc}:{body}",
                    "职工代表大会（职工大会）的选举文件",
                    "upload",
                    why="职工代表大会不能电子签名，请上传盖章的选举文件。",
                    **common,
                )
    elif all(row.is_exempt(known) for row in rows if row.exempt_when) and any(row.exempt_when for row in rows):
        yield Line(doc, first.name, "exempt", why=_exempt_words(rows), **common)
    elif first.provide == "offline":
        yield Line(doc, first.name, "offline", why=first.note, **common)
    elif first.provide == "fetched":
        yield Line(doc, first.name, "fetched", **common)
    else:
        yield Line(doc, first.name, "upload", why=_upload_words(doc, view), **common)


def _upload_words(doc: str, view: CaseView) -> str:
    """What to hand in, where that depends on the answers."""
    if doc != "address_proof":
        return ""
    kind = str(view.answers.get("domicile", {}).get("kind") or "")
    return PROOFS.get(kind, "产权证、租赁合同等能证明可以使用这个地址的文件。")


def _exempt_words(rows: list[Material]) -> str:
    if any("address" in row.exempt_when for row in rows):
        return "规划资源部门的产权信息已核验，不用交。"
    return "已实名核验，不用交。"
