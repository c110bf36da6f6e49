"""Many chats are sent to at once, each in order; what goes wrong with one is nobody else's trouble."""

import asyncio
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast

import pytest

from bot.delivery import claim_group
from bot.delivery.outcomes import CONSEQUENCES, Outcome
from bot.delivery.send_claim import SendClaim
from bot.delivery.sender import Sender
from bot.jobs import deliver
from bot.messages.model import Message
from bot.runtime.health import Ticks, health_of
from bot.runtime.scheduler import Scheduler
from bot.runtime.services import Services
from bot.runtime.store_watch import StoreWatch
from bot.ticks import put_on
from storage import deliveries, editions
from storage.models import Chat
from tests.jobs.conftest import MORNING, Clock, reader, take_claim
from tests.ticking import at_intervals

CHATS = 40


async def until(happens: Callable[[], bool]) -> None:
    """Wait for it."""
    while not happens():  # noqa: ASYNC110 - it is the store that changes
        await asyncio.sleep(0.005)


async def at_length() -> None:
    """So many turns of the loop that whatever could begin has begun."""
    for _ in range(20):
        await asyncio.sleep(0)


@dataclass
class Slow:
    """A Telegram that answers when `answer` returns; notes who was under way with whom."""

    answer: Callable[[int], Awaitable[Outcome | None]]
    began: list[int] = field(default_factory=list)
    under_way: Counter[int] = field(default_factory=Counter)
    most: int = 0
    most_of_a_chat: int = 0

    rests = False

    async def send(
        self,
        chat_id: int,
        thread_id: int | None,
        message: Message,
        *,
        background: bool,
        silent: bool = False,
        claim: SendClaim | None = None,
    ) -> Outcome:
        if claim is not None and not take_claim(claim):
            return Outcome("withheld")
        self.began.append(chat_id)
        self.under_way[chat_id] += 1
        self.most = max(self.most, self.under_way.total())
        self.most_of_a_chat = max(self.most_of_a_chat, self.under_way[chat_id])
        try:
            return await self.answer(chat_id) or Outcome("sent", message_id=len(self.began))
        finally:
            self.under_way[chat_id] -= 1


def queue(services: Services, chat: Chat, *parts: int, days: int = 0) -> list[int]:
    """An edition without stories, in these parts (1 is the look back, which has nothing to tell); their ids."""
    edition_id = editions.create(
        services.db,
        chat_id=chat.id,
        local_date=date(2026, 11, 24) + timedelta(days=days),
        slot="morning",
        state="quiet",
        items=(),
        considered=0,
        now=MORNING,
    )
    assert edition_id is not None
    return [deliveries.add(services.db, edition_id, part, MORNING) for part in parts]


@pytest.fixture
def chats(services: Services, clock: Clock) -> list[Chat]:
    clock.at = MORNING
    return [reader(services, 1000 + number) for number in range(CHATS)]


@pytest.fixture
def slowly(services: Services) -> Iterator[Callable[[Callable[[int], Awaitable[Outcome | None]]], Slow]]:
    """The services' Telegram becomes one that answers so."""
    real = services.sender

    def become(answer: Callable[[int], Awaitable[Outcome | None]]) -> Slow:
        slow = Slow(answer)
        object.__setattr__(services, "sender", cast("Sender", cast("Any", slow)))
        return slow

    yield become
    object.__setattr__(services, "sender", real)


Slowly = Callable[[Callable[[int], Awaitable[Outcome | None]]], Slow]


def states(services: Services) -> Counter[str]:
    return Counter(row["state"] for row in services.db.execute("SELECT state FROM deliveries"))


async def test_many_chats_are_under_way_at_once_and_no_more_than_are_allowed(
    services: Services, chats: list[Chat], slowly: Slowly
) -> None:
    async def answer(_: int) -> None:
        await at_length()

    telegram = slowly(answer)
    for chat in chats:
        queue(services, chat, 0)
    assert await deliver.deliver_pending(services, MORNING) == CHATS
    assert telegram.most == deliver.IN_FLIGHT
    assert len(set(telegram.began)) == CHATS


async def test_a_chat_gets_its_parts_one_after_the_other(
    services: Services, chats: list[Chat], slowly: Slowly
) -> None:
    async def answer(_: int) -> None:
        await at_length()

    telegram = slowly(answer)
    order: dict[int, list[int]] = defaultdict(list)
    for chat in chats[:5]:
        order[chat.id] += queue(services, chat, 0, 2, 3)
        order[chat.id] += queue(services, chat, 0, days=1)
    assert await deliver.deliver_pending(services, MORNING) == 20
    assert telegram.most_of_a_chat == 1
    assert telegram.most == 5
    for ids in order.values():
        numbers = [part.telegram_message_id for i in ids if (part := deliveries.by_id(services.db, i))]
        assert numbers == sorted(numbers, key=lambda number: number or 0)


