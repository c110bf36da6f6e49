"""Does a story meet what a reader follows, and how well? Pure; words are compared in their normalised form."""

from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from bot.text.analyse import BY_MARKS, CENTRAL
from bot.text.boilerplate import load_boilerplate
from bot.text.genre import genre_of, newsworthiness
from bot.text.headline import take_apart
from bot.text.judge import chance
from bot.text.normalise import mainland, normalise
from bot.text.whole_word import WholeWord
from storage.models import Article, Genre, Story, Subscription

ALL_KEYWORDS = 8
OFTEN = 3
"""So many mentions in a text are no aside, even where headline and summary do without the word."""

CLEAR = 2 * CENTRAL
UNKNOWN_WORTH = 0.5
"""Worth of a story where nothing is fitted that says how surely an editor would print it."""
STRENGTH_TITLE = 1.0
STRENGTH_SUMMARY = 0.8
STRENGTH_TOPIC = 0.8
STRENGTH_OFTEN = 0.6
STRENGTH_SOURCE = 0.5
STRENGTH_SECTION = 0.4
STRENGTH_ASIDE = 0.2


class Candidate:
    """A story and its words as they are compared: normalised when first asked for, once for all readers."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.section = next((article.section for article in story.articles if article.section), None)
        """The lead's section; where it has none, the first that another report has."""
        self.topics = frozenset(topic for article in story.articles for topic in article.topics)
        self.centrality = sum(article.centrality for article in story.articles if article.section) / len(
            story.articles
        )
        """How surely it is about the industry, 0 to 1: a report that is not speaks against the others."""

    @cached_property
    def genre(self) -> Genre:
        """What kind of piece stands for it: news where any report is news."""
        genres = [_genre(article) for article in self.story.articles]
        return "news" if "news" in genres else genres[0]

    @cached_property
    def news(self) -> float:
        """How surely it is news, 0 to 1."""
        return max(chance(_news(article)) for article in self.story.articles)

    @property
    def worth(self) -> float | None:
        """How surely an editor would print it, 0 to 1; None where nothing is fitted that says so."""
        return max(
            (w for article in self.story.articles if (w := article.editorial.worth) is not None), default=None
        )

    @property
    def placed(self) -> float:
        """How surely it stands in its section, 0 to 1."""
        return max(
            (a.editorial.placed for a in self.story.articles if a.section == self.section), default=0.0
        )

    @property
    def trust(self) -> float:
        """How surely it is news of the industry in its right section, 0 to 1."""
        return self.news * self.centrality * self.placed

    @property
    def reading(self) -> float:
        """How surely it is an essay of the industry in its right section that an editor would print, 0 to 1."""
        if self.worth is None:
            return UNKNOWN_WORTH
        return (1.0 - self.news) * self.centrality * self.placed * self.worth

    @property
    def is_central(self) -> bool:
        """Whether a reader who follows nothing in particular would want it in the industry's briefing."""
        return self.section is not None and self.centrality >= CENTRAL

    @property
    def is_clear(self) -> bool:
        """Whether headline and summary leave no doubt of it."""
        return self.section is not None and self.centrality >= CLEAR

    @cached_property
    def titles(self) -> str:
        """The titles of all reports."""
        return "\n".join(normalise(article.title) for article in self.story.articles)

    @cached_property
    def summaries(self) -> str:
        """The summaries of all reports: what they are about, without credits and other boilerplate."""
        return "\n".join(normalise(sentence) for each in self.story.articles for sentence in each.summary)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The texts of all reports."""
        return tuple(normalise(article.text) for article in self.story.articles)

    @property
    def everything(self) -> str:
        """All of its words."""
        return "\n".join((self.titles, self.summaries, *self.texts))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The company or thing that it is about, and another."""
        return leading_words(self.story.lead)

    @cached_property
    def keywords(self) -> frozenset[str]:
        """What it is about, at more length."""
        return frozenset(leading_words(self.story.lead, ALL_KEYWORDS))

    @cached_property
    def is_a_name(self) -> bool:
        """Whether the headline is nothing but a media's name: a link of the page that the feed was made from."""
        lead = self.story.lead
        core = take_apart(lead.title).core.removesuffix("客户端")
        return bool(lead.title) and (
            not core or core == lead.publisher or core in load_boilerplate().publishers
        )

    def prepare(self) -> None:
        """Work out all that is asked for when readers' wishes are met."""
        _ = self.titles, self.summaries, self.texts, self.words, self.keywords, self.sources
        _ = self.genre, self.news, self.is_a_name

    @cached_property
    def sources(self) -> frozenset[str]:
        """What its sources may be called: publishers' names and our numbers."""
        names = {normalise(name) for name in self.story.publishers}
        return frozenset(names | {str(article.source_id) for article in self.story.articles})


