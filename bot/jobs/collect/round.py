"""Collecting: fetch what is due, parse it, store what is new. A bad source costs a status line, never a briefing.

due sources ─fetch, side by side→ answers ─read, one by one→ entries ─store→ articles ─→ the pages of teasers
"""

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from bot.collect.feeds.entries import EntryFilter
from bot.collect.feeds.naming import source_name
from bot.collect.fetch.client import Fetched
from bot.collect.fetch.hosts import Hosts
from bot.collect.sandbox.read import prepare, read_entries
from bot.errors import SourceError
from bot.jobs.collect import full_text
from bot.jobs.collect.feed_storing import FeedStoring
from bot.jobs.collect.pacing import Pace
from bot.jobs.collect.results import GoodFetch, record_failure, record_success
from bot.runtime.patience import when_unlocked
from bot.runtime.services import Newsroom
from storage import sources
from storage.models import Source

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Feeds fetched at the same time: enough to hide slow ones, few enough to stay polite and small."""
WORTH_A_PROCESS = 20
"""Bodies that are sure to come for which the worker's process is started before the first large one asks for it."""
OUTAGE = timedelta(hours=12)
"""So long without any fetch is an outage of the bot: what it brings then is backlog."""
BACKLOG_NEWS = timedelta(hours=24)
"""With `CHENBAO_BACKLOG=skip`, what was published so long before the bot came back is still news."""


@dataclass(frozen=True, slots=True)
class Collected:
    """The result of collecting one source."""

    source: Source
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    problem: str = ""
    """As it is stored: `bot.messages.problems` says it."""
    pages: tuple[full_text.PageRequest, ...] = field(default=(), repr=False)
    """New articles of which the feed had only a teaser."""


@dataclass(frozen=True, slots=True)
class CollectingRound:
    """What the sources that are collected together share: they are fetched side by side and read one by one."""

    room: Newsroom
    now: datetime
    since: datetime | None = None
    """What was published before is archived, not briefed; None: nothing is for that."""
    pace: Pace = field(default_factory=Pace)
    hosts: Hosts = field(default_factory=Hosts)
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def collect(self, source: Source) -> Collected:
        """Fetch one source, as its host allows, and store what is new; never raises for a fault of the source."""
        async with AsyncExitStack() as slot, AsyncExitStack() as held:
            # The host first: who waits for one keeps no other from going. It is free again when it has answered.
            async with self.hosts.gate(source.url):
                await slot.enter_async_context(self.gate)
                rest = self.hosts.rest(source.url)
                if rest is None:
                    answer = await self._ask(source, held)
                    self.hosts.heard(source.url, answer if isinstance(answer, SourceError) else None)
            if rest is not None:
                await when_unlocked(partial(sources.put_off, self.room.db, source.id, self.now + rest))
                return Collected(source)
            taking = self._take(source, answer, held)
            del answer  # who reads a body lets it go before anything is stored
            result = await taking
            self.room.counters.fetched(result.problem or ("new" if result.new else "unchanged"))
            return result

    async def _ask(self, source: Source, held: AsyncExitStack) -> Fetched | SourceError:
        """The source's answer, or the error."""
        try:
            return await self.room.fetcher.fetch(source.url, source.etag, source.last_modified, held=held)
        except SourceError as error:
            return error

    async def _take(self, source: Source, answer: Fetched | SourceError, held: AsyncExitStack) -> Collected:
        """Store what is new in a source's answer, which is `held` until it is read."""
        room, now = self.room, self.now
        if isinstance(answer, SourceError):
            return await self._fail(source, answer)
        digest = source.digest if answer.status == "unchanged" else _digest(answer)
        if digest == source.digest:  # not all servers say so themselves
            await record_success(room, source, GoodFetch(answer, digest), now)
            return Collected(source)
        first = source.succeeded_at is None
        oldest = now - timedelta(days=room.config.retention_days)
        wanted = EntryFilter(oldest, self.since, first, sources.shared_links(room.db, source.id))
        try:
            told = await read_entries(room.worker, answer, now, wanted)
        except SourceError as error:
            return await self._fail(source, error)
        answer = replace(answer, body=b"")
        await held.aclose()
        name = None
        if source.title == source.url and told.title and told.found:  # a page of trouble has a title too
            name = source_name(told.title)
            source = replace(source, title=name)
        async with self.pace.lock:
            done = await FeedStoring(room, source, now, self.pace).store_all(told.own)
        count = Counter(item.status for item in done)
        turnover = 0.0 if first else count["new"] / max(1, len(told.own.keys))
        good = GoodFetch(answer, digest, count["new"] > 0, turnover, name, told.unread)
        await record_success(room, source, good, now)
        pages = tuple(full_text.wanted(room, source, done, now))
        return Collected(source, count["new"], count["updated"], count["unchanged"], pages=pages)

    async def _fail(self, source: Source, error: SourceError) -> Collected:
        await record_failure(self.room, source, error, self.now)
        return Collected(source, problem=str(error))  # not itself: it holds the body


async def collect_due(
    room: Newsroom, now: datetime, *, on_result: Callable[[Collected, int], None] | None = None
) -> list[Collected]:
    """Fetch every source that is due. `on_result` receives each result as it comes, with the total number of sources."""
    behind = True
    while behind:  # what an import stored meanwhile may be the same event
        behind = room.reading.external_writes.step(room.db, now)
        await asyncio.sleep(0)
    due = sources.due(room.db, now)
    collecting = CollectingRound(room, now, _news_since(room, now))

    async def one(source: Source, expect: Callable[[int], None]) -> Collected:
        result = await collecting.collect(source)
        expect(len(result.pages))
        if on_result:
            on_result(result, len(due))
        return result

    with room.pages.round() as expect:
        async with _prepared(room, due):
            results = await asyncio.gather(*(one(source, expect) for source in due))
        await full_text.complete(
            room, [page for result in results for page in result.pages], now, collecting.hosts
        )
    if due:
        log.info(
            "collected %d sources: %d new articles, %d problems",
            len(due),
            sum(result.new for result in results),
            sum(bool(result.problem) for result in results),
        )
    return results


@asynccontextmanager
async def _prepared(room: Newsroom, due: Sequence[Source]) -> AsyncIterator[None]:
    """Meanwhile the worker's process is started, where many bodies are sure to come."""
    ready = None
    if sum(not (source.etag or source.last_modified) for source in due) >= WORTH_A_PROCESS:
        ready = asyncio.create_task(prepare(room.worker))
    try:
        yield
        if ready:
            await ready
    finally:
        if ready:
            ready.cancel()


def _news_since(room: Newsroom, now: datetime) -> datetime | None:
    """After an outage whose backlog is to be skipped: what is older is for the archive. Else None."""
    last = sources.last_fetched_at(room.db)
    if room.config.backlog == "brief" or last is None or now - last < OUTAGE:
        return None
    log.info("nothing was fetched since %s: what is older than a day is archived, not briefed", last)
    return now - BACKLOG_NEWS


async def collect_source(room: Newsroom, source: Source, now: datetime) -> Collected:
    """Fetch one source and store what is new; never raises for a fault of the source."""
    return await CollectingRound(room, now).collect(source)


def _digest(answer: Fetched) -> str:
    """Of all that says what is in the feed."""
    told = hashlib.blake2b(f"{answer.url}\n{answer.content_type}\n".encode(errors="replace"), digest_size=16)
    told.update(answer.body)
    return told.hexdigest()
