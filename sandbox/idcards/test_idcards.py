"""Sample cards and sheets: marked, the same every time, and good for what they are made for."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from foundation.pdf.compare import duplicates, fingerprint
from foundation.pdf.photos import straighten
from sandbox.idcards import SHEETS, Lease, back_jpeg, front_jpeg, photo_jpeg, sheet_photo_jpeg
from sandbox.idcards.card import HEIGHT, WIDTH, address_lines, ethnic_on_card, validity

STORIES = Path(__file__).parents[2] / "data" / "stories" / "persons.yaml"


@pytest.fixture(scope="module")
def people() -> list[dict[str, Any]]:
    people: list[dict[str, Any]] = yaml.safe_load(STORIES.read_text())["persons"]
    return people


def test_everybody_with_a_mainland_card_has_one_and_nobody_else(people: list[dict[str, Any]]) -> None:
    for person in people[15:22]:
        if person["id_type"] == "10":
            for jpeg in (front_jpeg(person), back_jpeg(person)):
                assert Image.open(io.BytesIO(jpeg)).size == (WIDTH, HEIGHT)
        else:
            with pytest.raises(ValueError, match="没有居民身份证"):
                front_jpeg(person)


def is_red(colour: object) -> bool:
    match colour:
        case (int(red), int(green), int(blue)):
            return red > 140 and green < 100 and blue < 110
        case _:
            return False


def test_every_picture_is_marked_as_a_sample(people: list[dict[str, Any]]) -> None:
    """The strip at the lower edge is red on pale, on both sides, for everybody."""
    for jpeg in (front_jpeg(people[0]), back_jpeg(people[0])):
        strip = Image.open(io.BytesIO(jpeg)).convert("RGB").crop((300, 596, 720, 634))
        colours = strip.getcolors(maxcolors=2**16) or []
        red = sum(count for count, colour in colours if is_red(colour))
        assert red > 400


def test_the_same_wish_gives_the_same_bytes_and_another_seed_another_photo(people: list[dict[str, Any]]) -> None:
    one, again, other = (photo_jpeg(people[2], angle=9, seed=seed) for seed in (4, 4, 5))
    assert one == again
    assert one != other


def test_what_is_printed_follows_the_customs_of_the_card() -> None:
    assert ethnic_on_card({"ethnic": "维吾尔族"}) == "维吾尔"
    assert validity({"id_valid_from": "2018-05-06", "id_valid_to": "长期"}) == "2018.05.06-长期"
    assert address_lines("上海市示例区样板路10弄1号101室") == ["上海市示例区样板路10", "弄1号101室"]


def test_three_crooked_sheets_straighten_into_three_different_pages() -> None:
    pages = [straighten(sheet_photo_jpeg(number, 5)) for number in range(1, SHEETS + 1)]
    assert all(page.straightened and page.usable for page in pages)
    assert all(abs(page.height / page.width - 2**0.5) < 0.01 for page in pages)
    assert duplicates([fingerprint(page.jpeg) for page in pages]) == []


def test_the_lease_says_what_it_is_told_and_has_three_sheets() -> None:
    assert sheet_photo_jpeg(1, 1) != sheet_photo_jpeg(1, 1, lease=Lease(address="上海市示例区样板路1弄1号"))
    with pytest.raises(ValueError, match="3 sheets"):
        sheet_photo_jpeg(4, 1)
