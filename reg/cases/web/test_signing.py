"""去签名: the way into 电子签名, also for who is quicker than the outbox."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from foundation.outside.testing import Stub, answer, stub_system
from reg.cases.signing import batch_ref
from reg.cases.web.test_pages import actor_of, browser
from reg.testing import company, in_signing
from signing_client.testing import batch_json

pytestmark = pytest.mark.django_db
INSIDE = "https://signing.example/enter/once/"


@pytest.fixture(autouse=True)
def _plain_static(settings: Any) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def signing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    """电子签名 that knows a batch once it was handed over."""
    with stub_system() as stub:
        monkeypatch.setenv("SIGNING_BASE_URL", stub.base)

        def behave(write: Callable[[bytes], None]) -> None:
            path, known = stub.seen[-1].path, any(call.path == "/api/batches" for call in stub.seen)
            if path == "/api/batches":
                write(answer(201, json.dumps(batch_json()).encode()))
            elif known:
                write(answer(201, json.dumps({"url": INSIDE}).encode()))
            else:
                write(answer(404, b"{}"))

        stub.behave = behave
        yield stub


def test_who_taps_before_the_papers_were_handed_over_hands_them_over(signing: Stub) -> None:
    client = browser("P01")
    case = in_signing(actor_of("P01"), company("C01"))
    for _ in range(2):
        response = client.post(f"/cases/{case.number}/sign/enter")
        assert (response.status_code, response["Location"]) == (302, INSIDE)
    batches = [call for call in signing.seen if call.path == "/api/batches"]
    assert len(batches) == 1
    assert json.loads(batches[0].body)["ref"] == batch_ref(case)


def test_a_silent_signing_is_said_and_nothing_is_lost(signing: Stub) -> None:
    client = browser("P01")
    case = in_signing(actor_of("P01"), company("C01"))
    signing.behave = lambda write: write(answer(500 if signing.seen[-1].path == "/api/batches" else 404, b"{}"))
    response = client.post(f"/cases/{case.number}/sign/enter")
    assert response.status_code == 503
    assert "电子签名暂时连不上" in response.content.decode()
