"""签署监测与分析 (R140): what 电子签名 says of its flow, as values that its sister's pages draw. Numbers only, nobody's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pydantic import TypeAdapter

LONGEST = 400
"""Days that one history may cover."""


class Grain(StrEnum):
    """How fine a history is drawn."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


DIMENSIONS: Mapping[str, str] = {"signer": "签署主体", "business": "业务", "client": "来源系统", "channel": "渠道"}
"""By what the counts can be told apart and narrowed."""


@dataclass(frozen=True)
class Counts:
    """Attempts to sign, by what came of them; every attempt has a 签署流水号 of its own."""

    begun: int = 0
    signed: int = 0
    failed: int = 0
    """The system could not."""
    dropped: int = 0
    """The signer did not go through with it."""

    @property
    def waiting(self) -> int:
        """Still under way."""
        return self.begun - self.signed - self.failed - self.dropped

    @property
    def rate(self) -> float | None:
        """成功率 in per cent: of what the system finished one way or the other. None of nothing."""
        over = self.signed + self.failed
        return round(100 * self.signed / over, 1) if over else None


@dataclass(frozen=True)
class Share:
    """One value of a dimension and what was counted under it."""

    code: str
    title: str
    counts: Counts
    seconds: float | None = None
    """Median from 开始签署 to 签好."""


@dataclass(frozen=True)
class Point:
    """A stretch of time; `start` is Shanghai time."""

    start: datetime
    counts: Counts


@dataclass(frozen=True)
class Step:
    """How many of the to-dos that arrived came at least so far."""

    code: str
    title: str
    count: int


@dataclass(frozen=True)
class Cause:
    """Why attempts ended without a signature."""

    code: str
    title: str
    count: int


@dataclass(frozen=True)
class Busy:
    """One cell of the heat map: an hour of a weekday (0 is Monday), Shanghai time."""

    weekday: int
    hour: int
    begun: int


@dataclass(frozen=True)
class Pair:
    """Two dimensions at once: what a kind of signer signs."""

    signer: str
    business: str
    begun: int


@dataclass(frozen=True)
class Question:
    """Which part of the history somebody wants: days inclusive, empty text is all."""

    first: date
    last: date
    grain: Grain = Grain.DAY
    signer: str = ""
    business: str = ""
    client: str = ""
    channel: str = ""


@dataclass(frozen=True)
class History:
    """What was counted in a stretch of time."""

    total: Counts
    seconds: float | None
    points: tuple[Point, ...]
    shares: Mapping[str, tuple[Share, ...]]
    """By dimension."""
    pairs: tuple[Pair, ...]
    busy: tuple[Busy, ...]
    funnel: tuple[Step, ...]
    causes: tuple[Cause, ...]
    made_up: bool
    """Figures made for demonstration are among them."""


@dataclass(frozen=True)
class Alarm:
    """An incident: seen by itself, told once, closed by itself."""

    number: int
    title: str
    said: str
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class Unstamped:
    """Evidence of a signed document for which the time-stamp service has given nothing good yet."""

    case_no: str
    asked_at: datetime
    attempts: int
    next_try_at: datetime | None
    why: str


@dataclass(frozen=True)
class Stamps:
    """What waits for a time stamp, the oldest of it in lines."""

    waiting: int = 0
    oldest: datetime | None = None
    lines: tuple[Unstamped, ...] = ()


@dataclass(frozen=True)
class Live:
    """How signing goes now."""

    at: datetime
    today: History
    before: Counts
    """The same weekday a week ago, until the same time."""
    points_before: tuple[Point, ...]
    """That whole day, by the hour."""
    seconds: float | None
    """Median of what was signed within the last hour, exact."""
    under_way: int
    """Attempts not settled yet, whenever they began."""
    oldest: datetime | None
    open_todos: int
    alarms: tuple[Alarm, ...]
    stamps: Stamps = Stamps()


LIVE: TypeAdapter[Live] = TypeAdapter(Live)
HISTORY: TypeAdapter[History] = TypeAdapter(History)
QUESTION: TypeAdapter[Question] = TypeAdapter(Question)
