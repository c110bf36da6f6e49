"""Which entries are one article. Pure: entries in, keys and verdicts out.

An article is its canonical link. A link names none when it is a site's front page, or when entries that are plainly
different stand under it in one feed; then the guid decides, unless it stands for several entries too, and in the end
title, date and text. A link that is new is not yet a new article: links gain session parameters and tokens, sites move,
so guid, title, date and text are asked as well. A link that is known is not yet a known article: a page may be
written anew each day.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.collect.feeds.canonical import canonical_url
from bot.text.normalise import squash
from storage.known import Known
from storage.models import Entry

ALIKE = 0.6
"""The share of character pairs from which two titles or texts are versions of one."""
COMPARED = 50
"""Entries of one link or title that are held against each other: a hostile feed must not make it thousands."""
_CHARACTERS = 400
"""Characters of a text that are looked at."""
_UNTITLED = 60
"""Characters of its text that stand for an entry without a title."""
_HOUR = 3600.0
_DAILY = 12 * _HOUR
"""Seconds from which other words under the same link are the next day's page rather than an edit."""
_TELLING = 8
"""Characters of a title that two articles hardly share by chance when they say the same moment too."""
_LONG = 40
"""Characters of a text that two articles of one title hardly share by chance, whenever they appeared."""
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Key:
    """What an entry can be known by; what names no article is empty."""

    entry: Entry
    address: str
    """The canonical form of the entry's link, whatever it names."""
    link: str
    guid: str
    title_key: str
    sure: bool
    """The feed gives each of its entries a guid of its own: an equal one is worth more."""
    copy: bool = False
    """An earlier entry of the same feed is this article already."""


@dataclass(frozen=True, slots=True)
class Feedful:
    """The keys of one feed's entries, in their order, and what was found out about its links."""

    keys: tuple[Key, ...]
    shared: frozenset[str]
    """Canonical links that several different entries have."""
    present: frozenset[str]
    """Canonical links and guids of this fetch: what is listed side by side is not one thing under two names."""


def identify(entries: Iterable[Entry], shared: Collection[str] = ()) -> Feedful:
    """A key for each entry of one feed; `shared` are links that were found to name no article before."""
    listed = list(entries)
    sure = len({entry.guid for entry in listed}) == len(listed) > 1
    raw = [_raw(entry, sure) for entry in listed]
    links: dict[str, list[Key]] = defaultdict(list)
    guids: dict[str, list[Key]] = defaultdict(list)
    for key in raw:
        links[key.link].append(key)
        guids[key.guid].append(key)
    found = {link for link, keys in links.items() if link and _several(keys)}
    nameless = found.union(shared)
    constant = {guid for guid, keys in guids.items() if guid and _stand_for_several(keys, nameless)}
    claimed: dict[tuple[str, str], list[Key]] = defaultdict(list)
    keys = [
        _claim(
            claimed,
            Key(
                key.entry,
                key.address,
                "" if key.link in nameless else key.link,
                "" if key.guid in constant else key.guid,
                key.title_key,
                key.sure,
            ),
        )
        for key in raw
    ]
    return Feedful(tuple(keys), frozenset(found), frozenset(links).union(guids) - {""})


def is_front_page(link: str) -> bool:
    """Whether a canonical link leads to a site and not to anything on it."""
    parts = urlsplit(link)
    return bool(parts.netloc) and not (parts.path or parts.query or parts.fragment)


def same_link(key: Key, known: Known) -> bool:
    """Whether the source's own article under the same link is this one, however much it was edited.

    Only where everything says otherwise is it not: title, text, and a guid of its own (a place of its own on one page)
    or a date a good part of a day later.
    """
    entry = key.entry
    if _alike_words(entry, known):
        return True
    if key.guid and known.guid and key.guid != known.guid:
        if "://" not in key.guid and "://" not in known.guid:
            return not _apart_in_time(entry.published, known.published_at)
        if key.guid.partition("#")[2] != known.guid.partition("#")[2]:
            return False
    if entry.published is None:
        return not (entry.text and known.text)
    return not _apart_in_time(entry.published, known.published_at, _DAILY)


def same_guid(key: Key, known: Known, present: Collection[str]) -> bool:
    """Whether the source's article with the same guid is this one; `present` as in `Feedful`."""
    if key.link and known.canonical_url and key.link != known.canonical_url:
        if known.canonical_url in present:
            return False
        title, place = squash(known.title) == key.title_key, _same_place(key.link, known.canonical_url)
        return sum((title, place, key.sure)) >= 2 or _renamed(key, known)
    if not key.link and _has_its_own_link(key, known):
        return False
    return _alike_words(key.entry, known) or (
        key.sure and not _apart_in_time(key.entry.published, known.published_at)
    )


