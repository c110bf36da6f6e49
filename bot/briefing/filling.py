"""Filling an edition from ranked stories: first the best of each interest or section, then by rank, with quotas and
variety. What follows from one choice for the next is kept here, so this is where an edition is balanced.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.briefing.matching import Match
from storage.models import EditionItem, Subscription

BALANCED_SHARE = 0.35
"""Of a balanced edition's items, what one section may take before all have had their turn."""
FOLLOWED_SHARE = 0.5
SAME_WORD = 3
"""Stories about one company or thing; what comes after them gives way to others."""
SAME_WORD_PENALTY = 1.0
SAME_AFFAIR = 3
"""Keywords that two stories share from which they are very likely told of one affair, in other words."""
SAME_SOURCE_SHARE = 0.5
SAME_SOURCE_PENALTY = 0.25
"""What a story loses when its only source has told more than that share of the edition."""
SHORTLIST = 10
"""Times the wanted number of items: no story ranked lower is looked at for variety."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one chat wants to be told; no sections means all, no subscriptions a balanced edition."""

    subscriptions: tuple[Subscription, ...] = ()
    sections: tuple[str, ...] = ()
    max_items: int = 12


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """A story that a reader could be told, with its rank for them."""

    story_id: int
    section: str | None
    is_clear: bool
    is_opinion: bool
    place: int
    """Its place on the desk."""
    matches: tuple[Match, ...]
    meets: int
    """The subscriptions that it matches, as the desk's bits."""
    rank: float
    words: tuple[str, ...]
    thing: frozenset[str]
    """The words, in whatever order."""
    keywords: frozenset[str]
    near: frozenset[int]
    """Ids of the stories with which it shares so many keywords that they may be told of one affair."""
    source: str
    """The publisher, where only one reports it."""
    order: tuple[float, int]
    """Sorts the best first."""
    item: EditionItem
    """How it stands in an edition."""


class Filling:
    """An edition while it is being filled."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.taken: list[Ranked] = []
        self.ids: set[int] = set()
        # How many there are of each; plain dictionaries, for there is one edition for nearly every reader's wishes.
        self.words: dict[str, int] = {}
        self.sources: dict[str, int] = {}
        self.sections: dict[str | None, int] = {}
        self.things: set[frozenset[str]] = set()
        self.often = wanted.max_items * SAME_SOURCE_SHARE

    def fill(self, ranked: Sequence[Ranked], sections: Sequence[str]) -> list[Ranked]:
        """The best of each interest or section first, then by rank: with quotas, and without where room is left."""
        shortlist = ranked[: self.wanted.max_items * SHORTLIST]
        share = FOLLOWED_SHARE if self.wanted.subscriptions else BALANCED_SHARE
        quota = max(1, math.ceil(self.wanted.max_items * share))
        if self.wanted.subscriptions:
            firsts, rounds = self._first_per_interest(ranked), [shortlist]
        else:  # nobody asked for what a balanced edition tells: opinion and the doubtful come last, whatever is lacking
            clear = [entry for entry in shortlist if entry.is_clear]
            news = [entry for entry in clear if not entry.is_opinion]
            firsts, rounds = self._first_per_section(news, sections), [news, clear, shortlist]
        for entry in firsts:
            if len(self.taken) < self.wanted.max_items:
                self._take(entry)
        for entries in rounds:
            for most in (quota, self.wanted.max_items):
                if len(self.taken) < self.wanted.max_items:
                    self._take_best(entries, most, again=entries is rounds[-1])
        return self.taken

    def _first_per_interest(self, ranked: Sequence[Ranked]) -> list[Ranked]:
        """The best of each, best first; what is the best of several comes once."""
        firsts, met = [], 0
        for entry in ranked:
            if entry.meets & ~met:
                firsts.append(entry)
                met |= entry.meets
                if met.bit_count() == len(self.wanted.subscriptions):
                    break
        return firsts

    def _first_per_section(self, ranked: Sequence[Ranked], sections: Sequence[str]) -> list[Ranked]:
        firsts: dict[str | None, Ranked] = {}
        for entry in ranked:
            firsts.setdefault(entry.section, entry)
        found = [firsts[section] for section in sections if section in firsts]
        return sorted(found, key=lambda entry: -entry.rank)

    def _take_best(self, shortlist: Sequence[Ranked], quota: int, *, again: bool) -> None:
        """Take by rank, less what a story loses for being the fourth about one thing, up to a section's quota.

        `again`: also what is very likely told already, in other words.
        """
        ids, sections = self.ids, self.sections
        while len(self.taken) < self.wanted.max_items:
            best, most = None, -math.inf
            for entry in shortlist:
                if entry.rank <= most:  # they come by rank, and none is worth more than its rank
                    break
                if (
                    entry.story_id not in ids
                    and sections.get(entry.section, 0) < quota
                    and (again or not self._is_told(entry))
                    and (worth := self._worth(entry)) > most
                ):
                    best, most = entry, worth
            if best is None:
                return
            self._take(best)

    def _worth(self, entry: Ranked) -> float:
        common = max([self.words.get(word, 0) for word in entry.words], default=0)
        excess = common - SAME_WORD + 1 if common >= SAME_WORD else 0
        if self._is_told(entry):
            excess += 1
        often = entry.source and self.sources.get(entry.source, 0) >= self.often
        return entry.rank - SAME_WORD_PENALTY * excess - (SAME_SOURCE_PENALTY if often else 0.0)

    def _is_told(self, entry: Ranked) -> bool:
        """Does it share both leading words, or many keywords, with a story that is taken: very likely one affair?"""
        if len(entry.words) > 1 and entry.thing in self.things:
            return True
        return not entry.near.isdisjoint(self.ids) and any(
            len(entry.keywords & told.keywords) >= SAME_AFFAIR for told in self.taken
        )

    def _take(self, entry: Ranked) -> None:
        self.taken.append(entry)
        self.ids.add(entry.story_id)
        self.things.add(entry.thing)
        self.sections[entry.section] = self.sections.get(entry.section, 0) + 1
        self.sources[entry.source] = self.sources.get(entry.source, 0) + 1
        for word in entry.words:
            self.words[word] = self.words.get(word, 0) + 1
