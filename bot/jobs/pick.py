"""Picking stories for a chat: the store is read once for all chats that are due in the same minute."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.briefing.matching import Candidate
from bot.briefing.select import Choice, Wanted, choose, prepare
from bot.services import Newsroom
from storage import deliveries, editions, sources, stories, subscriptions
from storage.database import Database
from storage.models import Chat, EditionItem

WINDOW = timedelta(hours=36)
"""How far back an edition looks when the one before it was yesterday's."""
LONGEST_WINDOW = timedelta(days=4)
"""How far back it looks after days without one (a weekend, a pause, a holiday)."""


class Pool:
    """The stories that were reported lately, as of `now`."""

    def __init__(self, room: Newsroom, now: datetime) -> None:
        self.room = room
        self.now = now
        self._windows: dict[timedelta, tuple[Candidate, ...]] = {}
        self._weights: dict[int, float] | None = None

    def candidates(self, window: timedelta) -> tuple[Candidate, ...]:
        """Stories with a report in the last `window`."""
        if window not in self._windows:
            found = stories.reported_since(self.room.db, self.now - window, self.now)
            self._windows[window] = prepare(found)
        return self._windows[window]

    @property
    def weights(self) -> dict[int, float]:
        """Each source's weight by its id."""
        if self._weights is None:
            self._weights = sources.weights(self.room.db)
        return self._weights


def pick(pool: Pool, chat: Chat, *, arrived_since: datetime | None = None) -> Choice:
    """What this chat should be told now; with `arrived_since` only stories that we first heard of after that."""
    room, now = pool.room, pool.now
    last = editions.last_at(room.db, chat.id) or chat.created_at
    window = LONGEST_WINDOW if now - last > WINDOW else WINDOW
    candidates = pool.candidates(window)
    if arrived_since is not None:
        candidates = tuple(item for item in candidates if _first_heard(item) > arrived_since)
    wanted = Wanted(subscriptions.of(room.db, chat.id), chat.sections, chat.max_items)
    known = deliveries.known_stories(room.db, chat.id)
    choice = choose(candidates, wanted, known, now, taxonomy=room.reading.taxonomy, weights=pool.weights)
    return replace(choice, items=_marked(room.db, choice.items, known))


def _marked(db: Database, items: Sequence[EditionItem], known: frozenset[int]) -> tuple[EditionItem, ...]:
    """The items, marked as follow-ups where the reader knows what they follow."""
    earlier = stories.followed(db, [item.story.id for item in items])
    return tuple(
        replace(item, follow_up=not known.isdisjoint(earlier.get(item.story.id, ()))) for item in items
    )


def _first_heard(candidate: Candidate) -> datetime:
    return min(article.fetched_at for article in candidate.story.articles)
