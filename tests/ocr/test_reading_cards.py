"""The real recogniser on photographs of sample cards. Few, since each takes its half second; bench_ocr.py reads them all."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from reg.integrations.ocr import IdCardRead, Trouble, read_id_card
from sandbox.idcards import Light, front_jpeg, photo_jpeg, sheet_photo_jpeg

STORIES = Path(__file__).parents[2] / "data" / "stories" / "persons.yaml"


@pytest.fixture(scope="module")
def people() -> dict[str, dict[str, Any]]:
    return {person["id"]: person for person in yaml.safe_load(STORIES.read_text())["persons"]}


def remade(jpeg: bytes, *, turn: int = 0, grey: bool = False) -> bytes:
    """The picture turned by degrees, or without colour."""
    with Image.open(io.BytesIO(jpeg)) as picture:
        changed = picture.rotate(turn, expand=True)
        out = io.BytesIO()
        (changed.convert("L").convert("RGB") if grey else changed).save(out, "JPEG", quality=90)
        return out.getvalue()


@pytest.mark.row("R016", part="OCR图像识别")
@pytest.mark.row("R020", part="OCR图像识别")
def test_a_crooked_photo_of_each_side_fills_the_fields_of_a_person(people: dict[str, dict[str, Any]]) -> None:
    person = people["P14"]
    front = photo_jpeg(person, angle=15, perspective=0.7, light="warm", blur=0.9, seed=3)
    back = photo_jpeg(person, side="back", angle=-12, perspective=0.5, light="shadow", blur=0.7, seed=4)
    got = read_id_card(front, back)
    assert got.problems == []
    assert got.sides == ("front", "back")
    assert got.fields == {
        "name": person["name"],
        "gender": person["gender"],
        "birth_date": str(person["birth"]),
        "ethnicity": person["ethnic"],
        "residence": person["address"],
        "id_type": "10",
        "id_number": person["id_no"],
        "nationality": "CHN",
        "issuing_authority": person["id_issuer"],
        "id_valid_from": str(person["id_valid_from"]),
        "id_valid_to": str(person["id_valid_to"]),
    }


def test_a_card_held_upside_down_and_a_flat_scan_are_read(people: dict[str, dict[str, Any]]) -> None:
    person = people["P13"]
    for picture in (remade(photo_jpeg(person, angle=4, seed=5), turn=180), front_jpeg(person)):
        assert read_id_card(front=picture).fields["id_number"] == "31010619820113931X"


def test_a_name_that_the_recogniser_does_not_know_is_left_for_the_eye(people: dict[str, dict[str, Any]]) -> None:
    got = read_id_card(front=photo_jpeg(people["P21"], angle=3, seed=6))
    assert Trouble.NAME_UNSURE in got.codes
    assert got.fields["id_number"] == people["P21"]["id_no"]


@pytest.mark.parametrize(
    ("light", "blur", "trouble", "word"),
    [("glare", 0.0, Trouble.GLARE, "反光"), ("even", 7.0, Trouble.UNSHARP, "不清楚")],
)
def test_a_bad_photo_says_what_is_wrong_with_it(
    people: dict[str, dict[str, Any]], light: Light, blur: float, trouble: Trouble, word: str
) -> None:
    got = read_id_card(front=photo_jpeg(people["P04"], angle=5, perspective=0.3, light=light, blur=blur, seed=2))
    assert trouble in got.codes
    assert word in got.problems[0]


def test_a_black_and_white_copy_is_noticed(people: dict[str, dict[str, Any]]) -> None:
    picture = photo_jpeg(people["P05"], angle=5, seed=2)
    assert Trouble.COPY not in read_id_card(front=picture).codes
    assert Trouble.COPY in read_id_card(front=remade(picture, grey=True)).codes


def test_what_is_no_card_and_what_is_no_picture_give_a_sentence_and_no_field() -> None:
    lease: IdCardRead = read_id_card(front=sheet_photo_jpeg(1, 1))
    assert lease.fields == {}
    assert Trouble.NOT_A_CARD in lease.codes
    assert read_id_card(front=b"\xff\xd8\xff broken").codes == {Trouble.UNREADABLE}
