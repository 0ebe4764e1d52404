"""授权签署 in words for who signs: for whom, by which authorisation, until when. R135."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from foundation import clock
from foundation.ui.dates import cn_date
from signing.tasks.models import Task
from signing.tasks.selectors import Paper
from signing.tasks.states import TaskState

SHORT = 24
"""Letters of a name or number that fit into one line of a phone."""


@dataclass(frozen=True)
class Behalf:
    """One authorisation as its delegate reads it."""

    principal: str
    role: str
    number: str
    term: str
    """有效至 2026年12月31日, or that it has ended."""
    covers: str

    @property
    def title(self) -> SafeString:
        return format_html("授权签署：您代 {}（{}）签署", whole(self.principal), self.role)

    @property
    def terms(self) -> SafeString:
        return format_html("授权编号 {}，{}", whole(self.number), whole(self.term))

    @property
    def sentence(self) -> SafeString:
        return format_html("{}。<br>授权事项：{}。", self.terms, self.covers.rstrip("。"))


def whole(text: str) -> SafeString:
    """Not broken over two lines where it fits into one."""
    return format_html('<span class="nw">{}</span>' if len(text) <= SHORT else "{}", text)


def behalf_of(tasks: Iterable[Task]) -> tuple[Behalf, ...]:
    """What these tasks are signed for others by, each once; nothing of one's own."""
    found = [
        Behalf(task.principal.name, task.role, task.authorisation.number, _term(task), task.authorisation.covers)
        for task in tasks
        if task.authorisation and task.principal
    ]
    return tuple(dict.fromkeys(found))


def _term(task: Task) -> str:
    """Until when it is in force; of what was signed it stays as it was then."""
    held, today = task.authorisation, clock.today()
    if held is None:
        return ""
    if held.ended_at and task.state != TaskState.SIGNED:
        return f"{cn_date(held.ended_at, today=today, year=True)}已终止"
    return f"有效至 {cn_date(held.valid_until, today=today, year=True)}"


def capacities(paper: Paper) -> dict[str, str]:
    """Two lines of a list, `who` and `note`: in which capacity one signs, and for whom by what right."""
    own, behalf = paper.own_roles, behalf_of(paper.behalf)
    titles = format_html_join("；", "{}", ((one.title,) for one in behalf))
    who = format_html("{}；另有{}", own, titles) if own and behalf else own or titles
    return {"who": who, "note": format_html_join("；", "{}", ((one.terms,) for one in behalf))}


def task_lines(task: Task) -> dict[str, str]:
    """The same for one slot."""
    one = next(iter(behalf_of([task])), None)
    return {"who": one.title if one else task.role, "note": one.terms if one else ""}


def principals(papers: Iterable[Paper]) -> str:
    """For whom something of these papers is signed: whose names the delegate must not write."""
    return "、".join(dict.fromkeys(one.principal for paper in papers for one in behalf_of(paper.behalf)))
