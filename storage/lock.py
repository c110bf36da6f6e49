"""At most one process at a time runs the bot on a store, and at most one brings it up to date."""

import errno
import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storage import files
from storage.errors import DatabaseUnusable

PLACE = 0x40000000 + 1024
"""The byte that is locked. SQLite's own locks are the 512 bytes from 0x40000000 on
(https://www.sqlite.org/src/file/src/os.h, PENDING_BYTE); no lock keeps anybody from writing there."""
TAKEN = frozenset({errno.EAGAIN, errno.EACCES})


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Nobody else is inside this for the same file; the lock goes with the process, however that ends.

    The file itself is locked, which is made where there is none: a symbolic or hard link, or another name that it got
    meanwhile, leads to the same lock. To be left only after every connection of this process to the store is closed,
    because closing any handle on a file ends SQLite's locks on it.

    Raises DatabaseUnusable where another process is inside, or the file cannot be opened.
    """
    while True:
        try:
            files.create(path.resolve())
            handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except OSError as error:
            raise DatabaseUnusable(f"cannot open the database {path}: {error.strerror}") from error
        try:
            _lock(handle, path)
            if not _is_at(path, handle):  # a restore gave the name to another file meanwhile
                continue
            yield
            return
        finally:
            os.close(handle)


@contextmanager
def turn_to_upgrade(folder: Path) -> Iterator[None]:
    """Wait until nobody else is inside this for a store in the folder.

    Two would write one copy of the old store, and begin the same migrations. The folder itself is locked, for whoever
    closes a handle on a store ends SQLite's locks on it. Where a folder cannot be locked (NFS), nobody waits.
    """
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:  # may be written and not listed
        yield
        return
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, path: Path) -> None:
    try:
        if hasattr(fcntl, "F_OFD_SETLK"):
            # Unlike lockf it belongs to this handle, not to the process: SQLite's own opening and closing of the file
            # cannot end it. Unlike flock it does not cover SQLite's bytes where both are one thing (NFS).
            wanted = struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, PLACE, 1, 0)
            fcntl.fcntl(handle, fcntl.F_OFD_SETLK, wanted)
        else:  # pragma: no cover - Linux has it since 3.15
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in TAKEN:
            raise DatabaseUnusable(f"another `chenbao run` uses {path}; stop it first") from error
        raise DatabaseUnusable(f"cannot lock the database {path}: {error.strerror}") from error


def _is_at(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except OSError:
        return False
