"""Stores the end of a halt that Telegram ordered, so that it survives a restart."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.runtime.patience import until_stored
from storage import meta
from storage.database import Database, maybe_time, to_text

HALT = "halted_until"


class Halts:
    """Keeps the end of a halt; `now()` is aware UTC. `close` it before the store."""

    def __init__(self, db: Database, now: Callable[[], datetime]) -> None:
        self._db = db
        self._now = now
        self._until: datetime | None = None
        self._keeping: asyncio.Task[None] | None = None

    def left(self) -> float:
        """Seconds left of the last halt; 0 if it is over."""
        until = maybe_time(meta.get(self._db, HALT))
        return 0.0 if until is None else max(0.0, (until - self._now()).total_seconds())

    def keep(self, seconds: float) -> None:
        """Record a halt of so many seconds from now; written at once, or as soon as the store can be written."""
        self._until = self._now() + timedelta(seconds=seconds)
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(until_stored(self._write))

    def _write(self) -> None:
        if self._until is not None:
            meta.put(self._db, HALT, to_text(self._until))

    async def close(self) -> None:
        """Stop waiting for the store."""
        if self._keeping is not None:
            await asyncio.sleep(0)  # one that has just begun is written
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
