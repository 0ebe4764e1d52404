"""Live figures of people who really sign, by signed calls, without anybody's data. R140."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from foundation import clock
from foundation.config import config
from foundation.operations.watching import HISTORY, LIVE, QUESTION, Question
from signing.ceremonies.models import Ceremony
from signing.ceremonies.starting import ceremonies_lapse
from signing.tasks.models import Reading
from signing.testing import (
    COMPANY,
    PERSONS,
    Browser,
    Caller,
    World,
    arrive,
    batch,
    come_back,
    document,
    prove,
    slot,
    work,
)
from signing.watching.counting import recount, roll_up
from signing.watching.making import history_make
from signing.watching.models import HourCount, HourDetail
from signing.watching.testing import Told, put

pytestmark = pytest.mark.django_db
Enter = Callable[..., Browser]
LIVE_PATH, HISTORY_PATH = "/internal/watching/live", "/internal/watching/history"
WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50"
)
ALIPAY = "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537.36 AlipayClient/10.5"


@pytest.mark.row("R140", part="实时业务总量和成功量")
def test_who_signs_is_counted_at_once_by_channel_and_as_far_as_he_came(reg: Caller, world: World, enter: Enter) -> None:
    slots = [slot(PERSONS["P13"]), slot(PERSONS["P04"], x=300), slot(COMPANY, kind="seal", x=320, y=300)]
    reg.order(batch(world, [document(world, "D1", slots, pages=1), document(world, "D2", slots[:1], pages=1)]))
    arrive(world)
    first, second = Reading.objects.filter(subject__tasks__slot="s60").distinct().order_by("pk")
    signer = enter("P13")
    signer.defaults["HTTP_USER_AGENT"] = WECHAT
    signer.read(first.document)
    live = LIVE.validate_python(reg.get(LIVE_PATH).json()["said"])
    assert [step.count for step in live.today.funnel] == [4, 1, 0, 0, 0, 0]
    assert (live.today.total.begun, live.under_way, live.open_todos) == (0, 0, 4)
    signer.read(second.document)
    for reading in (first, second):
        signer.post(f"/papers/{reading.public_id}/sign/", {"agree": "1", "look": "printed"})
    live = LIVE.validate_python(reg.get(LIVE_PATH).json()["said"])
    assert (live.today.total.waiting, live.under_way, live.open_todos) == (2, 2, 2)
    prove(signer, world)
    work()
    said = reg.get(LIVE_PATH)
    live = LIVE.validate_python(said.json()["said"])
    assert (live.today.total.begun, live.today.total.signed, live.today.total.rate) == (2, 2, 100.0)
    assert [(one.code, one.counts.signed) for one in live.today.shares["channel"]] == [("wechat", 2)]
    assert [step.count for step in live.today.funnel] == [4, 2, 2, 2, 2, 2]
    assert (live.under_way, live.open_todos) == (0, 2)
    assert live.seconds is not None
    assert "卫甲" not in said.content.decode()
    assert PERSONS["P13"]["id_number"] not in said.content.decode()


def test_a_face_that_does_not_pass_is_the_cause_of_what_lapses(reg: Caller, world: World, enter: Enter) -> None:
    reg.order(batch(world, [document(world, "D1", [slot(PERSONS["P13"])], pages=1)]))
    arrive(world)
    signer = enter("P13")
    signer.agree(Reading.objects.get().document)
    ceremony = Ceremony.objects.get()
    assert (ceremony.channel, ceremony.identified_at) == ("browser", None)
    signer.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "20"})
    come_back(signer, world.pass_check())
    ceremony.refresh_from_db()
    assert ceremony.identified_at is not None
    signer.post(f"/ceremonies/{ceremony.no}/face/")
    come_back(signer, world.pass_check(passed=False))
    Ceremony.objects.update(lapses_at=clock.wall() - timedelta(minutes=1))
    ceremonies_lapse()
    live = LIVE.validate_python(reg.get(LIVE_PATH).json()["said"])
    assert live.today.total.dropped == 1
    assert [(one.code, one.title, one.count) for one in live.today.causes] == [("face_failed", "刷脸没有通过", 1)]
    assert [step.count for step in live.today.funnel] == [1, 1, 1, 1, 0, 0]


@pytest.mark.row("R140", part="签署主体业务占比")
def test_a_history_travels_as_it_is_and_nonsense_is_refused(world: World, reg: Caller) -> None:
    put(Told(at=clock.wall() - timedelta(minutes=10), signer="abroad", business="establishment"))
    put(Told(at=clock.wall() - timedelta(minutes=10), signer="entity", business="chain"))
    today = clock.to_shanghai(clock.wall()).date()
    body = QUESTION.dump_python(Question(today - timedelta(days=6), today), mode="json")
    said = HISTORY.validate_python(reg.post(HISTORY_PATH, body).json()["said"])
    assert {(one.title, one.counts.begun) for one in said.shares["signer"]} == {("企业", 1), ("境外人士", 1)}
    assert {(one.signer, one.business) for one in said.pairs} == {("abroad", "establishment"), ("entity", "chain")}
    assert reg.post(HISTORY_PATH, {**body, "grain": "minute"}).status_code == 422
    assert reg.post(HISTORY_PATH, {**body, "first": "2000-01-01"}).status_code == 422
    assert Caller("sandbox").get(LIVE_PATH).status_code == 401


@pytest.mark.parametrize(
    ("agent", "channel"),
    [(WECHAT, "wechat"), (ALIPAY, "alipay"), ("Mozilla/5.0 SuiShenBan/7.6", "app"), ("Mozilla/5.0 Safari", "browser")],
)
def test_where_somebody_opens_a_document_is_kept(
    reg: Caller, world: World, enter: Enter, agent: str, channel: str
) -> None:
    reg.order(batch(world, [document(world, "D1", [slot(PERSONS["P13"])], pages=1)]))
    arrive(world)
    signer = enter("P13")
    signer.defaults["HTTP_USER_AGENT"] = agent
    reading = Reading.objects.get()
    assert (reading.opened_at, reading.channel) == (None, "")
    signer.read(reading.document)
    reading.refresh_from_db()
    assert reading.opened_at is not None
    assert reading.channel == channel


# ---- figures for demonstration ----


def test_made_up_figures_are_the_same_for_the_same_seed_marked_and_left_alone_by_counting(world: World) -> None:
    call_command("make_history", "3")
    made = sorted(HourCount.objects.values_list("hour", "business", "signer", "channel", "begun", "signed"))
    assert sum(begun for *_, begun, _ in made) > 300
    roll_up()
    recount()
    call_command("make_history", "3")
    assert sorted(HourCount.objects.values_list("hour", "business", "signer", "channel", "begun", "signed")) == made
    assert not HourCount.objects.filter(made_up=False).exists()
    live = LIVE.validate_python(Caller("reg").get(LIVE_PATH).json()["said"])
    assert live.today.made_up or not live.today.total.begun
    call_command("make_history", "0")
    assert not HourCount.objects.exists()
    assert not HourDetail.objects.exists()


def test_a_real_installation_makes_nothing_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX", "0")
    config.cache_clear()
    try:
        with pytest.raises(CommandError, match="不是演示环境"):
            call_command("make_history", "3")
    finally:
        monkeypatch.undo()
        config.cache_clear()
    assert history_make.__doc__
    assert not HourCount.objects.exists()
