"""How far the first collection is: what /start tells a reader of a bot that has just been set up."""

from typing import NamedTuple

from bot.runtime.services import Newsroom
from storage import articles, sources


class CollectionProgress(NamedTuple):
    """Sources fetched at least once, sources in all, and articles in the store."""

    done: int
    total: int
    articles: int


def of_collection(room: Newsroom) -> CollectionProgress:
    """The state of the collection now."""
    feeds = sources.listed(room.db, "feed")
    return CollectionProgress(
        sum(feed.fetched_at is not None for feed in feeds), len(feeds), articles.count(room.db)
    )
