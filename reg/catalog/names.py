"""名称规则的数据: words, forms, industry terms and standard characters. R102-R104; 名称规定, 实施办法, 禁限用规则, 比对规则.

Only what the lists say; what follows from them for a name is reg/naming.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, cast

from reg.catalog.codes import countries, industries
from reg.catalog.laws import chinese_number, law_title
from reg.catalog.source import DATA, CatalogueError, read_csv, read_yaml

NAMES = DATA / "names"
NO_INDUSTRY = "非行业"
NameSeverity: TypeAlias = Literal["forbid", "restrict", "warn", "info"]
Match: TypeAlias = Literal["full", "contains", "trade"]
DOCUMENTS = {
    "R20": "企业名称登记管理规定",
    "M23": "企业名称登记管理规定实施办法",
    "B17": "企业名称禁限用规则",
    "C17": "企业名称相同相近比对规则",
    "G25": "企业名称申报指引（2025年版）",
}
_PLACE = re.compile(r"(?:-(?P<article>\d+)(?:/\d+)*(?:\((?P<item>[^()-]+)\)(?:-\([^()]+\))?)?)?")


@dataclass(frozen=True)
class NameRule:
    """One rule of name_rules (N001 …): its sentence, severity and law."""

    code: str
    basis: str
    """Short form: R20-5; M23-7."""
    severity: NameSeverity
    cases: Mapping[str, NameSeverity]
    text: str
    message: str
    params: Mapping[str, Any]

    def severity_of(self, case: str = "") -> NameSeverity:
        """Severity of a case, or of the rule; CatalogueError for a case it does not know."""
        if not case:
            return self.severity
        if case not in self.cases:
            raise CatalogueError(f"{self.code} 没有这种情形：{case}")
        return self.cases[case]


@dataclass(frozen=True)
class ComparisonRule:
    """One rule of comparison: S01-S06 相同, P01-P07 相近."""

    code: str
    basis: str
    text: str
    same: bool
    exempt_by_investment: bool
    """Whether an investment relation between the two lifts it (名称规定17)."""


@dataclass(frozen=True)
class WordList:
    """One category of 禁限用字词."""

    category: str
    severity: NameSeverity
    match: Match
    words: tuple[str, ...]


@dataclass(frozen=True)
class IndustryTerm:
    """行业用语: the words of a name, the small class they stand for, and the group of those that mean the same."""

    term: str
    small_class: str
    class_name: str
    group: str
    seen: int
    """How often it was seen in names, 1979-2019."""


@dataclass(frozen=True)
class FormRule:
    """组织形式 of one kind of entity."""

    kind: str
    suffixes: tuple[str, ...]
    bodies: tuple[str, ...]
    """What may stand before the bracket of a partnership or a sole proprietorship."""
    forbidden: tuple[str, ...]


@cache
def name_rules() -> Mapping[str, NameRule]:
    """N001-N095 by code."""
    return MappingProxyType({row["id"]: _rule(row) for row in _data("rules")["rules"]})


def _rule(row: Mapping[str, Any]) -> NameRule:
    return NameRule(
        code=row["id"],
        basis=str(row["basis"]),
        severity=row["severity"],
        cases=MappingProxyType(dict(row.get("severity_cases", {}))),
        text=row["text"],
        message=row["message"],
        params=MappingProxyType(dict(row.get("params", {}))),
    )


@cache
def comparison_rules() -> Mapping[str, ComparisonRule]:
    """S01-S06 and P01-P07, in their order."""
    data = _data("rules")["comparison"]
    return MappingProxyType(
        {
            row["id"]: ComparisonRule(
                row["id"], str(row["basis"]), row["text"], kind == "same", "投资关系" in str(row.get("exempt", ""))
            )
            for kind in ("same", "similar")
            for row in data[kind]
        }
    )


def comparison_sentences() -> Mapping[str, str]:
    """What is said of identical names, of similar ones, and where there are none."""
    return cast("Mapping[str, str]", _data("rules")["comparison"]["messages"])


def risk_levels() -> Mapping[str, str]:
    """风险等级: A_forbid … E_pass, in words."""
    return cast("Mapping[str, str]", _data("rules")["comparison"]["risk_levels"])


@cache
def retention_months() -> tuple[int, int]:
    """保留期 in months: ordinary, and where an approval comes before registration (名称规定18)."""
    kept = _data("rules")["meta"]["retention"]
    return int(kept["normal_months"]), int(kept["prior_approval_months"])


@dataclass(frozen=True)
class DeskPolicy:
    """Which declarations a clerk looks at before the name is granted (data; R104)."""

    restricted: frozenset[str] | None
    """Rules whose 限制 go to the desk; None: all. Others send the applicant to the window."""
    similar: frozenset[str]
    """Rules of comparison whose acknowledged hits go to the desk."""
    above: int
    """More acknowledged names than this go to the desk, whatever their rule."""
    working_days: int


@cache
def desk_policy() -> DeskPolicy:
    """The policy in force."""
    said = _data("desk")
    restricted = said["restricted"]["rules"]
    return DeskPolicy(
        None if restricted == "all" else frozenset(restricted),
        frozenset(said["similar"]["rules"]),
        int(said["similar"]["above"]),
        int(said["working_days"]),
    )


@cache
def zone_words() -> tuple[str, ...]:
    """区域名 that must follow 上海 (名称规定7)."""
    return tuple(_data("rules")["structure"]["zone_words"])


@cache
def seeded_words() -> tuple[WordList, ...]:
    """The word lists as delivered; staff edits them (reg/naming/words.py)."""
    found = [
        WordList(category, row["severity"], row.get("match", _MATCH.get(category, "contains")), tuple(row["words"]))
        for category, row in _data("words").items()
        if isinstance(row, dict) and "words" in row and "severity" in row
    ]
    foreign = _data("words")["foreign_country"]
    names = [*(_short_country(one.name) for one in countries().values() if one.code not in _HOME), *foreign["extra"]]
    return (
        *found,
        WordList("foreign_country", foreign["severity"], foreign["match"], tuple(dict.fromkeys(names))),
        WordList(OTHER_MEANING, "restrict", "trade", word_tuple(OTHER_MEANING)),
    )


OTHER_MEANING = "alt_meaning_whitelist"
"""地名另有含义: no list of banned words but of places that a clerk may let pass (名称规定8)."""


_MATCH: Mapping[str, Match] = MappingProxyType({"special_geo": "trade"})
_HOME = {"CHN", "HKG", "MAC", "TWN"}


def _short_country(name: str) -> str:
    return name.partition("（")[0].partition("(")[0].strip()


@cache
def national_words() -> tuple[str, ...]:
    """中国, 中华, 中央, 全国, 国家 (名称规定12)."""
    return tuple(next(row for row in _data("rules")["rules"] if row["id"] == "N070")["words"])


@cache
def military_pattern() -> str:
    """部队番号."""
    return str(_data("words")["military_pattern"]["regex"])


@cache
def word_tuple(key: str) -> tuple[str, ...]:
    """A plain list of words.yaml: non_industry_words, alt_meaning_whitelist, region_abbrev."""
    value = _data("words")[key]
    return tuple(value["words"] if isinstance(value, dict) else value)


@cache
def industry_terms() -> Mapping[str, IndustryTerm]:
    """By term."""
    return MappingProxyType(
        {
            row["term"]: IndustryTerm(
                row["term"],
                row["gb4754_class"] if row["gb4754_class"] in industries() else "",
                row["class_name"],
                "" if row["synonym_group"] == NO_INDUSTRY else row["synonym_group"],
                int(row["freq_shanghai_1979_2019"] or 0),
            )
            for name in ("industry_terms", "industry_terms_more")
            for row in read_csv(NAMES / f"{name}.csv")
        }
    )


@cache
def scope_words() -> tuple[tuple[str, str], ...]:
    """经营范围 as a business says it, with a small class it belongs to."""
    rows = read_csv(NAMES / "scope_words.csv")
    return tuple((row["words"], row["small_class"]) for row in rows if row["small_class"] in industries())


@cache
def standard_characters() -> frozenset[str]:
    """通用规范汉字表: 8,105 characters."""
    return frozenset(row["char"] for row in read_csv(NAMES / "standard_hanzi.csv"))


@cache
def form_rules() -> Mapping[str, FormRule]:
    """组织形式 by the kind of entity_types.csv."""
    return MappingProxyType(
        {
            kind: FormRule(
                kind,
                (*row.get("suffix", ()), *row.get("extra", ())),
                tuple(row.get("body", ())),
                (*row.get("forbid", ()), *row.get("forbid_tail", ())),
            )
            for kind, row in _data("forms")["forms"].items()
        }
    )


def basis_words(basis: str) -> str:
    """`R20-5; M23-7` as 《企业名称登记管理规定》第五条 …; parts that are no article keep their words."""
    return "；".join(said for part in basis.split(";") if (said := _basis(part.strip())))


def _basis(part: str) -> str:
    if part.startswith("SPEC"):
        return ""
    short = next((short for short in DOCUMENTS if part == short or part.startswith(f"{short}-")), "")
    if not short:
        return law_title(part)
    found = _PLACE.fullmatch(part.removeprefix(short))
    if found is None:
        raise CatalogueError(f"条号看不懂：{part}")
    article = f"第{chinese_number(int(found['article']))}条" if found["article"] else ""
    item = found["item"] or ""
    place = f"第（{chinese_number(int(item)) if item.isdigit() else item}）项" if item else ""
    return f"《{DOCUMENTS[short]}》{article}{place}"


def _data(name: str) -> Any:
    return read_yaml(NAMES / f"{name}.yaml")
