"""Reindexing: when the segmentation path changes, the search index is made anew, a batch at a time."""

from bot.search.search import reindex
from bot.services import Newsroom

BATCH = 200


def reindex_step(room: Newsroom) -> int:
    """Index one batch again if the index was made by another path; returns how many articles are left."""
    return reindex(room.db, room.reading.segmenter, BATCH).left
