"""The whole text path over one article: title and text in, section, topics, keywords, summary, fingerprint out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from bot.text.cues import CueMatch, CueMatcher
from bot.text.evidence import Evidence, Signs, load_evidence
from bot.text.fingerprint import fingerprint
from bot.text.genre import genre_of, newsworthiness
from bot.text.judge import INDUSTRY, Judge, best, chance, looks_like_it, shares
from bot.text.keywords import extract
from bot.text.lexicon import load_lexicon
from bot.text.model import load_model
from bot.text.sections import choose_section, industry_evidence, section_evidence
from bot.text.segment import Segmenter
from bot.text.summary import summarise
from bot.text.taxonomy import Taxonomy
from bot.text.topics import choose_topics, topic_evidence
from bot.text.vocabulary import READ
from bot.text.wording import Wording
from storage.models import UNREAD, Analysis, Editorial

CENTRAL = 0.25
"""The centrality of an article that is just about the industry."""
_KEYWORDS = 8
_SENTENCES = 3
BY_MARKS = 6.0
"""Where nothing is fitted, the logit of being news that all marks together say."""


@dataclass(frozen=True, slots=True)
class _Finding:
    """Where an article belongs."""

    matches: tuple[CueMatch, ...]
    section: str | None = None
    topics: tuple[str, ...] = ()
    sure: float | None = None
    """How surely it is of the industry, 0 to 1; None where that is not fitted."""
    placed: float = 1.0
    """How surely it is of its section, 0 to 1."""
    signs: Signs = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a text gets its section and topics."""

    section: str | None
    industry: float
    """Evidence that it is about the industry; from `threshold` on it is."""
    vocabulary: float
    """The part of it that everyday words say."""
    threshold: float
    sections: dict[str, float]
    topics: dict[str, float]
    """Evidence of every topic that any word speaks for."""
    chosen: tuple[str, ...]
    """Ids of the topics that it gets."""
    matches: tuple[CueMatch, ...]
    editorial: Editorial
    reasons: tuple[tuple[str, float], ...]
    """What the fitted weights say most strongly for or against the industry: sign and its part of the logit."""


