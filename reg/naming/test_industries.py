"""The small class by code, by the word of a name, by what the business does."""

from __future__ import annotations

import pytest

from reg.naming.industries import MOST, class_of, industries_like


@pytest.mark.row("R102", part="主营行业")
@pytest.mark.parametrize(
    ("typed", "code", "by"),
    [
        ("6513", "6513", ""),
        ("应用软件开发", "6513", ""),
        ("科技", "7519", "科技"),
        ("咖啡", "6232", "咖啡"),
        ("软件开发", "6513", "软件开发"),
    ],
)
def test_an_industry_is_found_by_code_class_word_or_business(typed: str, code: str, by: str) -> None:
    assert (code, by) in {(one.code, one.by) for one in industries_like(typed)}


def test_each_class_is_offered_once_and_only_a_few() -> None:
    found = [one.code for one in industries_like("服务")]
    assert len(found) == len(set(found)) == MOST
    assert not industries_like("  ")
    assert not industries_like("没有这个行业")


def test_four_digits_that_are_no_class_are_not_one() -> None:
    assert class_of("6513 应用软件开发") == "6513"
    assert class_of("9999") == class_of("65") == ""
