"""Many documents through the real services: database, files on the disk, audit, outbox; the outside is signing/testing's small world.

Started by bench/signing.py, which makes the database. `python -m bench.signing_batch worker FOLDER NO …` is one of its processes.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import django

django.setup()  # settings come from the environment that bench/signing.py has made

from django.db import connections, transaction  # noqa: E402
from procrastinate.contrib.django.models import ProcrastinateJob  # noqa: E402

from bench.bench_pdf_signing import ROUNDS, milliseconds  # noqa: E402
from bench.report import tell  # noqa: E402
from foundation import clock  # noqa: E402
from foundation.crypto.index import person_index  # noqa: E402
from foundation.files.services import file_read  # noqa: E402
from foundation.identity.actor import Actor, ActorKind  # noqa: E402
from foundation.jobs.models import WorkerBeat  # noqa: E402
from signing.ceremonies.ink import Ink  # noqa: E402
from signing.ceremonies.models import Ceremony, SignatureRecord, Verification  # noqa: E402
from signing.ceremonies.running import ceremony_run  # noqa: E402
from signing.ceremonies.starting import Place, ceremony_start  # noqa: E402
from signing.ceremonies.states import CeremonyState, VerificationState  # noqa: E402
from signing.ceremonies.trust import trust  # noqa: E402
from signing.ceremonies.verifying import ceremony_prove_if_ready  # noqa: E402
from signing.pdf.testing import handwriting, own_pdf  # noqa: E402
from signing.pdf.verify import verify_pdf  # noqa: E402
from signing.tasks.fetching import document_take  # noqa: E402
from signing.tasks.models import Document, Reading, Subject  # noqa: E402
from signing.testing import PERSONS, Browser, Caller, World, batch, document, serve, slot  # noqa: E402

HUNDRED, PAGES = 100, 3
CEREMONIES, PROCESSES = 24, 2
SYSTEMS = ("verification", "ca", "elicence", "sms", "sso", "timestamp", "seal_maker")
ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Office:
    """Somebody who orders documents and has them proved."""

    world: World
    caller: Caller = field(default_factory=lambda: Caller("reg"))
    ordered: int = 0

    def ceremony(self, number: int, code: str = "P13") -> Ceremony:
        """A ceremony of so many read documents of one person, who has proved himself; nothing is signed yet."""
        self.ordered += 1
        place = slot(PERSONS[code], x=60.0, y=80.0, width=180.0, height=70.0)
        papers = [document(self.world, f"B{self.ordered}D{n}", [place], pages=1) for n in range(number)]
        for paper in papers:
            self.world.files[f"files/{paper['ref']}"] = own_pdf()
            paper["sha256"] = hashlib.sha256(own_pdf()).hexdigest()
        body = batch(self.world, papers, ref=f"B{self.ordered}", case_no=f"31011520261127{self.ordered:08d}")
        assert self.caller.order(body, key=f"k{self.ordered}").status_code == 201
        mine = Document.objects.filter(batch__ref=f"B{self.ordered}").order_by("pk")
        for one in mine:
            document_take(one, own_pdf(), PAGES)
        wrong = set(mine.exclude(state="open").values_list("state", "problem"))
        assert not wrong, wrong
        person = PERSONS[code]
        subject = Subject.objects.get(key=person_index(person["id_type"], person["id_number"]))
        Reading.objects.filter(document__in=mine).update(pages=[1, 2, 3], agreed_at=clock.now())
        actor = Actor(kind=ActorKind.PERSON, ref="account:1", person_index=subject.key, session_ref="bench")
        begun = ceremony_start(
            actor=actor,
            subject=subject,
            documents=mine,
            look=Ceremony.Look.HANDWRITTEN,
            ink=Ink(handwriting()),
            place=Place(),
        )
        self._proved(begun)
        return begun

    def _proved(self, begun: Ceremony) -> None:
        bound = list(begun.items.order_by("pk").values_list("sign_no", flat=True))
        for purpose, more in (("identity", {"valid_until": clock.today() + timedelta(days=20)}), ("face", {})):
            Verification.objects.create(
                ref=f"V{self.ordered}{purpose}",
                subject=begun.subject,
                purpose=purpose,
                ceremony=begun,
                bound=bound if purpose == "face" else [],
                valid_days=20 if more else 0,
                session="bench",
                provider_no=f"P{self.ordered}{purpose}",
                url="",
                serial_no=f"RZ{self.ordered}{purpose}",
                method="face" if purpose == "face" else "mobile",
                state=VerificationState.PASSED,
                asked_at=clock.now(),
                settled_at=clock.now(),
                lapses_at=clock.wall() + timedelta(minutes=15),
                **more,
            )


@contextmanager
def ready() -> Iterator[Office]:
    """The small world on a socket, and everything of ours that calls it."""
    world = World()
    server = serve(world)
    os.environ |= {f"OUTSIDE_{system.upper()}_URL": f"{world.base}/{system}" for system in SYSTEMS}
    os.environ["REG_BASE_URL"] = f"{world.base}/reg"
    try:
        yield Office(world)
    finally:
        server.shutdown()


def _go(begun: Ceremony) -> None:
    with transaction.atomic():
        assert ceremony_prove_if_ready(begun)


def _idle() -> None:
    """Wait until the worker has done all that followed from what was before."""
    while ProcrastinateJob.objects.filter(status__in=["todo", "doing"], scheduled_at=None).exists():
        time.sleep(0.2)


def ceremony(office: Office, folder: Path) -> None:
    """From the last tap, which proves the ceremony, to the last signature, by a worker as it runs in production."""
    begun = [office.ceremony(HUNDRED) for _ in range(ROUNDS + 1)]
    words = [sys.executable, "-m", "qideng.cli", "signing", "worker"]
    log = (folder / "worker.log").open("w")
    process = subprocess.Popen(words, cwd=ROOT, stdout=log, stderr=log, env={**os.environ, "DB_POOL": ""})
    try:
        while not WorkerBeat.objects.exists():
            time.sleep(0.1)
        times = []
        for one in begun:
            _idle()
            began = time.monotonic()
            _go(one)
            while not Ceremony.objects.filter(pk=one.pk, state=CeremonyState.DONE).exists():
                time.sleep(0.02)
            times.append(time.monotonic() - began)
        first, *rest = times
        tell("ceremony of 100 documents, first of a worker's life", f"{first:.2f} s")
        tell("ceremony of 100 documents, from the last tap", f"{sorted(rest)[len(rest) // 2]:.2f} s", "≤ 2")
        assert SignatureRecord.objects.filter(counted=True).count() == HUNDRED * len(times)
    finally:
        process.terminate()
        process.wait(60)
        log.close()


def poll(office: Office) -> None:
    """The question of a page that waits for a hundred signatures, the test client's part included."""
    begun = office.ceremony(HUNDRED)
    person = PERSONS["P13"]
    browser = Browser(person_index(person["id_type"], person["id_number"]))
    url = office.caller.post("/api/tickets", {"person": person}).json()["url"]
    browser.get(url[url.index("/enter/") :])
    Ceremony.objects.filter(pk=begun.pk).update(session="bench")
    path = f"/ceremonies/{begun.no}/status"
    assert browser.get(path).json()["total"] == HUNDRED
    tell("poll", f"{milliseconds(lambda: browser.get(path), 50):.2f} ms CPU", "≤ 2")
    tell(
        "a page of the front office without a query (/healthz)",
        f"{milliseconds(lambda: browser.get('/healthz'), 50):.2f} ms CPU",
    )


