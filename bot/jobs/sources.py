"""What operators do with sources: add, remove, check, and the catalogue that a first run begins with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from bot.collect.catalogue import CatalogueSource, load_catalogue
from bot.collect.parse import parse_feed
from bot.errors import InputError, SourceError
from bot.services import Newsroom
from storage import meta, sources
from storage.database import Database
from storage.models import Entry, Source, SourceKind


@dataclass(frozen=True, slots=True)
class Check:
    """What one trial fetch of a source shows."""

    url: str
    title: str
    entries: int = 0
    newest: datetime | None = None
    size: int = 0
    problem: str = ""


def listed(db: Database, kind: SourceKind | None = None) -> list[Source]:
    """The sources in use, of one kind or all, in the order in which they were added."""
    return sources.listed(db, kind)


def find(room: Newsroom, words: str) -> Source | CatalogueSource | None:
    """The source that the words name: its address, id or title; else one of the catalogue by name."""
    listed = sources.listed(room.db)
    for source in listed:
        if words in {source.url, source.title, str(source.id)}:
            return source
    return next((known for known in load_catalogue() if words in {known.name, known.url}), None)


def add(
    room: Newsroom, words: str, *, title: str | None, section: str | None, now: datetime
) -> tuple[Source, bool]:
    """Add a feed by its address, or one of the catalogue by its name; returns it and whether it is new.

    Raises InputError where the words are neither.
    """
    known = next((item for item in load_catalogue() if words in {item.name, item.url}), None)
    if known is not None:
        return add_known(room, known, now)
    parts = urlsplit(words)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InputError(f"{words!r} is neither an http(s) address nor a name in the catalogue")
    if section is not None and room.reading.taxonomy.section(section) is None:
        raise InputError(f"{section!r} is no section; there are {_ids(room)}")
    return sources.add(room.db, url=words, title=title or words, kind="feed", section=section, now=now)


def _ids(room: Newsroom) -> str:
    return ", ".join(section.id for section in room.reading.taxonomy.sections)


def add_known(room: Newsroom, known: CatalogueSource, now: datetime) -> tuple[Source, bool]:
    """Add one source of the catalogue."""
    section = known.section if known.section and room.reading.taxonomy.section(known.section) else None
    return sources.add(
        room.db,
        url=known.url,
        title=known.name,
        kind="feed",
        language=known.language,
        section=section,
        weight=known.weight,
        now=now,
    )


def address_of(room: Newsroom, words: str) -> tuple[str, str]:
    """(address, title) of the source that the words name; an http(s) address may be unknown. Raises InputError."""
    found = find(room, words)
    if isinstance(found, Source):
        return found.url, found.title
    if found is not None:
        return found.url, found.name
    if urlsplit(words).scheme not in {"http", "https"}:
        raise InputError(f"{words!r} is neither an http(s) address nor the name of a source")
    return words, words


def remove(room: Newsroom, words: str) -> Source:
    """Stop collecting from the source that the words name. Raises InputError where there is none."""
    found = find(room, words)
    if not isinstance(found, Source):
        raise InputError(f"no source is called {words!r}; see: chenbao sources list")
    sources.remove(room.db, found.id)
    return found


def enable_recommended(room: Newsroom, now: datetime) -> int:
    """On an empty store: add the catalogue's recommended sources, once; returns how many."""
    if meta.get(room.db, "catalogue_enabled") or sources.listed(room.db, "feed"):
        return 0
    with room.db.transaction():
        added = [add_known(room, known, now) for known in load_catalogue() if known.recommended]
        meta.put(room.db, "catalogue_enabled", now.isoformat())
    return len(added)


async def check(room: Newsroom, url: str, title: str) -> Check:
    """Fetch and parse one source without storing anything; a problem is part of the answer."""
    try:
        fetched = await room.fetcher.fetch(url, "", "")
        feed = parse_feed(fetched.body, fetched.content_type, fetched.url)
    except SourceError as error:
        return Check(url, title, problem=str(error))
    return Check(url, feed.title or title, len(feed.entries), _newest(feed.entries), len(fetched.body))


def _newest(entries: Iterable[Entry]) -> datetime | None:
    return max((entry.published for entry in entries if entry.published), default=None)
