"""What Litestream, which replicates the store (https://litestream.io), keeps in it."""

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.database import Database

TABLES = ("_litestream_seq", "_litestream_lock")
"""Its own two tables (0.5), made when it first opens a database."""


def is_replicated(db: "Database") -> bool:
    """Whether Litestream has ever replicated this store."""
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (TABLES[0],)).fetchone() is not None


def take_out(connection: sqlite3.Connection) -> None:
    """Drop them: a copy begins a life of its own."""
    for table in TABLES:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
