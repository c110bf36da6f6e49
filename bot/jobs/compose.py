"""Composing editions: which chats are due, what each is told, and when it is due again.

Scheduled editions are unique by chat, local date and slot; the row is the promise, not a timer.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot import clock
from bot.briefing.select import Choice
from bot.jobs.pick import WINDOW, Pool, Told, pick, window_since
from bot.services import Newsroom
from storage import chats, deliveries, editions, stories, subscriptions
from storage.models import Chat, Edition, EditionItem, EditionState

log = logging.getLogger(__name__)

MORNING = "morning"
BATCH = 500
"""Chats composed in one step and one transaction: some ten milliseconds, so that nobody waits for it."""
LATEST_DATE = timedelta(days=2)
"""More than the distance of any local date from UTC's, catching up included."""
CATCH_UP = timedelta(hours=12)
"""A scheduled edition that is later than this is recorded as skipped instead of sent."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A new edition's id and whether it has a message to deliver."""

    edition_id: int
    delivers: bool


def compose_due(room: Newsroom, now: datetime) -> int:
    """Compose every scheduled edition that has come; returns how many will be delivered."""
    return sum(compose_steps(room, now))


def compose_steps(room: Newsroom, now: datetime) -> Iterator[int]:
    """`compose_due` in steps, each committed: between two of them others may use the store, and a stop loses nothing."""
    pool = Pool(room, now)
    while batch := chats.due(room.db, now, BATCH):
        with room.db.transaction():
            delivered = _compose_batch(pool, batch)
        yield delivered


async def compose_in_steps(room: Newsroom, now: datetime, stopping: asyncio.Event) -> None:
    """`compose_due` beside everything else that the event loop does; ends between two steps when `stopping` is set."""
    for _ in compose_steps(room, now):
        await asyncio.sleep(0)
        if stopping.is_set():
            return


def _compose_batch(pool: Pool, batch: Sequence[Chat]) -> int:
    """The scheduled editions of these chats, told once for all that want and know the same."""
    db, now = pool.room.db, pool.now
    ids = [chat.id for chat in batch]
    follows = subscriptions.of_all(db, ids)
    known = deliveries.known_among(db, ids, pool.worth_knowing())
    first = min(chat.next_due_at for chat in batch if chat.next_due_at is not None)
    having, recent = editions.lately(
        db, ids, min(first, now - WINDOW).date() - LATEST_DATE, now - WINDOW, MORNING
    )
    plans: dict[tuple[object, ...], Plan] = {}
    written: set[Told] = set()
    fresh: list[editions.NewEdition] = []
    upcoming: list[tuple[int, datetime]] = []
    for chat in batch:
        key = (chat.zone, chat.briefing_time, chat.weekdays, chat.next_due_at)
        if key not in plans:
            plans[key] = _plan(chat, now)
        plan = plans[key]
        upcoming.append((chat.id, plan.next_due_at))
        for local_date in plan.skipped:
            log.info("chat %d: the edition of %s came too late and is skipped", chat.id, local_date)
            if (chat.id, local_date) not in having:
                fresh.append(
                    editions.NewEdition(chat.id, local_date, MORNING, "skipped", 0, None, delivers=False)
                )
        if plan.composed is None or (chat.id, plan.composed) in having:
            continue
        # Who had no edition lately had none before or has waited for long: the same either way for a chat so old.
        window = WINDOW if chat.id in recent else window_since(chat.created_at, now)
        told = pool.shelf(chat, follows.get(chat.id, subscriptions.NONE), window).take(known.get(chat.id, ()))
        if told.choice.items and told not in written:
            # A step ago its last edition may have gone with its reader.
            if told.composition_id is None or not editions.is_composed(db, told.composition_id):
                told.composition_id = editions.compose(db, told.choice.items)
            written.add(told)
        state: EditionState = "composed" if told.choice.items else "quiet"
        fresh.append(
            editions.NewEdition(
                chat.id,
                plan.composed,
                MORNING,
                state,
                told.choice.considered,
                told.composition_id,
                delivers=state == "composed" or not chat.silent_when_slow,
            )
        )
    editions.add_all(db, fresh, now)
    chats.schedule_all(db, upcoming)
    return sum(edition.delivers for edition in fresh)


@dataclass(frozen=True, slots=True)
class Plan:
    """What chats with the same schedule get now: dates that are too late, the date to compose, and when to come again."""

    skipped: tuple[date, ...]
    composed: date | None
    next_due_at: datetime


def _plan(chat: Chat, now: datetime) -> Plan:
    assert chat.next_due_at is not None  # noqa: S101 - `due` asks for it
    just_before = chat.next_due_at - timedelta(seconds=1)
    moments = clock.due_between(chat.zone, chat.briefing_time, chat.weekdays, just_before, now)
    if not moments:  # the time was moved to one that has passed today: this edition comes at once
        moments = [(clock.local_date(chat.zone, chat.next_due_at), chat.next_due_at)]
    last_date, due_at = moments[-1]
    composed = None if now - due_at > CATCH_UP else last_date
    skipped = tuple(local_date for local_date, _ in moments if local_date != composed)
    return Plan(skipped, composed, clock.next_due(chat.zone, chat.briefing_time, chat.weekdays, now))


