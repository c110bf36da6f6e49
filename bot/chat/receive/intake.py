"""Updates that are stored and not read yet: of those, the one of the chat that has asked least comes next.

Reading an update takes half a millisecond, and Telegram hands out a hundred at once. So each is read in a step of its own, and
a chat's first question does not wait behind the twentieth of fifty others. What chats ask beyond that is read one by one, with
some rounds of the loop in between for those who are being answered.
"""

import asyncio
import heapq
import itertools
import time
from collections import deque
from collections.abc import Callable, Hashable

from bot.chat.receive.fairness import LIGHT, Payer, Purse

Begin = Callable[[], None]

ENDLESS = 1_000_000
"""Nobody is refused here; tokens only tell who has asked least."""
RATE = 1.0
"""Updates a second after which a chat has asked nothing."""
STEP = 0.003
"""Seconds of reading between two looks at those who are being answered."""
ROUNDS = 4
"""Of the loop, before more is read of chats that have asked already: an answer takes a dozen."""
LAST_MOMENT = 1.0
"""Seconds of reading at the end."""
MAX_WAITING = 2000
"""Beyond so many the next are read at once, and so Telegram is asked for more only then."""


class Intake:
    """Begins what is added, in the order of each chat. `clock` counts seconds, monotonically; of two chats that have asked as
    much the one comes first that `is_new` does not say to be met just now."""

    def __init__(
        self, *, clock: Callable[[], float], is_new: Callable[[int], bool] = lambda _: False
    ) -> None:
        self._purse = Purse(clock)
        self._is_new = is_new
        self._waiting: dict[int, deque[Begin]] = {}
        self._order: list[tuple[float, bool, int, int]] = []
        """A heap of the chats in `_waiting`, by how much each has asked."""
        self._numbers = itertools.count()
        self._count = 0
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def add(self, place: int, begin: Begin) -> None:
        """Begin this in its turn; `begin` may raise nothing."""
        self.count(place)
        if self._closed:
            return
        if place in self._waiting:
            self._waiting[place].append(begin)
        else:
            self._waiting[place] = deque([begin])
            self._list(place)
        self._count += 1
        while self._count > MAX_WAITING:
            self._next()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work())

    def count(self, place: int) -> None:
        """This chat has asked for something."""
        self._purse.pay([self._payer(place)])

    def asked(self, place: Hashable) -> float:
        """How much this chat has asked of late, what is not read yet included."""
        return self._purse.spent([self._payer(place)])

    @property
    def idle(self) -> bool:
        """Whether nothing waits."""
        return self._count == 0

    def tasks(self) -> list[asyncio.Task[None]]:
        """One while something waits."""
        return [self._task] if self._task is not None and not self._task.done() else []

    def close(self) -> None:
        """Begin nothing more, after what can be begun in a moment: who floods is to find nothing of it after a restart."""
        end = time.monotonic() + LAST_MOMENT
        while self._count and time.monotonic() < end:
            self._next()
        self._closed = True
        self._waiting.clear()
        self._order.clear()
        self._count = 0

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while self._count:
            begun, asked = loop.time(), 0.0
            while self._count and asked <= LIGHT and loop.time() - begun < STEP:
                asked = self._next()
            for _ in range(ROUNDS if asked > LIGHT else 1):
                await asyncio.sleep(0)

    def _next(self) -> float:
        """Begin one; returns how much its chat had asked, this included."""
        asked, _, _, place = heapq.heappop(self._order)
        waiting = self._waiting[place]
        begin = waiting.popleft()
        self._count -= 1
        if waiting:
            self._list(place)
        else:
            del self._waiting[place]
        begin()
        return asked

    def _list(self, place: int) -> None:
        before = self.asked(place) - len(self._waiting[place]) + 1
        heapq.heappush(self._order, (max(1.0, before), self._is_new(place), next(self._numbers), place))

    @staticmethod
    def _payer(place: Hashable) -> Payer:
        return Payer(place, ENDLESS, RATE)
