"""From entries to articles: decide what is new, analyse it, store it, find its story, index it.

    entries ─plan→ (entry, known article?) ─analyse→ prepared ─store→ articles, stories, search index

Planning reads the store, analysing touches nothing (it may run in a thread), storing is one transaction.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.collect.identity import Key, identify, same_guid, same_link, same_title
from bot.search.indexing import Words, document_of, words_of
from bot.services import Newsroom, Reading
from bot.text.normalise import squash
from bot.text.similarity import Features, features
from storage import articles, index, sources, stories
from storage.database import Database
from storage.models import Analysis, Article, Entry, Source

Status = Literal["new", "unchanged", "updated"]


@dataclass(frozen=True, slots=True)
class Plan:
    """One entry and the article that it already is, if any."""

    key: Key
    known: Article | None
    status: Status
    link: str
    """The canonical link to store: none where another article has it."""

    @property
    def entry(self) -> Entry:
        """The entry itself."""
        return self.key.entry


@dataclass(frozen=True, slots=True)
class Read:
    """What reading found in one entry: all that can be known before the store hears of it."""

    analysis: Analysis
    seen: Features
    words: Words


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one entry; `article_id` is None only for a second copy inside the same batch."""

    entry: Entry
    status: Status
    article_id: int | None


def plan(db: Database, source: Source, entries: Iterable[Entry]) -> list[Plan]:
    """Which entries are new or edited, oldest first; a second copy among them counts as unchanged."""
    feed = identify(entries, sources.shared_links(db, source.id))
    sources.share_links(db, source.id, feed.shared)
    return sorted(decide(db, source, feed.keys, feed.present), key=_published_first)


def decide(db: Database, source: Source, keys: Sequence[Key], present: Collection[str]) -> list[Plan]:
    """Which of these keys are new or edited as the store stands; `present` are all the links of their feed."""
    plans: list[Plan] = []
    linked = articles.by_links(db, {key.address for key in keys})
    found = [_linked(db, source, key, linked) for key in keys]
    rest = [key for key, known in zip(keys, found, strict=True) if known is None]
    guids = articles.guids_known(db, source.id, {key.guid for key in rest}) if rest else frozenset()
    titles = articles.titles_known(db, source.id, {key.title_key for key in rest}) if rest else frozenset()
    for key, by_link in zip(keys, found, strict=True):
        known = by_link
        if known is None and key.guid in guids:
            alike = articles.by_guid(db, source.id, key.guid)
            known = next((one for one in alike if same_guid(key, one, present)), None)
        if known is None and key.title_key in titles:
            alike = articles.by_title(db, source.id, key.title_key)
            known = next((one for one in alike if same_title(key, one, present)), None)
        if key.copy:
            status: Status = "unchanged"
        elif known is None:
            status = "new"
        else:
            status = "updated" if _edited(known, source, key.entry) else "unchanged"
        plans.append(Plan(key, known, status, "" if key.address in linked else key.address))
    return plans


def _linked(db: Database, source: Source, key: Key, linked: Mapping[str, Article]) -> Article | None:
    """The article that has the entry's link, where it is the entry."""
    known = linked.get(key.link) if key.link else None
    return known if known is not None and _holds(db, source, key, known) else None


def _holds(db: Database, source: Source, key: Key, known: Article) -> bool:
    """Whether the article that has the entry's link is the entry: another outlet's is, unless it shares the link out."""
    if known.source_id == source.id:
        return same_link(key, known)
    return squash(known.title) == key.title_key or key.link not in sources.shared_links(db, known.source_id)


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
    changed = _unspaced(entry.title) != _unspaced(known.title) or _unspaced(entry.text) != _unspaced(
        known.text
    )
    return changed or entry.page != known.page


def _unspaced(text: str) -> str:
    """Without spaces: the same issue as text, as Word document and as PDF has them in different places."""
    return text.replace(" ", "")


def analyse(reading: Reading, plans: Sequence[Plan]) -> list[Read | None]:
    """What the text path finds in each new or edited entry; None for the unchanged. Touches no store."""
    return [None if item.status == "unchanged" else read(reading, item.entry) for item in plans]


