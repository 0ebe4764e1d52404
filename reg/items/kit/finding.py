"""A finding (核对结果): what is wrong, which rule and law say so, how to mend it, and where. Every refusal teaches."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from reg.catalog.laws import basis_line

if TYPE_CHECKING:
    from reg.casefile.view import CaseView
    from reg.items.kit.facts import Facts


class Severity(StrEnum):
    BLOCK = "block"
    OFFLINE = "offline"
    CONFIRM = "confirm"
    WARN = "warn"

    @property
    def label(self) -> str:
        """拦截, 转线下, 需确认, 提示."""
        return _TITLES[self]

    @property
    def css(self) -> str:
        """Class of the finding card: block, off, warn, tip."""
        return _CSS[self]

    @property
    def rank(self) -> int:
        """Order on the page: block, offline, confirm, warn."""
        return list(Severity).index(self)


_TITLES = {Severity.BLOCK: "拦截", Severity.OFFLINE: "转线下", Severity.CONFIRM: "需确认", Severity.WARN: "提示"}
_CSS = {Severity.BLOCK: "block", Severity.OFFLINE: "off", Severity.CONFIRM: "warn", Severity.WARN: "tip"}


@dataclass(frozen=True)
class Finding:
    """One result of one rule."""

    code: str
    """Rule of the catalogue (CC24) or the room's own check (liaison.mobile_owner)."""
    severity: Severity
    message: str
    """What is wrong, in the requirement's own words, values filled in."""
    fix: str = ""
    """How to mend it."""
    basis: tuple[str, ...] = ()
    """Short forms of the articles: 公司法10, 细则33."""
    item: str = ""
    """Room to jump to."""
    field: str = ""
    row: str = ""
    needs_words: bool = False
    """For 需确认: the applicant must also explain in his own words."""

    @property
    def key(self) -> str:
        """Identity for confirmations: another text is another finding and must be confirmed again."""
        digest = hashlib.sha256(self.message.encode()).hexdigest()[:16]
        return ":".join((self.code, self.item, self.row[:8], self.field, digest))

    def told(self) -> dict[str, str]:
        """What a page shows of it; `code` tells it from every other, `basis` as people read it."""
        return {
            "severity": str(self.severity),
            "message": self.message,
            "fix": self.fix,
            "basis": basis_line(self.basis),
            "code": self.key,
            "item": self.item,
        }


Check = Callable[[Mapping[str, Any], "CaseView", "Facts"], Iterable[Finding]]
"""A pure function named as the fact it demands: (payload after, case, facts) → findings. No I/O."""
