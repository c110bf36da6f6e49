"""What a store says of itself: a start that finds it up to date asks no migration."""

import subprocess
import sys
from pathlib import Path

import pytest

from storage import state
from storage.database import open_database
from storage.errors import DatabaseUnusable

AGAIN = """
import sys
from storage.database import open_database
open_database(sys.argv[1]).close()
print(*sorted({"sqlite_utils", "numpy", "storage.migrations"}.intersection(sys.modules)))
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "chenbao.db"
    open_database(path).close()
    return path


def test_a_store_that_is_up_to_date_is_opened_without_the_migrations(store: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", AGAIN, str(store)], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == []


def test_what_a_newer_version_did_is_seen_all_the_same(store: Path) -> None:
    db = open_database(store)
    assert state.is_current(db.connection)
    db.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('chenbao', 'm999_later', '')"
    )
    assert not state.is_current(db.connection)
    db.close()
    with pytest.raises(DatabaseUnusable, match="m999_later"):
        open_database(store)


def test_without_its_source_the_migrations_are_asked_each_time(
    store: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(state, "__file__", str(tmp_path / "state.pyc"))
    state._source.cache_clear()
    db = open_database(store)
    assert not state.is_current(db.connection)
    state.note_current(db.connection)
    assert not state.is_current(db.connection)
    db.close()
    state._source.cache_clear()


def test_a_store_that_somebody_else_writes_is_noted_the_next_time(store: Path) -> None:
    db, other = open_database(store), open_database(store)
    db.execute("PRAGMA user_version = 0")
    db.wait_for_locks(0.0)
    with other.transaction():
        state.note_current(db.connection)
        assert not state.is_current(db.connection)
    state.note_current(db.connection)
    assert state.is_current(db.connection)
    db.close()
    other.close()
