"""Filling an edition from ranked stories: first the best of each interest or section, then by rank, with quotas and
variety. What follows from one choice for the next is kept here, so this is where an edition is balanced.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.briefing.matching import SubscriptionMatch
from storage.models import EditionItem, Genre, Mix, Subscription, Taste

BALANCED_SHARE = 0.35
"""Of a balanced edition's items, what one section may take before all have had their turn."""
FOLLOWED_SHARE = 0.5
SAME_WORD = 3
"""Stories about one company or thing; what comes after them gives way to others."""
SAME_WORD_PENALTY = 1.0
SAME_AFFAIR = 3
"""Keywords that two stories share from which they are very likely told of one affair, in other words."""
SAME_SOURCE_SHARE = 0.4
"""Of an edition's items, what one source may tell alone while others have news."""
MAX_READS = 3
"""Essays and analyses of one edition, and never more than a quarter of it."""
READS_IN = 6
"""One place in so many is kept for a read where news alone would fill the edition."""
WORTH_READING = 0.27
"""How surely an editor would print an essay that nobody asked for, as one and in its section."""
SURE, LIKELY = 0.4, 0.25
"""How surely an editor would print a piece of news that nobody asked for; the lower one holds if an edition would be short."""
ENOUGH = 7
"""Items of a balanced edition from which on nothing but what is surely news is added."""
MAX_BARE = 1
"""Headlines without any text that a balanced edition has, for nothing can be checked against them …"""
SHORT, ALMOST_NONE = 5, 3
"""… unless it would have fewer items than the first: then it is filled up to that number. Where fewer than the second
have a text, its sources have nothing but headlines, and all are told."""
SHORTLIST = 10
"""Times the wanted number of items: no story ranked lower is looked at for variety."""


@dataclass(frozen=True, slots=True)
class ReaderProfile:
    """What one chat wants to be told; no sections means all, no subscriptions a balanced edition.

    Subscriptions stand in a canonical order, topics first, however they were given: equal wishes are told the same.
    """

    subscriptions: tuple[Subscription, ...] = ()
    sections: tuple[str, ...] = ()
    max_items: int = 12
    tastes: tuple[Taste, ...] = ()
    """What is wanted less or more, in canonical order (`bot.briefing.tastes`)."""
    mix: Mix = "followed"
    """Of a reader who follows something: that alone, the top stories beside it (`bot.briefing.mixing`), or these alone."""

    @property
    def is_mixed(self) -> bool:
        """Whether it is told what it follows and the top stories beside that."""
        return self.mix == "both" and bool(self.subscriptions)

    def __post_init__(self) -> None:
        ordered = sorted(self.subscriptions, key=lambda item: (item.kind != "topic", item.kind, item.value))
        object.__setattr__(self, "subscriptions", () if self.mix == "top" else tuple(ordered))


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """A story that a reader could be told, with its rank for them."""

    story_id: int
    section: str | None
    is_clear: bool
    genre: Genre
    is_mention: bool
    """Whether what is followed stands in the body alone, as an aside."""
    promise: float
    """How surely an editor would print it as news, 0 to 1."""
    is_bare: bool
    """Whether there is nothing but a headline."""
    reading: float
    """How surely an editor would print it as an essay, 0 to 1."""
    place: int
    """Its index among the candidates."""
    matches: tuple[SubscriptionMatch, ...]
    meets: int
    """The subscriptions that it matches, as a bit set (see `RankedStories`)."""
    rank: float
    words: tuple[str, ...]
    thing: frozenset[str]
    """The words, in whatever order."""
    keywords: frozenset[str]
    near: frozenset[int]
    """Ids of the stories with which it shares so many keywords that they may be told of one affair."""
    affair: int
    """Of what it is a part: the id of the first story of its affair, or 0."""
    source: str
    """The publisher, where only one reports it."""
    order: tuple[float, int]
    """Sorts the best first."""
    item: EditionItem
    """How it stands in an edition."""

    @property
    def is_read(self) -> bool:
        """Whether it argues or explains instead of telling what happened."""
        return self.genre == "feature"

    @property
    def is_asked_for(self) -> bool:
        """Whether its word or its source is followed, so that reviews, round-ups and adverts are wanted too."""
        return any(match.subscription.kind in ("keyword", "source") for match in self.matches)


def _trusted(told: Sequence[Ranked]) -> list[Ranked]:
    """What an editor would surely print; where that is little, what he may print too, the surest first."""
    found = sorted(told, key=lambda entry: -entry.promise)
    sure = [entry for entry in found if entry.promise >= SURE]
    bare = [entry for entry in sure if entry.is_bare]
    chosen = [entry for entry in sure if not entry.is_bare] + bare[:MAX_BARE]
    likely = [entry for entry in found if LIKELY <= entry.promise < SURE and not entry.is_bare]
    chosen += likely[: max(0, ENOUGH - len(chosen))]
    if len(chosen) - len(bare[:MAX_BARE]) < ALMOST_NONE:
        chosen += bare[MAX_BARE:]
    else:
        chosen += bare[MAX_BARE:][: max(0, SHORT - len(chosen))]
    return sorted(chosen, key=lambda entry: entry.order)


def _is_read(entry: Ranked) -> bool:
    return entry.is_read


