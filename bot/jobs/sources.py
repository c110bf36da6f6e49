"""What operators do with sources: add, remove, check, and the catalogue that a first run begins with."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.collect.catalogue import CatalogueSource, load_catalogue, recommended
from bot.collect.fetch.addresses import feed_address
from bot.collect.fetch.guard import RefusedError, check_url
from bot.errors import FeedError, FetchError, InputError, NoRSSHubError, SourceError
from bot.runtime.services import Newsroom
from storage import meta, sources
from storage.database import Database
from storage.models import FullText, Source, SourceKind

RECENT = timedelta(days=14)
"""Over so long the items a day are counted."""
AT_ONCE, PER_HOST = 8, 2
"""Trial fetches under way at the same time, in all and at one host."""
NO_FEEDS = frozenset(("page", "page_with_feeds", "feed_list"))
"""Codes of what is surely no feed, now and later."""
_CODECS = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "cp932", "euc_jp", "cp949", "cp1252")


@dataclass(frozen=True, slots=True)
class Check:
    """What one trial fetch of a source shows."""

    url: str
    title: str
    status: str = "ok"
    """`ok`, the HTTP status of a refusal, `refused` (by the guard), `no feed` or `failed`."""
    entries: int = 0
    newest: datetime | None = None
    items_a_day: float | None = None
    """As `items_a_day` has it, by the dates of the entries; None where none has one."""
    encoding: str = ""
    size: int = 0
    milliseconds: int = 0
    problem: str = ""
    """As it would be stored: `bot.messages.problems` says it."""
    unread_dates: int = 0
    """Entries whose date cannot be read."""


def listed(db: Database, kind: SourceKind | None = None) -> list[Source]:
    """The sources in use, of one kind or all, in the order in which they were added."""
    return sources.listed(db, kind)


def gone(db: Database) -> list[Source]:
    """Those that their servers say are gone for good, until an operator adds them again or removes them."""
    return sources.gone(db)


def items_a_day(db: Database, now: datetime) -> dict[int, float]:
    """Items a day over the last `RECENT`, by source id; a source without items is absent."""
    known = sources.published(db, now - RECENT)
    return {source_id: _per_day(number, oldest, now) for source_id, (number, oldest) in known.items()}


def _of_feed(dates: Sequence[datetime], now: datetime) -> float | None:
    """Items a day, from the dates (aware UTC) of the items that a feed lists now; None if none is dated."""
    if not dates:
        return None
    return round(_per_day(sum(one >= now - RECENT for one in dates), min(dates), now), 1)


def _per_day(number: int, oldest: datetime, now: datetime) -> float:
    """Items a day: `number` of them over the last `RECENT`, or since the oldest that is known where that is less; at
    least over a day."""
    return number / max(1.0, min(RECENT, now - oldest) / timedelta(days=1))


def find(room: Newsroom, words: str) -> Source | CatalogueSource | None:
    """The source that the words name: its address, id or title; else one of the catalogue by name."""
    words = feed_address(words)
    for source in (*sources.listed(room.db), *sources.gone(room.db)):
        if words in {source.url, source.title, str(source.id)}:
            return source
    return _known(room, words)


def _known(room: Newsroom, words: str) -> CatalogueSource | None:
    """The source of the catalogue that the words name, or whose address they are."""
    catalogue = load_catalogue(room.config.rsshub)
    return next((known for known in catalogue if words and words in {known.name, known.url}), None)


def add(
    room: Newsroom,
    words: str,
    *,
    title: str | None,
    section: str | None,
    now: datetime,
    full_text: FullText | None = None,
) -> tuple[Source, bool]:
    """Add a feed by its address, or one of the catalogue by its name; returns it and whether it is new.

    `full_text` holds for a source that is already there, too. Raises InputError where the words are neither,
    NoRSSHubError where it comes through an instance that no setting names.
    """
    source, new = _add(room, words, title, section, now)
    if full_text is not None:
        sources.set_full_text(room.db, source.id, full_text)
        source = replace(source, full_text=full_text)
    return source, new


async def address_of_feed(room: Newsroom, words: str) -> str:
    """Where the feed of an address is that may be a home page: the one feed that the page names, else the address.

    One bounded, guarded fetch, and none for what is known or no address. An address that does not answer is as good
    as any: its status will tell. Raises FeedError where it answers with a page that names no feed or several, or with
    a list of feeds.
    """
    if find(room, words) is not None or not _is_address(words):
        return words
    from bot.collect.feeds.discover import named_feeds  # noqa: PLC0415 - reading feeds is the worker's and the collecting tick's
    from bot.collect.sandbox.read import read_feed  # noqa: PLC0415 - as above

    try:
        async with AsyncExitStack() as held:
            await read_feed(room.worker, await room.fetcher.fetch(words, held=held))
    except FeedError as error:
        feeds = named_feeds(error)
        if len(feeds) == 1:
            return feeds[0]
        if error.code in NO_FEEDS:
            raise
    except SourceError:
        pass
    return words


def _add(
    room: Newsroom, words: str, title: str | None, section: str | None, now: datetime
) -> tuple[Source, bool]:
    words = feed_address(words)
    known = _known(room, words)
    if known is not None:
        return add_known(room, known, now)
    if not _is_address(words):
        raise InputError(f"{words!r} is neither an http(s) address nor a name in the catalogue")
    if section is not None and room.reading.taxonomy.section(section) is None:
        raise InputError(f"{section!r} is no section; there are {_ids(room)}")
    return sources.add(room.db, url=words, title=title or words, kind="feed", section=section, now=now)


def _is_address(words: str) -> bool:
    try:
        check_url(words)
    except RefusedError:
        return False
    return True


def _ids(room: Newsroom) -> str:
    return ", ".join(section.id for section in room.reading.taxonomy.sections)


def add_known(room: Newsroom, known: CatalogueSource, now: datetime) -> tuple[Source, bool]:
    """Add one source of the catalogue. Raises NoRSSHubError for a route while no instance is named."""
    section = known.section if known.section and room.reading.taxonomy.section(known.section) else None
    return sources.add(
        room.db,
        url=_address(known),
        title=known.name,
        kind="feed",
        language=known.language,
        section=section,
        weight=known.weight,
        now=now,
    )


def _address(known: CatalogueSource) -> str:
    if not known.url:
        raise NoRSSHubError(
            f"{known.name} comes through RSSHub: set CHENBAO_RSSHUB to the root of an instance"
        )
    return known.url


def address_of(room: Newsroom, words: str) -> tuple[str, str]:
    """(address, title) of the source that the words name; an http(s) address may be unknown. Raises InputError."""
    words = feed_address(words)
    found = find(room, words)
    if isinstance(found, Source):
        return found.url, found.title
    if found is not None:
        return _address(found), found.name
    if not _is_address(words):
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
        wanted = recommended(load_catalogue(room.config.rsshub))
        added = [add_known(room, known, now) for known in wanted]
        meta.put(room.db, "catalogue_enabled", now.isoformat())
    return len(added)


async def check(room: Newsroom, url: str, title: str) -> Check:
    """Fetch and parse one source without storing anything; a problem is part of the answer."""
    async with AsyncExitStack() as held:
        return await _check(room, url, title, held)


async def _check(room: Newsroom, url: str, title: str, held: AsyncExitStack) -> Check:
    from bot.collect.sandbox.read import read_feed  # noqa: PLC0415 - as above

    begun = time.monotonic()
    try:
        fetched = await room.fetcher.fetch(url, held=held)
        feed = await read_feed(room.worker, fetched, room.now())
    except SourceError as error:
        took = round((time.monotonic() - begun) * 1000)
        return Check(url, title, _status(error), milliseconds=took, problem=str(error))
    dates = sorted(entry.published for entry in feed.entries if entry.published)
    return Check(
        url,
        feed.title or title,
        entries=len(feed.entries),
        newest=dates[-1] if dates else None,
        items_a_day=_of_feed(dates, room.now()),
        encoding=_encoding(fetched.body, fetched.content_type),
        size=len(fetched.body),
        milliseconds=round((time.monotonic() - begun) * 1000),
        unread_dates=feed.unread,
    )


async def check_all(
    room: Newsroom, wanted: Sequence[tuple[str, str]], on_result: Callable[[int, int], None]
) -> list[Check]:
    """Check every (address, title), few at once; `on_result` hears how many have ended, and how many there are."""
    gate, hosts = asyncio.Semaphore(AT_ONCE), defaultdict[str, asyncio.Semaphore](_host_gate)
    ended = 0

    async def one(url: str, title: str) -> Check:
        nonlocal ended
        async with hosts[_host(url)], gate:
            result = await check(room, url, title)
        ended += 1
        on_result(ended, len(wanted))
        return result

    return await asyncio.gather(*(one(url, title) for url, title in wanted))


def _host_gate() -> asyncio.Semaphore:
    return asyncio.Semaphore(PER_HOST)


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def _status(error: SourceError) -> str:
    if isinstance(error, RefusedError):
        return "refused"
    if isinstance(error, FetchError):
        return str(error.status or "failed")
    return "no feed"


def _encoding(body: bytes, content_type: str) -> str:
    """The encoding that the bytes turned out to be in: the first that gives them back."""
    from bot.collect.plain.encoding import decode  # noqa: PLC0415 - as above

    text = decode(body, content_type)
    for name in _CODECS:
        try:
            if text.encode(name) in (body, body.removeprefix(b"\xef\xbb\xbf")):
                return name
        except UnicodeEncodeError:
            continue
    return "mixed"
