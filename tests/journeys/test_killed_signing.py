"""120 papers of 40 cases in one ceremony, and the operating system kills the worker that signs them in the middle (kill -9)."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest
from playwright.sync_api import Locator, expect

from foundation.ui.testing import write_on_pad
from signing.web.testing import NOTED, SEEN, WATCH, agree
from tests.journeys.faults import paused, process_of
from tests.journeys.head_office import orders
from tests.journeys.looks import Looks
from tests.journeys.people import People, Signer
from tests.journeys.system import PATIENCE, InVain, System, until

pytestmark = pytest.mark.journey
HEAD, SIGNER = "C11", "P76"
PAPERS, CASES = 120, 40
KILL_AT = 40
READY = "SELECT count(*) FROM tasks_document WHERE state = 'open' AND ref LIKE %s"
SIGNED = "SELECT count(*) FROM ceremonies_ceremonyitem WHERE state = 'signed' AND sign_no LIKE %s"
IN_HAND = "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%%.ceremony_run' AND status = 'doing'"
RECORDS = (
    "SELECT r.task_id, r.sign_no, r.business_no, r.verification_no, r.ceremony_no, f.sha256"
    " FROM ceremonies_signaturerecord r JOIN files_storedfile f ON f.id = r.after_id"
    " WHERE r.counted AND r.sign_no LIKE %s"
)
FACE = (
    "SELECT v.serial_no, v.bound FROM ceremonies_verification v JOIN ceremonies_ceremony c ON c.id = v.ceremony_id"
    " WHERE v.purpose = 'face' AND c.no = %s"
)
TASKS = "SELECT count(*) FROM tasks_task WHERE sign_no LIKE %s"


@dataclass(frozen=True)
class Signing:
    """What 电子签名 has written down, asked often and without delay."""

    connection: psycopg.Connection[Any]

    def rows(self, sql: str, *values: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, values).fetchall()

    def number(self, sql: str, *values: str) -> int:
        return int(self.rows(sql, *values)[0][0])


@pytest.fixture
def signing(system: System) -> Iterator[Signing]:
    with psycopg.connect(system.psql_url("signing"), autocommit=True) as connection:
        yield Signing(connection)


@pytest.mark.row("R133", part="选中多份不同申请的文件")
@pytest.mark.row("R133", part="形成待签名队列并缓存")
@pytest.mark.row("R134", part="一次签名缓存用于多份文件")
@pytest.mark.row("R136", part="签名进度展示")
@pytest.mark.row("R148", part="签名业务流水号贯穿签名流程")
@pytest.mark.row("R148", part="绑定实名认证记录")
@pytest.mark.row("R149", part="签名状态控制")
def test_120_papers_of_40_cases_are_signed_once_though_the_worker_is_killed(
    passers: People, system: System, signing: Signing, looks: Looks
) -> None:
    office, signer = passers.stranger(SIGNER), passers.stranger(SIGNER)
    launch = orders(office, HEAD, documents=PAPERS, cases=CASES, signer=SIGNER)
    ours = f"{launch}-%"

    # one reading, one signature, one face
    until("文书都取到、检查过", lambda: signing.number(READY, ours) == PAPERS, 3 * PATIENCE)
    signer.enters_by_home()
    signer.returns_until(f"{system.signing}/", f"{CASES} 件申请的 {PAPERS} 份文书一起签")
    signer.page.get_by_role("link", name="份文书一起签").click()
    signer.presses("选好了，开始看")
    signer.sees(f"您选了 {PAPERS} 份一起签")
    last = reads_all(signer)
    write_on_pad(signer.page)
    last.click()
    signer.proves_identity()
    signer.presses("去刷脸")
    worker = process_of(system, "signing worker")
    with paused(worker) as resume:  # so that the page stands open before the first one is signed
        signer.presses("本人通过")
        signer.sees(f"正在签 {PAPERS} 处")
        ceremony = re.search(r"/ceremonies/([\w-]+)/", signer.page.url)
        assert ceremony
        signer.page.evaluate(WATCH, SEEN)
        resume()
        killed_at = kills(system, signing, worker, ours)
    assert 20 <= killed_at <= 100
    assert signing.number(IN_HAND) == 1, "its job is nobody's now"

    # the page says so, and keeps what was signed; the launcher starts another worker, which goes on
    signer.sees(f"已签 {killed_at} 处，这会儿停了一下，系统会自己接着签")
    looks.see(signer.page, "paused")
    until("另一个后台任务", lambda: system.processes("signing worker") not in ([], [worker]))
    signer.sees(f"{PAPERS} 处签名都签好了")
    seen = signer.page.evaluate(NOTED, SEEN)
    agree(seen, PAPERS)
    assert killed_at in {one["done"] for one in seen}
    signer.heard_nothing_bad()

    each_once(signing, ours, ceremony[1])
    refs = [f"{launch}-{case:03d}-{paper:03d}" for case, paper in ((1, 1), (14, 1), (15, 2), (27, 3), (CASES, 3))]
    arrive_and_verify(office, signer, refs)


def reads_all(signer: Signer) -> Locator:
    """Paper by paper, each of one page: its picture was there, it is agreed to, on to the next. The button that signs them all."""
    page = signer.page
    end = page.get_by_role("button", name=re.compile(rf"^刷脸，签 {PAPERS} 份"))
    for _ in range(PAPERS):
        page.wait_for_function(
            "() => [...document.querySelectorAll('.q-sheetpage img')].every(one => one.naturalWidth)"
        )
        signer.ticks("#agree")
        if end.is_visible():
            return end
        here = page.url
        page.get_by_role("button", name="读过了，看下一份").click()
        expect(page).not_to_have_url(here)
    raise InVain("还有没读的文书")


def kills(system: System, signing: Signing, worker: int, ours: str) -> int:
    """kill -9 as soon as some dozens are signed and the worker is at the next ones; how many are."""
    deadline = time.monotonic() + PATIENCE
    while signing.number(SIGNED, ours) < KILL_AT and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(0.03)
    os.kill(worker, signal.SIGKILL)
    until("进程没有了", lambda: worker not in system.processes("signing worker"))
    return signing.number(SIGNED, ours)


def each_once(signing: Signing, ours: str, ceremony: str) -> None:
    """120 signatures for 120 places, each with a 签署流水号 of its own, all behind the one face check that was bound to them."""
    records = signing.rows(RECORDS, ours)
    tasks, sign_nos, business, serials, ceremonies, files = (set(column) for column in zip(*records, strict=True))
    assert len(records) == signing.number(TASKS, ours) == PAPERS
    assert len(tasks) == len(sign_nos) == len(files) == PAPERS
    assert len(business) == CASES
    assert ceremonies == {ceremony}
    ((serial, bound),) = signing.rows(FACE, ceremony)
    assert serials == {serial}
    assert set(bound) == sign_nos


def arrive_and_verify(office: Signer, signer: Signer, refs: Sequence[str]) -> None:
    """The head office has them all; some of them, before and after the kill, are verified by anybody."""

    def there() -> bool:
        office.presses("刷新")
        return f"{PAPERS} 份文书，签齐 {PAPERS} 份，取回 {PAPERS} 份" in office.text

    until("总部取回全部文书", there)
    for ref in refs:
        content = office.page.request.get(f"{office.system.sandbox}/chain/papers/{ref}.pdf").body()
        told = httpx.post(
            f"{office.system.signing}/verify.json",
            content=content,
            headers={"Content-Type": "application/pdf"},
            trust_env=False,
            timeout=60,
        ).json()
        assert told["ok"], (ref, told)
        assert len(told["signatures"]) == 1, (ref, told)
    signer.goes_to(f"{signer.system.signing}/")
    signer.sees("没有文书等您签")
