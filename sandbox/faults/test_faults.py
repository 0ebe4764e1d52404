"""Every fault mode, on every system, and how long a fault lasts."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from foundation import clock
from sandbox.faults.models import Fault, Received
from sandbox.faults.services import fault_set
from sandbox.testing import Caller

ASK = {"name": "张示例", "id_type": "10", "id_number": "310101198501019190"}


def ask(caller: Caller) -> int:
    return caller.post("/population/check", ASK).status


def test_a_system_without_fault_answers(reg: Caller) -> None:
    assert ask(reg) == 200


def test_error_is_a_500_and_down_a_503_without_content(reg: Caller, fault: Callable[..., None]) -> None:
    fault("population", mode="error")
    assert ask(reg) == 500
    fault("population", mode="down")
    reply = reg.post("/population/check", ASK)
    assert (reply.status, reply.content) == (503, b"")


def test_down_closes_the_connection(browser: Client, fault: Callable[..., None]) -> None:
    fault("population", mode="down")
    assert browser.post("/population/check")["Connection"] == "close"


def test_slow_waits_and_then_answers(reg: Caller, fault: Callable[..., None]) -> None:
    fault("population", mode="slow", slow_ms=120)
    started = time.monotonic()
    assert ask(reg) == 200
    assert time.monotonic() - started >= 0.12
    assert Received.objects.get().took_ms >= 120


def test_a_fault_of_one_system_leaves_the_others_alone(reg: Caller, fault: Callable[..., None]) -> None:
    fault("mobile_owner", mode="down")
    assert ask(reg) == 200


def test_a_fault_for_some_calls_is_used_up(reg: Caller) -> None:
    fault_set("population", mode="error", times=2)
    assert [ask(reg) for _ in range(3)] == [500, 500, 200]


def test_a_fault_for_some_seconds_ends_by_itself(reg: Caller) -> None:
    fault_set("population", mode="error", seconds=60)
    assert ask(reg) == 500
    Fault.objects.update(until=clock.wall() - timedelta(seconds=1))
    assert ask(reg) == 200


def test_a_new_mode_forgets_the_old_limit(reg: Caller) -> None:
    fault_set("population", mode="error", times=1)
    fault_set("population", mode="down")
    assert [ask(reg) for _ in range(3)] == [503, 503, 503]


PAGES = [
    "/sso/authorize?client_id=reg",
    "/elicence/authorize?client_id=reg",
    "/verification/h5/x",
    "/verification/qr/x",
    "/ca/root.pem",
]


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_down_like_their_system(browser: Client, fault: Callable[..., None], address: str) -> None:
    fault(address.split("/")[1], mode="down")
    assert browser.get(address).status_code == 503
    fault(address.split("/")[1], mode="error")
    assert browser.get(address).status_code == 500


def test_the_received_calls_are_masked(reg: Caller) -> None:
    ask(reg)
    line = Received.objects.get()
    assert (line.system, line.caller, line.status) == ("population", "reg", 200)
    assert line.body == {"name": "*示例", "id_type": "10", "id_number": "310***********9190"}


def test_a_refused_call_is_noted_too(browser: Client) -> None:
    assert browser.post("/population/check", ASK, content_type="application/json").status_code == 401
    assert Received.objects.get().status == 401
