"""Trends of words, read from the store: how many stories a day, and the headlines of the peaks."""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.collect.sandbox.worker import Worker
from bot.errors import ReportError, WorkerError
from bot.messages.trends import TrendLine, TrendPeak, peak_text
from bot.messages.view import View
from bot.report.charts import ChartLine, ChartMark, lines
from bot.report.formats import FORMATS
from bot.report.trends import Peak, Trend, TrendDays, named_peaks, sparkline, trend
from bot.search.search import Search
from bot.text.taxonomy import Taxonomy
from storage import articles, reported, stories
from storage.database import Database
from storage.models import Article, StoryReport

DAYS, FEWEST_DAYS, MOST_DAYS = 28, 7, 180
MOST_WORDS = 4
"""Lines that can be told apart on a phone."""
SECONDS, MEGABYTES = 30.0, 600
"""Bounds of drawing one picture, which takes a fifth of a second; the compiler reserves more than it uses."""
_WIDTH, _PPI = 390, 216
"""Points, as charts are made; and three pixels to a point, as phones have them."""


@dataclass(frozen=True, slots=True)
class NamedPeak:
    """A peak of one of the trends (by its place) and the article that stands for it."""

    place: int
    peak: Peak
    article: Article


@dataclass(frozen=True, slots=True)
class Trends:
    """What a chart shows."""

    days: TrendDays
    trends: tuple[Trend, ...]
    peaks: tuple[NamedPeak, ...]

    @property
    def empty(self) -> bool:
        """Was nothing reported of any of the words?"""
        return not any(each.total for each in self.trends)

    @property
    def told(self) -> tuple[TrendLine, ...]:
        """Each word as it is told in a message."""
        return tuple(
            TrendLine(each.word, each.total, max(each.counts, default=0), sparkline(each.counts))
            for each in self.trends
        )

    @property
    def told_peaks(self) -> tuple[TrendPeak, ...]:
        """The peaks as they are told in a message."""
        return tuple(
            TrendPeak(self.days[each.peak.day], each.peak.stories, each.article) for each in self.peaks
        )


def trends_of(
    db: Database,
    search: Search,
    taxonomy: Taxonomy,
    words: Sequence[str],
    days: int,
    zone: ZoneInfo,
    now: datetime,
) -> Trends:
    """The trends of these words over the last so many local dates, today's included, as of `now` (aware UTC).

    A topic's name counts the topic's articles; any other word, or query of /search, those whose title or first
    sentences have it.
    """
    span = TrendDays.until(now.astimezone(zone).date(), days)
    since = datetime.combine(span.first, time(), zone).astimezone(UTC) - timedelta(microseconds=1)

    def reports(word: str) -> list[StoryReport]:
        topic = taxonomy.find_topic(word)
        if topic is not None:
            return reported.of_topic(db, topic.id, since, now)
        return reported.of_documents(
            db, search.told_of(db, word, since=since, now=now, zone=zone), since, now
        )

    found = tuple(trend(word, reports(word), span, zone) for word in words)
    return Trends(span, found, _named(db, found))


def chart(found: Trends, view: View, *, adapts: bool = False) -> str:
    """The trends as SVG with the sentences of the reader's language; `adapts` as in `bot.report.charts.lines`."""
    days = found.days
    notes = [
        ChartMark(named.place, named.peak.day, peak_text(peak, view))
        for named, peak in zip(found.peaks, found.told_peaks, strict=True)
    ]
    return lines(
        [ChartLine(each.word, each.counts) for each in found.trends],
        [f"{day.month}/{day.day}" for day in map(days.__getitem__, range(days.count))],
        notes,
        title=view.locale.text("trends.title", days=days.count),
        adapts=adapts,
    )


def can_draw() -> bool:
    """Are the packages installed that make a picture of a chart?"""
    return not FORMATS["pdf"].lacks


async def picture_apart(svg: str) -> bytes:
    """The chart as PNG, made in a process that ends with it: the compiler would stay in memory. Raises ReportError."""
    async with aclosing(Worker(seconds=SECONDS, megabytes=MEGABYTES)) as worker:
        try:
            return await worker.run(picture, svg)
        except WorkerError as problem:
            raise ReportError(
                "the chart could not be drawn in time and memory.", reason="failed"
            ) from problem


def picture(svg: str) -> bytes:
    """The chart as PNG. Raises ReportError where the extra packages are missing."""
    if not can_draw():
        raise ReportError(
            "a chart as png needs the extra packages of `pip install --no-deps -r deploy/requirements-report.lock`; svg does not",
            reason="extra",
        )
    from bot.report.pictures import png  # noqa: PLC0415 - of the extra `report`

    return png(svg, width=_WIDTH, ppi=_PPI)


def _named(db: Database, trends: Sequence[Trend]) -> tuple[NamedPeak, ...]:
    """The peaks that are named, each by its story's lead where that was out by then, else by an article of the day."""
    chosen = named_peaks(trends)
    told = stories.by_ids(db, [peak.story_id for _, peak in chosen if peak.story_id is not None])
    single = articles.by_ids(db, [peak.article_id for _, peak in chosen])
    named = []
    for place, peak in chosen:
        article = single.get(peak.article_id)
        story = told.get(peak.story_id) if peak.story_id is not None else None
        if story is not None and article is not None and story.lead.published_at <= article.published_at:
            article = story.lead
        if article is not None:
            named.append(NamedPeak(place, peak, article))
    return tuple(named)
