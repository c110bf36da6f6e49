"""Picking stories for a chat: the store is read once for all chats that are due in the same minute.

subscription set → ranked once (`RankedStories`) → less what the chat knows → filled once for all who know the same of it
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.briefing.filling import ReaderProfile
from bot.briefing.matching import Candidate
from bot.briefing.select import Choice, RankedStories, fill, prepare
from bot.runtime.services import Newsroom
from storage import compositions, deliveries, editions, sources, stories, subscriptions
from storage.models import Chat, EditionItem, Story, Subscription

WINDOW = timedelta(hours=36)
"""How far back an edition looks when the one before it was yesterday's."""
MAX_WINDOW = timedelta(days=4)
"""How far back it looks after days without one (a weekend, a pause, a holiday)."""
READ_AT_ONCE = 40
"""Stories of one step: some ten milliseconds."""


Known = tuple[int, ...]
"""What a chat knows: ids of the compositions that it was told, in order."""


class Manner(NamedTuple):
    """How a chat is told, whatever it follows, as it is stored: there are few."""

    sections: str
    max_items: int
    window: timedelta
    """How far back the edition looks."""


@dataclass(slots=True, eq=False)
class SharedChoice:
    """The stories chosen for every chat with equal wishes and knowledge, and the id of their composition once stored.

    There are thousands: whatever hangs on one is looked through by the collector of cyclic garbage again and again, while
    everybody waits.
    """

    items: tuple[EditionItem, ...]
    considered: int
    composition_id: int | None = None


class StoryPool:
    """The stories reported recently as of `now` (aware UTC), with what was computed from them, shared by all chats."""

    def __init__(self, room: Newsroom, now: datetime) -> None:
        self.room = room
        self.now = now
        self._lately: list[Candidate] | None = None
        self._earlier: Mapping[int, frozenset[int]] | None = None
        self._oldest: datetime | None = None
        self._ranked: dict[timedelta, RankedStories] = {}
        self._told: dict[tuple[Manner, Known], dict[str, SharedChoice]] = {}
        """By manner and knowledge, then by what is followed."""
        self._told_alike: dict[tuple[Manner, bool, int, frozenset[int]], SharedChoice] = {}
        """By whether they follow anything, which of that any story meets, and the known stories that matter."""
        self._reaches: dict[tuple[timedelta, Subscription | None], frozenset[int]] = {}
        self._in_compositions: dict[int, frozenset[int]] = {}
        self._weights: dict[int, float] | None = None

    def steps(self) -> Iterator[None]:
        """Read the stories ahead, a few at each step, so that other tasks can run in between."""
        found = []
        ids = stories.ids_reported_since(self.room.db, self.now - MAX_WINDOW, self.now)
        for start in range(0, len(ids), READ_AT_ONCE):
            read = stories.by_ids(self.room.db, ids[start : start + READ_AT_ONCE])
            for candidate in prepare(read.values()):
                candidate.prepare()
                found.append(candidate)
            yield
        self._lately = found
        for window in (WINDOW, MAX_WINDOW):
            self.ranked_stories(window)
            yield

    def candidates(self, window: timedelta) -> tuple[Candidate, ...]:
        """Stories with a report in the last `window`."""
        if self._lately is None:
            self._lately = list(
                prepare(stories.reported_since(self.room.db, self.now - MAX_WINDOW, self.now))
            )
        wanted = set(stories.ids_reported_since(self.room.db, self.now - window, self.now))
        return tuple(item for item in self._lately if item.story.id in wanted)

    @property
    def earlier(self) -> Mapping[int, frozenset[int]]:
        """What the candidates are developments of, by their ids."""
        if self._earlier is None:
            ids = [item.story.id for item in self.candidates(MAX_WINDOW)]
            self._earlier = stories.followed(self.room.db, ids)
        return self._earlier

    @property
    def oldest(self) -> datetime:
        """No edition from before that told a story that matters now."""
        if self._oldest is None:
            ids = {item.story.id for item in self.candidates(MAX_WINDOW)}
            self._oldest = stories.oldest(self.room.db, ids.union(*self.earlier.values())) or self.now
        return self._oldest

    def told(self, follows: str, manner: Manner, known: Known) -> SharedChoice:
        """What a chat is told that follows this (see `subscriptions.parse`) and knows that; the same for all who follow
        something else only where nobody reports it, and whose knowledge differs in no way that matters to them."""
        told = self._told.setdefault((manner, known), {})
        if (found := told.get(follows)) is not None:
            return found
        wanted = ReaderProfile(
            subscriptions.parse(follows), tuple(json.loads(manner.sections)), manner.max_items
        )
        matters = self._mattering(manner.window, wanted, known) if known else frozenset()
        meets = self.ranked_stories(manner.window).meets(wanted.subscriptions)
        alike = manner, bool(wanted.subscriptions), meets, matters
        if (found := self._told_alike.get(alike)) is None:
            choice = self._choice(manner.window, wanted, matters)
            found = self._told_alike[alike] = SharedChoice(choice.items, choice.considered)
        told[follows] = found
        return found

    def _mattering(self, window: timedelta, wanted: ReaderProfile, known: Known) -> frozenset[int]:
        """Ids of the known stories that make a difference to who has these wishes."""
        if missing := [each for each in known if each not in self._in_compositions]:
            self._in_compositions.update(compositions.story_ids(self.room.db, missing))
        ids = frozenset().union(*(self._in_compositions[each] for each in known))
        return frozenset().union(
            *(ids & self._reach(window, each) for each in wanted.subscriptions or (None,))
        )

    def _reach(self, window: timedelta, subscription: Subscription | None) -> frozenset[int]:
        """Ids of the stories that matter to who follows this (None: nothing), and of those that they follow."""
        key = window, subscription
        if key not in self._reaches:
            ids = frozenset(self.ranked_stories(window).ids(subscription))
            self._reaches[key] = ids.union(*(self.earlier.get(story_id, ()) for story_id in ids))
        return self._reaches[key]

    def _choice(self, window: timedelta, wanted: ReaderProfile, matters: frozenset[int]) -> Choice:
        ranked, taxonomy = self.ranked_stories(window).ranked(wanted), self.room.reading.taxonomy
        if not matters:
            return fill(ranked, wanted, taxonomy)
        choice = fill([one for one in ranked if self.is_new(one.item.story, matters)], wanted, taxonomy)
        return replace(choice, items=marked(choice.items, matters, self.earlier))

    def is_new(self, story: Story, known: Collection[int]) -> bool:
        """Whether the story is new to a reader who knows the stories of this set: neither known nor a repetition."""
        if story.id in known:
            return False
        return not story.repeats or self.earlier.get(story.id, frozenset()).isdisjoint(known)

    def ranked_stories(self, window: timedelta) -> RankedStories:
        """The ranked candidates of a window, computed once and shared by all readers."""
        if window not in self._ranked:
            self._ranked[window] = RankedStories(self.candidates(window), self.now, self.weights)
        return self._ranked[window]

    @property
    def weights(self) -> dict[int, float]:
        """Each source's weight by its id."""
        if self._weights is None:
            self._weights = sources.weights(self.room.db)
        return self._weights


