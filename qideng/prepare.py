"""What a project's database and static files need before it can serve, done only when something changed.

The state of a database is noted in the database itself (a comment on it), so that an empty or a restored database is
never taken for a prepared one. Static files are noted beside them under DATA_DIR.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from foundation.config import ROOT, Project, config

Step = Literal["schema", "stories", "static"]
STEPS: tuple[Step, ...] = ("schema", "stories", "static")
LOADERS = ("load_holidays", "load_reference", "load_stories", "naming_index")
UNUSED_STATIC = ["django_htmx"]
"""We take htmx from npm; the copies inside this package import what it does not carry."""


def fingerprint(paths: Iterable[Path]) -> str:
    """One value for names and contents of files; order does not matter."""
    total = hashlib.sha256()
    for path in sorted(set(paths)):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:32]


def _files(*patterns: str) -> Iterator[Path]:
    for pattern in patterns:
        yield from (p for p in ROOT.glob(pattern) if p.is_file() and "__pycache__" not in p.parts)


def wanted(project: Project) -> dict[Step, str]:
    """Fingerprints of what this tree would make."""
    locked = ["requirements/base.txt"]
    schema = _files(f"{project}/**/migrations/*.py", "foundation/**/migrations/*.py", f"{project}/settings.py", *locked)
    commands = [f"{home}/**/management/commands/{name}.py" for name in LOADERS for home in (project, "foundation")]
    facts = [f"{project}/**/data/**/*", f"{project}/**/stories/**/*", "foundation/**/data/**/*"]
    stories = _files("data/**/*", *facts, *commands)
    static = _files(
        f"{project}/**/static/**/*", "foundation/**/static/**/*", "package-lock.json", "foundation/project.py", *locked
    )
    return {"schema": fingerprint(schema), "stories": fingerprint(stories), "static": fingerprint(static)}


def _static_note(project: Project) -> Path:
    return config().data_dir / "static" / f"{project}.json"


def noted(project: Project, url: str) -> dict[str, str]:
    """Fingerprints of what was made earlier; empty for a new database."""
    import psycopg

    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    try:
        notes: dict[str, str] = json.loads(row[0]) if row and row[0] else {}
    except ValueError:
        notes = {}
    try:
        notes["static"] = json.loads(_static_note(project).read_text())["static"]
    except (OSError, ValueError, KeyError):
        notes.pop("static", None)
    return notes


def missing(project: Project, url: str) -> list[Step]:
    """The steps still to be done for `project`, in order."""
    want, have = wanted(project), noted(project, url)
    return [step for step in STEPS if want[step] != have.get(step)]


def run(project: Project, steps: Iterable[Step]) -> None:
    """Do the steps in this process and note them."""
    os.environ["DJANGO_SETTINGS_MODULE"] = f"{project}.settings"
    import django
    from django.core.management import call_command, get_commands

    todo, want = set(steps), wanted(project)
    django.setup()
    if "schema" in todo:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        _note_in_database(schema=want["schema"])
    if "stories" in todo:
        for loader in LOADERS:
            if loader in get_commands():
                call_command(loader)
        _note_in_database(stories=want["stories"])
    if "static" in todo:
        call_command("collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=UNUSED_STATIC)
        _static_note(project).write_text(json.dumps({"static": want["static"]}))


def _note_in_database(**notes: str) -> None:
    from django.db import connection
    from psycopg import sql

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_database(), shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname = current_database()"
        )
        name, comment = cursor.fetchone()
        text = json.dumps(json.loads(comment or "{}") | notes)
        cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(text)))


if __name__ == "__main__":
    run(sys.argv[1], [step for step in STEPS if step in sys.argv[2:]])  # type: ignore[arg-type]  # the caller is up.py
