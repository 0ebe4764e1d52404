"""代理人备案: who has filed, with whom, until when."""

from __future__ import annotations

from datetime import timedelta

from foundation.clock.models import ClockOffset
from sandbox.testing import Caller
from sandbox.world.models import Company, Person


def ask(caller: Caller, code: str, **more: str) -> dict[str, object]:
    person = Person.objects.get(pk=code)
    sent = {"name": person.name, "id_type": person.id_type, "id_number": person.id_number, **more}
    return caller.post("/agent-filing/check", sent).json()


def test_a_filed_agent_is_told_with_his_agency(reg: Caller) -> None:
    told = ask(reg, "P24", agency_uscc=Company.objects.get(pk="C31").uscc)
    assert told["filed"] is True
    assert told["status"] == "valid"
    assert told["agency_name"] == "上海示例登记代理服务有限公司"


def test_who_has_not_filed_is_told_so(reg: Caller) -> None:
    for code in ("P25", "P01"):
        told = ask(reg, code)
        assert (told["filed"], told["status"], told["filing_no"]) == (False, "none", None)


def test_a_filing_with_another_agency_does_not_count(reg: Caller) -> None:
    told = ask(reg, "P24", agency_uscc=Company.objects.get(pk="C01").uscc)
    assert (told["filed"], told["status"]) == (False, "other_agency")


def test_a_filing_lapses_on_its_day(reg: Caller) -> None:
    ClockOffset.move_to(timedelta(days=2 * 365))
    told = ask(reg, "P24")
    assert (told["filed"], told["status"]) == (False, "lapsed")
