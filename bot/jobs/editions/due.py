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
from storage import chats

LINE = 50_000
"""Chats of which it is looked up at once that they are due."""
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
    round_: ComposingRound | None = None
    while ids := chats.due_ids(room.db, now, LINE):
        if round_ is None:
            pool = yield from _silently(load_in_steps(room.db, room.reading.taxonomy, now))
            round_ = ComposingRound(room.db, pool, now)
        elif round_.given_up.issuperset(ids):
            return
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
    return chats.earliest_due(room.db)
