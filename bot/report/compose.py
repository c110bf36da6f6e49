"""Chosen stories → the `Report`: their order, follow-ups in a row, documents in full, overview and index. Pure.

Within a section imported documents come first, in their own order; then the stories of the feeds, the weightiest first.
A story and its developments stand together, in the order in which they happened, in the section of the first, as far up
as the weightiest of them belongs.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot import clock
from bot.locales import Language, load_locale
from bot.report.characters import printable, web_address
from bot.report.model import (
    Earlier,
    IndexGroup,
    MostReported,
    Outlet,
    Overview,
    Paragraph,
    Piece,
    Report,
    ReportSection,
    Tally,
)
from bot.report.names import Named, Spellings
from bot.report.rising import index_key
from bot.text.aliases import load_aliases
from bot.text.headline import proper
from bot.text.telling import retold
from bot.text.typeset import typeset_headline
from storage.models import Article, Story

OTHER = ""
"""The section of what belongs to none."""
_TITLE_LENGTH = 40
"""Characters of its text that stand for a headline that is missing."""
_MAX_TITLE = 300
_LONG_TITLE = 40
_RUN_IN = re.compile(r"(.{11,}?[^\x00-\x7f])[ \u3000\n]+(?=[^\x00-\x7f]).{8,}", re.DOTALL)
"""A headline with its lead sentence behind a blank; a blank beside a Latin word belongs to that."""
_MAX_OUTLETS = 30
_EVERYWHERE, _FEW = 1 / 3, 12
"""A topic of more than this share of the pieces leads nowhere in particular, unless those are few."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A story that is printed."""

    story: Story
    section: str | None
    weight: float
    named: Named
    topics: frozenset[str]
    """Ids."""
    follows: Story | None = None
    """The story right before it in its chain."""
    documents: tuple[Article, ...] = ()
    """Those of its articles that the operator imported: they are reprinted in full, one by one."""


@dataclass(frozen=True, slots=True)
class ReportWording:
    """What the asker's language and the taxonomy say: names of sections and topics by id, in their order."""

    language: Language
    series: str
    title: str
    sections: Mapping[str, str]
    topics: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Span:
    """Local dates from `first` to `last`, both printed, and what the asker calls them."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def is_month(self) -> bool:
        """Whether it is a month of the calendar, from its first to its last day."""
        return (
            self.first.day == 1 and (date.fromordinal(self.last.toordinal() + 1)).day == 1 and self.days <= 31
        )

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


def compose(
    chosen: Sequence[Chosen],
    overview: Overview,
    span: Span,
    wording: ReportWording,
    now: datetime,
    *,
    is_heading: Callable[[str], bool],
    most: Iterable[Story] = (),
    only: Sequence[str] = (),
    sections: Sequence[str] = (),
    documents: Sequence[str] = (),
    spellings: Spellings | None = None,
) -> Report:
    """The periodical of these stories; `sections` are the ids that are printed, all where it is empty.

    `most` are the most reported stories, printed or not; the rest of the overview comes as it is. `spellings` know which
    names are one.
    """
    locale = load_locale(wording.language)
    wanted = {key: name for key, name in wording.sections.items() if not sections or key in sections}
    by_section: defaultdict[str, list[_Entry]] = defaultdict(list)
    for section, entry in _in_order(chosen):
        by_section[section if section in wanted else OTHER].append(entry)
    if by_section[OTHER]:
        wanted[OTHER] = locale.text("report.other_section")
    entries = [(key, entry) for key in wanted for entry in by_section[key]]
    numbers: dict[int, int] = {}
    for number, (_, entry) in enumerate(entries, 1):
        numbers.setdefault(entry.chosen.story.id, number)
    pieces: defaultdict[str, list[Piece]] = defaultdict(list)
    for number, (key, entry) in enumerate(entries, 1):
        pieces[key].append(_piece(number, entry, numbers, span.zone, is_heading))
    return Report(
        language=wording.language,
        series=printable(wording.series),
        title=printable(wording.title),
        issue=_issue(span, wording.language),
        first=span.first,
        last=span.last,
        made_on=clock.local_date(span.zone.key, now),
        only=tuple(map(printable, only)),
        sections=tuple(ReportSection(key, name, tuple(pieces[key])) for key, name in wanted.items()),
        overview=replace(overview, most=_most_told(most, numbers)),
        index=_index(entries, wording, spellings or Spellings(load_aliases())),
        documents=tuple(map(printable, documents)),
    )


def _most_told(stories: Iterable[Story], numbers: Mapping[int, int]) -> tuple[MostReported, ...]:
    return tuple(
        MostReported(headline(story.lead), len(story.publishers), numbers.get(story.id)) for story in stories
    )


def headline(article: Article, *, whole: bool = False) -> str:
    """Its title as it is printed; where it has none, how its text begins.

    Unless it shall be `whole`, without what the page that the feed was made from put around it: its age, its readers'
    comments, the lead sentence behind it.
    """
    title = printable(article.title if whole else _proper(article.title))[:_MAX_TITLE]
    if title:
        return title
    text = printable(article.text)
    return text[:_TITLE_LENGTH] + "…" if len(text) > _TITLE_LENGTH else text or "—"


def _proper(title: str) -> str:
    bare = proper(title)
    found = _RUN_IN.match(bare) if len(bare) > _LONG_TITLE else None
    return typeset_headline(found[1] if found else bare)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A story, or one document of it."""

    chosen: Chosen
    document: Article | None = None


