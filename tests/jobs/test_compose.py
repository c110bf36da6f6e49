"""Composing: one edition a local date, catch-up or a recorded skip, changes of schedule, on demand."""

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.jobs.editions import due, on_demand, reschedule
from bot.jobs.editions.pool import load_pool
from bot.runtime.services import Newsroom
from storage import chats, deliveries, editions, subscriptions
from storage.models import Chat, Subscription
from tests.jobs.conftest import EVENING, MORNING, Clock, reader, take_in

DAY = timedelta(days=1)
TODAY = MORNING.date()


@pytest.fixture
def archive(room: Newsroom) -> None:
    take_in(room, MORNING + 2 * DAY)


def compose_at(room: Newsroom, clock: Clock, moment: Any) -> int:
    clock.at = moment
    return due.compose_due(room, moment)


def states(room: Newsroom, chat: Chat) -> list[tuple[str, str]]:
    rows = room.db.execute("SELECT local_date, state FROM editions WHERE chat_id = ? ORDER BY id", (chat.id,))
    return [(row["local_date"][5:], row["state"]) for row in rows]


def again(room: Newsroom, chat: Chat) -> Chat:
    found = chats.by_id(room.db, chat.id)
    assert found is not None
    return found


@pytest.mark.usefixtures("archive")
def test_an_edition_comes_at_the_local_time_and_once(room: Newsroom, clock: Clock) -> None:
    chat = reader(room)
    assert chat.next_due_at == MORNING
    assert compose_at(room, clock, MORNING - timedelta(minutes=1)) == 0
    assert compose_at(room, clock, MORNING) == 1
    assert compose_at(room, clock, MORNING + timedelta(minutes=1)) == 0
    edition = editions.latest(room.db, chat.id, TODAY)
    assert edition is not None
    assert 0 < len(edition.items) <= chat.max_items
    assert edition.considered >= len(edition.items)
    assert again(room, chat).next_due_at == MORNING + DAY


@pytest.mark.usefixtures("archive")
def test_no_story_comes_twice(room: Newsroom, clock: Clock) -> None:
    chat = reader(room, max_items=5)
    shown: list[int] = []
    for day in range(3):
        compose_at(room, clock, MORNING + day * DAY)
        edition = editions.latest(room.db, chat.id, TODAY + day * DAY)
        shown += [item.story.id for item in edition.items] if edition else []
    assert len(shown) > 5
    assert len(shown) == len(set(shown))


@pytest.mark.usefixtures("archive")
def test_after_downtime_there_is_one_catch_up(room: Newsroom, clock: Clock) -> None:
    chat = reader(room)
    assert compose_at(room, clock, MORNING + 2 * DAY + timedelta(hours=3)) == 1
    assert states(room, chat) == [("11-24", "skipped"), ("11-25", "skipped"), ("11-26", "composed")]
    assert again(room, chat).next_due_at == MORNING + 3 * DAY


@pytest.mark.usefixtures("archive")
def test_far_too_late_is_a_recorded_skip(room: Newsroom, clock: Clock) -> None:
    chat = reader(room)
    assert compose_at(room, clock, MORNING + timedelta(hours=13)) == 0
    assert states(room, chat) == [("11-24", "skipped")]
    assert deliveries.pending(room.db, clock.at, 10) == []


def test_a_day_without_news_says_so_or_stays_silent(room: Newsroom, clock: Clock) -> None:
    talking, silent = reader(room), reader(room, 78, silent_when_slow=True)
    assert compose_at(room, clock, MORNING) == 1
    assert states(room, talking) == states(room, silent) == [("11-24", "quiet")]
    assert [part.chat_id for part in deliveries.pending(room.db, MORNING, 10)] == [talking.id]


@pytest.mark.usefixtures("archive")
def test_only_the_chosen_weekdays(room: Newsroom, clock: Clock) -> None:
    chat = reader(room, weekdays=(4,))
    assert chat.next_due_at == MORNING + 2 * DAY
    assert compose_at(room, clock, MORNING) == 0


@pytest.mark.usefixtures("archive")
def test_what_is_followed_is_what_comes(room: Newsroom, clock: Clock) -> None:
    chat = reader(room)
    subscriptions.add(room.db, chat.id, Subscription("topic", "semiconductor"), clock.at)
    compose_at(room, clock, MORNING)
    edition = editions.latest(room.db, chat.id, TODAY)
    assert edition is not None
    assert edition.items
    for item in edition.items:
        assert any("semiconductor" in article.topics for article in item.story.articles)
        assert item.reason == "semiconductor"


