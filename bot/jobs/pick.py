"""Picking stories for a chat: the store is read once for all chats that are due in the same minute.

subscription set → ranked once (`Desk`) → less what the chat knows → filled once for all who know the same of it
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.briefing.matching import Candidate
from bot.briefing.select import Choice, Desk, Ranked, Wanted, fill, prepare
from bot.services import Newsroom
from storage import deliveries, editions, sources, stories, subscriptions
from storage.models import Chat, EditionItem

WINDOW = timedelta(hours=36)
"""How far back an edition looks when the one before it was yesterday's."""
LONGEST_WINDOW = timedelta(days=4)
"""How far back it looks after days without one (a weekend, a pause, a holiday)."""


class Pool:
    """The stories that were reported lately, as of `now`, and what was found out about them for one chat or another."""

    def __init__(self, room: Newsroom, now: datetime) -> None:
        self.room = room
        self.now = now
        self._lately: tuple[Candidate, ...] | None = None
        self._earlier: Mapping[int, frozenset[int]] | None = None
        self._worth_knowing: set[int] | None = None
        self._desks: dict[timedelta, Desk] = {}
        self._shelves: dict[tuple[timedelta, str, tuple[str, ...], int], Shelf] = {}
        self._weights: dict[int, float] | None = None

    def candidates(self, window: timedelta) -> tuple[Candidate, ...]:
        """Stories with a report in the last `window`."""
        if self._lately is None:
            found = stories.reported_since(self.room.db, self.now - LONGEST_WINDOW, self.now)
            self._lately = prepare(found)
        wanted = set(stories.ids_reported_since(self.room.db, self.now - window, self.now))
        return tuple(item for item in self._lately if item.story.id in wanted)

    @property
    def earlier(self) -> Mapping[int, frozenset[int]]:
        """What the candidates are developments of, by their ids."""
        if self._earlier is None:
            ids = [item.story.id for item in self.candidates(LONGEST_WINDOW)]
            self._earlier = stories.followed(self.room.db, ids)
        return self._earlier

    def worth_knowing(self) -> set[int]:
        """Ids of all stories whose being known to a chat can make a difference."""
        if self._worth_knowing is None:
            ids = {item.story.id for item in self.candidates(LONGEST_WINDOW)}
            self._worth_knowing = ids.union(*self.earlier.values())
        return self._worth_knowing

    def shelf(self, chat: Chat, follows: str, window: timedelta) -> "Shelf":
        """What there is for those who want what this chat does; `follows` as `subscriptions.of_all` gives it."""
        key = (window, follows, chat.sections, chat.max_items)
        if key not in self._shelves:
            wanted = Wanted(subscriptions.parse(follows), chat.sections, chat.max_items)
            self._shelves[key] = Shelf(self, wanted, self.desk(window).ranked(wanted), self.earlier)
        return self._shelves[key]

    def desk(self, window: timedelta) -> Desk:
        """The candidates of a window with what is the same for many readers."""
        if window not in self._desks:
            self._desks[window] = Desk(self.candidates(window), self.now, self.weights)
        return self._desks[window]

    @property
    def weights(self) -> dict[int, float]:
        """Each source's weight by its id."""
        if self._weights is None:
            self._weights = sources.weights(self.room.db)
        return self._weights


@dataclass(slots=True, eq=False)
class Told:
    """A choice, and where it was written down for the first chat that is told it."""

    choice: Choice
    composition_id: int | None = None


@dataclass(slots=True, eq=False)
class Shelf:
    """The stories for one set of wishes, and each choice that was made of them."""

    pool: Pool
    wanted: Wanted
    ranked: Sequence[Ranked]
    earlier: Mapping[int, frozenset[int]]
    _ids: frozenset[int] = field(init=False)
    """What it matters to know: the stories themselves and those that they follow."""
    _told: dict[frozenset[int], Told] = field(init=False)

    def __post_init__(self) -> None:
        ids = {entry.story_id for entry in self.ranked}
        self._ids = frozenset(ids.union(*(self.earlier.get(story_id, ()) for story_id in ids)))
        self._told = {}

    def take(self, known: Collection[int]) -> Told:
        """What a chat that knows these stories is told; the same for all that know the same of this shelf."""
        matters = self._ids.intersection(known)
        if matters not in self._told:
            ranked = (
                [entry for entry in self.ranked if entry.story_id not in matters] if matters else self.ranked
            )
            choice = fill(ranked, self.wanted, self.pool.room.reading.taxonomy)
            self._told[matters] = Told(replace(choice, items=marked(choice.items, matters, self.earlier)))
        return self._told[matters]


def pick(pool: Pool, chat: Chat, *, arrived_since: datetime | None = None) -> Choice:
    """What this chat should be told now; with `arrived_since` only stories that we first heard of after that."""
    room, now = pool.room, pool.now
    window = window_since(editions.last_at(room.db, chat.id) or chat.created_at, now)
    follows = subscriptions.in_order(subscriptions.of(room.db, chat.id))
    wanted = Wanted(follows, chat.sections, chat.max_items)
    known = deliveries.known_stories(room.db, chat.id)
    ranked = [
        entry
        for entry in pool.desk(window).ranked(wanted)
        if entry.story_id not in known
        and (arrived_since is None or _first_heard(entry.candidate) > arrived_since)
    ]
    choice = fill(ranked, wanted, room.reading.taxonomy)
    return replace(choice, items=marked(choice.items, known, pool.earlier))


def window_since(last: datetime, now: datetime) -> timedelta:
    """How far back an edition looks whose reader had the one before at `last`."""
    return LONGEST_WINDOW if now - last > WINDOW else WINDOW


def marked(
    items: Sequence[EditionItem], known: Collection[int], earlier: Mapping[int, frozenset[int]]
) -> tuple[EditionItem, ...]:
    """The items, marked as follow-ups where the reader knows what they follow."""
    known = frozenset(known)
    return tuple(
        replace(item, follow_up=True) if not known.isdisjoint(earlier.get(item.story.id, ())) else item
        for item in items
    )


def _first_heard(candidate: Candidate) -> datetime:
    return min(article.fetched_at for article in candidate.story.articles)
