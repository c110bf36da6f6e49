"""Collecting: fetch what is due, parse it, store what is new. A bad source costs a status line, never a briefing."""

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from bot.collect.feeds.entries import EntryFilter
from bot.collect.feeds.identity import Feedful
from bot.collect.feeds.naming import source_name
from bot.collect.fetch import backoff
from bot.collect.fetch.client import Fetched
from bot.collect.fetch.hosts import Hosts
from bot.collect.sandbox.read import prepare, read_entries
from bot.errors import FetchError, SourceError
from bot.jobs.collect import full_text, ingest
from bot.jobs.collect.pacing import SHORT, Pace
from bot.messages.problems import error_sentence
from bot.runtime.heap import freeze_if_grown
from bot.runtime.patience import when_unlocked
from bot.runtime.services import Newsroom
from storage import notices, sources
from storage.models import FetchState, Source
from storage.search import terms

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Feeds fetched at the same time: enough to hide slow ones, few enough to stay polite and small."""
WORTH_A_PROCESS = 20
"""Bodies that are sure to come for which the worker's process is started before the first large one asks for it."""
GONE = 410
"""HTTP's word for a feed that will never be there again: the source is switched off."""
DECIDED = 50
"""Entries looked up in one step."""
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


async def collect_due(
    room: Newsroom, now: datetime, *, on_result: Callable[[Collected, int], None] | None = None
) -> list[Collected]:
    """Fetch every source that is due. `on_result` receives each result as it comes, with the total number of sources."""
    behind = True
    while behind:  # what an import stored meanwhile may be the same event
        behind = room.reading.external_writes.step(room.db, now)
        await asyncio.sleep(0)
    due = sources.due(room.db, now)
    news_since = _news_since(room, now)
    gate, hosts = asyncio.Semaphore(AT_ONCE), Hosts()
    pace = Pace()

    async def one(source: Source, expect: Callable[[int], None]) -> Collected:
        async with AsyncExitStack() as slot, AsyncExitStack() as held:
            # The host first: who waits for one keeps no other from going. It is free again when it has answered.
            async with hosts.gate(source.url):
                await slot.enter_async_context(gate)
                rest = hosts.rest(source.url)
                if rest is None:
                    answer = await _ask(room, source, held)
                    hosts.heard(source.url, answer if isinstance(answer, SourceError) else None)
            if rest is None:
                taking = _take(room, source, answer, held, now, pace, news_since)
                del answer  # who reads a body lets it go before anything is stored
                result = await taking
            else:
                await when_unlocked(partial(sources.put_off, room.db, source.id, now + rest))
                result = Collected(source)
        expect(len(result.pages))
        if on_result:
            on_result(result, len(due))
        return result

    with room.pages.round() as expect:
        async with _prepared(room, due):
            results = await asyncio.gather(*(one(source, expect) for source in due))
        await full_text.complete(room, [page for result in results for page in result.pages], now, hosts)
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
    async with AsyncExitStack() as held:
        return await _take(room, source, await _ask(room, source, held), held, now, Pace(), None)


async def _ask(room: Newsroom, source: Source, held: AsyncExitStack) -> Fetched | SourceError:
    """The source's answer, or the error."""
    try:
        return await room.fetcher.fetch(source.url, source.etag, source.last_modified, held=held)
    except SourceError as error:
        return error


async def _take(
    room: Newsroom,
    source: Source,
    answer: Fetched | SourceError,
    held: AsyncExitStack,
    now: datetime,
    pace: Pace,
    news_since: datetime | None,
) -> Collected:
    """Store what is new in a source's answer, which is `held` until it is read; what is from before `news_since` is
    archived.

    Sources that are collected at the same time share a `pace`: they are fetched together and read one by one.
    """
    if isinstance(answer, SourceError):
        return await _record_failure(room, source, answer, now)
    digest = source.digest if answer.status == "unchanged" else _digest(answer)
    if digest == source.digest:  # not all servers say so themselves
        await _record_success(room, source, answer, digest, now, changed=False)
        return Collected(source)
    first = source.succeeded_at is None
    oldest = now - timedelta(days=room.config.retention_days)
    wanted = EntryFilter(oldest, news_since, first, sources.shared_links(room.db, source.id))
    try:
        told = await read_entries(room.worker, answer, now, wanted)
    except SourceError as error:
        return await _record_failure(room, source, error, now)
    answer = replace(answer, body=b"")
    await held.aclose()
    name = None
    if source.title == source.url and told.title and told.found:  # a page of trouble has a title too
        name = source_name(told.title)
        source = replace(source, title=name)
    async with pace.lock:
        done = await _own(room, source, told.own, pace, now)
    count = Counter(item.status for item in done)
    turnover = 0.0 if first else count["new"] / max(1, len(told.own.keys))
    changed = count["new"] > 0
    await _record_success(
        room,
        source,
        answer,
        digest,
        now,
        changed=changed,
        turnover=turnover,
        name=name,
        unread_dates=told.unread,
    )
    pages = tuple(full_text.wanted(room, source, done, now))
    return Collected(source, count["new"], count["updated"], count["unchanged"], pages=pages)


def _digest(answer: Fetched) -> str:
    """Of all that says what is in the feed."""
    told = hashlib.blake2b(f"{answer.url}\n{answer.content_type}\n".encode(errors="replace"), digest_size=16)
    told.update(answer.body)
    return told.hexdigest()


