"""The example in the client library's README is run as it stands, as a business system of its own, over real sockets."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from pytest_django.live_server_helper import LiveServer

from foundation.crypto import crypto
from foundation.crypto.index import person_index
from foundation.outside import signed
from foundation.outside.signed import public_key
from foundation.pdf.testing import small_pdf
from signing.ceremonies.trust import trust
from signing.pdf.verify import verify_pdf
from signing.tasks.models import Document
from signing.testing import PERSONS, Browser, Caller, World, prove, work
from signing_client import Person

README = Path(__file__).parent.parent / "signing_client" / "README.md"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def example(
    transactional_db: None, world: World, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """The example's system, entered by the operator as the README says."""
    cache.clear()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    key = crypto().sm2_keygen()
    monkeypatch.setenv("SERVICE_KEYS", f"small_system:{key.public.hex()}")
    signed._public.cache_clear()
    own = f"http://127.0.0.1:{port}"
    call_command("client_add", "small_system", "最小的业务系统", own)
    code = re.findall(r"```python\n(.+?)```", README.read_text("utf-8"), re.DOTALL)[
        0
    ]  # the system; the others are calls
    names: dict[str, Any] = {}
    exec(compile(code, str(README), "exec"), names)  # noqa: S102  the text of our own file
    system = names["SmallSystem"](live_server.url, own, "small_system", key.private, public_key("signing"))
    server = names["serve"](system, port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield system
    server.shutdown()
    server.server_close()
    signed._public.cache_clear()
    connections.close_all()


def test_the_example_orders_hears_and_fetches(example: Any, world: World) -> None:
    content, who = small_pdf(1), PERSONS["P13"]
    assert example.order(content, Person(**who)).state == "preparing"
    assert example.order(content, Person(**who)).batch == "PC-1", "a second tap changes nothing"
    work()
    assert Document.objects.get().state == "open"
    browser = Browser(person_index(who["id_type"], who["id_number"]))
    browser.get(urlsplit(Caller("reg").post("/api/tickets", {"person": who}).json()["url"]).path)
    browser.agree(Document.objects.get())
    prove(browser, world)
    work()
    assert example.done.wait(60), "it hears and fetches in a thread of its own"
    report = verify_pdf(example.signed["WS-1"], trust().roots, trust().intermediates)
    assert report.ok
    assert [one.signer for one in report.signatures] == ["卫甲"]