def many(office: Office) -> None:
    """Two processes, each with half of the ceremonies of a hundred documents: signed, verified, written, recorded."""
    begun = [office.ceremony(HUNDRED, "P13" if n % 2 else "P04") for n in range(CEREMONIES)]
    for one in begun:
        with transaction.atomic():
            ceremony_prove_if_ready(one)
    before = SignatureRecord.objects.count()
    connections.close_all()
    halves = [[str(one.pk) for one in begun[part::PROCESSES]] for part in range(PROCESSES)]
    workers = [_worker(half) for half in halves]
    for each in workers:
        _line(each, "ready")
    began = time.monotonic()
    for each in workers:
        _pipe(each.stdin).write("go\n")
        _pipe(each.stdin).flush()
    cpu = [float(_line(each, "done").split()[1]) for each in workers]
    took = time.monotonic() - began
    signed = SignatureRecord.objects.count() - before
    assert signed == HUNDRED * CEREMONIES
    tell("documents signed, verified and written, 2 processes", f"{signed / took * 60:,.0f} a minute", "≥ 6,000")
    tell("CPU of our processes for each of them", f"{sum(cpu) / signed * 1000:.2f} ms")
    for paper in Document.objects.filter(batch__ref="B10").select_related("current")[:10]:
        assert paper.current is not None
        assert verify_pdf(file_read(paper.current), trust().roots).ok


def _worker(numbers: Sequence[str]) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "bench.signing_batch", *numbers]
    return subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def _line(process: subprocess.Popen[str], word: str) -> str:
    for line in _pipe(process.stdout):
        if line.startswith(word):
            return line
    raise SystemExit(f"a process ended before it said {word!r}")


def run(numbers: Sequence[str]) -> None:
    """One of the processes: wait for the word, run the ceremonies, say what CPU they took."""
    trust()
    verify_pdf(own_pdf(), trust().roots)
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.process_time()
    for number in numbers:
        job: Any = ceremony_run
        job(ceremony_id=int(number))
    print(f"done {time.process_time() - began:.3f}", flush=True)


if __name__ == "__main__":
    run(sys.argv[1:])
