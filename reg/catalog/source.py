"""Reading the catalogue's own data files; nothing here knows what they mean."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"
STORIES_AND_ZONES = Path(__file__).parents[2] / "data"
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CatalogueError(Exception):
    """The catalogue contradicts itself or was asked for something it does not hold."""


@cache
def read_yaml(path: Path) -> Any:
    """The parsed file. Shared between callers: read it, never change it."""
    with path.open("rb") as stream:
        return yaml.load(stream, Loader=_Loader)  # noqa: S506 -- CSafeLoader is the safe loader in C


def read_csv(path: Path) -> list[dict[str, str]]:
    """Rows by column name; lines that begin with # give the source and are skipped."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(line for line in stream if not line.startswith("#")))


def split_codes(text: str, separator: str = "；") -> tuple[str, ...]:
    """`公司法10；细则11` as its parts."""
    return tuple(part.strip() for part in text.split(separator) if part.strip())