def compose(
    room: Newsroom,
    chat: Chat,
    local_date: date,
    slot: str,
    now: datetime,
) -> Composed | None:
    """Compose one edition and queue its delivery; None where this date and slot has one already."""
    if editions.exists(room.db, chat.id, local_date, slot):
        return None
    choice = pick(Pool(room, now), chat)
    state: EditionState = "composed" if choice.items else "quiet"
    return _record(room, chat, local_date, slot, state, choice, now)


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


def compose_on_demand(room: Newsroom, chat: Chat, update_id: int, now: datetime) -> Composed | None:
    """What /today shows: today's editions again, and what came in since. Unique by the update that asked."""
    today = clock.local_date(chat.zone, now)
    shown = editions.story_ids_of_day(room.db, chat.id, today)
    if not shown:
        return compose(room, chat, today, f"demand:{update_id}", now)
    since = editions.last_at(room.db, chat.id) or now
    marked = editions.follow_ups_of_day(room.db, chat.id, today)
    again = tuple(
        EditionItem(story, story.lead.section, follow_up=story.id in marked)
        for story in stories.by_ids(room.db, shown).values()
    )
    fresh = pick(Pool(room, now), chat, arrived_since=since)
    order = {section.id: place for place, section in enumerate(room.reading.taxonomy.sections)}
    items = sorted((*again, *fresh.items), key=lambda item: order.get(item.section or "", len(order)))
    choice = Choice(tuple(items), len(again) + fresh.considered)
    return _record(room, chat, today, f"demand:{update_id}", "composed", choice, now)


def compose_more(room: Newsroom, chat: Chat, update_id: int, now: datetime) -> Composed | None:
    """More stories than the reader's edition had room for; None when there are none."""
    choice = pick(Pool(room, now), chat)
    if not choice.items:
        return None
    today = clock.local_date(chat.zone, now)
    return _record(room, chat, today, f"more:{update_id}", "composed", choice, now)


def reschedule(chat: Chat, now: datetime, *, already_today: bool) -> Chat:
    """The chat with its next scheduled edition after a change of time, zone or days.

    Moving the time moves today's unsent edition; if its new time has passed today it comes at once.
    """
    today = clock.local_date(chat.zone, now)
    upcoming = clock.next_due(chat.zone, chat.briefing_time, chat.weekdays, now)
    if already_today and clock.local_date(chat.zone, upcoming) == today:
        upcoming = clock.next_due(chat.zone, chat.briefing_time, chat.weekdays, upcoming)
    return replace(chat, next_due_at=upcoming)


def after_change(room: Newsroom, before: Chat, chat: Chat, now: datetime) -> Chat:
    """Save a changed chat; when its schedule changed, its next edition moves with it."""
    schedule_changed = (before.zone, before.briefing_time, before.weekdays, before.paused) != (
        chat.zone,
        chat.briefing_time,
        chat.weekdays,
        chat.paused,
    )
    if schedule_changed and chat.onboarded:
        chat = _moved(room, before, chat, now)
    chats.save_settings(room.db, chat)
    return chat


def _moved(room: Newsroom, before: Chat, chat: Chat, now: datetime) -> Chat:
    today = clock.local_date(chat.zone, now)
    already = editions.exists(room.db, chat.id, today, MORNING)
    chat = reschedule(chat, now, already_today=already)
    was_to_come_today = (
        before.next_due_at is not None
        and not before.paused
        and clock.local_date(chat.zone, before.next_due_at) == today
    )
    missed_today = chat.next_due_at is not None and clock.local_date(chat.zone, chat.next_due_at) != today
    if not already and was_to_come_today and missed_today and today.isoweekday() in chat.weekdays:
        return replace(chat, next_due_at=now)
    return chat


def start_schedule(room: Newsroom, chat: Chat, now: datetime) -> Chat:
    """A reader who just finished onboarding: editions begin with the next local briefing time."""
    chat = replace(
        chat, onboarded=True, next_due_at=clock.next_due(chat.zone, chat.briefing_time, chat.weekdays, now)
    )
    chats.save_settings(room.db, chat)
    return chat


def earliest_due(room: Newsroom) -> datetime | None:
    """When the next scheduled edition of any chat comes; None while none is scheduled."""
    return chats.earliest_due(room.db)


def edition_of(room: Newsroom, composed: Composed) -> Edition:
    """The edition just composed."""
    edition = editions.by_id(room.db, composed.edition_id)
    assert edition is not None  # noqa: S101 - it was written a moment ago
    return edition
