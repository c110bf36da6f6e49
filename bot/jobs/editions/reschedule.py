"""The longest wait for an edition after a change of time zone: a reader who moves west meets a date a second time."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot import clock
from bot.runtime.services import Newsroom
from storage import editions
from storage.models import Chat

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
