"""Readers who ask at the same moment: the stories are read once, others have their turn meanwhile, each gets their own."""

import asyncio
from collections.abc import Generator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.briefing.edition import StoryPool
from bot.jobs import views
from bot.jobs.editions import due, on_demand
from bot.jobs.editions.pool import load_in_steps, load_pool
from bot.messages.headings import covered_names
from bot.runtime.services import Services
from bot.runtime.together import Together
from bot.text.taxonomy import Taxonomy
from storage import editions, subscriptions
from storage.database import Database
from storage.models import Chat, Subscription
from tests.jobs.conftest import EVENING, MORNING, Clock, reader, take_in

READERS = 20


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moments as of which the reading of stories has begun."""
    begun: list[datetime] = []

    def steps(db: Database, taxonomy: Taxonomy, now: datetime) -> Generator[None, None, StoryPool]:
        begun.append(now)
        return load_in_steps(db, taxonomy, now)

    monkeypatch.setattr(on_demand, "load_in_steps", steps)
    return begun


def followers(services: Services, number: int) -> list[Chat]:
    found = [reader(services, 1000 + each) for each in range(number)]
    for chat in found:
        topic = ("ai", "semiconductor", "telecom")[chat.id % 3]
        subscriptions.add(services.db, chat.id, Subscription("topic", topic), EVENING)
    return found


async def test_twenty_at_once_read_the_stories_once_and_get_what_each_would_alone(
    services: Services, read: list[datetime]
) -> None:
    take_in(services, EVENING)
    chats = followers(services, READERS)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    meanwhile = asyncio.create_task(others())
    order: list[int] = []

    async def ask(chat: Chat) -> None:
        composed = await on_demand.compose_on_demand(services, chat, chat.id, EVENING)
        assert composed is not None
        order.append(chat.id)

    await asyncio.gather(*map(ask, chats))
    meanwhile.cancel()
    assert len(read) == 1
    assert order == [chat.id for chat in chats], "first come, first served"
    assert turns > READERS * 3, "whoever waits has a turn between two of them"
    for chat in chats:
        told = editions.of_slot(services.db, chat.id, f"demand:{chat.id}")
        assert told is not None
        alone = on_demand.compose(
            services.db,
            load_pool(services.db, services.reading.taxonomy, EVENING),
            reader_like(services, chat),
            EVENING.date(),
            "x",
        )
        assert alone is not None
        expected = on_demand.edition_of(services, alone)
        assert [(i.story.id, i.reason) for i in told.items] == [
            (i.story.id, i.reason) for i in expected.items
        ]
    await on_demand.compose_more(services, chats[0], 999, EVENING)
    assert len(read) == 2, "who comes later gets what is there then"


def reader_like(services: Services, chat: Chat) -> Chat:
    """Another reader with the same wishes."""
    other = reader(services, 5000 + chat.id)
    for each in subscriptions.of(services.db, chat.id):
        subscriptions.add(services.db, other.id, each, EVENING)
    return other


async def test_today_again_names_what_its_items_are_about(services: Services, clock: Clock) -> None:
    take_in(services, EVENING)
    (chat,) = followers(services, 1)
    clock.at = MORNING
    due.compose_due(services, MORNING)
    clock.move(hours=1)
    take_in(services, clock.at, since=EVENING)
    (morning,) = [editions.of_slot(services.db, chat.id, "morning")]
    await on_demand.compose_on_demand(services, chat, 7, clock.at)
    again = editions.of_slot(services.db, chat.id, "demand:7")
    assert morning is not None
    assert again is not None
    assert morning.items
    assert len(again.items) > len(morning.items)
    reasons = {item.story.id: item.reason for item in again.items}
    assert all(reasons[item.story.id] == item.reason for item in morning.items)
    assert all(reasons.values())
    view = views.view(services, chat, clock.at)
    assert view.zone == ZoneInfo("Asia/Shanghai")
    assert covered_names(again.items, view) == covered_names(morning.items, view)
    sections = {item.story.id: item.section for item in again.items}
    assert all(sections[item.story.id] == item.section for item in morning.items)


async def test_an_edition_is_of_the_moment_at_which_its_stories_were_read(
    services: Services, clock: Clock, read: list[datetime]
) -> None:
    """What comes in between must count as newer, or /today would never show it that day."""
    take_in(services, EVENING)
    (chat,) = followers(services, 1)
    asking = asyncio.create_task(on_demand.compose_on_demand(services, chat, 1, EVENING))
    while not read:  # noqa: ASYNC110 - it is a matter of turns
        await asyncio.sleep(0)
    clock.move(seconds=5)
    composed = await asking
    assert composed is not None
    assert on_demand.edition_of(services, composed).created_at < EVENING + timedelta(seconds=5)


async def test_what_cannot_be_made_is_everybodys_trouble_and_made_anew_for_the_next() -> None:
    together: Together[int] = Together()
    made = []

    async def fail() -> int:
        made.append(0)
        await asyncio.sleep(0)
        raise OSError("gone")

    async def succeed() -> int:
        return 7

    results = await asyncio.gather(*(together.shared(fail) for _ in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [OSError] * 3
    assert made == [0]
    assert await together.shared(succeed) == 7


async def test_what_nobody_waits_for_any_more_is_not_made() -> None:
    together: Together[None] = Together()
    ended = []

    async def long() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.append(1)
            raise

    waiting = [asyncio.create_task(together.shared(long)) for _ in range(2)]
    await asyncio.sleep(0.01)
    waiting[0].cancel()
    await asyncio.sleep(0.01)
    assert not ended
    waiting[1].cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await asyncio.sleep(0.01)
    assert ended
