"""Each rule of the limiter at its bound: halts, a chat's own limit, whose turn it is, and whom it remembers."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram.error import RetryAfter

from bot.delivery.limiter import BACKGROUND, Halted, Limiter
from bot.delivery.outcomes import classify
from tests.delivery.test_limiter import Clock, Wire, flood

pytestmark = pytest.mark.filterwarnings("ignore:.*attribute `retry_after` will be of type")


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    clock = Clock()
    limiter = Limiter(overall=3, clock=clock, sleep=clock.sleep)
    yield Wire(clock, limiter)
    await limiter.shutdown()


def arrivals(wire: Wire) -> list[tuple[float, str]]:
    """When each came, in seconds from the beginning."""
    return [(round(at - 1000.0, 2), name) for at, _, name in wire.arrived]


@pytest.mark.parametrize(("seconds", "waits"), [(0.5, True), (3, True), (30, True), (30.5, False)])
async def test_who_waited_when_a_halt_came_goes_after_it_if_it_is_short(
    wire: Wire, seconds: float, waits: bool
) -> None:
    answers = [asyncio.create_task(wire.send(7, str(number), there=0.0)) for number in range(4)]
    edition = asyncio.create_task(wire.send(7, "edition", priority=BACKGROUND))
    await wire.clock.advance(0.8)
    wire.limiter.halt(seconds)
    *_, last, refused = await wire.clock.run(*answers, edition)
    assert arrivals(wire)[:3] == [(0.0, "0"), (0.0, "1"), (0.0, "2")], "the burst"
    assert arrivals(wire)[3:] == ([(0.8 + seconds, "3")] if waits else [])
    assert isinstance(last, Halted) is not waits
    assert isinstance(refused, Halted), "the ledger keeps what can wait"


async def test_whoever_waits_waits_out_one_halt_after_the_other(wire: Wire) -> None:
    answers = [asyncio.create_task(wire.send(7, str(number), there=0.0)) for number in range(6)]
    for _ in range(3):
        await wire.clock.advance(0.6)
        wire.limiter.halt(1)
        await wire.clock.advance(1.0)
    await wire.clock.run(*answers)
    assert [name for _, name in arrivals(wire)] == ["0", "1", "2", "3", "4", "5"]


@pytest.mark.parametrize("seconds", [0.5, 1.0, 30.0])
async def test_an_answer_that_counts_for_nobody_waits_a_short_halt_out(wire: Wire, seconds: float) -> None:
    async def callback() -> bool:
        return True

    async def answer() -> object:
        return await wire.limiter.process_request(callback, (), {}, "answerCallbackQuery", {}, None)

    wire.limiter.halt(seconds)
    assert await wire.clock.run(answer()) == [True]
    assert wire.clock.now == 1000.0 + seconds
    wire.limiter.halt(30.1)
    assert isinstance((await wire.clock.run(answer()))[0], Halted)
    assert wire.clock.now == 1000.0 + seconds


@pytest.mark.parametrize(("seconds", "again"), [(1, True), (30, True), (31, False)])
async def test_an_answer_that_was_answered_429_is_sent_again_after_a_short_wait(
    wire: Wire, seconds: float, again: bool
) -> None:
    wire.fail = flood(seconds)
    (result,) = await wire.clock.run(wire.send(7, there=0.0, back=0.0))
    assert [at for at, _ in arrivals(wire)] == ([0.0, seconds] if again else [0.0])
    assert isinstance(result, RetryAfter) is not again


async def test_what_a_chat_may_have_comes_back_bit_by_bit(wire: Wire) -> None:
    async def later(seconds: float) -> None:
        await wire.clock.sleep(seconds)
        await wire.send(7, "later", there=0.0, back=0.0)

    await wire.clock.run(*(wire.send(7, there=0.0, back=0.0) for _ in range(3)), later(1.5), later(1.5))
    assert [at for at, name in arrivals(wire) if name == "later"] == [1.5, 2.0]


async def test_of_three_places_one_is_the_backgrounds_whichever_chats_ask(wire: Wire) -> None:
    asked = [wire.send(chat, "answer", there=0.0, back=0.0) for chat in range(1, 10)]
    asked += [wire.send(chat, "edition", priority=BACKGROUND, there=0.0, back=0.0) for chat in range(11, 17)]
    await wire.clock.run(*asked)
    names = [name for _, name in arrivals(wire)]
    assert names == ["answer"] * 3 + ["answer", "answer", "edition"] * 3 + ["edition"] * 3, (
        "three before it asked"
    )
    assert [at for at, _ in arrivals(wire)] == [
        second for second in (0.0, 1.0, 2.0, 3.0, 4.0) for _ in range(3)
    ]


async def test_nothing_runs_where_nobody_waits(wire: Wire) -> None:
    await wire.clock.run(*(wire.send(chat) for chat in range(1, 6)))
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_stop_leaves_nothing_running(wire: Wire) -> None:
    asked = [asyncio.create_task(wire.send(chat)) for chat in range(1, 6)]  # two have to wait
    await wire.clock.advance(0.5)  # the answers have brought the next look forward
    await wire.limiter.shutdown()
    assert asyncio.all_tasks() - set(asked) == {asyncio.current_task()}
    await wire.clock.run(*asked)


async def test_who_is_sent_away_hears_how_long_the_halt_lasts(wire: Wire) -> None:
    editions = [asyncio.create_task(wire.send(7, priority=BACKGROUND)) for _ in range(4)]
    await wire.clock.advance(0.5)
    wire.limiter.halt(40.0)
    *_, refused = await wire.clock.run(*editions)
    assert classify(refused).retry_after == 40.0


def remembered(wire: Wire, *chats: int) -> int:
    """How many chats are remembered after these were asked for."""
    for chat in chats:
        wire.limiter._chat(chat, wire.clock.now)
    return len(wire.limiter._chats)


async def test_idle_chats_are_forgotten_when_there_are_more_than_2048(wire: Wire) -> None:
    assert remembered(wire, *range(2_049)) == 2_049
    assert remembered(wire, 0) == 1


async def test_after_a_look_that_found_all_busy_the_next_is_at_twice_as_many(wire: Wire) -> None:
    remembered(wire, *range(2_049))
    for chat in wire.limiter._chats.values():
        chat.tokens = 0.0
    assert remembered(wire, 2_049) == 2_050
    wire.clock.now += 60.0
    assert remembered(wire, *range(4_098)) == 4_098
    assert remembered(wire, 4_098) == 4_099
    assert remembered(wire, 0) == 1


@pytest.mark.parametrize(("chat", "many"), [(7, False), (-7, True), (-1001, True), ("@channel", True)])
async def test_groups_and_channels_have_a_limit_by_the_minute(
    wire: Wire, chat: int | str, many: bool
) -> None:
    assert (wire.limiter._chat(chat, wire.clock.now).window is not None) is many


async def test_a_chat_is_remembered_until_it_may_have_everything_again(wire: Wire) -> None:
    limiter, now = wire.limiter, wire.clock.now
    await wire.clock.run(*(wire.send(7, there=0.0, back=0.0) for _ in range(2)))
    limiter._forget_idle(now + 1.9)
    assert set(limiter._chats) == {7}
    limiter._forget_idle(now + 2.0)
    assert set(limiter._chats) == set()


async def test_a_chat_that_somebody_waits_for_is_remembered(wire: Wire) -> None:
    waiting = [asyncio.create_task(wire.send(7, there=0.0)) for _ in range(4)]
    await wire.clock.advance(0.5)
    wire.limiter._forget_idle(wire.clock.now + 60.0)
    assert set(wire.limiter._chats) == {7}
    await wire.clock.run(*waiting)
