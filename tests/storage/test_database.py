"""Opening, transactions, times and backups of the store."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from storage import meta, replica
from storage.database import Database, from_text, maybe_text, maybe_time, open_database, to_text
from storage.errors import DatabaseUnusable
from storage.readonly import open_to_read


def test_the_store_opens_in_wal_with_foreign_keys_and_full_flushes(db: Database) -> None:
    assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert db.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    assert db.execute("PRAGMA synchronous").fetchone()[0] == 2


def test_opening_again_finds_what_was_written(tmp_path: Path) -> None:
    first = open_database(tmp_path / "a.db")
    meta.put(first, "key", "one")
    meta.put(first, "key", "two")
    first.close()
    again = open_database(tmp_path / "a.db")
    assert meta.get(again, "key") == "two"
    assert meta.get(again, "other") is None
    again.close()


def test_a_transaction_is_all_or_nothing(db: Database) -> None:
    with pytest.raises(RuntimeError), db.transaction():
        meta.put(db, "key", "one")
        raise RuntimeError
    assert meta.get(db, "key") is None


def test_an_inner_transaction_is_part_of_the_outer_one(db: Database) -> None:
    with pytest.raises(RuntimeError), db.transaction():
        with db.transaction():
            meta.put(db, "key", "one")
        raise RuntimeError
    assert meta.get(db, "key") is None


def test_a_path_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match="missing"):
        open_database(tmp_path / "missing" / "a.db")


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("dear reader, " * 100)
    with pytest.raises(DatabaseUnusable, match=r"letter\.db"):
        open_database(file)
    assert file.read_text().startswith("dear reader")


def test_a_new_file_that_litestream_found_first_becomes_a_store(tmp_path: Path) -> None:
    """It opens a database as soon as there is a file, which may be before the bot has written anything."""
    file = tmp_path / "a.db"
    for table in replica.TABLES:
        with closing(sqlite3.connect(file)) as litestream:
            litestream.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY)")
        with pytest.raises(DatabaseUnusable, match="is empty"), open_to_read(file):
            pass
    with closing(open_database(file)) as db:
        meta.put(db, "key", "one")
        assert replica.is_replicated(db)


def test_times_are_utc_text_in_time_order() -> None:
    shanghai = timezone(timedelta(hours=8))
    moment = datetime(2026, 11, 24, 8, 0, tzinfo=shanghai)
    assert to_text(moment) == "2026-11-24T00:00:00Z"
    assert from_text(to_text(moment)) == moment
    assert from_text("2026-11-24T00:00:00Z").tzinfo is UTC
    assert maybe_text(None) is None
    assert maybe_time(None) is None
    assert maybe_time(maybe_text(moment)) == moment


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        to_text(datetime(2026, 11, 24))  # noqa: DTZ001 - the very mistake


def test_a_backup_is_a_whole_store(db: Database, tmp_path: Path) -> None:
    meta.put(db, "key", "one")
    db.backup(tmp_path / "copy.db")
    meta.put(db, "key", "two")
    copy = open_database(tmp_path / "copy.db")
    assert meta.get(copy, "key") == "one"
    copy.close()
    assert sorted(file.name for file in tmp_path.glob("copy.db*")) == ["copy.db"]


def test_a_failed_backup_leaves_no_file_of_that_name(db: Database, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        db.backup(tmp_path / "nowhere" / "copy.db")
    assert not (tmp_path / "nowhere").exists()


def test_a_transaction_may_leave_the_flush_to_the_next_one(tmp_path: Path) -> None:
    database = open_database(tmp_path / "a.db")

    def level() -> int:
        return int(database.execute("PRAGMA synchronous").fetchone()[0])

    with database.transaction(flush=False):
        assert level() == 1
        with database.transaction():
            assert level() == 1
    assert level() == 2
    with pytest.raises(ZeroDivisionError), database.transaction(flush=False):
        raise ZeroDivisionError
    assert level() == 2
    database.close()
