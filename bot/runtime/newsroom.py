"""Opening all that works without Telegram and its 25 MB."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.config import Config
from bot.runtime.opening import open_store, open_words, utc_now
from bot.runtime.services import Newsroom, Reading
from bot.search.search import Search
from bot.stories import ExternalWrites, StoryIndex
from bot.text.aliases import load_aliases
from bot.text.analyse import Analyser
from storage import articles, topics
from storage import stories as story_rows
from storage.database import Database

Now = Callable[[], datetime]
STORY_DAYS = 14
"""How long a story stays open for further reports."""
REMEMBERED = 10
"""Articles that are remembered in one step, of some milliseconds."""


def open_reading(config: Config, db: Database, now: datetime, *, with_stories: bool = True) -> Reading:
    """The text path of this configuration, with the stories of the last days in memory unless nobody needs them."""
    taxonomy, segmenter = open_words(config, db)
    story_index = StoryIndex(segmenter, days=STORY_DAYS, aliases=load_aliases(config.aliases))
    external_writes = ExternalWrites(db, story_index, timedelta(days=STORY_DAYS))
    if with_stories:
        story_index.restore(articles.published_since(db, now - timedelta(days=STORY_DAYS)))
    for article_id, story_id in story_rows.splits(db):
        story_index.keep_apart(article_id, story_id)
    topics.replace(
        db,
        [
            *(topics.TopicRow(s.id, "section", s.name["zh"], s.name["en"]) for s in taxonomy.sections),
            *(topics.TopicRow(t.id, "topic", t.name["zh"], t.name["en"]) for t in taxonomy.topics),
        ],
    )
    return Reading(
        taxonomy,
        segmenter,
        Analyser(taxonomy, segmenter),
        story_index,
        external_writes,
        Search(segmenter, taxonomy),
    )


async def remember_stories(reading: Reading, db: Database, now: datetime) -> None:
    """The stories of the last days into memory, in steps: a reader is answered, and a stop is heard, in between."""
    recent = articles.ids_published_since(db, now - timedelta(days=STORY_DAYS))
    for start in range(0, len(recent), REMEMBERED):
        reading.stories.restore(articles.by_ids(db, recent[start : start + REMEMBERED]).values())
        await asyncio.sleep(0)
    reading.remembered.set()


@asynccontextmanager
async def open_newsroom(
    config: Config, *, now: Now = utc_now, create: bool = True, remember: bool = True
) -> AsyncIterator[Newsroom]:
    """Everything that works without Telegram; `create` as in `open_store`.

    Without `remember` the caller sees to it (`remember_stories`), perhaps while readers are answered already.
    """
    from bot.collect.fetch.client import Fetcher, Limits, build_client  # noqa: PLC0415 - only here
    from bot.collect.fetch.guard import Guard  # noqa: PLC0415 - as above
    from bot.collect.sandbox.worker import Worker  # noqa: PLC0415 - as above

    with open_store(config.database, create=create) as db:
        reading = open_reading(config, db, now(), with_stories=False)
        reading.remembered.clear()
        if remember:
            await remember_stories(reading, db, now())
        worker = Worker()
        limits = Limits.of(config.fetch_seconds)
        async with build_client(Guard(config.allow_networks), limits) as http, contextlib.aclosing(worker):
            yield Newsroom(config, db, now, reading, Fetcher(http, limits), http, worker)
