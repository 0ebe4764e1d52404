"""The three projects: static files collectable, settings from the environment only."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from foundation.config import ROOT
from tests.structure import tree

KEYS_AND_SWITCHES = {
    "foundation/crypto/keyring.py",  # the ring of data keys, of which the newest encrypts
    "foundation/outside/signed.py",  # public keys of the services that call us
    "foundation/health/metrics.py",  # what prometheus_client itself is told
}
"""Who else reads the environment, and why."""
PROJECTS = ("reg", "signing", "sandbox")


@pytest.mark.parametrize("project", PROJECTS)
def test_static_files_can_be_collected(project: str, tmp_path: Path) -> None:
    script = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "from qideng.prepare import UNUSED_STATIC\n"
        "call_command('collectstatic', interactive=False, verbosity=0, ignore_patterns=UNUSED_STATIC)"
    )
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": f"{project}.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert list((tmp_path / "static" / project).rglob("tokens.*.css")) != []


def test_only_the_configuration_and_the_launcher_read_the_environment() -> None:
    allowed = re.compile(
        r"^(?:qideng/|tests/|bench/|conftest\.py|foundation/(?:config|project|ui/alone)\.py|.*/(?:wsgi|asgi|testing)\.py)"
    )
    reads = re.compile(r"\bos\.(?:environ|getenv)\b")
    found = [
        name
        for name, text in tree.sources()
        if reads.search(text) and not allowed.match(name) and "/test_" not in name and not name.endswith("conftest.py")
    ]
    assert set(found) == KEYS_AND_SWITCHES
