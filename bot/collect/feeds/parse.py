"""Bytes of a feed to entries: RSS 0.9x–2.0, RDF, Atom and JSON Feed.

    decode once → mend what strict parsers refuse → fastfeedparser, else feedparser → entries

Everything is bounded: bytes, entries, characters of an entry. Document type declarations are cut out before any
parser sees them, so no entity can expand and none can name a file.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from bot.collect.dates.feed_dates import Dates, json_context, own_date, with_own_dates
from bot.collect.dates.moments import AHEAD, DateContext
from bot.collect.feeds.discover import is_opml, page_instead
from bot.collect.feeds.links import MARK, base_of, of_parser, unusual, with_one_link
from bot.collect.feeds.mending import mended
from bot.collect.fetch.addresses import absolute
from bot.collect.plain.encoding import decode
from bot.collect.plain.nearly_json import is_object, read_json, read_torn_json
from bot.collect.plain.plaintext import (
    clean,
    headline_of,
    plain_text,
    plain_title,
    said_plainly,
    without_teaser,
)
from bot.errors import FeedError
from bot.text.headline import without_furniture
from storage.models import Entry

MAX_BYTES = 16_000_000
SMALL, FEW = 128_000, 300
"""Bytes and entries that the fast parser surely reads within some milliseconds, whatever they are."""
MAX_ENTRIES = 1_000
"""Entries taken from one feed; real ones have 10 to 500."""
_MAX_SLOW_BYTES = 2_000_000
"""feedparser reads about 0.5 MB/s: what the fast parser gives up on and is larger than this is refused."""
_MAX_TEXT = 20_000
"""Characters kept of an entry: more than articles have, and analysed within 100 ms whatever they are."""
_MAX_TITLE = 300

_LANGUAGE = re.compile(
    r"<(?:dc:)?language>\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)\s*</|xml:lang=[\"']([A-Za-z-]{2,20})"
)
_PAGE = re.compile(
    r"\s*(?:<!--(?:(?!-->).)*-->\s*)*(?:<\?xml[^>]*>\s*)?(?:<!doctype\s+html|<html[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_ITEM = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]")
_ROOT = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_ATOM = re.compile(r"<(?:\w+:)?entry[\s>]")
_ENCODED_TITLE = re.compile(r"<title\b[^<>]{0,200}base64", re.IGNORECASE)
"""A title in base64: the fast parser loses it."""
_HEAD = 4_096


class Laborious(Exception):  # noqa: N818 - not a failure
    """Reading on may take long, and belongs where it can be ended."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A parsed feed. `language` is as the feed gives it, possibly empty."""

    title: str
    language: str
    entries: tuple[Entry, ...]
    unread: int = 0
    """Entries whose date says nothing that can be read, or what cannot be."""


