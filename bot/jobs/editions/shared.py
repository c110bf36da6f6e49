"""Choosing once for all chats that want and know the same.

subscription set → what of it any story meets → less what of the known makes a difference → chosen once for all alike
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

from bot.briefing.edition import StoryPool, choose
from bot.briefing.filling import ReaderProfile
from bot.briefing.tastes import NO_EFFECT
from storage import compositions, subscriptions, tastes
from storage.database import Database
from storage.models import EditionItem, Mix

Known = str
"""What a chat knows, see `storage.editions.History`."""


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
        self._touched: dict[timedelta, dict[int, int]] = {}
        """By window, for each story that may be known, the stories for which that makes a difference, as bits by their place."""
        self._in_compositions: dict[int, frozenset[int]] = {}

    def read(self, known: Iterable[Known]) -> None:
        """Read at once what many chats know, before `of` is asked about them."""
        told = {each for text in set(known) for each in _ids(text)}
        self._in_compositions |= compositions.story_ids(self._db, told - self._in_compositions.keys())

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
        told = _NOTHING.union(*(self._in_compositions[each] for each in _ids(known)))
        touched = self._touched_by(window)
        found = frozenset(each for each in told if touched.get(each, 0) & wishes.reach)
        self._matters[wishes, known] = found
        return found

    def _touched_by(self, window: timedelta) -> dict[int, int]:
        """What each known story makes a difference to: it is not told again, and what follows it is marked as that."""
        if (found := self._touched.get(window)) is None:
            found = self._touched[window] = {}
            for place, candidate in enumerate(self._pool.ranked_stories(window).candidates):
                story_id = candidate.story.id
                for known_id in (story_id, *self._pool.earlier.get(story_id, ())):
                    found[known_id] = found.get(known_id, 0) | 1 << place
        return found


def _ids(known: Known) -> list[int]:
    return [int(each) for each in known.split(",")] if known else []
