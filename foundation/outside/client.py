"""The one HTTP client for outside systems: listed hosts only, short time-outs, signed, its health remembered."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

import httpx
from django.conf import settings

from foundation import clock
from foundation.config import config
from foundation.outside.health import remember
from foundation.outside.result import Unavailable
from foundation.outside.signed import sign_request

CONNECT_SECONDS = 2.0
READ_SECONDS = 6.0
WHOLE = 3
"""A whole answer may take this many times the time for one read: one that drips does not hold us for ever."""
MAX_ANSWER = 25 * 1024 * 1024
RETRY_IN = timedelta(seconds=30)
HTTP_SERVER_ERROR = 500


class OutsideDown(Exception):
    """The system did not answer, answered with an error, or answered nonsense."""

    def __init__(self, system: str, why: str) -> None:
        super().__init__(f"{system}: {why}")
        self.system, self.why = system, why

    def unavailable(self, retry_in: timedelta = RETRY_IN) -> Unavailable:
        """The same, as an answer of a port."""
        return Unavailable(retry_at=clock.wall() + retry_in, why=self.why, system=self.system)


@dataclass(frozen=True)
class Reply:
    """An answer below 500. `json()` raises OutsideDown when the body is not a JSON object, and counts it as a failure."""

    system: str
    status: int
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""

    def json(self) -> dict[str, Any]:
        try:
            value = json.loads(self.content)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise misunderstood(self.system)
        return value


def misunderstood(system: str, why: str = "回答看不懂") -> OutsideDown:
    """What to raise when an answer is not what was agreed; counted as a failure."""
    remember(system, ok=False, ms=0, why=why)
    return OutsideDown(system, why)


@cache
def _pool() -> httpx.Client:
    limits = httpx.Limits(max_connections=20, max_keepalive_connections=8, keepalive_expiry=5)
    return httpx.Client(
        timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        limits=limits,
        follow_redirects=False,
        trust_env=False,
    )


class OutsideClient:
    """Calls one system by its configured base URL. `base` overrides it for the sister application (signing, reg)."""

    def __init__(self, system: str, base: str | None = None, *, read_seconds: float = READ_SECONDS) -> None:
        self.system = system
        self.base = (base or config().outside_url(system)).rstrip("/")
        self.read_seconds = read_seconds

    def get(self, path: str, params: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Reply:
        return self._send("GET", self._url(path, params), b"", headers or {})

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
        return self._send("POST", self._url(path), body, extra)

    def send(self, path: str, body: bytes, content_type: str) -> Reply:
        """POST what is no JSON."""
        return self._send("POST", self._url(path), body, {"Content-Type": content_type})

    def request(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Any call, its path percent-encoded with its query."""
        return self._send(method, self._url(path), body, dict(headers))

    def fetch(self, url: str) -> Reply:
        """GET an absolute URL of this system; ValueError for any other host."""
        return self._send("GET", self._listed(url), b"", {})

    def _url(self, path: str, params: dict[str, str] | None = None) -> httpx.URL:
        if not path.startswith("/"):
            raise ValueError("path must begin with a slash")
        return self._listed(self.base + path, params)

    def _listed(self, address: str, params: dict[str, str] | None = None) -> httpx.URL:
        """`address` when it leads to the host that is configured for this system; a reference must not lead elsewhere."""
        try:
            url, base = httpx.URL(address), httpx.URL(self.base)
        except httpx.InvalidURL:
            raise ValueError(f"{self.system} 的地址写法不对") from None
        if (url.scheme, url.netloc, url.userinfo) != (base.scheme, base.netloc, base.userinfo):
            raise ValueError(f"{self.system} 只能访问 {base.netloc.decode()}")
        return url.copy_merge_params(params) if params else url

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
                content = b"".join(_limited(answer, started + self.read_seconds * WHOLE))
                status, got = answer.status_code, dict(answer.headers.items())
        except httpx.TimeoutException:
            raise self._failed(started, "没有回应") from None
        except httpx.HTTPError as error:
            raise self._failed(started, "连不上", type(error).__name__) from None
        except TooLarge:
            raise self._failed(started, "回答太大") from None
        if status >= HTTP_SERVER_ERROR:
            raise self._failed(started, "出错了", f"HTTP {status}")
        remember(self.system, ok=True, ms=_ms(started))
        return Reply(self.system, status, content, got)

    def _failed(self, started: float, why: str, noted: str = "") -> OutsideDown:
        remember(self.system, ok=False, ms=_ms(started), why=noted or why)
        return OutsideDown(self.system, why)


class TooLarge(Exception):
    """An answer has more bytes than we take."""


def _limited(answer: httpx.Response, deadline: float) -> Iterator[bytes]:
    size = 0
    for chunk in answer.iter_bytes():
        size += len(chunk)
        if size > MAX_ANSWER:
            raise TooLarge
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout("the answer drips")
        yield chunk


def _ms(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
