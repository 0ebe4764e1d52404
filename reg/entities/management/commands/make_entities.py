"""`make_entities N`: fill the register with invented enterprises up to N, for load and for trying things out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections

from foundation.config import config
from reg.entities.models import AddressUse, Entity, EntityFact, Role
from reg.entities.synthetic.enterprises import CHUNK
from reg.entities.synthetic.load import chunk_load


class Command(BaseCommand):
    help = "造出 N 户虚构企业写入登记簿（压力测试用）；已有的不重复写"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("count", type=int, help="户数")
        parser.add_argument("--seed", type=int, default=1, help="同一个种子总是造出同样的企业")
        parser.add_argument("--jobs", type=int, default=2, help="进程数")

    def handle(self, *args: Any, **options: Any) -> None:
        count, seed, jobs = options["count"], options["seed"], options["jobs"]
        if config().mode == "production":
            raise CommandError("生产环境不造企业")
        if count < 1 or jobs < 1:
            raise CommandError("户数和进程数至少是 1")
        begun = time.monotonic()
        done = written = 0
        for size, new in _run(seed, count, jobs):
            done += size
            written += new
            if done % (10 * CHUNK) == 0 or done == count:
                self.stdout.write(f"{done} / {count} 户，用时 {time.monotonic() - begun:.0f} 秒")
        _analyze()
        seconds = time.monotonic() - begun
        self.stdout.write(f"新写入 {written} 户，已有 {count - written} 户，共用 {seconds:.1f} 秒")


def _run(seed: int, count: int, jobs: int) -> Iterator[tuple[int, int]]:
    """Size of each chunk and how many of it were new, as they finish in order."""
    chunks = [(first, min(first + CHUNK, count)) for first in range(0, count, CHUNK)]
    if jobs == 1:
        for first, last in chunks:
            yield last - first, chunk_load(seed, first, last)
        return
    connections.close_all()
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        futures = [pool.submit(chunk_load, seed, first, last) for first, last in chunks]
        for (first, last), future in zip(chunks, futures, strict=True):
            yield last - first, future.result()


def _analyze() -> None:
    with connection.cursor() as cursor:
        for model in (Entity, EntityFact, Role, AddressUse):
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')
