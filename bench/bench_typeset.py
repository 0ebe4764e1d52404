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
PAPERS = 60


def variant(view: CaseView, number: int) -> CaseView:
    """The same case of another company, so that no page is the page before."""
    return replace(view, entity=replace(view.entity, name=f"上海星岚示例科技{number}号有限公司"))


def set_paper(code: str, view: CaseView, party: str | None = None) -> typeset.Typeset:
    return typeset.compile(code, DOCUMENTS[code].build(view, party), legal_day=view.legal_day)


def median_of_rounds(measure: Callable[[int], float]) -> float:
    return statistics.median(measure(number) for number in range(ROUNDS))


def warm(code: str, view: CaseView, party: str | None = None) -> float:
    """Milliseconds a paper, data and reading text included."""
    views = [variant(view, number) for number in range(PAPERS * ROUNDS)]
    set_paper(code, view, party)

    def measure(number: int) -> float:
        begin = time.perf_counter()
        for one in views[number * PAPERS : (number + 1) * PAPERS]:
            set_paper(code, one, party)
        return (time.perf_counter() - begin) / PAPERS * 1000

    return median_of_rounds(measure)


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
    """Papers a minute of that many worker processes, start-up included."""

    def measure(_: int) -> float:
        begin = time.perf_counter()
        with multiprocessing.get_context("spawn").Pool(workers) as pool:
            made = sum(pool.map(a_workers_share, [12] * workers))
        return made / (time.perf_counter() - begin) * 60

    return median_of_rounds(measure)


def main() -> None:
    view = samples.three_shareholders()
    three_pages = replace(view, answers={**view.answers, "officers": samples.many_officers(12).answers["officers"]})
    pages = set_paper("application", three_pages).page_count
    print(f"typeset_application_{pages}_pages_warm: {warm('application', three_pages):.1f} ms")
    print(f"typeset_application_2_pages_warm: {warm('application', view):.1f} ms")
    print(f"typeset_resolution_1_page_warm: {warm('resolution', view):.1f} ms")
    print(f"typeset_contact_1_page_warm: {warm('contact', view):.1f} ms")
    print(f"typeset_50_officers_6_pages_warm: {warm('application', samples.many_officers(50)):.1f} ms")
    print(f"typeset_first_paper_cold: {median_of_rounds(cold):.0f} ms")
    print(f"typeset_papers_per_minute_2_processes: {per_minute(2):.0f} /min")


if __name__ == "__main__":
    main()
