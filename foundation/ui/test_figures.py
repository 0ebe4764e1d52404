"""Amounts, groups of digits, shares."""

from __future__ import annotations

from decimal import Decimal

import pytest

from foundation.ui import figures


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("1000.000000", "1,000\u00a0万元"),
        (Decimal("0.500000"), "0.5\u00a0万元"),
        (Decimal("1E+3"), "1,000\u00a0万元"),
        (10, "10\u00a0万元"),
        ("-0.000", "0\u00a0万元"),
        ("90000", "90,000\u00a0万元"),
        ("约两百", "约两百"),
        ("NaN", "NaN"),
        (None, ""),
        ("", ""),
    ],
)
def test_an_amount_has_thousands_and_no_trailing_zeros(amount: object, shown: str) -> None:
    assert figures.money_wan(amount) == shown


def test_an_application_number_is_read_in_groups() -> None:
    assert figures.number_groups("3101152026112300012847").split("\u00a0") == ["310115", "20261123", "000128", "47"]
    assert figures.number_groups("19900000004", "3-4-4").split("\u00a0") == ["199", "0000", "0004"]
    assert figures.number_groups("31011520261123000128479").split("\u00a0")[-1] == "9"
    assert figures.number_groups(None) == ""
    assert figures.number_groups("LQ2026112800000363-003") == "LQ2026112800000363-003"


def test_a_share_stays_between_nothing_and_all() -> None:
    assert figures.share(1, 3) == 33.3
    assert figures.share(5, 3) == 100
    assert figures.share(-1, 3) == 0
    assert figures.share(1, 0) == 0


def test_a_ring_is_as_long_as_its_share() -> None:
    ring = figures.Ring.of(4, 6, size=84)
    assert (ring.stroke, ring.radius) == (7, 38.5)
    assert ring.arc / ring.around == pytest.approx(4 / 6, abs=0.001)
