"""The counters are what a direct count gives: rolled up once or often, killed in the middle, over midnight in Shanghai. R140."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.models import Sum

from foundation import clock
from foundation.operations.watching import Counts, Grain, Question
from signing.guard.models import UNAUTHORISED
from signing.watching.counting import hour_of, mark_now, recount, recount_nightly, roll_up
from signing.watching.models import HourCount, HourDetail, Mark
from signing.watching.selectors import history, midnight
from signing.watching.testing import Told, put, put_todo, settle

pytestmark = pytest.mark.django_db
MEASURES = ("begun", "signed", "failed", "dropped", "todo", "opened", "tried", "identified", "faced", "done")
ENDS = {"signed": 12, "failed": 2, "dropped": 3, "queued": 1}


def today() -> date:
    return clock.to_shanghai(clock.wall()).date()


def scattered(days: int, number: int, seed: int = 1) -> list[Told]:
    """Attempts of the past days at any minute, of every kind."""
    dice = Random(seed)
    start = midnight(today() - timedelta(days=days))
    minutes = int((clock.wall() - start).total_seconds() // 60) - 5
    return [
        Told(
            at=start + timedelta(minutes=dice.randrange(1, minutes)),
            client=dice.choice(["reg", "other"]),
            business=dice.choice(["change", "deregistration", "chain", "establishment", "naming"]),
            signer=dice.choice(["person", "entity", "abroad"]),
            channel=dice.choice(["app", "wechat", "alipay", "browser"]),
            end=dice.choices(list(ENDS), weights=list(ENDS.values()))[0],
            seconds=dice.randrange(5, 280),
            problem="本人先不签",
        )
        for _ in range(number)
    ]


def direct(told: list[Told]) -> Counter[tuple[Any, ...]]:
    """Counted by hand: (Shanghai day, hour, client, business, signer, channel, end)."""
    found: Counter[tuple[Any, ...]] = Counter()
    for one in told:
        local = clock.to_shanghai(one.at)
        found[local.date(), local.hour, one.client, one.business, one.signer, one.channel, one.end] += 1
    return found


def counted() -> Counter[tuple[Any, ...]]:
    """The same from the counters."""
    found: Counter[tuple[Any, ...]] = Counter()
    for row in HourCount.objects.filter(begun__gt=0):
        local = clock.to_shanghai(row.hour)
        ends = {"signed": row.signed, "failed": row.failed, "dropped": row.dropped}
        ends["queued"] = row.begun - sum(ends.values())
        for end, number in ends.items():
            if number:
                found[local.date(), local.hour, row.client, row.business, row.signer, row.channel, end] += number
    return found


def rolled(told: list[Told]) -> list[Told]:
    """Those that began in hours which were counted."""
    return [one for one in told if one.at < mark_now().through]


def total(first: date, last: date, **narrow: str) -> Counts:
    return history(Question(first=first, last=last, **narrow)).total  # type: ignore[arg-type]  # only texts are passed


@pytest.mark.row("R140", part="实时业务总量和成功量")
def test_the_counters_are_what_a_direct_count_gives_however_often_they_are_made() -> None:
    told = scattered(days=3, number=160)
    for one in told:
        put(one)
    assert roll_up() >= 72
    assert counted() == direct(rolled(told))
    assert mark_now().through >= hour_of(clock.wall()) - timedelta(hours=1)
    before = list(HourCount.objects.order_by("pk").values_list(*MEASURES))
    roll_up()
    recount()
    assert counted() == direct(rolled(told))
    assert sorted(HourCount.objects.values_list(*MEASURES)) == sorted(before)
    sums = HourCount.objects.aggregate(**{name: Sum(name) for name in MEASURES})
    assert (
        sums["todo"]
        == sums["tried"]
        == len([one for one in told if one.at - timedelta(seconds=30) < mark_now().through])
    )
    assert sums["todo"] >= sums["opened"] >= sums["tried"] >= sums["identified"] >= sums["faced"] >= sums["done"]


@pytest.mark.row("R140", part="多维度分析")
def test_a_history_adds_counters_and_live_rows_without_gap_or_overlap() -> None:
    told = scattered(days=2, number=120)
    for one in told:
        put(one)
    first = today() - timedelta(days=2)
    wanted = len(told)
    assert total(first, today()).begun == wanted, "before anything was rolled up"
    roll_up()
    assert total(first, today()).begun == wanted
    for name in ("signer", "business", "client", "channel"):
        by_hand = Counter(getattr(one, name) for one in told)
        shares = history(Question(first=first, last=today())).shares[name]
        assert {one.code: one.counts.begun for one in shares} == by_hand
        code = shares[0].code
        assert total(first, today(), **{name: code}).begun == by_hand[code]
    said = history(Question(first=first, last=today(), grain=Grain.HOUR))
    assert sum(point.counts.begun for point in said.points) == wanted
    assert sum(one.begun for one in said.busy) == sum(one.begun for one in said.pairs) == wanted


def test_a_worker_killed_in_the_middle_leaves_true_counters_and_the_next_goes_on() -> None:
    told = scattered(days=1, number=60)
    for one in told:
        put(one)
    broken = hour_of(sorted(one.at for one in told)[20])
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF NEW.hour = '{broken.isoformat()}' THEN RAISE EXCEPTION 'killed'; END IF; RETURN NEW; END $$; "
            "CREATE TRIGGER die BEFORE INSERT ON watching_hourdetail FOR EACH ROW EXECUTE FUNCTION die()"
        )
    put(Told(at=broken + timedelta(minutes=1)))
    told.append(Told(at=broken + timedelta(minutes=1)))
    with pytest.raises(DatabaseError, match="killed"):
        roll_up()
    assert mark_now().through == broken, "the hour that broke is not done"
    assert not HourCount.objects.filter(hour__gte=broken).exists(), "and nothing of it was left"
    assert counted() == direct([one for one in told if one.at < broken])
    assert total(today() - timedelta(days=1), today()).begun == len(told), "the pages are right all the same"
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER die ON watching_hourdetail")
    roll_up()
    assert counted() == direct(rolled(told))


@pytest.mark.row("R140", part="多维度分析")
def test_what_begins_before_midnight_in_shanghai_and_is_signed_after_it_belongs_to_the_day_before() -> None:
    yesterday = today() - timedelta(days=1)
    turn = midnight(yesterday)
    assert turn == datetime.combine(yesterday, datetime.min.time(), tzinfo=clock.SHANGHAI).astimezone(UTC)
    late = put(Told(at=turn - timedelta(minutes=10), end="queued"))
    put(Told(at=turn - timedelta(seconds=1)))
    put(Told(at=turn))
    roll_up()
    eve = yesterday - timedelta(days=1)
    assert total(eve, eve) == Counts(begun=2, signed=1)
    assert total(yesterday, yesterday) == Counts(begun=1, signed=1)
    Mark.objects.update(seen_at=clock.wall())
    settle(late, clock.wall())
    roll_up()
    assert total(eve, eve) == Counts(begun=2, signed=2), "corrected where it began"
    assert total(yesterday, yesterday) == Counts(begun=1, signed=1)
    (night,) = HourCount.objects.filter(hour=turn - timedelta(hours=1))
    assert (night.begun, night.signed, night.todo, night.done) == (2, 2, 3, 3)


def test_what_was_committed_too_late_to_be_seen_is_found_at_night() -> None:
    put(Told(at=clock.wall() - timedelta(days=3)))
    roll_up()
    late = Told(at=clock.wall() - timedelta(days=2), end="queued")
    put(late)
    roll_up()
    day = clock.to_shanghai(late.at).date()
    assert total(day, day).begun == 0
    recount()
    assert total(day, day).begun == 1
    Mark.objects.update(recounted_on=None)
    recount_nightly()
    past_three = clock.to_shanghai(clock.wall()).hour >= 3
    assert mark_now().recounted_on == (today() if past_three else None)


def test_a_to_do_that_is_opened_days_later_moves_on_in_the_hour_in_which_it_arrived() -> None:
    task = put_todo(Told(at=clock.wall() - timedelta(days=2)), opened=False)
    roll_up()
    (row,) = HourCount.objects.all()
    assert (row.todo, row.opened, row.channel) == (1, 0, "unknown")
    task.document.readings.update(opened_at=clock.wall(), channel="app")
    roll_up()
    (row,) = HourCount.objects.all()
    assert (row.todo, row.opened, row.channel) == (1, 1, "app")


@pytest.mark.parametrize(
    ("problem", "end", "cause"),
    [
        ("本人先不签", "dropped", "given_up"),
        ("没有在 15 分钟内完成核验", "dropped", "lapsed"),
        ("文书已经取消，不用再签", "dropped", "cancelled"),
        *((reason.label, "dropped", "unauthorised") for reason in sorted(UNAUTHORISED)),
        ("文件已加密，不能签署；请去掉密码后重新上传", "failed", "file"),
        ("张示例的证书有误", "failed", "other"),
    ],
)
def test_why_something_was_not_signed_is_kept_as_a_code_and_never_as_a_sentence(
    problem: str, end: str, cause: str
) -> None:
    put(Told(at=clock.wall() - timedelta(days=1), end=end, problem=problem))
    roll_up()
    (row,) = HourDetail.objects.all()
    assert (row.kind, row.value, row.count) == ("cause", cause, 1)


def test_durations_of_past_hours_have_about_the_median_they_had() -> None:
    for seconds in (40, 50, 55, 70, 300):
        put(Told(at=clock.wall() - timedelta(days=1), seconds=seconds))
    roll_up()
    day = clock.to_shanghai(clock.wall() - timedelta(days=1)).date()
    said = history(Question(first=day, last=day))
    assert said.seconds is not None
    assert 45 <= said.seconds <= 60


@pytest.mark.parametrize("days", [-1, 400])
def test_a_history_of_no_days_or_of_too_many_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="stretch"):
        history(Question(first=today() - timedelta(days=days), last=today()))
