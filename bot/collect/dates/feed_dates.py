"""The dates of a feed, read by us before any parser sees them.

    XML → every element that a parser may take a date from → raw text → the feed's zone and order → our moments,
    written where the texts stood

A parser can only hand back what we wrote: an entry's date holds where it is one of ours, whatever else it says.
"""

import html
import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from bot.collect.dates.days import USUAL, Order, numbers_in
from bot.collect.dates.feed_places import writes_day_first, zone_of
from bot.collect.dates.moments import AHEAD, DateContext, parse_date

_NAMES = "pubdate|published|updated|date|lastbuilddate|issued|modified"
"""Local names that fastfeedparser 0.6 and feedparser 6 take dates from, in whatever namespace and case."""
_OTHERS = "publish_?date|publish_?time|pub_?time|pub_date|post_?date|post_?time|date_?published|release_?date|available|created"
"""Names under which RSS carries dates that fastfeedparser does not look for."""
_ELEMENT = re.compile(
    r"<(?=[A-Za-z][^\s<>/!?]{2,60}+(?<=[deDE])[\s>])"  # in a third of the time: all of them end in d or e
    rf"((?i:(?:[^\s<>/!?:]{{1,40}}:)?(?:{_NAMES}|({_OTHERS}))))(?:\s[^<>]*)?(?<!/)>(?:([^\s<&][^<&]{{0,99}})</\1>)?"
)
_OF_ATOM = frozenset(("published", "updated", "modified", "issued"))
"""Those of these names that fastfeedparser looks for in an entry of Atom."""
_LAST_MODIFIED = re.compile(r"<item\s(?:[^<>]{0,500}\s)?lastmod\s?=\s?[\"']([^\"'<>]{1,300})", re.IGNORECASE)
"""The date of an item in CDF, which feedparser takes from the attribute."""
_ITEM = re.compile(r"<(?:[^\s<>/!?:]{1,40}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_NO_TAG = re.compile(r"<!\[CDATA\[(.*?)\]\]>|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_FOREIGN = re.compile(r"<(?!/?(?:time|span|b|i|p|em|strong|font|abbr|div|br)\b)", re.IGNORECASE)
"""A tag that shows that the element was never closed."""
_MAX_HEAD = 4_096
_TOLD = 5
"""Items of a JSON Feed whose titles show what it is written in."""
_MAX_INSIDE = 1_000
"""Characters of an element with markup in it."""
_MAX_VALUE = 300
_MOST = 5_000
"""Dates read of one feed; of more than 1,000 entries none is taken."""
_KEYS = ("published", "updated", "created")
"""Where the parsers put dates, the first before the others."""
UNREAD = "1900-01-01T00:00:00+00:00"
"""Written for the date of an item whose dates cannot be read."""

_LINK = re.compile(
    r"<(?:\w+:)?link(?:\s[^<>]{0,300})?(?:>\s*|\shref=[\"'])(https?://[^\s<>\"']{1,300})", re.IGNORECASE
)
_DATE_LINE = timedelta(hours=14)
"""What the first place on earth is ahead of UTC."""
_CLOSER = 3
"""Times closer together that dates lie in one order than in another, for it to be theirs."""


class _Span(NamedTuple):
    """What to replace, what it says, and what stands before and behind our text."""

    start: int
    end: int
    value: str
    before: str = ""
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Dates:
    """What was written into a feed: moments by their texts."""

    moments: Mapping[object, datetime]

    def of(self, raw: Mapping[str, object]) -> tuple[datetime | None, bool]:
        """The first of a parser's dates for an entry that is ours, and whether it has only what nobody can read."""
        moment = self.moments.get(raw.get("published"))
        if moment is not None:
            return moment, False
        said = [raw[key] for key in _KEYS if key in raw]
        moment = next((found for one in said if (found := self.moments.get(one))), None)
        return moment, moment is None and UNREAD in said


def with_own_dates(text: str, url: str, language: str, now: datetime | None) -> tuple[str, Dates]:
    """A feed's XML with our reading in place of every date, and the moments by what was written.

    What cannot be read is emptied, or becomes `UNREAD` where its item has no other date. `url` is the feed's address,
    `language` what it says of itself (both may be empty), `now` (aware) when it was fetched, if known.
    """
    spans = _spans(text)
    if not spans:
        return text, Dates({})
    first = _ITEM.search(text)
    start = first.start() if first else len(text)
    channel = [span.value for span in takewhile(lambda span: span.start < start, spans)]
    head = text[: min(start, _MAX_HEAD)]
    context = context_of(
        (span.value for span in spans), now, language, (url, *_LINK.findall(head)), head, channel
    )
    moments: dict[object, datetime] = {}
    written = []
    for number, span in enumerate(spans):
        moment = parse_date(span.value, context) if number < _MOST else None
        ours = moment.isoformat() if moment else ""
        if moment:
            moments[ours] = moment
        written.append(ours)
    if not all(written):
        written = _marked(text, spans, written)
    pieces: list[str] = []
    position = 0
    for span, ours in zip(spans, written, strict=True):
        pieces.append(text[position : span.start])
        if ours or not span.before:
            pieces += (span.before, ours, span.behind)
        position = span.end
    return "".join((*pieces, text[position:])), Dates(moments)


def _spans(text: str) -> list[_Span]:
    """The texts of all elements that have a date's name, outside of CDATA."""
    found: list[_Span] = []
    first = text.find("<item")
    atom = first < 0 and (first := text.find("<entry")) >= 0
    position = 0
    for begin, end in _outside(text):
        for match in _ELEMENT.finditer(text, begin, end):
            strange = _local(match[1]) not in _OF_ATOM if atom else match[2] is not None
            if match[3] and not strange:  # nearly all
                found.append(_Span(*match.span(3), match[3]))
            elif match.start() >= position:  # not in what was read already
                beside = ("issued" if atom else "date") if strange and match.start() > first >= 0 else ""
                span, position = _span(text, match, beside)
                found += span
    if "lastmod" in text or "LASTMOD" in text:
        found += [_Span(*match.span(1), match[1]) for match in _LAST_MODIFIED.finditer(text)]
        found.sort()
    return found


def _outside(text: str) -> Iterator[tuple[int, int]]:
    """What lies outside of CDATA sections, from here to there."""
    position = 0
    while (opened := text.find(_CDATA, position)) >= 0:
        closed = text.find(_CDATA_END, opened)
        if closed < 0:
            break
        yield position, opened
        position = closed
    yield position, len(text)


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()


def _span(text: str, match: re.Match[str], beside: str) -> tuple[list[_Span], int]:
    """What to write for an element that needs a closer look, if anything, and where it ends.

    Where parsers do not look for its name, its moment stands `beside` it under one that they look for last of all.
    """
    begin = match.start()
    start = match.start(3) if match[3] else match.end()
    end, value = _inside(text, start, match[1])
    if not value or value.isspace():
        return [], start
    ended = text.startswith(f"</{match[1]}", end)
    if ended and beside:
        return [_Span(begin, begin, value, f"<{beside}>", f"</{beside}>")], end
    return [_Span(start, end, value, behind="" if ended else f"</{match[1]}>")], end


def _inside(text: str, start: int, name: str) -> tuple[int, str]:
    """Where the text of an element ends that begins here, and what it says."""
    end = text.find("<", start)
    if end < 0:
        end = len(text)
    value = text[start:end]
    if not text.startswith("</", end):
        closing = text.find(f"</{name}", end, end + _MAX_INSIDE)
        if closing >= 0 and not _FOREIGN.search(bare := _NO_TAG.sub(_kept, text[start:closing])):
            end, value = closing, _TAG.sub("", bare)
    return end, _TAG.sub("", html.unescape(value[:_MAX_VALUE])) if "&" in value else value


def _kept(match: re.Match[str]) -> str:
    return match[1] or ""


def _marked(text: str, spans: Sequence[_Span], written: Sequence[str]) -> list[str]:
    """With `UNREAD` for the first date of each item that has none that can be read."""
    items = [match.start() for match in _ITEM.finditer(text)]
    places = [bisect(items, span.start) for span in spans]
    known = {place for place, ours in zip(places, written, strict=True) if ours}
    known.add(0)  # the channel
    marked = list(written)
    for number, place in enumerate(places):
        if place not in known:
            marked[number] = UNREAD
            known.add(place)
    return marked


# -- JSON -------------------------------------------------------------------------------------------------------


def own_date(said: Sequence[object], context: DateContext) -> tuple[datetime | None, bool]:
    """The first of a JSON item's values that we can read, text or number, and whether there was only what we cannot."""
    texts = [text for value in said if (text := _written(value))]
    for text in texts:
        if moment := parse_date(text, context):
            return moment, False
    return None, bool(texts)


def json_context(
    document: Mapping[str, object], items: Sequence[object], url: str, now: datetime | None
) -> DateContext:
    """What the dates of a JSON Feed leave unsaid."""
    known = [item for item in items if isinstance(item, dict)]
    values = [_written(item.get("date_published")) for item in known]
    head = " ".join(str(one.get("title") or "") for one in (document, *known[:_TOLD]))
    addresses = [url, *(str(document.get(key) or "") for key in ("home_page_url", "feed_url"))]
    return context_of(values, now, str(document.get("language") or ""), addresses, head, ())


def _written(value: object) -> str:
    """Numbers as seconds or their parts since 1970 are written."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value).strip()


# -- what the feed as a whole says ------------------------------------------------------------------------------


def context_of(
    values: Iterable[str],
    now: datetime | None,
    language: str,
    addresses: Sequence[str],
    head: str,
    channel: Iterable[str],
) -> DateContext:
    """What a feed's dates leave unsaid, by all of them (`values`) and those of the feed itself (`channel`)."""
    zone = zone_of(language, addresses, head, channel)
    return DateContext(zone, now, order_of(values, now, day_first=writes_day_first(language, addresses[0])))


def _in_numbers(value: str) -> bool:
    """Whether the day may be in numbers that do not begin with the year."""
    return value[4:5] != "-" and ("/" in value or "." in value or "-" in value)


def order_of(values: Iterable[str], now: datetime | None, *, day_first: bool = False) -> Order | None:
    """The order of day and month in a feed's numbers: the one that all its dates allow; None where it has no such dates.

    Where several are left, one in which none lies ahead; then the one in which the dates lie much closer together; then
    the day first, where that is usual (`day_first`); then what the mark between the numbers speaks for.
    """
    found = [numbers for value in values if _in_numbers(value) and (numbers := numbers_in(value))]
    if not found:
        return None
    days = [numbers.days for numbers in found]
    left = _fitting(USUAL[found[0].mark], days)
    if found[0].mark == "." or len(left) == 1:  # 05.12.2026 is the fifth of December, in November as well
        return left[0]
    if now is not None:
        latest = (now + AHEAD + _DATE_LINE).date()
        left = _fitting(left, [{order: day for order, day in one.items() if day <= latest} for one in days])
    lie = {order: [one[order] for one in days if order in one] for order in left}
    spans = {order: (max(lie[order]) - min(lie[order])).days for order in left}
    closest = min(left, key=lambda order: spans[order])
    if all(spans[order] > _CLOSER * max(1, spans[closest]) for order in left if order != closest):
        return closest
    return "dmy" if day_first and "dmy" in left else left[0]


def _fitting(orders: Sequence[Order], days: Sequence[Mapping[Order, date]]) -> list[Order]:
    """Those that most of the dates allow."""
    fits = {order: sum(order in one for one in days) for order in orders}
    return [order for order in orders if fits[order] == max(fits.values())]
