"""Whatever is asked for in whatever order: no limit is ever broken, and nobody who may go is kept.

A state machine on a clock of its own sends to readers, groups and channels, in the foreground and as broadcasts, with any
delays, gives up, is answered 429, lets time pass and restarts. What went out is judged as it arrived.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from telegram.error import RetryAfter

from bot.delivery.limiter import BACKGROUND, INTERACTIVE, Halted, Limiter
from tests.delivery.test_limiter import Clock, Wire

pytestmark = pytest.mark.filterwarnings("ignore:.*attribute `retry_after` will be of type")

FASTEST = 0.02
"""Seconds of the fastest round trip."""
READERS = st.integers(1, 40)
GROUPS = st.sampled_from([-1, -2, -1001])
DELAYS = st.sampled_from([FASTEST / 2, 0.05, 0.2, 1.0])
PRIORITIES = st.sampled_from([INTERACTIVE, BACKGROUND, BACKGROUND])
BURST, PATIENCE, TINY = 3, 30.0, 1e-6


class Line(Wire):
    """Refuses what arrives while Telegram wants silence, and all that the test wants refused."""

    flood: int = 0

    def refuse(self) -> None:
        if self.flood:
            seconds, self.flood = self.flood, 0
            raise RetryAfter(seconds)


class Traffic(RuleBasedStateMachine):
    """A limiter, everybody who wants something of it, and what came of it."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self.calls: list[tuple[asyncio.Task[Any], int, int, str]] = []
        self.halts: list[tuple[float, float]] = []
        self.names = 0
        self.asked: dict[str, int] = {}
        """By name, how many had gone out before."""
        self.start(0.0)

    def start(self, halted_for: float) -> None:
        """As after a restart: all that is remembered is how long a halt still lasts."""
        self.limiter = Limiter(clock=self.clock, sleep=self.clock.sleep, on_halt=self.note)
        self.limiter._trips.add(FASTEST)
        self.line = Line(self.clock, self.limiter)
        self.line.fail = self.line.refuse
        self.calls = []
        if halted_for:
            self.loop.run_until_complete(self.halt(halted_for))

    async def halt(self, seconds: float) -> None:
        self.limiter.halt(seconds)

    def note(self, seconds: float) -> None:
        self.halts.append((self.clock.now, self.clock.now + seconds))

    def ask(self, chat: int, priority: int, there: float, back: float, times: int) -> None:
        async def begin() -> None:
            for _ in range(times):
                self.names += 1
                name = str(self.names)
                call = self.line.send(chat, name, priority=priority, there=there, back=back)
                self.calls.append((self.loop.create_task(call), chat, priority, name))
                self.asked[name] = len(self.line.began)
            await self.clock.advance(0.0)

        self.loop.run_until_complete(begin())

    @rule(chat=READERS, priority=PRIORITIES, there=DELAYS, back=DELAYS, times=st.integers(1, 6))
    def write_to_a_reader(self, chat: int, priority: int, there: float, back: float, times: int) -> None:
        self.ask(chat, priority, there, back, times)

    @rule(chat=GROUPS, priority=PRIORITIES, there=DELAYS, times=st.integers(1, 30))
    def write_to_a_group(self, chat: int, priority: int, there: float, times: int) -> None:
        self.ask(chat, priority, there, FASTEST / 2, times)

    @rule(first=READERS, there=DELAYS)
    def a_broadcast(self, first: int, there: float) -> None:
        for chat in range(first, first + 40):
            self.ask(100 + chat, BACKGROUND, there, FASTEST / 2, 1)

    @rule(seconds=st.sampled_from([0.001, 0.05, 0.3, 1.0, 1.0, 7.0, 61.0]))
    def time_passes(self, seconds: float) -> None:
        # And a little more: what was to happen at that moment may be a rounding later.
        self.loop.run_until_complete(self.clock.advance(seconds + 0.000137))

    @rule(seconds=st.sampled_from([1, 5, 40, 3600]))
    def the_next_arrival_is_answered_429(self, seconds: int) -> None:
        self.line.flood = seconds

    @precondition(lambda self: self.calls)
    @rule(which=st.integers(0, 1000))
    def somebody_gives_up(self, which: int) -> None:
        self.calls[which % len(self.calls)][0].cancel()
        self.loop.run_until_complete(self.clock.advance(0.0))

    @rule()
    def restart(self) -> None:
        """Stop, and start a minute later: what had gone out before is no matter any more."""
        self.stop(61.0)
        until = max((until for _, until in self.halts), default=0.0)
        self.start(max(0.0, until - self.clock.now))

    def stop(self, seconds: float) -> None:
        """Nobody waits any longer, and what went out kept to the limits."""
        self.loop.run_until_complete(self.limiter.shutdown())
        self.loop.run_until_complete(self.clock.advance(seconds))
        for call, *_ in self.calls:
            assert call.done()
            error = None if call.cancelled() else call.exception()
            assert error is None or isinstance(error, RetryAfter | Halted)
        arrived = [at for at, _, _ in self.line.arrived]
        assert most(arrived, 1.0) <= 30
        for chat in {chat for _, chat, _ in self.line.began}:
            began = [at for at, to, _ in self.line.began if to == chat]
            for number, at in enumerate(began):
                for count, then in enumerate(began[number:], 1):
                    assert count <= BURST + (then - at) + TINY, "more than one a second after the burst"
            if chat < 0:
                assert most([at for at, to, _ in self.line.arrived if to == chat], 60.0) <= 20
        for at, _, _ in self.line.began:
            assert not any(since + TINY < at < until - TINY for since, until in self.halts)

    @invariant()
    def whoever_waits_has_to(self) -> None:
        """Nobody waits for a chat that is free while there is a place; of three who go one at most is a broadcast while
        an answer waits, and one at least while a broadcast does."""
        begun = {name for _, _, name in self.line.began}
        before = self.clock.now - 2 * TINY  # what becomes free at this very moment may be a rounding later
        waiting = [call for call in self.calls if not call[0].done() and call[3] not in begun]
        halted = self.limiter.halted_for
        for _, chat, priority, _ in waiting:
            assert halted <= PATIENCE
            assert not halted or priority == INTERACTIVE, "a broadcast waits a halt out"
            known = self.limiter._chats.get(chat)
            if known is not None and not halted:
                free_at = self.limiter._free_at(self.limiter._chat(chat, before), before)
                place_at = self.limiter._overall.free_at(before)
                assert max(free_at, place_at) > before, "somebody waits for nothing"
        priorities = {name: priority for _, _, priority, name in self.calls}
        chats = [chat for _, chat, _, _ in waiting] + [chat for _, chat, _ in self.line.began]
        for _, chat, priority, name in waiting:
            if chat < 0 or chats.count(chat) > 1:
                continue
            # Nothing but the overall limit keeps this one.
            gone = [priorities[other] for _, _, other in self.line.began[self.asked[name] :]]
            answers, broadcasts = gone.count(INTERACTIVE), gone.count(BACKGROUND)
            if priority == INTERACTIVE:
                assert broadcasts <= answers / 2 + 1
            else:
                assert answers <= 2 * broadcasts + 2

    def teardown(self) -> None:
        self.stop(100.0)
        self.loop.close()


def most(times: Sequence[float], seconds: float) -> int:
    """The most of these moments in any span of that length (its end excluded)."""
    ordered, first, found = sorted(times), 0, 0
    for number, at in enumerate(ordered):
        while ordered[first] <= at - seconds + TINY:
            first += 1
        found = max(found, number - first + 1)
    return found


@pytest.mark.slow
def test_no_limit_is_ever_broken() -> None:
    run_state_machine_as_test(
        Traffic, settings=settings(max_examples=10, stateful_step_count=30, deadline=None)
    )


@pytest.mark.soak
def test_no_limit_is_ever_broken_for_long() -> None:
    run_state_machine_as_test(
        Traffic, settings=settings(max_examples=200, stateful_step_count=50, deadline=None)
    )
