"""Loaded by pytest before Django: a throw-away PostgreSQL for the run, and temporary data for everything else.

Workers of xdist inherit DATABASE_URL and DATA_DIR from the process that started them and so share the server;
each has its own test databases on it. The server is stopped when pytest ends, by Ctrl-C too.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from foundation.config import ROOT
from qideng.postgres import Server

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias binding="strong"><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
  <alias binding="strong"><family>serif</family><prefer><family>Noto Serif SC</family></prefer></alias>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
</fontconfig>
"""
"""A bare Debian has no Chinese screen font: browsers started by tests take those of the front-end packages."""
_started: Server | None = None
_folder: Path | None = None


def _wants_no_database(arguments: list[str]) -> bool:
    return any(a in {"--collect-only", "--co", "--help", "-h", "--version", "-V"} for a in arguments)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(args: list[str]) -> Iterator[None]:
    """Runs ahead of pytest-django, which reads the settings in this very hook."""
    global _started, _folder
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _folder = Path(tempfile.mkdtemp(prefix="qideng-test-"))
        _folder.chmod(0o755)
        for project in ("reg", "signing", "sandbox"):
            (_folder / "static" / project).mkdir(parents=True)
        atexit.register(_clean_up)
        os.environ["DATA_DIR"] = str(_folder)
        os.environ.setdefault("QIDENG_MODE", "demo")
        os.environ.setdefault("FONTCONFIG_FILE", _fonts(_folder))
        if "DATABASE_URL" not in os.environ:
            if _wants_no_database(args):
                os.environ["DATABASE_URL"] = "postgresql://nobody@/none?host=/nonexistent"
            else:
                _started = Server(_folder, throw_away=True)
                os.environ["DATABASE_URL"] = _started.start()
    yield


def _fonts(folder: Path) -> str:
    file = folder / "fonts.conf"
    fonts = ROOT / "node_modules" / "@expo-google-fonts"
    file.write_text(FONTS.format(fonts=escape(str(fonts)), cache=escape(str(folder / "fontcache"))))
    return str(file)


def _clean_up() -> None:
    if _started is not None:
        _started.stop()
    if _folder is not None:
        shutil.rmtree(_folder, ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Pages are rendered from the static files in the tree: nothing is collected for a test run."""
    from django.conf import settings

    if settings.configured and "STORAGES" in dir(settings):
        plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
