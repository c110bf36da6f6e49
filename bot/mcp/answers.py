"""What the tools answer. Every time is ISO 8601 with its offset, in the instance's zone; `date` is a local one.

Without slots: the SDK (2.3) takes the descriptors of slots for default values.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ArticleFound:
    """An article that a search found."""

    story_id: int | None
    """For get_story; null where the article is of no story."""
    title: str
    url: str
    """Empty where an imported document has no address."""
    source: str
    published: str
    section: str | None
    topics: list[str]
    passage: str
    """Where the words stand, as the source has it."""
    partial: bool
    """Not all words of the query meet."""


@dataclass(frozen=True)
class SearchAnswer:
    """A page of what a search found, best first."""

    articles: list[ArticleFound]
    total: int
    """How many there are to page through."""
    notes: list[str]
    """What of the query was not understood, and why nothing was found."""
    next_cursor: str | None
    """For the next page; null on the last."""


@dataclass(frozen=True)
class ReportOfStory:
    """One article of a story."""

    title: str
    url: str
    source: str
    published: str
    summary: list[str]
    """Whole sentences of the article."""


@dataclass(frozen=True)
class StoryAnswer:
    """An event, and a page of the articles that report it, the best first."""

    story_id: int
    title: str
    url: str
    section: str | None
    topics: list[str]
    first_reported: str
    last_reported: str
    sources: list[str]
    follows: list[int]
    """Earlier stories of the same affair, the newest first."""
    articles: list[ReportOfStory]
    total: int
    next_cursor: str | None


@dataclass(frozen=True)
class StoryOfEdition:
    """A story as an edition tells it."""

    story_id: int
    title: str
    url: str
    section: str | None
    part: str
    """`news` or `reads` (深度: essays and analyses)."""
    reason: str
    """The topic or word that it was chosen for; empty for a top story."""
    summary: list[str]
    sources: list[str]
    published: str


@dataclass(frozen=True)
class EditionAnswer:
    """The edition that a new reader would get, in the order of sections."""

    date: str
    considered: int
    """How many stories it was chosen from."""
    stories: list[StoryOfEdition]
    notes: list[str]


@dataclass(frozen=True)
class TopicLine:
    """A section or topic of this instance."""

    id: str
    kind: str
    """`section` or `topic`."""
    name: str
    name_en: str
    stories: int | None
    """With reports of the last seven days; null of a section."""


@dataclass(frozen=True)
class TopicsAnswer:
    """What the archive is sorted into."""

    industry: str
    topics: list[TopicLine]
    articles: int
    """In the whole archive."""


@dataclass(frozen=True)
class DayCount:
    """How many stories a local date had with the word."""

    date: str
    stories: int


@dataclass(frozen=True)
class WordTrend:
    """One word over the days."""

    word: str
    days: list[DayCount]
    """Only days with any."""
    total: int


@dataclass(frozen=True)
class Movement:
    """How much something is reported now and before."""

    name: str
    stories: int
    before: int
    """In the equally long time before; of a name, what would be expected by the three times as long time before."""


@dataclass(frozen=True)
class TrendsAnswer:
    """What is reported more and less than before."""

    since: str
    until: str
    words: list[WordTrend]
    topics: list[Movement]
    rising: list[Movement]
    falling: list[Movement]
    notes: list[str]


@dataclass(frozen=True)
class SourceLine:
    """A place that articles come from, and how it fares."""

    title: str
    address: str
    """Without its query, which may hold a key."""
    state: str
    """`ok`, `failing`, `paused`, `gone` or `new`."""
    problem: str
    """Why the last fetch failed; empty after a good one."""
    last_good: str | None
    next_fetch: str | None
    articles_7_days: int


@dataclass(frozen=True)
class SourcesAnswer:
    """A page of the sources, those in trouble first."""

    sources: list[SourceLine]
    total: int
    failing: int
    next_cursor: str | None
