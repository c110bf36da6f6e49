"""From a feed's bytes to the entries that are to be owned, with what each can be known by. Pure: runs in any process."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from bot.collect.feeds.identity import Feedful, Key, identify
from bot.collect.feeds.parse import Feed, parse_feed
from storage.models import Entry

UNDATED_ENTRIES = 50
"""What stands further down in a feed without a date is history. So is, on the first fetch of a source, all that has
no date: it is archived, to be found and not to be briefed. Dated entries are all taken, however old: what an edition
tells is decided by their date."""


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries of a feed are stored."""

    oldest: datetime
    """What was published before, tidying would take away again."""
    news_since: datetime | None = None
    """What was published before is a backlog that is skipped: archived."""
    first: bool = False
    """Nothing was ever fetched from the source."""
    shared: frozenset[str] = frozenset()
    """Its links that were found to name no article before."""


@dataclass(frozen=True, slots=True)
class FeedReading:
    """What was read from a feed: its title, and the entries that pass an `EntryFilter`."""

    title: str
    found: int
    """Its entries, wanted or not."""
    own: Feedful
    """The entries to store, oldest first."""
    unread: int
    """Entries whose date cannot be read."""


def told(feed: Feed, wanted: EntryFilter) -> FeedReading:
    """The entries to store, oldest first; those that are not news are marked as archived, those without words or link left out."""
    saying = [entry for entry in feed.entries if entry.title or entry.text or entry.url]
    dated = [entry for entry in saying if entry.published and entry.published >= wanted.oldest]
    undated = [entry for entry in saying[:UNDATED_ENTRIES] if entry.published is None]
    entries = [_archived(entry, wanted) for entry in sorted(dated, key=attrgetter("published")) + undated]
    return FeedReading(feed.title, len(feed.entries), identify(entries, wanted.shared), feed.unread)


def _archived(entry: Entry, wanted: EntryFilter) -> Entry:
    """The entry, marked as archived if it is not news: undated ones of a first fetch, and a skipped backlog."""
    since = wanted.news_since
    if entry.published is None:
        old = wanted.first or since is not None
    else:
        old = since is not None and entry.published < since
    return replace(entry, archived=True) if old else entry


# -- between two processes: plain tuples cross in half the time of dataclasses --------------------------------

_entry_fields = attrgetter(*(one.name for one in fields(Entry)))
_key_fields = attrgetter(*(one.name for one in fields(Key)[1:]))
Packed = tuple[str, int, list[tuple[Any, Any]], frozenset[str], frozenset[str], int]


def packed(body: bytes, content_type: str, url: str, now: datetime, wanted: EntryFilter) -> Packed:
    """Read a feed's bytes, in a form that is cheap to send between processes. Raises FeedError."""
    found = told(parse_feed(body, content_type, url, now), wanted)
    keys = [(_entry_fields(key.entry), _key_fields(key)) for key in found.own.keys]
    return found.title, found.found, keys, found.own.shared, found.own.present, found.unread


def unpacked(answer: Packed) -> FeedReading:
    """The inverse of `packed`: the reading that the worker process sent."""
    title, found, keys, shared, present, unread = answer
    own = Feedful(tuple([Key(Entry(*entry), *key) for entry, key in keys]), shared, present)
    return FeedReading(title, found, own, unread)


def loaded() -> None:
    """Does nothing; calling it in a new process imports everything that reading a feed needs."""
