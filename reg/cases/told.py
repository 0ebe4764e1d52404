"""办理进度: the way of a case as it is told to the applicant and at the desk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from reg.casefile.models import Case

SIGNED = "signed"


@dataclass
class Told:
    """One line. What one signer signed in a row is one line that lists the papers."""

    text: str
    who: str
    at: datetime
    papers: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """签名 6 份, or the words of the step."""
        return f"{self.text} {len(self.papers)} 份" if self.papers else self.text


def case_told(case: Case) -> list[Told]:
    """The whole way, oldest first."""
    lines: list[Told] = []
    for step in case.steps.order_by("at", "pk"):
        paper, _, verb = step.text.partition("》已")
        if step.kind != SIGNED or not verb:
            lines.append(Told(step.text, step.who, step.at))
            continue
        last = lines[-1] if lines else None
        if last is None or not last.papers or (last.who, last.text) != (step.who, verb):
            last = Told(verb, step.who, step.at)
            lines.append(last)
        last.papers.append(f"{paper}》")
        last.at = step.at
    return lines
