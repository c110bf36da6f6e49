"""What people are to be told: what an earlier version stored of sources is kept when chats join it."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import sqlite_utils

from storage import chats, notices
from storage.database import open_database
from storage.migrations import MIGRATIONS

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ROWS = """
INSERT INTO sources (id, url, title, kind, created_at) VALUES (1, 'u', '例报', 'feed', '2026-11-23T00:00:00Z');
INSERT INTO chats (id, telegram_chat_id, kind, title, language, zone, briefing_time, weekdays, max_items, created_at)
    VALUES (1, 7, 'private', '', 'zh-Hans', 'UTC', '08:00', '[1]', 12, '2026-11-23T00:00:00Z');
INSERT INTO notices (id, owner_id, kind, source_id, failures, problem, created_at, not_before, state) VALUES
    (3, 7, 'failing', 1, 8, 'timeout', '2026-11-23T00:00:00Z', '2026-11-23T00:00:00Z', 'pending'),
    (4, 7, 'back', 1, 0, '', '2026-11-23T00:00:00Z', '2026-11-23T00:00:00Z', 'sent');
"""


def test_notices_of_an_earlier_version_are_still_told(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        MIGRATIONS.apply(sqlite_utils.Database(connection), stop_before="m019_resting_chats")
        connection.executescript(ROWS)
    with closing(open_database(path)) as db:
        chat = chats.by_id(db, 1)
        assert chat is not None
        assert chat.rests_since is None
        notices.add_resting(db, [7], chat, 3, "no rights", NOW)
        told = notices.pending(db, NOW)[7]
        assert [(each.kind, each.title, each.place, each.failures) for each in told] == [
            ("failing", "例报", None, 8),
            ("resting", "", "private", 3),
        ]
        assert db.execute("SELECT count(*) FROM notices WHERE state = 'sent'").fetchone()[0] == 1
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        chats.delete(db, 1)
        assert db.execute("SELECT count(*) FROM notices WHERE kind = 'resting'").fetchone()[0] == 0
