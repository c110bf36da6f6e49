"""Tidying: what is older than the retention goes, in small steps, from the store and the index alike."""

import asyncio
from datetime import datetime, timedelta

from bot.services import Newsroom
from storage import articles, inbox, index, notices, searches

BATCH = 50
"""Articles of one step: a reader's search waits for one at most."""
PAUSE = 0.02
"""Seconds between two steps."""
SEARCHES_KEPT = timedelta(days=14)
UPDATES_KEPT = timedelta(days=2)
NOTICES_KEPT = timedelta(days=30)


async def tidy_all(room: Newsroom, now: datetime) -> int:
    """Drop all that is too old, step by step; returns how many articles."""
    gone = 0
    while dropped := tidy(room, now):
        gone += dropped
        await asyncio.sleep(PAUSE)
    return gone


def tidy(room: Newsroom, now: datetime) -> int:
    """Drop one batch of articles past the retention, and what nobody needs any more; returns how many articles."""
    db = room.db
    old = articles.older_than(db, now - timedelta(days=room.config.retention_days), BATCH)
    with db.transaction():
        index.remove(db, *old)
        articles.delete(db, old)
        searches.forget(db, now - SEARCHES_KEPT)
        inbox.forget(db, now - UPDATES_KEPT)
        notices.forget(db, now - NOTICES_KEPT)
    for article_id in old:
        room.reading.stories.remove(article_id)
    room.reading.stories.forget(now - timedelta(days=14))
    return len(old)