@dataclass(frozen=True, slots=True)
class SubscriptionMatch:
    """A subscription that a story meets; `strength` from 0 to 1."""

    subscription: Subscription
    strength: float


class Keyword:
    """Words to look for: all must be there; a Latin word or number only as a whole (AI is not in said). What Taiwan calls
    otherwise (軟體) may stand there by the mainland's words."""

    def __init__(self, words: str) -> None:
        spellings = dict.fromkeys(tuple(normalise(spelling).split()) for spelling in (words, mainland(words)))
        self.spellings = tuple(spelling for spelling in spellings if spelling)
        self._words = [tuple(map(WholeWord, spelling)) for spelling in self.spellings]

    def places(self, texts: "Texts") -> set[int]:
        """Places of the candidates in which all words stand."""
        return set().union(*(set.intersection(*map(texts.having, words)) for words in self.spellings))

    def strength(self, candidate: Candidate) -> float:
        """How prominently the words stand in the story: 0 where one of them is missing."""
        return max(
            (min(_prominence(word, candidate) for word in words) for words in self._words),
            default=0.0,
        )


class Texts:
    """The words of many candidates as one text, in which a word is found at once."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        parts = [candidate.everything for candidate in candidates]
        self._whole = "\n".join(parts)
        self._ends = list(accumulate(len(part) + 1 for part in parts))

    def having(self, word: str) -> set[int]:
        """Places of the candidates in which the word (without blanks) stands."""
        found: set[int] = set()
        at = self._whole.find(word)
        while at >= 0:
            place = bisect_right(self._ends, at)
            found.add(place)
            at = self._whole.find(word, self._ends[place])
        return found


def is_word(item: Subscription, publishers: Collection[str]) -> bool:
    """Is this a followed word that is also the name of one of these outlets?"""
    return item.kind == "keyword" and item.value in publishers


def strength(item: Subscription, candidate: Candidate, keyword: Keyword | None = None) -> float:
    """How well the story meets the subscription, 0 where it does not; `keyword` is a keyword's made ready.

    A story whose headline and summary do not speak of the industry has its section and topics from asides, if any: it
    meets only a keyword of its headline or summary, or its source.
    """
    if item.kind == "keyword":
        found = (keyword or Keyword(item.value)).strength(candidate)
        return found if candidate.is_central or found >= STRENGTH_SUMMARY else 0.0
    if item.kind == "source":
        return STRENGTH_SOURCE if normalise(item.value) in candidate.sources else 0.0
    if not candidate.is_central:
        return 0.0
    if item.kind == "topic":
        return STRENGTH_TOPIC if item.value in candidate.topics else 0.0
    return STRENGTH_SECTION if item.value == candidate.section else 0.0


def _news(article: Article) -> float:
    """How surely it is news, as a logit; by its marks where it was stored before anybody asked."""
    if article.editorial.genre:
        return article.editorial.news
    return BY_MARKS * newsworthiness(article.title, article.summary)


def _genre(article: Article) -> Genre:
    return article.editorial.genre or genre_of(article.title, _news(article))


def leading_words(article: Article, count: int = 2) -> tuple[str, ...]:
    """The first keywords of an article, normalised: the company or thing that it is about."""
    return tuple(dict.fromkeys(word for word in map(normalise, article.keywords[:count]) if word))


def _prominence(word: WholeWord, candidate: Candidate) -> float:
    if word.stands_in(candidate.titles):
        return STRENGTH_TITLE
    if word.stands_in(candidate.summaries):
        return STRENGTH_SUMMARY
    mentions = max(map(word.mentions, candidate.texts))
    if mentions >= OFTEN:
        return STRENGTH_OFTEN
    return STRENGTH_ASIDE if mentions else 0.0