def read(reading: Reading, entry: Entry) -> Read:
    """All that is to be found out about one entry by itself."""
    analysis = reading.analyser.analyse(entry.title, entry.text, section=entry.section)
    return Read(
        analysis,
        features(entry.title, entry.text, entry.published, reading.segmenter, analysis.fingerprint or None),
        words_of(entry.title, entry.text, reading.segmenter),
    )


def store(
    db: Database,
    reading: Reading,
    source: Source,
    plans: Sequence[Plan],
    found: Sequence[Read | None],
    now: datetime,
) -> list[Ingested]:
    """Write what was planned, all or nothing, and tell the story index and the search index.

    A power cut may undo the last of it, never without what a source remembers of its fetch: it is collected again.
    """
    done: list[Ingested] = []
    documents: list[index.Document] = []
    told: list[int] = []
    try:
        with db.transaction(
            flush=False
        ):  # after a power cut the feed still has them, and no validator says otherwise
            for item, one in zip(plans, found, strict=True):
                if one is None:
                    done.append(Ingested(item.entry, "unchanged", item.known.id if item.known else None))
                    continue
                article = _write(db, source, item, one.analysis, now)
                if item.known is None:
                    article = _place(db, reading, article, one.seen)
                    told.append(article.id)
                    # Told inside the transaction so that two reports of one batch meet.
                    reading.stories.add(article)
                documents.append(document_of(article, reading.segmenter, one.words))
                done.append(Ingested(item.entry, item.status, article.id))
            index.put_many(db, documents)
    except BaseException:
        for article_id in told:  # the store does not have them
            reading.stories.remove(article_id)
        raise
    return done


def _write(db: Database, source: Source, item: Plan, analysis: Analysis, now: datetime) -> Article:
    """Own the entry, or its new words; returns the article as it now stands in the store."""
    entry = item.entry
    if analysis.section is None and source.section is not None and analysis.topics:
        analysis = replace(analysis, section=source.section)  # the source's hint completes it
    if item.known is not None:
        articles.update(db, item.known.id, entry=entry, title_key=item.key.title_key, analysis=analysis)
        article = item.known
    else:
        published_at = min(entry.published or now, now)
        publisher = entry.source or source.title
        link = item.link
        if not item.key.link and articles.by_link(
            db, link
        ):  # a link that names several articles is the first one's
            link = ""
        article_id = articles.insert(
            db,
            source_id=source.id,
            entry=entry,
            canonical_url=link,
            title_key=item.key.title_key,
            publisher=publisher,
            published_at=published_at,
            analysis=analysis,
            now=now,
        )
        article = Article(
            id=article_id,
            source_id=source.id,
            guid=entry.guid,
            url=entry.url,
            canonical_url=link,
            title="",
            text="",
            published_at=published_at,
            fetched_at=now,
            section=None,
            topics=(),
            keywords=(),
            summary=(),
            fingerprint=(),
            publisher=publisher,
        )
    return replace(
        article,
        title=entry.title,
        text=entry.text,
        section=analysis.section,
        topics=tuple(sorted(analysis.topics)),
        keywords=analysis.keywords,
        summary=analysis.summary,
        fingerprint=analysis.fingerprint,
        centrality=analysis.centrality,
        page=entry.page,
    )


def _place(db: Database, reading: Reading, article: Article, seen: Features) -> Article:
    """Give a new article its story: one that is known, or its own, which may follow an earlier one."""
    placement = reading.stories.decide(article, seen)
    if placement.story_id is None:
        story_id = stories.create(db, article.published_at, placement.follows)
    else:
        story_id = placement.story_id
        stories.extend(db, story_id, article.published_at)
    articles.place(db, article.id, story_id)
    return replace(article, story_id=story_id)


def ingest(
    db: Database, reading: Reading, source: Source, entries: Iterable[Entry], now: datetime
) -> list[Ingested]:
    """Plan, analyse and store in one go, for callers that have nothing else to do meanwhile."""
    reading.others.step(db, now)
    plans = plan(db, source, entries)
    return store(db, reading, source, plans, analyse(reading, plans), now)


def take_in(room: Newsroom, publisher: str, entries: Iterable[Entry], now: datetime) -> list[Ingested]:
    """Own entries of one publisher that come without a feed (an archive); it becomes a document source."""
    source, _ = sources.add(room.db, url=f"document:{publisher}", title=publisher, kind="document", now=now)
    return ingest(room.db, room.reading, source, entries, now)
