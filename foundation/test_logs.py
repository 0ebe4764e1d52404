"""Logs carry no personal data, whoever wrote the line."""

from __future__ import annotations

import io
import json
import logging
import logging.config

import pytest
import structlog

from foundation.logs import JsonFormatter, logging_settings, mask, mask_text

FICTITIOUS_ID = "310101199001019190"


@pytest.fixture
def written() -> io.StringIO:
    """What a logger of the standard library and of structlog write through our formatter."""
    logging_settings("reg")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter("reg"))
    logger = logging.getLogger("test.logs")
    logger.handlers[:], logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_identity_number_keeps_its_ends_only() -> None:
    assert mask_text(f"证件 {FICTITIOUS_ID} 已核验") == "证件 310***********9190 已核验"
    assert mask_text("31010119900101919X") == "310***********919X"


def test_a_mobile_keeps_its_ends_only() -> None:
    assert mask_text("拨打 19900000004。") == "拨打 199****0004。"


def test_a_unified_code_and_an_application_number_are_public_and_stay() -> None:
    assert mask_text("91310115MA1K3XYZ0P") == "91310115MA1K3XYZ0P"
    assert mask_text("3101152026112400000137") == "3101152026112400000137"


def test_tokens_disappear_from_addresses_headers_and_fields() -> None:
    assert mask_text("GET /back?code=abc.def&x=1") == "GET /back?code=***&x=1"
    assert mask_text("Authorization: Bearer abc.def-ghi") == "Authorization: Bearer ***"
    assert mask({"access_token": "abc", "ticket": "t", "Cookie": "a=b", "count": 3}) == {
        "access_token": "***",
        "ticket": "***",
        "Cookie": "***",
        "count": 3,
    }


def test_masking_reaches_into_lists_and_mappings() -> None:
    assert mask({"people": [{"name": "李明", "mobile": "19900000004"}], "n": 19900000004, "raw": b"123"}) == {
        "people": [{"name": "李**", "mobile": "199****0004"}],
        "n": "199****0004",
        "raw": "<3 bytes>",
    }


def test_a_line_of_the_standard_library_is_json_and_masked(written: io.StringIO) -> None:
    logging.getLogger("test.logs").warning("no answer for %s", FICTITIOUS_ID, extra={"mobile": "19900000004"})
    (line,) = lines(written)
    assert line["event"] == "no answer for 310***********9190"
    assert line["mobile"] == "199****0004"
    assert line["level"] == "warning"
    assert line["project"] == "reg"


def test_a_line_of_structlog_is_json_and_masked(written: io.StringIO) -> None:
    structlog.stdlib.get_logger("test.logs").info("lookup.answered", subject=FICTITIOUS_ID, ms=12)
    (line,) = lines(written)
    assert line["event"] == "lookup.answered"
    assert line["subject"] == "310***********9190"
    assert line["ms"] == 12


def test_the_text_of_an_error_is_masked_too(written: io.StringIO) -> None:
    try:
        raise ValueError(f"bad number {FICTITIOUS_ID}")
    except ValueError:
        logging.getLogger("test.logs").exception("failed")
    assert FICTITIOUS_ID not in written.getvalue()
    assert "310***********9190" in str(lines(written)[0]["exception"])


def test_the_settings_are_accepted_by_the_standard_library() -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        logging.config.dictConfig(logging_settings("reg"))
        assert any(isinstance(h.formatter, JsonFormatter) for h in root.handlers)
    finally:
        root.handlers[:] = before
        root.setLevel(level)
