"""The store's own errors, and what SQLite's errors mean to an operator."""

import sqlite3

WAYS_OUT = {
    sqlite3.SQLITE_FULL: "the disk is full; make room",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written; see whether it is full or failing",
    sqlite3.SQLITE_READONLY: "it is read-only; let the bot's user write the file and its folder",
    sqlite3.SQLITE_BUSY: "another process keeps it locked; end that one",
    sqlite3.SQLITE_LOCKED: "another process keeps it locked; end that one",
    sqlite3.SQLITE_CORRUPT: "it is damaged; look with `chenbao doctor`, then stop the bot and put a backup in place: "
    "`chenbao restore FILE --force`",
    sqlite3.SQLITE_NOTADB: "it is no database; put a backup in place: `chenbao restore FILE --force`",
}
"""By SQLite's primary result code (https://www.sqlite.org/rescode.html), what the operator can do."""
LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class DatabaseUnusable(Exception):  # noqa: N818 - names the state that the operator must mend
    """The file cannot be opened, written or understood; `str()` is one sentence naming it."""


class OtherVersion(DatabaseUnusable):
    """The store is of an older or newer version of the program."""


def is_trouble(error: BaseException) -> bool:
    """Whether the file or its disk is to blame, which an operator mends, and no statement of ours."""
    return isinstance(error, sqlite3.Error) and _code(error) in WAYS_OUT


def may_pass(error: BaseException) -> bool:
    """Trouble after which the same statement can succeed: a damaged file stays damaged."""
    return isinstance(error, sqlite3.Error) and _code(error) in WAYS_OUT.keys() - DAMAGED


def is_lock(error: BaseException) -> bool:
    """Whether another process was writing; a moment later the same statement can succeed."""
    return isinstance(error, sqlite3.Error) and _code(error) in LOCKED


def describe(error: sqlite3.Error) -> str:
    """What SQLite says, and what can be done about it."""
    way_out = WAYS_OUT.get(_code(error))
    return f"{error} ({way_out})" if way_out else str(error)


def _code(error: sqlite3.Error) -> int:
    """The primary result code: an extended one carries it in its low byte."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