class Analyser:
    """Reads articles by one taxonomy. Keeps no state between articles; safe to share between threads."""

    def __init__(self, taxonomy: Taxonomy, segmenter: Segmenter) -> None:
        self._taxonomy = taxonomy
        self._segmenter = segmenter

    @cached_property
    def judge(self) -> Judge | None:
        """Who answers an editor's questions by fitted weights; None where the industry has none: its cues decide then.

        Raises ConfigError where the weights cannot be read.
        """
        taxonomy = self._taxonomy
        if taxonomy.weights is None:
            return None
        sections = tuple(one.id for one in taxonomy.sections)
        topics = tuple(one.id for one in taxonomy.topics)
        model = load_model(taxonomy.weights, sections, topics)
        return Judge(taxonomy, model, load_evidence(taxonomy.evidence) if taxonomy.evidence else Evidence({}))

    @cached_property
    def _matcher(self) -> CueMatcher:
        """Made at the first article: reading a summary needs no cues."""
        return CueMatcher(self._taxonomy)

    def wording(self, title: str, text: str) -> Wording:
        """The words of an article, for this and whatever else reads them."""
        return Wording(title, text, self._segmenter)

    def analyse(self, article: Wording, *, section: str | None = None) -> Analysis:
        """All findings about one article. A `section` that the document itself gives is kept."""
        found = self._find(article, section)
        sentences = summarise(article, _SENTENCES)
        short = self.short(article.above("".join(sentences))) if found.section else 0.0
        if section:
            central = 1.0
        elif not found.section:
            central = 0.0
        elif found.sure is None:
            central = max(0.0, min(1.0, CENTRAL * short / self._taxonomy.threshold))
        else:  # a long essay gathers cues all over its body and is still about something else
            central = found.sure if short > 0 else min(found.sure, CENTRAL / 2)
        return Analysis(
            section=found.section,
            topics=found.topics,
            keywords=extract(article, _KEYWORDS),
            summary=sentences,
            fingerprint=fingerprint(article.letters),
            centrality=central,
            editorial=self._editorial(article, sentences, found, short)
            if found.section or found.signs
            else UNREAD,
        )

    def _editorial(
        self, article: Wording, sentences: tuple[str, ...], found: _Finding, short: float
    ) -> Editorial:
        """What kind of piece it is and what it is worth."""
        judge = self.judge
        if judge is None:
            news = BY_MARKS * newsworthiness(article.title, sentences)
            return Editorial(genre_of(article.title, news), news)
        signs = found.signs or judge.signs(article, found.matches, self.everyday(article))
        signs = {**signs, **judge.voice(article, sentences, short)}
        news = judge.news(article, signs)
        return Editorial(
            genre_of(article.title, news), news, chance(judge.worth(article, signs)), found.placed
        )

    def load(self) -> None:
        """Read the dictionary and every list now instead of with the first article: 0.6 s."""
        for step in self.loading():
            step()

    def loading(self) -> Iterator[Callable[[], object]]:
        """The steps of `load`, each of 0.2 s at most: who does them in a thread can stop in between."""
        lexicon = load_lexicon()
        yield self._segmenter.load
        yield lambda: lexicon.idf("的")
        yield lambda: lexicon.tag("的")
        yield lambda: self.judge
        yield lambda: self._matcher
        yield self._read_one

    def _read_one(self) -> None:
        told = "华为8日在深圳发布一款5G芯片。公司说，下月量产。记者从会上得知，价格未定。"
        self.analyse(self.wording("华为在深圳发布芯片", told))
        newsworthiness("", ())  # asked when editions are composed

    def centrality(self, short: Wording) -> float:
        """How much headline and summary say that it is about the industry, 0 to 1; `CENTRAL` is the threshold.

        A long essay gathers cues all over its body and is still about something else.
        """
        return max(0.0, min(1.0, CENTRAL * self.short(short) / self._taxonomy.threshold))

    def short(self, article: Wording) -> float:
        """Evidence of the industry in headline and summary alone."""
        return industry_evidence(self.matches(article)) + self.everyday(article)

    def matches(self, article: Wording) -> tuple[CueMatch, ...]:
        """The taxonomy's words in it."""
        return self._matcher.match(article.head, article.plain)

    def classify(self, article: Wording, *, section: str | None = None) -> tuple[str | None, tuple[str, ...]]:
        """Section and topics alone; an article outside the industry has neither."""
        found = self._find(article, section)
        return found.section, found.topics

    def _find(self, article: Wording, section: str | None) -> _Finding:
        matches = self.matches(article)
        judge = self.judge
        if judge is None:
            chosen = section or choose_section(matches, self._taxonomy, self.everyday(article))
            return _Finding(matches, chosen, choose_topics(matches, self._taxonomy) if chosen else ())
        if section:
            return _Finding(matches, section, judge.topics(matches))
        everyday = self.everyday(article)
        if not looks_like_it(matches, everyday):
            return _Finding(matches)
        signs = judge.signs(article, matches, everyday)
        said = judge.industry(article, signs)
        if said < INDUSTRY:
            return _Finding(matches, sure=chance(said), signs=signs)
        parts = shares(judge.sections(article, signs))
        chosen = best(parts)
        return _Finding(matches, chosen, judge.topics(matches), chance(said), parts[chosen], signs)

    def explain(self, text: str) -> Explanation:
        """Why: the first line of the text is taken for its title."""
        title, _, rest = text.strip().partition("\n")
        article = self.wording(title, rest)
        found, everyday = self._find(article, None), self.everyday(article)
        sentences = summarise(article, _SENTENCES)
        reasons = self.judge.reasons(article, found.signs) if self.judge else ()
        return Explanation(
            section=found.section,
            industry=industry_evidence(found.matches) + everyday,
            vocabulary=everyday,
            threshold=self._taxonomy.threshold,
            sections=self._sections(article, found),
            topics=topic_evidence(found.matches, self._taxonomy),
            chosen=found.topics,
            matches=found.matches,
            editorial=self._editorial(
                article, sentences, found, self.short(article.above("".join(sentences)))
            ),
            reasons=reasons,
        )

    def _sections(self, article: Wording, found: _Finding) -> dict[str, float]:
        if self.judge and found.signs:
            return self.judge.sections(article, found.signs)
        return section_evidence(found.matches, self._taxonomy)

    def everyday(self, article: Wording) -> float:
        """How much its everyday words speak for the industry."""
        vocabulary = self._taxonomy.vocabulary
        if not vocabulary.weights:
            return 0.0
        return vocabulary.evidence(article.head_words, article.opening(READ))
