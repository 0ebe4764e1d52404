"""Having a text compared with the PDF it belongs to, in a child process that may only compute (文字版核对). R143."""

from __future__ import annotations

import json

from foundation.pdf.child import Died, TooHeavy, examined
from foundation.pdf.wording import Wording
from foundation.pdf.wording_child import HEAD


def wording_ask(pdf: bytes, text: str) -> Wording | None:
    """How they differ; None when nobody can tell, since the child broke down over the file."""
    words = text.encode("utf-8", "replace")
    data = len(words).to_bytes(HEAD) + words + pdf
    try:
        return Wording(**json.loads(examined("foundation.pdf.wording_child", data=data)))
    except (Died, TooHeavy):
        return None
