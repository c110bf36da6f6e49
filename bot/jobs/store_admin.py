"""Store administration: figures, backup and restore."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from bot.errors import InputError
from storage import counts, files, integrity, witness
from storage.database import Database
from storage.errors import DatabaseUnusable
from storage.figures import Counts
from storage.lock import only_one

SQLITE = b"SQLite format 3\0"
"""How every database begins."""


def figures(db: Database) -> Counts:
    """The number of rows of each kind."""
    return counts.of_everything(db)


def back_up(db: Database, file: Path) -> int:
    """Copy the store to `file`, also while it is in use; returns the copy's bytes.

    The copy is checked before it gets its name. Raises InputError where it cannot be written, is the store itself, or
    would replace what is no database.
    """
    if file.exists() and file.samefile(db.path):
        raise InputError(f"{file} is the store itself; give another name")
    try:
        if file.is_file() and not _is_replaceable(file):
            raise InputError(f"{file} is no backup, and stays as it is; give another name")
        integrity.back_up(db, file)
        return file.stat().st_size
    except (DatabaseUnusable, OSError) as error:
        raise InputError(f"{file} cannot be written: {_reason(error)}") from error
    finally:
        _remove(*(file.with_name(file.name + suffix) for suffix in (".unchecked", ".unchecked.partial")))


def _is_replaceable(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(len(SQLITE)) in {SQLITE, b""}


def restore(file: Path, store: Path, now: datetime, *, force: bool) -> Path | None:
    """Put the backup `file` in place of `store`; returns where the store that was there is kept, if one was.

    It is kept under a name with the time, so that no restore takes away what an earlier one kept.

    Raises InputError where `file` is no backup, the store is in use, or it exists and `force` is not given.
    """
    store = store.resolve()  # a link goes on leading to the store
    if not store.exists():
        _put_in_place(file, store, None)
        witness.disown(store)
        return None
    if not force:
        raise InputError(
            f"{store} exists; add --force to replace it (it is kept beside as .before-restore-TIME)"
        )
    kept = store.with_name(f"{store.name}.before-restore-{now:%Y%m%dT%H%M%SZ}")
    with _stopped(store):
        _put_in_place(file, store, kept)
        witness.disown(store)
    return kept


@contextmanager
def _stopped(store: Path) -> Iterator[None]:
    """Hold the store's lock, so that no bot can use it meanwhile. Raises InputError if one does already."""
    with ExitStack() as lock:
        try:
            lock.enter_context(only_one(store))
        except DatabaseUnusable as error:
            raise InputError(f"{store} is in use; stop the bot first") from error
        yield


def _put_in_place(file: Path, store: Path, kept: Path | None) -> None:
    """The backup becomes the store, and what was there gets the name `kept`. Raises InputError, changing nothing."""
    coming = store.with_name(store.name + ".restoring")
    try:
        integrity.copy_of_store(file, coming)
        if kept is not None:
            if integrity.in_use(store):
                raise InputError(f"{store} is in use; stop the bot first, and what replicates it")
            _move(store, kept)
            files.tighten(kept)
        try:
            coming.replace(store)
        except OSError:
            if kept is not None:
                _move(kept, store)
            raise
    except DatabaseUnusable as error:
        raise InputError(f"{file} is no backup of Chenbao: {error}") from error
    except OSError as error:
        raise InputError(f"{store} cannot be written: {_reason(error)}") from error
    finally:
        _remove(coming)


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def _move(store: Path, to: Path) -> None:
    """Give the store another name, and its log, which holds the newest of it where it was not folded in."""
    for suffix in ("", "-wal", "-shm"):
        file = store.with_name(store.name + suffix)
        if file.exists():
            file.replace(to.with_name(to.name + suffix))


def _remove(*files: Path) -> None:
    for file in files:
        file.unlink(missing_ok=True)
        _remove_logs(file)


def _remove_logs(file: Path) -> None:
    for suffix in ("-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
