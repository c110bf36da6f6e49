"""A store of every release migrates with all its data, a copy is kept before, and a newer store is refused kindly.

`tests/data/releases/VERSION.sql` is what that release's own code wrote: invented articles, a reader, an edition.
"""

import errno
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.briefing.filling import ReaderProfile
from bot.config import Config
from bot.jobs.editions.preview import preview
from bot.runtime.newsroom import open_reading
from storage import chats, deliveries, editions, inbox, integrity, stories, subscriptions
from storage.database import Database, kept_before, open_database
from storage.errors import DatabaseUnusable
from storage.migrations import known
from storage.state import applied

ROOT = Path(__file__).resolve().parents[2]
RELEASES = sorted((ROOT / "tests" / "data" / "releases").glob("*.sql"))
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def laid_down(release: Path, folder: Path) -> Path:
    """The release's store, as a file."""
    path = folder / "chenbao.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(release.read_text(encoding="utf-8"))
        connection.execute("PRAGMA journal_mode = WAL")
    return path


def test_every_release_has_its_store() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert {file.stem for file in RELEASES} == set(
        re.findall(r"^## \[?(\d+\.\d+\.\d+)", changelog, re.MULTILINE)
    )


@pytest.mark.parametrize("release", RELEASES, ids=lambda file: file.stem)
def test_a_release_migrates_with_its_data(release: Path, tmp_path: Path) -> None:
    path = laid_down(release, tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        before = applied(connection)
    with closing(open_database(path)) as db:
        assert applied(db.connection) == known()
        assert integrity.check(db) == "ok"
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        chat = chats.by_address(db, 4711, None)
        assert chat is not None
        assert (chat.zone, chat.briefing_time, chat.onboarded) == ("Asia/Shanghai", "07:30", True)
        assert {item.value for item in subscriptions.of(db, chat.id)} == {"semiconductor", "澜川"}
        edition = editions.latest(db, chat.id, NOW.date())
        assert edition is not None
        assert [len(item.story.articles) for item in edition.items] == [2, 1]
        [sent] = deliveries.of_edition(db, edition.id)
        assert (sent.state, sent.telegram_message_id) == ("sent", 99)
        assert deliveries.known_stories(db, chat.id) == {item.story.id for item in edition.items}
        assert [number for number, _ in inbox.waiting(db)]
        reading = open_reading(Config(database=path), db, NOW)
        found = reading.search.find(db, "澜川", now=NOW)
        assert [hit.article.url for hit in found.hits] == ["https://n.example.com/2"]
        fresh = preview(db, reading.taxonomy, ReaderProfile((), (), 12), Config().zone, NOW)
        assert fresh.items
        assert len(stories.by_ids(db, [1, 2, 3])) == 3
    [kept] = tmp_path.glob("chenbao.db.before-*")
    assert kept == kept_before(path, known()[len(before)])
    with closing(sqlite3.connect(kept)) as connection:
        assert applied(connection) == before
    assert kept.stat().st_mode & 0o077 == 0


def test_one_copy_is_kept_and_a_new_store_needs_none(tmp_path: Path) -> None:
    path = tmp_path / "chenbao.db"
    open_database(path).close()
    open_database(path).close()
    assert list(tmp_path.glob("*.before-*")) == []
    older = kept_before(path, "m003_folders")
    older.write_bytes(b"the copy of the upgrade before")
    other = path.with_name("chenbao.db.before-restore-20261124T000000Z")
    other.write_bytes(b"what a restore kept")
    path.unlink()
    laid_down(RELEASES[0], tmp_path)
    open_database(path).close()
    assert not older.exists()
    assert other.exists()
    assert len(list(tmp_path.glob("*.before-m*"))) == 1


def test_without_room_for_the_copy_nothing_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = laid_down(RELEASES[0], tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        before = applied(connection)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Database, "backup", full)
    with pytest.raises(
        DatabaseUnusable, match=r"is to be upgraded.*\(No space left on device\); make room first"
    ):
        open_database(path)
    with closing(sqlite3.connect(path)) as connection:
        assert applied(connection) == before


def test_a_newer_store_is_refused_kindly_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "chenbao.db"
    open_database(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('chenbao', 'm999_later', '2030')"
        )
    content = path.read_bytes()
    with pytest.raises(
        DatabaseUnusable, match=r"newer version of Chenbao \(m999_later\); update Chenbao first"
    ):
        open_database(path)
    assert path.read_bytes() == content
