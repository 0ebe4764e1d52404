"""What is prepared, when, and that nothing is done twice."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from foundation.config import ROOT, config
from qideng import prepare
from qideng.postgres import Server


def test_a_fingerprint_follows_names_and_contents() -> None:
    files = [ROOT / "pyproject.toml", ROOT / "Makefile"]
    assert prepare.fingerprint(files) == prepare.fingerprint(reversed(files))
    assert prepare.fingerprint(files) != prepare.fingerprint(files[:1])


def test_a_new_database_needs_everything_and_a_prepared_one_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "note.json"
    monkeypatch.setattr(prepare, "_static_note", lambda project: note)
    monkeypatch.setattr(prepare, "wanted", lambda project: {"schema": "a", "stories": "b", "static": "c"})
    server = Server(tmp_path, throw_away=True)
    try:
        url = server.start()
        assert prepare.missing("reg", url) == ["schema", "stories", "static"]
        with psycopg.connect(url) as connection:
            connection.execute("""COMMENT ON DATABASE postgres IS '{"schema": "a", "stories": "b"}'""")
        note.write_text('{"static": "c"}')
        assert prepare.missing("reg", url) == []
        monkeypatch.setattr(prepare, "wanted", lambda project: {"schema": "a", "stories": "new", "static": "c"})
        assert prepare.missing("reg", url) == ["stories"]
        with psycopg.connect(url) as connection:
            connection.execute("COMMENT ON DATABASE postgres IS 'somebody''s own words'")
        assert prepare.missing("reg", url) == ["schema", "stories"]
    finally:
        server.stop()


def test_every_project_has_something_of_each_kind() -> None:
    for project in ("reg", "signing", "sandbox"):
        wanted = prepare.wanted(project)
        assert set(wanted) == set(prepare.STEPS)
    assert prepare.wanted("reg")["schema"] != prepare.wanted("signing")["schema"]
    assert config().data_dir in prepare._static_note("reg").parents
