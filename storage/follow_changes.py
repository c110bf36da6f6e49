"""What a chat began or ceased to follow at once, so that it can be looked at and undone from the answer's buttons."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.database import Database, to_text
from storage.models import Subscription


@dataclass(frozen=True, slots=True)
class FollowChange:
    """Several subscriptions that were added (`followed`) or dropped together."""

    id: int
    followed: bool
    items: tuple[Subscription, ...]
    undone: bool


def add(db: Database, chat_id: int, items: Sequence[Subscription], now: datetime, *, followed: bool) -> int:
    """Remember a change; returns the id that its buttons carry."""
    return db.insert(
        "INSERT INTO follow_changes (chat_id, followed, items, created_at) VALUES (?, ?, ?, ?)",
        (
            chat_id,
            followed,
            json.dumps([[item.kind, item.value] for item in items], ensure_ascii=False),
            to_text(now),
        ),
    )


def by_id(db: Database, change_id: int, chat_id: int) -> FollowChange | None:
    """The change behind a button, if it is this chat's and still remembered."""
    row = db.execute(
        "SELECT id, followed, items, undone FROM follow_changes WHERE id = ? AND chat_id = ?",
        (change_id, chat_id),
    ).fetchone()
    if row is None:
        return None
    items = tuple(Subscription(kind, value) for kind, value in json.loads(row["items"]))
    return FollowChange(row["id"], bool(row["followed"]), items, bool(row["undone"]))


def latest(db: Database, chat_id: int) -> FollowChange | None:
    """The chat's last change."""
    row = db.execute("SELECT max(id) AS id FROM follow_changes WHERE chat_id = ?", (chat_id,)).fetchone()
    return None if row["id"] is None else by_id(db, row["id"], chat_id)


def undo(db: Database, change_id: int) -> bool:
    """Mark it as undone; False where it was already."""
    return (
        db.execute("UPDATE follow_changes SET undone = 1 WHERE id = ? AND NOT undone", (change_id,)).rowcount
        > 0
    )


def forget(db: Database, before: datetime) -> None:
    """Drop changes older than `before`."""
    db.execute("DELETE FROM follow_changes WHERE created_at < ?", (to_text(before),))