def _in_order(chosen: Iterable[Chosen]) -> list[tuple[str | None, _Entry]]:
    """What is printed and in which section: a chain in that of its first story, a document in its own."""
    documents: list[tuple[Article, Chosen]] = []
    feeds: list[Chosen] = []
    for item in chosen:
        documents += [(article, item) for article in item.documents]
        if not item.documents:
            feeds.append(item)
    documents.sort(key=lambda each: (each[0].source_id, each[0].id))
    return [
        *((article.section, _Entry(item, article)) for article, item in documents),
        *((chain[0].section, _Entry(item)) for chain in _chains(feeds) for item in chain),
    ]


def _chains(feeds: Sequence[Chosen]) -> list[list[Chosen]]:
    """Stories with their developments, the weightiest chain first."""
    by_id = {item.story.id: item for item in feeds}
    chains: defaultdict[int, list[Chosen]] = defaultdict(list)
    for item in feeds:
        root = item
        passed = {item.story.id}
        while root.follows is not None and root.follows.id in by_id and root.follows.id not in passed:
            root = by_id[root.follows.id]
            passed.add(root.story.id)
        chains[root.story.id].append(item)
    told = [
        _told(sorted(chain, key=lambda item: (item.story.first_at, item.story.id)))
        for chain in chains.values()
    ]
    return sorted(told, key=lambda chain: (-max(item.weight for item in chain), chain[0].story.id))


def _told(chain: Sequence[Chosen]) -> list[Chosen]:
    """Each with an earlier story that it follows: links are made as reports arrive, which may be in another order."""
    told: list[Chosen] = []
    for place, item in enumerate(chain):
        before = item.follows
        if before is not None and (before.first_at, before.id) > (item.story.first_at, item.story.id):
            before = None
        if before is None and place:
            before = chain[place - 1].story
        told.append(replace(item, follows=before))
    return told


def _piece(
    number: int,
    entry: _Entry,
    numbers: Mapping[int, int],
    zone: ZoneInfo,
    is_heading: Callable[[str], bool],
) -> Piece:
    item = entry.chosen
    if entry.document is not None:
        return Piece(number, headline(entry.document, whole=True), _in_full(entry.document, is_heading))
    story, earlier = item.story, item.follows
    summary = _sentences(story)
    return Piece(
        number,
        headline(story.lead),
        (Paragraph(summary),) if summary else (),
        _outlets(story, zone),
        None
        if earlier is None
        else Earlier(
            headline(earlier.lead), clock.local_date(zone.key, earlier.first_at), numbers.get(earlier.id)
        ),
    )


def _in_full(article: Article, is_heading: Callable[[str], bool]) -> tuple[Paragraph, ...]:
    lines = [line for line in map(printable, article.text.split("\n")) if line]
    last = len(lines) - 1
    return tuple(Paragraph(line, place != last and is_heading(line)) for place, line in enumerate(lines))


def _sentences(story: Story) -> str:
    """The lead's summary; where it has none, another report's."""
    summary = next((article.summary for article in story.articles if article.summary), ())
    text = ""
    for sentence in filter(None, retold(list(map(printable, summary)))):
        text += f" {sentence}" if text and text[-1].isascii() else sentence
    return text


def _outlets(story: Story, zone: ZoneInfo) -> tuple[Outlet, ...]:
    """Every outlet that reports it, oldest first; of a publisher's reports on one day the first that has an address."""
    found: dict[tuple[str, date], Outlet] = {}
    for article in sorted(story.articles, key=lambda article: (article.published_at, article.id)):
        name, day = printable(article.publisher) or "—", clock.local_date(zone.key, article.published_at)
        outlet = Outlet(name, web_address(article.url), day)
        if (name, day) not in found or (outlet.url and not found[name, day].url):
            found[name, day] = outlet
    return tuple(found.values())[:_MAX_OUTLETS]


def _issue(span: Span, language: Language) -> str:
    locale = load_locale(language)
    if span.is_month:
        return locale.text("report.issue_month", year=span.first.year, number=span.first.month)
    if span.days == 7:
        year, week, _ = span.last.isocalendar()
        return locale.text("report.issue_week", year=year, number=week)
    return ""


def _index(
    entries: Sequence[tuple[str, _Entry]], wording: ReportWording, spellings: Spellings
) -> tuple[IndexGroup, ...]:
    locale = load_locale(wording.language)
    named: dict[str, defaultdict[str, set[int]]] = {
        kind: defaultdict(set) for kind in ("companies", "institutions", "topics")
    }
    for number, (_, entry) in enumerate(entries, 1):
        for name in entry.chosen.named.companies:
            named["companies"][spellings.key(name)].add(number)
        for name in entry.chosen.named.institutions:
            named["institutions"][spellings.key(name)].add(number)
        for topic in entry.chosen.topics:
            named["topics"][printable(wording.topics.get(topic, topic))].add(number)
    groups = []
    for kind, found in named.items():
        shown = {(key if kind == "topics" else spellings.shown(key)): found[key] for key in found}
        if shown:
            words = sorted(shown, key=index_key)
            heading = locale.text(f"report.index_{kind}")
            most = max(_FEW, int(len(entries) * _EVERYWHERE)) if kind == "topics" else len(entries)
            groups.append(
                IndexGroup(
                    heading,
                    tuple(
                        (word, tuple(sorted(shown[word])) if len(shown[word]) <= most else ())
                        for word in words
                    ),
                )
            )
    return tuple(groups)


def tallies(
    now: Counter[str], before: Counter[str] | None, names: Mapping[str, str], *, all_of_them: bool
) -> tuple[Tally, ...]:
    """Counts by id with their names, in the names' order or (not `all_of_them`) the most first, without empty ones."""
    found = [
        Tally(printable(name), now[key], None if before is None else before[key])
        for key, name in names.items()
    ]
    return tuple(
        found if all_of_them else sorted((each for each in found if each.now), key=lambda each: -each.now)
    )
