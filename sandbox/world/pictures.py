"""The pictures of an ID card that the start page offers: synthetic, watermarked, drawn from the story."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Picture:
    """One kind of picture."""

    label: str
    draw: Callable[[dict[str, Any]], bytes]


def front(story: dict[str, Any]) -> bytes:
    from sandbox.idcards import front_jpeg

    return front_jpeg(story)


def back(story: dict[str, Any]) -> bytes:
    from sandbox.idcards import back_jpeg

    return back_jpeg(story)


PICTURES: dict[str, Picture] = {
    "id-card-front": Picture("人像面", front),
    "id-card-back": Picture("国徽面", back),
}
