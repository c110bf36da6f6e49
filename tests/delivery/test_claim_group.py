"""Claims of messages that leave side by side: recorded together, each before its own first byte, and outcomes with them."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from telegram.ext import ExtBot

from bot.delivery.claim_group import ClaimGroup
from bot.delivery.limiter import Limiter
from bot.delivery.send_claim import ClaimingRequest, SendClaim
from bot.delivery.sender import Sender
from bot.messages.model import Message
from tests.doubles.bot_api import BotApi

HELLO = Message("早")


class Store:
    """What was recorded, and what of it lasts."""

    def __init__(self) -> None:
        self.recorded: list[int] = []
        self.flushed: list[list[int]] = []
        self.flushes: list[bool] = []
        self.full = False

    @contextmanager
    def transaction(self, *, flush: bool) -> Iterator[None]:
        self.recorded = []
        yield
        if self.full:
            raise sqlite3.OperationalError("database or disk is full")
        self.flushed.append(self.recorded)
        self.flushes.append(flush)

    def record(self, number: int) -> bool:
        self.recorded.append(number)
        return number >= 0


async def test_what_waits_at_the_same_moment_takes_one_transaction() -> None:
    store = Store()
    group = ClaimGroup(store.transaction)
    done = await asyncio.gather(*(group.record(lambda n=n: store.record(n)) for n in (1, 2, -3)))  # type: ignore[misc]
    assert done == [True, True, False]
    assert await group.record(lambda: store.record(4))
    assert store.flushed == [[1, 2, -3], [4]]


async def test_nothing_is_told_that_does_not_last() -> None:
    store = Store()
    store.full = True
    group = ClaimGroup(store.transaction)
    done = await asyncio.gather(
        *(group.record(lambda n=n: store.record(n)) for n in (1, 2)),  # type: ignore[misc]
        return_exceptions=True,
    )
    assert [type(error) for error in done] == [sqlite3.OperationalError] * 2
    store.full = False
    assert await group.record(lambda: store.record(3))


async def test_the_error_of_one_is_its_own() -> None:
    def fail() -> bool:
        raise ValueError("mine")

    store = Store()
    group = ClaimGroup(store.transaction)
    done = await asyncio.gather(
        *(group.record(one) for one in (lambda: store.record(1), fail, lambda: store.record(2))),
        return_exceptions=True,
    )
    assert [done[0], str(done[1]), done[2]] == [True, "mine", True]
    assert store.flushed == [[1], [2]]


async def test_who_was_cancelled_is_not_recorded() -> None:
    store = Store()
    group = ClaimGroup(store.transaction)
    gone = asyncio.create_task(group.record(lambda: store.record(1)))
    stays = asyncio.create_task(group.record(lambda: store.record(2)))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays
    assert store.flushed == [[2]]


def outcome(store: Store, number: int) -> Callable[[], None]:
    def record() -> None:
        store.record(number)

    return record


async def test_what_became_of_one_is_recorded_with_the_claims_of_others() -> None:
    store = Store()
    group = ClaimGroup(store.transaction)
    await asyncio.gather(
        group.record_outcome(outcome(store, 1), flush=False), group.record(lambda: store.record(2))
    )
    await asyncio.gather(*(group.record_outcome(outcome(store, number), flush=False) for number in (3, 4)))
    await asyncio.gather(*(group.record_outcome(outcome(store, n), flush=n == 6) for n in (5, 6)))
    assert store.flushed == [[1, 2], [3, 4], [5, 6]]
    assert store.flushes == [True, False, True], "a claim lasts, and so does what wants to"


async def test_an_outcome_is_recorded_although_its_task_was_cancelled() -> None:
    store = Store()
    group = ClaimGroup(store.transaction)
    gone = asyncio.create_task(group.record_outcome(outcome(store, 1), flush=True))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    assert gone.cancelled()
    assert store.flushed == []
    await group.settled()
    assert store.flushed == [[1]]
    await group.settled()


async def test_an_outcome_that_nobody_waits_for_any_more_may_fail() -> None:
    store = Store()
    store.full = True
    group = ClaimGroup(store.transaction)
    gone = asyncio.create_task(group.record_outcome(outcome(store, 1), flush=True))
    await asyncio.sleep(0)
    gone.cancel()
    recording = group._task
    await group.settled()
    assert recording is not None
    assert recording.exception() is None
    store.full = False
    assert await group.record(lambda: store.record(2))
    assert store.flushed == [[2]]


async def test_more_that_come_are_waited_for_but_not_for_ever() -> None:
    store = Store()
    group = ClaimGroup(store.transaction)
    more: list[asyncio.Task[bool | None]] = []
    first = asyncio.create_task(group.record(lambda: store.record(0)))
    for number in range(1, 200):
        await asyncio.sleep(0)
        more.append(asyncio.create_task(group.record(lambda n=number: store.record(n))))  # type: ignore[misc]
    await asyncio.gather(first, *more)
    assert sum(map(len, store.flushed)) == 200
    assert [len(flushed) for flushed in store.flushed[:-1]] == [51, 51, 51]


async def test_a_lone_claim_waits_a_few_turns_of_the_loop() -> None:
    store = Store()
    claiming = asyncio.create_task(ClaimGroup(store.transaction).record(lambda: store.record(1)))
    turns = 0
    while not store.flushed:
        await asyncio.sleep(0)
        turns += 1
    assert turns == 6, "one to begin, one to be known, three without another, and one to end"
    assert await claiming


async def test_each_is_on_record_before_telegram_hears_of_it() -> None:
    with BotApi() as api:
        for chat_id in range(1, 9):
            api.open_chat(chat_id)
        store, heard = Store(), []
        group = ClaimGroup(store.transaction)

        def record(number: int) -> bool:
            heard.append(len(api.calls("sendMessage")))
            return store.record(number)

        async with ExtBot[int](
            api.token, base_url=f"{api.url}/bot", request=ClaimingRequest(), rate_limiter=Limiter()
        ) as bot:
            sender = Sender(bot)
            claims = [SendClaim(lambda n=n: record(n), group) for n in range(1, 9)]  # type: ignore[misc]
            sending = [
                sender.send(chat_id, None, HELLO, background=True, claim=claim)
                for chat_id, claim in enumerate(claims, 1)
            ]
            outcomes = await asyncio.gather(*sending)
        assert {outcome.kind for outcome in outcomes} == {"sent"}
        assert all(claim.left for claim in claims)
        assert sum(map(len, store.flushed)) == 8
        assert len(store.flushed) < 8
        assert all(before <= number for number, before in enumerate(heard))


async def test_a_claim_that_cannot_be_kept_sends_nothing() -> None:
    with BotApi() as api:
        api.open_chat(7)
        store = Store()
        store.full = True
        claim = SendClaim(lambda: store.record(1), ClaimGroup(store.transaction))
        async with ExtBot[int](
            api.token, base_url=f"{api.url}/bot", request=ClaimingRequest(), rate_limiter=Limiter()
        ) as bot:
            with pytest.raises(sqlite3.OperationalError, match="full"):
                await Sender(bot).send(7, None, HELLO, background=True, claim=claim)
        assert not claim.left
        assert not api.calls("sendMessage")
