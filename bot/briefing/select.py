"""Which stories an edition tells: what the reader follows, or the balanced top stories; never one seen before.

    candidates → not seen, section wanted → matched with what is followed → ranked → floor
               → first the best of each interest (or section) → the rest by rank, with quotas and variety
               → in the order of sections

Pure: values in, values out. The weights below were set by reading editions, not learned.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from operator import attrgetter

from bot.briefing.matching import Candidate, Keyword, Match, Texts, shared, strength
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
    chosen = _Edition(wanted).fill(ranked, tuple(order))
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
        self._several: dict[tuple[int, tuple[Subscription, ...]], Ranked | None] = {}

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

    @cached_property
    def _texts(self) -> Texts:
        return Texts(piece.candidate for piece in self._pieces)

    @cached_property
    def _balanced(self) -> Sequence[Ranked]:
        return _sorted(_rank(piece, ()) for piece in self._pieces if piece.candidate.is_central)

    def _meeting(self, subscriptions: Sequence[Subscription]) -> Sequence[Ranked]:
        met = [self._meet(item) for item in subscriptions]
        if len(met) == 1:
            return met[0].alone
        once = several = 0
        for each in met:
            several |= once & each.places
            once |= each.places
        found = [entry for each in met for entry in each.alone if not several >> entry.place & 1]
        while several:
            place = several.bit_length() - 1
            several ^= 1 << place
            if (entry := self._of_several(place, subscriptions)) is not None:
                found.append(entry)
        found.sort(key=_ORDER)
        return found

    def _of_several(self, place: int, subscriptions: Sequence[Subscription]) -> Ranked | None:
        """The story at `place` for who follows several things that it meets."""
        key = place, tuple(item for item in subscriptions if place in self._met[item].strengths)
        if key not in self._several:
            matches = [Match(item, self._met[item].strengths[place]) for item in key[1]]
            matches.sort(key=lambda match: -match.strength)
            self._several[key] = _rank(self._pieces[place], tuple(matches))
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
        alone = [_rank(self._pieces[place], (Match(item, found),)) for place, found in strengths.items()]
        met = _Met(strengths, sum(1 << place for place in strengths), _sorted(alone))
        self._met[item] = met
        return met


_ORDER = attrgetter("order")


def _sorted(found: Iterable[Ranked | None]) -> list[Ranked]:
    return sorted(filter(None, found), key=_ORDER)


@dataclass(frozen=True, slots=True)
class _Met:
    """What one subscription meets."""

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


def _rank(piece: _Piece, matches: tuple[Match, ...]) -> Ranked | None:
    """The story with its rank for who follows what it matches, strongest first; None where nobody would want it."""
    candidate = piece.candidate
    match = matches[0].strength + MORE_MATCHES * (len(matches) - 1) if matches else 0.0
    rank = piece.base + MATCH_WEIGHT * match
    if rank < FLOOR:
        return None
    rank += TOPIC_WEIGHT * min(len(candidate.topics), CENTRAL_TOPICS)
    rank += CENTRALITY_WEIGHT * candidate.centrality
    rank += NEWS_WEIGHT * candidate.newsworthiness
    rank -= 0.0 if candidate.story.lead.summary else BARE_PENALTY
    followed = {normalise(found.subscription.value) for found in matches}
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
        self.words: Counter[str] = Counter()
        self.things: set[frozenset[str]] = set()
        self.sources: Counter[str] = Counter()
        self.sections: Counter[str | None] = Counter()
        self.often = wanted.max_items * SAME_SOURCE_SHARE

    def fill(self, ranked: Sequence[Ranked], sections: Sequence[str]) -> list[Ranked]:
        """The best of each interest or section first, then by rank: with quotas, and without where room is left."""
        shortlist = list(ranked[: self.wanted.max_items * SHORTLIST])
        share = FOLLOWED_SHARE if self.wanted.subscriptions else BALANCED_SHARE
        quota = max(1, math.ceil(self.wanted.max_items * share))
        if self.wanted.subscriptions:
            firsts, rounds = self._first_per_interest(ranked), [shortlist]
        else:  # nobody asked for what a balanced edition tells: opinion and the doubtful come last, whatever is lacking
            clear = [entry for entry in shortlist if entry.is_clear]
            news = [entry for entry in clear if not entry.is_opinion]
            firsts, rounds = self._first_per_section(news, sections), [news, clear, shortlist]
        for entry in sorted(firsts, key=lambda entry: -entry.rank):
            self._take(entry)
        for entries in rounds:
            for most in (quota, self.wanted.max_items):
                if len(self.taken) < self.wanted.max_items:
                    self._take_best(entries, most)
        return self.taken

    def _first_per_interest(self, ranked: Sequence[Ranked]) -> list[Ranked]:
        firsts: dict[Subscription, Ranked] = {}
        for entry in ranked:
            for match in entry.matches:
                firsts.setdefault(match.subscription, entry)
            if len(firsts) == len(self.wanted.subscriptions):
                break
        return list({entry.story_id: entry for entry in firsts.values()}.values())

    def _first_per_section(self, ranked: Sequence[Ranked], sections: Sequence[str]) -> list[Ranked]:
        firsts: dict[str | None, Ranked] = {}
        for entry in ranked:
            firsts.setdefault(entry.section, entry)
        return [firsts[section] for section in sections if section in firsts]

    def _take_best(self, shortlist: list[Ranked], quota: int) -> None:
        """Take by rank, less what a story loses for being the fourth about one thing, up to a section's quota."""
        rest = [entry for entry in shortlist if entry.story_id not in self.ids]
        while rest and len(self.taken) < self.wanted.max_items:
            best, most = None, -math.inf
            for entry in rest:
                if entry.rank <= most:  # they come by rank, and none is worth more than its rank
                    break
                if self.sections.get(entry.section, 0) < quota and (worth := self._worth(entry)) > most:
                    best, most = entry, worth
            if best is None:
                return
            rest.remove(best)
            self._take(best)

    def _worth(self, entry: Ranked) -> float:
        common = shared(entry.words, self.words)
        excess = common - SAME_WORD + 1 if common >= SAME_WORD else 0
        if len(entry.words) > 1 and entry.thing in self.things:
            excess += 1  # both leading words are told already: very likely the same news
        elif not entry.near.isdisjoint(self.ids) and any(
            len(entry.keywords & told.keywords) >= SAME_AFFAIR for told in self.taken
        ):
            excess += 1
        often = entry.source and self.sources.get(entry.source, 0) >= self.often
        return entry.rank - SAME_WORD_PENALTY * excess - (SAME_SOURCE_PENALTY if often else 0.0)

    def _take(self, entry: Ranked) -> None:
        if len(self.taken) < self.wanted.max_items:
            self.taken.append(entry)
            self.ids.add(entry.story_id)
            self.sections[entry.section] += 1
            for word in entry.words:
                self.words[word] += 1
            self.things.add(entry.thing)
            self.sources[entry.source] += 1