async def test_what_follows_a_part_that_is_pending_again_waits_with_it(
    services: Services, chats: list[Chat], slowly: Slowly, clock: Clock
) -> None:
    answers = [Outcome("retry"), None, None, None]

    async def answer(_: int) -> Outcome | None:
        return answers.pop(0)

    telegram = slowly(answer)
    _, second = queue(services, chats[0], 0, 2)
    queue(services, chats[0], 0, days=1)
    assert await deliver.deliver_pending(services, clock.at) == 0
    assert states(services) == {"pending": 3}
    assert [part.part for part in deliveries.pending(services.db, clock.at, 10)] == [
        0
    ]  # the second edition's
    # The edition's second part is nobody's to take, not even a reader's who waits.
    assert not deliveries.claim(services.db, second, clock.at)
    clock.move(hours=1)
    assert await deliver.deliver_pending(services, clock.at) == 3
    assert len(telegram.began) == 4


async def test_a_chat_that_hangs_holds_nobody_up_not_even_who_comes_later(
    services: Services, chats: list[Chat], slowly: Slowly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "LOOK_AGAIN", 0.01)
    let_go = asyncio.Event()

    async def answer(chat_id: int) -> None:
        if chat_id == chats[0].telegram_chat_id:
            await let_go.wait()

    slowly(answer)
    for chat in chats[:-1]:
        queue(services, chat, 0)
    round_ = asyncio.create_task(deliver.deliver_pending(services, MORNING))
    await until(lambda: states(services)["sent"] == CHATS - 2)
    queue(services, chats[-1], 0)
    await until(lambda: states(services)["sent"] == CHATS - 1)
    assert states(services)["sending"] == 1
    let_go.set()
    assert await round_ == CHATS


async def test_a_stop_in_the_middle_begins_nothing_more_and_records_what_is_under_way(
    services: Services, chats: list[Chat], slowly: Slowly
) -> None:
    stopping = asyncio.Event()

    async def answer(_: int) -> None:
        await at_length()
        stopping.set()

    telegram = slowly(answer)
    for chat in chats:
        queue(services, chat, 0)
    arrived = await deliver.deliver_pending(services, MORNING, stopping=stopping)
    assert arrived == len(telegram.began) == deliver.IN_FLIGHT
    assert states(services) == {"sent": arrived, "pending": CHATS - arrived}


@pytest.mark.parametrize("kind", sorted(kind for kind, follows in CONSEQUENCES.items() if follows.halts))
async def test_a_flood_in_the_middle_puts_the_rest_back(
    services: Services, chats: list[Chat], slowly: Slowly, clock: Clock, kind: Any
) -> None:
    refused = {chat.telegram_chat_id for chat in chats[5 : deliver.IN_FLIGHT]}

    async def answer(chat_id: int) -> Outcome | None:
        await at_length()
        return Outcome(kind, retry_after=60) if chat_id in refused else None

    telegram = slowly(answer)
    for chat in chats:
        queue(services, chat, 0)
    arrived = await deliver.deliver_pending(services, clock.at)
    assert arrived + len(refused) == len(telegram.began) < CHATS
    assert states(services) == {"sent": arrived, "pending": CHATS - arrived}
    refused.clear()
    clock.move(hours=1)
    assert await deliver.deliver_pending(services, clock.at) == CHATS - arrived
    assert states(services) == {"sent": CHATS}


async def test_what_breaks_for_one_chat_is_logged_and_loses_no_other(
    services: Services, chats: list[Chat], slowly: Slowly, caplog: pytest.LogCaptureFixture
) -> None:
    async def answer(chat_id: int) -> None:
        if chat_id == chats[3].telegram_chat_id:
            raise RuntimeError("ours")

    slowly(answer)
    for chat in chats:
        queue(services, chat, 0)
    assert await deliver.deliver_pending(services, MORNING) == CHATS - 1
    assert states(services) == {"sent": CHATS - 1, "sending": 1}
    assert "went wrong" in caplog.text


