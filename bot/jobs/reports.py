"""The printed periodical: stored stories over a span of days → one `Report` → a file.

It is read, composed and written in a process of its own: that takes seconds, and a compiler that hangs is killed.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.briefing.matching import UNKNOWN_WORTH, Candidate, Keyword, strength
from bot.briefing.select import (
    BARE_PENALTY,
    CENTRALITY_WEIGHT,
    NEWS_WEIGHT,
    PLACED_WEIGHT,
    WORTH_WEIGHT,
)
from bot.collect.documents.headings import is_heading
from bot.collect.sandbox.worker import Worker
from bot.config import Config
from bot.errors import ReportError, WorkerError
from bot.jobs.report_overview import AskedModel, with_overview
from bot.languages import SPEECH
from bot.locales import Locale, load_locale
from bot.report.compose import Chosen, ReportWording, Span, compose, tallies
from bot.report.formats import Form, write
from bot.report.model import Overview, Report, Tally
from bot.report.names import Named, NameFinder, Spellings
from bot.report.rising import Naming, movements
from bot.report.traditional import in_traditional
from bot.report.wishes import Made, Wish
from bot.runtime.opening import open_store
from bot.text.aliases import load_aliases
from bot.text.taxonomy import Taxonomy, load_taxonomy
from storage import reported, sources, stories
from storage.database import Database
from storage.models import Article, Story, Subscription

SECONDS, MEGABYTES = 90.0, 900
"""Bounds of one report; 200 articles as PDF take 3 s, and the compiler reserves more than it uses."""
READ_AT_ONCE = 100
"""Stories whose texts are held at once."""
LONGER = 3
"""How many times as long as the span is the time before it in which names are counted."""
MAX_TOPICS = 10
"""Those of the chart, which stands on one page with what is said of it."""
_MAX_TOLD = 5
WORTH_PRINTING = 0.12
"""How surely an editor would print what is printed at least; who reads a whole week wants more than an edition has."""


async def make_apart(config: Config, wish: Wish, zone: ZoneInfo, now: datetime) -> Made:
    """Make the file in a process that ends with it. Raises ReportError."""
    async with aclosing(Worker(seconds=SECONDS, megabytes=MEGABYTES)) as worker:
        try:
            asked = AskedModel.of(config)
            return await worker.run(
                make, config.database, config.topics, wish, zone.key, now, asked, config.aliases
            )
        except WorkerError as problem:
            raise ReportError(
                "the report could not be made in time and memory.", reason="failed"
            ) from problem


def make(
    database: Path,
    topics: Path | None,
    wish: Wish,
    zone: str,
    now: datetime,
    asked: AskedModel | None = None,
    aliases: Path | None = None,
) -> Made:
    """Read the store, compose and write, with an overview by the model that is to be asked; `aliases` is an operator's
    file of other names. Raises ReportError, and ConfigError for a store that cannot be read."""
    with open_store(database, create=False) as db:
        taxonomy = load_taxonomy(topics)
        report = compose_report(db, taxonomy, wish, ZoneInfo(zone), now, aliases)
        if asked is not None:
            report = with_overview(db, report, taxonomy, asked, now)
    if wish.language == "zh-Hant" and wish.own_script:
        report = in_traditional(report)
    return Made(_file_name(report, wish.form), write(report, wish.form), len(report.pieces))


def _file_name(report: Report, form: Form) -> str:
    locale = load_locale(report.language)
    name = locale.text(
        "report.file_name", title=report.title, first=f"{report.first:%Y%m%d}", last=f"{report.last:%Y%m%d}"
    )
    return f"{''.join(c if c.isalnum() or c in ' -' else '_' for c in name)[:80]}.{form}"


def compose_report(
    db: Database,
    taxonomy: Taxonomy,
    wish: Wish,
    zone: ZoneInfo,
    now: datetime,
    aliases: Path | None = None,
) -> Report:
    """The periodical of what the store holds; what was published after `now` is not known yet. `aliases` is an
    operator's file of other names."""
    locale = load_locale(wish.language)
    names = _wording(taxonomy, wish, locale)
    finder, spellings = NameFinder(taxonomy), Spellings(load_aliases(aliases))
    since, until = _bounds(wish, zone, now)
    imported = {source.id: source.title for source in sources.listed(db, "document")}
    meets = _Filter(wish.follows, wish.sections, imported)
    found = [item for item in _candidates(db, since, until) if meets(item)]
    before = since - (until - since)
    known_since = reported.since(db)
    compared = known_since is not None and known_since <= before
    earlier = (
        [_Counted.of(item) for item in _candidates(db, before, since) if meets(item)] if compared else None
    )
    chosen = _chosen(db, found, wish, taxonomy, finder, imported)
    longer = LONGER * (until - since)
    rising: tuple[Tally, ...] = ()
    falling: tuple[Tally, ...] = ()
    if known_since is not None and known_since <= since - longer:
        rising, falling = moving_names(db, since, until, finder, spellings)
    now_counted = [_Counted.of(item) for item in found]
    overview = _overview(now_counted, earlier, names)
    told = sorted(
        (item.story for item in found),
        key=lambda story: (-len(story.publishers), -len(story.articles), story.id),
    )
    return compose(
        chosen,
        replace(overview, rising=rising, falling=falling),
        Span(wish.first, wish.last, zone),
        names,
        now,
        is_heading=is_heading,
        most=[story for story in told[:_MAX_TOLD] if len(story.publishers) > 1],
        only=_only(wish, names),
        sections=wish.sections,
        documents=_reprinted(chosen, imported),
        spellings=spellings,
    )


