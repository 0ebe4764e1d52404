"""The table of holidays (国务院办公厅节假日安排): read from a dated file into the database; which years it lacks."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import structlog
import yaml
from django.db import transaction

from foundation import clock
from foundation.clock.models import Holiday, HolidayYear
from foundation.clock.workdays import WEEKEND, missing_years

log = structlog.get_logger(__name__)
FILE = Path(__file__).parent / "data" / "holidays.yaml"


class HolidayFileError(ValueError):
    """A holiday file says something that cannot be; the message names the day."""


def holidays_read(path: Path = FILE) -> tuple[str, dict[int, list[Holiday]]]:
    """Source, and the special days of each year in the file. HolidayFileError for a day in the wrong year, a rest day at
    the weekend, or a working day in the week: such a line would change nothing and is a slip of the pen."""
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    source = f"{content['source']}（{content['edition']}）"
    return source, {int(year): _days(int(year), table, source) for year, table in content["years"].items()}


def _days(year: int, table: dict[str, dict[object, str]], source: str) -> list[Holiday]:
    days = []
    for kind, is_rest in (("rest", True), ("work", False)):
        for day, name in (table.get(kind) or {}).items():
            if not isinstance(day, date) or day.year != year:
                raise HolidayFileError(f"{day} 不在 {year} 年")
            if is_rest == (day.weekday() >= WEEKEND):
                raise HolidayFileError(f"{day} 是周{'一二三四五六日'[day.weekday()]}，不用列在 {kind} 里")
            days.append(Holiday(day=day, is_rest=is_rest, name=name, source=source[:120]))
    return days


@transaction.atomic
def holidays_load(path: Path = FILE) -> list[int]:
    """Write the years of the file into the table, replacing what stood there for them; returns the years."""
    source, years = holidays_read(path)
    for year, days in years.items():
        Holiday.objects.filter(day__year=year).delete()
        Holiday.objects.bulk_create(days)
        HolidayYear.objects.update_or_create(year=year, defaults={"source": source[:120]})
    return sorted(years)


def holidays_missing() -> list[int]:
    """This year and the next, as far as the table lacks them: deadlines then count weekdays only."""
    year = clock.today().year
    return missing_years(year, year + 1)


def holidays_watch() -> None:
    """Ticker: warn the operator in the log (the page 任务和后台 shows the same)."""
    if years := holidays_missing():
        log.warning("clock.holidays_missing", years=years)
