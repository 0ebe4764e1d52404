"""What came of reading an identity card (证件识别结果). R016, R017, R020."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Side = Literal["front", "back"]
"""front: 人像面; back: 国徽面."""


class Trouble(StrEnum):
    """Why a reading may not be relied on. The value names it in data, its sentence teaches."""

    NOT_A_CARD = "not_a_card"
    WRONG_SIDE = "wrong_side"
    SAME_SIDE = "same_side"
    INCOMPLETE = "incomplete"
    UNSHARP = "unsharp"
    DARK = "dark"
    GLARE = "glare"
    SMALL = "small"
    COPY = "copy"
    NUMBER_UNSURE = "number_unsure"
    NAME_UNSURE = "name_unsure"
    FIELD_UNSURE = "field_unsure"
    CONTRADICTION = "contradiction"
    UNREADABLE = "unreadable"


SENTENCES: dict[Trouble, str] = {
    Trouble.NOT_A_CARD: "没有看到居民身份证。请把身份证平放，拍满整个画面。",
    Trouble.WRONG_SIDE: "这张是{0}，还要{1}。请翻过来再拍一张。",
    Trouble.SAME_SIDE: "两张都是{0}，还要{1}。请翻过来再拍一张。",
    Trouble.INCOMPLETE: "{0}没有拍全或被挡住了，缺{1}。请把四个角都拍进去，手指不要挡字。",
    Trouble.UNSHARP: "{0}拍得不清楚。请拿稳手机，等对上焦再拍。",
    Trouble.DARK: "{0}太暗了。请开灯或到窗边再拍。",
    Trouble.GLARE: "{0}有反光，有些字看不见。请关掉闪光灯、换个角度再拍。",
    Trouble.SMALL: "{0}拍得太小。请靠近些，让身份证占满画面。",
    Trouble.COPY: "{0}像是黑白复印件。请拍身份证原件。",
    Trouble.NUMBER_UNSURE: "身份证号码没有认准，没有填入。请重拍，或照着证件自己填。",
    Trouble.NAME_UNSURE: "姓名里有不常见的字，没有认准。请照着证件核对、改正。",
    Trouble.FIELD_UNSURE: "{0}没有认准，请照着证件核对。",
    Trouble.CONTRADICTION: "证件上的{0}与身份证号码对不上，已按号码填写。请核对证件，或重拍。",
    Trouble.UNREADABLE: "这张照片打不开。请从相册里重新选一次，或重拍。",
}


@dataclass(frozen=True)
class Problem:
    """One sentence for the applicant."""

    code: Trouble
    message: str

    @classmethod
    def of(cls, code: Trouble, *words: str) -> Problem:
        return cls(code, SENTENCES[code].format(*words))


@dataclass(frozen=True)
class IdCardRead:
    """Both sides together. Fields are named as everywhere in the person group; what was not read is absent."""

    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    """name, id_type (10), id_number, gender 男|女, birth_date and id_valid_from ISO, ethnicity 汉族, nationality CHN,
    residence, issuing_authority, id_valid_to ISO or 长期."""
    confidence: Mapping[str, float] = field(default_factory=dict)
    """0 to 1 for each field; what is below idcard.SURE has a problem that says so."""
    sides: tuple[Side, ...] = ()
    """Which sides were seen, whatever they were sent as."""
    findings: tuple[Problem, ...] = ()

    @property
    def problems(self) -> list[str]:
        """The sentences, in the order in which they should be dealt with."""
        return [problem.message for problem in self.findings]

    @property
    def codes(self) -> frozenset[Trouble]:
        return frozenset(problem.code for problem in self.findings)
