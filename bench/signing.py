"""`make bench-signing`: what a signature costs, a ceremony of a hundred documents, and many documents on two cores.

Beside it, in the same run, pyHanko with ECDSA and RSA on the same PDF. Budgets: sign and verify our own PDFs ≤ 1.5 ms CPU, foreign
ones ≤ 5 ms; ≥ 6,000 documents a minute on 2 cores, verified and written to the disk; a 100-document ceremony ≤ 2 s after the
last tap; a poll ≤ 2 ms. Three minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.report import load, table

ROOT = Path(__file__).resolve().parent.parent


def alone() -> None:
    """What needs no database: the numbers of the libraries, one document, the peers."""
    from bench.bench_pdf_signing import measure
    from bench.signing_peers import peers

    load("libraries and documents")
    measure()
    peers()


def installed(folder: Path) -> None:
    """What needs an installation: database, files, worker."""
    from qideng.postgres import Server

    with Server(folder, throw_away=True).use() as url:
        os.environ |= {
            "DATABASE_URL": url,
            "DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "signing.settings",
            "QIDENG_MODE": "demo",
            "PYTHONPATH": str(ROOT),
        }
        server = Server(folder)
        server.create_databases()
        words = [sys.executable, "-m", "qideng.prepare", "signing", "schema", "static"]
        subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        from bench.signing_batch import ceremony, many, poll, ready

        with ready() as office:
            load("the ceremony")
            ceremony(office, folder)
            load("the poll")
            poll(office)
            load("many documents")
            many(office)


def main() -> None:
    alone()
    with tempfile.TemporaryDirectory(prefix="qideng-signing-") as folder:
        Path(folder).chmod(0o755)
        installed(Path(folder))
    table()


if __name__ == "__main__":
    main()