@pytest.mark.usefixtures("archive")
def test_moving_the_time_moves_todays_unsent_edition(room: Newsroom, clock: Clock) -> None:
    chat = reader(room)
    clock.at = MORNING - timedelta(minutes=30)
    chat = reschedule.after_change(room, chat, replace(chat, briefing_time="09:00"), clock.at)
    assert chat.next_due_at == MORNING + timedelta(hours=1)
    assert compose_at(room, clock, MORNING) == 0
    assert compose_at(room, clock, MORNING + timedelta(hours=1)) == 1


@pytest.mark.usefixtures("archive")
def test_moving_the_time_to_one_that_has_passed_brings_it_at_once(room: Newsroom, clock: Clock) -> None:
    chat = reader(room)
    clock.at = MORNING - timedelta(minutes=30)
    chat = reschedule.after_change(room, chat, replace(chat, briefing_time="06:00"), clock.at)
    assert chat.next_due_at == clock.at
    assert compose_at(room, clock, clock.at) == 1
    assert states(room, chat) == [("11-24", "composed")]
    assert again(room, chat).next_due_at == MORNING + DAY - timedelta(hours=2)


@pytest.mark.usefixtures("archive")
def test_moving_the_time_after_todays_edition_changes_tomorrow_only(room: Newsroom, clock: Clock) -> None:
    chat = reader(room)
    compose_at(room, clock, MORNING)
    chat = again(room, chat)
    clock.move(minutes=5)
    for time, hours in (("09:00", 1), ("07:00", -1)):
        chat = reschedule.after_change(room, chat, replace(chat, briefing_time=time), clock.at)
        assert chat.next_due_at == MORNING + DAY + timedelta(hours=hours)


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    "zone", ["America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/London"]
)
def test_whoever_travels_waits_at_most_two_days_and_gets_no_date_twice(
    room: Newsroom, clock: Clock, zone: str
) -> None:
    chat = reader(room)
    compose_at(room, clock, MORNING)
    chat = again(room, chat)
    clock.move(hours=1)
    chat = reschedule.after_change(room, chat, replace(chat, zone=zone), clock.at)
    times = [MORNING]
    for _ in range(3 * 24 * 4):
        clock.move(minutes=15)
        before = len(states(room, chat))
        due.compose_due(room, clock.at)
        if len(states(room, chat)) > before:
            times.append(clock.at)
    dates = [date for date, _ in states(room, chat)]
    assert len(dates) == len(set(dates))
    assert all(later - earlier <= timedelta(hours=48) for earlier, later in itertools.pairwise(times))


@pytest.mark.usefixtures("archive")
def test_a_pause_sends_nothing_and_resuming_starts_with_the_next_time(room: Newsroom, clock: Clock) -> None:
    chat = reader(room)
    chat = reschedule.after_change(room, chat, replace(chat, paused=True), clock.at)
    assert compose_at(room, clock, MORNING) == 0
    clock.move(hours=1)
    chat = reschedule.after_change(room, chat, replace(chat, paused=False), clock.at)
    assert chat.next_due_at == MORNING + DAY
    assert states(room, chat) == []


def test_on_demand_shows_the_day_again_and_what_is_newer(room: Newsroom, clock: Clock) -> None:
    take_in(room, EVENING)
    chat = reader(room, max_items=30)
    first = on_demand.again_and_newer(
        room.db, load_pool(room.db, room.reading.taxonomy, clock.at), chat, 1, clock.at
    )
    assert first is not None
    shown = [item.story.id for item in on_demand.edition_of(room, first).items]
    assert shown
    clock.move(hours=1)
    take_in(room, clock.at, since=EVENING)
    second = on_demand.again_and_newer(
        room.db, load_pool(room.db, room.reading.taxonomy, clock.at), chat, 2, clock.at
    )
    assert second is not None
    now_shown = [item.story.id for item in on_demand.edition_of(room, second).items]
    assert set(shown) < set(now_shown)
    assert len(now_shown) == len(set(now_shown))
    assert (
        on_demand.again_and_newer(
            room.db, load_pool(room.db, room.reading.taxonomy, clock.at), chat, 2, clock.at
        )
        is None
    )


@pytest.mark.usefixtures("archive")
def test_more_brings_other_stories_until_there_are_none(room: Newsroom, clock: Clock) -> None:
    clock.at = MORNING
    chat = reader(room, max_items=8)
    on_demand.compose(room.db, load_pool(room.db, room.reading.taxonomy, clock.at), chat, TODAY, "morning")
    seen = set(deliveries.known_stories(room.db, chat.id))
    for update in range(20):
        composed = on_demand.others(
            room.db, load_pool(room.db, room.reading.taxonomy, clock.at), chat, update, clock.at
        )
        if composed is None:
            break
        fresh = {item.story.id for item in on_demand.edition_of(room, composed).items}
        assert fresh
        assert not fresh & seen
        seen |= fresh
    else:
        raise AssertionError("there is always more")
