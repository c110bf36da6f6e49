"""Which stories an edition tells: what the reader follows, or the balanced top stories; never one seen before.

    candidates → not seen, section wanted → matched with what is followed → ranked → floor
               → first the best of each interest (or section) → the rest by rank, with quotas and variety
               → in the order of sections

Pure: values in, values out. The weights below were set by reading editions, not learned.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from operator import attrgetter

from bot.briefing.filling import SAME_AFFAIR, Filling, Ranked, ReaderProfile
from bot.briefing.matching import (
    STRENGTH_ASIDE,
    UNKNOWN_WORTH,
    Candidate,
    Keyword,
    SubscriptionMatch,
    Texts,
    is_word,
    strength,
)
from bot.text.normalise import normalise
from bot.text.taxonomy import Taxonomy
from storage.models import EditionItem, Story, Subscription

MATCH_WEIGHT = 1.5
MORE_MATCHES = 0.2
SOURCE_WEIGHT = 0.5
WORTH_WEIGHT = 1.5
"""Times how surely an editor would print it (0 to 1). Like what follows it does not count for the floor."""
NEWS_WEIGHT = 1.0
"""Times how surely it is news."""
PLACED_WEIGHT = 0.5
"""Times how surely it stands in its section."""
CENTRALITY_WEIGHT = 0.5
"""Times how surely it is about the industry."""
REPORTED = 0.5
"""How surely an editor would print what more than one source reports, at least."""
HALF_LIFE = timedelta(hours=24)
FLOOR = 1.2
"""Below it a story is old news that one source carried and nobody asked for: a shorter edition is better."""
BARE_PENALTY = 0.25
"""What a headline without any text behind it loses: it tells less, and nothing can be checked against it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The stories chosen, in the order of an edition, and from how many."""

    items: tuple[EditionItem, ...]
    considered: int
    """Stories that this reader could have been told: not seen, wanted, worth telling."""


def prepare(stories: Iterable[Story]) -> tuple[Candidate, ...]:
    """Stories made ready once for many readers."""
    return tuple(Candidate(story) for story in stories)


def fill(ranked: Sequence[Ranked], wanted: ReaderProfile, taxonomy: Taxonomy) -> Choice:
    """The edition of what `RankedStories.ranked` gives, less the stories that the chat knows."""
    filling = Filling(wanted)
    chosen = ordered(filling.fill(ranked, [section.id for section in taxonomy.sections]), taxonomy)
    return Choice(tuple(entry.item for entry in chosen), filling.possible)


def ordered(chosen: Iterable[Ranked], taxonomy: Taxonomy) -> list[Ranked]:
    """In the order of an edition or a part of it: news before reads, by section, the best first."""
    order: dict[str | None, int] = {section.id: place for place, section in enumerate(taxonomy.sections)}
    return sorted(
        chosen, key=lambda entry: (entry.is_read, order.get(entry.section, len(order)), -entry.rank)
    )


class RankedStories:
    """The candidates of one moment, with all that is the same for many readers worked out once.

    What one subscription meets is found once, and so is the rank of a story that meets it alone: a set of subscriptions
    only puts together what others have had found already, and ranks anew what meets several of them.
    """

    def __init__(
        self,
        candidates: Sequence[Story | Candidate],
        now: datetime,
        weights: Mapping[int, float],
        half_life: timedelta = HALF_LIFE,
    ) -> None:
        made = [Candidate(item) if isinstance(item, Story) else item for item in candidates]
        told = [item for item in made if not item.is_a_name]
        self.candidates = tuple(told)
        """The stories by their place."""
        self._now, self._weights, self._half_life = now, weights, half_life
        self._pieces = tuple(
            _Piece(item, place, _base(item, now, weights, half_life), near)
            for place, (item, near) in enumerate(zip(told, _near(told), strict=True))
        )
        self._met: dict[Subscription, _SubscriptionMatches] = {}
        self._strengths: dict[Subscription, Mapping[int, float]] = {}
        self._several: dict[tuple[int, int], Ranked | None] = {}
        """What meets several, by its place and their bits."""
        self._reduced: dict[tuple[int, int, tuple[int, ...]], Ranked | None] = {}
        """What has fewer reports, by its place, what it meets and the articles that are left."""

    def ranked(self, wanted: ReaderProfile) -> Sequence[Ranked]:
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

    def strengths(self, item: Subscription) -> Mapping[int, float]:
        """How strongly each story that the subscription meets does so, by its place; found when first asked for."""
        if (known := self._strengths.get(item)) is not None:
            return known
        keyword = Keyword(item.value) if item.kind == "keyword" else None
        places = sorted(keyword.places(self.texts)) if keyword else range(len(self._pieces))
        found = self._strengths[item] = {
            place: how
            for place in places
            if (how := strength(item, self._pieces[place].candidate, keyword)) > 0.0
        }
        return found

    def reach(self, wanted: ReaderProfile) -> int:
        """The stories that a reader with these wishes could be told, as bits by their place."""
        if not wanted.subscriptions:
            return self._balanced_places
        found = self._balanced_places if wanted.mix == "both" else 0
        for item in wanted.subscriptions:
            found |= self._meet(item).places
        return found

    def reduced(self, entry: Ranked, story: Story) -> Ranked | None:
        """The entry as it ranks with fewer reports of its story; None where it is not wanted any more."""
        key = entry.place, entry.meets, tuple(article.id for article in story.articles)
        if key not in self._reduced:
            self._reduced[key] = self._rank_reduced(entry, Candidate(story))
        return self._reduced[key]

    def _rank_reduced(self, entry: Ranked, candidate: Candidate) -> Ranked | None:
        strengths = [(match, strength(match.subscription, candidate)) for match in entry.matches]
        matches = tuple(
            SubscriptionMatch(match.subscription, found)
            for match, found in sorted(strengths, key=lambda each: -each[1])
            if found > 0.0
        )
        if not (matches if entry.matches else candidate.is_central):
            return None
        near = self._pieces[entry.place].near
        piece = _Piece(
            candidate, entry.place, _base(candidate, self._now, self._weights, self._half_life), near
        )
        meets = sum(self._meet(each.subscription).bit for each in matches)
        return _rank(piece, matches, meets, {normalise(each.subscription.value) for each in matches})

    @cached_property
    def texts(self) -> Texts:
        """The words of all candidates."""
        return Texts(piece.candidate for piece in self._pieces)

    @cached_property
    def _balanced(self) -> Sequence[Ranked]:
        return _sorted(
            _rank(piece, (), 0, frozenset()) for piece in self._pieces if piece.candidate.is_central
        )

    @cached_property
    def _balanced_places(self) -> int:
        return sum(1 << entry.place for entry in self._balanced)

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

    def _of_several(self, place: int, met: Sequence["_SubscriptionMatches"]) -> Ranked | None:
        """The story at `place` for who follows several things that it meets."""
        meeting = [each for each in met if each.places >> place & 1]
        key = place, sum(each.bit for each in meeting)
        if key not in self._several:
            meeting.sort(key=lambda each: -each.strengths[place])
            matches = tuple(SubscriptionMatch(each.subscription, each.strengths[place]) for each in meeting)
            words = {each.word for each in meeting}
            self._several[key] = _rank(self._pieces[place], matches, key[1], words)
        return self._several[key]

    def _meet(self, item: Subscription) -> "_SubscriptionMatches":
        """What the subscription meets, found when first asked for."""
        if (known := self._met.get(item)) is not None:
            return known
        strengths = self.strengths(item)
        bit, word = 1 << len(self._met), normalise(item.value)
        alone = [
            _rank(self._pieces[place], (SubscriptionMatch(item, found),), bit, {word})
            for place, found in strengths.items()
        ]
        met = _SubscriptionMatches(
            item, word, bit, strengths, sum(1 << place for place in strengths), _sorted(alone)
        )
        self._met[item] = met
        return met


_ORDER = attrgetter("order")


def _sorted(found: Iterable[Ranked | None]) -> list[Ranked]:
    return sorted(filter(None, found), key=_ORDER)


@dataclass(frozen=True, slots=True)
class _SubscriptionMatches:
    """What one subscription meets."""

    subscription: Subscription
    word: str
    """What the subscription follows, normalised."""
    bit: int
    """This subscription's bit among all subscriptions that were looked up."""
    strengths: Mapping[int, float]
    """How strongly each story matches, by the story's index."""
    places: int
    """Those indexes as a bit set."""
    alone: Sequence[Ranked]
    """The matching stories for a reader who follows nothing else, best first."""


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


