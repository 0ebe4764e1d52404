"""一网通办办件: one number per application, and its progress."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.kit.serials import serial_holds
from sandbox.testing import Caller

CASE = {"application_no": "310115202611240000147", "matter_code": "00013112700402", "applicant": {"name": "张示例"}}


def test_an_application_gets_one_number_however_often_it_is_told(reg: Caller) -> None:
    first, second = reg.post("/onestop/cases", CASE), reg.post("/onestop/cases", CASE)
    assert (first.status, second.status) == (201, 200)
    assert first.json() == second.json()
    assert serial_holds(first.json()["serial"], "YW")


def test_the_next_application_gets_the_next_number(reg: Caller) -> None:
    first = reg.post("/onestop/cases", CASE).json()["serial"]
    second = reg.post("/onestop/cases", {**CASE, "application_no": "2"}).json()["serial"]
    assert int(second[10:16]) == int(first[10:16]) + 1


def test_an_application_does_not_change_its_matter(reg: Caller) -> None:
    reg.post("/onestop/cases", CASE)
    assert reg.post("/onestop/cases", {**CASE, "matter_code": "00013112700403"}).status == 409


def test_progress_is_kept_in_order_and_a_repeated_step_counts_once(reg: Caller) -> None:
    serial = reg.post("/onestop/cases", CASE).json()["serial"]
    for status in ("submitted", "accepted", "accepted"):
        reg.post(f"/onestop/cases/{serial}/status", {"status": status, "at": "2026-11-24T10:00:00+08:00"})
    told = reg.get(f"/onestop/cases/{serial}").json()
    assert [step["status"] for step in told["statuses"]] == ["submitted", "accepted"]


def test_an_unknown_number_and_an_unknown_status_are_refused(reg: Caller) -> None:
    assert reg.get("/onestop/cases/YW1").status == 404
    serial = reg.post("/onestop/cases", CASE).json()["serial"]
    assert reg.post(f"/onestop/cases/{serial}/status", {"status": "done"}).status == 422


def test_a_wrong_answer_is_about_another_application(reg: Caller, fault: Callable[..., None]) -> None:
    fault("onestop", mode="wrong")
    assert reg.post("/onestop/cases", CASE).json()["application_no"] != CASE["application_no"]
