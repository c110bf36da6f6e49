"""Where a feed is read: in the worker's process; ordinary feeds in this process when the worker is full.

Measured on 485 snapshots of real feeds (2 cores, others at work): 36 MB/s, 5 ms for the slowest below SMALL, 60 for a
hostile one. A feed of 30 entries takes the event loop 1.4 ms here and 0.3 ms through the worker, whose start takes
100 ms. A thread would take the interpreter from the event loop all the same.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.collect.feeds.entries import EntryFilter, FeedReading, loaded, packed, told, unpacked
from bot.collect.feeds.parse import Feed, Laborious, parse_feed
from bot.collect.fetch.client import Fetched
from bot.collect.sandbox.worker import Worker
from bot.errors import FeedError, FetchError, WorkerError

LEAST = 1.5
"""Seconds that reading has at least, however long the answer took to come."""


async def read_feed(worker: Worker, fetched: Fetched, now: datetime | None = None) -> Feed:
    """What `parse_feed` makes of an answer, without holding the event loop up.

    Raises FeedError, WorkerError, and FetchError where an answer was cut off before its first entry ended.
    """
    with _not_cut(fetched) as seen:
        feed = await _read_feed(worker, fetched, now)
        seen.entries = len(feed.entries)
    return feed


async def read_entries(worker: Worker, fetched: Fetched, now: datetime, wanted: EntryFilter) -> FeedReading:
    """What of an answer is to be owned, likewise. Raises FeedError, WorkerError, FetchError."""
    with _not_cut(fetched) as seen:
        found = await _read_entries(worker, fetched, now, wanted)
        seen.entries = found.found
    return found


async def _read_feed(worker: Worker, fetched: Fetched, now: datetime | None) -> Feed:
    given = (fetched.body, fetched.content_type, fetched.url, now)
    if not worker.has_room:
        with contextlib.suppress(Laborious):
            return parse_feed(*given, quick=True)
    return await worker.run(parse_feed, *given, seconds=LEAST + fetched.left)


async def _read_entries(worker: Worker, fetched: Fetched, now: datetime, wanted: EntryFilter) -> FeedReading:
    given = (fetched.body, fetched.content_type, fetched.url, now)
    if not worker.has_room:
        with contextlib.suppress(Laborious):
            return told(parse_feed(*given, quick=True), wanted)
    return unpacked(await worker.run(packed, *given, wanted, seconds=LEAST + fetched.left))


@dataclass
class _Seen:
    entries: int = 0


@contextlib.contextmanager
def _not_cut(fetched: Fetched) -> Iterator[_Seen]:
    """An answer that was cut off is used as far as it goes; where that is nowhere, this is what is wrong with it."""
    seen = _Seen()
    try:
        yield seen
    except FeedError as problem:
        if fetched.cut:
            raise FetchError("cut_off") from problem
        raise
    if fetched.cut and not seen.entries:
        raise FetchError("cut_off")


async def prepare(worker: Worker) -> None:
    """The process is there, and has loaded what reading needs."""
    with contextlib.suppress(WorkerError):  # whoever needs it, hears of it
        await worker.run(loaded)
