"""Which dates of a chat's schedule have come: what is composed now, what came too late, and when it is due again. Pure."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import clock
from storage.chats import Due
from storage.database import from_text

CATCH_UP = timedelta(hours=12)
"""A scheduled edition that is later than this is recorded as skipped instead of sent."""
CATCH_UP_PRINTED = timedelta(days=3)
"""The periodical of a week or month is worth printing some days later, too."""


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """What chats with one schedule get now: dates that are too late, the date to compose, and when they are due again.

    Local dates are as the store writes them.
    """

    skipped: tuple[str, ...]
    composed: str | None
    next_due_at: datetime


def plan_of(chat: Due, now: datetime, catch_up: timedelta = CATCH_UP) -> SlotPlan:
    """What a chat of this schedule gets at `now` (aware UTC); `catch_up` is how late that may be."""
    due_at, weekdays = from_text(chat.next_due_at), tuple(json.loads(chat.weekdays))
    just_before = due_at - timedelta(seconds=1)
    moments = clock.due_between(chat.zone, chat.briefing_time, weekdays, just_before, now)
    if not moments:  # the time was moved to one that has passed today: this edition comes at once
        moments = [(clock.local_date(chat.zone, due_at), due_at)]
    last_date, last_at = moments[-1]
    composed = None if now - last_at > catch_up else last_date
    skipped = tuple(local_date.isoformat() for local_date, _ in moments if local_date != composed)
    today = composed.isoformat() if composed else None
    return SlotPlan(skipped, today, clock.next_due(chat.zone, chat.briefing_time, weekdays, now))
