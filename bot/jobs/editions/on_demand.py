"""Composing for one reader who waits for it: /today, and the stories that did not fit.

    requests → the stories of the last days, read in steps for all who ask meanwhile → one after the other: pick, write down

So twenty who ask at once read the store once, and the event loop is held for one reader's edition at a time
(`tests/benchmarks/bench_today.py`).
"""

import asyncio
from dataclasses import replace
from datetime import date, datetime

from bot import clock
from bot.briefing.edition import StoryPool, choose, window_since
from bot.briefing.filling import ReaderProfile
from bot.briefing.select import Choice
from bot.briefing.tastes import unmuted
from bot.jobs.editions.pool import load_in_steps
from bot.jobs.editions.storing import Composed, store_edition
from bot.runtime.services import Newsroom, Services
from storage import deliveries, editions, subscriptions
from storage.database import Database
from storage.models import Chat, Edition


async def compose_on_demand(services: Services, chat: Chat, update_id: int, now: datetime) -> Composed | None:
    """What /today shows: what came in since today's editions, numbered on from them, and these again; all of an edition
    where there was none today. Unique by the update that asked."""
    pool = await _pool(services)
    async with services.on_demand.turn():
        return again_and_newer(services.db, pool, chat, update_id, now)


async def compose_more(services: Services, chat: Chat, update_id: int, now: datetime) -> Composed | None:
    """More stories than the reader's edition had room for; None when there are none."""
    pool = await _pool(services)
    async with services.on_demand.turn():
        return others(services.db, pool, chat, update_id, now)


async def _pool(services: Services) -> StoryPool:
    async def read() -> StoryPool:
        steps = load_in_steps(services.db, services.reading.taxonomy, services.now())
        while True:
            try:
                next(steps)
            except StopIteration as last:
                pool: StoryPool = last.value
                return pool
            await asyncio.sleep(0)

    return await services.on_demand.shared(read)


def again_and_newer(
    db: Database, pool: StoryPool, chat: Chat, update_id: int, now: datetime
) -> Composed | None:
    """`compose_on_demand` of a pool that was read; it says as of when."""
    today, slot = clock.local_date(chat.zone, now), f"demand:{update_id}"
    again = editions.told_on(db, chat.id, today)
    if not again:
        return compose(db, pool, chat, today, slot)
    fresh = choice_for(db, pool, chat, heard_after=editions.last_at(db, chat.id))
    told = tuple(replace(item, again=True) for item in unmuted(again, chat.tastes))
    both = Choice((*told, *fresh.items), len(told) + fresh.considered)
    return store_edition(db, chat, today, slot, both, pool.now)


def others(db: Database, pool: StoryPool, chat: Chat, update_id: int, now: datetime) -> Composed | None:
    """`compose_more` of a pool that was read."""
    choice = choice_for(db, pool, chat)
    if not choice.items:
        return None
    today = clock.local_date(chat.zone, now)
    return store_edition(db, chat, today, f"more:{update_id}", choice, pool.now)


def compose(db: Database, pool: StoryPool, chat: Chat, local_date: date, slot: str) -> Composed | None:
    """Compose one edition and queue its delivery; None where this date and slot has one already."""
    if editions.exists(db, chat.id, local_date, slot):
        return None
    return store_edition(db, chat, local_date, slot, choice_for(db, pool, chat), pool.now)


def choice_for(db: Database, pool: StoryPool, chat: Chat, *, heard_after: datetime | None = None) -> Choice:
    """What this chat is told now; with `heard_after`, only stories that were first collected after that time."""
    follows = subscriptions.of(db, chat.id)
    profile = ReaderProfile(follows, chat.sections, chat.max_items, chat.tastes, chat.mix)
    known = deliveries.known_stories(db, chat.id)
    window = window_since(editions.last_at(db, chat.id) or chat.created_at, pool.now)
    return choose(pool, profile, known, window, heard_after=heard_after)


def edition_of(room: Newsroom, composed: Composed) -> Edition:
    """The edition just composed."""
    edition = editions.by_id(room.db, composed.edition_id)
    assert edition is not None  # noqa: S101 - it was written a moment ago
    return edition
