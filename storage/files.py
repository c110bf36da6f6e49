"""Files with readers' data in them: for their owner alone, whatever the umask of the process."""

import contextlib
import os
import stat
from pathlib import Path

PRIVATE = 0o600
LOGS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database; it gives a new one the mode of the database itself
(https://www.sqlite.org/src/file/src/os_unix.c, `findCreateFileMode`)."""


def create(path: Path) -> bool:
    """Make an empty private file at `path`; False where there is a file already, which stays as it is.

    It is private from its first moment on. Raises OSError where it cannot be made.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE)
    except FileExistsError:
        return False
    try:
        os.fchmod(handle, PRIVATE)  # a umask can only take away, and might take our own rights
    finally:
        os.close(handle)
    return True


def tighten(path: Path) -> None:
    """Take a database and its logs away from everybody but their owner, where that is us.

    Files of another user, and those on a disk that knows no modes or is read-only, stay as they are: `loose` names them.
    """
    for file in _with_logs(path):
        with contextlib.suppress(OSError):
            found = file.stat()
            if (
                stat.S_ISREG(found.st_mode)
                and found.st_mode & ~PRIVATE & 0o777
                and found.st_uid == os.geteuid()
            ):
                file.chmod(PRIVATE)


def loose(path: Path) -> list[Path]:
    """Those of a database and its logs, and of what backups and restores left beside it, that others may read or write."""
    found = [*_with_logs(path), *sorted(path.parent.glob(f"{path.name}.*"))]
    return [file for file in found if file.is_file() and file.stat().st_mode & 0o077]


def _with_logs(path: Path) -> list[Path]:
    return [path, *(path.with_name(path.name + suffix) for suffix in LOGS)]
