"""pytest plugin of `make trace`: writes every `row` mark of the collected tests to the file QIDENG_CLAIMS names."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest


def pytest_collection_finish(session: pytest.Session) -> None:
    claims = []
    for item in session.items:
        skipped = any(item.get_closest_marker(name) for name in ("skip", "skipif", "xfail"))
        for mark in item.iter_markers("row"):
            row, part = mark.args[0], mark.kwargs.get("part", "")
            claims.append({"test": item.nodeid, "row": row, "part": part, "skipped": skipped})
    Path(os.environ["QIDENG_CLAIMS"]).write_text(json.dumps(claims, ensure_ascii=False))
