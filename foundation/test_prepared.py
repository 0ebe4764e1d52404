"""A prepared question answers as the QuerySet does."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import BooleanField, Case, Value, When
from django.test.utils import CaptureQueriesContext

from foundation.clock.models import Holiday, HolidayYear
from foundation.prepared import Prepared

pytestmark = pytest.mark.django_db
YEARS = Prepared(lambda year: HolidayYear.objects.filter(year__gte=year).order_by("-year")[:2], year=1)


@pytest.fixture(autouse=True)
def years() -> None:
    HolidayYear.objects.all().delete()
    HolidayYear.objects.bulk_create(HolidayYear(year=year, source=f"表 {year}") for year in (2031, 2032, 2033))


def test_the_same_rows_as_instances_that_are_saved_already() -> None:
    found = YEARS.all(year=2032)
    assert [(one.year, one.source) for one in found] == [(2033, "表 2033"), (2032, "表 2032")]
    assert found == list(HolidayYear.objects.filter(year__gte=2032).order_by("-year"))
    assert not found[0]._state.adding
    assert YEARS.all(year=2033)[0].year == 2033
    assert YEARS.first(year=2040) is None


def test_one_statement_and_no_more() -> None:
    YEARS.all(year=2031)
    with CaptureQueriesContext(connection) as asked:
        YEARS.all(year=2033)
    assert len(asked) == 1
    assert "2033" in asked[0]["sql"]


def test_lists_and_annotations_are_values_too() -> None:
    question = Prepared(
        lambda years: (
            HolidayYear.objects.filter(year__any_of=years)
            .annotate(
                late=Case(When(year__gt=2031, then=Value(True)), default=Value(False), output_field=BooleanField())
            )
            .order_by("year")
        ),
        years=[1],
    )
    assert [(one.year, one.late) for one in question.all(years=[2031, 2033, 1999])] == [(2031, False), (2033, True)]  # type: ignore[attr-defined]  # annotated
    assert question.all(years=[]) == []


def test_a_value_the_question_does_not_hold_is_an_error() -> None:
    with pytest.raises(ValueError, match="day"):
        Prepared(lambda day: Holiday.objects.all(), day="?").all(day=1)
