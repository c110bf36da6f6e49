"""Waiting for a store that cannot be written just now, without holding the event loop.

What was begun is finished when the disk is mended or the other process lets go of its lock; nothing is dropped.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from itertools import count
from typing import TypeVar

from bot.clock.waits import doubled
from storage.errors import is_lock, may_pass

log = logging.getLogger(__name__)

PAUSE = 0.1
"""Seconds before the next attempt; doubled each time up to MAX_WAIT."""
MAX_WAIT = 20.0
MAX_LOCK_WAIT = 1.0
"""Seconds between two attempts while another process writes: that is over soon."""
LOCKED_SECONDS = 10.0
"""Seconds for which another process may lock the store before this counts as trouble with the store."""

Result = TypeVar("Result")


async def until_stored(work: Callable[[], Awaitable[None] | None]) -> None:
    """Do `work`, again and again while the store is in trouble that may pass; other errors are the caller's."""
    for tried in count():
        try:
            going = work()
            if going is not None:
                await going
        except sqlite3.Error as error:
            if not may_pass(error):
                raise
            wait = doubled(PAUSE, tried, MAX_LOCK_WAIT if is_lock(error) else MAX_WAIT)
            log.debug("an update waits %g s for the store: %s", wait, error)
        else:
            return
        await asyncio.sleep(wait)


async def when_unlocked(work: Callable[[], Result]) -> Result:
    """What `work` returns, tried again while another process keeps the store locked; raises that after LOCKED_SECONDS."""

    async def once() -> Result:
        return work()

    return await through_locks(once)


async def through_locks(work: Callable[[], Awaitable[Result]]) -> Result:
    """`when_unlocked` for work that itself waits for something."""
    tried, waited = 0, 0.0
    while True:
        try:
            return await work()
        except sqlite3.Error as error:
            if not is_lock(error) or waited >= LOCKED_SECONDS:
                raise
        wait = doubled(PAUSE, tried, MAX_LOCK_WAIT)
        await asyncio.sleep(wait)
        waited += wait
        tried += 1