def parse_feed(
    body: bytes, content_type: str, url: str, now: datetime | None = None, quick: bool = False
) -> Feed:
    """Parse a feed's bytes; `content_type` is the HTTP header, `url` the base of relative links.

    Dates are read by `feed_dates`, never by the parsers; `now` (aware UTC) is what 3小时前 counts from, and dates more
    than a day ahead of it become None. Raises FeedError; when to be `quick`, Laborious where it is large or long, or
    its encoding has to be guessed, or feedparser has to read it.
    """
    if len(body) > MAX_BYTES:
        raise FeedError("large", megabytes=MAX_BYTES // 1_000_000)
    if quick and len(body) > SMALL:
        raise Laborious
    text = decode(body, content_type, guess=_leave if quick else None).strip("\ufeff \t\r\n\0")
    if not text:
        raise FeedError("empty")
    if is_object(text):
        feed = _json_feed(text, url, now, quick)
    elif _PAGE.match(text[:_HEAD]):
        raise page_instead(text, url)
    elif is_opml(text):
        raise FeedError("feed_list")
    else:
        feed = _xml_feed(text, url, now, quick)
    entries, unread = feed.entries, feed.unread
    if now is not None:
        entries = tuple(_not_ahead(entry, now + AHEAD) for entry in entries)
        unread += sum(before is not after for before, after in zip(feed.entries, entries, strict=True))
    return Feed(feed.title, feed.language, _distinct(entries), unread)


def _leave(_: bytes) -> str:
    raise Laborious


def _not_ahead(entry: Entry, latest: datetime) -> Entry:
    if entry.published is None or entry.published <= latest:
        return entry
    return Entry(title=entry.title, url=entry.url, guid=entry.guid, text=entry.text)


def _distinct(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The first of those that say the same address and guid."""
    return tuple({(entry.guid, entry.url, entry.title): entry for entry in reversed(entries)}.values())[::-1]


# -- XML ---------------------------------------------------------------------------------------------------


def _xml_feed(text: str, url: str, now: datetime | None, quick: bool) -> Feed:
    match = _LANGUAGE.search(text[:_HEAD])
    language = (match[1] or match[2]) if match else ""
    dated, dates = with_own_dates(mended(text), url, language, now)
    body = dated.encode()
    settled = with_one_link(body, url, language) if unusual(dated) else None
    parsed = _parsed(settled or body, text, quick)
    atom = _ATOM.search(text) is not None
    if settled is None and not all(_link(raw, atom=atom) for raw in parsed["entries"]):
        settled = with_one_link(body, url, language)
        parsed = _parsed(settled, text, quick) if settled else parsed
    head = parsed["feed"]
    base = base_of(url, _text(head, "link"))
    if quick and len(parsed["entries"]) > FEW:
        raise Laborious
    read = [
        _entry(raw, _address(raw, base, atom, settled is not None), dates)
        for raw in parsed["entries"][:MAX_ENTRIES]
    ]
    title, unread = plain_title(_text(head, "title")), sum(unread for _, unread in read)
    return Feed(title, language or _text(head, "language"), tuple(entry for entry, _ in read), unread)


def _parsed(body: bytes, text: str, quick: bool) -> Mapping[str, Any]:
    """What the parsers make of a feed of which the `text` is to be read; raises FeedError, and Laborious."""
    parsed = None if _ENCODED_TITLE.search(text) and len(body) <= _MAX_SLOW_BYTES else _quick(body)
    if parsed is None or (not parsed["entries"] and _ITEM.search(text)):
        if quick and _begins(text):
            raise Laborious
        parsed = _patient(body, text)
    return parsed


def _quick(body: bytes) -> Mapping[str, Any] | None:
    """What the fast parser makes of it; None where it gives up, or loses every link."""
    import fastfeedparser  # noqa: PLC0415 - mostly of the worker's process alone

    try:
        parsed: Mapping[str, Any] = fastfeedparser.parse(
            body, include_tags=False, include_media=False, include_enclosures=False
        )
    except Exception:  # whatever the failure, the patient parser is asked next
        return None
    entries = parsed["entries"]
    lost = b"<link" in body and not any(_text(raw, "link") or _text(raw, "id") for raw in entries)
    return None if entries and lost and len(body) <= _MAX_SLOW_BYTES else parsed


def _patient(body: bytes, text: str) -> Mapping[str, Any]:
    """What feedparser makes of it; raises FeedError where that is no feed."""
    if not _begins(text):
        raise FeedError("no_feed")
    if len(body) > _MAX_SLOW_BYTES:
        raise FeedError("damaged_large")
    import feedparser  # noqa: PLC0415 - as above

    try:
        parsed: Mapping[str, Any] = feedparser.parse(
            BytesIO(body), sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as problem:  # hostile input finds errors of every kind in it
        raise FeedError("damaged") from problem
    if not parsed["entries"] and not parsed.get("version"):
        raise FeedError("no_feed")
    return parsed


def _begins(text: str) -> bool:
    """Whether there is anything of a feed in it."""
    return bool(_ROOT.search(text) or _ITEM.search(text))


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""


def _link(raw: Mapping[str, Any], *, atom: bool) -> str:
    """The entry's link, where it is not what the parser made of its guid."""
    link = of_parser(raw, atom=atom)
    return "" if link.startswith(MARK) else link


def _address(raw: Mapping[str, Any], base: str, atom: bool, settled: bool) -> str:
    """Where the entry is to be read. Where its links could not be `settled`, whatever is an address will do."""
    url = absolute(_link(raw, atom=atom), base)
    if url or settled:
        return url
    return absolute(_guid(raw), "") or absolute(_text(raw, "link").removeprefix(MARK), base)


def _guid(raw: Mapping[str, Any]) -> str:
    return clean(_text(raw, "id")).strip().removeprefix(MARK)


def _entry(raw: Mapping[str, Any], url: str, dates: Dates) -> tuple[Entry, bool]:
    """The entry that is to be read at `url`, and whether its date cannot be read."""
    guid = _guid(raw)
    markup = max(_bodies(raw), key=len, default="")
    title, text = _words(plain_title(_text(raw, "title")), plain_text(markup))
    published, unread = dates.of(raw)
    entry = Entry(
        title=title,
        url=url,
        guid=guid or url,
        text=text,
        published=published,
    )
    return entry, unread


def _words(title: str, text: str) -> tuple[str, str]:
    """Title and text within their bounds: the title one headline, the text without a teaser in front of it."""
    title, text = headline_of(title, without_teaser(text)[:_MAX_TEXT])
    bare = without_furniture(title)
    title, text = bare, bare if text == title else text  # some feeds have the title once more for a text
    return title[:_MAX_TITLE] or text.partition("\n")[0][:60], text


def _bodies(raw: Mapping[str, Any]) -> Iterator[str]:
    """Every text that the entry carries: full content, description."""
    for part in raw.get("content") or ():
        value = part.get("value")
        if isinstance(value, str) and not str(part.get("type", "")).startswith(
            ("image/", "audio/", "video/")
        ):
            yield value
    yield _text(raw, "description")
    yield _text(raw, "summary")


# -- JSON Feed (https://www.jsonfeed.org/version/1.1/) -----------------------------------------------------


def _json_feed(text: str, url: str, now: datetime | None, quick: bool) -> Feed:
    try:
        document = read_json(text, mend=False) if quick else read_torn_json(text)
    except (ValueError, RecursionError) as problem:
        if quick:
            raise Laborious from None
        raise FeedError("damaged_json") from problem
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        raise FeedError("other_json")
    if quick and len(items) > FEW:
        raise Laborious
    items = items[:MAX_ENTRIES]
    context = json_context(document, items, url, now)
    base = base_of(url, _text(document, "home_page_url"))
    read = [_json_entry(item, base, context) for item in items if isinstance(item, dict)]
    title, unread = plain_title(_text(document, "title")), sum(unread for _, unread in read)
    return Feed(title, _text(document, "language"), tuple(entry for entry, _ in read), unread)


def _json_entry(item: Mapping[str, Any], base: str, context: DateContext) -> tuple[Entry, bool]:
    """The entry, and whether its date cannot be read."""
    named = item.get("id")
    guid = clean(str(named)) if isinstance(named, str | int | float) else ""
    page = absolute(_text(item, "url"), base) or absolute(_text(item, "external_url"), base)
    url = page or absolute(guid, "") or absolute(_file(item), base)
    markup = _text(item, "content_html")
    title, text = _words(
        plain_title(_text(item, "title")),
        plain_text(markup) if markup else said_plainly(_text(item, "content_text") or _text(item, "summary")),
    )
    published, unread = own_date((item.get("date_published"), item.get("date_modified")), context)
    entry = Entry(
        title=title,
        url=url,
        guid=guid or url,
        text=text,
        published=published,
    )
    return entry, unread


def _file(item: Mapping[str, Any]) -> str:
    """Where the first file lies that comes with an item: a podcast's episode may have nothing else."""
    files = item.get("attachments")
    first = files[0] if isinstance(files, list) and files else None
    return _text(first, "url") if isinstance(first, dict) else ""
