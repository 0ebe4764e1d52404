"""生僻字 in names: what is mapped, what is dropped, what is refused by name. R035."""

from __future__ import annotations

import pytest

from reg.materials.glyphs import PRIVATE_USE, MissingGlyph, printable


def test_private_use_code_points_agree_with_the_national_standard_where_python_knows_it() -> None:
    for code_point, character in PRIVATE_USE.items():
        raw = _gbk_bytes(code_point)
        if raw is None:
            continue
        standard = raw.decode("gb18030")
        if not "\ue000" <= standard <= "\uf8ff":
            assert character == standard, hex(code_point)


def _gbk_bytes(code_point: int) -> bytes | None:
    """The two GBK bytes of the row FE50 to FEA0, in which 7F is left out."""
    if not 0xE815 <= code_point <= 0xE864:
        return None
    place = code_point - 0xE815
    return bytes([0xFE, 0x50 + place + (1 if place >= 0x7F - 0x50 else 0)])


def test_a_name_from_an_old_database_gets_its_real_characters() -> None:
    assert printable("王\ue83b") == "王𢦏"
    assert printable({"rows": [{"name": "李\ue81e"}, "张"]}) == {"rows": [{"name": "李龴"}, "张"]}


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("李\u202e四", "李四"),
        ("李\u200b四\ufeff", "李四"),
        ("李\x00四\x1b[1m", "李四[1m"),
        ("第一行\r\n第二行\u2028第三行", "第一行\n第二行\n第三行"),
        ("a\tb\u00a0c", "a b c"),
        ("葛\U000e0100城", "葛\U000e0100城"),
    ],
    ids=["direction mark", "no width", "control", "line ends", "blanks", "variant of a character stays"],
)
def test_nothing_invisible_reaches_the_paper(typed: str, printed: str) -> None:
    assert printable(typed) == printed


def test_numbers_and_truth_values_stay_what_they_are() -> None:
    assert printable({"a": 1, "b": True, "c": None, "d": [2.5]}) == {"a": 1, "b": True, "c": None, "d": [2.5]}


def test_the_refusal_names_every_character_once_and_where_it_stands() -> None:
    refused = MissingGlyph.among("\U00030ede\U00030ede\uf123", {"rows": ["张三", "李\U00030ede\uf123"]})
    assert refused.characters == "\U00030ede\uf123"
    assert refused.found_in == "李\U00030ede\uf123"
    assert str(refused).startswith(
        "“李\U00030ede\uf123”中的“\U00030ede”（U+30EDE）、“\uf123”（U+F123，专用区编码）没有可用的字形"
    )
    assert "请核对" in str(refused)
