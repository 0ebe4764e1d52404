"""外部系统 on the operator's page: set up or not, good, slow or silent, and tried with a call that changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from foundation import clock
from foundation.config import config
from foundation.outside import health
from foundation.outside.models import SystemHealth
from foundation.outside.signed import _public
from foundation.outside.systems import Standing, System, asking, sending, standing_of, system_lines
from foundation.outside.testing import Stub, answer, stub_system

ASKS = System("fake", "假系统", "什么也不查", "排队重试。", sending("/check"))
READS = System("fake", "假系统", "什么也不查", "", asking("/things/0", 404))
CALLS = System("caller", "会回调的系统", "回调", "", asking("/"), calls_back=True)


@pytest.fixture(autouse=True)
def _config() -> Iterator[None]:
    health.forget()
    config.cache_clear()
    _public.cache_clear()
    yield
    config.cache_clear()
    _public.cache_clear()
    health.forget()


def live(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """An installation without the stand-in, in production."""
    for name, value in {"QIDENG_MODE": "production", "SANDBOX": "0", **variables}.items():
        monkeypatch.setenv(name, value)
    config.cache_clear()


KEY = "11" * 32


def test_an_installation_with_the_stand_in_is_set_up_from_the_start() -> None:
    setup = ASKS.check_config()
    assert setup.problems == ()
    assert setup.base.endswith("/fake")
    assert setup.host == setup.base.split("/")[2]


def test_going_live_without_an_address_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    live(monkeypatch, REG_SERVICE_KEY=KEY)
    assert ASKS.check_config().problems == ("没有设置 OUTSIDE_FAKE_URL",)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ftp://host/path", "要写成"),
        ("host.example/path", "要写成"),
        ("https://host:port/", "要写成"),
        ("https://user:secret@host/", "不能有账号"),
        ("https://host/?key=1", "不能有账号、问号"),
        ("https://host.example/path", ""),
    ],
)
def test_a_wrong_address_is_named_and_never_repeated(monkeypatch: pytest.MonkeyPatch, address: str, said: str) -> None:
    live(monkeypatch, REG_SERVICE_KEY=KEY, OUTSIDE_FAKE_URL=address)
    problems = ASKS.check_config().problems
    assert bool(problems) == bool(said)
    assert all(said in problem and "secret" not in problem for problem in problems)


@pytest.mark.parametrize("key", ["", "not hex", "00" * 32])
def test_a_key_that_cannot_sign_is_named(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    live(monkeypatch, REG_SERVICE_KEY=key, OUTSIDE_FAKE_URL="https://host.example")
    (problem,) = ASKS.check_config().problems
    assert "我方签名密钥" in problem
    assert not key or key not in problem


def test_a_system_that_calls_us_must_have_a_known_key(monkeypatch: pytest.MonkeyPatch) -> None:
    live(monkeypatch, REG_SERVICE_KEY=KEY, OUTSIDE_CALLER_URL="https://host.example")
    (problem,) = CALLS.check_config().problems
    assert "对方回调的公钥" in problem
    monkeypatch.setenv("SERVICE_KEYS", f"caller:{'04' + '22' * 64}")
    (problem,) = CALLS.check_config().problems
    assert "不是有效的 SM2 公钥" in problem


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("system", "status", "why"),
    [
        (ASKS, 422, ""),
        (ASKS, 400, ""),
        (READS, 404, ""),
        (READS, 200, ""),
        (ASKS, 401, "不认我们的签名（401）"),
        (ASKS, 403, "不认我们的签名（403）"),
        (ASKS, 404, "回答和约定的不一样（404）"),
        (ASKS, 503, "出错了"),
    ],
)
def test_trying_a_system_tells_what_it_answered_and_remembers_it(
    stub: Stub, system: System, status: int, why: str
) -> None:
    stub.behave = lambda write: write(answer(status, b"{}"))
    trial = system.try_now()
    assert (trial.ok, trial.why) == (not why, why)
    assert standing_of(SystemHealth.objects.get(system="fake")) is (Standing.DOWN if why else Standing.GOOD)
    (seen,) = stub.seen
    assert (seen.method, seen.body) == (("POST", b"{}") if system is ASKS else ("GET", b"")), "nothing is asked"
    assert seen.headers["X-Signature"]


@pytest.mark.django_db(transaction=True)
def test_nobody_listening_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTSIDE_FAKE_URL", "http://127.0.0.1:9")
    config.cache_clear()
    assert ASKS.try_now().why == "连不上"


@pytest.mark.django_db
def test_a_system_that_is_not_set_up_is_not_called(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    live(monkeypatch, REG_SERVICE_KEY="", OUTSIDE_FAKE_URL=stub.base)
    assert "我方签名密钥" in ASKS.try_now().why
    assert stub.seen == []


@pytest.mark.parametrize(
    ("ok", "failed", "ms", "standing"),
    [
        (None, None, 0, Standing.UNUSED),
        (5, None, 40, Standing.GOOD),
        (5, 9, 2999, Standing.GOOD),
        (5, None, 3000, Standing.SLOW),
        (5, 2, 40, Standing.DOWN),
        (None, 2, 0, Standing.DOWN),
    ],
)
def test_the_later_of_answer_and_failure_decides(
    ok: int | None, failed: int | None, ms: int, standing: Standing
) -> None:
    def ago(minutes: int | None) -> datetime | None:
        return None if minutes is None else clock.wall() - timedelta(minutes=minutes)

    row = SystemHealth(system="fake", last_ok_at=ago(ok), last_failed_at=ago(failed), last_ms=ms)
    assert standing_of(row) is standing


@pytest.mark.django_db
def test_a_line_holds_what_lookups_declare_and_what_the_system_declares() -> None:
    (line,) = system_lines([ASKS], {"fake": ["申请人确认后先办。"]})
    assert line.when_down == ("申请人确认后先办。", "排队重试。")
    assert line.standing is Standing.UNUSED
    assert not line.needs_care


@pytest.mark.django_db
def test_a_system_that_is_not_set_up_is_called_so_however_it_answered_before(monkeypatch: pytest.MonkeyPatch) -> None:
    SystemHealth.objects.create(system="fake", last_ok_at=clock.wall())
    live(monkeypatch, REG_SERVICE_KEY=KEY)
    (line,) = system_lines([ASKS])
    assert line.standing is Standing.UNSET
    assert line.needs_care


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    """The system on a socket."""
    with stub_system() as one:
        monkeypatch.setenv("OUTSIDE_FAKE_URL", one.base)
        config.cache_clear()
        yield one
