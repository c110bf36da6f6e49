"""Imports an operator's documents: each document becomes a source, each of its parts an article."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.collect.documents.formats import Document, is_packed, read_document
from bot.collect.sandbox.worker import Worker
from bot.errors import DocumentError, WorkerError
from bot.jobs.collect.ingest import Ingested, ingest
from bot.locales import load_locale
from bot.locales.script import traditional
from bot.runtime.newsroom import REMEMBERED, STORY_DAYS
from bot.runtime.services import Newsroom, Reading
from bot.stories import SPAN
from storage import articles, sources
from storage.database import Database
from storage.models import Entry

BATCH = 500
"""Articles of one transaction: what an interruption undoes, and what is held in memory twice."""
MOST_RECALLED = 20_000
"""Stored articles that one import brings back into memory; more than a busy instance has of two weeks."""
SECONDS, MEGABYTES = 90.0, 400
"""Bounds of reading one document apart; the model periodical as PDF takes 3 s."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of importing one document."""

    title: str
    items: tuple[Ingested, ...]
    missing: tuple[str, ...] = ()
    """Titles that a periodical's contents list and its body does not have."""
    faults: tuple[DocumentError, ...] = ()
    """Lines of a JSON Lines file that were left out, and why."""

    @property
    def counts(self) -> Counter[str]:
        """How many articles are new, updated, unchanged."""
        return Counter(item.status for item in self.items)


def section_names(reading: Reading) -> dict[str, str]:
    """The names under which a printed periodical has the sections, each with its id: in traditional characters, too."""
    own = load_locale("zh-Hant").own
    return {
        written: section.id
        for section in reading.taxonomy.sections
        for name in section.name.values()
        for written in (name, own(name), traditional(name))
    }


async def read_apart(reading: Reading, name: str, data: bytes, zone: ZoneInfo) -> Document:
    """Read a document in a process of its own. Raises InputError for a file that cannot be read in time and memory."""
    async with aclosing(Worker(seconds=SECONDS, megabytes=MEGABYTES)) as worker:
        try:
            return await worker.run(read_document, name, data, zone, section_names(reading))
        except WorkerError as problem:
            raise DocumentError(f"{name} takes too much time or memory to read.", reason="large") from problem


def import_document(
    db: Database,
    reading: Reading,
    name: str,
    data: bytes,
    zone: ZoneInfo,
    now: datetime,
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> Imported:
    """Store every article of a document; importing it again changes nothing.

    `name` is its file name. Times without a zone are in `zone`. The whole file is read before the first article is
    stored; then each batch is stored for good, so an interrupted import is completed by running it again.
    `on_progress` receives the number of articles stored and the total. Raises InputError for a file that cannot be
    read.
    """
    if is_packed(data):
        document = asyncio.run(read_apart(reading, name, data, zone))
    else:
        document = read_document(name, data, zone, section_names(reading))
    done: list[Ingested] = []
    for batch in _stored_batches(db, reading, document, now, BATCH):
        done += batch
        if on_progress:
            on_progress(len(done), len(document.entries))
    return _imported(document, done)


async def take_in_file(room: Newsroom, name: str, data: bytes, now: datetime) -> Imported:
    """Import a document while the bot runs: one article at a time, so that other tasks get their turn in between.

    Arguments and result are as for `import_document`; times without a zone are in the configured zone. Raises InputError.
    """
    document = await read_apart(room.reading, name, data, room.config.zone)
    await room.reading.remembered.wait()
    done: list[Ingested] = []
    for batch in _stored_batches(room.db, room.reading, document, now, 1):
        done += batch
        await asyncio.sleep(0)
    return _imported(document, done)


def _stored_batches(
    db: Database, reading: Reading, document: Document, now: datetime, batch: int
) -> Iterator[list[Ingested]]:
    """Store the document's articles, a batch at each step; each publisher that they name is a source."""
    yield from _recalled(db, reading, document.entries, now)
    grouped: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in document.entries:
        grouped[entry.source].append(entry)
    for publisher, entries in grouped.items():
        key = f"document:{publisher}" if publisher else document.key
        source, _ = sources.add(db, url=key, title=publisher or document.title, kind="document", now=now)
        for start in range(0, len(entries), batch):
            yield ingest(db, reading, source, entries[start : start + batch], now)


def _recalled(
    db: Database, reading: Reading, entries: Sequence[Entry], now: datetime
) -> Iterator[list[Ingested]]:
    """The story index learns what is stored of the days that these entries are from, where they are older than what it
    remembers: their stories may have been told by an earlier import. Nothing is imported at any of the steps."""
    remembered = now - timedelta(days=STORY_DAYS)
    left = MOST_RECALLED
    for first, last in _spans(entry.published for entry in entries if entry.published):
        if first >= remembered:
            break
        found = articles.ids_published_between(db, first - timedelta(days=STORY_DAYS), last + SPAN, left)
        left -= len(found)
        unknown = [number for number in reversed(found) if number not in reading.stories]
        for start in range(0, len(unknown), REMEMBERED):
            step = unknown[start : start + REMEMBERED]
            stored = articles.by_ids(db, step)
            for article in map(stored.__getitem__, step):
                if article.story_id is not None:
                    reading.stories.add(article)
            yield []


def _spans(times: Iterable[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """The spans of time in which these moments lie, the earliest first: what is nearer than a story's days is one."""
    begun = last = None
    for moment in sorted(times):
        if begun is None or last is None:
            begun = moment
        elif moment - last > timedelta(days=STORY_DAYS):
            yield begun, last
            begun = moment
        last = moment
    if begun is not None and last is not None:
        yield begun, last


def _imported(document: Document, done: Sequence[Ingested]) -> Imported:
    place = {id(entry): position for position, entry in enumerate(document.entries)}
    items = tuple(sorted(done, key=lambda item: place[id(item.entry)]))
    return Imported(document.title, items, document.missing, document.faults)
