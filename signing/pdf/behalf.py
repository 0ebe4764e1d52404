"""授权签署 as a signature says it: on the page and as /Reason, so that whoever verifies the file reads it. R119, R135."""

from __future__ import annotations

import re

MARK = "授权签署"
_REMARK = re.compile(rf"{MARK}（代 (.{{1,120}})）")


def behalf_remark(principal: str) -> str:
    """授权签署（代 张示例）"""
    return f"{MARK}（代 {principal}）"


def principal_in(reason: str) -> str | None:
    """For whom a signature with this /Reason was made; None when it does not say so."""
    found = _REMARK.fullmatch(reason)
    return found[1] if found else None
