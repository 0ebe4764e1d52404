"""`qideng verify-audit`: the audit trail of every project that keeps one, whether the installation runs or not."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack

from foundation.config import ROOT, Project, config
from qideng.postgres import PostgresError, Server
from qideng.up import TITLES

AUDITED: tuple[Project, ...] = ("reg", "signing")
"""The sandbox plays the outside world: what it does is nobody's act."""


def main() -> int:
    """Each trail in a process of its own, one after the other; 1 if one of them is not whole."""
    with ExitStack() as stack:
        if not all(_is_elsewhere(project) for project in AUDITED):
            stack.enter_context(_embedded().use())
        codes = [_verify(project) for project in AUDITED]
    return 0 if not any(codes) else 1


def _is_elsewhere(project: Project) -> bool:
    return "DATABASE_URL" in os.environ or f"{project.upper()}_DATABASE_URL" in os.environ


def _embedded() -> Server:
    """The embedded server; one that would have to be made first holds no trail."""
    here = config().data_dir
    server = Server(here)
    if not server.cluster.exists():
        raise PostgresError(f"{here} 里还没有企登的数据，没有什么可以核对。要核对别处的，请用 DATA_DIR 指明")
    return server


def _verify(project: Project) -> int:
    print(f"{TITLES[project]}：", flush=True)
    command = [sys.executable, "-m", "qideng.cli", project, "verify_audit"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode
