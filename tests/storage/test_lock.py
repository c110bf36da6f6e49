"""One run for one file, under whatever name it is reached."""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import InputError
from bot.jobs import store_admin
from storage import lock, meta
from storage.database import open_database
from storage.errors import DatabaseUnusable
from storage.lock import only_one

NOW = datetime(2026, 11, 24, tzinfo=UTC)
RUN = """
import sys
from pathlib import Path
from storage import meta
from storage.database import open_database
from storage.lock import only_one
path = Path(sys.argv[1])
with only_one(path):
    db = open_database(path)
    other = open_database(path)  # SQLite opens and closes the file as it likes
    meta.put(other, "key", "value")
    other.close()
    print("runs", flush=True)
    sys.stdin.read()
    db.close()
"""


@contextmanager
def running(path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that runs on the store."""
    command = [sys.executable, "-c", RUN, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "runs\n"
        yield process
        process.kill()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "news.db"
    open_database(path).close()
    return path


def link(store: Path, kind: str) -> Path:
    """Another name of the store."""
    folder = store.parent / "elsewhere"
    folder.mkdir()
    other = folder / "other.db"
    if kind == "symbolic":
        other.symlink_to(store)
    elif kind == "hard":
        other.hardlink_to(store)
    else:
        folder.rmdir()
        folder.symlink_to(store.parent)
        other = folder / store.name
    return other


@pytest.mark.parametrize("kind", ["symbolic", "hard", "folder"])
def test_a_link_leads_to_the_same_lock(store: Path, kind: str) -> None:
    other = link(store, kind)
    with (
        running(store),
        pytest.raises(DatabaseUnusable, match=r"another `chenbao run` uses .*stop it first"),
        only_one(other),
    ):
        pass
    with running(other), pytest.raises(DatabaseUnusable, match="another"), only_one(store):
        pass
    with only_one(other):  # both have ended, killed as they were
        pass


def test_a_renamed_store_keeps_its_lock(store: Path) -> None:
    with running(store):
        moved = store.rename(store.with_name("moved.db"))
        with pytest.raises(DatabaseUnusable, match=r"uses .*moved\.db"), only_one(moved):
            pass
        with only_one(store):  # another file by now
            assert store.stat().st_size == 0


def test_a_restore_waits_for_the_end_of_the_run(store: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    db = open_database(store)
    store_admin.back_up(db, copy)
    db.close()
    inode = store.stat().st_ino
    other = link(store, "symbolic")
    with running(store):
        for path in (store, other):
            with pytest.raises(InputError, match=r"news\.db is in use; stop the bot first"):
                store_admin.restore(copy, path, NOW, force=True)
        assert store.stat().st_ino == inode
    kept = store_admin.restore(copy, other, NOW, force=True)
    assert kept is not None
    assert (kept.parent, kept.stat().st_ino) == (tmp_path, inode)
    assert other.is_symlink()
    assert store.stat().st_ino != inode


def test_no_run_begins_on_a_file_that_lost_its_name_to_a_restore(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between opening the file and locking it, the name went to another one."""
    plain = lock._lock
    times: list[int] = []

    def late(handle: int, path: Path) -> None:
        if not times:
            path.rename(path.with_name("kept.db"))
            open_database(path).close()
        times.append(handle)
        plain(handle, path)

    monkeypatch.setattr(lock, "_lock", late)
    with only_one(store), pytest.raises(DatabaseUnusable, match="another"), only_one(store):
        pass
    assert len(times) == 3


def test_a_name_that_vanishes_meanwhile_is_made_again(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = lock._lock
    times: list[int] = []

    def late(handle: int, path: Path) -> None:
        if not times:
            path.unlink()
        times.append(handle)
        plain(handle, path)

    monkeypatch.setattr(lock, "_lock", late)
    with only_one(store):
        assert store.exists()


def test_sqlites_own_locks_and_ours_do_not_meet(store: Path) -> None:
    """Others read, write and back up as always while the bot runs."""
    with running(store):
        begun = time.monotonic()
        db = open_database(store)
        assert meta.get(db, "key") == "value"
        with db.transaction():
            meta.put(db, "other", "value")
        db.close()
        assert time.monotonic() - begun < 5


def test_a_place_that_cannot_be_opened_or_locked_is_named(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = tmp_path / "nowhere" / "news.db"
    with pytest.raises(DatabaseUnusable, match=r"cannot open the database .*nowhere"), only_one(missing):
        pass

    def refuse(*_: object) -> None:
        raise OSError(37, os.strerror(37))

    monkeypatch.setattr(fcntl, "fcntl", refuse)
    with (
        pytest.raises(DatabaseUnusable, match=r"cannot lock the database .*No locks available"),
        only_one(store),
    ):
        pass
