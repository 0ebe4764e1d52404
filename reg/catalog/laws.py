"""依据: how the catalogue names a law, and how a citizen reads it.

`公司法10` is shown as 《公司法》第十条, `细则6(四)` as 《市场主体登记管理条例实施细则》第六条第（四）项.
Numbers of requirement rows (R020) and of the project's own conventions (K) are no law and are not shown.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from reg.catalog.source import DATA, CatalogueError, read_yaml, split_codes

_DIGITS: Final = "零一二三四五六七八九"
_NOT_A_LAW: Final = re.compile(r"^(R\d{3}(-R\d{3})?|K|K2022)(（.*）)?$")
_ITEM: Final = r"[（(][一二三四五六七八九十]+[）)]"
_PLACE: Final = re.compile(
    rf"^第?(?P<first>\d+)条?(?P<more>(?:[-/、]\d+)*)(?P<item>{_ITEM})?(?:第(?P<paragraph>\d)款)?(?P<last>{_ITEM})?$"
)


@dataclass(frozen=True)
class LawReference:
    """One place in one law: 《公司法》 and 第十条第二款."""

    title: str
    """With its brackets: 《公司法》."""
    place: str
    """第十条; empty when the whole document is meant."""

    def __str__(self) -> str:
        return f"{self.title}{self.place}"


def law_title(basis: str) -> str:
    """`公司法10` as 《公司法》第十条. Raises CatalogueError for a law that laws.yaml does not know."""
    return str(law_reference(basis))


def law_titles(bases: str | Iterable[str]) -> tuple[str, ...]:
    """The laws among the bases, in their order, without requirement rows."""
    return tuple(str(reference) for reference in _references(bases))


def law_line(bases: str | Iterable[str]) -> str:
    """One line for a page: 《公司法》第六十九条、第七十六条；《市场主体登记管理条例》第九条."""
    places: dict[str, list[str]] = {}
    for reference in _references(bases):
        known = places.setdefault(reference.title, [])
        if reference.place and reference.place not in known:
            known.append(reference.place)
    return "；".join(title + "、".join(found) for title, found in places.items())


REQUIRED_BY_AUTHORITY: Final = "登记机关的填报要求"


def basis_line(bases: str | Iterable[str]) -> str:
    """What a finding rests on: its articles; where it rests on a requirement row alone (CO12: R114), the authority's."""
    return law_line(bases) or (REQUIRED_BY_AUTHORITY if bases else "")


def is_law(basis: str) -> bool:
    """False for requirement rows and project conventions."""
    return not _NOT_A_LAW.match(basis)


@cache
def law_reference(basis: str) -> LawReference:
    """The reference that a short form stands for; one that is written out (《企业名称登记管理规定》第五条) stays as it is."""
    if basis.startswith("《"):
        title, sign, place = basis.partition("》")
        return LawReference(title + sign, place)
    data = read_yaml(DATA / "laws.yaml")
    if basis in data["documents"]:
        return LawReference(data["documents"][basis], "")
    for short in sorted(data["articles"], key=len, reverse=True):
        if basis.startswith(short):
            place = basis.removeprefix(short)
            return LawReference(f"《{data['articles'][short]['title']}》", _place(basis, place) if place else "")
    raise CatalogueError(f"没有这部法律的全称：{basis}")


def chinese_number(number: int) -> str:
    """Article numbers up to 9999 in Chinese numerals: 10 十, 110 一百一十, 205 二百零五."""
    if not 0 < number < 10_000:
        raise ValueError(number)
    text = ""
    skipped = False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit == 0:
            skipped = bool(text)
            continue
        if skipped:
            text += _DIGITS[0]
        skipped = False
        text += _DIGITS[digit] + name
    return text.removeprefix("一") if text.startswith("一十") else text


def _references(bases: str | Iterable[str]) -> list[LawReference]:
    parts = split_codes(bases) if isinstance(bases, str) else tuple(bases)
    found: list[LawReference] = []
    for part in parts:
        if is_law(part) and (reference := law_reference(part)) not in found:
            found.append(reference)
    return found


def _place(basis: str, text: str) -> str:
    match = _PLACE.match(text)
    if match is None:
        raise CatalogueError(f"条号看不懂：{basis}")
    words = f"第{chinese_number(int(match['first']))}条"
    for sign, number in re.findall(r"([-/、])(\d+)", match["more"]):
        words += f"{'至' if sign == '-' else '、'}第{chinese_number(int(number))}条"
    if match["paragraph"]:
        words += f"第{chinese_number(int(match['paragraph']))}款"
    item = match["item"] or match["last"]
    if item:
        words += f"第（{item.strip('（）()')}）项"
    return words
