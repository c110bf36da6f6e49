"""Who may have a report made, and when: one at a time in all, and so many an hour in each chat."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

AN_HOUR = timedelta(hours=1)
MAX_AN_HOUR = 6
"""Reports of one chat."""
MAX_WAITING = 5
"""Reports that wait or are being made: who comes later is told to come again."""


class Printing:
    """Lets reports be made one after the other, so that they leave the machine to everybody else."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._waiting: set[int] = set()
        self._begun: defaultdict[int, deque[datetime]] = defaultdict(deque)

    def takes(self, chat_id: int, now: datetime) -> bool:
        """Whether this chat may have one more made now."""
        begun = self._begun[chat_id]
        while begun and begun[0] <= now - AN_HOUR:
            begun.popleft()
        return chat_id not in self._waiting and len(self._waiting) < MAX_WAITING and len(begun) < MAX_AN_HOUR

    @asynccontextmanager
    async def turn(self, chat_id: int, now: datetime) -> AsyncIterator[None]:
        """Make one for this chat, behind those that came before."""
        self._begun[chat_id].append(now)
        self._waiting.add(chat_id)
        try:
            async with self._turn:
                yield
        finally:
            self._waiting.discard(chat_id)

    @asynccontextmanager
    async def scheduled(self) -> AsyncIterator[None]:
        """Make one that nobody waits for, behind those that came before; it counts for no chat."""
        async with self._turn:
            yield
