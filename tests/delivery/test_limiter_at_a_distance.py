"""The limit holds where the messages arrive, and nothing is lost to a round trip that takes always the same."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Callable
from types import FrameType
from typing import Any

import pytest

from bot.delivery.limiter import Limiter
from bot.delivery.windows import LEAST_TRIPS, MARGIN, TRIPS, Trips
from tests.delivery.test_limiter import Clock, Wire

MESSAGES = 450
Delays = Callable[[random.Random], tuple[float, float]]


async def sent(delays: Delays, messages: int = MESSAGES) -> tuple[Wire, float]:
    """That many messages as the limiter lets them, and their rate once it knows the line."""
    clock, dice = Clock(), random.Random(3)
    limiter = Limiter(clock=clock, sleep=clock.sleep)
    wire = Wire(clock, limiter)
    made = [delays(dice) for _ in range(messages)]
    await clock.run(*(wire.send(chat, there=there, back=back) for chat, (there, back) in enumerate(made, 1)))
    await limiter.shutdown()
    later = [at for at, _, _ in wire.began][150::30]
    return wire, 30 * (len(later) - 1) / (later[-1] - later[0])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("delays", "least"),
    [
        pytest.param(lambda dice: (0.05, 0.05), 29.7, id="100 ms"),
        pytest.param(lambda dice: (0.2, 0.2), 29.7, id="400 ms"),
        pytest.param(lambda dice: (0.05 + dice.uniform(0, 0.05), 0.05), 29.0, id="100 ms and up to 50 on the way there"),
        pytest.param(lambda dice: (0.05, 0.05 + dice.uniform(0, 0.05)), 29.0, id="100 ms and up to 50 on the way back"),
        pytest.param(
            lambda dice: (0.03 + dice.uniform(0, 0.05), 0.03 + dice.uniform(0, 0.05)), 28.3, id="up to 50 either way"
        ),
        pytest.param(lambda dice: (dice.expovariate(10), dice.expovariate(10)), 20.0, id="anything"),
    ],
)  # fmt: skip
async def test_never_more_than_30_arrive_in_a_second_and_hardly_fewer(delays: Delays, least: float) -> None:
    wire, rate = await sent(delays)
    assert len(wire.arrived) == MESSAGES
    assert wire.most_within(1.0) <= 30
    assert rate >= least


async def test_a_line_that_becomes_faster_is_noticed_with_the_first_answer() -> None:
    made: list[int] = []

    def faster(_: random.Random) -> tuple[float, float]:
        made.append(1)
        return (0.1, 0.1) if len(made) <= MESSAGES // 2 else (0.01, 0.01)

    wire, _ = await sent(faster)
    times = sorted(at for at, _, _ in wire.arrived)
    over = [start for start in times if sum(start <= at < start + 1.0 - 1e-6 for at in times) > 30]
    # Who was let out before that may arrive early, by what the line gained on the way: once.
    assert not over or over[-1] - over[0] < 1.0


def test_the_fastest_trip_of_late_is_relied_on_and_not_before_there_are_enough() -> None:
    trips = Trips()
    for number in range(LEAST_TRIPS):
        assert trips.fastest == 0.0
        trips.add(0.1 + number / 1000)
    assert trips.fastest == pytest.approx(0.1 - MARGIN)
    for _ in range(2 * TRIPS):
        trips.add(0.3)
    assert trips.fastest == pytest.approx(0.3 - MARGIN)
    trips.add(0.001)
    assert trips.fastest == 0.0


@pytest.fixture
async def crowded() -> AsyncIterator[Callable[[int, int], Any]]:
    """A limiter with so many waiting: for as many chats, or all for the same few."""
    limiters = []

    async def make(waiting: int, chats: int) -> tuple[Clock, Limiter, list[asyncio.Task[Any]]]:
        clock = Clock()
        limiter = Limiter(clock=clock, sleep=clock.sleep)
        wire = Wire(clock, limiter)
        tasks = [
            asyncio.create_task(wire.send(1 + number % chats, there=0.0, back=0.0))
            for number in range(waiting)
        ]
        await clock.advance(0.0)
        limiters.append((limiter, tasks))
        return clock, limiter, tasks

    yield make
    for limiter, tasks in limiters:
        await limiter.shutdown()
        await asyncio.gather(*tasks, return_exceptions=True)


def lines_of(work: Callable[[], object]) -> int:
    """How many lines of Python it runs, those that heaps run to compare included."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.slow
@pytest.mark.parametrize("spread", [1, 200], ids=["a chat each", "few chats"])
async def test_a_wake_takes_no_longer_for_three_thousand_waiting(crowded: Any, spread: int) -> None:
    cost = {}
    for waiting in (300, 3_000):
        clock, limiter, tasks = await crowded(waiting, max(40, waiting // spread))
        before = sum(task.done() for task in tasks)
        clock.now += 1.0
        cost[waiting] = lines_of(limiter._schedule)
        await clock.advance(0.0)
        assert sum(task.done() for task in tasks) > before
    assert cost[3_000] < 2 * cost[300]
