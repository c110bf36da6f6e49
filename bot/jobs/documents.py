"""Importing documents that an operator has: each becomes a source, its parts articles."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.collect.documents import read_document
from bot.jobs.ingest import Ingested, ingest
from bot.services import Reading
from storage import sources
from storage.database import Database
from storage.models import Entry


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one document."""

    title: str
    items: tuple[Ingested, ...]


def import_document(
    db: Database, reading: Reading, name: str, data: bytes, zone: ZoneInfo, now: datetime
) -> Imported:
    """Own every article of a document; importing it again changes nothing.

    `name` is its file name. Times without a zone are in `zone`. Raises InputError for a file that cannot be read.
    """
    sections = {text: section.id for section in reading.taxonomy.sections for text in section.name.values()}
    document = read_document(name, data, zone, sections)
    grouped: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in document.entries:
        grouped[entry.source].append(entry)
    done: list[Ingested] = []
    with db.transaction():
        for publisher, entries in grouped.items():
            key = f"document:{publisher}" if publisher else document.key
            source, _ = sources.add(db, url=key, title=publisher or document.title, kind="document", now=now)
            done += ingest(db, reading, source, entries, now)
    place = {id(entry): position for position, entry in enumerate(document.entries)}
    return Imported(document.title, tuple(sorted(done, key=lambda item: place[id(item.entry)])))
