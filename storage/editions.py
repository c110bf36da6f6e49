"""Editions: the briefing for one chat, one local date, one slot. The UNIQUE constraint is the promise."""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime

from storage import articles, stories
from storage.database import Database, from_text, to_text
from storage.models import Edition, EditionItem, EditionState, Story


def create(
    db: Database,
    *,
    chat_id: int,
    local_date: date,
    slot: str,
    state: EditionState,
    items: Sequence[EditionItem],
    considered: int,
    now: datetime,
) -> int | None:
    """A new edition with its items; None where this chat, date and slot has one already."""
    with db.transaction():
        cursor = db.execute(
            "INSERT OR IGNORE INTO editions (chat_id, local_date, slot, state, considered, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (chat_id, local_date.isoformat(), slot, state, considered, to_text(now)),
        )
        if cursor.rowcount == 0 or cursor.lastrowid is None:
            return None
        edition_id = cursor.lastrowid
        append_items(db, edition_id, items)
    return edition_id


def append_items(db: Database, edition_id: int, items: Sequence[EditionItem]) -> None:
    """More stories at the end of an edition."""
    start = db.execute(
        "SELECT ifnull(max(position) + 1, 0) FROM edition_items WHERE edition_id = ?", (edition_id,)
    ).fetchone()[0]
    db.executemany(
        "INSERT INTO edition_items (edition_id, position, story_id, article_id, section, reason, follow_up) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                edition_id,
                position,
                item.story.id,
                item.story.lead.id,
                item.section,
                item.reason,
                item.follow_up,
            )
            for position, item in enumerate(items, start)
        ],
    )


def by_id(db: Database, edition_id: int) -> Edition | None:
    """The edition with its stories as they stand now; items whose articles were tidied away are left out."""
    row = db.execute(
        "SELECT id, chat_id, local_date, slot, state, considered, created_at FROM editions WHERE id = ?",
        (edition_id,),
    ).fetchone()
    return None if row is None else _edition(db, row)


def latest(db: Database, chat_id: int, local_date: date) -> Edition | None:
    """The newest edition of that local date that had something to say."""
    row = db.execute(
        "SELECT id, chat_id, local_date, slot, state, considered, created_at FROM editions "
        "WHERE chat_id = ? AND local_date = ? AND state = 'composed' ORDER BY id DESC LIMIT 1",
        (chat_id, local_date.isoformat()),
    ).fetchone()
    return None if row is None else _edition(db, row)


def story_ids_of_day(db: Database, chat_id: int, local_date: date) -> list[int]:
    """Ids of the stories of all that day's editions, in the order they were first shown."""
    rows = db.execute(
        "SELECT i.story_id FROM edition_items i JOIN editions e ON e.id = i.edition_id "
        "WHERE e.chat_id = ? AND e.local_date = ? ORDER BY i.edition_id, i.position",
        (chat_id, local_date.isoformat()),
    )
    return list(dict.fromkeys(row["story_id"] for row in rows))


def follow_ups_of_day(db: Database, chat_id: int, local_date: date) -> frozenset[int]:
    """Ids of the stories that were marked as follow-ups when that day's editions first showed them."""
    rows = db.execute(
        "SELECT i.story_id FROM edition_items i JOIN editions e ON e.id = i.edition_id "
        "WHERE e.chat_id = ? AND e.local_date = ? AND i.follow_up",
        (chat_id, local_date.isoformat()),
    )
    return frozenset(row["story_id"] for row in rows)


def exists(db: Database, chat_id: int, local_date: date, slot: str) -> bool:
    """Whether the chat has an edition for this date and slot, in whatever state."""
    return (
        db.execute(
            "SELECT 1 FROM editions WHERE chat_id = ? AND local_date = ? AND slot = ?",
            (chat_id, local_date.isoformat(), slot),
        ).fetchone()
        is not None
    )


def last_at(db: Database, chat_id: int) -> datetime | None:
    """When the chat's newest edition was composed."""
    text = db.execute(
        "SELECT max(created_at) FROM editions WHERE chat_id = ? AND state <> 'skipped'", (chat_id,)
    ).fetchone()[0]
    return None if text is None else from_text(text)


def _edition(db: Database, row: sqlite3.Row) -> Edition:
    items = db.execute(
        "SELECT story_id, article_id, section, reason, follow_up FROM edition_items WHERE edition_id = ? ORDER BY position",
        (row["id"],),
    ).fetchall()
    found = stories.by_ids(db, [item["story_id"] for item in items])
    leads = articles.by_ids(db, [item["article_id"] for item in items])
    return Edition(
        id=row["id"],
        chat_id=row["chat_id"],
        local_date=date.fromisoformat(row["local_date"]),
        slot=row["slot"],
        state=row["state"],
        considered=row["considered"],
        created_at=from_text(row["created_at"]),
        items=tuple(
            EditionItem(
                story=_led_by(found[item["story_id"]], item["article_id"]),
                section=item["section"],
                reason=item["reason"],
                follow_up=bool(item["follow_up"]),
            )
            for item in items
            if item["story_id"] in found and item["article_id"] in leads
        ),
    )


def _led_by(story: Story, article_id: int) -> Story:
    """The story as it was shown: the same lead, even when a better report came later."""
    lead = [article for article in story.articles if article.id == article_id]
    rest = [article for article in story.articles if article.id != article_id]
    return Story(story.id, story.first_at, story.last_at, (*lead, *rest))
