"""Composing once for all that want and know the same gives every chat exactly what composing for it alone would."""

import asyncio
import itertools
import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.clock import local_date
from bot.jobs.editions import batch, due, on_demand
from bot.jobs.editions.on_demand import choice_for
from bot.jobs.editions.pool import load_pool
from bot.runtime.services import Newsroom
from storage import chats, deliveries, editions, subscriptions
from storage.models import Chat, Subscription, Taste, TasteKind
from tests.jobs.conftest import MORNING, Clock, reader, take_in

DAY = timedelta(days=1)
FOLLOWS = (
    ("topic", "ai"), ("topic", "semiconductor"), ("topic", "telecom"), ("keyword", "芯片"), ("keyword", "AI"),
    ("keyword", "模型"), ("keyword", "投资"), ("section", "companies"), ("section", "overseas"), ("source", "1"),
    ("keyword", "无人报道甲"), ("keyword", "无人报道乙"),
)  # fmt: skip
TASTES: tuple[tuple[TasteKind, str, int], ...] = (
    ("keyword", "芯片", 0), ("keyword", "模型", 0), ("topic", "semiconductor", 0), ("source", "1", 0),
    ("topic", "ai", 2), ("keyword", "投资", -1), ("source", "2", 3), ("keyword", "无人报道甲", 0),
)  # fmt: skip
SAME_MOMENT = (
    ("Asia/Shanghai", "08:00"), ("Asia/Shanghai", "08:00"), ("Asia/Tokyo", "09:00"), ("Asia/Kathmandu", "05:45"),
    ("America/Los_Angeles", "16:00"),
)  # fmt: skip
Row = tuple[int, str, int, list[tuple[int, int, str | None, str, bool]]]


def some_tastes(dice: random.Random) -> tuple[Taste, ...]:
    """None for half of the readers."""
    picked = dice.sample(TASTES, dice.choice((0, 0, 1, 2)))
    return tuple(sorted((Taste(*taste) for taste in picked), key=lambda taste: (taste.kind, taste.value)))


def crowd(room: Newsroom, dice: random.Random, number: int) -> list[Chat]:
    """Readers of whom many, but not all, want the same."""
    found = []
    for chat_id in range(1, number + 1):
        zone, time = dice.choice(SAME_MOMENT)
        chat = reader(
            room,
            chat_id,
            zone=zone,
            briefing_time=time,
            language=dice.choice(("zh-Hans", "zh-Hant", "en")),
            kind=dice.choice(("private", "channel")),
            max_items=dice.choice((3, 12)),
            sections=dice.choice(((), (), ("technology", "companies"))),
            silent_when_slow=dice.random() < 0.3,
            tastes=some_tastes(dice),
            mix=dice.choice(("both", "both", "followed", "top")),
        )
        follows = dice.sample(FOLLOWS, dice.choice((0, 1, 1, 2, 4)))
        for kind, value in follows:
            subscriptions.add(room.db, chat.id, Subscription(kind, value), room.now())  # type: ignore[arg-type]
        found.append(chat)
    return found


