"""人员监控、限制名单, 电子证照库, 代理人备案: what is sent and what the adapters believe, over a real socket. R003, R033."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from foundation.outside.lookups import Subject
from foundation.outside.result import Found, NotFound, Result, Unavailable
from reg.integrations import agent_filing, licence_store, watchlist
from reg.integrations.testing import outside_stub

pytestmark = pytest.mark.django_db
Say = Callable[[dict[str, Any], int], None]
WHO = {"name": "黄失信", "id_type": "10", "id_number": "310106197707079858"}
FIRM = {"uscc": "91310115MAXX00015T", "name": "上海星岚示例科技有限公司"}
HIT = {"list": "judgment_defaulter", "list_name": "失信被执行人", "reason": "未履行", "from": "2025-01-01", "to": None, "authority": "示例法院"}  # fmt: skip


@pytest.fixture
def say() -> Iterator[Say]:
    """A system that answers what the test tells it to."""
    with outside_stub("watchlist", "licence_store", "agent_filing") as stub:
        yield stub.say


@pytest.mark.row("R033", part="接口调用")
@pytest.mark.row("R033", part="反馈接收和处理")
def test_the_lists_of_a_person_are_asked_for_and_read(say: Say) -> None:
    say({"hits": [HIT], **WHO}, 200)
    answer = watchlist.person(WHO)
    assert isinstance(answer, Found)
    assert answer.value["hits"] == [
        {"list": "judgment_defaulter", "reason": "未履行", "from": "2025-01-01", "to": "", "authority": "示例法院"}
    ]
    say({"hits": [], **FIRM}, 200)
    assert watchlist.company(FIRM) == Found({"hits": []})


@pytest.mark.row("R033", part="不可靠实体清单核验（自然人）")
def test_what_an_announcement_limits_is_kept_also_when_it_is_nothing(say: Say) -> None:
    for limits in (["hold_office"], []):
        say({"hits": [{**HIT, "list": "unreliable_entity", "limits": limits}], **WHO}, 200)
        answer = watchlist.person(WHO)
        assert isinstance(answer, Found)
        assert answer.value["hits"][0]["limits"] == limits


@pytest.mark.row("R033", part="反馈接收和处理")
@pytest.mark.parametrize(
    ("ask", "subject", "lie"),
    [
        (watchlist.person, WHO, {"hits": [], "id_number": "310101198501019190"}),
        (watchlist.company, FIRM, {"hits": [], "uscc": "91310101MAXX00023C"}),
        (watchlist.person, WHO, {"hits": [{"reason": "没有名单"}], "id_number": WHO["id_number"]}),
        (
            licence_store.query,
            {"kind": "id_card", **{k: WHO[k] for k in ("id_type", "id_number")}},
            {"found": True, "kind": "id_card", "data": {"name": "张示例", "id_number": "310101198501019190"}},
        ),
        (
            licence_store.query,
            {"kind": "id_card", **{k: WHO[k] for k in ("id_type", "id_number")}},
            {"found": True, "kind": "id_card", "data": {"name": "黄失信"}},
        ),
        (agent_filing.check, WHO, {"filed": True, "id_number": "310101198501019190"}),
    ],
)
def test_an_answer_about_somebody_else_or_about_nothing_is_not_believed(
    say: Say, ask: Callable[[Subject], Result[dict[str, Any]]], subject: Subject, lie: dict[str, Any]
) -> None:
    say(lie, 200)
    assert isinstance(ask(subject), Unavailable)


def test_a_card_of_the_store_is_found_or_not(say: Say) -> None:
    asked = {"kind": "id_card", "id_type": "10", "id_number": WHO["id_number"]}
    say({"found": True, "kind": "id_card", "data": {"name": "黄失信", "id_number": WHO["id_number"]}}, 200)
    answer = licence_store.query(asked)
    assert isinstance(answer, Found)
    assert answer.value["data"]["name"] == "黄失信"
    say({"found": False, "kind": "id_card", "data": None}, 200)
    assert isinstance(licence_store.query(asked), NotFound)