async def _own(
    room: Newsroom, source: Source, feed: Feedful, pace: Pace, now: datetime
) -> list[ingest.Ingested]:
    """Store what is new among one feed's entries, step by step; returns the result for each."""
    pace.begin()
    if feed.shared:
        await when_unlocked(partial(_share_links, room, source, feed.shared))
    done: list[ingest.Ingested] = []
    for start in range(0, len(feed.keys), DECIDED):
        await pace.pause()
        plans = ingest.decide(room.db, source, feed.keys[start : start + DECIDED], feed.present)
        decided_at = room.db.version()
        done += [
            ingest.Ingested(item.entry, "unchanged", item.known.id if item.known else None)
            for item in plans
            if item.status == "unchanged"
        ]
        fresh = [item for item in plans if item.status != "unchanged"]
        while fresh:
            batch, fresh = fresh[: pace.batch], fresh[pace.batch :]
            found = await _read(room, batch, pace)

            def store(
                plans: Sequence[ingest.IngestDecision] = batch,
                found: Sequence[ingest.Read] = found,
                decided_at: tuple[int, int] = decided_at,
            ) -> list[ingest.Ingested]:
                if (
                    room.db.version() != decided_at
                ):  # it may have another source's article with the same link now
                    plans = ingest.decide(room.db, source, [item.key for item in plans], feed.present)
                return _store(room, source, plans, found, now)

            done += await when_unlocked(store)
            pace.stored(len(batch))
            await pace.pause(SHORT)
            await _settle(room, pace)
    await pace.pause()
    return done


def _share_links(room: Newsroom, source: Source, links: Collection[str]) -> None:
    with room.db.transaction(flush=False):
        sources.share_links(room.db, source.id, links)


async def _read(room: Newsroom, plans: Sequence[ingest.IngestDecision], pace: Pace) -> list[ingest.Read]:
    """Read one batch, a step at a time.

    A thread would not help every time: it takes the interpreter from the loop for 5 ms at each query of a search.
    """
    found = []
    for item in plans:
        await pace.pause()
        if pace.warm:
            found.append(await pace.between(ingest.read_in_steps(room.reading, item.entry)))
        else:  # the first text of all has the dictionaries read, which takes a second
            found.append(await asyncio.to_thread(ingest.read, room.reading, item.entry))
            pace.warm = True
    await pace.pause(SHORT)
    return found


def _store(
    room: Newsroom,
    source: Source,
    plans: Sequence[ingest.IngestDecision],
    found: Sequence[ingest.Read],
    now: datetime,
) -> list[ingest.Ingested]:
    """Store one batch that was read."""
    kept = [None if item.status == "unchanged" else one for one, item in zip(found, plans, strict=True)]
    return ingest.store(room.db, room.reading, source, plans, kept, now)


async def _settle(room: Newsroom, pace: Pace) -> None:
    """Count the words of earlier batches, and keep the heap in order."""
    if await when_unlocked(partial(terms.count_pending, room.db, least=terms.PORTION)):
        await pace.end()
    if freeze_if_grown():
        await pace.end()


async def _record_success(
    room: Newsroom,
    source: Source,
    fetched: Fetched,
    digest: str,
    now: datetime,
    *,
    changed: bool,
    turnover: float = 0.0,
    name: str | None = None,
    unread_dates: int | None = None,
) -> None:
    interval = backoff.after_success(
        source.interval_minutes, changed=changed, turnover=turnover, max_age=fetched.max_age
    )
    state = FetchState(
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        interval_minutes=interval,
        next_fetch_at=backoff.next_fetch(now, interval, source.url),
        digest=digest,
        unread_dates=unread_dates,
    )
    told = source.quarantined_at is not None

    def record() -> None:
        with room.db.transaction(flush=told):
            sources.record_success(room.db, source.id, state, now, name=name)
            if fetched.moved_to:
                sources.move(room.db, source.id, fetched.moved_to)
            if told:
                notices.add(room.db, room.config.owners, "back", source, "", now)

    await when_unlocked(record)


async def _record_failure(room: Newsroom, source: Source, error: SourceError, now: datetime) -> Collected:
    """Record a failure: wait longer, distrust a permanent redirect, and finally tell the owners, once."""
    failures = source.failures + 1
    asked, status = (error.retry_after, error.status) if isinstance(error, FetchError) else (None, None)
    wait = backoff.after_failure(failures, retry_after=asked)
    next_at = backoff.next_fetch(now, round(wait.total_seconds() / 60), source.url)
    log.warning("source %s: %s", source.title, error_sentence(error))

    def record() -> None:
        with room.db.transaction():
            sources.record_failure(room.db, source.id, str(error), next_at, now)
            if source.moved_from and (status == GONE or failures == backoff.MOVE_DOUBTED):
                sources.move_back(room.db, source.id)
            elif status == GONE:
                sources.retire(room.db, source.id, now)
                notices.add(room.db, room.config.owners, "gone", source, str(error), now)
            elif backoff.in_quarantine(failures) and source.quarantined_at is None:
                sources.quarantine(room.db, source.id, now)
                notices.add(room.db, room.config.owners, "failing", source, str(error), now)

    await when_unlocked(record)
    return Collected(source, problem=str(error))  # not itself: it holds the body
