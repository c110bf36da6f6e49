"""Opening the store: one SQLite file in WAL mode with foreign keys on, one writer, times in UTC.

A `Database` belongs to the thread that opened it. Named queries (one file per noun in this package) take it as
their first argument; nobody else speaks SQL.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storage import files, lock, state
from storage.errors import DatabaseUnusable, describe, is_lock
from storage.uncounted import Uncounted

if TYPE_CHECKING:
    import sqlite_utils

IN_MEMORY = ":memory:"
"""The path of a store without a file."""
CACHE_KILOBYTES = 8_000
"""Of pages of the store in memory."""
WORTH_GIVING_BACK = 0.2
"""Share of a store's pages that are empty after an upgrade, from which on it is written anew."""
BUSY_SECONDS = 10.0
"""How long a statement waits for another process that writes (an import, an older backup) before it fails."""
LOOP_SECONDS = 0.1
"""How long it waits where an event loop waits with it; whoever needs more tries again (`bot.runtime.patience`)."""


class Database:
    """One connection. Statements outside `transaction()` commit by themselves."""

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self.connection = connection
        self.path = path
        self.uncounted = Uncounted()
        """Words of documents that are indexed and not counted yet."""
        self._wait = BUSY_SECONDS
        self._locked_at: int | None = None
        """Changes made so far when somebody else's lock was met, until the next one of ours succeeds."""

    @cached_property
    def utils(self) -> "sqlite_utils.Database":
        """The connection as sqlite-utils sees it: for migrations, transforms and bulk inserts."""
        import sqlite_utils  # noqa: PLC0415 - it brings numpy along: 0.1 s of every start

        return sqlite_utils.Database(self.connection)

    def execute(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> sqlite3.Cursor:
        """Run one statement; rows come back as `sqlite3.Row`."""
        try:
            cursor = self.connection.execute(sql, parameters)
        except sqlite3.OperationalError as error:
            self._failed(error)
            raise
        if self._locked_at is not None:
            self._succeeded()
        return cursor

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> sqlite3.Cursor:
        """Run one statement for each row of parameters."""
        try:
            return self.connection.executemany(sql, rows)
        except sqlite3.OperationalError as error:
            self._failed(error)
            raise

    def insert(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> int:
        """Run an INSERT and return the new row's id."""
        row_id = self.execute(sql, parameters).lastrowid
        assert row_id is not None  # noqa: S101 - sqlite3 sets it for every INSERT
        return row_id

    @contextmanager
    def transaction(self, *, flush: bool = True) -> Iterator[None]:
        """All or nothing; takes the write lock at once. Inside another transaction it is part of that one.

        Without `flush` the disk is not waited for: a power cut (not a kill) may undo it, together with all that was
        written after it and was not flushed either. The next flushing commit of this connection flushes it too.
        """
        if self.connection.in_transaction:
            yield
            return
        if not flush:
            self.connection.execute("PRAGMA synchronous = NORMAL")
        try:
            self.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                self._undo()
                raise
        finally:
            if not flush:
                self.connection.execute("PRAGMA synchronous = FULL")

    def _undo(self) -> None:
        self.uncounted = Uncounted()  # its numbers are given again
        if self.connection.in_transaction:  # a full disk may have undone it already
            self.connection.execute("ROLLBACK")

    def wait_for_locks(self, seconds: float) -> None:
        """How long a statement waits from now on for another process that writes.

        Only the first one that meets its lock does: the others would add their time to that, one after the other. They
        fail at once until something could be written again.
        """
        self._wait, self._locked_at = seconds, None
        self._set_timeout(seconds)

    def _failed(self, error: sqlite3.OperationalError) -> None:
        if self._locked_at is None and is_lock(error):
            self._locked_at = self.connection.total_changes
            self._set_timeout(0.0)

    def _succeeded(self) -> None:
        """Reading does not say that the lock is gone; a change does, and a transaction that holds it."""
        if self.connection.in_transaction or self.connection.total_changes != self._locked_at:
            self._locked_at = None
            self._set_timeout(self._wait)

    def _set_timeout(self, seconds: float) -> None:
        self.connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")

    def backup(self, target: Path) -> None:
        """Copy the whole store to `target` while it is in use; the copy appears complete or not at all.

        Raises OSError where it cannot be made.
        """
        partial = target.with_name(target.name + ".partial")
        partial.unlink(missing_ok=True)
        files.create(partial)
        copy = sqlite3.connect(partial)
        try:
            self.connection.backup(copy)
        finally:
            copy.close()
        partial.replace(target)

    def data_version(self) -> int:
        """A number that changes whenever another connection has written; this connection's writes do not count."""
        return int(self.execute("PRAGMA data_version").fetchone()[0])

    def version(self) -> tuple[int, int]:
        """A value that changes whenever any connection has written."""
        return self.connection.total_changes, self.data_version()

    def size(self) -> int:
        """Bytes of the store, without its write-ahead log."""
        row = self.execute(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        ).fetchone()
        return int(row[0])

    def close(self) -> None:
        """Close the database; the write-ahead log is merged into the file."""
        self.connection.close()


def open_database(path: str | Path, *, create: bool = True, keep_old: bool = True) -> Database:
    """Open the store at `path` and bring its schema up to date; where there is none, one is made if `create` is given.

    Before it changes the schema of a store that is in use, it keeps a copy beside it (`kept_before`), unless `keep_old` is
    false.

    The file and its logs are for their owner alone. Raises DatabaseUnusable, naming the path, where it cannot be
    opened, written or understood, or is the database of another program.
    """
    if str(path) != IN_MEMORY:
        _prepare(Path(path), create=create)
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    except sqlite3.Error as error:
        why = "it is a folder" if Path(path).is_dir() else describe(error)
        raise DatabaseUnusable(f"cannot open the database {path}: {why}") from error
    try:
        connection.row_factory = sqlite3.Row
        if problem := state.is_foreign(connection, may_be_empty=create):
            connection.close()
            raise DatabaseUnusable(f"the database {path} {problem}")
        connection.execute("PRAGMA journal_mode = WAL")
        # A flush waits for the disk whatever there is to flush: twice as much at once takes no longer (20 to 30 ms here).
        connection.execute("PRAGMA wal_autocheckpoint = 2000")
        # With SQLite's own 2 MB, what is new was found ever more slowly from 10,000 articles on.
        connection.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
        # A power cut must not forget an acknowledged delivery; writes are batched, so the flush is affordable.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        database = Database(connection, str(path))
        newer = "" if state.is_current(connection) else _bring_up_to_date(database, keep_old=keep_old)
    except sqlite3.Error as error:
        connection.close()
        raise DatabaseUnusable(f"cannot use the database {path}: {describe(error)}") from error
    if newer:
        connection.close()
        raise DatabaseUnusable(f"the database {path} {newer}")
    return database


def kept_before(store: Path, migration: str) -> Path:
    """Where the copy is that was made before the store went through that migration."""
    return store.with_name(f"{store.name}.before-{migration}")


def _keep_old(database: Database, store: Path) -> None:
    """Copy a store that is to be migrated; of earlier upgrades' copies none is left.

    Raises DatabaseUnusable where there is no room for it.
    """
    from storage.migrations import waiting  # noqa: PLC0415 - as in `Database.utils`

    behind = waiting(database.connection)
    if not behind or not state.applied(database.connection):
        return
    copy = kept_before(store, behind[0])
    try:
        if not copy.exists():
            database.backup(copy)
    except (OSError, sqlite3.Error) as error:
        copy.with_name(copy.name + ".partial").unlink(missing_ok=True)
        why = error.strerror if isinstance(error, OSError) else describe(error)
        raise DatabaseUnusable(
            f"the database {store} is to be upgraded, and no copy of it can be kept before ({why}); make room first"
        ) from error
    for older in store.parent.glob(f"{store.name}.before-m[0-9][0-9][0-9]_*"):
        if older != copy:
            older.unlink(missing_ok=True)


def _bring_up_to_date(database: Database, *, keep_old: bool) -> str:
    """Empty, or in words that the store is of a newer version of the program; then nothing is changed."""
    from storage.migrations import MIGRATIONS, newer_than_known  # noqa: PLC0415 - as in `Database.utils`

    in_file = database.path != IN_MEMORY
    with lock.turn_to_upgrade(Path(database.path).resolve().parent) if in_file else nullcontext():
        if newer := newer_than_known(database.connection):
            return newer
        if keep_old and in_file:
            _keep_old(database, Path(database.path).resolve())
        MIGRATIONS.apply(database.utils)
        # Before the file is written anew: what is killed for that must not be killed for it at every start.
        state.note_current(database.connection)
        _give_back(database.connection)
    return ""


def _give_back(connection: sqlite3.Connection) -> None:
    """Write the store anew where a migration has left much of it empty: the disk gets the room back.

    Where that cannot be done now, for want of room, because somebody else writes or a page is damaged that nobody has read,
    new articles take the empty pages.
    """
    pages, empty = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count")
    )
    if empty < pages * WORTH_GIVING_BACK:
        return
    # What is in the log goes to the file before: where the store cannot be written anew, the log gives its room back, too.
    for statement in ("PRAGMA wal_checkpoint (PASSIVE)", "VACUUM", "PRAGMA wal_checkpoint (TRUNCATE)"):
        with suppress(sqlite3.DatabaseError):
            connection.execute(statement)


def _prepare(path: Path, *, create: bool) -> None:
    """See to it that the file is there, and private. Raises DatabaseUnusable where it is not."""
    try:
        if create:
            files.create(path.resolve())
        elif not path.exists():
            raise DatabaseUnusable(
                f"there is no database {path}; `chenbao run`, `collect` and `import` make one"
            )
    except OSError as error:
        raise DatabaseUnusable(f"cannot open the database {path}: {error.strerror}") from error
    files.tighten(path.resolve())


def to_text(moment: datetime) -> str:
    """An aware time as the store writes it: UTC, fixed width, so that text order is time order."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone came to the store")
    return f"{moment.astimezone(UTC).isoformat()[:19]}Z"


def from_text(text: str) -> datetime:
    """The aware UTC time that `to_text` wrote."""
    return datetime.fromisoformat(text)


def maybe_text(moment: datetime | None) -> str | None:
    """`to_text` for a time that may be missing."""
    return None if moment is None else to_text(moment)


def maybe_time(text: str | None) -> datetime | None:
    """`from_text` for a column that may be NULL."""
    return None if text is None else from_text(text)
