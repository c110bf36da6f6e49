"""What a store says of itself, asked before anything in it is used."""

import sqlite3
import zlib
from contextlib import suppress
from functools import cache
from pathlib import Path

from storage import replica
from storage.errors import is_trouble

MIGRATION_SET = "chenbao"


def is_foreign(connection: sqlite3.Connection, *, may_be_empty: bool) -> str:
    """Empty, or in words that the database is no store of Chenbao's."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables <= set(replica.TABLES):  # Litestream may find a new store's file before anything is in it
        return "" if may_be_empty else "is empty"
    return "" if "_sqlite_migrations" in tables else "belongs to another program"


def applied(connection: sqlite3.Connection) -> list[str]:
    """Names of the migrations that the store has been through, in order; none of a new one."""
    try:
        rows = connection.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY name", (MIGRATION_SET,)
        ).fetchall()
    except sqlite3.OperationalError as error:
        if is_trouble(error):
            raise
        return []  # no such table: a new store
    return [row[0] for row in rows]


def is_current(connection: sqlite3.Connection) -> bool:
    """Whether `note_current` said so of this store and this version of the program: to ask the migrations themselves
    takes sqlite-utils and numpy, a tenth of a second of every start."""
    noted: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return noted == _mark(connection) != 0


def note_current(connection: sqlite3.Connection) -> None:
    """The store has been through exactly the migrations of this version of the program."""
    with suppress(sqlite3.OperationalError):  # somebody else writes: the next start asks the migrations again
        connection.execute(f"PRAGMA user_version = {_mark(connection)}")


def _mark(connection: sqlite3.Connection) -> int:
    """Differs with the program's migrations and with those that the store has been through; 0 where they cannot be read."""
    source = _source()
    return zlib.crc32("\n".join(applied(connection)).encode(), zlib.crc32(source)) >> 1 if source else 0


@cache
def _source() -> bytes:
    try:
        here = Path(__file__)
        return b"".join(
            here.with_name(name).read_bytes() for name in ("early_migrations.py", "migrations.py")
        )
    except OSError:
        return b""
