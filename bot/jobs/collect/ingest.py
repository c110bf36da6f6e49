"""From entries to articles: decide what is new, analyse it, store it, find its story, index it.

    entries ─plan→ (entry, known article?) ─analyse→ prepared ─store→ articles, stories, search index

Planning reads the store, analysing touches nothing (it may run in a thread), storing is one transaction.
"""

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from bot.collect.feeds.identity import Key, identify, same_guid, same_link, same_title
from bot.jobs.collect.pacing import finished
from bot.runtime.services import Newsroom, Reading
from bot.search.indexing import Words, document_of, words_of
from bot.stories import Moved
from bot.text.features import Features
from bot.text.normalise import squash
from storage import articles, merges, sources, stories
from storage.database import Database
from storage.known import Known
from storage.models import Analysis, Article, Entry, Source
from storage.search import index, index_meta

Status = Literal["new", "unchanged", "updated"]


@dataclass(frozen=True, slots=True)
class IngestDecision:
    """What to do with one entry: the article that it matches, if any, and whether it is new, edited or unchanged."""

    key: Key
    known: Known | None
    status: Status
    link: str
    """The canonical link to store: none where another article has it."""

    @property
    def entry(self) -> Entry:
        """The entry itself."""
        return self.key.entry


@dataclass(frozen=True, slots=True)
class Read:
    """The analysis of one entry: everything that is known before it is stored."""

    analysis: Analysis
    seen: Features
    words: Words


@dataclass(frozen=True, slots=True)
class Ingested:
    """The result for one entry; `article_id` is None only for a second copy in the same batch."""

    entry: Entry
    status: Status
    article_id: int | None


def plan(db: Database, source: Source, entries: Iterable[Entry]) -> list[IngestDecision]:
    """Which entries are new or edited, oldest first; a second copy among them counts as unchanged."""
    feed = identify(entries, sources.shared_links(db, source.id))
    sources.share_links(db, source.id, feed.shared)
    return sorted(decide(db, source, feed.keys, feed.present), key=_published_first)


def decide(
    db: Database, source: Source, keys: Sequence[Key], present: Collection[str]
) -> list[IngestDecision]:
    """Which of these keys are new or edited as the store stands; `present` are all the links of their feed."""
    plans: list[IngestDecision] = []
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
        plans.append(IngestDecision(key, known, status, "" if key.address in linked else key.address))
    return plans


def _linked(db: Database, source: Source, key: Key, linked: Mapping[str, Known]) -> Known | None:
    """The article that has the entry's link, where it is the entry."""
    known = linked.get(key.link) if key.link else None
    return known if known is not None and _holds(db, source, key, known) else None


def _holds(db: Database, source: Source, key: Key, known: Known) -> bool:
    """Whether the article that has the entry's link is the entry: another outlet's is, unless it shares the link out."""
    if known.source_id == source.id:
        return same_link(key, known)
    return squash(known.title) == key.title_key or key.link not in sources.shared_links(db, known.source_id)


def _published_first(item: IngestDecision) -> tuple[bool, float]:
    moment = item.entry.published
    return moment is None, moment.timestamp() if moment else 0.0


def _edited(known: Known, source: Source, entry: Entry) -> bool:
    """A publisher's own later version; a teaser never replaces a text, nor another outlet's copy of the link."""
    if known.source_id != source.id:
        return False
    if entry.section is not None and entry.section != known.section:
        return True
    if not known.has_text(entry.text):
        if len(entry.text) * 2 < len(known.text):
            return False
        if not _same_words(entry.text, known.text):
            return True
    return not _same_words(entry.title, known.title) or entry.page != known.page


def _same_words(one: str, other: str) -> bool:
    """Whether two texts are equal apart from spaces: text, Word and PDF copies of an issue have them in different places."""
    return one == other or one.replace(" ", "") == other.replace(" ", "")


def analyse(reading: Reading, plans: Sequence[IngestDecision]) -> list[Read | None]:
    """What the text path finds in each new or edited entry; None for the unchanged. Touches no store."""
    return [None if item.status == "unchanged" else read(reading, item.entry) for item in plans]


def read(reading: Reading, entry: Entry) -> Read:
    """The whole analysis of one entry, without looking at the store."""
    return finished(read_in_steps(reading, entry))


def read_in_steps(reading: Reading, entry: Entry) -> Generator[None, None, Read]:
    """Analyse one entry in steps, so that the caller can run other tasks in between: a long article takes 10 ms.

    The generator returns the `Read`.
    """
    article = reading.analyser.wording(entry.title, entry.text)
    for _ in article.forms():
        yield
    analysis = reading.analyser.analyse(article, section=entry.section)
    yield
    seen = reading.stories.look(article, entry.published, analysis.fingerprint)
    return Read(analysis, seen, words_of(article))


