"""生僻字: what a name may hold before it is set, and what is said when no font has a character. R035.

Private-use code points come from older 国标 tables (GBK, GB 18030-2000 and -2005), in which some characters had no
code point of Unicode yet; GB 18030-2022 gives each of them one. What is left in the private-use area has no agreed
shape at all and is refused by name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

_FE50_ROW = (
    "⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱䎬⺻䏝䓖䙡䙌龹"
    "䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻"
)
"""GB 18030 bytes FE50 to FEA0 as GB 18030-2022 reads them; GBK had them at U+E815 and after."""
_VERTICAL_FORMS = dict(zip(range(0xE78D, 0xE797), "︐︒︑︓︔︕︖︗︘︙", strict=True))
_DESCRIPTION_FORMS = dict(zip(range(0xE7E7, 0xE7F4), "〾⿰⿱⿲⿳⿴⿵⿶⿷⿸⿹⿺⿻", strict=True))

PRIVATE_USE: Mapping[int, str] = {
    **dict(enumerate(_FE50_ROW, start=0xE815)),
    **_VERTICAL_FORMS,
    **_DESCRIPTION_FORMS,
    0xE7C7: "ḿ",
    0xE7C8: "ǹ",
}
"""Private-use code point of the older tables → the character itself."""

_SPACES = {0x09: " ", 0x0B: "\n", 0x0C: "\n", 0x0D: "\n", 0x85: "\n", 0xA0: " ", 0x2028: "\n", 0x2029: "\n"}


class MissingGlyph(ValueError):
    """No font of ours has these characters; the paper was not made."""

    def __init__(self, characters: str, found_in: str = "") -> None:
        self.characters = characters
        self.found_in = found_in
        """The first entry that holds one of them."""
        named = "、".join(f"“{char}”（{_code(char)}）" for char in characters)
        place = f"“{found_in}”中的" if found_in else ""
        super().__init__(
            f"{place}{named}没有可用的字形，文书没有生成。请核对这个字是否录对；证件上确为此字的，请到登记机关窗口办理。"
        )

    @classmethod
    def among(cls, text: str, data: Any) -> MissingGlyph:
        """Name each refused character once, in order, and the first entry where it stands."""
        characters = "".join(dict.fromkeys(char for char in text if not char.isascii() or not char.isprintable()))
        found = next((entry for entry in _strings(data) if any(char in entry for char in characters)), "")
        return cls(characters, found if len(found) <= 40 else "")


def _code(char: str) -> str:
    code = f"U+{ord(char):04X}"
    return f"{code}，专用区编码" if unicodedata.category(char) == "Co" else code


def printable(value: Any) -> Any:
    """The same JSON data with every string fit for print: real code points, no control or direction characters."""
    if isinstance(value, str):
        return _printable_text(value)
    if isinstance(value, Mapping):
        return {key: printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [printable(item) for item in value]
    return value


def _printable_text(text: str) -> str:
    if text.isprintable():
        return text
    mapped = text.replace("\r\n", "\n").translate(PRIVATE_USE).translate(_SPACES)
    return "".join(char for char in mapped if char == "\n" or not _is_invisible(char))


def _is_invisible(char: str) -> bool:
    """Controls, and formats such as direction marks that make a name read otherwise than it is stored."""
    return unicodedata.category(char) in ("Cc", "Cf", "Cs")


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for item in data.values():
            yield from _strings(item)
    elif isinstance(data, list | tuple):
        for item in data:
            yield from _strings(item)
