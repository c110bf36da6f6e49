"""Whether a file is a sound store of Chenbao's, and whether somebody else has it open."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from storage import files, replica
from storage.database import Database, open_database
from storage.errors import DatabaseUnusable

TABLES = frozenset({"sources", "articles", "stories", "chats", "editions", "deliveries"})
"""What every version of the store has."""
WAIT_SECONDS = 1.0


def check(db: Database) -> str:
    """`ok`, or what SQLite finds wrong with the file."""
    return _found(db.connection)


def back_up(db: Database, target: Path) -> None:
    """Copy the store to `target` while it is in use; the copy is checked before it gets its name.

    Raises DatabaseUnusable or OSError where it cannot be written.
    """
    unchecked = target.with_name(target.name + ".unchecked")
    try:
        db.backup(unchecked)
        _without_replica(unchecked)
        problem = _problem(unchecked)
    except sqlite3.Error as error:
        raise DatabaseUnusable(str(error)) from error
    if problem:
        raise DatabaseUnusable(f"the copy {problem}")
    unchecked.replace(target)


def copy_of_store(file: Path, target: Path) -> None:
    """Copy a store's file to `target`, checked and brought up to date; `file` itself stays as it is.

    Raises DatabaseUnusable where it is no sound store; OSError where it cannot be copied.
    """
    log = file.with_name(file.name + "-wal")
    _copy(file, target)
    if log.exists():
        _copy(log, target.with_name(target.name + "-wal"))
    problem = _problem(target)
    if problem:
        raise DatabaseUnusable(f"it {problem}")
    open_database(target, keep_old=False).close()
    _without_replica(target)


def _without_replica(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        replica.take_out(connection)


def _copy(file: Path, target: Path) -> None:
    """Copy the bytes into a new private file."""
    target.unlink(missing_ok=True)
    files.create(target)
    shutil.copyfile(file, target)


def _problem(path: Path) -> str:
    from storage.migrations import newer_than_known  # noqa: PLC0415 - with sqlite-utils and numpy

    connection = sqlite3.connect(path)
    try:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables >= TABLES:
            return "holds no store of Chenbao"
        if newer := newer_than_known(connection):
            return newer
        found = _found(connection)
    except sqlite3.DatabaseError as error:
        return f"cannot be read: {error}"
    finally:
        connection.close()
    return "" if found == "ok" else f"is damaged: {found}"


def _found(connection: sqlite3.Connection) -> str:
    """`ok`, or the first thing that is wrong, on one line."""
    return " ".join(str(connection.execute("PRAGMA quick_check(1)").fetchone()[0]).split())


def in_use(path: Path) -> bool:
    """Whether another process has the store at `path` open; else its write-ahead log is folded into it.

    Leaving WAL mode takes an exclusive lock, which nobody gets while another connection is open
    (https://www.sqlite.org/pragma.html#pragma_journal_mode). A file that is no database is in nobody's use.
    """
    connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
    try:
        mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()
    return bool(mode == "wal")
