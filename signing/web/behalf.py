"""授权签署 in words for who signs: for whom, by which authorisation, until when. R135."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from foundation import clock
from foundation.ui.dates import cn_date
from signing.tasks.models import Task
from signing.tasks.selectors import Paper


@dataclass(frozen=True)
class Behalf:
    """One authorisation as its agent reads it."""

    principal: str
    role: str
    number: str
    until: str
    covers: str

    @property
    def title(self) -> str:
        return f"授权签署：您代 {self.principal}（{self.role}）签署"

    @property
    def terms(self) -> str:
        return f"授权编号 {self.number}，有效至 {self.until}"

    @property
    def sentence(self) -> str:
        return f"{self.terms}。授权事项：{self.covers.rstrip('。')}。"


def behalf_of(tasks: Iterable[Task]) -> tuple[Behalf, ...]:
    """What these tasks are signed for others by, each once; nothing of one's own."""
    today = clock.today()
    found = [
        Behalf(
            principal=task.principal.name,
            role=task.role,
            number=task.authorisation.number,
            until=cn_date(task.authorisation.valid_until, today=today, year=True),
            covers=task.authorisation.covers,
        )
        for task in tasks
        if task.authorisation and task.principal
    ]
    return tuple(dict.fromkeys(found))


def capacities(paper: Paper) -> dict[str, str]:
    """Two lines of a list, `who` and `note`: in which capacity one signs, and for whom by what right."""
    own, behalf = paper.own_roles, behalf_of(paper.behalf)
    titles = "；".join(one.title for one in behalf)
    terms = "；".join(one.terms for one in behalf)
    if own and behalf:
        return {"who": own, "note": "；".join(f"{one.title}，{one.terms}" for one in behalf)}
    return {"who": own or titles, "note": terms}


def task_lines(task: Task) -> dict[str, str]:
    """The same for one slot."""
    one = next(iter(behalf_of([task])), None)
    return {"who": one.title if one else task.role, "note": one.terms if one else ""}
