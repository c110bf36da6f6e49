"""A store of an earlier version, with something of everything in it, and what must be left of it after an upgrade."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlite_utils

from storage.database import to_text
from storage.migrations import MIGRATIONS
from storage.packing import unpack_text
from tests.faults.kills import START

READER, ASKER = 101, 102
with closing(sqlite3.connect(":memory:")) as _empty:
    NAMES = tuple(migration.name for migration in MIGRATIONS.pending(sqlite_utils.Database(_empty)))
LASTING = (
    "chats",
    "sources",
    "stories",
    "articles",
    "subscriptions",
    "editions",
    "edition_items",
)
DERIVED = ("title_key", "title_digest", "fingerprint")
COMPOSED_FROM = NAMES.index("m007_compositions") + 1
"""The first version in which editions share their compositions."""
KNOWN_FROM = NAMES.index("m013_told_is_known") + 1
"""The first version in which a composition is one row, and known is what was told."""
PACKED_FROM = NAMES.index("m033_compact_articles") + 1
"""The first version in which all articles are written anew."""

Row = dict[str, Any]


def write(path: Path, version: int) -> None:
    """A store as the migrations up to the `version`th made it, with an edition to deliver and an update to answer."""
    before, now = to_text(START - timedelta(days=1)), to_text(START)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        utils = sqlite_utils.Database(db)
        MIGRATIONS.apply(utils, stop_before=NAMES[version])
        _insert(db, "sources", id=1, url="http://127.0.0.1:9/rss", title="甲报", kind="feed", created_at=before,
                next_fetch_at="2099-01-01T00:00:00Z")  # fmt: skip
        for n in range(1, 41):
            _insert(db, "stories", id=n, first_at=before, last_at=before)
            _insert(db, "articles", id=n, source_id=1, guid=str(n), url=f"https://news.example.com/{n}",
                    canonical_url=f"https://news.example.com/{n}", title=f"旧闻之{n}", title_key=f"旧闻之{n}",
                    text="一段话。" * 50, publisher="甲报", published_at=before, fetched_at=before, story_id=n)  # fmt: skip
        for n, place in enumerate((READER, ASKER), 1):
            _insert(db, "chats", id=n, telegram_chat_id=place, kind="private", title="读者", language="zh-Hans",
                    zone="UTC", briefing_time="00:00", weekdays="[1, 2, 3, 4, 5, 6, 7]", max_items=12, onboarded=1,
                    created_at=before,
                    next_due_at="2099-01-01T00:00:00Z")  # fmt: skip
            _insert(db, "subscriptions", chat_id=n, kind="keyword", value="旧词", created_at=before)
            if version < KNOWN_FROM:
                _insert(db, "seen_stories", chat_id=n, story_id=40, seen_at=before)
        _insert(db, "editions", id=1, chat_id=1, local_date="2026-12-31", slot="morning", state="composed",
                considered=2, created_at=before)  # fmt: skip
        _tell(db, version, edition=1, stories=range(1, 9))
        _insert(db, "deliveries", id=1, edition_id=1, part=0, not_before=now)
        _insert(db, "inbox", update_id=1, payload=json.dumps(_asked()), received_at=now)


def _tell(db: sqlite3.Connection, version: int, *, edition: int, stories: range) -> None:
    owner = {"edition_id": edition}
    table = "edition_items"
    if version >= KNOWN_FROM:
        told = json.dumps([(story, story, "technology", "", 0) for story in stories])
        _insert(db, "compositions", id=1, items=told)
        db.execute("UPDATE editions SET composition_id = 1 WHERE id = ?", (edition,))
        return
    if version >= COMPOSED_FROM:
        owner, table = {"composition_id": 1}, "composition_items"
        _insert(db, "compositions", id=1)
        db.execute("UPDATE editions SET composition_id = 1 WHERE id = ?", (edition,))
    for place, story in enumerate(stories):
        _insert(db, table, **owner, position=place, story_id=story, article_id=story, section="technology")


def _asked() -> Row:
    chat = {"id": ASKER, "type": "private", "first_name": "读者"}
    person = {"id": ASKER, "is_bot": False, "first_name": "读者"}
    entity = {"type": "bot_command", "offset": 0, "length": 7}
    message = {
        "message_id": 1,
        "date": 1,
        "chat": chat,
        "from": person,
        "text": "/follow 新词",
        "entities": [entity],
    }
    return {"update_id": 1, "message": message}


def _insert(db: sqlite3.Connection, table: str, **values: object) -> None:
    """What the table does not know at that version is left out."""
    known = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
    given = {name: value for name, value in values.items() if name in known}
    marks = ", ".join("?" * len(given))
    names = ", ".join(given)
    db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(given.values()))  # noqa: S608 - ours


def content(path: Path) -> dict[str, list[Row]]:
    """What must outlast the upgrade."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        seen = "SELECT e.chat_id, i.story_id FROM editions e JOIN edition_items i ON i.edition_id = e.id"
        if db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'seen_stories'").fetchone():
            seen += " UNION SELECT chat_id, story_id FROM seen_stories"
        return {
            table: [_said(dict(row)) for row in db.execute(f"SELECT * FROM {table}")]  # noqa: S608 - names from above
            for table in LASTING
        } | {"seen": [dict(row) for row in db.execute(seen)]}


def _said(row: Row) -> Row:
    """What a row says, however it is written: an article's text is packed in later versions, and some of what can be
    computed from it is no longer there."""
    said = {name: value for name, value in row.items() if name not in DERIVED}
    return said | {"text": unpack_text(said["text"])} if "text" in said else said


def lost(before: dict[str, list[Row]], after: dict[str, list[Row]]) -> list[Row]:
    """Rows of which not every value that was there is there still; there may be more columns."""
    return [
        row
        for table, rows in before.items()
        for row in rows
        if not any(row.items() <= now.items() for now in after[table])
    ]


def applied(path: Path) -> list[str]:
    """The migrations that the store has been through, in order."""
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute("SELECT name FROM _sqlite_migrations ORDER BY id")]
