"""申请号: one a case, checkable, never a capability."""

from __future__ import annotations

from datetime import date

import pytest

from reg.casefile.numbers import check_digits, grouped, is_valid, next_number


@pytest.mark.django_db
def test_numbers_of_an_authority_and_a_day_count_up() -> None:
    day = date(2026, 11, 24)
    first, second = next_number("310115", day), next_number("310115", day)
    assert first[:20] == "31011520261124000001"
    assert second[:20] == "31011520261124000002"
    assert next_number("310104", day)[14:20] == "000001"
    assert is_valid(first)
    assert is_valid(second)


@pytest.mark.parametrize("place", range(20))
def test_one_wrong_digit_is_noticed(place: int) -> None:
    body = "31011520261124000012"
    number = body + check_digits(body)
    assert is_valid(number)
    wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
    assert not is_valid(wrong)


def test_a_number_is_read_out_in_groups() -> None:
    assert grouped("3101152026112400001237") == "310115 20261124 000012 37"
