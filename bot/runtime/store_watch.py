"""Whether the store can be written: what `/health` says, and one line in the log when trouble begins and when it ends.

Each composing tick writes a little first. While that fails nothing else is tried, so that a full disk is neither filled
further nor met with a complaint every few seconds; when it works again everything goes on from the rows. Another
process's lock is trouble only where it lasts: a tick that meets one is tried again meanwhile.
"""

import logging
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from bot.runtime.opening import utc_now
from bot.runtime.patience import through_locks
from storage import meta, witness
from storage.database import Database, to_text
from storage.errors import describe, is_trouble
from storage.witness import ALIVE

log = logging.getLogger(__name__)

PROBE = "probe"
ROOM = 1024 * 1024
"""Bytes that must fit again before trouble counts as over: a line alone may fit where a collection does not."""

Tick = Callable[[], Awaitable[None]]


class StoreWatch:
    """Tracks whether the store can be written; `problem` is one sentence, or empty if it can."""

    def __init__(self, db: Database, now: Callable[[], datetime] = utc_now) -> None:
        self._db = db
        self._now = now
        self._probes = 0
        self.problem = ""

    def failed(self, error: sqlite3.Error) -> None:
        """Record that a statement failed because the store could not be used."""
        if not self.problem:
            log.error("the store cannot be used: %s; work goes on when it can", describe(error))
        self.problem = describe(error)

    def leading(self, tick: Tick) -> Tick:
        """A tick that detects the end of trouble with a small write."""

        async def probing() -> None:
            # Another value each time: SQLite does not write a page that stays as it is.
            self._probes += 1
            alive = self._now()
            with self._db.transaction(flush=False):
                meta.put(self._db, PROBE, str(self._probes) + "x" * (ROOM if self.problem else 0))
                meta.put(self._db, ALIVE, to_text(alive))
            witness.note(Path(self._db.path), alive)
            await tick()
            if self.problem:
                self.problem = ""
                log.warning("the store can be used again")

        return self._guarded(probing)

    def following(self, tick: Tick) -> Tick:
        """Wrap a tick so that it does nothing while there is trouble."""

        async def waiting() -> None:
            if not self.problem:
                await tick()

        return self._guarded(waiting)

    def _guarded(self, tick: Tick) -> Tick:
        async def guarded() -> None:
            try:
                await (tick() if self.problem else through_locks(tick))
            except sqlite3.Error as error:
                if not is_trouble(error):
                    raise
                self.failed(error)

        return guarded
