"""Tidying: what is older than the retention goes, in small steps, from the store and the index alike."""

from datetime import datetime, timedelta

from bot.services import Newsroom
from storage import articles, inbox, index, searches, stories

BATCH = 500
SEARCHES_KEPT = timedelta(days=14)
UPDATES_KEPT = timedelta(days=2)


def tidy(room: Newsroom, now: datetime) -> int:
    """Drop one batch of articles past the retention, and what nobody needs any more; returns how many articles."""
    db = room.db
    old = articles.older_than(db, now - timedelta(days=room.config.retention_days), BATCH)
    with db.transaction():
        index.remove(db, *old)
        articles.delete(db, old)
        if old:
            stories.forget_empty(db)
        searches.forget(db, now - SEARCHES_KEPT)
        inbox.forget(db, now - UPDATES_KEPT)
    room.reading.stories.forget(now - timedelta(days=14))
    return len(old)
