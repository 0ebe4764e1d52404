"""What is shown of a person's number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.ui import masks


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("310101198501019190", "310***********9190"),
        ("31010619920404931X", "310***********931X"),
        ("E12345678", "E*****678"),
        ("H1234567", "H****567"),
        ("AB12", "A**2"),
        ("7", "*"),
        ("", ""),
        (None, ""),
    ],
)
def test_an_identity_number_keeps_its_ends(number: str | None, shown: str) -> None:
    assert masks.mask_id(number) == shown


@given(st.text(alphabet="0123456789ABCDEFX", min_size=4, max_size=22))
def test_at_least_half_of_a_short_number_and_seven_signs_less_than_a_long_one_are_hidden(number: str) -> None:
    hidden = masks.mask_id(number).count("*")
    assert hidden >= (len(number) - 7 if len(number) >= 15 else len(number) / 2)
    assert len(masks.mask_id(number)) == len(number)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("19900000004", "199****0004"),
        ("199 0000 0004", "199****0004"),
        ("+8619900000004", "+86199****0004"),
        ("61234567", "61****67"),
    ],
)
def test_a_mobile_keeps_its_first_three_and_last_four(number: str, shown: str) -> None:
    assert masks.mask_mobile(number) == shown


def test_names_and_addresses_of_mail_are_masked_too() -> None:
    assert masks.mask_name("赵演示") == "*演示"
    assert masks.mask_name("欧阳示例") == "**示例"
    assert masks.mask_email("p04@example.com") == "p***@example.com"


def test_a_screen_reader_hears_the_tail() -> None:
    assert masks.spoken_id("310101198501019190") == "证件尾号 9190"
    assert masks.spoken_mobile("19900000004") == "手机尾号 0004"


@pytest.mark.parametrize(
    ("whole", "shown"),
    [
        ("上海市示例区样板路10弄1号101室", "上海市示例区****"),
        ("江苏省苏州市样本县虚构镇1号", "江苏省苏州市样本县****"),
        ("示例区", "示****"),
        ("12 Sample Street", "12 Sam****"),
        ("", ""),
    ],
)
def test_a_residence_is_shown_as_far_as_its_district(whole: str, shown: str) -> None:
    assert masks.MASKS["residence"](whole) == shown
