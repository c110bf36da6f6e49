"""The store opened so that nothing can be written: SQLite itself refuses, whatever is asked of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from storage.database import LOOP_SECONDS, Database
from storage.errors import DatabaseUnusable, OtherVersion, describe, is_trouble
from storage.state import is_current, is_foreign


@contextmanager
def open_to_read(path: Path) -> Iterator[Database]:
    """The store at `path`, as it is right now; other processes go on writing meanwhile.

    Raises DatabaseUnusable, in one sentence that names the path, where there is no store that can be read;
    OtherVersion where another version of the program wrote it.
    """
    if not path.exists():
        raise DatabaseUnusable(f"there is no database {path}; `chenbao run`, `collect` and `import` make one")
    try:
        connection = sqlite3.connect(
            f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, timeout=LOOP_SECONDS, isolation_level=None
        )
    except sqlite3.Error as error:
        raise DatabaseUnusable(f"cannot open the database {path}: {describe(error)}") from error
    try:
        connection.row_factory = sqlite3.Row
        if problem := is_foreign(connection, may_be_empty=False):
            raise DatabaseUnusable(f"the database {path} {problem}")
        if problem := _version_problem(connection):
            raise OtherVersion(f"the database {path} {problem}")
        yield Database(connection, str(path))
    except sqlite3.Error as error:
        if not is_trouble(error):
            raise
        raise DatabaseUnusable(f"cannot use the database {path}: {describe(error)}") from error
    finally:
        connection.close()


def _version_problem(connection: sqlite3.Connection) -> str:
    """Empty, or in words why this version of the program cannot read the store as it is."""
    if is_current(connection):
        return ""
    from storage.migrations import newer_than_known, waiting  # noqa: PLC0415 - as in `storage.database`

    if problem := newer_than_known(connection):
        return problem
    behind = waiting(connection)
    return (
        f"was written by an older version of Chenbao ({behind[0]} is missing); start the bot once"
        if behind
        else ""
    )
