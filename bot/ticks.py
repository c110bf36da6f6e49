"""What happens when: every periodic job and its interval, in one list.

Each job asks the store what is due and tolerates running late, twice, or after a kill.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.jobs.alerts import alert
from bot.jobs.collect.round import collect_due
from bot.jobs.deliver import deliver_pending
from bot.jobs.editions.due import compose_in_steps
from bot.jobs.notify import deliver_notices
from bot.jobs.printed import print_due
from bot.jobs.reindex import reindex
from bot.jobs.resting import ask_for_rights
from bot.jobs.tidy import tidy_all
from bot.runtime.health import Ticks
from bot.runtime.scheduler import Scheduler
from bot.runtime.services import Services


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """Something that happens by the clock."""

    name: str
    """Unique; the log names it when the job fails."""
    seconds: float
    """From one start to the next. One that takes longer than that skips its next start."""
    run: Callable[[Services, asyncio.Event], Awaitable[object]]
    """Called with the services and the event that says that the bot stops."""
    leads: bool = False
    """Whether it tests the store (`StoreWatch.leading`) and shows that the clock ticks; the others wait while the store is
    in trouble."""


async def _collect(services: Services, stopping: asyncio.Event) -> None:
    """Collect once the stories of the last days are in memory; not at all where the bot stops before."""
    waits = [asyncio.ensure_future(each.wait()) for each in (services.reading.remembered, stopping)]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    if not stopping.is_set():
        await collect_due(services, services.now())


JOBS: tuple[PeriodicJob, ...] = (
    PeriodicJob("compose", 5, lambda s, stopping: compose_in_steps(s, s.now(), stopping), leads=True),
    # by itself: messages for thousands of chats take minutes
    PeriodicJob("deliver", 1, lambda s, stopping: deliver_pending(s, s.now(), stopping=stopping)),
    PeriodicJob(
        "print", 10, lambda s, stopping: print_due(s, s.now(), stopping)
    ),  # by itself, too: each takes seconds
    PeriodicJob("alerts", 5, lambda s, stopping: alert(s, s.now(), stopping)),
    PeriodicJob("notices", 5, lambda s, _: deliver_notices(s, s.now())),
    PeriodicJob("rights", 600, lambda s, _: ask_for_rights(s, s.now())),
    PeriodicJob("collect", 60, _collect),
    PeriodicJob("reindex", 10, lambda s, _: reindex(s)),
    PeriodicJob("tidy", 3600, lambda s, _: tidy_all(s, s.now())),
)


def put_on(scheduler: Scheduler, services: Services, ticks: Ticks, stopping: asyncio.Event) -> None:
    """The jobs on a clock; `ticks` hears how they and the store fare."""

    def tick_of(job: PeriodicJob) -> Callable[[], Awaitable[None]]:
        async def tick() -> None:
            if job.leads:
                ticks.at = services.now()
            await job.run(services, stopping)

        return (ticks.store.leading if job.leads else ticks.store.following)(tick)

    for job in JOBS:
        scheduler.every(job.seconds, job.name, tick_of(job))
