"""An alarm opens when its rule says so, is told once, and closes by itself. R140."""

from __future__ import annotations

from datetime import timedelta

import pytest

from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.config import config
from foundation.notify.models import TextMessage
from foundation.outbox.models import OutboxMessage
from signing.watching.alarms import incidents_watch
from signing.watching.counting import hour_of
from signing.watching.events import IncidentOpened
from signing.watching.models import HourCount, Incident
from signing.watching.rules import alarms, causes
from signing.watching.selectors import alarms_now
from signing.watching.states import IncidentKind
from signing.watching.telling import operators_tell
from signing.watching.testing import Told, put

pytestmark = pytest.mark.django_db


def lately(number: int, *, minutes: int = 8, **more: object) -> None:
    """So many attempts that began some minutes ago and are settled a minute later."""
    for _ in range(number):
        put(Told(at=clock.wall() - timedelta(minutes=minutes), **more))  # type: ignore[arg-type]  # fields of Told


def open_ones() -> list[tuple[str, str]]:
    return list(Incident.objects.filter(closed_at=None).order_by("pk").values_list("kind", "channel"))


def test_a_falling_success_rate_is_seen_told_once_and_closes_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    lately(19)
    lately(1, end="failed", problem="文件已加密")
    incidents_watch()
    assert open_ones() == [], "95% is not below 95%"
    lately(1, end="failed", problem="文件已加密")
    incidents_watch()
    incidents_watch()
    assert open_ones() == [("rate", "")]
    (message,) = OutboxMessage.objects.filter(event="IncidentOpened")
    (alarm,) = alarms_now(clock.wall())
    assert (alarm.title, alarm.closed_at) == ("成功率下降", None)
    assert "签好 19 份、没签上 2 份，成功率 90.5%，低于 95%" in alarm.said
    monkeypatch.setenv("OPERATOR_MOBILES", "19900000001, 19900000002")
    assert config().operator_mobiles() == ("19900000001", "19900000002")
    for _ in range(2):
        operators_tell(IncidentOpened(**message.payload))
    assert TextMessage.objects.filter(template="signing_incident").count() == 2
    lately(75)
    incidents_watch()
    assert open_ones() == [("rate", "")], "97.9% is not well again"
    lately(5)
    incidents_watch()
    assert open_ones() == []
    assert list(AuditEvent.objects.filter(obj_kind="incident").order_by("pk").values_list("verb", flat=True)) == [
        "incident.open",
        "incident.close",
    ]
    (alarm,) = alarms_now(clock.wall())
    assert alarm.closed_at is not None


def test_signers_who_do_not_go_through_with_it_are_no_fault_of_the_system() -> None:
    lately(19)
    lately(20, end="dropped", problem="本人先不签")
    incidents_watch()
    assert open_ones() == []


def test_a_channel_in_which_nobody_comes_through_is_stalled_until_one_does() -> None:
    lately(4, channel="alipay", end="queued")
    lately(5, channel="alipay", end="queued", minutes=2)
    lately(9, channel="wechat")
    incidents_watch()
    assert open_ones() == [], "four, and five that have only just begun"
    lately(1, channel="alipay", end="dropped", problem="没有在 15 分钟内完成核验")
    incidents_watch()
    assert open_ones() == [("stalled", "alipay")]
    assert [one.title for one in alarms_now(clock.wall())] == ["支付宝签不下来"]
    lately(1, channel="alipay")
    incidents_watch()
    assert open_ones() == []


def test_a_channel_that_is_usually_busy_at_this_hour_is_missed_when_nobody_comes() -> None:
    now = clock.wall()
    for hours in (0, 1):
        for week in (1, 2, 3, 4):
            HourCount.objects.create(
                hour=hour_of(now) - timedelta(weeks=week, hours=hours), client="reg", business="change",
                signer="person", channel="app", begun=25, made_up=week == 4,
            )  # fmt: skip
    incidents_watch()
    assert open_ones() == [], "75 in four weeks are 18; what is made up does not count"
    HourCount.objects.update(made_up=False)
    incidents_watch()
    assert open_ones() == [("silent", "app")]
    assert "平时这个钟点有 25 份左右" in next(iter(alarms_now(now))).said
    lately(1, channel="app")
    incidents_watch()
    assert open_ones() == []


def test_the_rule_data_can_be_read_and_every_code_has_one_name() -> None:
    assert alarms().rate.below < alarms().rate.again
    assert len(causes().titles) == len(causes().causes) + 3
    assert {kind.label for kind in IncidentKind} == {"成功率下降", "签不下来", "没有人签", "时间戳没有盖上"}
