"""What an article is about: any number of the taxonomy's topics."""

from collections.abc import Iterable

from bot.text.cues import CueMatch
from bot.text.taxonomy import Taxonomy

_LEAD_SHARE, _BODY_SHARE = 0.5, 0.2
_NEXT = 0.6
"""What each further word adds compared with the one before it, the strongest first: saying the same thing in
other words is weaker evidence than saying it."""


def topic_evidence(matches: Iterable[CueMatch], taxonomy: Taxonomy) -> dict[str, float]:
    """Topic id → what speaks for it, in the taxonomy's order; topics without a word are left out."""
    shares: dict[str, list[float]] = {}
    for match in matches:
        for topic, weight in match.effects.topics:
            shares.setdefault(topic, []).append(weight * match.share(_LEAD_SHARE, _BODY_SHARE))
    evidence: dict[str, float] = {}
    for known in taxonomy.topics:
        if known.id in shares:
            found = sorted(shares[known.id], reverse=True)
            against = sum(share for share in found if share < 0)
            evidence[known.id] = sum(share * _NEXT**i for i, share in enumerate(found) if share > 0) + against
    return evidence


def choose_topics(matches: Iterable[CueMatch], taxonomy: Taxonomy) -> tuple[str, ...]:
    """Ids of the topics whose evidence reaches their threshold, the strongest first."""
    evidence = topic_evidence(matches, taxonomy)
    chosen = [topic.id for topic in taxonomy.topics if evidence.get(topic.id, 0.0) >= topic.threshold]
    return tuple(sorted(chosen, key=lambda topic: -evidence[topic]))