def trouble(room: Newsroom, dice: random.Random, everybody: list[Chat]) -> None:
    """What was queued arrives, fails or stays uncertain; some ask for more; some follow other things."""
    for part in deliveries.pending(room.db, room.now(), 10_000):
        state = dice.choice(("sent", "sent", "sent", "failed", "uncertain", "pending"))
        if state != "pending":
            deliveries.finish(room.db, part.id, state, room.now())
    for chat in dice.sample(everybody, len(everybody) // 4):
        on_demand.others(
            room.db,
            load_pool(room.db, room.reading.taxonomy, room.now()),
            chat,
            dice.randrange(10**9),
            room.now(),
        )
        kind, value = dice.choice(FOLLOWS)
        subscriptions.add(room.db, chat.id, Subscription(kind, value), room.now())  # type: ignore[arg-type]


def alone(room: Newsroom, everybody: list[Chat]) -> Iterator[Row]:
    """What each chat would get on its own."""
    for chat in everybody:
        choice = choice_for(room.db, load_pool(room.db, room.reading.taxonomy, room.now()), chat)
        items = [(i.story.id, i.story.lead.id, i.section, i.reason, i.follow_up) for i in choice.items]
        yield chat.id, "composed" if items else "quiet", choice.considered, items


def together(room: Newsroom, everybody: list[Chat]) -> Iterator[Row]:
    """What each chat got."""
    for chat in everybody:
        edition_id = room.db.execute(
            "SELECT id FROM editions WHERE chat_id = ? AND local_date = ? AND slot = 'morning'",
            (chat.id, local_date(chat.zone, room.now()).isoformat()),
        ).fetchone()
        found = editions.by_id(room.db, edition_id[0])
        assert found is not None
        items = [(i.story.id, i.story.lead.id, i.section, i.reason, i.follow_up) for i in found.items]
        yield chat.id, found.state, found.considered, items


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(1, 12))])
def test_shared_and_alone_are_the_same(
    room: Newsroom, clock: Clock, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "BATCH", 17)
    dice = random.Random(seed)
    take_in(room, MORNING + DAY * 2)
    # Some stories are developments of others.
    ids = [row[0] for row in room.db.execute("SELECT id FROM stories ORDER BY id")]
    for later, earlier in itertools.pairwise(dice.sample(ids, 12)):
        room.db.execute(
            "UPDATE stories SET follows = ? WHERE id = ?", (min(later, earlier), max(later, earlier))
        )
    everybody = crowd(room, dice, 60)
    for day in range(3):
        clock.at = MORNING + day * DAY
        expected = list(alone(room, everybody))
        due.compose_due(room, clock.at)
        got = list(together(room, everybody))
        assert got == expected
        clock.move(hours=1)
        trouble(room, dice, everybody)
    assert chats.due_ids(room.db, clock.at, 10) == []
    shared = room.db.execute(
        "SELECT count(*), count(DISTINCT composition_id) FROM editions WHERE slot = 'morning' AND state = 'composed'"
    ).fetchone()
    assert shared[0] > shared[1], "nothing was shared"


def test_what_nobody_reports_makes_no_difference(room: Newsroom, clock: Clock) -> None:
    take_in(room, MORNING)
    wishes = [["芯片"], ["芯片", "无人报道甲"], ["无人报道甲"], ["无人报道乙"], []]
    everybody = [reader(room, number) for number in range(1, 6)]
    for chat, words in zip(everybody, wishes, strict=True):
        for word in words:
            subscriptions.add(room.db, chat.id, Subscription("keyword", word), room.now())
    clock.at = MORNING
    expected = list(alone(room, everybody))
    due.compose_due(room, clock.at)
    assert list(together(room, everybody)) == expected
    told = room.db.execute("SELECT composition_id FROM editions WHERE slot = 'morning' ORDER BY chat_id")
    chips, more_than_chips, nothing, nothing_else, anything = [row[0] for row in told]
    assert chips == more_than_chips != anything
    assert nothing is nothing_else is None  # who follows something is told of nothing else


async def test_a_stop_between_steps_loses_nothing(
    room: Newsroom, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "BATCH", 4)
    monkeypatch.setattr(batch, "STEP", 1e9)
    take_in(room, MORNING)
    everybody = crowd(room, random.Random(1), 10)
    clock.at = MORNING
    stopping = asyncio.Event()

    async def stop() -> None:
        while len(chats.due_ids(room.db, clock.at, 100)) == 10:  # noqa: ASYNC110 - it is the store that changes
            await asyncio.sleep(0)
        stopping.set()

    await asyncio.gather(due.compose_in_steps(room, clock.at, stopping), stop())
    assert len(chats.due_ids(room.db, clock.at, 100)) == 6
    stopping.clear()
    await due.compose_in_steps(room, clock.at, stopping)
    assert chats.due_ids(room.db, clock.at, 100) == []
    assert len(list(together(room, everybody))) == 10


def test_what_is_told_goes_with_the_last_who_was_told_it(
    room: Newsroom, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "BATCH", 2)
    monkeypatch.setattr(batch, "STEP", 1e9)
    take_in(room, MORNING)
    first, second, third = (reader(room, number) for number in (1, 2, 3))
    clock.at = MORNING
    steps = due.compose_steps(room, clock.at)
    assert next(made for made in steps if made) == 2

    def left() -> list[int]:
        return [row[0] for row in room.db.execute("SELECT json_array_length(items) FROM compositions")]

    assert len(left()) == 1
    chats.delete(room.db, first.id)
    assert len(left()) == 1
    chats.delete(room.db, second.id)
    assert left() == []
    assert list(steps) == [1]  # and is written down anew for who comes after
    edition = editions.latest(room.db, third.id, MORNING.date())
    assert edition is not None
    assert len(edition.items) == left()[0] > 0
