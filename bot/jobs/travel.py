"""Whoever travels west meets dates again that have had their edition: how long they wait for the next one at most."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot import clock
from bot.services import Newsroom
from storage import editions
from storage.models import Chat

MAX_WAIT = timedelta(hours=48)
"""Nobody with a daily edition waits longer for it, whatever they do to their clock."""


def cap_wait(room: Newsroom, chat: Chat, slot: str, now: datetime, *, since: datetime) -> Chat:
    """The chat with its next edition moved to MAX_WAIT after `since` where it would come later, or to where a date
    begins that has no edition."""

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
