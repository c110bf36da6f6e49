"""What editions tell, stored once: what earlier versions stored is taken over."""

import sqlite3
from pathlib import Path

import sqlite_utils

from storage import deliveries, editions, exports
from storage.database import open_database
from storage.migrations import MIGRATIONS

ROWS = """
INSERT INTO sources (id, url, title, kind, created_at) VALUES (1, 'u', 't', 'feed', '2026-11-23T00:00:00Z');
INSERT INTO stories (id, first_at, last_at) VALUES (5, '2026-11-23T00:00:00Z', '2026-11-23T00:00:00Z');
INSERT INTO articles (id, source_id, guid, url, canonical_url, title, title_key, text, publisher, published_at, fetched_at,
    story_id) VALUES (9, 1, 'g', 'u', 'u', '标题', 'k', '', '例报', '2026-11-23T00:00:00Z', '2026-11-23T00:00:00Z', 5);
INSERT INTO chats (id, telegram_chat_id, kind, title, language, zone, briefing_time, weekdays, max_items, created_at)
    VALUES (1, 7, 'private', '', 'zh-Hans', 'UTC', '08:00', '[1]', 12, '2026-11-23T00:00:00Z');
INSERT INTO editions (id, chat_id, local_date, slot, state, considered, created_at) VALUES
    (3, 1, '2026-11-23', 'morning', 'composed', 1, '2026-11-23T00:00:00Z'),
    (4, 1, '2026-11-24', 'morning', 'quiet', 0, '2026-11-24T00:00:00Z');
INSERT INTO edition_items (edition_id, position, story_id, article_id, section, reason, follow_up)
    VALUES (3, 0, 5, 9, 'companies', 'ai', 1);
INSERT INTO deliveries (edition_id, part, not_before) VALUES (3, 0, '2026-11-23T00:00:00Z');
"""


def test_editions_of_an_earlier_version_keep_their_stories(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    MIGRATIONS.apply(sqlite_utils.Database(connection), stop_before="m007_compositions")
    connection.executescript(ROWS)
    connection.close()
    db = open_database(path)
    try:
        told, quiet = editions.by_id(db, 3), editions.by_id(db, 4)
        assert told is not None
        assert quiet is not None
        (item,) = told.items
        assert (item.story.id, item.section, item.reason, item.follow_up) == (5, "companies", "ai", True)
        assert quiet.items == ()
        assert db.execute("SELECT count(*) FROM deliveries").fetchone()[0] == 1
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        db.execute("DELETE FROM chats")
        for table in ("editions", "compositions", "deliveries"):
            assert db.utils[table].count == 0, table
    finally:
        db.close()


def test_what_was_seen_in_an_edition_that_is_no_more_stays_known(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    MIGRATIONS.apply(sqlite_utils.Database(connection), stop_before="m007_compositions")
    connection.executescript(ROWS)
    MIGRATIONS.apply(sqlite_utils.Database(connection), stop_before="m013_told_is_known")
    connection.executescript(
        "UPDATE deliveries SET state = 'sent';"
        "INSERT INTO stories (id, first_at, last_at) VALUES (6, '2026-11-23T00:00:00Z', '2026-11-23T00:00:00Z');"
        "INSERT INTO seen_stories VALUES (1, 5, '2026-11-23T00:00:00Z'), (1, 6, '2026-11-22T00:00:00Z');"
    )
    connection.close()
    db = open_database(path)
    try:
        assert deliveries.known_stories(db, 1) == {5, 6}
        assert {row["story_id"] for row in exports.of_chat(db, 1)["seen"]} == {5, 6}
        assert db.execute("SELECT count(*) FROM editions").fetchone()[0] == 3
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        db.close()
