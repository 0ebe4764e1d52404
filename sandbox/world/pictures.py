"""The pictures that the start page offers: synthetic, watermarked ID cards as scanned and as photographed, a lease.

The drawing library is imported when a picture is first asked for: it is large, and most runs never need it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from sandbox.world.models import Person

KEPT = 40
LEASE_SHEETS = 3


@dataclass(frozen=True)
class Picture:
    """One kind of picture of a card: which side, and how the photograph was taken (nothing: a flat scan)."""

    label: str
    side: Literal["front", "back"]
    photo: Mapping[str, Any] = field(default_factory=dict)


PICTURES: dict[str, Picture] = {
    "id-card-front": Picture("人像面", "front"),
    "id-card-back": Picture("国徽面", "back"),
    "photo-front": Picture("手机拍的人像面", "front", {"angle": 2.0, "perspective": 0.1}),
    "photo-back": Picture("手机拍的国徽面", "back", {"angle": -2.0, "perspective": 0.1}),
    "photo-crooked": Picture("拍歪了的人像面", "front", {"angle": 14.0, "perspective": 0.6}),
    "photo-dim": Picture("光线暗的人像面", "front", {"angle": 3.0, "perspective": 0.2, "light": "dim"}),
    "photo-glare": Picture("反光的人像面", "front", {"angle": 1.0, "perspective": 0.2, "light": "glare"}),
    "photo-blurred": Picture("拍糊了的人像面", "front", {"blur": 6.0}),
}


def picture_of(person: Person, name: str) -> bytes:
    """The JPEG of one of PICTURES; KeyError when there is no such one."""
    return _draw(name, json.dumps(person.story, ensure_ascii=False, sort_keys=True))


@lru_cache(maxsize=KEPT)
def _draw(name: str, story: str) -> bytes:
    from sandbox import idcards

    picture, person = PICTURES[name], json.loads(story)
    if picture.photo:
        return idcards.photo_jpeg(person, side=picture.side, seed=len(story), **picture.photo)
    return idcards.front_jpeg(person) if picture.side == "front" else idcards.back_jpeg(person)


def lease_sheet(page_no: int) -> bytes:
    """One crooked photograph of the fictional lease, pages 1 to LEASE_SHEETS."""
    from sandbox import idcards

    return idcards.sheet_photo_jpeg(page_no, seed=page_no)
