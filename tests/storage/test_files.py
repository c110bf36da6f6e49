"""What holds readers' data is for its owner alone, whatever the umask."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.output import write_private
from bot.errors import InputError
from bot.jobs import store_admin
from storage import files, meta
from storage.database import open_database
from storage.lock import only_one

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o277], ids="{:03o}".format, autouse=True)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


def private(folder: Path, *names: str) -> bool:
    return modes(folder) == dict.fromkeys(names, 0o600)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "store"
    made.mkdir()
    made.chmod(0o755)
    return made


def test_the_store_its_logs_and_the_lock(folder: Path) -> None:
    path = folder / "news.db"
    with only_one(path), closing(open_database(path)) as db:
        meta.put(db, "key", "value")
        assert private(folder, "news.db", "news.db-wal", "news.db-shm")
    assert private(folder, "news.db")


def test_backups_restored_files_and_what_was_there_before(folder: Path) -> None:
    path, copy = folder / "news.db", folder / "copy.db"
    with closing(open_database(path)) as db:
        store_admin.back_up(db, copy)
    copy.chmod(0o644)  # it was carried here from elsewhere
    path.chmod(0o644)
    kept = store_admin.restore(copy, path, NOW, force=True)
    assert kept is not None
    assert modes(folder) == {"news.db": 0o600, kept.name: 0o600, "copy.db": 0o644}
    with closing(open_database(path)) as db:
        store_admin.back_up(db, copy)
    assert private(folder, "news.db", kept.name, "copy.db")


def test_what_an_earlier_version_left_open_is_closed_at_opening(folder: Path) -> None:
    path, link = folder / "news.db", folder / "link.db"
    link.symlink_to(path)
    writer = open_database(link)
    meta.put(writer, "key", "value")
    for file in folder.iterdir():
        file.chmod(0o664)
    assert {file.name for file in files.loose(path)} == {"news.db", "news.db-wal", "news.db-shm"}
    open_database(link).close()
    assert files.loose(path) == []
    writer.close()


def test_another_users_file_is_left_as_it_is_and_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "news.db"
    open_database(path).close()
    path.chmod(0o640)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    open_database(path).close()
    assert files.loose(path) == [path]


def test_exports(folder: Path) -> None:
    file = folder / "feeds.opml"
    file.write_text("old")
    file.chmod(0o644)
    write_private(file, "晨报")
    assert file.read_text("utf-8") == "晨报"
    assert private(folder, "feeds.opml")
    with pytest.raises(InputError, match="cannot be written"):
        write_private(folder / "nowhere" / "feeds.opml", "晨报")


def test_exports_to_what_is_no_file(folder: Path) -> None:
    write_private(Path("/dev/null"), "晨报")
    assert Path("/dev/null").is_char_device()
    assert modes(folder) == {}


def test_a_failed_opening_leaves_the_mode_private(folder: Path) -> None:
    path = folder / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url)")
    assert not files.create(path)
