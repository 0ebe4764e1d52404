"""What anybody may read of a verified file: plain sentences, persons' names masked, fields called by their number. R141."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from foundation.crypto.x509.certificate import shanghai_text
from foundation.ui.masks import mask_name
from signing.ceremonies.trust import TakenBackLists
from signing.pdf.behalf import principal_in
from signing.pdf.report import Problem, Report, SealReport, SignatureReport

LONGEST = 160
COVERS = {
    "whole": "保护到文件的结尾，之后没有添过内容",
    "revision": "保护签名时的那一版",
    "broken": "没有完整保护文件",
}


@dataclass(frozen=True)
class Line:
    """One signature in plain words."""

    number: int
    ok: bool
    signer: str
    when: str
    version: str
    covers: str
    chain: str
    seal: SealReport | None
    """SES: with which seal, a person's name masked."""
    since: tuple[str, ...]
    problems: tuple[Problem, ...]
    shown: bool
    report: SignatureReport
    behalf: str = ""
    """授权签署: for whom, masked; empty for one's own signature, and where it cannot be believed."""

    @property
    def title(self) -> str:
        return f"第 {self.number} 个签名{'有效' if self.ok else '无效'}"

    def as_json(self) -> dict[str, Any]:
        report = self.report
        return {
            "number": self.number,
            "ok": self.ok,
            "signer": self.signer,
            "on_behalf_of": self.behalf or None,
            "signed_at": report.signed_at.isoformat() if report.signed_at else None,
            "revision": report.revision,
            "covers": report.covers,
            "intact": report.intact,
            "chain_ok": report.chain_ok,
            "chain": list(report.chain),
            "seal": self.seal.as_json() if self.seal else None,
            "shown": self.shown,
            "changed_since": list(self.since),
            "problems": _as_json(self.problems),
        }


@dataclass(frozen=True)
class Answer:
    """All of a file in plain words."""

    ok: bool
    title: str
    text: str
    problems: tuple[Problem, ...]
    lines: tuple[Line, ...]
    revisions: int

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "verdict": self.title,
            "problems": _as_json(self.problems),
            "revisions": self.revisions,
            "signatures": [line.as_json() for line in self.lines],
        }


def _as_json(problems: Iterable[Problem]) -> list[dict[str, str]]:
    return [{"code": problem.code, "message": problem.message} for problem in problems]


def answer_of(report: Report) -> Answer:
    """A report as the public reads it."""
    words = _Words(report)
    lines = tuple(words.line(number, each) for number, each in enumerate(report.signatures, start=1))
    problems = tuple(words.problem(each) for each in report.problems)
    return Answer(report.ok, *_verdict(report), problems, lines, report.revisions)


def lists_line(known: TakenBackLists) -> str:
    """By which list of certificates that were taken back a file was examined, for people."""
    if known.as_of is None:
        return "认证机构的吊销名单还没有取到，这次没有查证书有没有被吊销"
    told = f"国密证书按认证机构 {shanghai_text(known.as_of)} 的吊销名单查过"
    return f"{told}。名单早该更新了，之后吊销的可能没有查到" if known.stale else told


def _verdict(report: Report) -> tuple[str, str]:
    count = len(report.signatures)
    if report.ok:
        return (
            "签名有效" if count == 1 else f"{count} 个签名都有效",
            "文件从签名到现在没有被改动过，每张证书都通到我们信任的根证书。",
        )
    if not count and any(problem.code == "unsigned" for problem in report.problems):
        return "文件里没有电子签名", "打印、扫描、截图或者另存以后，电子签名就没有了。请找签过名的原件。"
    if not count:
        return "文件不能验证", "签名读不出来，不能当作签过名的文件使用。"
    good = sum(each.ok for each in report.signatures)
    if good == count:
        return "文件有问题", f"{count} 个签名本身成立，但是文件后来被动过，不能当作原件使用。"
    title = "签名无效" if count == 1 else f"{count - good} 个签名无效，共 {count} 个"
    return title, "不能当作原件使用。请向给您文件的人要原件，再验一次。"


class _Words:
    """Rewriting sentences so that no person is named and nothing technical is left."""

    def __init__(self, report: Report) -> None:
        self.swaps: dict[str, str] = {}
        self.revisions = report.revisions
        for number, each in enumerate(report.signatures, start=1):
            self.swaps |= {f"签名“{each.field}”": f"第 {number} 个签名", f"“{each.field}”": f"第 {number} 个签名"}
        for each in report.signatures:
            if each.signer and not each.organisation:
                self.swaps[each.signer] = mask_name(each.signer)

    def plain(self, text: str) -> str:
        for old in sorted(self.swaps, key=len, reverse=True):
            text = text.replace(old, self.swaps[old])
        return "".join(letter for letter in text if letter.isprintable())[:LONGEST]

    def problem(self, found: Problem) -> Problem:
        return Problem(found.code, self.plain(found.message))

    def seal(self, used: SealReport) -> SealReport:
        return replace(used, name=self.plain(used.name), es_id=self.plain(used.es_id), maker=self.plain(used.maker))

    def line(self, number: int, report: SignatureReport) -> Line:
        name = self.plain(report.signer) or "读不出来"
        return Line(
            number=number,
            ok=report.ok,
            signer=name if report.chain_ok else f"{name}（证书不受信任，名字不能当真）",
            when=shanghai_text(report.signed_at) if report.signed_at else "没有写",
            version=f"第 {report.revision} 版，共 {self.revisions} 版" if report.revision else "不成一版",
            covers=COVERS[report.covers],
            chain=" → ".join(map(self.plain, report.chain)) or "没有通到任何签发机构",
            seal=self.seal(report.seal) if report.seal else None,
            since=tuple(map(self.plain, report.changed_since)),
            problems=tuple(map(self.problem, report.problems)),
            shown=report.shown,
            report=report,
            behalf=_behalf(report),
        )


def _behalf(report: SignatureReport) -> str:
    """The signer's own word, which his signature protects; what does not hold says nothing."""
    principal = principal_in(report.reason) if report.intact and report.chain_ok else None
    return mask_name("".join(letter for letter in principal if letter.isprintable())) if principal else ""
