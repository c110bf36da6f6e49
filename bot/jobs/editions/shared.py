"""Choosing once for all chats that want and know the same.

subscription set → what of it any story meets → less what of the known makes a difference → chosen once for all alike
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

from bot.briefing.edition import StoryPool, choose
from bot.briefing.filling import ReaderProfile
from bot.briefing.tastes import NO_EFFECT
from storage import compositions, subscriptions, tastes
from storage.database import Database
from storage.models import EditionItem, Mix, Subscription

Known = tuple[int, ...]
"""What a chat knows: ids of the compositions that it was told, in order."""


NO_TASTES = "[]"
_NOTHING: frozenset[int] = frozenset()


class Manner(NamedTuple):
    """How a chat is told, whatever it follows, as it is stored: there are few."""

    sections: str
    max_items: int
    window: timedelta
    """How far back the edition looks."""
    tastes: str = NO_TASTES
    mix: Mix = "both"


@dataclass(slots=True, eq=False)
class SharedChoice:
    """The stories chosen for every chat with equal wishes and knowledge, and the id of their composition once stored.

    There are thousands: whatever hangs on one is looked through by the collector of cyclic garbage again and again, while
    everybody waits.
    """

    items: tuple[EditionItem, ...]
    considered: int
    composition_id: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Wishes:
    """What following something comes to in one window: one object for all that any story meets alike."""

    profile: ReaderProfile
    """Who follows it and wishes nothing else."""
    reach: int
    """The stories that can be told for it, as `RankedStories.reach` numbers them."""


class SharedChoices:
    """The choices of one round, each made when the first chat needs it. `tests/benchmarks/bench_compose.py` measures it
    against a choice per chat."""

    def __init__(self, db: Database, pool: StoryPool) -> None:
        self._db = db
        self._pool = pool
        self._by_follows: dict[tuple[Manner, Known], dict[str, SharedChoice]] = {}
        """By manner and knowledge, then by what is followed."""
        self._tasted: dict[tuple[Manner, Known, str], SharedChoice] = {}
        """Of chats with tastes, which differ from each other."""
        self._alike: dict[tuple[object, ...], SharedChoice] = {}
        """By manner, wishes, the known stories that matter, and what tastes change of all that."""
        self._wishes: dict[tuple[timedelta, Mix], dict[str, _Wishes]] = {}
        """By window and mix, then by what is followed."""
        self._bits: dict[timedelta, dict[str, int]] = {}
        """By window, for each subscription as it is stored, what `RankedStories.meets` says of it."""
        self._wishes_alike: dict[tuple[timedelta, str, int], _Wishes] = {}
        """By window, how what they follow is mixed with the rest, and which of it any story meets."""
        self._matters: dict[tuple[_Wishes, Known], frozenset[int]] = {}
        self._reaches: dict[tuple[timedelta, Subscription | None], frozenset[int]] = {}
        self._in_compositions: dict[int, frozenset[int]] = {}

    def of(self, follows: str, manner: Manner, known: Known) -> SharedChoice:
        """What a chat is told that follows this (see `storage.chats.Due`) and knows that; shared with all who follow
        something else only where nobody reports it, and whose knowledge differs in no way that matters to them."""
        if manner.tastes != NO_TASTES:
            key = manner, known, follows
            if (found := self._tasted.get(key)) is None:
                found = self._tasted[key] = self._of(follows, manner, known)
            return found
        by_follows = self._by_follows.setdefault((manner, known), {})
        if (found := by_follows.get(follows)) is None:
            found = by_follows[follows] = self._of(follows, manner, known)
        return found

    def _of(self, follows: str, manner: Manner, known: Known) -> SharedChoice:
        by_follows = self._wishes.setdefault((manner.window, manner.mix), {})
        if (wishes := by_follows.get(follows)) is None:
            wishes = by_follows[follows] = self._wishes_of(follows, manner)
        effect = NO_EFFECT
        if manner.tastes != NO_TASTES:
            effect = self._pool.tasted(manner.window).effect_on(wishes.reach, tastes.parse(manner.tastes))
        matters = self._mattering(manner.window, wishes, known) if known else _NOTHING
        alike = manner.sections, manner.max_items, wishes, matters, effect
        if (found := self._alike.get(alike)) is None:
            profile = replace(
                wishes.profile,
                sections=tuple(json.loads(manner.sections)),
                max_items=manner.max_items,
                tastes=tastes.parse(manner.tastes),
            )
            choice = choose(self._pool, profile, matters, manner.window)
            found = self._alike[alike] = SharedChoice(choice.items, choice.considered)
        return found

    def _wishes_of(self, follows: str, manner: Manner) -> _Wishes:
        followed = json.loads(follows) if manner.mix != "top" else ()
        alike = manner.window, manner.mix if followed else "", self._meets(followed, manner.window)
        if (found := self._wishes_alike.get(alike)) is None:
            profile = ReaderProfile(tuple(map(subscriptions.parse, followed)), mix=manner.mix)
            reach = self._pool.ranked_stories(manner.window).reach(profile)
            found = self._wishes_alike[alike] = _Wishes(profile, reach)
        return found

    def _meets(self, followed: Sequence[str], window: timedelta) -> int:
        """A number for those of these subscriptions that any story meets."""
        bits, meets = self._bits.setdefault(window, {}), 0
        for text in followed:
            if (bit := bits.get(text)) is None:
                stories = self._pool.ranked_stories(window)
                bit = bits[text] = stories.meets((subscriptions.parse(text),))
            meets |= bit
        return meets

    def _mattering(self, window: timedelta, wishes: _Wishes, known: Known) -> frozenset[int]:
        """Ids of the known stories that make a difference to who has these wishes."""
        if (found := self._matters.get((wishes, known))) is not None:
            return found
        if missing := [each for each in known if each not in self._in_compositions]:
            self._in_compositions.update(compositions.story_ids(self._db, missing))
        ids = frozenset().union(*(self._in_compositions[each] for each in known))
        reached: list[Subscription | None] = [*wishes.profile.subscriptions]
        if wishes.profile.is_mixed or not reached:
            reached.append(None)
        found = frozenset().union(*(ids & self._reach(window, each) for each in reached))
        self._matters[wishes, known] = found
        return found

    def _reach(self, window: timedelta, subscription: Subscription | None) -> frozenset[int]:
        """Ids of the stories that matter to who follows this (None: nothing), and of those that they follow."""
        key = window, subscription
        if key not in self._reaches:
            ids = frozenset(self._pool.ranked_stories(window).ids(subscription))
            self._reaches[key] = ids.union(*(self._pool.earlier.get(story_id, ()) for story_id in ids))
        return self._reaches[key]
