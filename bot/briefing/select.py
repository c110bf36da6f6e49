"""Which stories an edition tells: what the reader follows, or the balanced top stories; never one seen before.

    candidates → not seen, section wanted → matched with what is followed → ranked → floor
               → first the best of each interest (or section) → the rest by rank, with quotas and variety
               → in the order of sections

Pure: values in, values out. The weights below were set by reading editions, not learned.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from operator import attrgetter

from bot.briefing.matching import Candidate, Keyword, Match, Texts, strength
from bot.text.normalise import normalise
from bot.text.taxonomy import Taxonomy
from storage.models import EditionItem, Story, Subscription

MATCH_WEIGHT = 1.5
MORE_MATCHES = 0.2
SOURCE_WEIGHT = 0.5
TOPIC_WEIGHT = 0.25
"""For each of up to two topics: a story without any stands at the industry's edge. Does not count for the floor."""
CENTRAL_TOPICS = 2
CENTRALITY_WEIGHT = 0.5
"""For a story that is about the industry in its headline and summary already. Does not count for the floor."""
NEWS_WEIGHT = 0.7
"""For news, and against what argues, reviews or teaches. Does not count for the floor."""
OPINION = -0.5
"""What stands so low argues, reviews or teaches: a balanced edition has it only where there is no more news."""
HALF_LIFE = timedelta(hours=24)
FLOOR = 1.2
"""Below it a story is old news that one source carried and nobody asked for: a shorter edition is better."""

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
BARE_PENALTY = 0.25
"""What a headline without any text behind it loses: it tells less, and nothing can be checked against it."""
SHORTLIST = 10
"""Times the wanted number of items: no story ranked lower is looked at for variety."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one chat wants to be told; no sections means all, no subscriptions a balanced edition."""

    subscriptions: tuple[Subscription, ...] = ()
    sections: tuple[str, ...] = ()
    max_items: int = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """The stories chosen, in the order of an edition, and from how many."""

    items: tuple[EditionItem, ...]
    considered: int
    """Stories that this reader could have been told: not seen, wanted, worth telling."""


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


def prepare(stories: Iterable[Story]) -> tuple[Candidate, ...]:
    """Stories made ready once for many readers: pass the result to `choose` instead of the stories."""
    return tuple(Candidate(story) for story in stories)


def select(
    candidates: Sequence[Story | Candidate],
    wanted: Wanted,
    seen: Collection[int],
    now: datetime,
    *,
    taxonomy: Taxonomy,
    weights: Mapping[int, float],
) -> tuple[EditionItem, ...]:
    """The items of `choose` alone."""
    return choose(candidates, wanted, seen, now, taxonomy=taxonomy, weights=weights).items


def choose(
    candidates: Sequence[Story | Candidate],
    wanted: Wanted,
    seen: Collection[int],
    now: datetime,
    *,
    taxonomy: Taxonomy,
    weights: Mapping[int, float],
) -> Choice:
    """At most `wanted.max_items` stories in the order of sections, each with the reason why it was chosen.

    `seen` holds ids of stories that the chat knows (a set for speed), `now` is aware UTC, `weights` is each
    source's weight by its id (1.0 where it is missing).
    """
    desk = Desk(candidates, now, weights)
    ranked = [entry for entry in desk.ranked(wanted) if entry.story_id not in seen]
    return fill(ranked, wanted, taxonomy)


def fill(ranked: Sequence[Ranked], wanted: Wanted, taxonomy: Taxonomy) -> Choice:
    """The edition of what `Desk.ranked` gives, less the stories that the chat knows."""
    order = {section.id: place for place, section in enumerate(taxonomy.sections)}
    has_room = len(ranked) <= wanted.max_items
    chosen = list(ranked) if has_room else _Edition(wanted).fill(ranked, tuple(order))
    chosen.sort(key=lambda entry: (order.get(entry.section or "", len(order)), -entry.rank))
    return Choice(tuple(entry.item for entry in chosen), len(ranked))


