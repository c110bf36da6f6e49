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

from bot.briefing.matching import Candidate, Interests, Match, leading_words, shared
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


@dataclass(frozen=True, slots=True)
class _Ranked:
    candidate: Candidate
    matches: tuple[Match, ...]
    rank: float
    words: tuple[str, ...]
    keywords: frozenset[str]

    @property
    def source(self) -> str:
        """The publisher, where only one reports it."""
        names = self.candidate.story.publishers
        return names[0] if len(names) == 1 else ""

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
    interests = Interests(wanted.subscriptions)
    ranked = [
        entry
        for item in candidates
        if _id(item) not in seen and (entry := _rank(item, interests, wanted, now, weights)) is not None
    ]
    ranked.sort(key=lambda entry: (-entry.rank, entry.candidate.story.id))
    order = {section.id: place for place, section in enumerate(taxonomy.sections)}
    chosen = _Edition(wanted).fill(ranked, tuple(order))
    chosen.sort(key=lambda entry: (order.get(entry.candidate.section or "", len(order)), -entry.rank))
    items = tuple(
        EditionItem(entry.candidate.story, entry.candidate.section, entry.reason) for entry in chosen
    )
    return Choice(items, len(ranked))


def _id(item: Story | Candidate) -> int:
    return item.id if isinstance(item, Story) else item.story.id


def _rank(
    item: Story | Candidate,
    interests: Interests,
    wanted: Wanted,
    now: datetime,
    weights: Mapping[int, float],
) -> _Ranked | None:
    """The story with its rank; None where the reader does not want it, or nobody would."""
    candidate = Candidate(item) if isinstance(item, Story) else item
    if wanted.sections and candidate.section is not None and candidate.section not in wanted.sections:
        return None
    if not interests.subscriptions and candidate.section is None:
        return None
    matches = interests.matches(candidate)
    if interests.subscriptions and not matches:
        return None
    story = candidate.story
    if _is_a_name(story.lead):
        return None
    age = max(now - story.lead.published_at, timedelta())
    match = matches[0].strength + MORE_MATCHES * (len(matches) - 1) if matches else 0.0
    weight = max(weights.get(article.source_id, 1.0) for article in story.articles)
    rank = (
        math.log2(1 + len(story.publishers))
        + MATCH_WEIGHT * match
        + 2.0 ** -(age / HALF_LIFE)
        + SOURCE_WEIGHT * (weight - 1.0)
    )
    if rank < FLOOR:
        return None
    rank += TOPIC_WEIGHT * min(len(candidate.topics), CENTRAL_TOPICS)
    rank -= 0.0 if story.lead.summary else BARE_PENALTY
    followed = {normalise(found.subscription.value) for found in matches}
    words = tuple(word for word in leading_words(story.lead) if word not in followed)
    keywords = frozenset(leading_words(story.lead, ALL_KEYWORDS)) - followed
    return _Ranked(candidate, matches, rank, words, keywords)


def _is_a_name(article: Article) -> bool:
    """Whether the headline is nothing but a media's name: a link of the page that the feed was made from."""
    core = take_apart(article.title).core.removesuffix("客户端")
    known = load_boilerplate().publishers
    return bool(article.title) and (not core or core == article.publisher or core in known)


class _Edition:
    """An edition while it is being filled."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.taken: list[_Ranked] = []
        self.words: Counter[str] = Counter()
        self.things: set[frozenset[str]] = set()
        self.sources: Counter[str] = Counter()
        self.sections: Counter[str | None] = Counter()

    def fill(self, ranked: Sequence[_Ranked], sections: Sequence[str]) -> list[_Ranked]:
        """The best of each interest or section first, then by rank: with quotas, and without where room is left."""
        shortlist = list(ranked[: self.wanted.max_items * SHORTLIST])
        share = FOLLOWED_SHARE if self.wanted.subscriptions else BALANCED_SHARE
        quota = max(1, math.ceil(self.wanted.max_items * share))
        firsts = (
            self._first_per_interest(ranked)
            if self.wanted.subscriptions
            else self._first_per_section(ranked, sections)
        )
        for entry in sorted(firsts, key=lambda entry: -entry.rank):
            self._take(entry)
        self._take_best(shortlist, quota)
        self._take_best(shortlist, self.wanted.max_items)
        return self.taken

    def _first_per_interest(self, ranked: Sequence[_Ranked]) -> list[_Ranked]:
        firsts: dict[Subscription, _Ranked] = {}
        for entry in ranked:
            for match in entry.matches:
                firsts.setdefault(match.subscription, entry)
        return list({id(entry): entry for entry in firsts.values()}.values())

    def _first_per_section(self, ranked: Sequence[_Ranked], sections: Sequence[str]) -> list[_Ranked]:
        firsts: dict[str | None, _Ranked] = {}
        for entry in ranked:
            firsts.setdefault(entry.candidate.section, entry)
        return [firsts[section] for section in sections if section in firsts]

    def _take_best(self, shortlist: list[_Ranked], quota: int) -> None:
        """Take by rank, less what a story loses for being the fourth about one thing, up to a section's quota."""
        taken = {id(entry) for entry in self.taken}
        rest = [entry for entry in shortlist if id(entry) not in taken]
        while rest and len(self.taken) < self.wanted.max_items:
            allowed = [entry for entry in rest if self.sections[entry.candidate.section] < quota]
            if not allowed:
                return
            best = max(allowed, key=self._worth)
            rest.remove(best)
            self._take(best)

    def _worth(self, entry: _Ranked) -> float:
        excess = max(0, shared(entry.words, self.words) - SAME_WORD + 1)
        if len(entry.words) > 1 and frozenset(entry.words) in self.things:
            excess += 1  # both leading words are told already: very likely the same news
        elif any(len(entry.keywords & told.keywords) >= SAME_AFFAIR for told in self.taken):
            excess += 1
        often = entry.source and self.sources[entry.source] >= self.wanted.max_items * SAME_SOURCE_SHARE
        return entry.rank - SAME_WORD_PENALTY * excess - (SAME_SOURCE_PENALTY if often else 0.0)

    def _take(self, entry: _Ranked) -> None:
        if len(self.taken) < self.wanted.max_items:
            self.taken.append(entry)
            self.sections[entry.candidate.section] += 1
            self.words.update(entry.words)
            self.things.add(frozenset(entry.words))
            self.sources[entry.source] += 1
