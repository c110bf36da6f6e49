"""APScheduler as a clock: coroutine functions called at intervals, and nothing else; the only file that imports it.

What is due is decided from tables by the jobs themselves. A tick that comes late is still called (grace), ticks
missed together are called once (coalesce), and a tick never overlaps itself.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

log = logging.getLogger(__name__)

GRACE = 24 * 3600
"""Seconds by which a tick may be late and still counts (APScheduler's own is 1: a busy loop would skip it)."""


class Scheduler:
    """Register with `every`, then `start`; `stop` lets running ticks end."""

    def __init__(self) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415 - commands have no clock

        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = False

    def every(
        self,
        seconds: float,
        name: str,
        tick: Callable[[], Awaitable[None]],
        *,
        jitter: float = 0.0,
        at_once: bool = True,
    ) -> None:
        """Call `tick` every so many seconds, give or take `jitter`; the first time at the start unless told not to.

        What a tick raises is logged under its name, and the next one comes all the same.
        """

        async def guarded() -> None:
            if self._stopping:
                return
            running = asyncio.current_task()
            if running is not None:
                self._running.add(running)
                running.add_done_callback(self._running.discard)
            try:
                await tick()
            except Exception:
                log.exception("%s failed; the next one comes in %g s", name, seconds)

        from apscheduler.triggers.interval import IntervalTrigger  # noqa: PLC0415 - as above

        # The trigger's own default is one interval from now. IntervalTrigger keeps fractions of a second.
        first = {"next_run_time": datetime.now(UTC)} if at_once else {}
        self._scheduler.add_job(
            guarded,
            IntervalTrigger(seconds=seconds, jitter=jitter or None, timezone=UTC),
            id=name,
            name=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=GRACE,
            **first,
        )

    def start(self) -> None:
        """Start ticking, in the running event loop."""
        # A tick that still runs when its next is due is skipped by design: not worth APScheduler's warning a minute.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler.start()

    async def stop(self, timeout: float) -> bool:  # noqa: ASYNC109 - it bounds others' work, and then cancels it
        """Tick no more; wait that many seconds for running ticks, then cancel them. Whether all ended by themselves."""
        self._stopping = True
        if self._scheduler.running:
            # Without its executor: that would cancel what runs at once (APScheduler 3.11, asyncio executor).
            for job in self._scheduler.get_jobs():
                job.remove()
        running = set(self._running)
        ended = True
        if running:
            _, late = await asyncio.wait(running, timeout=timeout)
            ended = not late
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
            await asyncio.sleep(0)  # its own shutdown is a callback of the loop
        return ended