class Desk:
    """The candidates of one moment, with all that is the same for many readers worked out once.

    What one subscription meets is found once, and so is the rank of a story that meets it alone: a set of subscriptions
    only puts together what others have had found already, and ranks anew what meets several of them.
    """

    def __init__(
        self, candidates: Sequence[Story | Candidate], now: datetime, weights: Mapping[int, float]
    ) -> None:
        made = [Candidate(item) if isinstance(item, Story) else item for item in candidates]
        told = [item for item in made if not item.is_a_name]
        self._pieces = tuple(
            _Piece(item, place, _base(item, now, weights), near)
            for place, (item, near) in enumerate(zip(told, _near(told), strict=True))
        )
        self._met: dict[Subscription, _Met] = {}
        self._several: dict[tuple[int, int], Ranked | None] = {}
        """What meets several, by its place and their bits."""

    def ranked(self, wanted: Wanted) -> Sequence[Ranked]:
        """What a reader with these wishes could be told, best first."""
        found = self._meeting(wanted.subscriptions) if wanted.subscriptions else self._balanced
        if wanted.sections:
            found = [entry for entry in found if (entry.section or "") in ("", *wanted.sections)]
        return found

    def ids(self, subscription: Subscription | None) -> Iterable[int]:
        """Ids of the stories that a reader could be told for this subscription; None: for having none."""
        if subscription is None:
            return (entry.story_id for entry in self._balanced)
        return (self._pieces[place].candidate.story.id for place in self._meet(subscription).strengths)

    def meets(self, subscriptions: Iterable[Subscription]) -> int:
        """A number for those of the subscriptions that any story meets: who has the same could be told the same."""
        return sum(met.bit for met in map(self._meet, subscriptions) if met.places)

    @cached_property
    def _texts(self) -> Texts:
        return Texts(piece.candidate for piece in self._pieces)

    @cached_property
    def _balanced(self) -> Sequence[Ranked]:
        return _sorted(
            _rank(piece, (), 0, frozenset()) for piece in self._pieces if piece.candidate.is_central
        )

    def _meeting(self, subscriptions: Sequence[Subscription]) -> Sequence[Ranked]:
        met = [self._meet(item) for item in subscriptions]
        if len(met) == 1:
            return met[0].alone
        once = several = 0
        for each in met:
            several |= once & each.places
            once |= each.places
        if not several:
            found = [entry for each in met for entry in each.alone]
        else:
            found = [entry for each in met for entry in each.alone if not several >> entry.place & 1]
            while several:
                place = several.bit_length() - 1
                several ^= 1 << place
                if (entry := self._of_several(place, met)) is not None:
                    found.append(entry)
        found.sort(key=_ORDER)
        return found

    def _of_several(self, place: int, met: Sequence["_Met"]) -> Ranked | None:
        """The story at `place` for who follows several things that it meets."""
        meeting = [each for each in met if each.places >> place & 1]
        key = place, sum(each.bit for each in meeting)
        if key not in self._several:
            meeting.sort(key=lambda each: -each.strengths[place])
            matches = tuple(Match(each.subscription, each.strengths[place]) for each in meeting)
            words = {each.word for each in meeting}
            self._several[key] = _rank(self._pieces[place], matches, key[1], words)
        return self._several[key]

    def _meet(self, item: Subscription) -> "_Met":
        """What the subscription meets, found when first asked for."""
        if (known := self._met.get(item)) is not None:
            return known
        keyword = Keyword(item.value) if item.kind == "keyword" else None
        places = sorted(keyword.places(self._texts)) if keyword else range(len(self._pieces))
        strengths = {
            place: found
            for place in places
            if (found := strength(item, self._pieces[place].candidate, keyword)) > 0.0
        }
        bit, word = 1 << len(self._met), normalise(item.value)
        alone = [
            _rank(self._pieces[place], (Match(item, found),), bit, {word})
            for place, found in strengths.items()
        ]
        met = _Met(item, word, bit, strengths, sum(1 << place for place in strengths), _sorted(alone))
        self._met[item] = met
        return met


_ORDER = attrgetter("order")


def _sorted(found: Iterable[Ranked | None]) -> list[Ranked]:
    return sorted(filter(None, found), key=_ORDER)


@dataclass(frozen=True, slots=True)
class _Met:
    """What one subscription meets."""

    subscription: Subscription
    word: str
    """What it follows, normalised."""
    bit: int
    """Its own among all that anybody has asked for."""
    strengths: Mapping[int, float]
    """How well, by the place of the story."""
    places: int
    """The same places as bits."""
    alone: Sequence[Ranked]
    """For who follows nothing else, best first."""


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """A candidate and what of its rank is the same for everybody."""

    candidate: Candidate
    place: int
    base: float
    near: frozenset[int]


def _near(candidates: Sequence[Candidate]) -> list[frozenset[int]]:
    """Of each the ids of the others that share so many keywords with it that they may be of one affair."""
    having: dict[str, list[int]] = {}
    for candidate in candidates:
        for word in candidate.keywords:
            having.setdefault(word, []).append(candidate.story.id)
    found = []
    for candidate in candidates:
        common = Counter(other for word in candidate.keywords for other in having[word])
        found.append(frozenset(other for other, count in common.items() if count >= SAME_AFFAIR))
    return found


def _base(candidate: Candidate, now: datetime, weights: Mapping[int, float]) -> float:
    story = candidate.story
    age = max(now - story.lead.published_at, timedelta())
    weight = max(weights.get(article.source_id, 1.0) for article in story.articles)
    return (
        math.log2(1 + len(story.publishers)) + math.exp2(-(age / HALF_LIFE)) + SOURCE_WEIGHT * (weight - 1.0)
    )


def _rank(piece: _Piece, matches: tuple[Match, ...], meets: int, followed: Set[str]) -> Ranked | None:
    """The story with its rank for who follows what it matches, strongest first; None where nobody would want it.

    `meets` are those subscriptions as bits, `followed` as words.
    """
    candidate = piece.candidate
    match = matches[0].strength + MORE_MATCHES * (len(matches) - 1) if matches else 0.0
    rank = piece.base + MATCH_WEIGHT * match
    if rank < FLOOR:
        return None
    rank += TOPIC_WEIGHT * min(len(candidate.topics), CENTRAL_TOPICS)
    rank += CENTRALITY_WEIGHT * candidate.centrality
    rank += NEWS_WEIGHT * candidate.newsworthiness
    rank -= 0.0 if candidate.story.lead.summary else BARE_PENALTY
    words, keywords = candidate.words, candidate.keywords
    if not followed.isdisjoint(words) or not followed.isdisjoint(keywords):
        words = tuple(word for word in words if word not in followed)
        keywords = keywords - followed
    names = candidate.story.publishers
    return Ranked(
        story_id=candidate.story.id,
        section=candidate.section,
        is_clear=candidate.is_clear,
        is_opinion=candidate.newsworthiness <= OPINION,
        place=piece.place,
        matches=matches,
        meets=meets,
        rank=rank,
        words=words,
        thing=frozenset(words),
        keywords=keywords,
        near=piece.near,
        source=names[0] if len(names) == 1 else "",
        order=(-rank, candidate.story.id),
        item=EditionItem(
            candidate.story, candidate.section, matches[0].subscription.value if matches else ""
        ),
    )


class _Edition:
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
