"""A small file beside the store that a restored copy does not bring along: which file is the store here, and until when
it was certainly in use.

A replica or a backup ends before the bot did. What was sent in between is pending in it, and would be sent again; the
witness tells that the store is not the one that was last used here (`bot.jobs.recovery`).
"""

import contextlib
import os
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from storage import files
from storage.database import from_text, to_text

PLACE, ALIVE = "place", "alive"
"""In the store's meta: the id that the witness has, and when the bot was last seen in the store."""
_NOBODY = "0" * 32
_TIME_AT = 32 + 1 + 20 + 1
"""Where the time stands in the line: behind an id and an inode of fixed width."""


@dataclass(frozen=True, slots=True)
class Witness:
    """What the file says."""

    place: str
    """An id made for this file at this place; the store repeats it."""
    inode: int
    alive: datetime
    """When the bot last noted that it runs, aware UTC."""


def file_of(store: Path) -> Path:
    """Where the witness of a store is."""
    store = store.resolve()
    return store.with_name(store.name + ".place")


def new(store: Path, now: datetime) -> Witness:
    """A witness of the file that is there now; not written yet."""
    return Witness(uuid.uuid4().hex, store.stat().st_ino, now)


def is_of(witness: Witness, store: Path) -> bool:
    """Whether it speaks of the file that is there now."""
    return store.stat().st_ino == witness.inode


def read(store: Path) -> Witness | None:
    """What the file says; None where there is none, or one that cannot be understood."""
    try:
        place, inode, alive = file_of(store).read_text(encoding="ascii").split()
        return Witness(place, int(inode), from_text(alive))
    except (OSError, ValueError):
        return None


def write(store: Path, witness: Witness) -> None:
    """Put it down, as a whole or not at all. Raises OSError where it cannot be written."""
    file = file_of(store)
    coming = file.with_name(file.name + ".partial")
    coming.unlink(missing_ok=True)
    files.create(coming)
    coming.write_text(f"{witness.place} {witness.inode:020} {to_text(witness.alive)}\n", encoding="ascii")
    coming.replace(file)


def disown(store: Path) -> None:
    """Another file was put in place of the store: it is not the one that was used here, be it that it got the inode."""
    with contextlib.suppress(OSError):
        if (here := read(store)) is not None:
            write(store, replace(here, place=_NOBODY))


def note(store: Path, alive: datetime) -> None:
    """The bot still runs. Where the file cannot be written, nothing happens: it then says a time long past."""
    with contextlib.suppress(OSError):
        handle = os.open(file_of(store), os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.pwrite(handle, to_text(alive).encode("ascii"), _TIME_AT)
        finally:
            os.close(handle)
