"""电子签名 is an application of its own (R152): nothing of reg is in it, and what every application needs it has itself."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.template import engines
from django.template.loader import get_template
from django.urls import URLResolver, get_resolver
from procrastinate.contrib.django.models import ProcrastinateJob

from foundation.config import ROOT
from signing.testing import PERSONS, Caller, World, batch, document, slot

TEMPLATES = sorted((ROOT / "signing").rglob("templates/**/*.html"))
NAMED = re.compile(r"{%\s*(?:extends|include)\s+[\"']([^\"']+)[\"']")
OWN_MARKUP = re.compile(r'class="[^"]*(?:weui-cells|weui-loading|weui-toast|weui-dialog)')
EVERYTHING = """
import os, pkgutil, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "signing.settings"
import django
django.setup()
import importlib, signing
for found in pkgutil.walk_packages(signing.__path__, "signing."):
    last = found.name.rsplit(".", 1)[-1]
    if not last.startswith(("test_", "conftest")) and last != "testing":
        importlib.import_module(found.name)
print(sorted({name.split(".")[0] for name in sys.modules} & {"reg", "sandbox", "qideng"}))
"""


@pytest.mark.row("R152", part="独立应用")
def test_every_module_loads_without_the_registration_system() -> None:
    done = subprocess.run(
        [sys.executable, "-c", EVERYTHING], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def views(patterns: URLResolver) -> Iterator[str]:
    """Modules of all views behind a resolver."""
    for entry in patterns.url_patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry)
        else:
            yield entry.callback.__module__


@pytest.mark.row("R152", part="自身路由、权限、队列、缓存")
def test_addresses_queue_and_cache_are_its_own(world: World, reg: Caller) -> None:
    assert not {view.split(".")[0] for view in views(get_resolver())} & {"reg", "sandbox", "qideng"}
    assert settings.DATABASES["default"]["TEST"]["NAME"].startswith("test_signing")
    assert settings.SESSION_COOKIE_NAME == "signing_session"
    assert not [app for app in settings.INSTALLED_APPS if app.split(".")[0] in {"reg", "sandbox"}]

    reg.order(batch(world, [document(world, "D1", [slot(PERSONS["P13"])])]))
    assert ProcrastinateJob.objects.filter(queue_name="signing", task_name__startswith="signing.").exists()

    cache.set("本应用的缓存", "有", 60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache_entry WHERE cache_key LIKE %s", ["%本应用的缓存%"])
        assert cursor.fetchone() == (1,)


@pytest.mark.row("R152", part="组件封装")
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_pages_are_made_of_the_shared_components(path: Path) -> None:
    """List, loading, message between pages and data handling are components (tags of `q`, islands), never written again."""
    text = path.read_text()
    for name in NAMED.findall(text):
        assert name.startswith(("ui/", "signing/")), name
        origin = get_template(name).template.origin  # type: ignore[attr-defined]  # Django's own engine, unknown to the stubs
        assert Path(origin.name).is_relative_to(ROOT / ("foundation" if name.startswith("ui/") else "signing"))
    assert not OWN_MARKUP.search(text), "a component's markup outside of foundation/ui"
    engines["django"].from_string(text)
