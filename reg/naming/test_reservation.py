"""名称保留: won once, seen by the next, over in time. R104, R111."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection, connections, transaction

from foundation import clock
from foundation.identity.actor import Actor
from reg.naming import reservation as reservations
from reg.naming.branches import branch_parts
from reg.naming.comparison import Standing
from reg.naming.context import Parent
from reg.naming.index import name_file
from reg.naming.models import IndexedName, NameClaim, NameKey, Reservation
from reg.naming.parsing import parse
from reg.naming.reservation import (
    NameTaken,
    NotAllowed,
    NotHeld,
    NotRead,
    Wish,
    name_changed,
    name_given_up,
    name_reserve,
    reservation_release,
    reservation_renew,
    reservation_use,
    reservations_expire,
)
from reg.testing import person

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "上海星岚科技有限公司"
NAMES_WITH_AND_WITHOUT = ("上海星岚有限公司", NAME)


@pytest.fixture
def actor() -> Actor:
    return person("P01")


def wish(name: str = NAME, **more: Any) -> Wish:
    return Wish(parse(name, more.pop("small_class", "")).parts, "llc", "establish", **more)


@pytest.mark.row("R104", part="禁止控制与限制提示")
@pytest.mark.parametrize(("name", "rule"), [("上海雷锋科技有限公司", "N091"), ("上海星岚有限公司", "N015")])
def test_no_way_to_hold_leads_past_the_word_rules(actor: Actor, name: str, rule: str) -> None:
    with pytest.raises(NotAllowed) as stopped:
        name_reserve(actor=actor, wish=wish(name))
    assert [one.code for one in stopped.value.findings] == [rule]
    assert not Reservation.objects.exists()


@pytest.mark.row("R104", part="保留期信息")
def test_a_name_is_held_for_two_months_and_with_prior_approval_for_a_year(actor: Actor) -> None:
    held = name_reserve(actor=actor, wish=wish())
    longer = name_reserve(actor=actor, wish=wish("上海墨舟餐饮有限公司", prior_approval=True))
    assert held.until > clock.today() + timedelta(days=58)
    assert longer.until > clock.today() + timedelta(days=363)
    assert held.name is not None
    assert held.name.standing == Standing.RESERVED


def together(count: int, act: Callable[[int], str]) -> list[str]:
    """Run `act` in so many threads at once, each with its own connection."""
    gate, said = threading.Barrier(count), [""] * count

    def run(number: int) -> None:
        try:
            gate.wait(30)
            said[number] = act(number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return said


@pytest.mark.row("R104", part="相同名称列出并拦截")
def test_of_many_who_want_the_same_names_each_name_is_won_once(actor: Actor) -> None:
    trades = ["星岚", "墨舟", "远帆", "合屿", "砚屿", "澜汀", "栩禾", "峥铎"]
    names = [f"上海{trade}科技有限公司" for trade in trades]
    wrong: list[str] = []

    def all_of_them(number: int) -> str:
        won = []
        for name in names[number % 8 :] + names[: number % 8]:
            try:
                name_reserve(actor=actor, wish=wish(name))
                won.append(name)
            except NameTaken as taken:
                wrong.extend({name} - {hit.written for hit in taken.found.same})
        return ",".join(won)

    won = ",".join(filter(None, together(8, all_of_them))).split(",")
    assert sorted(won) == sorted(names)
    assert wrong == [], "whoever loses is told the name that won"
    assert NameClaim.objects.count() == 3 * len(names)


FIRSTS, LASTS = "星墨远合砚澜栩峥铎朗", "岚舟帆屿汀禾凌越澈宸"
SOUNDS_LIKE = str.maketrans("星墨远合砚澜栩峥铎朗", "兴默苑禾彦兰许筝朵郎")


@pytest.mark.row("R104", part="相同名称列出并拦截")
@pytest.mark.row("R104", part="相近名称列出并提示风险")
def test_of_32_clients_on_200_names_each_name_is_won_once_and_homophones_are_seen(actor: Actor) -> None:
    """Each name is wanted by eight clients at once, and beside it a homophone: of the two, one is held and the other told of it."""
    trades = [first + last for first in FIRSTS for last in LASTS]
    pairs = [(trade, trade.translate(SOUNDS_LIKE)) for trade in trades]
    names = [f"上海{trade}科技有限公司" for pair in pairs for trade in pair]
    won: list[str] = []
    untold: list[str] = []

    def tries(number: int) -> str:
        for name in names[number % 4 :: 4]:
            try:
                won.append(name_reserve(actor=actor, wish=wish(name)).written)
            except NameTaken as taken:
                untold.extend({name} - {hit.written for hit in taken.found.same})
            except NotRead as unread:
                untold.extend([] if unread.found.similar else [name])
        return "done"

    assert together(32, tries) == ["done"] * 32
    assert len(won) == len(set(won)), "no name has two holders"
    assert untold == [], "whoever does not get a name is told why"
    for trade, other in pairs:
        held = {f"上海{one}科技有限公司" for one in (trade, other)} & set(won)
        assert len(held) == 1, f"{trade} / {other}: {held}"


@pytest.mark.row("R104", part="相同名称列出并拦截")
def test_a_database_that_drops_the_holder_between_claim_and_commit_keeps_nothing(
    actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(day: object) -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return "never"

    def takes(number: int) -> str:
        with contextlib.suppress(OperationalError, InterfaceError):
            return name_reserve(actor=actor, wish=wish()).number
        return "cut"

    with monkeypatch.context() as broken:
        broken.setattr(reservations, "_number", cut)
        assert together(1, takes) == ["cut"]
    assert not NameClaim.objects.exists()
    assert not NameKey.objects.exists()
    assert name_reserve(actor=actor, wish=wish()).written == NAME


@pytest.mark.row("R104", part="相近名称列出并提示风险")
def test_of_two_who_want_homophones_at_once_the_second_is_shown_the_first(actor: Actor) -> None:
    def take(number: int) -> str:
        name = ("上海星岚科技有限公司", "上海兴澜科技有限公司")[number]
        try:
            name_reserve(actor=actor, wish=wish(name))
        except NotRead as unread:
            return unread.found.similar[0].written
        return ""

    told = together(2, take)
    held = Reservation.objects.get().written
    assert sorted(told) == sorted(["", held])


@pytest.mark.row("R104", part="相同名称列出并拦截")
def test_a_trade_name_without_industry_and_one_with_exclude_each_other(actor: Actor) -> None:
    def take(number: int) -> str:
        try:
            name_reserve(actor=actor, wish=wish(NAMES_WITH_AND_WITHOUT[number], proven=frozenset({"N015"})))
        except NameTaken as taken:
            return taken.found.same[0].verdict.rule
        return "won"

    assert sorted(together(2, take)) == ["S04", "won"]


@pytest.mark.row("R103", part="名称继承派生合规")
def test_of_two_who_take_the_same_branch_at_the_same_moment_one_gets_it(actor: Actor) -> None:
    """No sound is locked for a branch: the unique claim on the whole name decides, and the other is told the name."""
    branch = replace(
        wish(), parts=branch_parts(NAME, "徐汇", "分公司"), kind="company_branch", parent=Parent(NAME, "llc")
    )

    def take(number: int) -> str:
        try:
            name_reserve(actor=actor, wish=branch)
        except NameTaken as taken:
            return taken.found.same[0].written
        return "won"

    assert sorted(together(2, take)) == sorted([f"{NAME}徐汇分公司", "won"])
    assert NameClaim.objects.count() == 1


def test_similar_names_are_read_before_the_name_is_held(actor: Actor) -> None:
    name_file(parse("上海兴澜科技有限公司").parts)
    with pytest.raises(NotRead) as unread:
        name_reserve(actor=actor, wish=wish())
    read = [hit.written for hit in unread.value.found.similar]
    assert name_reserve(actor=actor, wish=wish(), read=read).acknowledged == read


def test_what_dies_between_claim_and_commit_leaves_the_name_free(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*args: object) -> str:
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(reservations, "_number", dies)
        with pytest.raises(RuntimeError):
            name_reserve(actor=actor, wish=wish())
    assert not (NameClaim.objects.exists())
    assert not (NameKey.objects.exists())
    assert not (IndexedName.objects.exists())
    assert name_reserve(actor=actor, wish=wish()).written == NAME


def test_the_claims_alone_keep_two_from_the_same_name(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the locks and the check to fail, the database would still refuse the second."""
    name_reserve(actor=actor, wish=wish())
    found = reservations._near(wish(), clock.today())
    monkeypatch.setattr(reservations, "lock_sounds", lambda parts: None)
    answers = iter([type(found)((), ()), found])
    monkeypatch.setattr(reservations, "_near", lambda *_: next(answers))
    with pytest.raises(NameTaken):
        name_reserve(actor=actor, wish=wish())
    assert Reservation.objects.count() == 1


