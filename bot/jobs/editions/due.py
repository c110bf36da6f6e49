"""Waking for scheduled editions: which chats are due, and composing for them beside everything else.

Scheduled editions are unique by chat, local date and slot; the row is the promise, not a timer.
"""

import asyncio
from collections.abc import Generator, Iterator
from datetime import datetime, timedelta

from bot.briefing.edition import StoryPool
from bot.jobs.editions.batch import ComposingRound
from bot.jobs.editions.pool import load_in_steps
from bot.runtime.services import Newsroom
from storage import slots
from storage.slots import PRINTED, SCHEDULES, WEEKLY

LINE = 50_000
"""Chats of which it is looked up at once that they are due."""
WEEK = timedelta(days=7)
"""What the week's edition looks back on; within it age matters little."""
PAGES_WAIT = timedelta(minutes=2)
"""An edition may be so late for articles to get their text first: it is worth more to a reader than the minute."""


def compose_due(room: Newsroom, now: datetime) -> int:
    """Compose every scheduled edition that has come; returns how many will be delivered."""
    return sum(compose_steps(room, now))


async def compose_in_steps(room: Newsroom, now: datetime, stopping: asyncio.Event) -> None:
    """`compose_due` beside everything else that the event loop does; ends between two steps when `stopping` is set.

    While articles wait for the text of their pages, so does an edition, but never longer than `PAGES_WAIT`.
    """
    if room.pages and (due := earliest_due(room)) is not None and due <= now < due + PAGES_WAIT:
        return
    for _ in compose_steps(room, now):
        await asyncio.sleep(0)
        if stopping.is_set():
            return


def compose_steps(room: Newsroom, now: datetime) -> Iterator[int]:
    """`compose_due` in steps, each committed: between two of them others may use the store, and a stop loses nothing."""
    pool: StoryPool | None = None
    for schedule in SCHEDULES:
        round_: ComposingRound | None = None
        while ids := schedule.due_ids(room.db, now, LINE):
            if round_ is None:
                if schedule.slot == PRINTED:  # is read when it is made: see `bot.jobs.printed`
                    nothing = StoryPool((), now, room.reading.taxonomy, weights={})
                    round_ = ComposingRound(room.db, nothing, now, schedule)
                elif schedule.slot == WEEKLY:
                    week = load_in_steps(room.db, room.reading.taxonomy, now, window=WEEK, half_life=WEEK)
                    round_ = ComposingRound(room.db, (yield from _silently(week)), now, schedule)
                else:
                    if pool is None:
                        pool = yield from _silently(load_in_steps(room.db, room.reading.taxonomy, now))
                    round_ = ComposingRound(room.db, pool, now, schedule)
            elif round_.given_up.issuperset(ids):
                break
            yield from round_.steps(ids)


def _silently(reading: Generator[None, None, StoryPool]) -> Generator[int, None, StoryPool]:
    """The steps of reading: nothing is composed in any of them."""
    try:
        while True:
            next(reading)
            yield 0
    except StopIteration as last:
        pool: StoryPool = last.value
        return pool


def earliest_due(room: Newsroom) -> datetime | None:
    """When the next scheduled edition of any chat comes; None while none is scheduled."""
    return slots.earliest_due(room.db)
