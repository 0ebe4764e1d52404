"""What the pages say about a launch: figures and words, counted from its papers without their files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sandbox.chain_office.models import ChainCase, ChainPaper, Launch

CASE_WORDS: Mapping[str, tuple[str, str]] = {
    "unsent": ("还没送到", "warn"),
    "preparing": ("正在取文件", "now"),
    "open": ("等签名", "now"),
    "signed": ("签齐了", "ok"),
    "stopped": ("有文书不能签", "block"),
    "cancelled": ("已取消", "off"),
}
PAPER_WORDS: Mapping[str, tuple[str, str]] = {
    "unsent": ("还没送到", "warn"),
    "fetching": ("正在取文件", "now"),
    "rejected": ("不能签", "block"),
    "open": ("等签名", "now"),
    "complete": ("签齐了", "ok"),
    "refused": ("有人不同意", "block"),
    "cancelled": ("已取消", "off"),
}
TASK_WORDS = {"open": "没签", "signing": "正在签", "signed": "已签", "refused": "不同意", "cancelled": "已取消"}


@dataclass(frozen=True)
class PaperView:
    """One line."""

    paper: ChainPaper

    @property
    def here(self) -> bool:
        """Whether its signed file is fetched."""
        return self.paper.signatures is not None

    @property
    def word(self) -> str:
        return PAPER_WORDS[self.paper.state][0]

    @property
    def tone(self) -> str:
        return PAPER_WORDS[self.paper.state][1]

    @property
    def who(self) -> str:
        """张示例（已签），李样本代王测试（没签），上海…有限公司（没签）"""
        return "，".join(f"{_who(task)}（{TASK_WORDS[task['state']]}）" for task in self.paper.tasks)

    @property
    def why(self) -> str:
        """Why it cannot be signed, or why somebody would not."""
        refused = (task["reason"] for task in self.paper.tasks if task["state"] == "refused")
        return self.paper.problem or next(refused, "")


def _who(task: Mapping[str, str]) -> str:
    principal = task.get("principal")
    return f"{task['name']}代{principal}" if principal else task["name"]


@dataclass(frozen=True)
class CaseView:
    """One case and its papers."""

    case: ChainCase
    papers: tuple[PaperView, ...]

    @property
    def word(self) -> str:
        return CASE_WORDS[self.case.state][0]

    @property
    def tone(self) -> str:
        return CASE_WORDS[self.case.state][1]

    @property
    def complete(self) -> int:
        return sum(one.paper.state == "complete" for one in self.papers)


@dataclass(frozen=True)
class LaunchView:
    """A launch with everything below it."""

    launch: Launch
    cases: tuple[CaseView, ...]

    @property
    def papers(self) -> list[PaperView]:
        return [paper for case in self.cases for paper in case.papers]

    @property
    def wanted(self) -> int:
        """How many papers there are to sign: those that were cancelled do not count."""
        return sum(one.paper.state != "cancelled" for one in self.papers)

    @property
    def signed(self) -> int:
        return sum(one.paper.state == "complete" for one in self.papers)

    @property
    def fetched(self) -> int:
        return sum(one.here for one in self.papers)

    @property
    def signatures(self) -> int:
        """Signatures in the files that were fetched."""
        return sum(one.paper.signatures or 0 for one in self.papers)

    @property
    def moving(self) -> bool:
        """Whether something may still change by itself."""
        return self.fetched < self.signed or any(not one.case.over for one in self.cases)

    @property
    def silent(self) -> bool:
        """电子签名 did not answer when it was asked last."""
        return any(one.case.unanswered for one in self.cases)

    @property
    def open(self) -> bool:
        """Whether there is something to cancel."""
        return any(not one.case.over for one in self.cases)

    @property
    def authorisation_waits(self) -> bool:
        """Whether something may still be signed under its authorisation: what was not sent or fetched, or waits for it."""
        return any(
            one.paper.state in {"unsent", "fetching"}
            or any(task.get("principal") and task["state"] in {"open", "signing"} for task in one.paper.tasks)
            for case in self.cases
            if not case.case.over
            for one in case.papers
        )

    @property
    def short(self) -> str:
        """For a line of the list."""
        return f"签齐 {self.signed} 份，共 {self.wanted} 份"

    @property
    def sentence(self) -> str:
        figures = f"{self.wanted} 份文书，签齐 {self.signed} 份，取回 {self.fetched} 份"
        return f"{figures}，共 {self.signatures} 个签名" if self.fetched else figures

    @property
    def seen(self) -> str:
        """What a page shows of the cases, in a few letters: where it differs from now, the page is to be drawn anew."""
        states = "".join(one.case.state[:2] for one in self.cases)
        return f"{states}{self.moving:d}{self.fetched if self.fetched == self.signed else ''}"

    @property
    def state(self) -> tuple[str, str]:
        """Its word and tone: the first of these that any case has."""
        have = {one.case.state for one in self.cases}
        order = ("unsent", "stopped", "preparing", "open", "signed", "cancelled")
        return CASE_WORDS[next(state for state in order if state in have)]


def launch_views(launches: Sequence[Launch]) -> list[LaunchView]:
    """Everything below these launches, in two questions."""
    papers: dict[int, list[PaperView]] = defaultdict(list)
    light = ChainPaper.objects.defer("pdf", "signed_pdf", "text", "places")
    for paper in light.filter(case__launch__in=launches):
        papers[paper.case_id].append(PaperView(paper))
    cases: dict[int, list[CaseView]] = defaultdict(list)
    for case in ChainCase.objects.filter(launch__in=launches):
        cases[case.launch_id].append(CaseView(case, tuple(papers[case.pk])))
    return [LaunchView(launch, tuple(cases[launch.pk])) for launch in launches]
