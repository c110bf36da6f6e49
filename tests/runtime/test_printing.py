"""Reports are made one after the other, and a chat may have so many an hour."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.runtime.printing import AN_HOUR, MAX_AN_HOUR, MAX_WAITING, Printing

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


async def test_one_at_a_time_in_the_order_of_asking() -> None:
    printing, told = Printing(), list[str]()

    async def make(chat: int) -> None:
        async with printing.turn(chat, NOW):
            told.append(f"begin {chat}")
            await asyncio.sleep(0)
            told.append(f"end {chat}")

    await asyncio.gather(make(1), make(2))
    assert told == ["begin 1", "end 1", "begin 2", "end 2"]


async def test_who_waits_already_may_not_ask_again() -> None:
    printing = Printing()
    async with printing.turn(1, NOW):
        assert not printing.takes(1, NOW)
        assert printing.takes(2, NOW)
    assert printing.takes(1, NOW)


async def test_so_many_an_hour() -> None:
    printing = Printing()
    for _ in range(MAX_AN_HOUR):
        assert printing.takes(1, NOW)
        async with printing.turn(1, NOW):
            pass
    assert not printing.takes(1, NOW + timedelta(minutes=59))
    assert printing.takes(2, NOW)
    assert printing.takes(1, NOW + AN_HOUR)


async def test_no_more_wait_than_a_queue_may_hold() -> None:
    printing = Printing()

    async def wait(chat: int) -> None:
        async with printing.turn(chat, NOW):
            await asyncio.sleep(60)

    waiting = [asyncio.create_task(wait(chat)) for chat in range(MAX_WAITING)]
    await asyncio.sleep(0)
    assert not printing.takes(99, NOW)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert printing.takes(99, NOW)
