"""A hit in one sentence: in what the two are alike, and the article (R104: 清晰展示名称核验结果)."""

from __future__ import annotations

from dataclasses import dataclass

from pypinyin import Style, pinyin

from reg.catalog.codes import industries
from reg.catalog.names import basis_words, comparison_rules
from reg.naming.comparison import Standing
from reg.naming.index import Hit
from reg.naming.parts import Parts
from reg.naming.readings import readings

STANDING_WORDS = {
    Standing.REGISTERED: "已登记",
    Standing.RESERVED: "保留中",
    Standing.FORMER: "一年内用过",
    Standing.DEREGISTERED: "注销未满一年",
    Standing.REVOKED: "撤销登记未满一年",
}
LIFTED_BY_INVESTMENT = frozenset({"S03", "S04", "S05", "S06"})
_ALIKE = {
    "S01": "名称完全相同",
    "S02": "文字相同，只是排列的顺序不同",
    "S03": "字号和行业文字相同，只是行政区划或者组织形式不同",
    "S04": "字号相同，行业也相同",
    "S05": "字号和行业相同，原企业改名或者注销还不满一年",
    "S06": "字号和行业相同，原登记被撤销还不满一年",
    "P01": "字号相同，行业的说法不同，意思一样",
    "P02": "字号读音相同{sound}，行业相同或者意思一样",
    "P03": "一个字号包含另一个字号，行业相同或者意思一样",
    "P04": "字号大部分读音相同{sound}，行业相同或者意思一样",
    "P05": "名称不写行业或者只写“实业”“发展”，字号相同、同音或者互相包含",
    "P06": "字号读音相同{sound}，字形也相近",
    "P07": "字号相同，属于同一个行业大类",
}


@dataclass(frozen=True)
class Told:
    """A hit as a page shows it."""

    written: str
    marks: tuple[tuple[str, bool], ...]
    """The name in pieces; True where it is like the wish."""
    chip: str
    alike: str
    basis: str
    uscc: str = ""
    """Of the enterprise, where an investment relation to it would lift the rule (名称规定17)."""


def told(hit: Hit, wish: Parts) -> Told:
    """The hit in words for who made the wish."""
    rule = comparison_rules()[hit.verdict.rule]
    sound = f"（{spoken(wish.compared.trade)}）"
    said = _ALIKE[rule.code].format(sound=sound)
    if rule.code == "S04" and not wish.industry:
        said = "名称不写行业，字号和它相同"
    elif rule.code == "S04" and hit.small_class in industries():
        said = f"字号相同，行业也相同（{industries()[hit.small_class].name}）"
    until = f"到 {hit.until:%Y年%-m月%-d日}" if hit.until and hit.standing is Standing.RESERVED else ""
    return Told(
        hit.written,
        ((hit.written, True),) if wish.is_branch else tuple(_marked(hit.written, wish.compared.trade)),
        STANDING_WORDS[hit.standing] + until,
        said,
        basis_words(rule.basis),
        hit.uscc if hit.verdict.rule in LIFTED_BY_INVESTMENT else "",
    )


def spoken(trade: str) -> str:
    """xīng lán of 星岚."""
    return " ".join(one[0] for one in pinyin(trade, style=Style.TONE))


def _marked(written: str, trade: str) -> list[tuple[str, bool]]:
    """Characters of the name that stand in the wish's 字号 or sound like one of them."""
    heard = {sound for character in trade for sound in readings(character)}
    pieces: list[tuple[str, bool]] = []
    for character in written:
        alike = character in trade or not heard.isdisjoint(readings(character))
        if pieces and pieces[-1][1] == alike:
            pieces[-1] = (pieces[-1][0] + character, alike)
        else:
            pieces.append((character, alike))
    return pieces
