"""The tools: a question in, an answer out, each from the store as it is at that moment. Nothing is written.

Each raises InputError, whose sentence is for the assistant, where a question cannot be answered as it was put.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from functools import cached_property

from bot import clock
from bot.briefing.filling import ReaderProfile
from bot.collect.fetch.addresses import without_secrets
from bot.config import Config
from bot.errors import ConfigError, InputError
from bot.jobs.editions.preview import preview
from bot.locales import load_locale
from bot.mcp.answers import (
    ArticleFound,
    EditionAnswer,
    ReportOfStory,
    SearchAnswer,
    SourceLine,
    SourcesAnswer,
    StoryAnswer,
    StoryOfEdition,
    TopicLine,
    TopicsAnswer,
)
from bot.mcp.pages import next_cursor, place_of
from bot.messages.problems import problem_sentence
from bot.report.names import NameFinder
from bot.search.search import Search
from bot.search.snippets import snippet
from bot.search.suggestions import nearest
from bot.text.segment import load_segmenter
from bot.text.taxonomy import Taxonomy, load_taxonomy
from storage import articles, merges, sources, stories, topic_counts
from storage.database import Database
from storage.errors import DatabaseUnusable
from storage.models import Article, EditionItem, SearchHit, Source, Subscription
from storage.readonly import open_to_read

MAX_RESULTS, MAX_REPORTS, MAX_STORIES, MAX_SOURCES = 20, 20, 30, 50
"""Of one page."""
MAX_WISHES = 20
PASSAGE = 160
"""Letters of a passage."""
MCP_MISSING = "assistants need the mcp package: pip install --no-deps -r deploy/requirements-mcp.lock"
"""What is said where the extra packages are not installed."""
EMPTY = (
    "the archive has no articles yet; the operator fills it with `chenbao run` or `chenbao collect --once`"
)


class Archive:
    """The archive of one instance. The store is opened for each question, so that a restore or an update is noticed."""

    def __init__(self, config: Config, now: Callable[[], datetime]) -> None:
        self.config = config
        self.now = now

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """The industry of this instance."""
        return load_taxonomy(self.config.topics)

    @cached_property
    def finder(self) -> Search:
        """What answers queries."""
        return Search(load_segmenter(self.taxonomy.words()), self.taxonomy)

    @cached_property
    def names(self) -> NameFinder:
        """Finds the names that trends are counted of."""
        return NameFinder(self.taxonomy)

    @contextmanager
    def opened(self) -> Iterator[Database]:
        """The store, for one question. Raises InputError where it cannot be read."""
        try:
            with open_to_read(self.config.database) as db:
                yield db
        except DatabaseUnusable as error:
            raise InputError(f"{error}; the operator's `chenbao doctor` says more") from error

    def check(self) -> None:
        """Whether it can be read now. Raises ConfigError, naming CHENBAO_DB, where it cannot."""
        try:
            with open_to_read(self.config.database):
                pass
        except DatabaseUnusable as error:
            raise ConfigError(f"CHENBAO_DB: {error}") from error

    def search(self, query: str, limit: int, cursor: str | None) -> SearchAnswer:
        """Articles that answer a query in the grammar of /search."""
        question = f"search\n{query}"
        place = place_of(cursor, question, self.now())
        with self.opened() as db:
            found = self.finder.find(
                db,
                query,
                now=place.as_of,
                limit=limit,
                offset=place.offset,
                decay=True,
                zone=self.config.zone,
            )
            notes = list(found.notes)
            if not found.hits:
                notes.append("nothing was found" if articles.count(db) else EMPTY)
        hits = [self._found(hit, found.terms, found.parts) for hit in found.hits]
        return SearchAnswer(hits, found.total, notes, next_cursor(place, limit, found.total, question))

    def _found(self, hit: SearchHit, terms: tuple[str, ...], parts: tuple[str, ...]) -> ArticleFound:
        article = hit.article
        return ArticleFound(
            article.story_id,
            article.title,
            article.url,
            article.publisher,
            self.time(article.published_at),
            article.section,
            list(article.topics),
            snippet(article.text or article.title, terms, PASSAGE, parts).text,
            hit.partial,
        )

    def story(self, story_id: int, limit: int, cursor: str | None) -> StoryAnswer:
        """One event with the articles that report it."""
        question = f"story\n{story_id}"
        place = place_of(cursor, question, self.now())
        with self.opened() as db:
            story_id = merges.current(db, story_id)
            try:
                story = stories.by_ids(db, [story_id])[story_id]
            except (KeyError, OverflowError):
                raise InputError(
                    f"there is no story {story_id}; search and get_edition name those that there are"
                ) from None
            earlier = stories.followed(db, [story_id]).get(story_id, frozenset())
        page = story.articles[place.offset : place.offset + limit]
        total = len(story.articles)
        return StoryAnswer(
            story.id,
            story.lead.title,
            story.lead.url,
            story.lead.section,
            list(story.lead.topics),
            self.time(story.first_at),
            self.time(story.last_at),
            list(story.publishers),
            sorted(earlier, reverse=True),
            [self._report(article) for article in page],
            total,
            next_cursor(place, limit, total, question),
        )

    def _report(self, article: Article) -> ReportOfStory:
        return ReportOfStory(
            article.title,
            article.url,
            article.publisher,
            self.time(article.published_at),
            list(article.summary),
        )

    def edition(self, topics: list[str], follow: list[str], date: str | None, limit: int) -> EditionAnswer:
        """The edition that a new reader with these wishes would get now, or got at the usual time of that day."""
        if len(topics) + len(follow) > MAX_WISHES:
            raise InputError(f"at most {MAX_WISHES} topics and words at once")
        wanted = [Subscription("topic", self._topic(words)) for words in topics]
        wanted += [Subscription("keyword", words.strip()) for words in follow if words.strip()]
        moment = self._moment(date)
        with self.opened() as db:
            if not articles.count(db):
                return EditionAnswer(
                    clock.local_date(self.config.zone.key, moment).isoformat(), 0, [], [EMPTY]
                )
            profile = ReaderProfile(tuple(dict.fromkeys(wanted)), (), limit)
            made = preview(db, self.taxonomy, profile, self.config.zone, moment)
        notes = [] if made.items else ["no story of the last days fits"]
        return EditionAnswer(
            made.local_date.isoformat(), made.considered, [self._told(item) for item in made.items], notes
        )

    def _moment(self, date: str | None) -> datetime:
        """Now, or when the edition of that local date is due."""
        now, zone = self.now(), self.config.zone.key
        if not date:
            return now
        try:
            day = datetime.fromisoformat(date).date()
            before = datetime.combine(day - timedelta(days=1), time(12), self.config.zone)
            due = clock.next_due(zone, self.config.briefing_time, clock.ALL_WEEKDAYS, before)
            while clock.local_date(zone, due) < day:
                due = clock.next_due(zone, self.config.briefing_time, clock.ALL_WEEKDAYS, due)
        except (ValueError, OverflowError) as error:
            raise InputError(f"date: {date!r} is no date such as 2026-11-24") from error
        if clock.local_date(zone, now) < day:
            raise InputError(f"date: {date} is still to come; today is {clock.local_date(zone, now)} here")
        return min(due, now)

    def _topic(self, words: str) -> str:
        """The id of the topic that is called so. Raises InputError, naming the nearest, where there is none."""
        topic = self.taxonomy.find_topic(words)
        if topic is None:
            names = {known.id: (*known.name.values(), *known.aliases) for known in self.taxonomy.topics}
            near = nearest(words, names)
            hint = f"the nearest: {', '.join(near)}" if near else "list_topics names them"
            raise InputError(f"there is no topic {words!r}; {hint}; a word of your own goes into follow")
        return topic.id

    def _told(self, item: EditionItem) -> StoryOfEdition:
        lead = item.story.lead
        return StoryOfEdition(
            item.story.id,
            lead.title,
            lead.url,
            item.section,
            item.part,
            item.reason,
            list(lead.summary),
            list(item.story.publishers),
            self.time(lead.published_at),
        )

    def topics(self) -> TopicsAnswer:
        """Sections and topics, with how much is reported of each."""
        now = self.now()
        with self.opened() as db:
            counted = topic_counts.stories_of(db, now - timedelta(days=7), now)
            known = articles.count(db)
        lines = [
            TopicLine(each.id, "section", each.name["zh"], each.name["en"], None)
            for each in self.taxonomy.sections
        ]
        lines += [
            TopicLine(each.id, "topic", each.name["zh"], each.name["en"], counted.get(each.id, 0))
            for each in self.taxonomy.topics
        ]
        return TopicsAnswer(self.taxonomy.title["zh"], lines, known)

    def sources(self, limit: int, cursor: str | None) -> SourcesAnswer:
        """The sources, those in trouble first."""
        question = "sources"
        now = self.now()
        place = place_of(cursor, question, now)
        with self.opened() as db:
            lines = [*sources.listed(db), *sources.gone(db)]
            brought = sources.published(db, now - timedelta(days=7))
        listed = list({source.id: source for source in lines}.values())
        listed.sort(key=lambda source: (-source.failures, source.gone_at is None, source.id))
        page = listed[place.offset : place.offset + limit]
        return SourcesAnswer(
            [self._source(source, brought.get(source.id, (0, now))[0]) for source in page],
            len(listed),
            sum(_state(source) in {"failing", "gone"} for source in listed),
            next_cursor(place, limit, len(listed), question),
        )

    def _source(self, source: Source, brought: int) -> SourceLine:
        problem = problem_sentence(source.problem, load_locale("en")) if source.problem else ""
        return SourceLine(
            source.title,
            without_secrets(source.url),
            _state(source),
            problem,
            self.time(source.succeeded_at) if source.succeeded_at else None,
            self.time(source.next_fetch_at) if source.next_fetch_at else None,
            brought,
        )

    def time(self, moment: datetime) -> str:
        """ISO 8601 in the instance's zone, to the second."""
        return clock.to_local(self.config.zone.key, moment).isoformat(timespec="seconds")


def _state(source: Source) -> str:
    if source.gone_at is not None:
        return "gone"
    if source.paused:
        return "paused"
    if source.failures:
        return "failing"
    return "ok" if source.succeeded_at is not None or source.kind == "document" else "new"
