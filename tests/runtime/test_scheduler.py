"""Ticks come, do not overlap, survive errors and a blocked loop, and end in time."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable

import pytest

from bot.runtime.scheduler import Scheduler


@pytest.fixture
async def scheduler() -> AsyncIterator[Scheduler]:
    scheduler = Scheduler()
    yield scheduler
    await scheduler.stop(0.1)


class Ticks:
    """Counts its calls; each lasts `seconds`."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.begun = self.ended = self.at_once = self.most_at_once = 0

    async def __call__(self) -> None:
        self.begun += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.seconds)
            self.ended += 1
        finally:
            self.at_once -= 1


async def until(condition: Callable[[], bool]) -> None:
    """However busy the machine is."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - ticks set no event
            await asyncio.sleep(0.005)


async def test_ticks_come_at_once_and_again(scheduler: Scheduler) -> None:
    soon, later = Ticks(), Ticks()
    scheduler.every(0.3, "soon", soon)
    scheduler.every(0.3, "later", later, at_once=False)
    scheduler.start()
    await until(lambda: soon.begun == 1)
    assert later.begun == 0
    await until(lambda: soon.begun >= 3 and later.begun >= 2)


async def test_a_jittered_tick_comes_too(scheduler: Scheduler) -> None:
    tick = Ticks()
    scheduler.every(0.1, "jittered", tick, jitter=0.05)
    scheduler.start()
    await until(lambda: tick.begun >= 2)


async def test_a_tick_never_overlaps_itself(scheduler: Scheduler, caplog: pytest.LogCaptureFixture) -> None:
    tick = Ticks(0.25)
    scheduler.every(0.05, "slow", tick)
    scheduler.start()
    await until(lambda: tick.begun >= 2)
    assert tick.most_at_once == 1
    assert caplog.text == ""


async def test_an_error_is_logged_and_the_next_tick_comes(
    scheduler: Scheduler, caplog: pytest.LogCaptureFixture
) -> None:
    calls = 0

    async def broken() -> None:
        nonlocal calls
        calls += 1
        raise OSError("the disk is full")

    scheduler.every(0.1, "compose", broken)
    scheduler.start()
    await until(lambda: calls >= 2)
    assert "compose failed; the next one comes in 0.1 s" in caplog.text
    assert "the disk is full" in caplog.text
    assert {record.levelno for record in caplog.records} == {logging.ERROR}


async def test_ticks_missed_together_are_called_once(scheduler: Scheduler) -> None:
    tick = Ticks()
    scheduler.every(0.4, "minute", tick)
    scheduler.start()
    await until(lambda: tick.begun == 1)
    time.sleep(1.5)  # noqa: ASYNC251 - a blocked loop is what we test: longer than APScheduler's own grace of 1 s
    await until(lambda: tick.begun > 1)
    assert tick.begun == 2


async def test_stop_waits_for_a_running_tick() -> None:
    scheduler, tick = Scheduler(), Ticks(0.2)
    scheduler.every(10, "deliver", tick)
    scheduler.start()
    await until(lambda: tick.begun == 1)
    assert await scheduler.stop(20) is True
    assert (tick.begun, tick.ended) == (1, 1)
    await asyncio.sleep(0.05)
    assert tick.begun == 1


async def test_stop_does_not_wait_for_ever() -> None:
    scheduler, tick = Scheduler(), Ticks(60)
    scheduler.every(0.05, "deliver", tick)
    scheduler.start()
    await until(lambda: tick.begun == 1)
    started = time.monotonic()
    assert await scheduler.stop(0.1) is False
    assert time.monotonic() - started < 10
    assert (tick.begun, tick.ended, tick.at_once) == (1, 0, 0)
    assert await scheduler.stop(0.1) is True


@pytest.mark.parametrize("turns", range(4))
async def test_nothing_begins_after_a_stop(turns: int) -> None:
    scheduler, tick = Scheduler(), Ticks()
    scheduler.every(0.01, "x", tick)
    scheduler.start()
    for _ in range(turns):  # of the loop, until the first tick, due at once, would begin
        await asyncio.sleep(0)
    begun = tick.begun
    assert await scheduler.stop(0.1) is True
    await asyncio.sleep(0.05)
    assert tick.begun == begun == tick.ended
    assert await Scheduler().stop(0.1) is True
