"""Imports an operator's documents: each document becomes a source, each of its parts an article."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.collect.documents.formats import Document, is_packed, read_document
from bot.collect.sandbox.worker import Worker
from bot.errors import DocumentError, WorkerError
from bot.jobs.collect.ingest import Ingested, ingest
from bot.runtime.services import Newsroom, Reading
from storage import sources
from storage.database import Database
from storage.models import Entry

BATCH = 500
"""Articles of one transaction: what an interruption undoes, and what is held in memory twice."""
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
    """The names under which a printed periodical has the sections, each with its id."""
    return {text: section.id for section in reading.taxonomy.sections for text in section.name.values()}


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
    grouped: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in document.entries:
        grouped[entry.source].append(entry)
    for publisher, entries in grouped.items():
        key = f"document:{publisher}" if publisher else document.key
        source, _ = sources.add(db, url=key, title=publisher or document.title, kind="document", now=now)
        for start in range(0, len(entries), batch):
            yield ingest(db, reading, source, entries[start : start + batch], now)


def _imported(document: Document, done: Sequence[Ingested]) -> Imported:
    place = {id(entry): position for position, entry in enumerate(document.entries)}
    items = tuple(sorted(done, key=lambda item: place[id(item.entry)]))
    return Imported(document.title, items, document.missing, document.faults)
