"""The transport of whoever has none of his own: httpx, short time-outs, few retries, only where repeating is harmless."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from signing_client.errors import NotUnderstood, Unreachable
from signing_client.signature import ServiceKey
from signing_client.transport import Call

CONNECT_SECONDS = 2.0
READ_SECONDS = 20.0
PAUSES = (0.3, 1.0)
"""Seconds before each further attempt of a call that may be repeated."""
MOST_BYTES = 50 * 1024 * 1024
SERVER_ERROR = 500


@dataclass(frozen=True)
class HttpAnswer:
    """An answer below 500."""

    status: int
    content: bytes
    headers: Mapping[str, str]


class HttpTransport:
    """Calls `base_url` signed by `key`. Close it, or use it in a `with`, when it is not needed any more. Thread-safe."""

    def __init__(
        self,
        base_url: str,
        key: ServiceKey,
        *,
        read_seconds: float = READ_SECONDS,
        pauses: tuple[float, ...] = PAUSES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._base, self._key, self._pauses, self._sleep = base_url.rstrip("/"), key, pauses, sleep
        self._prefix = httpx.URL(self._base).path.rstrip("/")
        self._http = httpx.Client(
            timeout=httpx.Timeout(read_seconds, connect=CONNECT_SECONDS), follow_redirects=False, trust_env=False
        )

    def __enter__(self) -> HttpTransport:
        return self

    def __exit__(self, *gone: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def send(self, call: Call) -> HttpAnswer:
        """The answer; Unreachable after the last attempt, and at once for a call that may not be repeated."""
        for pause in self._pauses if call.repeatable else ():
            try:
                return self._once(call)
            except Unreachable:
                self._sleep(pause)
        return self._once(call)

    def _once(self, call: Call) -> HttpAnswer:
        signed = self._key.sign(call.method, self._prefix + call.path, call.body)
        headers = {**call.headers, **signed, "X-App-Id": self._key.service}
        try:
            with self._http.stream(call.method, self._base + call.path, content=call.body, headers=headers) as answer:
                content = _limited(answer)
        except httpx.TimeoutException:
            raise Unreachable("电子签名没有回应") from None
        except httpx.HTTPError as error:
            raise Unreachable(f"连不上电子签名（{type(error).__name__}）") from None
        if answer.status_code >= SERVER_ERROR:
            raise Unreachable(f"电子签名出错了（{answer.status_code}）")
        return HttpAnswer(answer.status_code, content, dict(answer.headers.items()))


def _limited(answer: httpx.Response) -> bytes:
    content = bytearray()
    for chunk in answer.iter_bytes():
        content += chunk
        if len(content) > MOST_BYTES:
            raise NotUnderstood("电子签名的回答太大")
    return bytes(content)
