"""Backups under load, and what `chenbao restore` refuses; the present store stays whatever happens."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import InputError
from bot.jobs import store_admin
from storage import inbox
from storage.database import open_database
from storage.errors import DatabaseUnusable

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
WRITER = """
import sys
from datetime import UTC, datetime
from itertools import count
from storage import inbox, meta
from storage.database import open_database

db = open_database(sys.argv[1])
for number in count(1):
    with db.transaction():  # both or neither
        inbox.put(db, number, "x" * 500, datetime.now(UTC))
        meta.put(db, "written", str(number))
    if number == 1:
        print("writing", flush=True)
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "chenbao.db"
    with closing(open_database(path)) as db:
        inbox.put(db, 1, "kept", NOW)
    return path


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Path]:
    """A store that another process writes all the time."""
    path = tmp_path / "busy.db"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        try:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "writing\n"
            yield path
        finally:
            writer.kill()


def rows(path: Path) -> tuple[str, int, int]:
    """What SQLite says of the whole file, its updates, and how many the writer had counted in the same moment."""
    with closing(sqlite3.connect(path)) as db:
        [state] = db.execute("PRAGMA integrity_check").fetchone()
        [count] = db.execute("SELECT count(*) FROM inbox").fetchone()
        [written] = db.execute("SELECT value FROM meta WHERE key = 'written'").fetchone()
    return state, count, int(written)


def wait_for_more(busy: Path, before: int) -> None:
    """Until the writer, which may wait for its turn on a busy machine, has written since."""
    until = time.monotonic() + 30
    with closing(sqlite3.connect(busy)) as db:
        while int(db.execute("SELECT value FROM meta WHERE key = 'written'").fetchone()[0]) <= before:
            assert time.monotonic() < until
            time.sleep(0.01)


def back_up_and_restore(busy: Path, folder: Path, times: int) -> None:
    copy, restored = folder / "copy.db", folder / "restored.db"
    before = 0
    for number in range(times):
        wait_for_more(busy, before)
        with closing(open_database(busy)) as db:
            store_admin.back_up(db, copy)
        assert store_admin.restore(copy, restored, NOW + timedelta(seconds=number), force=True) == (
            restored.with_name(f"restored.db.before-restore-{NOW + timedelta(seconds=number):%Y%m%dT%H%M%SZ}")
            if number
            else None
        )
        state, count, written = rows(restored)
        assert state == "ok"
        assert count == written
        assert rows(copy) == (state, count, written)
        assert written > before
        before = written
        for kept in folder.glob("restored.db.before-restore-*"):
            kept.unlink()


def test_backups_of_a_store_that_is_being_written(busy: Path, tmp_path: Path) -> None:
    back_up_and_restore(busy, tmp_path, 5)


@pytest.mark.soak
def test_a_hundred_backups(busy: Path, tmp_path: Path) -> None:
    back_up_and_restore(busy, tmp_path, 100)


def test_a_newer_schema_is_refused_by_restore_and_by_opening(store: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.db"
    with closing(open_database(newer)) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('chenbao', 'm999_from_the_future', '2030-01-01')"
        )
    before = store.read_bytes()
    with pytest.raises(InputError, match="written by a newer version of Chenbao"):
        store_admin.restore(newer, store, NOW, force=True)
    assert store.read_bytes() == before
    assert not list(tmp_path.glob("*restor*"))
    with pytest.raises(DatabaseUnusable, match="newer version of Chenbao"):
        open_database(newer)


def test_two_restores_keep_both_stores(store: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with closing(open_database(store)) as db:
        store_admin.back_up(db, copy)
    kept = [store_admin.restore(copy, store, NOW + timedelta(hours=n), force=True) for n in range(2)]
    assert [path.name for path in kept if path] == [
        "chenbao.db.before-restore-20261124T040000Z",
        "chenbao.db.before-restore-20261124T050000Z",
    ]
    assert all(path.exists() for path in kept if path)


def test_a_restore_that_fails_half_way_puts_the_store_back(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.db"
    with closing(open_database(store)) as db:
        store_admin.back_up(db, copy)
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if self.name.endswith(".restoring"):
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(InputError, match="No space left"):
        store_admin.restore(copy, store, NOW, force=True)
    assert not list(tmp_path.glob("*before-restore*"))
    with closing(open_database(store)) as db:
        assert inbox.waiting(db) == [(1, "kept")]
