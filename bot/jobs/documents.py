"""Importing documents that an operator has: each becomes a source, its parts articles."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.collect.documents import read_document
from bot.jobs.ingest import Ingested, ingest
from bot.services import Reading
from storage import sources
from storage.database import Database
from storage.models import Entry

BATCH = 500
"""Articles of one transaction: what an interruption undoes, and what is held in memory twice."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one document."""

    title: str
    items: tuple[Ingested, ...]
    missing: tuple[str, ...] = ()
    """Titles that a periodical's contents list and its body does not have."""


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
    """Own every article of a document; importing it again changes nothing.

    `name` is its file name. Times without a zone are in `zone`. The whole file is read before the first article is
    stored; then each batch is stored for good, so an interrupted import is completed by running it again.
    `on_progress` hears how many articles are stored, and of how many. Raises InputError for a file that cannot be
    read.
    """
    sections = {text: section.id for section in reading.taxonomy.sections for text in section.name.values()}
    document = read_document(name, data, zone, sections)
    grouped: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in document.entries:
        grouped[entry.source].append(entry)
    done: list[Ingested] = []
    for publisher, entries in grouped.items():
        key = f"document:{publisher}" if publisher else document.key
        source, _ = sources.add(db, url=key, title=publisher or document.title, kind="document", now=now)
        for start in range(0, len(entries), BATCH):
            done += ingest(db, reading, source, entries[start : start + BATCH], now)
            if on_progress:
                on_progress(len(done), len(document.entries))
    place = {id(entry): position for position, entry in enumerate(document.entries)}
    items = tuple(sorted(done, key=lambda item: place[id(item.entry)]))
    return Imported(document.title, items, document.missing)
