"""Waiting for a store that cannot be written just now: an update is finished when the disk is mended, not dropped."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable

from storage.errors import may_pass

log = logging.getLogger(__name__)

PAUSE = 0.5
"""Seconds before the next attempt; doubled each time up to LONGEST_WAIT."""
LONGEST_WAIT = 20.0


async def until_stored(work: Callable[[], Awaitable[None] | None]) -> None:
    """Do `work`, again and again while the store is in trouble that may pass; other errors are the caller's."""
    wait = PAUSE
    while True:
        try:
            going = work()
            if going is not None:
                await going
        except sqlite3.Error as error:
            if not may_pass(error):
                raise
            log.debug("an update waits %g s for the store: %s", wait, error)
        else:
            return
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT)