def _base(candidate: Candidate, now: datetime, weights: Mapping[int, float], half_life: timedelta) -> float:
    story = candidate.story
    age = max(now - story.lead.published_at, timedelta())
    weight = max(weights.get(article.source_id, 1.0) for article in story.articles)
    return (
        math.log2(1 + len(story.publishers)) + math.exp2(-(age / half_life)) + SOURCE_WEIGHT * (weight - 1.0)
    )


def _rank(
    piece: _Piece, matches: tuple[SubscriptionMatch, ...], meets: int, followed: Set[str]
) -> Ranked | None:
    """The story with its rank for who follows what it matches, strongest first; None where nobody would want it.

    `meets` are those subscriptions as bits, `followed` as words.
    """
    candidate = piece.candidate
    worth = UNKNOWN_WORTH if candidate.worth is None else candidate.worth
    mention = bool(matches) and matches[0].strength <= STRENGTH_ASIDE
    match = matches[0].strength + MORE_MATCHES * (len(matches) - 1) if matches else 0.0
    rank = piece.base + MATCH_WEIGHT * match
    if rank < FLOOR:
        return None
    rank += WORTH_WEIGHT * worth + NEWS_WEIGHT * candidate.news
    rank += PLACED_WEIGHT * candidate.placed + CENTRALITY_WEIGHT * candidate.centrality
    rank -= 0.0 if candidate.story.lead.summary else BARE_PENALTY
    words, keywords = candidate.words, candidate.keywords
    if not followed.isdisjoint(keywords):  # the words are the first of the keywords
        words = tuple(word for word in words if word not in followed)
        keywords = keywords - followed
    names = candidate.story.publishers
    return Ranked(
        story_id=candidate.story.id,
        section=candidate.section,
        is_clear=candidate.is_clear,
        genre=candidate.genre,
        is_mention=mention,
        promise=_promise(candidate),
        reading=candidate.reading,
        is_bare=not candidate.story.lead.summary,
        place=piece.place,
        matches=matches,
        meets=meets,
        rank=rank,
        words=words,
        thing=frozenset(words),
        keywords=keywords,
        near=piece.near,
        affair=candidate.story.affair,
        source=names[0] if len(names) == 1 else "",
        order=(-rank, candidate.story.id),
        item=EditionItem(
            candidate.story,
            candidate.section,
            matches[0].subscription.value if matches else "",
            part="reads" if candidate.genre == "feature" else "news",
            mention=mention,
            is_word=bool(matches) and is_word(matches[0].subscription, names),
        ),
    )


def _promise(candidate: Candidate) -> float:
    """How surely an editor would print it as news where nobody asked for it, 0 to 1; what several report counts at least
    as half of it."""
    if candidate.worth is None:
        return float(candidate.genre == "news")
    worth = max(candidate.worth, REPORTED) if len(candidate.story.publishers) > 1 else candidate.worth
    return candidate.trust * (1.0 + worth) / 2
