"""名称申报 and 校正 at the desk, as pages. R104, R111."""

from __future__ import annotations

from typing import Any

import pytest

from foundation import clock
from foundation.pdf.testing import small_pdf
from reg.backoffice.testing import desk_of, text
from reg.declarations.models import Declaration
from reg.declarations.services import proof_add
from reg.declarations.testing import PLEA, RESTRICTED, declare
from reg.naming.corrections import CorrectionError, name_correct
from reg.naming.index import name_file, names_near
from reg.naming.models import IndexedName
from reg.naming.parsing import parse
from reg.naming.parts import Parts
from reg.testing import person, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting() -> Declaration:
    one = declare(person("P01"), RESTRICTED, plea=PLEA)
    proof_add(actor=person("P01"), number=one.number, name="注册证.pdf", content=small_pdf(2))
    return one


def decide(desk: Any, one: Declaration, do: str, reason: str = "") -> Any:
    return desk.post(f"/desk/declarations/{one.number}/decide", {"do": do, "reason": reason})


@pytest.mark.row("R104", part="禁止控制与限制提示")
@pytest.mark.row("R111", part="受理、审核、核准各环节")
def test_an_examiner_sees_takes_and_grants_a_restricted_name(waiting: Declaration) -> None:
    desk = desk_of("shen1")
    assert "名称申报（1 件待审）" in text(desk.get("/desk/"))
    assert "限制 1 条" in text(desk.get("/desk/declarations"))
    page = text(desk.get(f"/desk/declarations/{waiting.number}"))
    for said in (RESTRICTED, PLEA, "注册证.pdf", "2 页", "领取，开始审核"):
        assert said in page
    proof = waiting.proofs.get()
    picture = desk.get(f"/desk/declarations/{waiting.number}/proofs/{proof.pk}/2.jpg")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")
    assert desk.get(f"/desk/declarations/{waiting.number}/proofs/{proof.pk}/3.jpg").status_code == 404
    decide(desk, waiting, "take")
    assert "不予核准" in text(desk.get(f"/desk/declarations/{waiting.number}"))
    decide(desk, waiting, "grant")
    waiting.refresh_from_db()
    assert waiting.state == Declaration.State.GRANTED
    assert "最近办结的" in text(desk.get("/desk/declarations"))


def test_a_refusal_without_a_reason_loses_nothing_and_decides_nothing(waiting: Declaration) -> None:
    desk = desk_of("shen1")
    decide(desk, waiting, "take")
    refused = decide(desk, waiting, "refuse", " 像 ")
    assert refused.status_code == 422
    assert "<title>错误：" in refused.content.decode()
    assert "> 像 </textarea>" in refused.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == Declaration.State.REVIEW


# 校正


@pytest.fixture
def unsure() -> IndexedName:
    return name_file(Parts("上海", "星岚科", "技", "有限公司"), confidence=40)


@pytest.mark.row("R104", part="自动比对")
def test_a_corrected_name_is_found_by_its_new_parts(unsure: IndexedName) -> None:
    wish = parse("上海星岚科技有限公司").parts
    other = parse("上海星岚贸易有限公司", "5199").parts
    desk = desk_of("shen1")
    assert "上海星岚科技有限公司" in text(desk.get("/desk/names/unsure"))
    said = {"region": "上海", "trade": "星岚", "industry": "科技", "form": "有限公司", "order": "front", "seen": "40"}
    wrong = desk.post(f"/desk/names/{unsure.pk}/correct", {**said, "trade": "星蓝"})
    assert wrong.status_code == 422
    assert "上海星蓝科技有限公司" in text(wrong)
    assert desk.post(f"/desk/names/{unsure.pk}/correct", {**said, "small_class": "7519"}).status_code == 302
    unsure.refresh_from_db()
    assert (unsure.trade, unsure.industry, unsure.small_class, unsure.confidence) == ("星岚", "科技", "7519", 100)
    day = clock.today()
    assert names_near(wish, day=day).same
    assert not names_near(other, day=day).same
    assert "都校正好了" in text(desk.get("/desk/names/unsure"))


def test_of_two_who_correct_the_same_name_the_second_looks_again(unsure: IndexedName) -> None:
    parts = parse("上海星岚科技有限公司").parts
    name_correct(actor=staff("shen1"), name=unsure.pk, parts=parts, seen=40)
    with pytest.raises(CorrectionError, match="刚刚有人"):
        name_correct(actor=staff("shen2"), name=unsure.pk, parts=parts, seen=40)
