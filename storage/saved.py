"""Saved stories and feedback: what a reader kept, and what they pressed."""

from datetime import datetime

from storage import stories
from storage.database import Database, to_text
from storage.models import Story


def toggle(db: Database, chat_id: int, story_id: int, now: datetime) -> bool:
    """Keep the story, or let it go again; returns whether it is kept now."""
    with db.transaction():
        removed = db.execute(
            "DELETE FROM saved_stories WHERE chat_id = ? AND story_id = ?", (chat_id, story_id)
        ).rowcount
        if not removed:
            db.execute(
                "INSERT INTO saved_stories (chat_id, story_id, saved_at) VALUES (?, ?, ?)",
                (chat_id, story_id, to_text(now)),
            )
        note(db, chat_id, story_id, "unsaved" if removed else "saved", now)
    return not removed


def ids(db: Database, chat_id: int) -> frozenset[int]:
    """Ids of the stories that the chat keeps."""
    return frozenset(
        row["story_id"]
        for row in db.execute("SELECT story_id FROM saved_stories WHERE chat_id = ?", (chat_id,))
    )


def listed(db: Database, chat_id: int) -> list[Story]:
    """The stories that the chat keeps, latest first."""
    rows = db.execute(
        "SELECT story_id FROM saved_stories WHERE chat_id = ? ORDER BY saved_at DESC, story_id DESC",
        (chat_id,),
    )
    return list(stories.by_ids(db, [row["story_id"] for row in rows]).values())


def note(db: Database, chat_id: int, story_id: int | None, kind: str, now: datetime) -> None:
    """Remember one press: saved, unsaved, why, more."""
    db.execute(
        "INSERT INTO feedback (chat_id, story_id, kind, created_at) VALUES (?, ?, ?, ?)",
        (chat_id, story_id, kind, to_text(now)),
    )
