"""Personal data in clear, wherever it must not be: the numbers, mobiles and names of all story people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import yaml

from foundation.config import ROOT

AROUND = 60
NOT_OURS = re.compile(r"^(?:pg_|sql_)")
PUBLIC_NAMES = frozenset({"identity_staffuser"})
"""Tables in which a name is the name of a member of staff."""


@cache
def _told() -> dict[str, str]:
    """What must not be read: value → what it is."""
    rows = yaml.safe_load((ROOT / "data/stories/persons.yaml").read_text("utf-8"))
    people = rows["persons"] if isinstance(rows, dict) else rows
    found: dict[str, str] = {}
    for row in people:
        found |= {row["id_no"]: "证件号码", row["name"]: "姓名"}
        if row.get("mobile"):
            found[row["mobile"]] = "手机号"
    return found


@cache
def _pattern(kinds: frozenset[str]) -> re.Pattern[str]:
    wanted = {value: kind for value, kind in _told().items() if kind in kinds}
    names = [re.escape(value) for value, kind in wanted.items() if kind == "姓名"]
    numbers = [re.escape(value) for value, kind in wanted.items() if kind != "姓名"]
    whole = rf"(?<![0-9A-Za-z])(?:{'|'.join(numbers)})(?![0-9A-Za-z])"
    return re.compile("|".join([whole, *names]), re.IGNORECASE)


ALL = frozenset({"证件号码", "手机号", "姓名"})
NUMBERS = frozenset({"证件号码", "手机号"})


def leaks(text: str, kinds: frozenset[str] = ALL) -> Iterator[str]:
    """Each place where personal data stands in clear, with what is around it. JSON's \\u signs are read as they are meant."""
    if "\\u" in text:
        text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    for found in _pattern(kinds).finditer(text):
        around = text[max(0, found.start() - AROUND) : found.end() + AROUND].replace("\n", " ")
        yield f"{_told().get(found[0], '证件号码')}：…{around}…"


def leaks_in_tables(cursor: Any, *, but: Iterable[str] = ()) -> list[str]:
    """Personal data in clear in any column of any table that `cursor` sees."""
    cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1")
    tables = [row[0] for row in cursor.fetchall() if not NOT_OURS.match(row[0])]
    found = []
    for table in tables:
        if table in PUBLIC_NAMES or table in but:
            continue
        cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - names from the catalogue
        found += [f"{table}: {leak}" for (row,) in cursor.fetchall() for leak in leaks(row)]
    return found