def store(
    db: Database,
    reading: Reading,
    source: Source,
    plans: Sequence[IngestDecision],
    found: Sequence[Read | None],
    now: datetime,
) -> list[Ingested]:
    """Write what was planned, all or nothing, and tell the story index and the search index.

    A power cut may undo the last of it, never without what a source remembers of its fetch: it is collected again.
    """
    batch = _StoringBatch(db, reading, source, now)
    done: list[Ingested] = []
    documents: list[index.IndexDocument] = []
    try:
        # Unflushed: after a power cut the feed still has them, and no validator says otherwise.
        with db.transaction(flush=False):
            next_id = articles.next_id(db)
            for item, one in zip(plans, found, strict=True):
                if one is None:
                    done.append(Ingested(item.entry, "unchanged", item.known.id if item.known else None))
                    continue
                if item.known is None:
                    article = batch.insert(item, one, next_id)
                    next_id += 1
                else:
                    article = batch.update(item, item.known, one.analysis)
                documents.append(document_of(article, reading.segmenter, one.words))
                done.append(Ingested(item.entry, item.status, article.id))
            if documents:
                index_meta.written_with(db, reading.segmenter.version)
            index.put_many(db, documents)
    except BaseException:
        batch.forget()
        raise
    return done


@dataclass(slots=True)
class _StoringBatch:
    """The articles that one transaction writes, and what the story index was told of them meanwhile."""

    db: Database
    reading: Reading
    source: Source
    now: datetime
    added: list[int] = field(default_factory=list)
    joined: list[Moved] = field(default_factory=list)

    def insert(self, item: IngestDecision, one: Read, article_id: int) -> Article:
        """Store a new entry, in a story that is known or in a new one, which may follow another.

        The story index hears of it inside the transaction, so that two reports of one batch meet.
        """
        entry, analysis = item.entry, _hinted(one.analysis, self.source)
        link = item.link
        if link and not item.key.link and articles.link_taken(self.db, link):
            link = ""  # a link that names several articles is the first one's
        published_at = min(entry.published or self.now, self.now)
        publisher = entry.source or self.source.title
        story_id = self._story(article_id, published_at, one.seen, publisher)
        articles.insert(
            self.db,
            source_id=self.source.id,
            entry=entry,
            canonical_url=link,
            title_key=item.key.title_key,
            publisher=publisher,
            published_at=published_at,
            analysis=analysis,
            now=self.now,
            article_id=article_id,
            story_id=story_id,
        )
        article = Article(
            id=article_id,
            source_id=self.source.id,
            guid=entry.guid,
            url=entry.url,
            canonical_url=link,
            title=entry.title,
            stored_text=entry.text,
            published_at=published_at,
            fetched_at=self.now,
            section=analysis.section,
            topics=tuple(sorted(analysis.topics)),
            keywords=analysis.keywords,
            summary=analysis.summary,
            fingerprint=analysis.fingerprint,
            story_id=story_id,
            page=entry.page,
            publisher=publisher,
            centrality=analysis.centrality,
            editorial=analysis.editorial,
        )
        self.added.append(article_id)
        self.reading.stories.add(article)
        return article

    def _story(self, article_id: int, published_at: datetime, seen: Features, publisher: str) -> int:
        """The id of the story that the article belongs to; stories that it shows to be one are merged."""
        placement = self.reading.stories.decide(article_id, published_at, seen, publisher)
        story_id = placement.story_id
        if story_id is None or not stories.extend(self.db, story_id, published_at):
            story_id = stories.create(self.db, published_at, placement.follows, repeats=placement.repeats)
        elif placement.follows is not None:
            stories.relate(self.db, story_id, placement.follows)
        for other in placement.relates:
            stories.relate(self.db, story_id, other)
        for gone in placement.merges:
            merges.merge(self.db, gone, story_id)
            self.joined.append(self.reading.stories.merge(gone, story_id))
        return story_id

    def update(self, item: IngestDecision, known: Known, analysis: Analysis) -> Article:
        """Give the article the entry's words; returns it as it now stands in the store."""
        analysis = _hinted(analysis, self.source)
        articles.update(self.db, known.id, entry=item.entry, title_key=item.key.title_key, analysis=analysis)
        return articles.by_ids(self.db, [known.id])[known.id]

    def forget(self) -> None:
        """Undo in the story index what the store has not kept."""
        for article_id in self.added:
            self.reading.stories.remove(article_id)
        for moved in reversed(self.joined):
            self.reading.stories.move_back(moved)


def redate(db: Database, reading: Reading, article_id: int, at: datetime) -> None:
    """Set `at` (aware UTC) as the publication time of an article whose feed gave none."""
    with db.transaction(flush=False):
        articles.redate(db, article_id, at)
        article = articles.by_ids(db, [article_id])[article_id]
        if article.story_id is not None:
            stories.remeasure(db, article.story_id)
            reading.stories.add(article)


def _hinted(analysis: Analysis, source: Source) -> Analysis:
    """What the source is known for, section and topics, completes what the text does not say."""
    if analysis.section is None and source.section is not None and analysis.topics:
        analysis = replace(analysis, section=source.section)
    if analysis.section is not None and not analysis.topics and source.topics:
        analysis = replace(analysis, topics=source.topics)
    return analysis


def ingest(
    db: Database, reading: Reading, source: Source, entries: Iterable[Entry], now: datetime
) -> list[Ingested]:
    """Plan, analyse and store in one go, for callers that have nothing else to do meanwhile."""
    reading.external_writes.step(db, now)
    plans = plan(db, source, entries)
    return store(db, reading, source, plans, analyse(reading, plans), now)


def take_in(room: Newsroom, publisher: str, entries: Iterable[Entry], now: datetime) -> list[Ingested]:
    """Store entries of one publisher that come without a feed (an archive); the publisher becomes a document source."""
    source, _ = sources.add(room.db, url=f"document:{publisher}", title=publisher, kind="document", now=now)
    return ingest(room.db, room.reading, source, entries, now)
