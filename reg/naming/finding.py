"""What is said of a name: one finding of one rule, with the part it is about and the law (R104)."""

from __future__ import annotations

from dataclasses import dataclass

from reg.catalog.names import NameSeverity, basis_words, name_rules

SEVERITY_WORDS: dict[NameSeverity, str] = {"forbid": "禁止", "restrict": "限制", "warn": "提示", "info": "说明"}
_WEIGHT: dict[NameSeverity, int] = {"forbid": 0, "restrict": 1, "warn": 2, "info": 3}


@dataclass(frozen=True)
class NameFinding:
    """One rule that speaks."""

    code: str
    severity: NameSeverity
    message: str
    part: str
    """region, trade, industry, form, or name for the whole."""
    hit: str = ""
    """The words that caused it."""
    provable: bool = False
    """Whether an uploaded proof or an explanation lets a clerk decide."""

    @property
    def basis(self) -> str:
        """The law as people read it."""
        return basis_words(name_rules()[self.code].basis)

    @property
    def weight(self) -> tuple[int, str]:
        """For sorting: the gravest first, then by number."""
        return _WEIGHT[self.severity], self.code


def said(
    code: str, where: str, /, *, case: str = "", hit: str = "", severity: NameSeverity | None = None, **values: object
) -> NameFinding:
    """A finding of rule `code` about the part `where`, in the catalogue's words, blanks filled in."""
    rule = name_rules()[code]
    grave = severity or rule.severity_of(case)
    message = rule.message.format(hit=hit, **values)
    return NameFinding(code, grave, message, where, hit, provable=grave == "restrict")
