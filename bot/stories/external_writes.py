"""Adds to the story index what another process wrote to the store (`chenbao import` beside a running bot): new articles
and merged stories."""

from datetime import datetime, timedelta

from bot.stories.index import StoryIndex
from storage import articles, merges
from storage.database import Database

BATCH = 20
"""Articles per step: a reader's search waits for one step at most."""


class ExternalWrites:
    """Keeps a `StoryIndex` in step with a store that other processes write too. Create it before the index is restored.

    SQLite says for the price of a function call whether another connection has written; only then are the articles
    looked through that came since the last time.
    """

    def __init__(self, db: Database, index: StoryIndex, span: timedelta) -> None:
        self._index = index
        self._span = span
        self._version = db.data_version()
        self._newest = articles.newest_id(db)
        self._newest_merge = merges.newest(db)

    def step(self, db: Database, now: datetime) -> bool:
        """Add up to `BATCH` unknown articles to the index; returns whether more may be left. `now` is aware UTC."""
        version = db.data_version()
        if version == self._version:
            return False
        found = articles.after_id(db, self._newest, BATCH)
        for article in found:
            recent = article.published_at >= now - self._span
            if recent and article.story_id is not None and article.id not in self._index:
                self._index.add(article)
            self._newest = article.id
        if len(found) < BATCH:
            for merge in merges.after(db, self._newest_merge):
                self._index.merge(merge.gone_id, merge.story_id)
                self._newest_merge = merge.number
            self._version = version
            return False
        return True
