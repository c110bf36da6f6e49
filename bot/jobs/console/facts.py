"""What the console shows: figures of the whole, sources, articles, settings; nothing of any chat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.briefing.filling import ReaderProfile
from bot.collect.fetch.addresses import without_secrets
from bot.config import SETTINGS, Config
from bot.jobs import sources as source_jobs
from bot.jobs.editions.preview import preview
from bot.runtime.services import Newsroom
from storage import articles, by_day, counts, owner_acts, stories
from storage.by_day import LostPart, WaitingQueue
from storage.figures import Counts, DayTally
from storage.models import Article, Edition, SearchHit, Source, Story, Subscription
from storage.owner_acts import OwnerAct

DAYS = 14
"""Of the charts."""
MAX_ACTS, MAX_TROUBLES, MAX_HITS, MAX_EDITION = 200, 30, 30, 30
MASK = "••••••"


@dataclass(frozen=True, slots=True)
class ConsoleOverview:
    """How things go."""

    counts: Counts
    queues: Sequence[WaitingQueue]
    articles: Sequence[DayTally]
    deliveries: Sequence[DayTally]


@dataclass(frozen=True, slots=True)
class ShownSource:
    """A source, and how many pieces it brings a day."""

    source: Source
    a_day: float
    address: str
    """Without what may hold a key."""


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """An article with its story."""

    article: Article
    story: Story | None
    corrected: bool
    """An owner said where it belongs."""


def overview(room: Newsroom, now: datetime) -> ConsoleOverview:
    """Figures of the last days."""
    since = now - timedelta(days=DAYS - 1)
    return ConsoleOverview(
        counts.of_everything(room.db),
        by_day.queues(room.db, now),
        by_day.articles(room.db, since.replace(hour=0, minute=0, second=0, microsecond=0)),
        by_day.deliveries(room.db, f"{since:%Y-%m-%d}"),
    )


def deliveries(
    room: Newsroom, now: datetime
) -> tuple[Sequence[DayTally], Sequence[DayTally], Sequence[LostPart]]:
    """Editions and message parts of the last days by state, and the newest that did not arrive."""
    first = f"{now - timedelta(days=DAYS - 1):%Y-%m-%d}"
    return (
        by_day.editions(room.db, first),
        by_day.deliveries(room.db, first),
        by_day.troubles(room.db, MAX_TROUBLES),
    )


def sources(room: Newsroom, now: datetime) -> list[ShownSource]:
    """All feeds, the troubled first."""
    a_day = source_jobs.items_a_day(room.db, now)
    found = [*source_jobs.gone(room.db), *source_jobs.listed(room.db, "feed")]
    found.sort(key=lambda one: (one.gone_at is None, -one.failures, one.paused, one.id))
    return [ShownSource(one, a_day.get(one.id, 0.0), without_secrets(one.url)) for one in found]


def article(room: Newsroom, article_id: int) -> ShownArticle | None:
    """One article; None where there is none."""
    found = articles.by_id(room.db, article_id)
    if found is None:
        return None
    story = stories.by_ids(room.db, [found.story_id]).get(found.story_id) if found.story_id else None
    return ShownArticle(found, story, owner_acts.is_corrected(room.db, article_id))


def edition(
    room: Newsroom, topics: Sequence[str], keywords: Sequence[str], items: int, now: datetime
) -> Edition:
    """The edition that a new reader who follows this would get now. Raises InputError where the store is empty."""
    known = {topic.id for topic in room.reading.taxonomy.topics}
    followed = (
        *(Subscription("topic", topic) for topic in topics if topic in known),
        *(Subscription("keyword", word) for word in keywords),
    )
    wanted = ReaderProfile(followed, (), min(max(items, 1), MAX_EDITION))
    return preview(room.db, room.reading.taxonomy, wanted, room.config.zone, now)


def search(room: Newsroom, words: str, now: datetime) -> Sequence[SearchHit]:
    """The articles that answer a query best."""
    return room.reading.search.find(
        room.db, words, now=now, limit=MAX_HITS, decay=True, zone=room.config.zone
    ).hits


def acts(room: Newsroom) -> list[OwnerAct]:
    """What owners changed by hand, newest first."""
    return owner_acts.listed(room.db, MAX_ACTS)


def labels(room: Newsroom) -> list[Mapping[str, Any]]:
    """The corrected sections as labels, as `tests/quality/data/labels` has them, with what was said before."""
    return [
        {
            "id": one.guid or one.url,
            "in_domain": one.section is not None,
            "section": one.section,
            "was": one.was,
            "title": one.title,
            "url": one.url,
            "at": one.at.isoformat(),
        }
        for one in owner_acts.corrected_sections(room.db)
    ]


def settings(config: Config) -> list[tuple[str, str, str]]:
    """(name, value in force, help) of every setting; secrets are masked."""
    return [
        (one.name, _shown(getattr(config, one.attribute), secret=one.secret), one.help) for one in SETTINGS
    ]


def _shown(value: Any, *, secret: bool) -> str:
    if value in (None, "", (), frozenset()):
        return ""
    if secret:
        return MASK
    if isinstance(value, frozenset | tuple):
        joint = ":" if len(value) == 2 and isinstance(value, tuple) and isinstance(value[1], int) else ", "
        return joint.join(map(str, sorted(value) if isinstance(value, frozenset) else value))
    return str(value)
