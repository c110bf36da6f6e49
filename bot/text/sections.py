"""Is an article about the industry, and in which section does an editor put it?"""

from collections.abc import Iterable

from bot.text.cues import CueMatch
from bot.text.taxonomy import Taxonomy

_LEAD_SHARE, _BODY_SHARE = 0.4, 0.07
"""The share of a word's weight that counts outside the title when we decide whether an article is about the industry."""
_HINT = 2.0
_HINTS_LIMIT = 2.5
_SECTION_LEAD_SHARE, _SECTION_BODY_SHARE = 0.4, 0.1
"""The share of a word's weight that counts outside the title when we choose a section."""
_SUBJECT_LENGTH = 6
"""A word that starts so early in the title is its subject and counts more."""
_SUBJECT_BONUS = 0.3


def industry_evidence(matches: Iterable[CueMatch]) -> float:
    """How much speaks for an article of the industry: compare with the taxonomy's threshold. Hints (words of
    less weight than 2) never settle it alone, however many there are."""
    total = hints = 0.0
    for match in matches:
        weight = match.effects.industry
        if 0 < weight < _HINT:
            hints += weight * match.share(_LEAD_SHARE, _BODY_SHARE)
        elif weight:
            total += weight * match.share(_LEAD_SHARE, _BODY_SHARE)
    return total + min(hints, _HINTS_LIMIT)


def section_evidence(matches: Iterable[CueMatch], taxonomy: Taxonomy) -> dict[str, float]:
    """Section id → what speaks for it, in the taxonomy's order."""
    totals = {section.id: section.bias for section in taxonomy.sections}
    for match in matches:
        share = match.share(_SECTION_LEAD_SHARE, _SECTION_BODY_SHARE)
        if 0 <= match.first < _SUBJECT_LENGTH:
            share += _SUBJECT_BONUS
        for section, weight in match.effects.sections:
            totals[section] += weight * share
    return totals


def choose_section(matches: Iterable[CueMatch], taxonomy: Taxonomy, vocabulary: float = 0.0) -> str | None:
    """The id of the best section, or None for an article that is not about the industry.

    `vocabulary` is what the article's everyday words say (`Vocabulary.evidence`).
    """
    found = tuple(matches)
    # Weights are tenths: what just reaches the threshold does so in whatever order the words were added up.
    if round(industry_evidence(found) + vocabulary, 9) < taxonomy.threshold:
        return None
    totals = section_evidence(found, taxonomy)
    return max(totals, key=lambda section: totals[section])
