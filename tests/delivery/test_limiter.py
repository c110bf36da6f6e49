"""The limiter on a clock of its own: what leaves when, in every window; and once against a server over HTTP."""

import asyncio
import heapq
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from telegram.error import RetryAfter
from telegram.ext import ExtBot

from bot.delivery.limiter import BACKGROUND, INTERACTIVE, Halted, Limiter, _counted_chat
from bot.delivery.outcomes import classify
from tests.doubles.bot_api import BotApi

pytestmark = pytest.mark.filterwarnings("ignore:.*attribute `retry_after` will be of type")


class Clock:
    """Time that passes only when everybody sleeps; `run` drives it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        wake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._numbers), wake))
        await wake

    async def advance(self, seconds: float) -> None:
        """Let so much time pass."""
        end = self.now + seconds
        while True:
            for _ in range(20):
                await asyncio.sleep(0)
            self._sleepers = [sleeper for sleeper in self._sleepers if not sleeper[2].done()]
            heapq.heapify(self._sleepers)
            if not self._sleepers or self._sleepers[0][0] > end:
                break
            at, _, wake = heapq.heappop(self._sleepers)
            self.now = max(self.now, at)
            wake.set_result(None)
        self.now = end

    async def run(self, *work: Awaitable[Any], until: float = 1e9) -> list[Any]:
        """Let time pass until the work is done (its exceptions are results) or the clock has come to `until`."""
        together = asyncio.gather(*work, return_exceptions=True)
        while not together.done():
            for _ in range(20):  # whatever became possible, at this same instant
                await asyncio.sleep(0)
            if together.done():
                break
            self._sleepers = [sleeper for sleeper in self._sleepers if not sleeper[2].done()]
            heapq.heapify(self._sleepers)
            assert self._sleepers, "nobody sleeps and nothing is done: a deadlock"
            at, _, wake = heapq.heappop(self._sleepers)
            if at > until:
                together.cancel()
                return []
            self.now = max(self.now, at)
            wake.set_result(None)
        return list(await together)


class Wire:
    """Calls through the limiter, with a delay to Telegram and back; notes when each arrived."""

    def __init__(self, clock: Clock, limiter: Limiter) -> None:
        self.clock = clock
        self.limiter = limiter
        self.began: list[tuple[float, int, str]] = []
        self.arrived: list[tuple[float, int, str]] = []
        self.fail: Callable[[], None] = lambda: None

    async def send(
        self,
        chat: int,
        name: str = "",
        *,
        priority: int | None = None,
        there: float = 0.02,
        back: float = 0.02,
    ) -> Any:
        async def callback(*_: Any, **__: Any) -> dict[str, Any]:
            self.began.append((self.clock.now, chat, name))
            await self.clock.sleep(there)
            self.arrived.append((self.clock.now, chat, name))
            self.fail()
            await self.clock.sleep(back)
            return {}

        return await self.limiter.process_request(
            callback, (), {}, "sendMessage", {"chat_id": chat}, priority
        )

    def most_within(self, seconds: float, chat: int | None = None) -> int:
        """The most arrivals in any window of that length (its end excluded)."""
        times = sorted(at for at, to, _ in self.arrived if chat in {None, to})
        return max(sum(start <= at < start + seconds - 1e-6 for at in times) for start in times)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def limiter(clock: Clock) -> AsyncIterator[Limiter]:
    limiter = Limiter(clock=clock, sleep=clock.sleep)
    await limiter.initialize()
    yield limiter
    await limiter.shutdown()


@pytest.fixture
def wire(clock: Clock, limiter: Limiter) -> Wire:
    return Wire(clock, limiter)


async def test_at_most_30_arrive_in_every_second_whatever_the_delays(clock: Clock, wire: Wire) -> None:
    dice = random.Random(7)
    delays = [(dice.expovariate(10), dice.expovariate(10)) for _ in range(400)]
    await clock.run(
        *(wire.send(chat, there=there, back=back) for chat, (there, back) in enumerate(delays, 1))
    )
    assert len(wire.arrived) == 400
    assert wire.most_within(1.0) <= 30


async def test_the_full_rate_is_held(clock: Clock, wire: Wire) -> None:
    started = clock.now
    await clock.run(*(wire.send(chat, there=0.001, back=0.001) for chat in range(1, 601)))
    assert (
        clock.now - started < 600 / 30 * 1.01
    )  # 20 windows; the answers' 2 ms each are the price of certainty
    assert wire.most_within(1.0) == 30


async def test_one_a_second_to_a_chat_after_a_burst_of_three(clock: Clock, wire: Wire) -> None:
    started = clock.now
    await clock.run(*(wire.send(7, str(number), there=0.0) for number in range(8)))
    waits = [round(at - started, 3) for at, _, _ in wire.arrived]
    assert waits == [0, 0, 0, 1, 2, 3, 4, 5]
    assert [name for _, _, name in wire.arrived] == [str(number) for number in range(8)]


async def test_a_chat_that_asks_without_end_gets_its_own_edition(clock: Clock, wire: Wire) -> None:
    answers = [wire.send(7, "answer") for _ in range(12)]
    await clock.run(*answers, wire.send(7, "edition", priority=BACKGROUND))
    names = [name for _, _, name in wire.arrived]
    assert names.index("edition") == 3 + 2, "after the burst, in its turn"


async def test_twenty_a_minute_to_a_group(clock: Clock, wire: Wire) -> None:
    await clock.run(*(wire.send(-7) for _ in range(65)), *(wire.send(7) for _ in range(65)))
    assert wire.most_within(60.0, chat=-7) == 20
    assert wire.most_within(60.0, chat=7) > 60
    assert wire.most_within(1.0) <= 30


async def test_one_slow_chat_keeps_nobody_else_waiting(clock: Clock, wire: Wire) -> None:
    started = clock.now
    await clock.run(*(wire.send(7, "slow") for _ in range(20)), wire.send(8, "quick"))
    quick = next(at for at, _, name in wire.arrived if name == "quick")
    assert quick - started < 0.1


async def test_interactive_answers_overtake_broadcasts(clock: Clock, wire: Wire) -> None:
    async def reader() -> None:
        await clock.sleep(1.5)
        await wire.send(999, "answer", priority=INTERACTIVE)

    await clock.run(*(wire.send(chat, priority=BACKGROUND) for chat in range(1, 301)), reader())
    answered = next(at for at, _, name in wire.arrived if name == "answer")
    assert answered - 1001.5 < 1.1
    assert wire.most_within(1.0) <= 30


async def search_each_second(clock: Clock, wire: Wire, readers: range, until: float) -> None:
    """Each of the readers asks once a second, whether the last one was answered or not."""
    asked = []
    while clock.now < until:
        asked += [asyncio.create_task(wire.send(chat, "answer", priority=INTERACTIVE)) for chat in readers]
        await clock.sleep(1.0)
    await wire.limiter.shutdown()
    await asyncio.gather(*asked, return_exceptions=True)


@pytest.mark.slow
@pytest.mark.parametrize("own", [False, True], ids=["others' editions", "their own, too"])
async def test_300_editions_arrive_while_40_readers_search_every_second(
    clock: Clock, wire: Wire, own: bool
) -> None:
    due = range(1, 301) if own else range(1001, 1301)
    searching = search_each_second(clock, wire, range(1, 41), until=1060.0)
    editions = [wire.send(chat, "edition", priority=BACKGROUND) for chat in due]
    await clock.run(searching, *editions)
    arrived = [at for at, _, name in wire.arrived if name == "edition"]
    assert len(arrived) == 300
    assert 26 < max(arrived) - 1000.0 < 31, "a third of the rate"
    meanwhile = [at for at, _, name in wire.arrived if name == "answer" and at < max(arrived)]
    assert len(meanwhile) > 1.9 * 270, "and answers have the rest"
    alone = [at for at, _, name in wire.arrived if name == "answer" and 1040 <= at < 1050]
    assert len(alone) > 28 * 10, "answers have everything when no edition waits"
    assert wire.most_within(1.0) <= 30
    assert all(wire.most_within(60.0, chat) <= 3 + 60 for chat in range(1, 41))


async def test_the_background_has_everything_when_no_answer_waits(clock: Clock, wire: Wire) -> None:
    await clock.run(*(wire.send(chat, priority=BACKGROUND, there=0.001) for chat in range(1, 301)))
    assert clock.now - 1000.0 < 10.3


async def test_within_one_chat_too(clock: Clock, wire: Wire) -> None:
    broadcasts = [wire.send(7, "part", priority=BACKGROUND) for _ in range(6)]
    await clock.run(*broadcasts, wire.send(7, "answer"), wire.send(7, "answer"))
    assert [name for _, _, name in wire.arrived] == ["part"] * 3 + ["answer"] * 2 + ["part"] * 3


async def test_a_call_that_hangs_frees_its_place_in_time(clock: Clock, wire: Wire) -> None:
    hanging = [wire.send(chat, there=20.0) for chat in range(1, 31)]

    async def late() -> float:
        await wire.send(99)
        return clock.now

    *_, at = await clock.run(*hanging, late())
    assert 1004.0 <= at < 1004.1


async def test_what_puts_nothing_before_anybody_is_not_counted(clock: Clock, limiter: Limiter) -> None:
    async def callback() -> bool:
        return True

    for endpoint, data in (("answerCallbackQuery", {"callback_query_id": "1"}), ("getChat", {"chat_id": 7}),
                           ("sendChatAction", {"chat_id": 7})):  # fmt: skip
        for _ in range(50):
            assert await limiter.process_request(callback, (), {}, endpoint, data, None) is True
    assert clock.now == 1000.0


@pytest.mark.parametrize(
    ("endpoint", "data", "counted"),
    [("sendMessage", {"chat_id": "-100"}, -100), ("sendMessage", {"chat_id": "@channel"}, "@channel"),
     ("editMessageText", {"chat_id": 7}, 7), ("sendMessage", {}, None), ("deleteMessage", {"chat_id": 7}, None)],
)  # fmt: skip
def test_which_chat_a_call_counts_for(endpoint: str, data: dict[str, Any], counted: int | str | None) -> None:
    assert _counted_chat(endpoint, data) == counted


async def test_a_named_channel_has_a_groups_limit(clock: Clock, wire: Wire) -> None:
    async def callback() -> bool:
        wire.arrived.append((clock.now, 0, ""))
        return True

    calls = (
        wire.limiter.process_request(callback, (), {}, "sendMessage", {"chat_id": "@c"}, None)
        for _ in range(30)
    )
    await clock.run(*calls)
    assert wire.most_within(60.0) == 20


def flood(seconds: float) -> Callable[[], None]:
    """The next arrival is answered 429, those after it are taken."""
    answers = iter([RetryAfter(int(seconds))])

    def fail() -> None:
        for answer in answers:
            raise answer

    return fail


async def test_a_429_halts_everything_for_its_full_time(clock: Clock, wire: Wire) -> None:
    heard: list[float] = []
    wire.limiter._on_halt = heard.append
    wire.fail = flood(3)
    results = await clock.run(wire.send(7, "first"), wire.send(8, "second", there=0.5))
    # `second` was on its way; `first` is interactive, waits the whole time out and is sent again.
    assert results == [{}, {}]
    assert [(round(at, 2), name) for at, _, name in wire.arrived] == [
        (1000.02, "first"), (1000.5, "second"), (1003.04, "first"),
    ]  # fmt: skip
    assert heard == [3.0]
    assert wire.limiter.halted_for == 0


async def test_nothing_leaves_during_a_halt_not_even_what_is_not_counted(clock: Clock, wire: Wire) -> None:
    wire.limiter.halt(10)

    async def callback() -> dict[str, Any]:
        return {"at": clock.now}

    uncounted = wire.limiter.process_request(callback, (), {}, "answerCallbackQuery", {}, None)
    answer, _ = await clock.run(uncounted, wire.send(7))
    assert answer["at"] >= 1010
    assert wire.arrived[0][0] >= 1010


async def test_broadcasts_do_not_wait_a_halt_out(clock: Clock, wire: Wire) -> None:
    wire.fail = flood(3600)
    queued = [wire.send(7, priority=BACKGROUND) for _ in range(5)]  # two of them beyond the burst
    results = await clock.run(*queued, wire.send(8, priority=BACKGROUND, there=0.1))
    floods = [result for result in results if isinstance(result, RetryAfter)]
    assert len(floods) == 3
    assert len(wire.arrived) == 4
    assert [type(result) for result in results[3:5]] == [Halted, Halted]
    outcome = classify(results[4])
    assert outcome.kind == "flood"
    assert outcome.retry_after == pytest.approx(3600, abs=1)
    (again,) = await clock.run(wire.send(9, priority=BACKGROUND))
    assert isinstance(again, Halted)
    assert len(wire.arrived) == 4


async def test_readers_are_not_kept_waiting_for_an_hour(clock: Clock, wire: Wire) -> None:
    wire.limiter.halt(3600)
    (refused,) = await clock.run(wire.send(7))
    assert isinstance(refused, Halted)
    assert clock.now == 1000.0


async def test_a_halt_is_never_shortened_and_can_be_restored(clock: Clock, wire: Wire) -> None:
    wire.limiter.halt(100)
    wire.limiter.halt(5)
    assert wire.limiter.halted_for == 100
    restored = Limiter(clock=clock, sleep=clock.sleep)
    restored.halt(wire.limiter.halted_for)
    (refused,) = await clock.run(Wire(clock, restored).send(7, priority=BACKGROUND))
    assert isinstance(refused, Halted)
    await restored.shutdown()


async def test_an_interactive_call_is_tried_again_once_only(clock: Clock, wire: Wire) -> None:
    def always() -> None:
        raise RetryAfter(2)

    wire.fail = always
    (result,) = await clock.run(wire.send(7))
    assert isinstance(result, RetryAfter)
    assert len(wire.arrived) == 2


async def test_other_errors_pass_and_free_the_place(clock: Clock, wire: Wire) -> None:
    def broken() -> None:
        raise OSError("cut")

    wire.fail = broken
    results = await clock.run(*(wire.send(chat) for chat in range(1, 61)))
    assert all(isinstance(result, OSError) for result in results)
    assert wire.most_within(1.0) == 30


async def test_who_gives_up_takes_no_place(clock: Clock, wire: Wire) -> None:
    waiting = [asyncio.create_task(wire.send(7, str(number))) for number in range(6)]
    await asyncio.sleep(0)

    async def give_up() -> None:
        await clock.sleep(0.5)
        waiting[3].cancel()

    await clock.run(*waiting, give_up())
    assert [name for _, _, name in wire.arrived] == ["0", "1", "2", "4", "5"]
    assert clock.now < 1002.2


async def test_shutdown_lets_nobody_wait_for_ever(clock: Clock, wire: Wire) -> None:
    waiting = [asyncio.create_task(wire.send(7)) for _ in range(5)]

    async def stop() -> None:
        await clock.sleep(0.1)
        await wire.limiter.shutdown()

    results = await clock.run(*waiting, stop())
    assert [type(result) for result in results] == [dict, dict, dict, Halted, Halted, type(None)]
    assert classify(results[3]).kind == "flood"  # surely not sent
    assert asyncio.all_tasks() == {asyncio.current_task()}
    (late,) = await clock.run(wire.send(8))
    assert (type(late), len(wire.arrived)) == (Halted, 3)
    await wire.limiter.initialize()
    assert await clock.run(wire.send(8)) == [{}]


async def test_chats_long_silent_are_forgotten(clock: Clock, limiter: Limiter) -> None:
    wire = Wire(clock, limiter)
    await clock.run(wire.send(-1), *(wire.send(chat) for chat in range(1, 10)))
    clock.now += 10
    for chat in range(10, 3000):
        limiter._chat(chat, clock.now)
    assert len(limiter._chats) < 2048
    assert (-1 in limiter._chats, 1 in limiter._chats) == (True, False)  # a group's minute is not over yet
    limiter._forget_idle(clock.now + 49)
    assert -1 in limiter._chats
    limiter._forget_idle(clock.now + 51)
    assert limiter._chats == {}
    assert wire.most_within(1.0) <= 30


async def test_against_a_server(caplog: pytest.LogCaptureFixture) -> None:
    """70 messages as fast as they go: at most 30 of them reach the server in any second."""
    with BotApi() as api:
        for chat in range(1, 71):
            api.open_chat(chat)
        bot = ExtBot[int](api.token, base_url=f"{api.url}/bot", rate_limiter=Limiter())
        async with bot:
            await asyncio.gather(
                *(bot.send_message(chat, "早", rate_limit_args=BACKGROUND) for chat in range(1, 71))
            )
        times = sorted(api.last(chat).sent_at for chat in range(1, 71))
    assert max(sum(start <= at < start + 1 for at in times) for start in times) <= 30
    assert times[-1] - times[0] < 4
