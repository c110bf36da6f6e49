"""What the layers hand to each other: frozen values, no behaviour that needs a database or a network.

Every time is an aware `datetime` in UTC. Ids are the store's own integers unless a name says otherwise
(`chat_id` and `message_id` of Telegram are called `telegram_*`).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from storage.packing import unpack_text

SourceKind = Literal["feed", "document"]
FullText = Literal["auto", "always", "never"]
"""When an article's page is fetched for its text: where the feed has only a teaser, always, never."""
Genre = Literal["", "news", "feature", "review", "roundup", "promo"]
"""What kind of piece an article is; empty where nobody has asked."""
Part = Literal["news", "reads"]
"""Of an edition: what happened, or 深度: the best essays and analyses."""
SubscriptionKind = Literal["topic", "keyword", "section", "source"]
Slot = str
"""`morning`, `noon`, `evening`, `weekly`, `printed`, `demand:<update id>`, `more:<update id>` or `alert:<article id>`: with chat and local date it names one edition."""
DeliveryState = Literal["pending", "sending", "sent", "failed", "uncertain"]
EditionState = Literal["composed", "quiet", "skipped"]
"""`composed` goes out, `quiet` had nothing to tell (said in one line, unless the reader wants silence on such days), `skipped` came too late."""
ChatKind = Literal["private", "group", "supergroup", "channel"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as parsed from a source, before we own it. Text is plain: no markup, paragraphs by newline."""

    title: str
    url: str = ""
    guid: str = ""
    text: str = ""
    published: datetime | None = None
    section: str | None = None
    """The section that the document itself gives it (the printed periodical), else None."""
    page: int | None = None
    archived: bool = False
    """No news any more when we first heard of it: to be found, not to be briefed."""
    source: str = ""
    """The publisher's name where the entry itself names one (JSON Lines), else empty: the source's title holds."""


@dataclass(frozen=True, slots=True)
class Source:
    """A place articles come from. `url` is unique: the feed's address, or `document:<name>`."""

    id: int
    url: str
    title: str
    kind: SourceKind
    language: str
    section: str | None
    weight: float
    enabled: bool
    created_at: datetime
    etag: str = ""
    last_modified: str = ""
    interval_minutes: int = 30
    next_fetch_at: datetime | None = None
    fetched_at: datetime | None = None
    succeeded_at: datetime | None = None
    failures: int = 0
    problem: str = ""
    """Why the last fetch failed, as `SourceError` writes it; empty after a good one."""
    gone_at: datetime | None = None
    """Since when the server says that it is gone for good; it is not enabled then."""
    topics: tuple[str, ...] = ()
    """What its articles about the industry are about where their own words do not say it."""
    folder: str = ""
    """Where the operator's feed list (OPML) files it, outer folder first, parted by `/`."""
    paused: bool = False
    """Whether fetching it rests until an owner resumes it."""
    moved_from: str = ""
    """Where the feed was before a permanent redirect; empty where it never moved."""
    quarantined_at: datetime | None = None
    """Since when it counts as failing for long: its owners were told."""
    full_text: FullText = "auto"
    digest: str = ""
    """Of the body of its last answer."""
    unread_dates: int = 0
    """Entries of its last answer whose date cannot be read."""


NoticeKind = Literal["failing", "gone", "back", "resting"]
"""A source in quarantine, one that is switched off because it is gone for good, one that works again; a chat that rests."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What one person is to be told of a source or a chat."""

    id: int
    person_id: int
    """Telegram's user id: an owner's, or, of a chat, that of who looks after it."""
    kind: NoticeKind
    title: str
    failures: int
    problem: str
    last_good_at: datetime | None
    created_at: datetime
    place: ChatKind | None = None
    """Of a chat, what it is."""


@dataclass(frozen=True, slots=True)
class Editorial:
    """What an editor would say of an article, as far as its words tell."""

    genre: Genre = ""
    news: float = 0.0
    """How surely it is news, as a logit (natural logarithm of the odds)."""
    worth: float | None = None
    """How surely an editor would print it, 0 to 1; None where no weights are fitted to say so."""
    placed: float = 1.0
    """How surely it belongs in its section, 0 to 1."""


UNREAD = Editorial()
"""Of an article that was stored before anybody asked, or is not of the industry."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the text path finds in one title and text."""

    section: str | None
    topics: tuple[str, ...]
    keywords: tuple[str, ...]
    summary: tuple[str, ...]
    """Whole sentences of the text, in reading order."""
    fingerprint: tuple[int, ...]
    """Winnowed shingle hashes of the normalised text: equal text, equal values."""
    centrality: float = 1.0
    """How surely it is about the industry, 0 to 1."""
    editorial: Editorial = UNREAD


@dataclass(frozen=True, slots=True)
class Article:
    """An entry that we store."""

    id: int
    source_id: int
    guid: str
    url: str
    canonical_url: str
    title: str
    stored_text: str | bytes
    """As `storage.packing` writes it, or the text itself."""
    published_at: datetime
    fetched_at: datetime
    section: str | None
    topics: tuple[str, ...]
    keywords: tuple[str, ...]
    summary: tuple[str, ...]
    fingerprint: tuple[int, ...]
    story_id: int | None = None
    page: int | None = None
    publisher: str = ""
    """Name shown to readers: the entry's own publisher or the source's title."""
    centrality: float = 1.0
    """How surely it is about the industry, 0 to 1."""
    editorial: Editorial = UNREAD
    packed_length: int | None = None
    """Characters of a packed text."""

    @property
    def text(self) -> str:
        """Unpacked each time it is asked for: most articles that are read are never shown."""
        return unpack_text(self.stored_text)

    @property
    def text_length(self) -> int:
        """Characters of the text."""
        return len(self.stored_text) if self.packed_length is None else self.packed_length


@dataclass(frozen=True, slots=True)
class Mention:
    """An article about the industry without its text, as counts over long times need it."""

    story_id: int
    publisher: str
    title: str
    summary: tuple[str, ...]
    keywords: tuple[str, ...]
    genre: Genre = ""


@dataclass(frozen=True, slots=True)
class StoryReport:
    """That an article reports a story (None: it is in none), by whom and when; for counts by day."""

    article_id: int
    story_id: int | None
    publisher: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Story:
    """One event in the world and the articles that report it, best first."""

    id: int
    first_at: datetime
    last_at: datetime
    articles: tuple[Article, ...]
    affair: int = 0
    """The id of the first story of its affair, its own where it follows none; 0 where that was not asked."""
    repeats: bool = False
    """It says nothing that the story which it follows has not said."""

    @property
    def lead(self) -> Article:
        """The article that stands for the story."""
        return self.articles[0]

    @property
    def publishers(self) -> tuple[str, ...]:
        """Distinct names of those who report it, the lead's first."""
        return tuple(dict.fromkeys(article.publisher for article in self.articles))


Printed = Literal["off", "weekly", "monthly"]
Mix = Literal["both", "followed", "top"]
"""Of an edition for a chat that follows something: 要闻与关注, 只看关注, 只看要闻."""
TasteKind = Literal["topic", "keyword", "source"]


@dataclass(frozen=True, slots=True)
class Taste:
    """What a chat wants less or more of, whatever it follows; a keyword is any word or name."""

    kind: TasteKind
    value: str
    lean: int = 0
    """Steps up or down, −3 … 3; 0: muted."""

    @property
    def muted(self) -> bool:
        """Whether nothing of it is wanted at all."""
        return self.lean == 0


@dataclass(frozen=True, slots=True)
class Chat:
    """Where briefings go, and how its reader wants them."""

    id: int
    telegram_chat_id: int
    telegram_thread_id: int | None
    kind: ChatKind
    title: str
    language: str
    zone: str
    briefing_time: str
    """Local time of day, `HH:MM`."""
    weekdays: tuple[int, ...]
    """ISO weekdays, Monday 1 … Sunday 7."""
    max_items: int
    sections: tuple[str, ...]
    """Sections that the reader wants; empty means all."""
    silent_when_slow: bool
    paused: bool
    active: bool
    """False after Telegram said that we cannot reach it, or after /stop; a /start revives it."""
    onboarded: bool
    created_at: datetime
    next_due_at: datetime | None = None
    awaiting: str = ""
    """What the next plain text answers (`time`, `zone`, `follow`), else empty."""
    managing: int | None = None
    """The group or channel that what is typed in this private chat is about; None: this chat itself."""
    rests_since: datetime | None = None
    """Since when nothing is sent there unasked, because Telegram refused several editions in a row."""
    alerts_a_day: int = 5
    """How many messages on one local date may tell of something at once."""
    noon_time: str = ""
    """Local time of a second edition of what is new by then, `HH:MM`; empty: none."""
    evening_time: str = ""
    weekly_day: int = 0
    """ISO weekday on which the week is looked back on; 0: never."""
    mix: Mix = "both"
    """What it is told beside what it follows."""
    tastes: tuple[Taste, ...] = ()
    """What is muted, and what it wants more or less of; by kind and value."""
    own_script: bool = True
    """Headlines and summaries in the characters of the reader's language, where that is traditional Chinese."""
    layout: Literal["classic", "rich"] = "classic"
    printed: Printed = "off"
    """How often the printed periodical comes by itself."""
    printed_form: str = "pdf"
    """As which kind of file it then comes."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A chat follows a topic, keyword, section or source."""

    kind: SubscriptionKind
    value: str


@dataclass(frozen=True, slots=True)
class EditionItem:
    """One story in an edition: why it was picked and by which article it is shown."""

    story: Story
    section: str | None
    reason: str = ""
    """What matched: a topic id, a keyword or a source name; empty in a balanced edition."""
    follow_up: bool = False
    part: Part = "news"
    mention: bool = False
    """The followed word stands in the body alone, as an aside."""
    again: bool = False
    """An edition of the same day told it before."""
    is_word: bool = False
    """The reason is a followed word although one of the story's outlets has that name."""


@dataclass(frozen=True, slots=True)
class OverviewSentence:
    """A sentence that a model wrote of an edition and that passed the checks."""

    text: str
    story_ids: tuple[int, ...]
    """Of the stories that it cites."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The briefing for one chat, one local date, one slot. Items are in the order of sections, those told again before
    what is new."""

    id: int
    chat_id: int
    local_date: date
    slot: Slot
    state: EditionState
    created_at: datetime
    items: tuple[EditionItem, ...] = ()
    considered: int = 0
    """How many stories the reader could have been shown: what the title line says it covers."""
    overview: tuple[OverviewSentence, ...] = ()
    """By a model, where an operator set one."""
    newer_than: datetime | None = None
    """When the edition before it was composed, where this one tells what is newer and the rest again."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message part of an edition on its way to Telegram."""

    id: int
    edition_id: int
    chat_id: int
    part: int
    state: DeliveryState
    attempts: int
    telegram_message_id: int | None
    not_before: datetime
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One article that answers a query."""

    article: Article
    score: float
    partial: bool = False
    """True where not every word of the query meets."""


@dataclass(frozen=True, slots=True)
class FetchState:
    """What a fetch left behind for the next one."""

    etag: str = ""
    last_modified: str = ""
    interval_minutes: int = 30
    next_fetch_at: datetime | None = None
    digest: str = ""
    """Of the answer's body: the same again brings no news."""
    unread_dates: int | None = None
    """Entries whose date cannot be read; None where the answer was not read again."""
