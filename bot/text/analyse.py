"""The whole text path over one article: title and text in, section, topics, keywords, summary, fingerprint out."""

from dataclasses import dataclass
from functools import cached_property

from bot.text.cues import CueMatcher, Match
from bot.text.fingerprint import fingerprint
from bot.text.genre import newsworthiness
from bot.text.keywords import extract
from bot.text.sections import choose_section, industry_evidence, section_evidence
from bot.text.segment import Segmenter
from bot.text.summary import summarise
from bot.text.taxonomy import Taxonomy
from bot.text.topics import choose_topics, topic_evidence
from bot.text.vocabulary import READ
from bot.text.wording import Wording
from storage.models import Analysis

CENTRAL = 0.25
"""The centrality of an article whose headline and summary just reach the industry's threshold."""
_KEYWORDS = 8
_SENTENCES = 3


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
    matches: tuple[Match, ...]


class Analyser:
    """Reads articles by one taxonomy. Keeps no state between articles; safe to share between threads."""

    def __init__(self, taxonomy: Taxonomy, segmenter: Segmenter) -> None:
        self._taxonomy = taxonomy
        self._segmenter = segmenter

    @cached_property
    def _matcher(self) -> CueMatcher:
        """Made at the first article: reading a summary needs no cues."""
        return CueMatcher(self._taxonomy)

    def wording(self, title: str, text: str) -> Wording:
        """The words of an article, for this and whatever else reads them."""
        return Wording(title, text, self._segmenter)

    def analyse(self, article: Wording, *, section: str | None = None) -> Analysis:
        """All findings about one article. A `section` that the document itself gives is kept."""
        chosen, topics = self.classify(article, section=section)
        sentences = summarise(article, _SENTENCES)
        central = self.centrality(article.above("".join(sentences))) if chosen and not section else 0.0
        return Analysis(
            section=chosen,
            topics=topics,
            keywords=extract(article, _KEYWORDS),
            summary=sentences,
            fingerprint=fingerprint(article.letters),
            centrality=1.0 if section else central,
        )

    def load(self) -> None:
        """Read the dictionary and every list now instead of with the first article: 0.6 s."""
        told = "华为8日在深圳发布一款5G芯片。公司说，下月量产。记者从会上得知，价格未定。"
        self.analyse(self.wording("华为在深圳发布芯片", told))
        newsworthiness("", ())  # asked when editions are composed

    def centrality(self, short: Wording) -> float:
        """How much headline and summary say that it is about the industry, 0 to 1; `CENTRAL` is the threshold.

        A long essay gathers cues all over its body and is still about something else.
        """
        said = industry_evidence(self._matcher.match(short.head, short.plain)) + self._everyday(short)
        return max(0.0, min(1.0, CENTRAL * said / self._taxonomy.threshold))

    def classify(self, article: Wording, *, section: str | None = None) -> tuple[str | None, tuple[str, ...]]:
        """Section and topics alone; an article outside the industry has neither."""
        matches = self._matcher.match(article.head, article.plain)
        chosen = section or choose_section(matches, self._taxonomy, self._everyday(article))
        return chosen, choose_topics(matches, self._taxonomy) if chosen else ()

    def explain(self, text: str) -> Explanation:
        """Why: the first line of the text is taken for its title."""
        title, _, rest = text.strip().partition("\n")
        article = self.wording(title, rest)
        matches = self._matcher.match(article.head, article.plain)
        everyday = self._everyday(article)
        section = choose_section(matches, self._taxonomy, everyday)
        return Explanation(
            section=section,
            industry=industry_evidence(matches) + everyday,
            vocabulary=everyday,
            threshold=self._taxonomy.threshold,
            sections=section_evidence(matches, self._taxonomy),
            topics=topic_evidence(matches, self._taxonomy),
            chosen=choose_topics(matches, self._taxonomy) if section else (),
            matches=matches,
        )

    def _everyday(self, article: Wording) -> float:
        vocabulary = self._taxonomy.vocabulary
        if not vocabulary.weights:
            return 0.0
        return vocabulary.evidence(article.head_words, article.opening(READ))
