"""Logs: one JSON object a line, personal data masked before anything is written (等保三级: 日志不泄露个人信息).

`logging_settings(project)` is Django's LOGGING. Structlog and the standard library end in the same formatter, so that
a message of a library is masked like one of ours.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import Any

import structlog

SECRET_KEYS = re.compile(
    r"(^|_)(password|passwd|secret|token|ticket|authorization|cookie|sessionid|session_key|csrf|otp|private_key|code_verifier)"
    r"($|_)",
    re.IGNORECASE,
)
PERSONAL_KEYS = frozenset(
    {"name", "person_name", "id_number", "id_no", "mobile", "phone", "address", "email", "residence"}
)
ID_NUMBER = re.compile(
    r"(?<!\d)([1-9]\d{2})\d{3}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])"
)
MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
IN_URL = re.compile(r"(?i)\b(token|access_token|ticket|code|state|sessionid|secret|signature)=([^&\s\"']+)")
BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w\-.~+/]+=*")
HIDDEN = "***"

Processor = Callable[[Any, str, MutableMapping[str, Any]], Mapping[str, Any]]


def mask_text(text: str) -> str:
    """`text` without whole identity numbers, mobiles or tokens; what is left suffices to recognise one's own."""
    text = ID_NUMBER.sub(lambda m: f"{m[1]}***********{m[0][-4:]}", text)
    text = MOBILE.sub(r"\1****\2", text)
    text = IN_URL.sub(rf"\1={HIDDEN}", text)
    return BEARER.sub(rf"\1 {HIDDEN}", text)


def mask(value: Any, key: str = "") -> Any:
    """A copy of `value` that may be written down; `key` is the name it stood under."""
    if SECRET_KEYS.search(key):
        return HIDDEN
    match value:
        case Mapping():
            return {k: mask(v, str(k)) for k, v in value.items()}
        case bytes():
            return f"<{len(value)} bytes>"
        case str():
            masked = mask_text(value)
            return f"{value[:1]}**" if key in PERSONAL_KEYS and masked == value and value else masked
        case Sequence() | set() | frozenset():
            return [mask(v, key) for v in value]
        case int() if not isinstance(value, bool):
            text = str(value)
            masked = mask_text(text)
            return value if masked == text else masked
    return value


def masking(logger: Any, method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """The structlog processor; it stands last before the line is rendered."""
    return {key: mask(value, key if key != "event" else "") for key, value in event.items()}


def _chain() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


class JsonFormatter(structlog.stdlib.ProcessorFormatter):
    """The last step for records of structlog and of the standard library alike."""

    def __init__(self, project: str = "") -> None:
        def name_project(logger: Any, method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
            return {"project": project, **event}

        super().__init__(
            foreign_pre_chain=[*_chain(), structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                name_project,
                masking,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
        )


def logging_settings(project: str, level: str = "INFO") -> dict[str, Any]:
    """Django's LOGGING for one project; also tells structlog to hand its events to the standard library."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_chain(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "foundation.logs.JsonFormatter", "project": project}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "django.security.DisallowedHost": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
            "procrastinate": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
            "pikepdf": {"level": "WARNING"},
            "axes": {"level": "WARNING"},
            "fontTools": {"level": "ERROR"},
            "pyhanko": {"level": "WARNING"},
        },
    }


def root_is_json() -> bool:
    """Whether this process writes JSON (an operator's check)."""
    return any(isinstance(h.formatter, JsonFormatter) for h in logging.getLogger().handlers)
