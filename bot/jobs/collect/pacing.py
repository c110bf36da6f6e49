"""Reading and storing in steps: a reader's search never waits for more than one of them.

`tests/benchmarks/bench_responsive.py` measures that wait.
"""

import asyncio
from collections.abc import Generator
from time import perf_counter, thread_time
from typing import TypeVar

STEP = 0.006
"""Seconds of a step. What cannot be divided, such as the reading of one long article, may take more."""
TURNS = 3
"""Rounds of the loop between two steps: a timer, or the network, wakes a task only in the round after its own."""
SHORT = STEP / 4
"""A step that may become part of the next one: three rounds of the loop take a tenth of a millisecond."""
FEWEST, MOST = 2, 50


Result = TypeVar("Result")


def finished(steps: Generator[None, None, Result]) -> Result:
    """Run the steps without a pause and return the result."""
    while True:
        try:
            next(steps)
        except StopIteration as last:
            result: Result = last.value
            return result


class Pace:
    """How much is done in one step; one for all sources that are collected together."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        """Whose feed is read and stored; the others are fetched meanwhile."""
        self.batch = FEWEST
        """Entries for one transaction, by how long the last one took."""
        self.warm = False
        """Whether a text was read."""
        self._since = perf_counter()
        self._worked = thread_time()

    def begin(self) -> None:
        """A step begins."""
        self._since = perf_counter()
        self._worked = thread_time()

    def stored(self, entries: int) -> None:
        """The step was a transaction of so many entries; what they cost is its work, not its wait for a busy machine."""
        fitting = int(STEP * entries / max(thread_time() - self._worked, 1e-6))
        self.batch = min(max(fitting, FEWEST), 2 * self.batch, MOST)

    async def pause(self, after: float = STEP) -> None:
        """Let other tasks run if the step has lasted long enough."""
        if perf_counter() - self._since >= after:
            await self.end()

    async def end(self) -> None:
        """Let other tasks run, then begin the next step."""
        for _ in range(TURNS):
            await asyncio.sleep(0)
        self.begin()

    async def between(self, steps: Generator[None, None, Result]) -> Result:
        """Run the steps, let other tasks run in between, and return the result."""
        while True:
            try:
                next(steps)
            except StopIteration as last:
                result: Result = last.value
                return result
            await self.pause()
