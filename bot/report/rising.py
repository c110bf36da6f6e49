"""Names that are spoken of more, or less, than before: signed G² of stories that name them (Dunning 1993).

A ratio would favour accidents (3 to 0); the log-likelihood ratio asks how surprising the difference is, given how many
stories there were in all. A name needs three stories of two publishers, so that no single column makes a trend.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.report.model import Tally

SURPRISING = 6.63
"""G² that comes about by chance once in a hundred (chi-square with one degree of freedom)."""
FEWEST_STORIES, FEWEST_PUBLISHERS = 3, 2
FEWEST_BEFORE = 30
"""Stories before, below which nothing can be compared."""
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Naming:
    """A story, who reports it, and what it names."""

    publishers: frozenset[str]
    names: frozenset[str]


def movements(
    now: Iterable[Naming], before: Iterable[Naming], times: int
) -> tuple[tuple[Tally, ...], tuple[Tally, ...]]:
    """Names that rise and names that fall, the most surprising first, at most `SHOWN` each.

    `before` is the span of `times` the length of `now` that ends where it begins; the tallies' `before` is what would
    have been expected of it in a span of the length of `now`.
    """
    here, there = _Side(now), _Side(before)
    if there.stories < FEWEST_BEFORE or not here.stories:
        return (), ()
    scored = []
    for name in here.counts.keys() | there.counts.keys():
        rises = here.counts[name] * there.stories > there.counts[name] * here.stories
        score = g2(here.counts[name], here.stories, there.counts[name], there.stories)
        if score >= SURPRISING and (here if rises else there).is_borne_out(name):
            tally = Tally(name, here.counts[name], round(there.counts[name] / times))
            scored.append((-score, name, rises, tally))
    scored.sort(key=lambda each: each[:2])
    rising = [tally for *_, rises, tally in scored if rises]
    falling = [tally for *_, rises, tally in scored if not rises]
    return tuple(rising[:SHOWN]), tuple(falling[:SHOWN])


class _Side:
    def __init__(self, stories: Iterable[Naming]) -> None:
        self.stories = 0
        self.counts: Counter[str] = Counter()
        self._publishers: defaultdict[str, set[str]] = defaultdict(set)
        for story in stories:
            self.stories += 1
            self.counts.update(story.names)
            for name in story.names:
                self._publishers[name] |= story.publishers

    def is_borne_out(self, name: str) -> bool:
        return self.counts[name] >= FEWEST_STORIES and len(self._publishers[name]) >= FEWEST_PUBLISHERS


def g2(one: int, of_one: int, other: int, of_other: int) -> float:
    """The log-likelihood ratio of `one` in `of_one` against `other` in `of_other`; 0 where the shares are equal."""
    share = (one + other) / (of_one + of_other)
    parts = (
        (one, of_one * share),
        (of_one - one, of_one * (1 - share)),
        (other, of_other * share),
        (of_other - other, of_other * (1 - share)),
    )
    return 2 * sum(seen * math.log(seen / expected) for seen, expected in parts if seen)


def index_key(word: str) -> tuple[bool, bytes]:
    """Sorts Latin words first, then Chinese ones as GB 18030 has them: the common ones by pinyin."""
    return not word[:1].isascii(), word.casefold().encode("gb18030", "replace")
