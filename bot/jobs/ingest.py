"""From entries to articles: decide what is new, analyse it, store it, find its story, index it.

    entries ─plan→ (entry, known article?) ─analyse→ prepared ─store→ articles, stories, search index

Planning reads the store, analysing touches nothing (it may run in a thread), storing is one transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.collect.canonical import canonical_url
from bot.search.indexing import document_of
from bot.services import Newsroom, Reading
from bot.text.analyse import Analyser
from bot.text.normalise import squash
from storage import articles, index, sources, stories
from storage.database import Database
from storage.models import Analysis, Article, Entry, Source

Status = Literal["new", "unchanged", "updated"]


@dataclass(frozen=True, slots=True)
class Plan:
    """One entry and the article that it already is, if any."""

    entry: Entry
    canonical_url: str
    title_key: str
    known: Article | None
    status: Status


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one entry; `article_id` is None only for a second copy inside the same batch."""

    entry: Entry
    status: Status
    article_id: int | None


def plan(db: Database, source: Source, entries: Iterable[Entry]) -> list[Plan]:
    """Which entries are new or edited, oldest first; a second copy inside the batch counts as unchanged."""
    plans: list[Plan] = []
    claimed: set[tuple[str, str]] = set()
    for entry in entries:
        link, title_key = (
            canonical_url(entry.url) if entry.url else "",
            squash(entry.title or entry.text[:60]),
        )
        identity = ("link", link) if link else ("guid", entry.guid) if entry.guid else ("title", title_key)
        known = articles.find(db, source.id, link, entry.guid, title_key)
        if identity in claimed:
            status: Status = "unchanged"
        elif known is None:
            status = "new"
        else:
            status = "updated" if _edited(known, source, entry) else "unchanged"
        claimed.add(identity)
        plans.append(Plan(entry, link, title_key, known, status))
    return sorted(plans, key=_published_first)


def _published_first(item: Plan) -> tuple[bool, float]:
    moment = item.entry.published
    return moment is None, moment.timestamp() if moment else 0.0


def _edited(known: Article, source: Source, entry: Entry) -> bool:
    """A publisher's own later version; a teaser never replaces a text, nor another outlet's copy of the link."""
    if known.source_id != source.id:
        return False
    if entry.section is not None and entry.section != known.section:
        return True
    if len(entry.text) * 2 < len(known.text):
        return False
    return entry.title != known.title or entry.text != known.text or entry.page != known.page


def analyse(analyser: Analyser, plans: Sequence[Plan]) -> list[Analysis | None]:
    """What the text path finds in each new or edited entry; None for the unchanged. Touches no store."""
    return [
        None
        if item.status == "unchanged"
        else analyser.analyse(item.entry.title, item.entry.text, section=item.entry.section)
        for item in plans
    ]


def store(
    db: Database,
    reading: Reading,
    source: Source,
    plans: Sequence[Plan],
    analyses: Sequence[Analysis | None],
    now: datetime,
) -> list[Ingested]:
    """Write what was planned, all or nothing, and tell the story index and the search index."""
    done: list[Ingested] = []
    written: list[Article] = []
    with db.transaction():
        for item, analysis in zip(plans, analyses, strict=True):
            if analysis is None:
                done.append(Ingested(item.entry, "unchanged", item.known.id if item.known else None))
                continue
            if analysis.section is None and source.section is not None and analysis.topics:
                analysis = replace(analysis, section=source.section)  # noqa: PLW2901 - the source's hint completes it
            if item.known is not None:
                articles.update(
                    db, item.known.id, entry=item.entry, title_key=item.title_key, analysis=analysis
                )
                article_id = item.known.id
            else:
                article_id = articles.insert(
                    db,
                    source_id=source.id,
                    entry=item.entry,
                    canonical_url=item.canonical_url,
                    title_key=item.title_key,
                    publisher=item.entry.source or source.title,
                    published_at=min(item.entry.published or now, now),
                    analysis=analysis,
                    now=now,
                )
            article = articles.by_id(db, article_id)
            assert article is not None  # noqa: S101 - it was written a moment ago
            written.append(article)
            if item.known is None:
                story_id = reading.stories.place(article)
                if story_id is None:
                    story_id = stories.create(db, article.published_at)
                else:
                    stories.extend(db, story_id, article.published_at)
                articles.place(db, article_id, story_id)
                article = replace(article, story_id=story_id)
                # Told inside the transaction so that two reports of one batch meet.
                reading.stories.add(article)
            done.append(Ingested(item.entry, item.status, article_id))
        index.put_many(db, [document_of(article, reading.segmenter) for article in written])
    return done


def ingest(
    db: Database, reading: Reading, source: Source, entries: Iterable[Entry], now: datetime
) -> list[Ingested]:
    """Plan, analyse and store in one go, for callers that have nothing else to do meanwhile."""
    plans = plan(db, source, entries)
    return store(db, reading, source, plans, analyse(reading.analyser, plans), now)


def take_in(room: Newsroom, publisher: str, entries: Iterable[Entry], now: datetime) -> list[Ingested]:
    """Own entries of one publisher that come without a feed (an archive); it becomes a document source."""
    source, _ = sources.add(room.db, url=f"document:{publisher}", title=publisher, kind="document", now=now)
    return ingest(room.db, room.reading, source, entries, now)
