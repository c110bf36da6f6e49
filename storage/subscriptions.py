"""Subscriptions: what each chat follows."""

from datetime import datetime
from functools import lru_cache
from typing import cast

from storage.database import Database, to_text
from storage.models import Subscription, SubscriptionKind

MAX_KEYWORDS = 50
"""Words that a chat may follow, those of its alerts included; topics, sections and sources do not count."""
MAX_KEYWORD_LENGTH = 40
"""Characters of a word that is followed, muted, or wanted more or less."""


def of(db: Database, chat_id: int) -> tuple[Subscription, ...]:
    """What the chat follows, topics first, in the order it began to."""
    rows = db.execute(
        "SELECT kind, value FROM subscriptions WHERE chat_id = ? ORDER BY kind = 'topic' DESC, created_at, value",
        (chat_id,),
    )
    return tuple(Subscription(row["kind"], row["value"]) for row in rows)


def topics_before(db: Database, chat_id: int, at: datetime) -> set[str]:
    """Ids of the topics that the chat follows and followed before that moment."""
    rows = db.execute(
        "SELECT value FROM subscriptions WHERE chat_id = ? AND kind = 'topic' AND created_at < ?",
        (chat_id, to_text(at)),
    )
    return {row["value"] for row in rows}


@lru_cache(4096)
def parse(text: str) -> Subscription:
    """The subscription that one of the strings of `Due.follows` names."""
    kind, _, value = text.partition(":")
    return Subscription(cast("SubscriptionKind", kind), value)


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
