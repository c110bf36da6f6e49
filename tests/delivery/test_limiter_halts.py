"""Short halts: who waits one out, for how long, and that all who waited go afterwards."""

import asyncio

import pytest

from bot.delivery.limiter import BACKGROUND, Halted, Limiter
from tests.delivery.test_limiter import Clock, Wire

pytestmark = pytest.mark.filterwarnings("ignore:.*attribute `retry_after` will be of type")


async def test_who_waited_when_a_short_halt_came_goes_after_it() -> None:
    clock = Clock()
    limiter = Limiter(clock=clock, sleep=clock.sleep)
    wire = Wire(clock, limiter)
    answers = [asyncio.create_task(wire.send(7, str(number))) for number in range(5)]
    edition = asyncio.create_task(wire.send(7, "edition", priority=BACKGROUND))
    await clock.advance(0.1)
    assert len(wire.arrived) == 3, "the burst"
    limiter.halt(3)
    *_, refused = await clock.run(*answers, edition)
    assert [(round(at, 2), name) for at, _, name in wire.arrived[3:]] == [(1003.12, "3"), (1003.12, "4")]
    assert isinstance(refused, Halted)
    await limiter.shutdown()


@pytest.mark.parametrize("seconds", [0.5, 1.0, 30.0])
async def test_an_answer_waits_half_a_minute_of_a_halt_to_its_end(seconds: float) -> None:
    clock = Clock()
    limiter = Limiter(clock=clock, sleep=clock.sleep)

    async def callback() -> bool:
        return True

    limiter.halt(seconds)
    await clock.run(limiter.process_request(callback, (), {}, "answerCallbackQuery", {}, None))
    assert clock.now == 1000.0 + seconds
    limiter.halt(30.1)
    (refused,) = await clock.run(limiter.process_request(callback, (), {}, "answerCallbackQuery", {}, None))
    assert isinstance(refused, Halted)
    await limiter.shutdown()
