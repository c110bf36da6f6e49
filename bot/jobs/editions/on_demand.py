"""Composing for one reader who waits for it: /today, and the stories that did not fit.

    requests → the stories of the last days, read in steps for all who ask meanwhile → one after the other: pick, write down

So twenty who ask at once read the store once, and the event loop is held for one reader's edition at a time.
"""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime

from bot import clock
from bot.briefing.select import Choice
from bot.jobs.editions.pool import StoryPool, pick
from bot.runtime.services import Newsroom, Services
from storage import deliveries, editions
from storage.models import Chat, Edition, EditionState


@dataclass(frozen=True, slots=True)
class Composed:
    """A new edition's id and whether it has a message to deliver."""

    edition_id: int
    delivers: bool


async def compose_on_demand(services: Services, chat: Chat, update_id: int, now: datetime) -> Composed | None:
    """What /today shows: today's editions again, and what came in since. Unique by the update that asked."""
    pool = await _pool(services)
    async with services.on_demand.turn():
        return again_and_newer(pool, chat, update_id, now)


async def compose_more(services: Services, chat: Chat, update_id: int, now: datetime) -> Composed | None:
    """More stories than the reader's edition had room for; None when there are none."""
    pool = await _pool(services)
    async with services.on_demand.turn():
        return others(pool, chat, update_id, now)


async def _pool(services: Services) -> StoryPool:
    async def read() -> StoryPool:
        pool = StoryPool(services, services.now())
        for _ in pool.steps():
            await asyncio.sleep(0)
        return pool

    return await services.on_demand.shared(read)


def again_and_newer(pool: StoryPool, chat: Chat, update_id: int, now: datetime) -> Composed | None:
    """`compose_on_demand` of a pool that was read; it says as of when."""
    room, today, slot = pool.room, clock.local_date(chat.zone, now), f"demand:{update_id}"
    again = editions.told_on(room.db, chat.id, today)
    if not again:
        return compose(pool, chat, today, slot)
    fresh = pick(pool, chat, arrived_since=editions.last_at(room.db, chat.id) or now)
    order = {section.id: place for place, section in enumerate(room.reading.taxonomy.sections)}
    items = sorted((*again, *fresh.items), key=lambda item: order.get(item.section or "", len(order)))
    choice = Choice(tuple(items), len(again) + fresh.considered)
    return _record(room, chat, today, slot, "composed", choice, pool.now)


def others(pool: StoryPool, chat: Chat, update_id: int, now: datetime) -> Composed | None:
    """`compose_more` of a pool that was read."""
    choice = pick(pool, chat)
    if not choice.items:
        return None
    today = clock.local_date(chat.zone, now)
    return _record(pool.room, chat, today, f"more:{update_id}", "composed", choice, pool.now)


def compose(pool: StoryPool, chat: Chat, local_date: date, slot: str) -> Composed | None:
    """Compose one edition and queue its delivery; None where this date and slot has one already."""
    if editions.exists(pool.room.db, chat.id, local_date, slot):
        return None
    choice = pick(pool, chat)
    state: EditionState = "composed" if choice.items else "quiet"
    return _record(pool.room, chat, local_date, slot, state, choice, pool.now)


def _record(
    room: Newsroom,
    chat: Chat,
    local_date: date,
    slot: str,
    state: EditionState,
    choice: Choice,
    now: datetime,
) -> Composed | None:
    with room.db.transaction():
        edition_id = editions.create(
            room.db,
            chat_id=chat.id,
            local_date=local_date,
            slot=slot,
            state=state,
            items=choice.items,
            considered=choice.considered,
            now=now,
        )
        if edition_id is None:
            return None
        delivers = state == "composed" or (state == "quiet" and not chat.silent_when_slow)
        if delivers:
            deliveries.add(room.db, edition_id, 0, now)
    return Composed(edition_id, delivers)


def edition_of(room: Newsroom, composed: Composed) -> Edition:
    """The edition just composed."""
    edition = editions.by_id(room.db, composed.edition_id)
    assert edition is not None  # noqa: S101 - it was written a moment ago
    return edition
