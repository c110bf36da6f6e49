"""One queue per chat: its updates run one after the other, chats run in parallel, and a flood in one delays no other.

arrives → paid for? ─yes→ waits in its chat's lane → (its turn, if its chat asks much) → handled
                    └no─→ held until the next token, in place of the one held before, which is shed
"""

import asyncio
import contextlib
import itertools
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

from bot.chat.receive.fairness import LIGHT, MAX_WAITING, NEWCOMERS, SINGLES, Payer, Purse, Turns

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Errand(Generic[T]):
    """A task in a chat, and the buckets that pay for it; none if it is free."""

    work: T
    payers: tuple[Payer, ...] = ()
    person: Hashable = None
    """Who asked; their other tasks are dropped when they ask too much."""
    held: bool = True
    """Whether it may wait for the next token; otherwise it is dropped if there is none."""
    bounded: bool = True
    """Whether it may be dropped if too many wait."""
    newcomer: bool = False
    """Whether its chat was met just now."""
    by_turns: bool = False
    """Whether it waits for its chat's turn; set when it is taken on."""


@dataclass(slots=True)
class _Lane(Generic[T]):
    waiting: deque[Errand[T]] = field(default_factory=deque)
    held: Errand[T] | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None
    busy: bool = False
    """Whether a task is running, which a stop waits for."""


class Lanes(Generic[T]):
    """Does each errand by `do`, which may raise nothing. `asked` says how much a chat has asked, as far as others know."""

    def __init__(
        self,
        do: Callable[[T], Awaitable[None]],
        *,
        clock: Callable[[], float],
        asked: Callable[[Hashable], float] = lambda _: 0.0,
    ) -> None:
        self._do = do
        self._asked = asked
        self._purse = Purse(clock)
        self._turns = Turns()
        self._lanes: dict[Hashable, _Lane[T]] = {}
        self.closed = False

    def add(self, place: Hashable, errand: Errand[T]) -> list[Errand[T]]:
        """Take the errand on in the lane of that chat; what is not done instead, the errand itself perhaps included."""
        lane = self._lanes.setdefault(place, _Lane())
        shed = self._place(place, lane, errand)
        if self.closed:
            return shed
        lane.arrived.set()
        if lane.task is None:
            lane.task = asyncio.create_task(self._work(place, lane))
        return shed

    def _place(self, place: Hashable, lane: _Lane[T], errand: Errand[T]) -> list[Errand[T]]:
        if self._pay(place, errand):
            lane.waiting.append(errand)
            return self._too_many(lane)
        if not errand.held:
            return [errand]
        shed = [other for other in lane.waiting if other.payers and other.person == errand.person]
        for other in shed:
            lane.waiting.remove(other)
        if lane.held is not None:
            shed.append(lane.held)
        lane.held = errand
        return shed

    def _spent(self, place: Hashable, errand: Errand[T]) -> float:
        """How much the errand's sender has asked, for comparison with others."""
        return max(self._purse.spent(errand.payers), self._asked(place))

    def _pay(self, place: Hashable, errand: Errand[T]) -> bool:
        if not self._purse.pay(errand.payers):
            return False
        if errand.payers and errand.held:
            light = self._purse.spent(errand.payers) <= LIGHT
            errand.by_turns = not light or (
                errand.newcomer and not self._welcomes(self._spent(place, errand))
            )
        return True

    def _welcomes(self, spent: float) -> bool:
        """Whether a newcomer who has asked so much is served at once."""
        if self._purse.pay(NEWCOMERS):
            return True
        return self._turns.all_asked_more(spent) and self._purse.pay(SINGLES)

    @staticmethod
    def _too_many(lane: _Lane[T]) -> list[Errand[T]]:
        excess = len(lane.waiting) - MAX_WAITING
        shed = list(itertools.islice((each for each in lane.waiting if each.bounded), max(0, excess)))
        for each in shed:
            lane.waiting.remove(each)
        return shed

    async def _work(self, place: Hashable, lane: _Lane[T]) -> None:
        try:
            while (errand := await self._next(place, lane)) is not None:
                if errand.by_turns:
                    await self._turns.mine(partial(self._spent, place, errand))
                if self.closed:
                    return
                lane.busy = True
                try:
                    await self._do(errand.work)
                finally:
                    lane.busy = False
        finally:
            del self._lanes[place]

    async def _next(self, place: Hashable, lane: _Lane[T]) -> Errand[T] | None:
        """What is to be done next; None where there is nothing left."""
        while not self.closed:
            if lane.waiting:
                return lane.waiting.popleft()
            if lane.held is None:
                return None
            wait = self._purse.wait(lane.held.payers)
            if wait <= 0 and self._pay(place, lane.held):
                errand, lane.held = lane.held, None
                return errand
            lane.arrived.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(lane.arrived.wait(), wait)
        return None

    def tasks(self) -> Sequence[asyncio.Task[None]]:
        """One for each chat in which there is something to do."""
        return [lane.task for lane in self._lanes.values() if lane.task is not None]

    def close(self) -> None:
        """Begin nothing more: what is being done goes on, what waits is left."""
        self.closed = True
        self._turns.close()
        for lane in self._lanes.values():
            if lane.task is not None and not lane.busy:
                lane.task.cancel()
