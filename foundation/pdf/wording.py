"""Does a text say what a PDF shows (文字版核对)? Strict: what cannot be shown to be the same counts as different. R143.

Texts are cut at blanks, line ends and punctuation, since a table is laid out otherwise than it is read aloud. Every printed
piece has to stand in the text and every piece of the text on a page; the figures have to be the same, as often and in the
same order. Words may be set in another order: a text that names the head of a column with every cell says the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

from foundation.pdf.render import open_document

READING_WORDS = frozenset({"已勾选", "未勾选", "无"})
"""What a text may say that is drawn and not printed: a ticked box, an empty one, an empty cell."""
_PAGE_NUMBER = re.compile(r"第\s{0,2}\d{1,4}\s{0,2}页\s{0,2},?\s{0,2}共\s{0,2}\d{1,4}\s{0,2}页")
_DROPPED = frozenset({"Cf", "Co", "Cn", "Cs"})
"""Unseen, and what a font keeps for itself."""
_CUTS = frozenset("ZCPS")
_IMAGE, _DEPTH = 3, 8


@dataclass(frozen=True)
class Wording:
    """How a text and a PDF differ; all zero when they say the same."""

    unsaid: int = 0
    """Pieces that are printed and that the text lacks."""
    unprinted: int = 0
    """Pieces of the text that are on no page."""
    figures: int = 0
    """Digits too many or too few, or figures in another order."""
    picture_page: int = 0
    """The first page, from 1, that has a picture or no words at all: what stands there no text can be compared with."""

    @property
    def same(self) -> bool:
        return not any(asdict(self).values())


def wording_compare(pdf: bytes, text: str) -> Wording:
    """Look at all pages. Only inside a confined child, or for a file that was made here. NotRenderable."""
    pages, picture_page = _printed(pdf)
    return _differences(text, pages, picture_page)


def _printed(pdf: bytes) -> tuple[list[str], int]:
    pages, picture_page = [], 0
    with open_document(pdf) as document:
        for number in range(len(document)):
            page = document[number]
            pages.append(str(page.get_textpage().get_text_bounded()))
            pictures = any(True for _ in page.get_objects(filter=[_IMAGE], max_depth=_DEPTH))
            if not picture_page and (pictures or not _pieces(pages[-1])):
                picture_page = number + 1
    return pages, picture_page


def _differences(text: str, pages: Sequence[str], picture_page: int) -> Wording:
    said, printed = _pieces(text), [_pieces(page) for page in pages]
    flat, spoken = [piece for page in printed for piece in page], "".join(said)
    sheets = ["".join(page) for page in printed]
    return Wording(
        unsaid=sum(piece not in spoken for piece in flat),
        unprinted=sum(piece not in READING_WORDS and not _stands(piece, sheets) for piece in said),
        figures=_digits_apart(said, flat) + (_figures(said, flat) != _figures(flat, said)),
        picture_page=picture_page,
    )


def _pieces(text: str) -> list[str]:
    """The words of a text, of one width, without page numbers, cut at whatever is no letter and no digit."""
    plain = _PAGE_NUMBER.sub("\n", unicodedata.normalize("NFKC", text))
    kinds = ((one, unicodedata.category(one)) for one in plain)
    return "".join(" " if kind[0] in _CUTS else one for one, kind in kinds if kind not in _DROPPED).split()


def _stands(piece: str, sheets: Sequence[str]) -> bool:
    """On a page, or begun at the end of one and gone on with on the next."""
    if any(piece in sheet for sheet in sheets):
        return True
    cuts = range(1, len(piece))
    return any(
        end.endswith(piece[:at]) and piece[at:] in following for end, following in pairwise(sheets) for at in cuts
    )


def _digits_apart(said: Iterable[str], printed: Iterable[str]) -> int:
    one, other = (Counter(sign for piece in side for sign in piece if sign.isdigit()) for side in (said, printed))
    return ((one - other) + (other - one)).total()


def _figures(side: Sequence[str], other: Sequence[str]) -> list[str]:
    """The pieces with digits that either side has once, in the order of this one."""
    here, there = Counter(side), Counter(other)
    return [one for one in side if here[one] == there[one] == 1 and any(sign.isdigit() for sign in one)]
