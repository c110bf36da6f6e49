"""What is to be recorded of messages at the same moment, in one transaction: claims of those that are about to be written,
and what became of those that were answered.

What a claim costs is the flush of the disk that makes it last: 0.3 ms on a quick one, twenty on a busy one, and the
program waits for each. Sixteen claims in one transaction need one.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

QUIET = 3
"""Turns of the loop without a new claim after which those that wait are recorded: a lone one waits 0.1 ms."""
LONGEST = 50
"""Turns after which they are recorded although more come."""


class Transaction(Protocol):
    """Makes all that is recorded in it last when it ends without an error; without `flush` a power cut may undo it."""

    def __call__(self, *, flush: bool) -> AbstractContextManager[None]: ...


@dataclass(frozen=True, slots=True)
class _Waiting:
    record: Callable[[], bool | None]
    settled: asyncio.Future[bool | None]
    flush: bool = True
    unasked: bool = False
    """Whether it is recorded although nobody waits for it any more."""


class ClaimGroup:
    """Records claims together, and outcomes with them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._waiting: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None

    async def record(self, record: Callable[[], bool | None]) -> bool | None:
        """What `record`, which claims a message, returns, once it lasts. Raises what it raised, or what the transaction did.

        It is not called for a task that was cancelled before.
        """
        return await self._add(_Waiting(record, asyncio.get_running_loop().create_future()))

    async def record_outcome(self, record: Callable[[], None], *, flush: bool) -> None:
        """Have `record` write down what became of a message; it is called whatever happens to the task.

        Without `flush` the disk is waited for only if something else that is recorded then wants it.
        """
        settled = asyncio.get_running_loop().create_future()
        await self._add(_Waiting(record, settled, flush=flush, unasked=True))

    async def settled(self) -> None:
        """Once nothing waits to be recorded."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _add(self, waiting: _Waiting) -> bool | None:
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
            self._settle([one for one in waiting if one.unasked or not one.settled.done()])

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
            with self._transaction(flush=any(one.flush for one in waiting)):
                results = [one.record() for one in waiting]
        except Exception as error:  # none of them lasts: whose error it is, each finds out by itself
            if len(waiting) > 1:
                for one in waiting:
                    self._settle([one])
            elif not waiting[0].settled.done():
                waiting[0].settled.set_exception(error)
        else:
            for one, result in zip(waiting, results, strict=True):
                if not one.settled.done():
                    one.settled.set_result(result)
