"""Reading identity cards: every story person with a mainland card, photographed in different ways. Budgets: ≤ 2 s a card
on one core, number 100 %, fields ≥ 98 %, the worker ≤ 450 MB.

.venv/bin/python bench/bench_ocr.py [--all]     --all: every person in every way (about 20 minutes)
"""

from __future__ import annotations

import collections
import resource
import statistics
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

sys.path.insert(0, str(Path(__file__).parents[1]))

import yaml

from reg.integrations.ocr import IdCardRead, read_id_card
from sandbox.idcards import photo_jpeg
from sandbox.idcards.card import as_date

Side = Literal["front", "back"]
Person = Mapping[str, Any]
STORIES = Path(__file__).parents[1] / "data" / "stories" / "persons.yaml"
WAYS: tuple[dict[str, Any], ...] = (
    {},
    {"angle": 15.0, "perspective": 0.5, "light": "even", "blur": 0.6},
    {"angle": -15.0, "perspective": 0.5, "light": "warm", "blur": 0.8},
    {"angle": 8.0, "perspective": 1.0, "light": "shadow", "blur": 0.8},
    {"angle": -10.0, "perspective": 0.8, "light": "dim", "blur": 1.0},
    {"angle": 3.0, "perspective": 0.3, "light": "even", "blur": 1.6},
)


def expected(person: Person, side: Side) -> dict[str, str]:
    """What a perfect reading gives."""
    if side == "back":
        end = person["id_valid_to"]
        return {
            "issuing_authority": person["id_issuer"],
            "id_valid_from": as_date(person["id_valid_from"]).isoformat(),
            "id_valid_to": end if end == "长期" else as_date(end).isoformat(),
        }
    return {
        "name": person["name"],
        "gender": person["gender"],
        "birth_date": as_date(person["birth"]).isoformat(),
        "ethnicity": person["ethnic"],
        "residence": person["address"],
        "id_number": person["id_no"],
    }


def people() -> list[Person]:
    return [p for p in yaml.safe_load(STORIES.read_text())["persons"] if p["id_type"] == "10"]


def samples(whole: bool) -> Iterator[tuple[Person, Side, int]]:
    """Person, side, way: each person in two ways a side, or in all of them."""
    for number, person in enumerate(people()):
        for side in ("front", "back"):
            ways = range(len(WAYS)) if whole else {number % len(WAYS), (number + 3) % len(WAYS)}
            for way in ways:
                yield person, "front" if side == "front" else "back", way


def read(person: Person, side: Side, way: int) -> tuple[IdCardRead, float]:
    picture = photo_jpeg(person, side=side, seed=int(person["id"][1:]) * 10 + way, **WAYS[way])
    start = time.process_time()
    got = read_id_card(front=picture) if side == "front" else read_id_card(back=picture)
    return got, time.process_time() - start


def main() -> None:
    whole = "--all" in sys.argv
    right: collections.Counter[str] = collections.Counter()
    asked: collections.Counter[str] = collections.Counter()
    unflagged: list[str] = []
    needless = 0
    seconds: list[float] = []
    read(people()[0], "front", 0)  # load the models
    for person, side, way in samples(whole):
        got, took = read(person, side, way)
        seconds.append(took)
        wanted = expected(person, side)
        if got.problems and all(got.fields.get(name) == value for name, value in wanted.items()):
            needless += 1
            print(f"# {person['id']} {side} way {way}: needless {got.problems} {dict(got.confidence)}")
        for name, value in wanted.items():
            asked[name] += 1
            right[name] += got.fields.get(name) == value
            if got.fields.get(name) != value:
                print(
                    f"# {person['id']} {side} way {way} {name}: {got.fields.get(name)!r}, not {value!r} {got.problems}"
                )
                if name in got.fields and not got.problems:  # nobody was asked to look
                    unflagged.append(name)
    show(right, asked, unflagged, seconds)
    print(f"ocr needless warnings: {100 * needless / len(seconds):.2f} %")


def show(right: Mapping[str, int], asked: Mapping[str, int], unflagged: list[str], seconds: list[float]) -> None:
    total = sum(asked.values())
    print(f"ocr pictures: {len(seconds)}")
    for name in asked:
        print(f"ocr {name}: {100 * right[name] / asked[name]:.2f} %")
    print(f"ocr fields: {100 * sum(right.values()) / total:.2f} %")
    print(f"ocr wrong without a warning: {100 * len(unflagged) / total:.2f} %")
    print(f"ocr card: {statistics.median(seconds):.2f} s CPU")
    print(f"ocr card, slowest of twenty: {sorted(seconds)[int(len(seconds) * 0.95)]:.2f} s CPU")
    print(f"ocr slowest card: {max(seconds):.2f} s CPU")
    print(f"ocr memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
