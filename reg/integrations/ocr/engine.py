"""The recogniser (文字识别): rapidocr with the models of its wheel, one thread, loaded once in the OCR worker only."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from itertools import repeat
from typing import Any

import cv2
from cv2.typing import MatLike

from reg.integrations.ocr.lines import Line, Point, line_of

DETECT_SIDE = 704
"""The picture's longer side while lines are looked for; they are read from the full picture."""
_busy = threading.Lock()


@cache
def _engine() -> Any:
    """Loaded on first use: about 120 MB and half a second."""
    from rapidocr import RapidOCR

    cv2.setNumThreads(1)
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,
            "Global.text_score": 0.3,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECT_SIDE,
            "Rec.rec_batch_num": 1,
        }
    )


def warm_up() -> None:
    """Load the models, so that the first card is read as quickly as the next."""
    _engine()


def read_lines(picture: MatLike) -> list[Line]:
    """Every line of writing in a BGR picture, in no particular order."""
    with _busy:
        seen = _engine()(picture, return_word_box=True)
    if seen.boxes is None or seen.txts is None:
        return []
    rows = zip(seen.boxes, seen.txts, seen.scores, seen.word_results or repeat(()), strict=False)
    return [line_of(text, _each(text, float(score), words), _corners(box)) for box, text, score, words in rows]


def _each(text: str, score: float, words: Sequence[Any]) -> list[float]:
    """How sure each character is: the words' own scores where they spell the text, else the line's for all."""
    spelt = [(char, float(word[1])) for word in words for char in word[0]]
    if "".join(char for char, _ in spelt) != "".join(text.split()):
        return [score] * len(text)
    scores = iter([sure for _, sure in spelt])
    return [score if char.isspace() else next(scores) for char in text]


def _corners(box: Any) -> tuple[Point, Point, Point, Point]:
    a, b, c, d = ((float(x), float(y)) for x, y in box)
    return a, b, c, d
