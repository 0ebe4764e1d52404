"""People for the load: each with a phone (an HTTP client), logged in through the sandbox, with a case of his own."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import yaml

STORIES = Path(__file__).resolve().parent.parent / "data/stories"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')
ROOM = "liaison"


def leaders() -> list[tuple[str, str]]:
    """(person, uscc) of every active company whose 法定代表人 may open a change here."""
    rows = yaml.safe_load((STORIES / "companies.yaml").read_text("utf-8"))["companies"]
    known = {row["id"] for row in yaml.safe_load((STORIES / "persons.yaml").read_text("utf-8"))["persons"]}
    return [
        (row["leader"], row["uscc"])
        for row in rows
        if row["status"] == "active" and row["entity_type"].startswith("11") and row.get("leader") in known
    ]


class User:
    """One person at his phone."""

    def __init__(self, base: int, person: str, uscc: str) -> None:
        self.reg, self.sandbox = f"http://127.0.0.1:{base}", f"http://127.0.0.1:{base + 2}"
        self.person, self.uscc = person, uscc
        self.client = httpx.Client(timeout=30)
        self.room = self.back = ""
        self.version, self.fields = 0, {"name": "", "id_type": "10", "id_number": "", "mobile": "", "email": ""}

    def goes_to_the_identity_provider(self) -> None:
        """All of a log-in but its last step."""
        page = self.client.get(f"{self.reg}/login").text
        start = self.client.post(f"{self.reg}/login/sso", data={"csrfmiddlewaretoken": _found(TOKEN, page)})
        there = start.headers["location"]
        token = _found(TOKEN, self.client.get(there).text)
        answer = self.client.post(there, data={"csrfmiddlewaretoken": token, "person": self.person})
        self.back = answer.headers["location"]

    def comes_back(self) -> int:
        """The last step: the code is exchanged, the session begins, the home page is shown."""
        answer = self.client.get(self.back)
        return self.client.get(urljoin(self.reg, answer.headers.get("location", "/login"))).status_code

    def opens_a_case(self) -> None:
        """A change of the liaison, of this user's own."""
        choose = f"{self.reg}/companies/{self.uscc}/change"
        page = self.client.get(choose).text
        body = {"csrfmiddlewaretoken": _found(TOKEN, page), "idempotency_key": _found(KEY, page), "item": ROOM}
        case = self.client.post(choose, data=body).headers["location"]
        self.room = f"{self.reg}{case}/items/{ROOM}"

    def views(self) -> int:
        return self.client.get(self.room).status_code

    def autosaves(self) -> int:
        """Somebody types; stale versions cannot happen, the case is his alone."""
        answer = self.client.post(f"{self.room}/autosave", data=self._typed())
        if answer.status_code == 200:
            self.version = answer.json()["version"]
        return answer.status_code

    def saves(self) -> int:
        """Presses 保存: what he typed is incomplete, and that is said (422)."""
        answer = self.client.post(self.room, data=self._typed() | {"idempotency_key": f"{time.monotonic_ns():x}"})
        if answer.status_code in (302, 422):
            self.version += 1
            return 200
        return answer.status_code

    def _typed(self) -> dict[str, Any]:
        self.fields["email"] = f"u{time.monotonic_ns() % 10**9}@example.com"
        token = self.client.cookies.get("reg_csrf", "")
        return {**self.fields, "version": str(self.version), "csrfmiddlewaretoken": token}


def _found(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    if found is None:
        raise SystemExit(f"the page does not hold {pattern.pattern}")
    return found[1]


def together(acts: Sequence[Callable[[], object]], *, at_once: int = 0) -> None:
    """Do all, each in a thread of its own; `at_once` bounds how many."""
    gate = threading.Semaphore(at_once or len(acts))

    def run(act: Callable[[], object]) -> None:
        with gate:
            act()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
