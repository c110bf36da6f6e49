"""A store that is opened to be read."""

import sqlite3
from pathlib import Path

import pytest

from storage import meta
from storage.database import open_database
from storage.errors import DatabaseUnusable
from storage.migrations import known
from storage.readonly import open_to_read


def test_it_sees_what_is_written_meanwhile_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a store?#%.db"
    writing = open_database(path)
    with open_to_read(path) as db:
        assert meta.get(db, "k") is None
        meta.put(writing, "k", "v")
        assert meta.get(db, "k") == "v"
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.connection.execute("INSERT INTO meta VALUES ('a', 'b')")
    writing.close()
    with pytest.raises(DatabaseUnusable, match="read-only"), open_to_read(path) as db:
        meta.put(db, "k", "w")


def test_it_is_refused_in_one_sentence_where_it_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "chenbao.db"
    with pytest.raises(DatabaseUnusable, match="there is no database"), open_to_read(path):
        pass
    with sqlite3.connect(path) as foreign:
        foreign.execute("CREATE TABLE t (a)")
    with pytest.raises(DatabaseUnusable, match="another program"), open_to_read(path):
        pass
    path.unlink()
    open_database(path).close()
    with sqlite3.connect(path) as changed:
        changed.execute("DELETE FROM _sqlite_migrations WHERE name = ?", (known()[-1],))
    with pytest.raises(DatabaseUnusable, match=f"older version .*{known()[-1]}"), open_to_read(path):
        pass
    with sqlite3.connect(path) as changed:
        changed.execute("UPDATE _sqlite_migrations SET name = 'm999_later' WHERE name = ?", (known()[-2],))
    with pytest.raises(DatabaseUnusable, match="newer version"), open_to_read(path):
        pass
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(DatabaseUnusable, match="cannot"), open_to_read(folder):
        pass
