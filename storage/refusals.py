"""Groups that were told that nobody who may use the bot has taken them in: once is enough."""

from datetime import datetime, timedelta

from storage.database import Database, to_text

KEPT = timedelta(days=30)
"""Afterwards they may be told again."""


def first(db: Database, telegram_chat_id: int, now: datetime) -> bool:
    """Whether the group has not been told of late; it counts as told from now on."""
    with db.transaction():
        db.execute("DELETE FROM refusals WHERE told_at < ?", (to_text(now - KEPT),))
        return (
            db.execute(
                "INSERT OR IGNORE INTO refusals (telegram_chat_id, told_at) VALUES (?, ?)",
                (telegram_chat_id, to_text(now)),
            ).rowcount
            > 0
        )


def forget(db: Database, telegram_chat_id: int) -> None:
    """Somebody has taken the group in."""
    db.execute("DELETE FROM refusals WHERE telegram_chat_id = ?", (telegram_chat_id,))