async def test_a_store_that_fails_meanwhile_does_not_cut_off_what_is_under_way(
    services: Services, chats: list[Chat], slowly: Slowly, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bool:
        raise sqlite3.OperationalError("the disk is gone")

    async def answer(_: int) -> None:
        monkeypatch.setattr(deliveries, "claim", broken)
        await at_length()

    slowly(answer)
    for chat in chats:
        queue(services, chat, 0)
    with pytest.raises(sqlite3.OperationalError, match="the disk is gone"):
        await deliver.deliver_pending(services, MORNING)
    assert states(services) == {"sent": 1, "pending": CHATS - 1}


async def test_who_is_told_to_end_at_once_leaves_nothing_running(
    services: Services, chats: list[Chat], slowly: Slowly
) -> None:
    async def answer(_: int) -> None:
        await asyncio.Event().wait()

    telegram = slowly(answer)
    for chat in chats:
        queue(services, chat, 0)
    round_ = asyncio.create_task(deliver.deliver_pending(services, MORNING))
    await until(lambda: telegram.most == deliver.IN_FLIGHT)
    round_.cancel()
    with pytest.raises(asyncio.CancelledError):
        await round_
    assert telegram.under_way.total() == 0
    assert states(services) == {"sending": deliver.IN_FLIGHT, "pending": CHATS - deliver.IN_FLIGHT}


async def test_what_was_answered_is_recorded_although_the_round_is_told_to_end_at_once(
    services: Services, chats: list[Chat], slowly: Slowly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim_group, "QUIET", 20)  # longer than a round takes to end
    let_go = asyncio.Event()

    async def answer(_: int) -> None:
        await let_go.wait()

    telegram = slowly(answer)
    for chat in chats:
        queue(services, chat, 0)
    round_ = asyncio.create_task(deliver.deliver_pending(services, MORNING))
    await until(lambda: telegram.most == deliver.IN_FLIGHT)
    let_go.set()
    await asyncio.sleep(0)
    assert telegram.under_way.total() == 0
    assert states(services)["sending"] == deliver.IN_FLIGHT, "answered, and not recorded yet"
    round_.cancel()
    with pytest.raises(asyncio.CancelledError):
        await round_
    assert states(services)["sent"] == deliver.IN_FLIGHT


async def test_what_is_answered_at_the_same_moment_is_recorded_in_one_transaction(
    services: Services, chats: list[Chat], slowly: Slowly
) -> None:
    async def answer(_: int) -> None:
        await at_length()

    slowly(answer)
    for chat in chats:
        queue(services, chat, 0)
    said: list[str] = []
    services.db.connection.set_trace_callback(said.append)
    assert await deliver.deliver_pending(services, MORNING) == CHATS
    services.db.connection.set_trace_callback(None)
    assert states(services) == {"sent": CHATS}
    assert 1 <= said.count("COMMIT") <= CHATS // deliver.IN_FLIGHT + 1
    assert said.count("BEGIN IMMEDIATE") == said.count("COMMIT")


@pytest.mark.parametrize("count", [1, 2, CHATS])
async def test_the_last_of_a_round_are_flushed_although_they_are_answered_together(
    services: Services, chats: list[Chat], slowly: Slowly, count: int
) -> None:
    async def answer(_: int) -> None:
        await at_length()

    slowly(answer)
    for chat in chats[:count]:
        queue(services, chat, 0)
    said: list[str] = []
    services.db.connection.set_trace_callback(said.append)
    assert await deliver.deliver_pending(services, MORNING) == count
    services.db.connection.set_trace_callback(None)
    if "PRAGMA synchronous = NORMAL" in said:  # until the transaction after this one
        last = len(said) - said[::-1].index("PRAGMA synchronous = NORMAL")
        assert said[last:].count("COMMIT") > 1, "who has the last word waits for the disk"


async def test_a_part_behind_one_that_a_reader_is_being_sent_is_left_to_them(
    services: Services, chats: list[Chat], slowly: Slowly
) -> None:
    async def answer(_: int) -> None:
        await at_length()

    telegram = slowly(answer)
    first, _ = queue(services, chats[0], 0, 2)
    assert deliveries.claim(services.db, first, MORNING)
    assert await deliver.deliver_pending(services, MORNING) == 0
    assert telegram.began == []
    deliveries.finish(services.db, first, "sent", MORNING)
    assert await deliver.deliver_pending(services, MORNING) == 1
    assert states(services) == {"sent": 2}


async def test_composing_and_health_go_on_while_a_round_lasts(
    services: Services, chats: list[Chat], slowly: Slowly, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ticks.JOBS", at_intervals(compose=0.05, deliver=0.05))
    let_go = asyncio.Event()

    async def answer(_: int) -> None:
        await let_go.wait()

    telegram = slowly(answer)
    for chat in chats:
        queue(services, chat, 0)
    ticks = Ticks(clock.at, StoreWatch(services.db))
    scheduler = Scheduler()
    put_on(scheduler, services, ticks, asyncio.Event())
    scheduler.start()
    try:
        await until(lambda: telegram.most == deliver.IN_FLIGHT)
        clock.move(days=1)  # everybody is due again, and nobody has answered
        await until(lambda: states(services).total() == 2 * CHATS)
        await until(lambda: ticks.at == clock.at)
        assert health_of(services, ticks).healthy
        let_go.set()
        await until(lambda: states(services) == {"sent": 2 * CHATS})
    finally:
        let_go.set()
        await scheduler.stop(1.0)
    assert telegram.most == deliver.IN_FLIGHT
    assert telegram.most_of_a_chat == 1
