"""Settings for mypy's Django plugin: the applications of all three projects at once, no server needed."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DATABASE_URL", "postgresql://nobody@/none?host=/nonexistent")
os.environ.setdefault("DATA_DIR", str(Path(tempfile.gettempdir()) / f"qideng-typecheck-{os.getuid()}"))

import sandbox.settings
import signing.settings
from reg.settings import *  # noqa: F403
from reg.settings import INSTALLED_APPS as REG_APPS

INSTALLED_APPS = list(dict.fromkeys([*REG_APPS, *signing.settings.INSTALLED_APPS, *sandbox.settings.INSTALLED_APPS]))
