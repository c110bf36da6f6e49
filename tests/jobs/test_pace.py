"""Steps of about one length, whatever an entry costs."""

import asyncio
import time
from collections.abc import Generator
from itertools import pairwise

import pytest

from bot.jobs.collect import pacing
from bot.jobs.collect.pacing import FEWEST, MOST, STEP, TURNS, Pace, finished


class Watch:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    made = Watch()
    monkeypatch.setattr(pacing, "perf_counter", made)
    monkeypatch.setattr(pacing, "thread_time", made)
    return made


def store(steps: Pace, watch: Watch, seconds_each: float) -> int:
    """One transaction as large as may be; returns its entries."""
    entries = steps.batch
    steps.begin()
    watch.at += entries * seconds_each
    steps.stored(entries)
    return entries


def test_cheap_entries_are_stored_many_at_once_and_dear_ones_few(watch: Watch) -> None:
    steps = Pace()
    cheap = [store(steps, watch, STEP / 1000) for _ in range(8)]
    assert cheap[0] == FEWEST
    assert cheap[-1] == MOST
    assert all(later <= 2 * earlier for earlier, later in pairwise(cheap))
    middling = [store(steps, watch, STEP / 10) for _ in range(3)]
    assert middling[-1] in {9, 10}
    assert [store(steps, watch, STEP) for _ in range(3)][-1] == FEWEST


async def test_others_have_their_turn_after_a_step_and_not_before(watch: Watch) -> None:
    steps, turns = Pace(), 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.ensure_future(other())
    steps.begin()
    watch.at += STEP / 2
    await steps.pause()
    assert turns == 0
    watch.at += STEP
    await steps.pause()
    assert turns == TURNS
    await steps.pause()
    assert turns == TURNS, "the next step has just begun"
    task.cancel()


async def test_what_comes_in_parts_gives_others_their_turn_between_them(watch: Watch) -> None:
    steps, told = Pace(), list[str]()

    def parts() -> Generator[None, None, str]:
        for part in "一二":
            watch.at += STEP
            told.append(part)
            yield
        return "三"

    async def other() -> None:
        while True:
            told.append("·")
            await asyncio.sleep(0)

    task = asyncio.ensure_future(other())
    assert await steps.between(parts()) == "三"
    assert "".join(told) == "一···二···"
    assert finished(parts()) == "三"
    task.cancel()


async def test_who_slept_until_the_end_of_a_step_is_awake_before_the_next(watch: Watch) -> None:
    steps = Pace()
    sleeper = asyncio.ensure_future(asyncio.sleep(0.001))
    await asyncio.sleep(0)
    steps.begin()
    watch.at += STEP
    time.sleep(0.01)  # noqa: ASYNC251  # a step holds the loop
    await steps.pause()
    assert sleeper.done()
