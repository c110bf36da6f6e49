"""The claims of messages that are about to be written at the same moment, recorded in one transaction.

What a claim costs is the flush of the disk that makes it last: 0.3 ms on a quick one, twenty on a busy one, and the
program waits for each. Sixteen claims in one transaction need one.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

QUIET = 3
"""Turns of the loop without a new claim after which those that wait are recorded: a lone one waits 0.1 ms."""
LONGEST = 50
"""Turns after which they are recorded although more come."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    record: Callable[[], bool | None]
    settled: asyncio.Future[bool | None]


class ClaimGroup:
    """Records claims together; `transaction` makes all that is recorded in it last when it ends without an error."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[None]]) -> None:
        self._transaction = transaction
        self._waiting: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None

    async def record(self, record: Callable[[], bool | None]) -> bool | None:
        """What `record` returns, once it lasts. Raises what it raised, or what the transaction did.

        It is not called for a task that was cancelled before.
        """
        waiting = _Waiting(record, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._task is None:
            self._task = asyncio.create_task(self._settle_all())
        return await waiting.settled

    async def _settle_all(self) -> None:
        try:
            await self._until_quiet()
        finally:  # also when the loop ends: nobody may wait for ever
            self._task = None
            waiting, self._waiting = self._waiting, []
            self._settle([one for one in waiting if not one.settled.done()])

    async def _until_quiet(self) -> None:
        known = quiet = 0
        for _ in range(LONGEST):
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(self._waiting) == known else 0
            known = len(self._waiting)
            if quiet == QUIET:
                return

    def _settle(self, waiting: list[_Waiting]) -> None:
        try:
            with self._transaction():
                results = [one.record() for one in waiting]
        except Exception as error:  # none of them lasts: whose error it is, each finds out by itself
            if len(waiting) == 1:
                waiting[0].settled.set_exception(error)
                return
            for one in waiting:
                self._settle([one])
        else:
            for one, taken in zip(waiting, results, strict=True):
                one.settled.set_result(taken)
