"""Composing editions: which chats are due, what each is told, and when it is due again.

Scheduled editions are unique by chat, local date and slot; the row is the promise, not a timer.
"""

import logging
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot import clock
from bot.briefing.select import Choice
from bot.jobs.pick import Pool, pick
from bot.services import Newsroom
from storage import chats, deliveries, editions, stories
from storage.models import Chat, Edition, EditionItem, EditionState

log = logging.getLogger(__name__)

MORNING = "morning"
CATCH_UP = timedelta(hours=12)
"""A scheduled edition that is later than this is recorded as skipped instead of sent."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A new edition's id and whether it has a message to deliver."""

    edition_id: int
    delivers: bool


def compose_due(room: Newsroom, now: datetime) -> int:
    """Compose every scheduled edition that has come; returns how many will be delivered."""
    pool = Pool(room, now)
    return sum(_compose_scheduled(room, chat, pool) for chat in chats.due(room.db, now))


def _compose_scheduled(room: Newsroom, chat: Chat, pool: Pool) -> bool:
    now = pool.now
    assert chat.next_due_at is not None  # noqa: S101 - `due` asks for it
    just_before = chat.next_due_at - timedelta(seconds=1)
    moments = clock.due_between(chat.zone, chat.briefing_time, chat.weekdays, just_before, now)
    if not moments:  # the time was moved to one that has passed today: this edition comes at once
        moments = [(clock.local_date(chat.zone, chat.next_due_at), chat.next_due_at)]
    with room.db.transaction():
        delivers = False
        for local_date, due_at in moments:
            late = (local_date, due_at) != moments[-1] or now - due_at > CATCH_UP
            if late:
                _record(room, chat, local_date, MORNING, "skipped", Choice((), 0), now)
                log.info("chat %d: the edition of %s came too late and is skipped", chat.id, local_date)
                continue
            composed = compose(room, chat, local_date, MORNING, now, pool)
            delivers = composed is not None and composed.delivers
        chats.schedule(room.db, chat.id, clock.next_due(chat.zone, chat.briefing_time, chat.weekdays, now))
    return delivers


def compose(
    room: Newsroom,
    chat: Chat,
    local_date: date,
    slot: str,
    now: datetime,
    pool: Pool | None = None,
) -> Composed | None:
    """Compose one edition and queue its delivery; None where this date and slot has one already."""
    if editions.exists(room.db, chat.id, local_date, slot):
        return None
    choice = pick(pool or Pool(room, now), chat)
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
