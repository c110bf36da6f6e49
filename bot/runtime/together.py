"""What several want at the same moment is made once for all of them, and worked on by one after the other."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

Made = TypeVar("Made")
TURNS = 3
"""Rounds of the loop between two turns: a timer, or the network, wakes a task only in the round after its own."""


class Together(Generic[Made]):
    """Runs an expensive coroutine once for all callers that ask while it runs."""

    def __init__(self) -> None:
        self._making: asyncio.Task[Made] | None = None
        self._waiting = 0
        self._turn = asyncio.Lock()

    async def shared(self, make: Callable[[], Coroutine[Any, Any, Made]]) -> Made:
        """The result of `make`, shared with every caller that arrives while it runs; so is what it raises."""
        if self._making is None or self._making.done():
            self._making = asyncio.create_task(make())
            self._waiting = 0
        making = self._making
        self._waiting += 1
        try:
            return await asyncio.shield(making)
        finally:
            self._waiting -= making is self._making
            if making is self._making and not self._waiting:  # nobody else wants it, nor keeps it in memory
                making.cancel()
                self._making = None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Work that cannot be divided: those who ask go in the order in which they came, and others between them."""
        async with self._turn:
            for _ in range(TURNS):
                await asyncio.sleep(0)
            yield
