"""Somebody with a browser, and waiting for what the outside brings."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx
from pytest_django.live_server_helper import LiveServer

from foundation.config import Project
from foundation.outside.signed import sign_request
from signing.testing import work


class Person:
    """Somebody with a browser: follows redirects, presses buttons of forms."""

    def __init__(self, web_view: str = "") -> None:
        headers = {"User-Agent": web_view} if web_view else {}
        self.http = httpx.Client(follow_redirects=True, trust_env=False, timeout=30, headers=headers)
        self.page: httpx.Response | None = None
        self.seen: list[str] = []
        """Every page that was shown, pictures left out."""

    def go(self, url: str) -> str:
        self.page = self.http.get(url)
        self._keep()
        return self.page.text

    def _keep(self) -> None:
        if self.page is not None and "html" in self.page.headers.get("Content-Type", ""):
            self.seen.append(self.page.text)

    def poll(self, url: str) -> httpx.Response:
        """As the script of a page asks."""
        return self.http.get(url, headers={"HX-Request": "true"})

    def press(self, path: str = "", **fields: str) -> str:
        """Send the form of the present page; `path` chooses among several."""
        if self.page is None:
            raise AssertionError("no page is open")
        text, url = self.page.text, self.page.url
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        if not token:
            raise AssertionError(text[:500])
        target = url.join(path) if path else url
        self.page = self.http.post(
            target, data={"csrfmiddlewaretoken": token[1], **fields}, headers={"Referer": str(url)}
        )
        if self.page.status_code >= HTTPStatus.BAD_REQUEST:
            raise AssertionError(self.page.text[:800])
        self._keep()
        return self.page.text

    @property
    def url(self) -> str:
        return str(self.page.url) if self.page else ""


def log_in(live_server: LiveServer, code: str, web_view: str = "") -> Person:
    """By 随申办: one tap on a person of the stories."""
    person = Person(web_view)
    if "登录随申办" not in person.go(f"{live_server.url}/login/sso/?next=/"):
        raise AssertionError(person.url)
    person.press(person=code)
    if person.url != f"{live_server.url}/":
        raise AssertionError(person.url)
    return person


def page_of(url: str) -> str:
    """What stands on a page that anybody may open."""
    return httpx.get(url, trust_env=False, timeout=30).text


def settled(question: Callable[[], bool]) -> None:
    """Let callbacks come and the worker work until the answer is yes."""
    for _ in range(100):
        work()
        if question():
            return
        time.sleep(0.1)
    raise AssertionError("nothing moved")


@dataclass(frozen=True)
class Wire:
    """A business system that calls the task API over a real socket."""

    base: str
    service: Project = "reg"

    def ask(self, method: str, path: str, body: Any = None, *, raw: bytes = b"", key: str = "") -> httpx.Response:
        """One signed call, its body as JSON or raw."""
        content = raw if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {**sign_request(self.service, method, path, content), "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        return httpx.request(method, self.base + path, content=content, headers=headers, trust_env=False, timeout=60)
