"""What a room tells beside its form (实时数据质量提示): what an outside system says about the answer, and what may be taken over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Hint:
    """One thing that is known about the answer."""

    key: str
    """Unique among the hints of a page: names the button that takes it over."""
    title: str
    text: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    """(权利人, …), (坐落, …)."""
    tone: str = ""
    """ok, warn, block, now (still being looked up), or nothing."""
    take: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the form as they would be after taking it over; empty where nothing is offered."""
    take_label: str = ""
    source: str = "computed"
    """Where values taken over come from."""

    @property
    def waiting(self) -> bool:
        """Whether the answer is still on its way."""
        return self.tone == "now"
