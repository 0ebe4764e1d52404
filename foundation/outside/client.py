"""The one HTTP client for outside systems: listed hosts only, short time-outs, signed, its health remembered."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from foundation import clock
from foundation.config import config
from foundation.outside.health import remember
from foundation.outside.result import Unavailable
from foundation.outside.signed import sign_request

CONNECT_SECONDS = 2.0
READ_SECONDS = 6.0
MAX_ANSWER = 25 * 1024 * 1024
RETRY_IN = timedelta(seconds=30)


class OutsideDown(Exception):
    """The system did not answer, answered with an error, or answered nonsense."""

    def __init__(self, system: str, why: str) -> None:
        super().__init__(f"{system}: {why}")
        self.system, self.why = system, why

    def unavailable(self, retry_in: timedelta = RETRY_IN) -> Unavailable:
        """The same, as an answer of a port."""
        return Unavailable(retry_at=clock.wall() + retry_in, why=self.why)


@dataclass(frozen=True)
class Reply:
    """An answer below 500. `json()` raises OutsideDown when the body is not a JSON object."""

    system: str
    status: int
    content: bytes

    def json(self) -> dict[str, Any]:
        try:
            value = json.loads(self.content)
        except ValueError:
            raise OutsideDown(self.system, "回答看不懂") from None
        if not isinstance(value, dict):
            raise OutsideDown(self.system, "回答看不懂")
        return value


@cache
def _pool() -> httpx.Client:
    limits = httpx.Limits(max_connections=20, max_keepalive_connections=8, keepalive_expiry=5)
    return httpx.Client(
        timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS), limits=limits, follow_redirects=False
    )


class OutsideClient:
    """Calls one system by its configured base URL. `base` overrides it for the sister application (signing, reg)."""

    def __init__(self, system: str, base: str | None = None, *, read_seconds: float = READ_SECONDS) -> None:
        self.system = system
        self.base = (base or config().outside_url(system)).rstrip("/")
        self.read_seconds = read_seconds

    def get(self, path: str, params: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Reply:
        url = httpx.URL(self.base + path, params=params or None)
        return self._send("GET", url, b"", headers or {})

    def post(
        self,
        path: str,
        data: dict[str, Any],
        headers: dict[str, str] | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Reply:
        body = json.dumps(data, ensure_ascii=False, default=str).encode()
        extra = {"Content-Type": "application/json", **(headers or {})}
        if idempotency_key:
            extra["Idempotency-Key"] = idempotency_key
        return self._send("POST", httpx.URL(self.base + path), body, extra)

    def fetch(self, url: str) -> Reply:
        """GET an absolute URL of this system; ValueError for any other host."""
        if urlsplit(url)[:2] != urlsplit(self.base)[:2]:
            raise ValueError(f"{self.system} 只能访问 {urlsplit(self.base).netloc}")
        return self._send("GET", httpx.URL(url), b"", {})

    def _send(self, method: str, url: httpx.URL, body: bytes, headers: dict[str, str]) -> Reply:
        path = url.raw_path.decode()
        signed = sign_request(settings.QIDENG_PROJECT, method, path, body)
        started = time.monotonic()
        try:
            with _pool().stream(
                method,
                url,
                content=body,
                headers={**headers, **signed, "X-App-Id": settings.QIDENG_PROJECT},
                timeout=httpx.Timeout(self.read_seconds, connect=CONNECT_SECONDS),
            ) as answer:
                content = b"".join(_limited(self.system, answer))
                status = answer.status_code
        except httpx.TimeoutException:
            remember(self.system, ok=False, ms=_ms(started), why="没有回应")
            raise OutsideDown(self.system, "没有回应") from None
        except httpx.HTTPError as error:
            remember(self.system, ok=False, ms=_ms(started), why=type(error).__name__)
            raise OutsideDown(self.system, "连不上") from None
        if status >= 500:
            remember(self.system, ok=False, ms=_ms(started), why=f"HTTP {status}")
            raise OutsideDown(self.system, "出错了")
        remember(self.system, ok=True, ms=_ms(started), why="")
        return Reply(self.system, status, content)


def _limited(system: str, answer: httpx.Response) -> Any:
    size = 0
    for chunk in answer.iter_bytes():
        size += len(chunk)
        if size > MAX_ANSWER:
            raise OutsideDown(system, "回答太大")
        yield chunk


def _ms(started: float) -> int:
    return int((time.monotonic() - started) * 1000)


def retry_at(seconds: int) -> datetime:
    """A wall-clock time `seconds` from now."""
    return clock.wall() + timedelta(seconds=seconds)