def _bounds(wish: Wish, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    """The instants (UTC) between which it lies: what is published at the first one belongs to the day before."""
    start, end = (
        datetime.combine(day, time(), zone).astimezone(UTC)
        for day in (wish.first, wish.last + timedelta(days=1))
    )
    moment = timedelta(microseconds=1)
    return start - moment, max(start, min(end - moment, now))


def _wording(taxonomy: Taxonomy, wish: Wish, locale: Locale) -> ReportWording:
    language = SPEECH[locale.code].names
    industry = locale.own(taxonomy.title[language])
    return ReportWording(
        wish.language,
        "" if wish.title else locale.text("report.series"),
        wish.title or locale.text("report.title", industry=industry[:1].upper() + industry[1:]),
        {section.id: locale.own(section.name[language]) for section in taxonomy.sections},
        {topic.id: locale.own(topic.name[language]) for topic in taxonomy.topics},
    )


def _only(wish: Wish, names: ReportWording) -> list[str]:
    """What was asked for, by name."""
    return [
        *(names.topics.get(item.value, item.value) for item in wish.follows),
        *(names.sections.get(section, section) for section in wish.sections),
    ]


def _candidates(db: Database, since: datetime, until: datetime) -> Iterator[Candidate]:
    """The stories with a report in (since, until], each with its reports up to then."""
    ids = stories.ids_reported_since(db, since, until)
    for start in range(0, len(ids), READ_AT_ONCE):
        for story in stories.by_ids(db, ids[start : start + READ_AT_ONCE]).values():
            known = tuple(article for article in story.articles if since < article.published_at <= until)
            if known:
                candidate = Candidate(replace(story, articles=known))
                if not candidate.is_a_name:
                    yield candidate


class _Filter:
    """Whether a story is wanted: of the industry, or reprinted by the operator, or followed by name."""

    def __init__(
        self, follows: Sequence[Subscription], sections: Collection[str], imported: Collection[int]
    ) -> None:
        self._follows = [(item, Keyword(item.value) if item.kind == "keyword" else None) for item in follows]
        self._sections = sections
        self._imported = imported

    def __call__(self, candidate: Candidate) -> bool:
        if self._sections and candidate.section not in self._sections:
            return False
        if self._follows:
            return any(strength(item, candidate, keyword) > 0 for item, keyword in self._follows)
        return candidate.is_central or bool(_documents(candidate.story, self._imported))


@dataclass(frozen=True, slots=True)
class _Counted:
    """What of a story is counted."""

    section: str | None
    topics: frozenset[str]
    publishers: tuple[str, ...]
    articles: int

    @classmethod
    def of(cls, candidate: Candidate) -> "_Counted":
        story = candidate.story
        return cls(candidate.section, candidate.topics, story.publishers, len(story.articles))


def _overview(now: Sequence[_Counted], before: Sequence[_Counted] | None, names: ReportWording) -> Overview:
    def by_section(counted: Sequence[_Counted]) -> Counter[str]:
        return Counter(item.section for item in counted if item.section)

    def by_topic(counted: Sequence[_Counted]) -> Counter[str]:
        return Counter(topic for item in counted for topic in item.topics)

    return Overview(
        stories=Tally("", len(now), None if before is None else len(before)),
        articles=sum(item.articles for item in now),
        publishers=len({name for item in now for name in item.publishers}),
        sections=tallies(
            by_section(now), None if before is None else by_section(before), names.sections, all_of_them=True
        ),
        topics=tallies(
            by_topic(now), None if before is None else by_topic(before), names.topics, all_of_them=False
        )[:MAX_TOPICS],
        rising=(),
        falling=(),
        most=(),
    )


def weight(candidate: Candidate) -> float:
    """What is printed first, and what at all where there is more than fits: an edition's rank, but for age."""
    worth = UNKNOWN_WORTH if candidate.worth is None else candidate.worth
    return (
        math.log2(1 + len(candidate.story.publishers))
        + WORTH_WEIGHT * worth
        + NEWS_WEIGHT * candidate.news
        + PLACED_WEIGHT * candidate.placed
        + CENTRALITY_WEIGHT * candidate.centrality
        - (0.0 if candidate.story.lead.summary else BARE_PENALTY)
    )


def is_worth_printing(candidate: Candidate) -> bool:
    """Whether an editor may print it where nobody asked for it: no advertisement, no list of others' headlines, no
    headline alone unless several outlets have it."""
    if len(candidate.story.publishers) > 1:
        return True
    if candidate.genre in {"promo", "roundup"} or not any(each.summary for each in candidate.story.articles):
        return False
    return candidate.worth is None or candidate.worth >= WORTH_PRINTING


def _chosen(
    db: Database,
    found: Sequence[Candidate],
    wish: Wish,
    taxonomy: Taxonomy,
    finder: NameFinder,
    imported: Collection[int],
) -> list[Chosen]:
    wanted = [
        item for item in found if wish.follows or _documents(item.story, imported) or is_worth_printing(item)
    ]
    kept = _kept(wanted, wish.most, len(wish.sections or taxonomy.sections), imported)
    earlier = stories.predecessors(db, [item.story.id for item in kept])
    followed = stories.by_ids(db, list(dict.fromkeys(earlier.values())))
    return [
        Chosen(
            item.story,
            item.section,
            weight(item),
            _named(finder, item.story),
            item.topics,
            followed.get(earlier.get(item.story.id, 0)),
            _documents(item.story, imported),
        )
        for item in kept
    ]


def _kept(found: Sequence[Candidate], most: int, sections: int, imported: Collection[int]) -> list[Candidate]:
    """The weightiest, but each section's first ones in any case; imported documents before all."""
    ranked = sorted(
        found,
        key=lambda item: (not _documents(item.story, imported), -weight(item), item.story.id),
    )
    if len(ranked) <= most:
        return ranked
    share = most // (2 * max(sections, 1))
    taken: Counter[str | None] = Counter()
    first: list[Candidate] = []
    rest: list[Candidate] = []
    for item in ranked:
        (first if taken[item.section] < share else rest).append(item)
        taken[item.section] += 1
    return [*first, *rest][:most]


def _named(finder: NameFinder, story: Story) -> Named:
    found = [finder.find(each.title, each.summary, each.keywords) for each in story.articles]
    return Named(
        frozenset().union(*(each.companies for each in found)),
        frozenset().union(*(each.institutions for each in found)),
    )


def moving_names(
    db: Database, since: datetime, until: datetime, finder: NameFinder, spellings: Spellings
) -> tuple[tuple[Tally, ...], tuple[Tally, ...]]:
    """Names that rise and names that fall in (since, until], against `LONGER` times as long a time before."""
    moved = movements(
        _namings(db, since, until, finder, spellings),
        _namings(db, since - LONGER * (until - since), since, finder, spellings),
        LONGER,
    )
    rising, falling = (
        tuple(replace(tally, name=spellings.shown(tally.name)) for tally in tallies) for tallies in moved
    )
    return rising, falling


def _namings(
    db: Database, since: datetime, until: datetime, finder: NameFinder, spellings: Spellings
) -> Iterable[Naming]:
    """Each story of the time, who reports it and whom it names, each name by its key among the spellings."""
    publishers: defaultdict[int, set[str]] = defaultdict(set)
    names: defaultdict[int, set[str]] = defaultdict(set)
    for mention in reported.mentions(db, since, until):
        publishers[mention.story_id].add(mention.publisher)
        found = finder.find(mention.title, mention.summary, mention.keywords).all
        names[mention.story_id].update(map(spellings.key, found))
    return [Naming(frozenset(publishers[key]), frozenset(names[key])) for key in publishers]


def _documents(story: Story, imported: Collection[int]) -> tuple[Article, ...]:
    """Those of its articles that an operator imported and that stand nowhere else."""
    return tuple(
        article
        for article in story.articles
        if article.source_id in imported and not article.url and article.text
    )


def _reprinted(chosen: Iterable[Chosen], imported: Mapping[int, str]) -> list[str]:
    """Titles of the imported documents that are reprinted."""
    found = {article.source_id for item in chosen for article in item.documents}
    return [imported[source_id] for source_id in sorted(found)]
