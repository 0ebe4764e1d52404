"""创建新验证 is complete once a face was shown (R151): what was only looked up lasts for nothing but the ceremony it was made in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest

from foundation import clock
from foundation.clock import SHANGHAI
from foundation.clock.models import ClockOffset
from foundation.identity.actor import Actor
from signing.ceremonies.models import Ceremony, SignatureRecord, Verification
from signing.ceremonies.proofs import identity_current
from signing.ceremonies.starting import ceremonies_lapse
from signing.ceremonies.verifying import identity_open, verification_settle
from signing.tasks.models import Document
from signing.tasks.states import WrongState
from signing.testing import PERSONS, Browser, Caller, World, arrive, batch, come_back, document, slot, work

Enter = Callable[..., Browser]
IDENTIFY, SHOW_FACE = "先做一次实名核验", "刷脸，确认是您本人签"


@pytest.fixture
def papers(reg: Caller, world: World) -> list[Document]:
    """Two cases of 卫甲, a document each: what one device signs leaves the other free."""
    for ref in ("B1", "B2"):
        sheet = document(world, f"D{ref}", [slot(PERSONS["P13"])], pages=1)
        assert reg.order(batch(world, [sheet], ref=ref, case_no=f"31011520261123000{ref}"), key=ref).status_code == 201
    arrive(world)
    return list(Document.objects.order_by("ref"))


def begin(browser: Browser, paper: Document) -> Ceremony:
    assert browser.agree(paper).status_code == 302
    return Ceremony.objects.latest("pk")


def post(browser: Browser, ceremony: Ceremony, step: str) -> int:
    return browser.post(f"/ceremonies/{ceremony.no}/{step}/", {"days": "40"}).status_code


def identify(browser: Browser, world: World, ceremony: Ceremony) -> Verification:
    """By mobile, Alipay or bank card, inside a ceremony."""
    post(browser, ceremony, "identity")
    come_back(browser, world.pass_check())
    return Verification.objects.filter(purpose="identity").latest("pk")


def page(browser: Browser, ceremony: Ceremony) -> str:
    return browser.get(f"/ceremonies/{ceremony.no}/").content.decode()


def last_day(identity: Verification) -> object:
    identity.refresh_from_db()
    return identity.valid_until


def leaves(browser: Browser, ceremony: Ceremony) -> None:
    post(browser, ceremony, "drop")


def lapses(browser: Browser, ceremony: Ceremony) -> None:
    Ceremony.objects.filter(pk=ceremony.pk).update(lapses_at=clock.wall())
    ceremonies_lapse()


@pytest.mark.row("R151", part="创建新验证后人脸识别")
@pytest.mark.parametrize("end", [leaves, lapses])
def test_a_ceremony_that_ends_without_a_face_leaves_no_identity_check_behind(
    enter: Enter, world: World, papers: list[Document], end: Callable[[Browser, Ceremony], None]
) -> None:
    browser = enter("P13")
    first = begin(browser, papers[0])
    identity = identify(browser, world, first)
    assert SHOW_FACE in page(browser, first)
    end(browser, first)
    said = page(browser, first)
    assert "这次没有签" in said
    assert "没有刷脸，所以这次实名核验没有完成，以后签名要重新核验" in said
    me = browser.get("/me/").content.decode()
    assert "没有有效的实名核验" in me
    assert "信息核对上了，还没有刷脸" in me

    second = begin(browser, papers[0])
    assert second.pk != first.pk
    assert second.identified_at is None
    assert IDENTIFY in page(browser, second)
    post(browser, second, "face")
    assert Verification.objects.count() == 1, "no camera before the identity"
    assert (last_day(identity), identity_current(second.subject)) == (None, None)


@pytest.mark.row("R151", part="创建新验证后人脸识别")
def test_a_face_that_comes_after_the_ceremony_is_over_completes_nothing(
    enter: Enter, world: World, papers: list[Document]
) -> None:
    browser = enter("P13")
    ceremony = begin(browser, papers[0])
    identity = identify(browser, world, ceremony)
    post(browser, ceremony, "face")
    leaves(browser, ceremony)
    come_back(browser, world.pass_check())
    assert Verification.objects.get(purpose="face").state == "passed"
    assert last_day(identity) is None


@pytest.mark.row("R151", part="创建新验证后人脸识别")
@pytest.mark.row("R151", part="有效期三选项")
def test_a_face_that_failed_completes_nothing_and_the_one_that_passes_counts_from_its_own_day(
    enter: Enter, world: World, papers: list[Document]
) -> None:
    browser = enter("P13")
    midnight = datetime.combine(clock.today() + timedelta(days=1), time.min, SHANGHAI)
    ClockOffset.move_to(midnight - timedelta(minutes=3) - clock.wall())
    world.authority.ahead = midnight - clock.wall()
    ceremony = begin(browser, papers[0])
    identity = identify(browser, world, ceremony)
    post(browser, ceremony, "face")
    come_back(browser, world.pass_check(passed=False))
    assert last_day(identity) is None
    ClockOffset.move_to(midnight + timedelta(minutes=1) - clock.wall())
    post(browser, ceremony, "face")
    come_back(browser, world.pass_check())
    assert last_day(identity) == midnight.date() + timedelta(days=40)
    work()
    assert SignatureRecord.objects.count() == 1


@pytest.mark.row("R151", part="创建新验证后人脸识别")
def test_of_two_phones_the_second_is_served_by_the_face_of_the_first_and_by_nothing_less(
    enter: Enter, world: World, papers: list[Document]
) -> None:
    one, two = enter("P13"), enter("P13")
    first, second = begin(one, papers[0]), begin(two, papers[1])
    identity = identify(one, world, first)
    unidentified = Ceremony.objects.filter(pk=second.pk, identified_at=None)
    assert unidentified.exists()
    assert IDENTIFY in page(two, second)
    post(one, first, "face")
    come_back(one, world.pass_check())
    assert last_day(identity) == clock.today() + timedelta(days=40)
    assert not unidentified.exists()
    assert SHOW_FACE in page(two, second)
    assert "已实名核验，有效到" in page(two, second)
    post(two, second, "face")
    come_back(two, world.pass_check())
    work()
    assert SignatureRecord.objects.count() == 2


def test_a_second_identity_check_that_passes_after_the_face_does_not_last(
    enter: Enter, world: World, papers: list[Document]
) -> None:
    one, two = enter("P13"), enter("P13")
    ceremony = begin(one, papers[0])
    post(two, ceremony, "identity")
    late = Verification.objects.get()
    early = identify(one, world, ceremony)
    assert early.pk != late.pk
    post(one, ceremony, "face")
    come_back(one, world.pass_check())
    world.pass_check(0)
    verification_settle(late.ref)
    assert last_day(early) is not None
    assert last_day(late) is None


@pytest.mark.row("R148", part="阻止跳过实名认证")
@pytest.mark.parametrize("step", ["identity", "face"])
def test_a_ceremony_that_is_over_begins_no_check(enter: Enter, world: World, papers: list[Document], step: str) -> None:
    browser = enter("P13")
    ceremony = begin(browser, papers[0])
    leaves(browser, ceremony)
    answer = browser.post(f"/ceremonies/{ceremony.no}/{step}/", {"days": "40"})
    assert answer.status_code == 409
    assert "这次签署已经超时或者办完，请从待签列表重新开始" in answer.content.decode()
    ceremony.refresh_from_db()
    with pytest.raises(WrongState, match="重新开始"):
        identity_open(actor=Actor.system("signing"), subject=ceremony.subject, ceremony=ceremony, days=20)
    assert not Verification.objects.exists()
    assert world.checks == {}
