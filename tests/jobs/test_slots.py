"""Editions beside the morning's: at noon, in the evening, and of the week; each once a date, caught up or recorded."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.jobs.editions import due, reschedule
from bot.jobs.editions.batch import ComposingRound
from bot.jobs.editions.pool import load_pool
from bot.runtime.services import Newsroom
from storage import editions, slots
from storage.models import Chat, Edition
from tests.jobs.conftest import MORNING, Clock, reader, take_in
from tests.jobs.test_alerts import NEWS, report

HOUR = timedelta(hours=1)


def wants(room: Newsroom, number: int = 77, **settings: Any) -> Chat:
    """A reader with these settings."""
    chat = reader(room, number)
    return reschedule.after_change(room, chat, replace(chat, **settings), room.now())


def edition(room: Newsroom, chat: Chat, slot: str) -> Edition | None:
    return editions.of_slot(room.db, chat.id, slot)


def titles(found: Edition | None) -> list[str]:
    assert found is not None
    return [item.story.lead.title for item in found.items]


def slots_of(room: Newsroom, chat: Chat) -> list[tuple[str, str, str]]:
    rows = room.db.execute(
        "SELECT local_date, slot, state FROM editions WHERE chat_id = ? ORDER BY id", (chat.id,)
    )
    return [tuple(row) for row in rows]


def test_noon_and_evening_tell_what_is_new_by_then(room: Newsroom, clock: Clock) -> None:
    chat = wants(room, noon_time="12:30", evening_time="18:30")
    report(room, "甲报")
    clock.at = MORNING
    due.compose_due(room, clock.at)
    assert len(titles(edition(room, chat, "morning"))) == 1
    clock.move(hours=4)
    assert due.compose_due(room, clock.at) == 0
    assert edition(room, chat, "noon") is None
    report(room, "甲报", 1)
    clock.move(minutes=30)
    assert due.compose_due(room, clock.at) == 1
    assert NEWS[1][0] in titles(edition(room, chat, "noon"))[0]
    clock.move(hours=6)
    assert due.compose_due(room, clock.at) == 0  # nothing new: recorded, not sent
    assert slots_of(room, chat) == [
        ("2026-11-24", "morning", "composed"),
        ("2026-11-23", "evening", "skipped"),
        ("2026-11-24", "noon", "composed"),
        ("2026-11-24", "evening", "quiet"),
    ]
    assert due.compose_due(room, clock.at) == 0
    clock.at = MORNING + timedelta(days=1)
    report(room, "甲报", 2)
    due.compose_due(room, clock.at)
    assert NEWS[2][0] in titles(edition(room, chat, "morning"))[0]
    assert len(titles(edition(room, chat, "morning"))) == 1


def test_after_a_stop_one_is_caught_up_and_what_is_too_late_is_recorded(room: Newsroom, clock: Clock) -> None:
    chat = wants(room, noon_time="12:30")
    clock.at = MORNING + timedelta(days=2, hours=6)
    report(room, "甲报")
    due.compose_due(room, clock.at)
    noon = [(date, state) for date, slot, state in slots_of(room, chat) if slot == "noon"]
    assert noon[:2] == [("2026-11-24", "skipped"), ("2026-11-25", "skipped")]
    assert [date for date, _ in noon] == ["2026-11-24", "2026-11-25", "2026-11-26"]
    assert due.earliest_due(room) == datetime(2026, 11, 27, 0, 0, tzinfo=UTC)


def test_one_slot_a_date_whatever_the_reader_sets(room: Newsroom, clock: Clock) -> None:
    chat = wants(room, noon_time="12:30")
    report(room, "甲报")
    clock.at = MORNING + 5 * HOUR
    due.compose_due(room, clock.at)
    chat = reschedule.after_change(room, chat, replace(chat, noon_time="14:00"), clock.at)
    report(room, "甲报", 1)
    clock.move(hours=2)
    due.compose_due(room, clock.at)
    assert [slot for _, slot, _ in slots_of(room, chat)].count("noon") == 1
    chat = reschedule.after_change(room, chat, replace(chat, noon_time=""), clock.at)
    clock.move(days=1)
    due.compose_due(room, clock.at)
    assert [slot for _, slot, _ in slots_of(room, chat)].count("noon") == 1


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Africa/Casablanca", "Asia/Kathmandu"])
def test_the_evening_comes_once_a_date_through_a_year(room: Newsroom, clock: Clock, zone: str) -> None:
    clock.at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    chat = wants(room, zone=zone, evening_time="01:30")
    for _ in range(60):
        clock.move(hours=12)
        due.compose_due(room, clock.at)
    dates = [date for date, slot, _ in slots_of(room, chat) if slot == "evening"]
    assert len(dates) == len(set(dates))
    assert 29 <= len(dates) <= 31


def test_the_week_is_looked_back_on_with_what_was_told(room: Newsroom, clock: Clock) -> None:
    chat = wants(room, weekly_day=7, max_items=5)
    for day in range(6):
        clock.at = MORNING + timedelta(days=day)
        take_in(room, clock.at, clock.at - timedelta(days=1))
        due.compose_due(room, clock.at)
    clock.at = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)  # Sunday 20:00 in Shanghai
    due.compose_due(room, clock.at)
    told = titles(edition(room, chat, "weekly"))
    assert 3 <= len(told) <= 5
    before = {title for date in range(24, 30) for title in _told_on(room, chat, date)}
    assert before.intersection(told)
    clock.move(days=1)
    due.compose_due(room, clock.at)
    assert [slot for _, slot, _ in slots_of(room, chat)].count("weekly") == 1


def _told_on(room: Newsroom, chat: Chat, day: int) -> list[str]:
    found = editions.latest(room.db, chat.id, datetime(2026, 11, day, tzinfo=UTC).date())
    return [item.story.lead.title for item in found.items] if found and found.slot == "morning" else []


def test_a_chat_that_is_paused_or_gone_gets_none(room: Newsroom, clock: Clock) -> None:
    chat = wants(room, noon_time="12:30")
    reschedule.after_change(room, chat, replace(chat, paused=True), clock.at)
    clock.at = MORNING + 5 * HOUR
    due.compose_due(room, clock.at)
    assert slots_of(room, chat) == []
    assert slots.earliest_due(room.db) is None


def test_a_step_of_which_nobody_is_left_composes_nothing(room: Newsroom, clock: Clock) -> None:
    """All of them were paused between two steps."""
    chat = wants(room, noon_time="12:30")
    clock.at = MORNING + timedelta(hours=5)
    found = slots.SCHEDULES[1].due_ids(room.db, clock.at, 9)
    assert found == [chat.id]
    reschedule.after_change(room, chat, replace(chat, noon_time="12:30", paused=True), clock.at)
    round_ = ComposingRound(
        room.db, load_pool(room.db, room.reading.taxonomy, clock.at), clock.at, slots.SCHEDULES[1]
    )
    assert list(round_.steps(found)) == [0]
    assert not round_.given_up