@pytest.fixture
def late() -> Reservation:
    held = name_reserve(actor=person("P01"), wish=wish())
    yesterday = clock.today() - timedelta(days=1)
    Reservation.objects.update(until=yesterday)
    IndexedName.objects.update(until=yesterday)
    NameClaim.objects.update(until=yesterday)
    return held


def test_a_reservation_that_is_over_is_taken_by_the_next_before_the_sweep(late: Reservation, actor: Actor) -> None:
    taken = name_reserve(actor=actor, wish=wish())
    assert taken.number != late.number
    with pytest.raises(NotHeld, match="到期"):
        reservation_use(actor=actor, number=late.number, uscc="91310115MAXX00015T", case_number="1")
    assert reservations_expire() == 1
    assert reservations_expire() == 0
    late.refresh_from_db()
    assert late.state == Reservation.State.EXPIRED
    assert NameClaim.objects.filter(name=taken.name).count() == 3
    assert NameKey.objects.filter(name_id=taken.name.pk if taken.name else 0).exists()


def test_a_reservation_is_used_once_and_stands_in_the_register(actor: Actor) -> None:
    held = name_reserve(actor=actor, wish=wish())
    reservation_use(actor=actor, number=held.number, uscc="91310115MAXX00015T", case_number="1")
    with pytest.raises(NotHeld, match="已用于登记"):
        reservation_use(actor=actor, number=held.number, uscc="91310115MAXX00015T", case_number="2")
    name = IndexedName.objects.get()
    assert (name.standing, name.until, name.uscc) == (Standing.REGISTERED, None, "91310115MAXX00015T")
    with pytest.raises(NameTaken):
        name_reserve(actor=actor, wish=wish("星岚科技（上海）有限公司"))


