"""What nobody can ask for any more is dropped: never what is still to be sent, or keeps a story from being told twice."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from bot.jobs import tidy
from bot.jobs.collect import ingest
from bot.jobs.editions import due
from bot.runtime.services import Newsroom
from storage import deliveries, editions, stories, subscriptions
from storage.models import Source, Subscription
from tests.jobs.conftest import EVENING, MORNING, Clock, entry, reader, take_in

DAY = timedelta(days=1)


def counted(room: Newsroom) -> dict[str, int]:
    return {table: room.db.utils[table].count for table in ("editions", "deliveries", "compositions")}


def compose_for_all(room: Newsroom, clock: Clock, states: dict[int, str]) -> None:
    """One morning's editions, each delivery brought into its chat's state (default: sent)."""
    due.compose_due(room, clock.at)
    for part in deliveries.pending(room.db, clock.at, 1000):
        state = states.get(part.chat_id, "sent")
        if state == "sending":
            assert deliveries.claim(room.db, part.id, clock.at)
        elif state != "pending":
            deliveries.finish(room.db, part.id, state, clock.at)


@pytest.mark.parametrize(
    ("state", "stays"),
    [("sent", False), ("failed", False), ("pending", True), ("sending", True), ("uncertain", True)],
)
def test_old_editions_go_but_for_what_is_not_settled(
    room: Newsroom, clock: Clock, state: str, stays: bool
) -> None:
    take_in(room, EVENING)
    chat = reader(room)
    clock.at = MORNING
    compose_for_all(room, clock, {chat.id: state})
    assert list(tidy.forget_editions(room, clock.at + tidy.EDITIONS_KEPT)) == []  # not a moment too early
    later = clock.at + tidy.EDITIONS_KEPT + timedelta(seconds=1)
    assert sum(tidy.forget_editions(room, later)) == (not stays)
    assert set(counted(room).values()) == {int(stays)}


def test_who_was_told_that_an_edition_may_be_missing_could_have_asked_for_it(
    room: Newsroom, clock: Clock
) -> None:
    take_in(room, EVENING)
    chat = reader(room)
    clock.at = MORNING
    compose_for_all(room, clock, {chat.id: "uncertain"})
    deliveries.offered(room.db, chat.id, clock.at)
    assert sum(tidy.forget_editions(room, clock.at + tidy.EDITIONS_KEPT + DAY)) == 1


def test_a_composition_goes_with_its_last_edition(room: Newsroom, clock: Clock) -> None:
    take_in(room, EVENING)
    early, late = reader(room, 1), reader(room, 2, briefing_time="09:00")
    clock.at = MORNING
    compose_for_all(room, clock, {})
    clock.move(hours=1)
    compose_for_all(room, clock, {})
    assert [counted(room)[table] for table in ("editions", "compositions")] == [2, 2]
    room.db.execute("UPDATE editions SET composition_id = 1")  # both were told the same
    room.db.execute("DELETE FROM compositions WHERE id <> 1")
    assert sum(tidy.forget_editions(room, MORNING + tidy.EDITIONS_KEPT + timedelta(minutes=1))) == 1
    assert not editions.exists(room.db, early.id, MORNING.date(), "morning")
    assert editions.exists(room.db, late.id, MORNING.date(), "morning")
    assert counted(room)["compositions"] == 1
    assert sum(tidy.forget_editions(room, MORNING + tidy.EDITIONS_KEPT + DAY)) == 1
    assert set(counted(room).values()) == {0}


def test_a_story_that_goes_on_stays_known(room: Newsroom, clock: Clock, source: Source) -> None:
    """It is reported again and again for longer than editions are kept; so is what it follows."""
    first = entry("华为发布新一代芯片", url="https://n.example.com/1", published=EVENING)
    earlier = entry("长江存储宣布扩建工厂", url="https://n.example.com/2", published=EVENING)
    ingest.ingest(room.db, room.reading, source, [first, earlier], EVENING)
    chat = reader(room)
    subscriptions.add(room.db, chat.id, Subscription("topic", "semiconductor"), clock.at)
    clock.at = MORNING
    compose_for_all(room, clock, {})
    told = deliveries.known_stories(room.db, chat.id)
    assert len(told) == 2
    now = MORNING + tidy.EDITIONS_KEPT + DAY
    again = entry("后续：扩建工厂今天开工", url="https://n.example.com/3", published=now - DAY)
    (item,) = ingest.ingest(room.db, room.reading, source, [again], now)
    newest = room.db.execute("SELECT story_id FROM articles WHERE id = ?", (item.article_id,)).fetchone()[0]
    assert newest not in told
    room.db.execute("UPDATE stories SET follows = ? WHERE id = ?", (max(told), newest))
    assert stories.old_and_living(room.db, now - tidy.EDITIONS_KEPT, now - tidy.GROWING) == [max(told)]
    assert sum(tidy.forget_editions(room, now)) == 0
    assert deliveries.known_stories(room.db, chat.id) == told
    assert sum(tidy.forget_editions(room, now + tidy.GROWING)) == 1  # it has ended


def test_nobody_is_told_a_story_twice_for_its_editions_being_forgotten(
    room: Newsroom, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Editions are forgotten before the next ones are composed, which look back a day and a half."""
    monkeypatch.setattr(tidy, "EDITIONS_KEPT", timedelta(minutes=30))
    monkeypatch.setattr(tidy, "EDITIONS_AT_ONCE", 3)
    dice = random.Random(5)
    clock.at = MORNING - 4 * DAY - timedelta(hours=1)
    everybody = [reader(room, number, max_items=dice.choice((3, 12))) for number in range(1, 9)]
    told: Counter[tuple[int, int]] = Counter()
    gone = 0
    for day in range(-4, 6):
        take_in(room, MORNING + day * DAY, MORNING + (day - 1) * DAY)
        clock.at = MORNING + day * DAY
        states = {chat.id: dice.choice(("sent", "sent", "failed")) for chat in everybody}
        before = {chat.id: deliveries.known_stories(room.db, chat.id) for chat in everybody}
        compose_for_all(room, clock, states)
        for chat in everybody:
            told.update(
                (chat.id, story_id)
                for story_id in deliveries.known_stories(room.db, chat.id) - before[chat.id]
            )
        gone += sum(tidy.forget_editions(room, clock.at + timedelta(hours=1)))
    assert gone
    assert len(told) > 100
    assert set(told.values()) == {1}


def test_a_stop_between_two_steps_loses_nothing(
    room: Newsroom, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidy, "EDITIONS_AT_ONCE", 2)
    take_in(room, EVENING)
    for number in range(1, 6):
        reader(room, number)
    clock.at = MORNING
    compose_for_all(room, clock, {})
    later = clock.at + tidy.EDITIONS_KEPT + DAY
    assert next(tidy.forget_editions(room, later)) == 2
    assert counted(room)["editions"] == counted(room)["deliveries"] == 3
    assert list(tidy.forget_editions(room, later)) == [2, 1]
    assert not room.db.execute("PRAGMA foreign_key_check").fetchall()


async def test_the_daily_round_forgets_them(
    room: Newsroom, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidy, "PAUSE", 0)
    take_in(room, EVENING)
    reader(room)
    clock.at = MORNING
    compose_for_all(room, clock, {})
    await tidy.tidy_all(room, clock.at + tidy.EDITIONS_KEPT + DAY)
    assert set(counted(room).values()) == {0}
