"""/control/…: faults, clock, received, callbacks, messages and reset by JSON."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from foundation import clock
from foundation.clock.models import ClockOffset
from sandbox.faults.models import Fault
from sandbox.systems import SYSTEMS
from sandbox.testing import Caller
from sandbox.world.models import Company, Person

ASK = {"name": "张示例", "id_number": "310101198501019190"}


def post(browser: Client, what: str, body: Any, status: int = 200) -> dict[str, Any]:
    reply = browser.post(f"/control/{what}", body, content_type="application/json")
    assert reply.status_code == status, reply.content.decode()
    told: dict[str, Any] = reply.json()
    return told


def get(browser: Client, what: str) -> dict[str, Any]:
    reply = browser.get(f"/control/{what}")
    assert reply.status_code == 200
    told: dict[str, Any] = reply.json()
    return told


def test_a_fault_is_set_and_read(browser: Client, reg: Caller) -> None:
    told = post(browser, "faults", {"system": "mobile-owner", "mode": "slow", "slow_ms": 5, "times": 3})
    assert told["faults"]["mobile_owner"]["mode"] == "slow"
    assert told["faults"]["mobile_owner"]["times"] == 3
    assert set(told["faults"]) == {system.code for system in SYSTEMS}
    post(browser, "faults", {"system": "all", "mode": "error"})
    assert reg.post("/population/check", ASK).status == 500
    post(browser, "faults", {"system": "all", "mode": "ok", "callback": "normal"})
    assert reg.post("/population/check", ASK).status == 200


def test_setting_the_callbacks_keeps_the_mode(browser: Client) -> None:
    post(browser, "faults", {"system": "ca", "mode": "slow", "times": 2})
    told = post(browser, "faults", {"system": "ca", "callback": "twice"})["faults"]["ca"]
    assert (told["mode"], told["times"], told["callback"]) == ("slow", 2, "twice")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"system": "nobody"},
        {"system": "ca", "mode": "odd"},
        {"system": "ca", "callback": "odd"},
        {"system": "ca", "times": -1},
        {"system": "ca", "slow_ms": "x"},
        {"system": "ca", "slow_ms": 10**9},
    ],
)
def test_an_unknown_fault_is_refused_and_changes_nothing(browser: Client, body: dict[str, Any]) -> None:
    assert post(browser, "faults", body, 422)["error"] == "invalid"
    assert not Fault.objects.exists()


def test_a_form_from_elsewhere_controls_nothing(browser: Client) -> None:
    assert browser.post("/control/reset", {"x": "1"}).status_code == 415
    assert browser.get("/control/reset").status_code == 405


def test_the_clock_moves_forward_and_says_what_everybody_answered(browser: Client) -> None:
    before = clock.now()
    told = post(browser, "clock", {"days": 3, "hours": 2})
    assert timedelta(days=3, hours=2) <= clock.now() - before < timedelta(days=3, hours=2, minutes=1)
    assert told["ahead_seconds"] >= 3 * 86400
    assert [one["project"] for one in told["told"]] == ["reg", "signing"]
    assert all(not one["ok"] and "连不上" in one["said"] for one in told["told"])
    assert ClockOffset.read() == timedelta(seconds=told["ahead_seconds"])


def test_the_clock_goes_to_a_moment_in_shanghai(browser: Client) -> None:
    post(browser, "clock", {"to": "2027-12-31T23:59:00"})
    assert f"{clock.to_shanghai(clock.now()):%Y-%m-%d %H:%M}" == "2027-12-31 23:59"


def test_a_clock_that_was_never_moved_does_not_go_back_either(browser: Client) -> None:
    assert post(browser, "clock", {"to": "2020-01-01T00:00:00"}, 409)["error"] == "backwards"


def test_the_clock_never_goes_back(browser: Client) -> None:
    post(browser, "clock", {"days": 10})
    there = clock.now()
    told = post(browser, "clock", {"to": (there - timedelta(hours=1)).isoformat()}, 409)
    assert told["message"] == "法定时间只能往前走"
    assert post(browser, "clock", {"to": "2020-01-01T00:00:00"}, 409)["error"] == "backwards"
    assert clock.now() >= there


@pytest.mark.parametrize(
    "body", [{"to": "tomorrow"}, {"days": "1"}, {"days": -1}, {"days": 999_999_999}, {"days": 40_000}]
)
def test_a_moment_that_is_none_is_refused(browser: Client, body: dict[str, Any]) -> None:
    post(browser, "clock", body, 422)
    assert clock.now() - clock.wall() < timedelta(seconds=2)


def test_what_a_system_received_is_told_masked(browser: Client, reg: Caller) -> None:
    reg.post("/mobile-owner/check", {**ASK, "mobile": "19900000001"})
    (call,) = get(browser, "received/mobile-owner")["calls"]
    assert call["body"] == {"name": "*示例", "id_number": "310***********9190", "mobile": "199****0001"}
    assert (call["caller"], call["status"], call["path"]) == ("reg", 200, "/mobile-owner/check")
    assert browser.get("/control/received/nobody").status_code == 404


def test_messages_are_told_by_mobile(browser: Client, reg: Caller) -> None:
    for mobile in ("19900000001", "19900000002"):
        reg.post("/sms/messages", {"to": mobile, "text": "您好"})
    assert len(get(browser, "sms")["messages"]) == 2
    (message,) = get(browser, "sms?to=19900000002")["messages"]
    assert message["text"] == "您好"


def test_reset_forgets_what_was_done_and_keeps_what_exists(browser: Client, reg: Caller) -> None:
    people = Person.objects.count()
    facts = {"liaison": {"name": "卫甲", "id_type": "10", "id_number": "31010619820113931X"}}
    uscc = Company.objects.get(pk="C01").uscc
    reg.post("/elicence/licences/push", {"uscc": uscc, "application_no": "1", "facts": facts})
    post(browser, "faults", {"system": "all", "mode": "slow", "slow_ms": 1})
    assert post(browser, "reset", {}) == {"reset": True}
    assert not Fault.objects.exists()
    assert Company.objects.get(pk="C01").pushed == {}
    assert Person.objects.count() == people
    assert get(browser, "callbacks")["callbacks"] == []
