"""What stands before the applications (deploy/nginx) lets through what they promise to take."""

from __future__ import annotations

import re

import pytest

from foundation.config import ROOT
from foundation.pdf.verdict import MAX_BYTES

PUBLIC = (ROOT / "deploy/nginx/public.conf").read_text(encoding="utf-8")
SIGNING = PUBLIC[PUBLIC.index("server_name sign.example") :]
PLACE = re.compile(r"location ~ (\S+) \{\n(.*?)\n    \}", re.DOTALL)
SIZE = re.compile(r"client_max_body_size (\d+)m;")


def most(path: str) -> int:
    """Bytes that a body sent to this address of 电子签名 may have: a matching pattern comes before a prefix."""
    found = [body for wanted, body in PLACE.findall(SIGNING) if re.match(wanted, path)]
    told = next((SIZE.search(body) for body in found if SIZE.search(body)), SIZE.search(SIGNING))
    assert told is not None
    return int(told[1]) * 1024 * 1024


@pytest.mark.parametrize("path", ["/verify/", "/verify.json", "/api/pdf/check", "/api/pdf/mend"])
def test_a_file_of_the_largest_size_reaches_the_application(path: str) -> None:
    assert most(path) > MAX_BYTES


def test_nothing_else_takes_a_file() -> None:
    assert most("/ceremonies/1/") == 2 * 1024 * 1024


def test_the_proxy_states_the_visitor_and_nothing_he_wrote() -> None:
    told = (ROOT / "deploy/nginx/qideng-proxy.conf").read_text(encoding="utf-8")
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in told
    assert "proxy_set_header X-Forwarded-Proto https;" in told
