"""Collecting: fetch what is due, parse it, own what is new. A bad source is a status line, never a lost briefing."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.collect import backoff
from bot.collect.fetch import Fetched
from bot.collect.parse import Feed, parse_feed
from bot.errors import FetchError, SourceError
from bot.jobs import ingest
from bot.services import Newsroom
from storage import sources
from storage.models import FetchState, Source

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Feeds fetched at the same time: enough to hide slow ones, few enough to stay polite and small."""
FIRST_FETCH_ENTRIES = 50
"""A new source brings its newest items, not its whole history."""


@dataclass(frozen=True, slots=True)
class Collected:
    """How one source fared."""

    source: Source
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    problem: str = ""


async def collect_due(
    room: Newsroom, now: datetime, *, on_result: Callable[[Collected, int], None] | None = None
) -> list[Collected]:
    """Fetch every source that is due; `on_result` hears of each as it ends, with the number of sources in all."""
    due = sources.due(room.db, now)
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(source: Source) -> Collected:
        async with gate:
            result = await collect_source(room, source, now)
        if on_result:
            on_result(result, len(due))
        return result

    results = await asyncio.gather(*(one(source) for source in due))
    if due:
        log.info(
            "collected %d sources: %d new articles, %d problems",
            len(due),
            sum(result.new for result in results),
            sum(bool(result.problem) for result in results),
        )
    return results


async def collect_source(room: Newsroom, source: Source, now: datetime) -> Collected:
    """Fetch one source and own what is new in it; never raises for what the source does."""
    try:
        fetched = await room.fetcher.fetch(source.url, source.etag, source.last_modified)
        feed = None if fetched.status == "unchanged" else await _parse(fetched, now)
    except SourceError as error:
        _record_failure(room, source, error, now)
        return Collected(source, problem=str(error))
    if feed is None:
        _record_success(room, source, fetched, now, changed=False)
        return Collected(source)
    first = source.succeeded_at is None
    entries = feed.entries[:FIRST_FETCH_ENTRIES] if first else feed.entries
    if first and source.title == source.url and feed.title:
        sources.retitle(room.db, source.id, feed.title)
        source = sources.by_id(room.db, source.id) or source
    plans = ingest.plan(room.db, source, entries)
    analyses = await asyncio.to_thread(ingest.analyse, room.reading.analyser, plans)
    # The store may have moved on while the text was read (another source with the same link): decide again.
    plans_now = ingest.plan(room.db, source, entries)
    kept = [
        analysis if then.status == after.status else None
        for analysis, then, after in zip(analyses, plans, plans_now, strict=True)
    ]
    done = ingest.store(room.db, room.reading, source, plans_now, kept, now)
    count = {
        status: sum(item.status == status for item in done) for status in ("new", "updated", "unchanged")
    }
    _record_success(room, source, fetched, now, changed=count["new"] > 0)
    return Collected(source, count["new"], count["updated"], count["unchanged"])


async def _parse(fetched: Fetched, now: datetime) -> Feed:
    return await asyncio.to_thread(parse_feed, fetched.body, fetched.content_type, fetched.url, now)


def _record_success(
    room: Newsroom, source: Source, fetched: Fetched, now: datetime, *, changed: bool
) -> None:
    interval = backoff.after_success(source.interval_minutes, changed=changed, max_age=fetched.max_age)
    state = FetchState(
        etag=fetched.etag or source.etag,
        last_modified=fetched.last_modified or source.last_modified,
        interval_minutes=interval,
        next_fetch_at=backoff.next_fetch(now, interval, source.url),
    )
    with room.db.transaction():
        sources.record_success(room.db, source.id, state, now)
        if fetched.moved_to:
            sources.move(room.db, source.id, fetched.moved_to)


def _record_failure(room: Newsroom, source: Source, error: SourceError, now: datetime) -> None:
    asked = error.retry_after if isinstance(error, FetchError) else None
    wait = backoff.after_failure(source.failures + 1, retry_after=asked)
    sources.record_failure(room.db, source.id, str(error), now + wait, now)
    log.warning("source %s: %s", source.title, error)
