"""Store administration: figures, backup, restore, and a check of everything that an operator sets up."""

import shlex
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.config import Config
from bot.errors import InputError
from bot.runtime import zonedata
from bot.runtime.services import Reading
from bot.search.search import index_is_current
from storage import counts, files, integrity, sources, witness
from storage.database import Database
from storage.errors import DatabaseUnusable
from storage.lock import only_one
from storage.models import Counts

STALE_YEARS = 2
ZONES_NAMED = 6
SQLITE = b"SQLite format 3\0"
"""How every database begins."""
FAILURES = 3
"""From so many failed fetches in a row on, a source counts as failing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, in words for the operator."""

    check: str
    ok: bool
    finding: str


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


def examine(config: Config, db: Database, reading: Reading, now: datetime) -> list[Finding]:
    """Settings, store, index, sources and rules of time zones, each with whether it is as it should be."""
    state = integrity.check(db)
    current = index_is_current(db, reading.segmenter)
    failing = [source.title for source in sources.listed(db) if source.failures >= FAILURES]
    return [
        Finding("settings", True, "every value can be used"),
        Finding(
            "token",
            bool(config.token),
            "set" if config.token else "TELEGRAM_BOT_TOKEN is missing (needed by run)",
        ),
        Finding(
            "owners",
            bool(config.owners),
            str(len(config.owners)) if config.owners else "CHENBAO_OWNERS is empty: nobody administers",
        ),
        Finding("store", state == "ok", f"{config.database}: {state}"),
        _modes(config.database),
        Finding(
            "index",
            current,
            "made by the segmentation in force"
            if current
            else "made by another segmentation; `run` makes it anew",
        ),
        Finding("sources", not failing, ", ".join(failing) or "none fails again and again"),
        _zones(zonedata.in_force(), now),
    ]


def _modes(store: Path) -> Finding:
    """Whether only the bot's user can read what readers told it."""
    loose = files.loose(store.resolve())
    if not loose:
        return Finding("modes", True, "only their owner can read the store's files")
    return Finding("modes", False, f"others can read or write them: chmod 600 {shlex.join(map(str, loose))}")


def _zones(data: zonedata.ZoneData, now: datetime) -> Finding:
    """Which rules of time zones hold, and where this machine's own tell another time."""
    current = now.year - int(data.version[:4]) < STALE_YEARS
    if not current:
        return Finding(
            "zones", False, f"the rules are those of {data.version}: update the system or the tzdata package"
        )
    if not data.packaged:
        return Finding("zones", True, f"{data.version}, the system's, newer than the tzdata package's")
    found = f"{data.version}, the tzdata package's"
    if data.system is None:
        return Finding("zones", True, f"{found}; the system has none")
    if data.system_version == data.version:
        return Finding("zones", True, f"{found} and the system's")
    found += f"; the system's ({data.system_version or 'of unknown age'}) are not used"
    differing = zonedata.differing(data, now)
    if differing:
        named = ", ".join(differing[:ZONES_NAMED])
        more = f" and {len(differing) - ZONES_NAMED} more" if len(differing) > ZONES_NAMED else ""
        found += f": in the next half year they tell another time in {named}{more}"
    return Finding("zones", True, found)


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
