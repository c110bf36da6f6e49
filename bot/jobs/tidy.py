"""Deletes what is older than the retention from the store and the index, in small steps."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

from bot.runtime.newsroom import STORY_DAYS
from bot.runtime.services import Newsroom
from storage import articles, editions, fingerprints, follow_changes, inbox, notices, searches, stories
from storage.search import index

BATCH = 50
"""Articles of one step: a reader's search waits for one at most."""
PAUSE = 0.02
"""Seconds between two steps."""
SEARCHES_KEPT = timedelta(days=14)
UPDATES_KEPT = timedelta(days=2)
NOTICES_KEPT = timedelta(days=30)
EDITIONS_KEPT = timedelta(days=90)
"""So long the buttons under an edition are good for something; afterwards they give today's."""
EDITIONS_AT_ONCE = 100
FINGERPRINTS_KEPT = timedelta(days=STORY_DAYS + 1)
"""A story that can still be joined needs its articles' fingerprints."""
FINGERPRINTS_AT_ONCE = 200
GROWING = timedelta(days=30)
"""A story that was last reported before may not be told any more: longer than it is joined by reports (14 days) and an
edition looks back (4 days)."""


async def tidy_all(room: Newsroom, now: datetime) -> int:
    """Drop all that is too old, step by step; returns how many articles."""
    gone = 0
    while dropped := tidy(room, now):
        gone += dropped
        await asyncio.sleep(PAUSE)
    for _ in chain(forget_fingerprints(room, now), forget_editions(room, now)):
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
        follow_changes.forget(db, now - SEARCHES_KEPT)
        inbox.forget(db, now - UPDATES_KEPT)
        notices.forget(db, now - NOTICES_KEPT)
    for article_id in old:
        room.reading.stories.remove(article_id)
    room.reading.stories.forget(now - timedelta(days=STORY_DAYS))
    return len(old)


def forget_fingerprints(room: Newsroom, now: datetime) -> Iterator[int]:
    """Drop the fingerprints of articles whose story can grow no more, step by step; how many each dropped."""
    while gone := fingerprints.forget(room.db, now - FINGERPRINTS_KEPT, FINGERPRINTS_AT_ONCE):
        yield gone


def forget_editions(room: Newsroom, now: datetime) -> Iterator[int]:
    """Drop the editions that nobody asks for any more, step by step, each committed; how many each dropped.

    What they told is no longer known then; a story that may still be told to somebody keeps its editions.
    """
    db, until = room.db, now - EDITIONS_KEPT
    living = stories.old_and_living(db, until, now - GROWING)
    last = 0
    while ids := editions.before(db, until, last, EDITIONS_AT_ONCE):
        last = ids[-1]
        with db.transaction(flush=False):
            gone = editions.forget(db, ids, living)
        yield gone
