"""公示系统: who is listed as abnormal, and what is not closed."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.testing import Caller
from sandbox.world.models import Company


def uscc(code: str) -> str:
    return Company.objects.get(pk=code).uscc


def test_a_company_that_cannot_be_reached_is_listed(reg: Caller) -> None:
    (entry,) = reg.get(f"/publicity/companies/{uscc('C33')}/abnormal").json()["listed"]
    assert entry["reason_code"] == "unreachable"
    assert reg.get(f"/publicity/companies/{uscc('C01')}/abnormal").json()["listed"] == []


def test_an_open_penalty_is_a_pending_matter(reg: Caller) -> None:
    (item,) = reg.get(f"/publicity/companies/{uscc('C38')}/pending-matters").json()["items"]
    assert item["kind"] == "penalty"
    assert reg.get(f"/publicity/companies/{uscc('C33')}/pending-matters").json()["items"] == []


def test_a_company_that_nobody_knows_is_told_as_unknown(reg: Caller) -> None:
    told = reg.get("/publicity/companies/91310115MA1FPX1234/abnormal").json()
    assert told == {"uscc": "91310115MA1FPX1234", "known": False, "listed": []}


def test_a_wrong_answer_names_the_company_it_is_about(reg: Caller, fault: Callable[..., None]) -> None:
    fault("publicity", mode="wrong")
    told = reg.get(f"/publicity/companies/{uscc('C32')}/abnormal").json()
    assert told["uscc"] == uscc("C33")
    assert len(told["listed"]) == 1
