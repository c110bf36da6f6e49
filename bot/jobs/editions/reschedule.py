"""When a chat's next scheduled edition comes after its reader set something: time, zone, days, a pause, the first start.

No reader waits too long for it: who moves west meets a date a second time.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot import clock
from bot.messages.chat_settings import WEEKLY_TIME
from bot.runtime.services import Newsroom
from storage import chats, editions, slots
from storage.models import Chat
from storage.slots import EVENING, MORNING, NOON, PRINTED, WEEKLY

PRINTED_TIME = "09:00"
"""Local time of the printed periodical, on the Monday behind its week or the first behind its month."""
_PRINTED_DAYS = {"weekly": (1,), "monthly": (clock.FIRST_OF_MONTH,)}
WHEN = frozenset(
    {"zone", "briefing_time", "weekdays", "paused", "noon_time", "evening_time", "weekly_day", "printed"}
)
"""Fields of a chat that say when its editions come."""
MAX_WAIT = timedelta(hours=48)
"""The longest wait between two daily editions, whatever zone or time a reader sets."""


def cap_wait(room: Newsroom, chat: Chat, slot: str, now: datetime, *, since: datetime) -> Chat:
    """The chat with its next edition at most MAX_WAIT after `since`, or at the start of the first date without an edition.

    `since` and `now` are aware UTC; `slot` names the edition of the day."""

    def taken(at: datetime) -> bool:
        return editions.exists(room.db, chat.id, clock.local_date(chat.zone, at), slot)

    def next_free(time: str, at: datetime) -> datetime:
        while taken(at):
            at = clock.next_due(chat.zone, time, chat.weekdays, at)
        return at

    if chat.next_due_at is None:
        return chat
    regular = next_free(chat.briefing_time, chat.next_due_at)
    latest = next_free("00:00", max(now, since + MAX_WAIT))
    return replace(chat, next_due_at=min(regular, latest))


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
    if schedule_changed or _wanted_slots(before) != _wanted_slots(chat):
        _schedule_slots(room, chat, now)
    return chat


def _wanted_slots(chat: Chat) -> dict[str, tuple[str, tuple[int, ...]] | None]:
    """By slot beside the morning's: its local time and weekdays, None where the chat does not want it."""
    return {
        NOON: (chat.noon_time, chat.weekdays) if chat.noon_time else None,
        EVENING: (chat.evening_time, chat.weekdays) if chat.evening_time else None,
        WEEKLY: (WEEKLY_TIME, (chat.weekly_day,)) if chat.weekly_day else None,
        PRINTED: (PRINTED_TIME, _PRINTED_DAYS[chat.printed]) if chat.printed != "off" else None,
    }


def _schedule_slots(room: Newsroom, chat: Chat, now: datetime) -> None:
    """The chat's other slots come next when their time next comes round."""
    for slot, wanted in _wanted_slots(chat).items():
        if wanted is None:
            slots.drop(room.db, chat.id, slot)
        else:
            slots.put(room.db, chat.id, slot, *wanted, clock.next_due(chat.zone, *wanted, now))


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
    if len(chat.weekdays) < len(clock.ALL_WEEKDAYS):
        return chat
    if before.paused or len(before.weekdays) < len(clock.ALL_WEEKDAYS):
        return cap_wait(room, chat, MORNING, now, since=now)
    last = editions.last_at(room.db, chat.id, MORNING) or chat.created_at
    return cap_wait(room, chat, MORNING, now, since=min(last, now))  # the clock may have been set back since


def start_schedule(room: Newsroom, chat: Chat, now: datetime) -> Chat:
    """A reader who just finished onboarding: editions begin with the next local briefing time."""
    chat = replace(
        chat, onboarded=True, next_due_at=clock.next_due(chat.zone, chat.briefing_time, chat.weekdays, now)
    )
    chats.save_settings(room.db, chat)
    return chat
