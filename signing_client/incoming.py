"""What 电子签名 sends: it fetches files and tells that something moved. Believed only when its signature holds, once, while fresh.

A callback is a nudge (回调只是提醒): it may come late, twice or out of order, so the state is asked for afterwards.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from signing_client import sm2
from signing_client.errors import NotUnderstood
from signing_client.reading import read
from signing_client.signature import SKEW_SECONDS, BadSignature, Stamp

SIGNING = "signing"
"""The name under which 电子签名 signs."""


class Nonces(Protocol):
    """Remembers the nonces of calls for at least 2 × SKEW_SECONDS; shared by all processes that take calls."""

    def first_use(self, service: str, nonce: str) -> bool:
        """Whether this nonce was not there before; from now on it is."""
        ...


class RecentNonces:
    """For a system of one process: remembered in memory. Thread-safe."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def first_use(self, service: str, nonce: str) -> bool:
        moment = time.monotonic()
        with self._lock:
            old = [key for key, seen in self._seen.items() if moment - seen > 2 * SKEW_SECONDS + 60]
            for key in old:
                del self._seen[key]
            fresh = (service, nonce) not in self._seen
            self._seen[service, nonce] = moment
        return fresh


@dataclass(frozen=True)
class BatchEvent:
    """Something moved. An `event` that is not known here is no mistake: the state says what is."""

    event: str
    """batch_ready, batch_done, batch_cancelled; task_signed, task_refused, document_signed, document_rejected,
    authorisation_ended, authorisation_lapsed; seal_moved"""
    batch: str
    document: str | None
    at: datetime
    """Legal time of the event."""
    seal_order: str | None = None
    """With seal_moved: which of one's orders of a seal is decided."""


class Incoming:
    """Checks what comes in under the name of 电子签名, by its public key (65 bytes)."""

    def __init__(self, public: bytes, nonces: Nonces) -> None:
        self._public, self._nonces = public, nonces

    def check(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> None:
        """BadSignature unless 电子签名 sent exactly this, now, for the first time. `path` as it was called, with its query."""
        stamp = Stamp.read(headers)
        if stamp.service != SIGNING:
            raise BadSignature(f"不认识服务 {stamp.service}")
        if not sm2.holds(self._public, stamp.text(method, path, sm2.sm3(body)), stamp.signature):
            raise BadSignature("签名不对")
        if not self._nonces.first_use(stamp.service, stamp.nonce):
            raise BadSignature("请求重复")

    def event(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> BatchEvent:
        """The callback that came; BadSignature as `check`, NotUnderstood when it is none."""
        self.check(method, path, headers, body)
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            raise NotUnderstood("回调不是 JSON") from None
        return read(BatchEvent, said)
