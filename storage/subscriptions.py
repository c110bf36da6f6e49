"""Subscriptions: what each chat follows."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from storage.database import Database, to_text
from storage.models import Subscription


def of(db: Database, chat_id: int) -> tuple[Subscription, ...]:
    """What the chat follows, topics first, in the order it began to."""
    rows = db.execute(
        "SELECT kind, value FROM subscriptions WHERE chat_id = ? ORDER BY kind = 'topic' DESC, created_at, value",
        (chat_id,),
    )
    return tuple(Subscription(row["kind"], row["value"]) for row in rows)


NONE = "[]"
"""What `of_all` would say of a chat that follows nothing."""


def of_all(db: Database, chat_ids: Sequence[int]) -> dict[int, str]:
    """What each of these chats follows, as a text that is equal where the sets are; `parse` reads it."""
    rows = db.execute(
        "SELECT s.chat_id, json_group_array(s.kind || ':' || s.value) FROM json_each(?) AS wanted "
        "JOIN subscriptions s ON s.chat_id = wanted.value GROUP BY s.chat_id",
        (json.dumps(list(chat_ids)),),
    )
    return dict(tuple(row) for row in rows)


def parse(text: str) -> tuple[Subscription, ...]:
    """The subscriptions in a text that `of_all` gave, in the order of `in_order`."""
    pairs = (item.partition(":") for item in json.loads(text))
    return in_order(Subscription(kind, value) for kind, _, value in pairs)


def in_order(found: Iterable[Subscription]) -> tuple[Subscription, ...]:
    """The same order for everybody who follows the same, topics first: chats with equal sets are told the same."""
    return tuple(sorted(found, key=lambda item: (item.kind != "topic", item.kind, item.value)))


def add(db: Database, chat_id: int, subscription: Subscription, now: datetime) -> bool:
    """Follow; returns False where the chat already did."""
    return (
        db.execute(
            "INSERT OR IGNORE INTO subscriptions (chat_id, kind, value, created_at) VALUES (?, ?, ?, ?)",
            (chat_id, subscription.kind, subscription.value, to_text(now)),
        ).rowcount
        > 0
    )


def remove(db: Database, chat_id: int, subscription: Subscription) -> bool:
    """Unfollow; returns False where the chat did not follow it."""
    return (
        db.execute(
            "DELETE FROM subscriptions WHERE chat_id = ? AND kind = ? AND value = ?",
            (chat_id, subscription.kind, subscription.value),
        ).rowcount
        > 0
    )


def clear(db: Database, chat_id: int) -> None:
    """Unfollow everything."""
    db.execute("DELETE FROM subscriptions WHERE chat_id = ?", (chat_id,))
