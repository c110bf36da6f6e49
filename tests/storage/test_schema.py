"""What `storage/schema.py` shows is what the migrations make."""

import re
import sqlite3

import pytest

from storage.database import open_database
from storage.schema import SCHEMA

OWN = ("sqlite_", "_sqlite_migrations", "idx__sqlite_migrations")
"""How the names begin of what SQLite and sqlite-utils keep for themselves."""
PARTS = re.compile(r",(?![^()]*(?:\([^()]*\)[^()]*)*\))")
"""Commas that stand in no parentheses."""


def normalised(sql: str) -> tuple[str, ...]:
    """A statement without comments and spaces that mean nothing; a table's columns and constraints in any order."""
    plain = re.sub(r"--[^\n]*", "", sql)
    plain = re.sub(r"\s+", " ", re.sub(r"\s*([(),=])\s*", r"\1", plain)).strip()
    table = re.fullmatch(r"(CREATE TABLE \w+)\((.*)\)([\w, ]*)", plain)
    if table is None:
        return (plain,)
    return (table[1], *sorted(part.strip() for part in PARTS.split(table[2])), table[3].strip())


def described(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: normalised(sql) for name, sql in rows if not name.startswith(OWN)}


def shown(script: str) -> dict[str, tuple[str, ...]]:
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(script)
        return described(connection)
    finally:
        connection.close()


def test_the_schema_is_what_the_migrations_make() -> None:
    database = open_database(":memory:")
    try:
        made = described(database.connection)
    finally:
        database.close()
    assert len(made) >= 50
    assert shown(SCHEMA) == made


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("weight REAL NOT NULL DEFAULT 1.0", "weight REAL NOT NULL DEFAULT 1.5"),
        ("UNIQUE (edition_id, part)", "UNIQUE (edition_id)"),
        (" WHERE state = 'new'", ""),
        ("WHERE story_id = OLD.story_id)", "WHERE story_id = OLD.id)"),
    ],
)
def test_a_difference_would_be_seen(before: str, after: str) -> None:
    assert SCHEMA.count(before) == 1
    assert shown(SCHEMA) != shown(SCHEMA.replace(before, after))


def test_the_order_of_columns_is_free() -> None:
    assert normalised(
        "CREATE TABLE a (b TEXT, c TEXT DEFAULT (x(1, 2)), -- d\n UNIQUE (b, c)) STRICT"
    ) == normalised("CREATE TABLE a(UNIQUE(b,c),c TEXT DEFAULT(x(1,2)),b TEXT) STRICT")
