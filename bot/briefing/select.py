"""Which stories an edition tells: what the reader follows, or the balanced top stories; never one seen before.

    candidates → not seen, section wanted → matched with what is followed → ranked → floor
               → first the best of each interest (or section) → the rest by rank, with quotas and variety
               → in the order of sections

Pure: values in, values out. The weights below were set by reading editions, not learned.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.briefing.matching import Candidate, Keyword, Match, leading_words, shared, strength
from bot.text.boilerplate import load_boilerplate
from bot.text.headline import take_apart
from bot.text.normalise import normalise
from bot.text.taxonomy import Taxonomy
from storage.models import Article, EditionItem, Story, Subscription

MATCH_WEIGHT = 1.5
MORE_MATCHES = 0.2
SOURCE_WEIGHT = 0.5
TOPIC_WEIGHT = 0.25
"""For each of up to two topics: a story without any stands at the industry's edge. Does not count for the floor."""
CENTRAL_TOPICS = 2
CENTRALITY_WEIGHT = 0.5
"""For a story that is about the industry in its headline and summary already. Does not count for the floor."""
HALF_LIFE = timedelta(hours=24)
FLOOR = 1.2
"""Below it a story is old news that one source carried and nobody asked for: a shorter edition is better."""

BALANCED_SHARE = 0.35
"""Of a balanced edition's items, what one section may take before all have had their turn."""
FOLLOWED_SHARE = 0.5
SAME_WORD = 3
"""Stories about one company or thing; what comes after them gives way to others."""
SAME_WORD_PENALTY = 1.0
ALL_KEYWORDS = 8
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

    candidate: Candidate
    matches: tuple[Match, ...]
    rank: float
    words: tuple[str, ...]
    keywords: frozenset[str]
    source: str
    """The publisher, where only one reports it."""
    order: tuple[float, int]
    """Sorts the best first."""

    @property
    def story_id(self) -> int:
        """The story's id."""
        return self.candidate.story.id

    @property
    def reason(self) -> str:
        return self.matches[0].subscription.value if self.matches else ""


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
    chosen.sort(key=lambda entry: (order.get(entry.candidate.section or "", len(order)), -entry.rank))
    items = tuple(
        EditionItem(entry.candidate.story, entry.candidate.section, entry.reason) for entry in chosen
    )
    return Choice(items, len(ranked))


class Desk:
    """The candidates of one moment, with all that is the same for many readers worked out once.

    What one subscription meets is found once, and so is the rank of a story that meets it alone: a set of subscriptions
    only puts together what others have had found already, and ranks anew what meets several of them.
    """

    def __init__(
        self, candidates: Sequence[Story | Candidate], now: datetime, weights: Mapping[int, float]
    ) -> None:
        made = (Candidate(item) if isinstance(item, Story) else item for item in candidates)
        self._pieces = tuple(
            _Piece(item, _base(item, now, weights)) for item in made if not _is_a_name(item.story.lead)
        )
        self._strengths: dict[Subscription, dict[int, float]] = {}
        self._alone: dict[Subscription, dict[int, Ranked]] = {}
        self._balanced: list[Ranked] | None = None

    def ranked(self, wanted: Wanted) -> list[Ranked]:
        """What a reader with these wishes could be told, best first."""
        found = self._meeting(wanted.subscriptions) if wanted.subscriptions else self._for_everybody()
        if wanted.sections:
            found = [entry for entry in found if (entry.candidate.section or "") in ("", *wanted.sections)]
        return found

    def _for_everybody(self) -> list[Ranked]:
        if self._balanced is None:
            entries = (_rank(piece, ()) for piece in self._pieces if piece.candidate.is_central)
            self._balanced = sorted(filter(None, entries), key=lambda entry: entry.order)
        return self._balanced

    def _meeting(self, subscriptions: Sequence[Subscription]) -> list[Ranked]:
        met: set[int] = set()
        several: set[int] = set()
        found: dict[int, Ranked] = {}
        for item in subscriptions:
            places = self._met(item).keys()
            several |= met & places
            met |= places
            found |= self._alone[item]
        for place in several:
            matches = [
                Match(item, self._strengths[item][place])
                for item in subscriptions
                if place in self._strengths[item]
            ]
            matches.sort(key=lambda match: -match.strength)
            entry = _rank(self._pieces[place], tuple(matches))
            if entry is None:
                found.pop(place, None)
            else:
                found[place] = entry
        return sorted(found.values(), key=lambda entry: entry.order)

    def _met(self, item: Subscription) -> dict[int, float]:
        """How well each story (by its place) meets the subscription, best ranked first."""
        if item not in self._strengths:
            keyword = Keyword(item.value) if item.kind == "keyword" else None
            strengths = {
                place: found
                for place, piece in enumerate(self._pieces)
                if (found := strength(item, piece.candidate, keyword)) > 0.0
            }
            alone = {
                place: entry
                for place, found in strengths.items()
                if (entry := _rank(self._pieces[place], (Match(item, found),))) is not None
            }
            self._strengths[item] = strengths
            self._alone[item] = dict(sorted(alone.items(), key=lambda each: each[1].order))
        return self._strengths[item]


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """A candidate and what of its rank is the same for everybody."""

    candidate: Candidate
    base: float
    words: tuple[str, ...] = field(init=False)
    keywords: frozenset[str] = field(init=False)
    source: str = field(init=False)

    def __post_init__(self) -> None:
        lead = self.candidate.story.lead
        names = self.candidate.story.publishers
        object.__setattr__(self, "source", names[0] if len(names) == 1 else "")
        object.__setattr__(self, "words", leading_words(lead))
        object.__setattr__(self, "keywords", frozenset(leading_words(lead, ALL_KEYWORDS)))


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
    rank -= 0.0 if candidate.story.lead.summary else BARE_PENALTY
    followed = {normalise(found.subscription.value) for found in matches}
    words, keywords = piece.words, piece.keywords
    if not followed.isdisjoint(words) or not followed.isdisjoint(keywords):
        words = tuple(word for word in words if word not in followed)
        keywords = keywords - followed
    return Ranked(candidate, matches, rank, words, keywords, piece.source, (-rank, candidate.story.id))