def pick(pool: StoryPool, chat: Chat, *, arrived_since: datetime | None = None) -> Choice:
    """The stories for this chat now; with `arrived_since`, only stories that were first collected after that time."""
    room, now = pool.room, pool.now
    window = window_since(editions.last_at(room.db, chat.id) or chat.created_at, now)
    follows = subscriptions.in_order(subscriptions.of(room.db, chat.id))
    wanted = ReaderProfile(follows, chat.sections, chat.max_items)
    known = deliveries.known_stories(room.db, chat.id)
    ranked = [
        entry
        for entry in pool.ranked_stories(window).ranked(wanted)
        if pool.is_new(entry.item.story, known)
        and (arrived_since is None or _first_heard(entry.item.story) > arrived_since)
    ]
    choice = fill(ranked, wanted, room.reading.taxonomy)
    return replace(choice, items=marked(choice.items, known, pool.earlier))


def window_since(last: datetime, now: datetime) -> timedelta:
    """How far back an edition looks for a reader whose previous one was at `last` (aware UTC)."""
    return MAX_WINDOW if now - last > WINDOW else WINDOW


def marked(
    items: Sequence[EditionItem], known: Collection[int], earlier: Mapping[int, frozenset[int]]
) -> tuple[EditionItem, ...]:
    """The items, marked as follow-ups where the reader knows what they follow."""
    known = frozenset(known)
    return tuple(
        replace(item, follow_up=True) if not known.isdisjoint(earlier.get(item.story.id, ())) else item
        for item in items
    )


def _first_heard(story: Story) -> datetime:
    return min(article.fetched_at for article in story.articles)
