"""The stories load as often as one likes, and serial numbers run on."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

import pytest
import yaml
from django.core.management import call_command

from sandbox.kit.serials import serial_holds, serial_next
from sandbox.world.models import Company, Person, Place
from sandbox.world.stories import PLACES, STORIES, stories_load

pytestmark = pytest.mark.usefixtures("world")


def test_loading_twice_changes_nothing_and_keeps_what_was_pushed() -> None:
    before = Person.objects.count(), Company.objects.count(), Place.objects.count()
    Company.objects.filter(pk="C01").update(pushed={"liaison": {"name": "卫甲"}})
    call_command("load_stories")
    assert (Person.objects.count(), Company.objects.count(), Place.objects.count()) == before
    assert Company.objects.get(pk="C01").pushed == {"liaison": {"name": "卫甲"}}


def test_who_is_no_longer_told_of_goes(tmp_path: Path) -> None:
    copyfile(STORIES / "companies.yaml", tmp_path / "companies.yaml")
    people = yaml.safe_load((STORIES / "persons.yaml").read_text(encoding="utf-8"))
    people["persons"] = [one for one in people["persons"] if one["id"] != "P63"]
    (tmp_path / "persons.yaml").write_text(yaml.safe_dump(people, allow_unicode=True), encoding="utf-8")
    stories_load(tmp_path)
    assert not Person.objects.filter(pk="P63").exists()
    stories_load()
    assert Person.objects.filter(pk="P63").exists()


def test_a_file_that_tells_no_story_is_refused(tmp_path: Path) -> None:
    (tmp_path / "persons.yaml").write_text("- 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"persons\.yaml"):
        stories_load(tmp_path, PLACES)


def test_all_of_them_are_fictitious() -> None:
    assert all("虚构" in story["note"] for story in Person.objects.values_list("story", flat=True))
    assert all("虚构" in story["note"] for story in Company.objects.values_list("story", flat=True))
    assert all("虚构" in story["note"] for story in Place.objects.values_list("story", flat=True))
    assert all(mobile.startswith("1990000") for mobile in Person.objects.values_list("mobile", flat=True))


def test_serial_numbers_run_on_and_carry_check_digits() -> None:
    first, second = serial_next("x", "RZ"), serial_next("x", "RZ")
    assert int(second[10:16]) == int(first[10:16]) + 1
    assert serial_holds(first, "RZ")
    swapped = first[:14] + first[15] + first[14] + first[16:]
    assert swapped == first or not serial_holds(swapped, "RZ")
    assert not serial_holds(first, "YW")