def _is_a_name(article: Article) -> bool:
    """Whether the headline is nothing but a media's name: a link of the page that the feed was made from."""
    core = take_apart(article.title).core.removesuffix("客户端")
    known = load_boilerplate().publishers
    return bool(article.title) and (not core or core == article.publisher or core in known)


class _Edition:
    """An edition while it is being filled."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.taken: list[Ranked] = []
        self.words: Counter[str] = Counter()
        self.things: set[frozenset[str]] = set()
        self.sources: Counter[str] = Counter()
        self.sections: Counter[str | None] = Counter()

    def fill(self, ranked: Sequence[Ranked], sections: Sequence[str]) -> list[Ranked]:
        """The best of each interest or section first, then by rank: with quotas, and without where room is left."""
        shortlist = list(ranked[: self.wanted.max_items * SHORTLIST])
        share = FOLLOWED_SHARE if self.wanted.subscriptions else BALANCED_SHARE
        quota = max(1, math.ceil(self.wanted.max_items * share))
        # Nobody asked for what a balanced edition tells: the doubtful comes last, whatever its section lacks.
        clear = [entry for entry in shortlist if self.wanted.subscriptions or entry.candidate.is_clear]
        firsts = (
            self._first_per_interest(ranked)
            if self.wanted.subscriptions
            else self._first_per_section(clear, sections)
        )
        for entry in sorted(firsts, key=lambda entry: -entry.rank):
            self._take(entry)
        self._take_best(clear, quota)
        self._take_best(clear, self.wanted.max_items)
        self._take_best(shortlist, quota)
        self._take_best(shortlist, self.wanted.max_items)
        return self.taken

    def _first_per_interest(self, ranked: Sequence[Ranked]) -> list[Ranked]:
        firsts: dict[Subscription, Ranked] = {}
        for entry in ranked:
            for match in entry.matches:
                firsts.setdefault(match.subscription, entry)
        return list({id(entry): entry for entry in firsts.values()}.values())

    def _first_per_section(self, ranked: Sequence[Ranked], sections: Sequence[str]) -> list[Ranked]:
        firsts: dict[str | None, Ranked] = {}
        for entry in ranked:
            firsts.setdefault(entry.candidate.section, entry)
        return [firsts[section] for section in sections if section in firsts]

    def _take_best(self, shortlist: list[Ranked], quota: int) -> None:
        """Take by rank, less what a story loses for being the fourth about one thing, up to a section's quota."""
        taken = {id(entry) for entry in self.taken}
        rest = [entry for entry in shortlist if id(entry) not in taken]
        while rest and len(self.taken) < self.wanted.max_items:
            best, most = None, -math.inf
            for entry in rest:
                if entry.rank <= most:  # they come by rank, and none is worth more than its rank
                    break
                if self.sections[entry.candidate.section] < quota and (worth := self._worth(entry)) > most:
                    best, most = entry, worth
            if best is None:
                return
            rest.remove(best)
            self._take(best)

    def _worth(self, entry: Ranked) -> float:
        excess = max(0, shared(entry.words, self.words) - SAME_WORD + 1)
        if len(entry.words) > 1 and frozenset(entry.words) in self.things:
            excess += 1  # both leading words are told already: very likely the same news
        elif any(len(entry.keywords & told.keywords) >= SAME_AFFAIR for told in self.taken):
            excess += 1
        often = entry.source and self.sources[entry.source] >= self.wanted.max_items * SAME_SOURCE_SHARE
        return entry.rank - SAME_WORD_PENALTY * excess - (SAME_SOURCE_PENALTY if often else 0.0)

    def _take(self, entry: Ranked) -> None:
        if len(self.taken) < self.wanted.max_items:
            self.taken.append(entry)
            self.sections[entry.candidate.section] += 1
            self.words.update(entry.words)
            self.things.add(frozenset(entry.words))
            self.sources[entry.source] += 1
