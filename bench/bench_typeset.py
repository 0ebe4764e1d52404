"""Setting papers: warm and cold, one process and two. Budgets: 3 pages warm ≤ 30 ms, ≥ 2,000 papers a minute on 2 cores.

.venv/bin/python bench/bench_typeset.py
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from reg.casefile.view import CaseView
from reg.materials import typeset
from reg.materials.documents import DOCUMENTS, samples

ROUNDS = 3
PAPERS = 40


def variant(view: CaseView, number: int) -> CaseView:
    """The same case of another company, so that no page is the page before."""
    return replace(view, entity=replace(view.entity, name=f"上海星岚示例科技{number}号有限公司"))


def set_paper(code: str, view: CaseView, party: str | None = None) -> typeset.Typeset:
    return typeset.compile(code, DOCUMENTS[code].build(view, party), legal_day=view.legal_day)


def median_of_rounds(measure: Callable[[int], float]) -> float:
    return statistics.median(measure(number) for number in range(ROUNDS))


def warm(name: str, code: str, view: CaseView) -> None:
    """Milliseconds a paper, data and reading text included: by the clock, and of CPU, which a busy machine leaves alone."""
    views = [variant(view, number) for number in range(PAPERS * ROUNDS)]
    pages = set_paper(code, view).page_count
    clocks, cpus = [], []
    for number in range(ROUNDS):
        clock, cpu = time.perf_counter(), time.process_time()
        for one in views[number * PAPERS : (number + 1) * PAPERS]:
            set_paper(code, one)
        clocks.append((time.perf_counter() - clock) / PAPERS * 1000)
        cpus.append((time.process_time() - cpu) / PAPERS * 1000)
    print(f"typeset_{name}_{pages}_pages_warm: {statistics.median(clocks):.1f} ms")
    print(f"typeset_{name}_{pages}_pages_warm_cpu: {statistics.median(cpus):.1f} ms")


def cold(_: int) -> float:
    """Milliseconds of the first paper of a process, its fonts read."""
    typeset.typesetter.cache_clear()
    begin = time.perf_counter()
    set_paper("application", samples.three_shareholders())
    return (time.perf_counter() - begin) * 1000


def a_workers_share(share: int) -> int:
    """The mix of papers of one case, over and over."""
    made = 0
    for number in range(share):
        view = variant(samples.three_shareholders(), number)
        for code, document in DOCUMENTS.items():
            if code in ("notice", "unanimous_consent"):
                continue
            for party in document.parties(view):
                set_paper(code, view, party)
                made += 1
    return made


def per_minute(workers: int) -> float:
    """Papers a minute of that many warm worker processes."""
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        pool.map(a_workers_share, [1] * workers, chunksize=1)

        def measure(_: int) -> float:
            begin = time.perf_counter()
            made = sum(pool.map(a_workers_share, [10] * workers, chunksize=1))
            return made / (time.perf_counter() - begin) * 60

        return median_of_rounds(measure)


def main() -> None:
    view = samples.three_shareholders()
    three_pages = replace(view, answers={**view.answers, "officers": samples.many_officers(12).answers["officers"]})
    warm("application", "application", three_pages)
    warm("application", "application", view)
    warm("resolution", "resolution", view)
    warm("contact", "contact", view)
    warm("application_of_50_officers", "application", samples.many_officers(50))
    print(f"typeset_first_paper_cold: {median_of_rounds(cold):.0f} ms")
    print(f"typeset_papers_per_minute_2_processes: {per_minute(2):.0f} /min")


if __name__ == "__main__":
    main()
