"""Full names taken apart."""

from __future__ import annotations

import pytest

from reg.naming.parsing import GUESSED, LIKELY, parse
from reg.naming.parts import Order


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("上海星岚科技有限公司", ("上海", "星岚", "科技", "有限公司", Order.FRONT)),
        ("上海市浦东新区星岚信息科技有限责任公司", ("上海市浦东新区", "星岚", "信息科技", "有限责任公司", Order.FRONT)),
        ("星岚（上海）科技有限公司", ("上海", "星岚", "科技", "有限公司", Order.MIDDLE)),
        ("星岚科技(上海)股份有限公司", ("上海", "星岚", "科技", "股份有限公司", Order.BEFORE_FORM)),
        ("上海墨舟样本餐饮管理有限公司", ("上海", "墨舟样本", "餐饮管理", "有限公司", Order.FRONT)),
        ("上海明信企业管理合伙企业（有限合伙）", ("上海", "明信", "企业管理", "合伙企业（有限合伙）", Order.FRONT)),
        ("上海晨曦设计工作室（个人独资）", ("上海", "晨曦", "设计", "工作室（个人独资）", Order.FRONT)),
        ("上海軍工路物流有限公司", ("上海", "軍工路", "物流", "有限公司", Order.FRONT)),
        ("北京星岚科技有限公司", ("北京", "星岚", "科技", "有限公司", Order.FRONT)),
        ("星岚科技有限公司", ("", "星岚", "科技", "有限公司", Order.NONE)),
        ("上海康乐有限公司", ("上海", "康乐", "", "有限公司", Order.FRONT)),
    ],
)
def test_a_name_falls_into_its_parts_as_they_were_typed(name: str, parts: tuple[str, ...]) -> None:
    read = parse(name).parts
    assert (read.region, read.trade, read.industry, read.form, read.order) == parts


@pytest.mark.parametrize(
    "name", ["上海星岚科技有限公司", "星岚（上海）科技有限公司", "星岚科技（上海）有限公司", "上海星岚（集团）有限公司"]
)
def test_the_parts_make_the_name_again(name: str) -> None:
    assert parse(name).parts.full == name


def test_what_is_only_guessed_says_so() -> None:
    assert parse("上海星岚科技有限公司").confidence > LIKELY
    assert parse("上海魑魅魍魉饕餮有限公司").confidence <= GUESSED
    assert parse("").missing == ("字号", "行业", "组织形式")
