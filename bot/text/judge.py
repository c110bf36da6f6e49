"""An editor's questions, asked of one article: is it of the industry, which section and topics, is it news, how much
is it worth? Answered by the fitted weights of `bot.text.model` over what cues, typed words and voice show.
"""

from collections.abc import Mapping, Sequence
from math import exp

from bot.text.cues import CueMatch
from bot.text.evidence import Evidence, Signs
from bot.text.genre import lead_marks, newsworthiness, title_marks
from bot.text.model import ALL_WORDS, LEAD_WORDS, Model, TopicScale, count_words
from bot.text.sections import industry_evidence, section_evidence
from bot.text.taxonomy import Taxonomy
from bot.text.topics import topic_evidence
from bot.text.wording import Wording

WORTH_A_LOOK = 0.0
"""Cues and everyday words below this are of another field: nothing else is looked at (1 in 75 labelled articles of the
industry is so, and 7 in 10 of the others)."""
INDUSTRY = -0.75
"""Logit from which on an article is of the industry: on labelled days that nothing was fitted to, 89 of 100 that reach
it are, and 94 of 100 that are reach it."""
MAX_TOPICS = 3
MAX_REASONS = 8
_UNIT = 3.0
"""Evidence that settles a question by itself is one unit."""
_ENOUGH = 1.0
"""Units from which on a topic has evidence enough to be a rival."""
_START = 160


class Judge:
    """The questions for one industry."""

    def __init__(self, taxonomy: Taxonomy, model: Model, evidence: Evidence) -> None:
        self._taxonomy = taxonomy
        self.model = model
        self._evidence = evidence

    def signs(self, article: Wording, matches: Sequence[CueMatch], vocabulary: float) -> Signs:
        """What the article is about and who does what in it."""
        cues = industry_evidence(matches)
        titled = [match.in_title_alone() for match in matches if match.in_title]
        signs = {
            "industry evidence": _held((cues + vocabulary) / _UNIT, -3, 3),
            "vocabulary": _held(vocabulary, -2, 2),
            "cues": _held(cues / _UNIT, -3, 3),
            "headline cues": _held(industry_evidence(titled) / _UNIT, -2, 2),
        }
        parts = section_evidence(matches, self._taxonomy)
        middle = sum(parts.values()) / len(parts)
        for name, found, most in (
            ("section", {one: value - middle for one, value in parts.items()}, 3),
            ("topic", topic_evidence(matches, self._taxonomy), 3),
            ("title topic", topic_evidence(titled, self._taxonomy), 2),
        ):
            signs.update({f"{name} {one}": _held(value / _UNIT, -most, most) for one, value in found.items()})
        signs.update(title_marks(article.title))
        signs.update({f"start: {why}": said for why, said in lead_marks(article.plain[:_START]).items()})
        signs.update(self._evidence.doings(article.head, article.plain))
        signs.update(self._evidence.classes(article.head))
        return signs

    def voice(self, article: Wording, summary: Sequence[str], short: float) -> Signs:
        """In which voice it is told; `short` is what headline and summary alone say of the industry."""
        signs = self._evidence.voice(article.title, article.head, article.plain)
        lead = "\n".join(summary[:2])
        signs.update({f"summary: {why}": said for why, said in lead_marks(lead).items()})
        signs["short"] = _held(short / _UNIT, -2, 3)
        signs["newsworthiness"] = newsworthiness(article.title, tuple(summary))
        return signs

    def industry(self, article: Wording, signs: Signs) -> float:
        """Logit of its being about the industry."""
        return self.model.answer("industry", signs, article.head_words)

    def reasons(self, article: Wording, signs: Signs) -> tuple[tuple[str, float], ...]:
        """What most strongly makes it of the industry or not: sign and its part of the logit, the strongest first."""
        parts = self.model.parts("industry", signs, article.head_words)
        return tuple(sorted(parts.items(), key=lambda part: -abs(part[1]))[:MAX_REASONS])

    def news(self, article: Wording, signs: Signs) -> float:
        """Logit of its being news, and no essay, review or round-up; `signs` are both kinds."""
        return self.model.answer("news", signs, article.head_words, article.opening(LEAD_WORDS))

    def worth(self, article: Wording, signs: Signs) -> float:
        """Logit of an editor's printing it; `signs` are both kinds."""
        return self.model.answer("worth", signs, article.head_words)

    def sections(self, article: Wording, signs: Signs) -> dict[str, float]:
        """Section id → how much speaks for it."""
        counts = count_words(article.head_words, article.opening(ALL_WORDS))
        return self.model.section_scores(signs, counts)

    def topics(self, matches: Sequence[CueMatch]) -> tuple[str, ...]:
        """Ids of the topics that it is about, the surest first, at most `MAX_TOPICS`."""
        return self.chosen_topics(topic_shares_of(matches, self._taxonomy))

    def chosen_topics(self, shares: Mapping[str, Sequence[float]]) -> tuple[str, ...]:
        """The topics that have these shares of the evidence (see `topic_shares`)."""
        logits = {one: topic_logit(self.model.topics.get(one), row) for one, row in shares.items()}
        settled = {one for one, row in shares.items() if row[1] >= _ENOUGH}  # by the headline alone
        sure = sorted((-said, one) for one, said in logits.items() if said > 0 or one in settled)
        return tuple(one for _, one in sure[:MAX_TOPICS])


