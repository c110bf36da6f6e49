"""Reindexing: when the segmentation path changes, the search index is made anew, a batch at a time."""

import asyncio

from bot.runtime.services import Newsroom
from bot.search import search
from storage.search import index

BATCH = 25
"""Articles of one step: a reader's search waits for one at most."""
PAUSE = 0.02
"""Seconds between two steps: an archive is made anew in the background."""


async def reindex(room: Newsroom) -> None:
    """Bring the index up to date, step by step; goes on where a stop left it."""
    unfinished = True
    while unfinished:
        unfinished = reindex_step(room) > 0 or index.has_gone(room.db)
        await asyncio.sleep(PAUSE)


def reindex_step(room: Newsroom) -> int:
    """Index one batch again if the index was made by another path; returns how many articles are left."""
    return search.reindex(room.db, room.reading.segmenter, BATCH).left