@dataclass(frozen=True, slots=True)
class _Limits:
    """What one round of filling keeps to."""

    items: int
    """Of the edition."""
    of_section: int
    of_source: int
    """What one source may tell alone."""
    again: bool
    """Also what is very likely told already, in other words."""


class Filling:
    """An edition while it is being filled."""

    def __init__(self, wanted: ReaderProfile) -> None:
        self.wanted = wanted
        self.taken: list[Ranked] = []
        self.ids: set[int] = set()
        # How many there are of each; plain dictionaries, for there is one edition for nearly every reader's wishes.
        self.words: dict[str, int] = {}
        self.sources: dict[str, int] = {}
        self.sections: dict[str | None, int] = {}
        self.things: set[frozenset[str]] = set()
        self.affairs: set[int] = set()
        self._could: tuple[Sequence[Ranked], Sequence[Ranked]] = (), ()

    def fill(self, ranked: Sequence[Ranked], sections: Sequence[str]) -> list[Ranked]:
        """News first, as many as there are; then the best reads, at most a quarter of the edition."""
        ranked = [entry for entry in ranked if not entry.is_mention] or ranked
        told = [one for one in ranked if one.genre == "news" or (one.is_asked_for and not one.is_read)]
        reads = sorted(filter(_is_read, ranked), key=lambda entry: (-entry.reading, entry.order))
        if not self.wanted.subscriptions:
            told = _trusted(told)
            reads = [entry for entry in reads if entry.is_clear and entry.reading >= WORTH_READING]
        self._could = told, reads
        room = self.wanted.max_items
        self._news(told, sections, room - min(len(reads), MAX_READS, room // READS_IN))
        self._reads(reads)
        return self.taken

    @property
    def possible(self) -> int:
        """How many stories an edition of any size could tell."""
        return sum(map(len, self._could))

    @property
    def possible_ids(self) -> frozenset[int]:
        """Ids of the stories that an edition of any size could tell."""
        return frozenset(entry.story_id for some in self._could for entry in some)

    def _news(self, told: Sequence[Ranked], sections: Sequence[str], room: int) -> None:
        """At most `room`: the best of each interest or section first, then by rank; with quotas, and without where
        places are left."""
        shortlist = told[: room * SHORTLIST]
        share = FOLLOWED_SHARE if self.wanted.subscriptions else BALANCED_SHARE
        quota = math.ceil(self.wanted.max_items * share)
        if self.wanted.subscriptions:
            firsts, rounds = self._first_per_interest(told), [shortlist]
        else:  # nobody asked for what a balanced edition tells: the doubtful comes last, whatever is lacking
            clear = [entry for entry in shortlist if entry.is_clear]
            firsts, rounds = self._first_per_section(clear, sections), [clear, shortlist]
        for entry in firsts[:room]:
            self._take(entry)
        of_source = math.ceil(min(room, len(shortlist)) * SAME_SOURCE_SHARE)
        again = bool(self.wanted.subscriptions)
        for entries in rounds:
            for limits in (
                _Limits(room, quota, of_source, again=False),
                _Limits(room, quota, room, again=False),
                _Limits(room, room, of_source, again=False),
                _Limits(room, room, room, again=again and entries is rounds[-1]),
            ):
                self._take_best(entries, limits)

    def _reads(self, reads: Sequence[Ranked]) -> None:
        """The best essays and analyses, at most a quarter of the edition."""
        wanted = min(MAX_READS, self.wanted.max_items - len(self.taken), max(1, len(self.taken) // 3))
        for entry in reads:
            if wanted <= 0:
                return
            if not self._is_told(entry):
                self._take(entry)
                wanted -= 1

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

    def _take_best(self, shortlist: Sequence[Ranked], limits: "_Limits") -> None:
        """Take by rank, less what a story loses for being the fourth about one thing, within these limits."""
        while len(self.taken) < limits.items:
            best, most = None, -math.inf
            for entry in shortlist:
                if entry.rank <= most:  # they come by rank, and none is worth more than its rank
                    break
                if (
                    entry.story_id not in self.ids
                    and self.sections.get(entry.section, 0) < limits.of_section
                    and (not entry.source or self.sources.get(entry.source, 0) < limits.of_source)
                    and (limits.again or not self._is_told(entry))
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
        return entry.rank - SAME_WORD_PENALTY * excess

    def _is_told(self, entry: Ranked) -> bool:
        """Is it of one affair with a story that is taken, or very likely: it shares both leading words, or many keywords?"""
        if entry.affair and entry.affair in self.affairs:
            return True
        if len(entry.words) > 1 and entry.thing in self.things:
            return True
        return not entry.near.isdisjoint(self.ids) and any(
            len(entry.keywords & told.keywords) >= SAME_AFFAIR for told in self.taken
        )

    def _take(self, entry: Ranked) -> None:
        self.taken.append(entry)
        self.ids.add(entry.story_id)
        self.things.add(entry.thing)
        self.affairs.add(entry.affair)
        self.sections[entry.section] = self.sections.get(entry.section, 0) + 1
        self.sources[entry.source] = self.sources.get(entry.source, 0) + 1
        for word in entry.words:
            self.words[word] = self.words.get(word, 0) + 1