def looks_like_it(matches: Sequence[CueMatch], vocabulary: float) -> bool:
    """Whether cues and everyday words are strong enough that anything else is looked at."""
    return industry_evidence(matches) + vocabulary >= WORTH_A_LOOK


def topic_shares_of(matches: Sequence[CueMatch], taxonomy: Taxonomy) -> dict[str, tuple[float, ...]]:
    """`topic_shares` of an article with these matches."""
    titled = [match.in_title_alone() for match in matches if match.in_title]
    units = {one: value / _UNIT for one, value in topic_evidence(matches, taxonomy).items()}
    heads = {one: value / _UNIT for one, value in topic_evidence(titled, taxonomy).items()}
    return topic_shares(units, heads)


def topic_shares(units: Mapping[str, float], heads: Mapping[str, float]) -> dict[str, tuple[float, ...]]:
    """Topic → its evidence, that of the headline, how far another is ahead, how many have enough."""
    enough = sum(value >= _ENOUGH for value in units.values())
    held = {one: _held(value, -2, 3) for one, value in units.items()}
    most = max(held.values(), default=0.0)
    return {
        one: (value, _held(heads.get(one, 0.0), -2, 2), most - value, enough / 5)
        for one, value in held.items()
    }


def topic_logit(scale: TopicScale | None, shares: Sequence[float]) -> float:
    """What a topic's evidence comes to; a topic without a fitted scale needs one unit."""
    if scale is None:
        return shares[0] - _ENOUGH + 1e-9
    weights = (scale.whole, scale.title, scale.rival, scale.many)
    return scale.bias + sum(weight * share for weight, share in zip(weights, shares, strict=True))


def chance(logit: float) -> float:
    """The probability (0 to 1) that a logit stands for."""
    return 1.0 / (1.0 + exp(-max(-50.0, min(50.0, logit))))


def shares(scores: Mapping[str, float]) -> dict[str, float]:
    """What the scores say as probabilities that add up to one (softmax)."""
    most = max(scores.values())
    parts = {one: exp(score - most) for one, score in scores.items()}
    total = sum(parts.values())
    return {one: part / total for one, part in parts.items()}


def best(scores: Mapping[str, float]) -> str:
    """The section that most speaks for."""
    return max(scores, key=lambda one: scores[one])


def _held(value: float, least: float, most: float) -> float:
    return max(least, min(most, value))
