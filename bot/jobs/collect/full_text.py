"""Full text where a feed carries only a teaser: the article's page is fetched once, after every feed had its turn.

    new articles ─which need it→ page ─worker→ text of this article, or a refusal ─→ the article's new words

The teaser is stored first. Whatever goes wrong with a page leaves it as it was: no source fails for its pages, no
page is asked for twice, and none keeps a feed waiting.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.collect.feeds.identity import identify
from bot.collect.fetch.client import Fetcher, Limits
from bot.collect.fetch.hosts import Hosts
from bot.collect.pages.extract import MAX_PAGE, Extracted, article_of, is_teaser
from bot.collect.sandbox.read import LEAST
from bot.collect.sandbox.worker import Worker
from bot.errors import FetchError, SourceError
from bot.jobs.collect import ingest
from bot.jobs.collect.ingest import Ingested
from bot.messages.problems import error_sentence
from bot.runtime.patience import when_unlocked
from bot.runtime.services import Newsroom
from storage import alerts, articles
from storage.models import Source

log = logging.getLogger(__name__)

AT_ONCE = 4
PAGES = 20
"""Pages fetched for one source in one round, the newest first."""
RECENT = timedelta(days=4)
"""Older articles are rarely briefed, so their teaser is enough."""
LIMITS = Limits(max_bytes=MAX_PAGE, connect=5.0, read=8.0, total=8.0)
ROUND_SECONDS = 120.0
"""Time for the pages of one round; the next round of feeds waits no longer than this."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """An article in the store whose page may say more than its feed did."""

    source: Source
    article_id: int
    item: Ingested

    @property
    def url(self) -> str:
        """The page's address."""
        return self.item.entry.url


def wanted(room: Newsroom, source: Source, done: Iterable[Ingested], now: datetime) -> list[PageRequest]:
    """The requests for those of the stored entries that need their page, newest first."""
    if "never" in {source.full_text, room.config.full_text} or source.kind != "feed":
        return []
    found = [
        PageRequest(source, item.article_id, item)
        for item in done
        if item.status == "new"
        and item.article_id is not None
        and not item.entry.archived
        and item.entry.url.startswith(("http://", "https://"))
        and item.entry.url != source.url
        and (item.entry.published or now) > now - RECENT
        and (source.full_text == "always" or is_teaser(item.entry.text))
    ]
    return sorted(found, key=lambda one: one.item.entry.published or now, reverse=True)[:PAGES]


async def complete(
    room: Newsroom,
    pages: Sequence[PageRequest],
    now: datetime,
    hosts: Hosts | None = None,
    seconds: float = ROUND_SECONDS,
) -> Counter[str]:
    """Fetch the pages, few at once and politely, and give the articles their text; returns how they ended."""
    ends: Counter[str] = Counter()
    if not pages:
        return ends
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(page: PageRequest) -> None:
        async with fetching.hosts.gate(page.url), gate:
            ends[await fetching.complete_one(page)] += 1

    # Its own process: a feed never waits for pages, and what the extraction has imported ends with the round.
    async with aclosing(Worker()) as worker:
        fetching = _PageFetching(room, now, Fetcher(room.http, LIMITS), worker, hosts or Hosts())
        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(*(one(page) for page in pages))
        except TimeoutError:
            log.info("full texts: no time for %d of %d pages", len(pages) - ends.total(), len(pages))
    log.info(
        "full texts of %d pages: %s",
        len(pages),
        ", ".join(f"{count} {end}" for end, count in ends.most_common()),
    )
    return ends


@dataclass(frozen=True, slots=True)
class _PageFetching:
    """What the pages of one round share."""

    room: Newsroom
    now: datetime
    fetcher: Fetcher
    worker: Worker
    hosts: Hosts

    async def complete_one(self, page: PageRequest) -> str:
        """Try one page; returns how it ended: `taken`, `failed`, or why it was refused."""
        if self.hosts.rest(page.url) is not None:
            return "failed"
        try:
            found = await self._extracted(page)
        except SourceError as error:
            log.debug("full text of article %d: %s", page.article_id, error_sentence(error))
            return "failed"
        if found.refusal is not None:
            return found.refusal
        await asyncio.sleep(0)
        taken = await when_unlocked(partial(_give_text, self.room, page, found, self.now))
        return "taken" if taken else "failed"

    async def _extracted(self, page: PageRequest) -> Extracted:
        """Fetch and extract one page. Raises SourceError if that fails."""
        try:
            fetched = await self.fetcher.fetch(page.url)
        except FetchError as error:
            self.hosts.heard(page.url, error)
            raise
        self.hosts.heard(page.url, None)
        if fetched.cut:  # half a page is not the article
            raise FetchError("cut_off")
        entry = page.item.entry
        return await self.worker.run(
            article_of,
            fetched.body,
            fetched.content_type,
            page.url,
            fetched.url,
            entry.title,
            entry.text,
            self.now,
            seconds=LEAST + fetched.left,
        )


def _give_text(room: Newsroom, page: PageRequest, found: Extracted, now: datetime) -> bool:
    """Give the article its text, and a date where the feed had none, unless it has changed or gone meanwhile."""
    known, entry = articles.known_by_id(room.db, page.article_id), page.item.entry
    if known is None or not known.has_text(entry.text):
        return False
    (key,) = identify([replace(entry, text=found.text)]).keys
    plans = [ingest.IngestDecision(key, known, "updated", known.canonical_url)]
    alerts.look_again(room.db, page.article_id)  # a kill from here on costs a look in vain
    ingest.store(room.db, room.reading, page.source, plans, ingest.analyse(room.reading, plans), now)
    if entry.published is None and found.published is not None:
        ingest.redate(room.db, room.reading, page.article_id, min(found.published, now))
    return True
