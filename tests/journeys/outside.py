"""The outside world by its controls: faults, callbacks, the clock, what was received, text messages."""

from __future__ import annotations

import json
import urllib.request
from typing import Any


class Outside:
    """The sandbox's JSON controls."""

    def __init__(self, address: str) -> None:
        self._address = address

    def fault(self, system: str, mode: str = "ok", **more: Any) -> None:
        """Play a fault: slow, error, wrong, down; callback=late|twice|never; times=, seconds= end it by itself."""
        self._post("faults", {"system": system, "mode": mode, **more})

    def heal(self) -> None:
        """Every system answers again, every callback comes at once."""
        self._post("faults", {"system": "all", "mode": "ok", "callback": "normal", "slow_ms": 0})

    def clock_to(self, moment: str) -> dict[str, Any]:
        """Move legal time forward to a moment of Shanghai, 2026-12-31T23:59:00."""
        return self._post("clock", {"to": moment})

    @property
    def now(self) -> str:
        return str(self._get("clock")["now"])

    def calls(self, system: str) -> list[dict[str, Any]]:
        """What a system received, newest first."""
        calls: list[dict[str, Any]] = self._get(f"received/{system}")["calls"]
        return calls

    def messages(self, mobile: str = "") -> list[str]:
        """Texts of the messages to a mobile, newest first."""
        return [m["text"] for m in self._get(f"sms?to={mobile}")["messages"]]

    def callbacks(self, system: str = "") -> list[dict[str, Any]]:
        """Callbacks, newest first."""
        return [c for c in self._get("callbacks")["callbacks"] if system in ("", c["system"])]

    def callback_again(self, callback_id: int) -> None:
        """Deliver one by hand."""
        self._post(f"callbacks/{callback_id}/send", {})

    def _get(self, path: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self._address}/control/{path}", timeout=60) as answer:
            told: dict[str, Any] = json.load(answer)
        return told

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self._address}/control/{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            told: dict[str, Any] = json.load(answer)
        return told
