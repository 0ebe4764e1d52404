"""字形: how alike two characters look. 申报指引 (2025): 字音相同且字形相近.

No official table of look-alikes exists. Two characters are compared as they are printed: drawn in the same type, their ink is
laid over each other. Only characters that sound alike are ever asked about, so little is drawn, and it is remembered.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFilter

from foundation.pdf.fonts import GlyphMissing, text_picture

ALIKE = 0.7
_SIZE = 48


def look_alike(one: str, other: str) -> bool:
    """Whether the differing characters of two 字号 of the same length all look alike."""
    return len(one) == len(other) and all(a == b or likeness(a, b) >= ALIKE for a, b in zip(one, other, strict=True))


@lru_cache(maxsize=65536)
def likeness(one: str, other: str) -> float:
    """From 0 to 1: the cosine between the two inks, blurred by the width of a stroke."""
    a, b = _ink(one), _ink(other)
    if a is None or b is None or a.shape != b.shape:
        return 0.0
    return float((a * b).sum())


@lru_cache(maxsize=16384)
def _ink(character: str) -> NDArray[np.float32] | None:
    try:
        picture = text_picture(character, "sans", _SIZE)
    except GlyphMissing:
        return None
    ink = np.asarray(picture.filter(ImageFilter.GaussianBlur(1.6)), dtype=np.float32)
    ink = ink - ink.mean()
    size = float(np.sqrt((ink * ink).sum()))
    return ink / size if size else None