def same_title(key: Key, known: Known, present: Collection[str]) -> bool:
    """Whether the source's article with the same title is this one; `present` as in `Feedful`."""
    entry = key.entry
    if known.guid != entry.guid and known.guid in present:
        return False
    same_text = known.has_text(entry.text)
    same_time = entry.published == known.published_at
    if key.link and known.canonical_url:
        if known.canonical_url in present:
            return False
        near = _same_place(key.link, known.canonical_url) and (same_text or same_time)
        return near or _moved(key, known, same_time=same_time)
    if _has_its_own_link(key, known):
        return False
    in_time = not _apart_in_time(entry.published, known.published_at)
    return same_text or in_time or _alike(entry.text, known.text)


def _moved(key: Key, known: Known, *, same_time: bool) -> bool:
    """Whether an article has gone to another path, with a token in it, or to another host: all else is the same."""
    entry = key.entry
    if len(entry.text) >= _LONG and known.has_text(entry.text):
        return True
    if not same_time:  # asked first: dozens may have a rubric's headline, and to read a text takes longest
        return False
    own_text = entry.text and known.text and squash(entry.text) != key.title_key
    return _alike(entry.text, known.text) if own_text else len(key.title_key) >= _TELLING


def _renamed(key: Key, known: Known) -> bool:
    """Whether an article of the same guid has gone to the path that its new title makes: its moment and text are the same."""
    entry = key.entry
    if entry.published != known.published_at:
        return False
    return len(entry.text) >= _LONG and squash(entry.text) != key.title_key and _alike(entry.text, known.text)


def _has_its_own_link(key: Key, known: Known) -> bool:
    """Whether the known article is named by a link, and the entry's is another one that names nothing."""
    return key.address != "" and known.canonical_url not in ("", key.address)


def _raw(entry: Entry, sure: bool) -> Key:
    link = canonical_url(entry.url) if entry.url else ""
    title_key = squash(entry.title or entry.text[:_UNTITLED])
    return Key(entry, link, "" if is_front_page(link) else link, entry.guid, title_key, sure)


def _several(keys: Sequence[Key]) -> bool:
    """Do different articles stand under this one link?"""
    first = keys[0]
    return any(_different(first, other) for other in keys[1:COMPARED])


def _different(one: Key, other: Key) -> bool:
    if one.title_key == other.title_key:
        return False
    if one.guid and other.guid and canonical_url(one.guid) != canonical_url(other.guid):
        return True
    return not _versions(one.title_key, other.title_key)


def _versions(one: str, other: str) -> bool:
    """Two wordings of one headline: one within the other, or alike with the same figures."""
    if one in other or other in one:
        return True
    return _DIGITS.findall(one) == _DIGITS.findall(other) and _alike(one, other)


def _stand_for_several(keys: Sequence[Key], nameless: Collection[str]) -> bool:
    """Does one guid stand for several entries?"""
    names = {key.link if key.link and key.link not in nameless else key.title_key for key in keys}
    return len(names) > 1


def _claim(claimed: dict[tuple[str, str], list[Key]], key: Key) -> Key:
    """The key, marked as a copy where an earlier entry of the feed is the same article."""
    name = ("link", key.link) if key.link else ("guid", key.guid) if key.guid else ("title", key.title_key)
    earlier = claimed[name]
    if earlier and (
        name[0] != "title" or any(_same_words(key.entry, other.entry) for other in earlier[-COMPARED:])
    ):
        return replace(key, copy=True)
    earlier.append(key)
    return key


def _same_words(one: Entry, other: Entry) -> bool:
    """Two entries with one title and nothing else to tell them by."""
    return one.text == other.text or one.published == other.published


def _apart_in_time(one: datetime | None, other: datetime, seconds: float = _HOUR) -> bool:
    return one is not None and abs((one - other).total_seconds()) > seconds


def _alike_words(entry: Entry, known: Known) -> bool:
    return _versions(squash(entry.title), squash(known.title)) or _alike(entry.text, known.text)


def _alike(one: str, other: str) -> bool:
    """Whether most pairs of characters of the shorter stand in the longer; nothing is like nothing."""
    first, second = _pairs(one), _pairs(other)
    if not first or not second:
        return False
    return len(first & second) >= ALIKE * min(len(first), len(second))


def _pairs(text: str) -> set[str]:
    text = text[:_CHARACTERS]
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _same_place(one: str, other: str) -> bool:
    """Whether two addresses have the same scheme, host and path."""
    return urlsplit(one)[:3] == urlsplit(other)[:3]
