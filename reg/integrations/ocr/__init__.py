"""证件识别: reads photographs of identity cards in a worker process of its own. R016, R017, R020.

This module is light; the recognising library is loaded on the first call of `read_id_card`, which only the OCR
worker makes (queue `ocr`). Web processes must not call it.
"""

from __future__ import annotations

from reg.integrations.ocr.result import IdCardRead, Problem, Side, Trouble

__all__ = ["IdCardRead", "Problem", "Side", "Trouble", "read_id_card"]


def read_id_card(front: bytes | None = None, back: bytes | None = None) -> IdCardRead:
    """Read one or both sides (admitted JPEG or PNG). Bad pictures give problems, never an exception."""
    from reg.integrations.ocr.reading import read

    return read(front, back)