def test_a_name_given_up_is_free_at_once_and_renewed_only_once(actor: Actor) -> None:
    held = name_reserve(actor=actor, wish=wish())
    first = held.until
    assert reservation_renew(actor=actor, number=held.number).until > first
    with pytest.raises(NotHeld, match="一次"):
        reservation_renew(actor=actor, number=held.number)
    reservation_release(actor=actor, number=held.number)
    assert not NameKey.objects.exists()
    assert name_reserve(actor=actor, wish=wish()).written == NAME


@pytest.mark.row("R107", part="新名称与原名称关联性")
def test_an_old_name_counts_for_a_year_against_others_but_not_against_its_owner(actor: Actor) -> None:
    uscc = "91310115MAXX00015T"
    name_file(parse(NAME).parts, uscc=uscc)
    name_changed(uscc=uscc, parts=parse("上海墨舟科技有限公司").parts, day=clock.today())
    with pytest.raises(NameTaken) as taken:
        name_reserve(actor=actor, wish=wish("上海星岚技术有限公司", small_class="7519"))
    assert taken.value.found.same[0].verdict.rule == "S05"
    assert name_reserve(actor=actor, wish=wish("上海星岚科技有限责任公司", uscc=uscc)).uscc == uscc


def test_the_name_of_a_revoked_registration_counts_for_a_year(actor: Actor) -> None:
    name_file(parse(NAME).parts, uscc="91310115MAXX00015T")
    name_given_up(uscc="91310115MAXX00015T", day=clock.today(), revoked=True)
    with pytest.raises(NameTaken) as taken:
        name_reserve(actor=actor, wish=wish("上海星岚技术有限公司", small_class="7519"))
    assert taken.value.found.same[0].verdict.rule == "S06"


def test_the_locks_end_with_the_transaction(actor: Actor) -> None:
    name_reserve(actor=actor, wish=wish())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone()[0] == 0


@pytest.mark.row("R107", part="新名称与原名称关联性")
def test_an_enterprise_holds_two_ways_of_writing_its_new_name_but_none_of_them_twice(actor: Actor) -> None:
    firm = "91310115MAXX00015T"
    name_reserve(actor=actor, wish=replace(wish(), business="change", uscc=firm))
    other = replace(wish("星岚科技（上海）有限公司"), business="change", uscc=firm)
    name_reserve(actor=actor, wish=other)
    with pytest.raises(NameTaken):
        name_reserve(actor=actor, wish=other)
    with pytest.raises(NameTaken):
        name_reserve(actor=person("P04"), wish=wish("上海星岚科技有限责任公司"))
    assert Reservation.objects.count() == 2
