"""代码表: document types, positions, ways of appointment, states of an enterprise and the other short lists.

Each list is read once; unknown codes raise CatalogueError, so that a wrong code is found where it is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from reg.catalog.id_numbers import IdCheck, IdProblem
from reg.catalog.source import DATA, CatalogueError, read_csv, read_yaml

CODES = DATA / "codes"


@dataclass(frozen=True)
class Code:
    """A code with its Chinese name."""

    code: str
    name: str


@dataclass(frozen=True)
class IdDocumentType(Code):
    """证件类型."""

    label: str
    """In full, as on the application form."""
    checks: tuple[IdCheck, ...]
    real_name_online: bool
    """The population and mobile-owner services know this type."""

    def problem(self, number: str) -> IdProblem | None:
        """Why the number cannot be right; None if it may be."""
        problems = [check.problem(number) for check in self.checks]
        return None if None in problems else problems[0]


@dataclass(frozen=True)
class Position(Code):
    """职务; the name as it stands in documents."""

    label: str
    """The name with what tells it from others, for a list to choose from."""
    organ: str
    """board | no_board | supervisory_board | no_supervisory_board | management; empty for other entities."""
    represents: bool
    """May be legal representative as director or manager (公司法10)."""
    bodies: tuple[str, ...]
    """Bodies that may appoint, the usual one first."""
    legacy: bool
    note: str

    @property
    def is_supervisor(self) -> bool:
        """监事: may be neither director nor manager of the same company (公司法76)."""
        return self.organ in {"supervisory_board", "no_supervisory_board"}

    @property
    def is_director(self) -> bool:
        """董事, whatever the title; the audit committee consists of directors but is no post of director itself."""
        return self.organ in {"board", "no_board"} and self.code != "audit_committee"


@dataclass(frozen=True)
class AppointmentBody(Code):
    """任免机构."""

    modes: tuple[str, ...]
    """Ways in which it appoints, the usual one first."""


@dataclass(frozen=True)
class EnterpriseStatus(Code):
    """企业状态."""

    established: bool
    """确立: may change its registration."""
    change: str
    """`offline`: changes go to the counter."""
    note: str


@dataclass(frozen=True)
class Country(Code):
    """国家和地区; code is ISO 3166 alpha-3."""

    english: str


@dataclass(frozen=True)
class Industry(Code):
    """GB/T 4754-2017 行业."""

    level: str
    parent: str


@cache
def id_document_types() -> Mapping[str, IdDocumentType]:
    """证件类型; the common ones first."""
    block = _codes()["id_document_types"]
    rows = [*block["items"], *block["additions"]["items"]]
    return _by_code(
        IdDocumentType(
            code=row["code"],
            name=row["name"],
            label=row.get("label", row["name"]),
            checks=tuple(IdCheck(c) for c in _listed(row["id_check"])),
            real_name_online=bool(row["real_name_online"]),
        )
        for row in rows
    )


@cache
def positions() -> Mapping[str, Position]:
    """职务 of companies, and of the heads of other entities."""
    return _by_code(
        Position(
            code=row["code"],
            name=row["name"].split("（")[0],
            label=row["name"],
            organ=row.get("organ", ""),
            represents=bool(row.get("represents")),
            bodies=tuple(row.get("bodies", ())),
            legacy=bool(row.get("legacy")),
            note=row.get("note", ""),
        )
        for row in _codes()["positions"]["items"]
    )


@cache
def appointment_modes() -> Mapping[str, Code]:
    """产生方式."""
    return _plain("appointment_modes")


@cache
def appointment_bodies() -> Mapping[str, AppointmentBody]:
    """任免机构."""
    rows = _codes()["appointment_bodies"]["items"]
    return _by_code(AppointmentBody(code=r["code"], name=r["name"], modes=tuple(r["modes"])) for r in rows)


@cache
def enterprise_statuses() -> Mapping[str, EnterpriseStatus]:
    """企业状态."""
    return _by_code(
        EnterpriseStatus(
            code=row["code"],
            name=row["name"].split("（")[0],
            established=bool(row["established"]),
            change=row.get("change", ""),
            note=row.get("note", ""),
        )
        for row in _codes()["enterprise_status"]["items"]
    )


@cache
def application_statuses() -> Mapping[str, Code]:
    """申请案状态, the codes that other systems understand."""
    return _plain("application_status")


@cache
def investor_types() -> Mapping[str, Code]:
    """投资人类型."""
    return _plain("investor_types")


@cache
def organisation_certificate_types() -> Mapping[str, Code]:
    """非自然人股东的证照类型."""
    return _plain("organisation_certificate_types")


@cache
def contribution_modes() -> Mapping[str, Code]:
    """出资方式."""
    return _plain("contribution_modes")


@cache
def address_kinds() -> Mapping[str, Code]:
    """住所的取得方式."""
    return _by_code(Code(code, name) for code, name in _codes()["address_kinds"].items())


def house_proofs() -> tuple[str, ...]:
    """Kinds of proof of the right to use a domicile."""
    return tuple(_codes()["house_proofs"]["items"])


@cache
def ethnic_groups() -> Mapping[str, Code]:
    """民族 (GB/T 3304)."""
    return _by_code(Code(r["code"], r["name"]) for r in read_csv(CODES / "ethnic_groups.csv"))


@cache
def countries() -> Mapping[str, Country]:
    """国家和地区, China first, then by Chinese name as listed."""
    rows = read_csv(CODES / "countries.csv")
    rows.sort(key=lambda row: row["alpha3"] != "CHN")
    return _by_code(Country(r["alpha3"], r["name_zh"], r["name_en"]) for r in rows)


@cache
def currencies() -> Mapping[str, Code]:
    """币种 (ISO 4217)."""
    return _by_code(Code(r["alpha3"], r["name_zh"]) for r in read_csv(CODES / "currencies.csv"))


@cache
def industries() -> Mapping[str, Industry]:
    """国民经济行业, from 门类 to 小类."""
    rows = read_csv(CODES / "industries.csv")
    return _by_code(Industry(r["code"], r["name"], r["level"], r["parent_code"]) for r in rows)


def code_name(codes: Mapping[str, Code], code: str) -> str:
    """The Chinese name of a code; CatalogueError if the list does not hold it."""
    try:
        return codes[code].name
    except KeyError:
        raise CatalogueError(f"代码表里没有 {code!r}") from None


def _codes() -> Mapping[str, Any]:
    data: Mapping[str, Any] = read_yaml(CODES / "codes.yaml")
    return data


def _plain(name: str) -> Mapping[str, Code]:
    return _by_code(Code(row["code"], row["name"]) for row in _codes()[name]["items"])


def _by_code(rows: Any) -> Mapping[str, Any]:
    return MappingProxyType({row.code: row for row in rows})


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
