"""The whole text path over one article: title and text in, section, topics, keywords, summary, fingerprint out."""

from dataclasses import dataclass
from functools import cached_property

from bot.text import keywords, summary
from bot.text.cues import CueMatcher, Match
from bot.text.fingerprint import fingerprint
from bot.text.normalise import normalise
from bot.text.sections import choose_section, industry_evidence, section_evidence
from bot.text.segment import Segmenter
from bot.text.taxonomy import Taxonomy
from bot.text.topics import choose_topics, topic_evidence
from bot.text.vocabulary import READ
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

    def analyse(self, title: str, text: str, *, section: str | None = None) -> Analysis:
        """All findings about one article. A `section` that the document itself gives is kept."""
        chosen, topics = self.classify(title, text, section=section)
        sentences = self.summarise(title, text, _SENTENCES)
        return Analysis(
            section=chosen,
            topics=topics,
            keywords=self.keywords(title, text, _KEYWORDS),
            summary=sentences,
            fingerprint=fingerprint(text),
            centrality=1.0 if section else self.centrality(title, "".join(sentences)) if chosen else 0.0,
        )

    def centrality(self, title: str, summary: str) -> float:
        """How much headline and summary say that it is about the industry, 0 to 1; `CENTRAL` is the threshold.

        A long essay gathers cues all over its body and is still about something else.
        """
        said = industry_evidence(self._matcher.match(title, summary)) + self._everyday(title, summary)
        return max(0.0, min(1.0, CENTRAL * said / self._taxonomy.threshold))

    def classify(
        self, title: str, text: str, *, section: str | None = None
    ) -> tuple[str | None, tuple[str, ...]]:
        """Section and topics alone; an article outside the industry has neither."""
        matches = self._matcher.match(title, text)
        chosen = section or choose_section(matches, self._taxonomy, self._everyday(title, text))
        return chosen, choose_topics(matches, self._taxonomy) if chosen else ()

    def explain(self, text: str) -> Explanation:
        """Why: the first line of the text is taken for its title."""
        title, _, rest = text.strip().partition("\n")
        matches = self._matcher.match(title, rest)
        everyday = self._everyday(title, rest)
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

    def _everyday(self, title: str, text: str) -> float:
        cut, vocabulary = self._segmenter.precise, self._taxonomy.vocabulary
        if not vocabulary.weights:
            return 0.0
        return vocabulary.evidence(cut(normalise(title)), cut(normalise(text[:READ])))

    def keywords(self, title: str, text: str, top: int) -> tuple[str, ...]:
        """The best `top` keywords, as written in the article."""
        return keywords.extract(title, text, top, self._segmenter)

    def summarise(self, title: str, text: str, sentences: int) -> tuple[str, ...]:
        """At most so many whole sentences of the text, in reading order."""
        return summary.summarise(title, text, sentences, self._segmenter)
