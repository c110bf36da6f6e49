"""Rate limits for incoming updates, and the order in which heavy users are served, so that nobody delays others.

    an update → does it ask for anything? → a token of the person and one of the chat → light users at once,
                                                                                       the others by turns

A token is paid when an update arrives, before any work for it. Who has none left is told once a minute to slow down;
only the newest of what they ask waits for the next token, so that what a reader sends after a flood is not lost.

Fifty chats that flood are fifty light users in their first second, more than Telegram lets us answer. So of chats that we
met just now only so many a second count as light: readers whom we know go before them.
"""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

PERSON_BURST, PERSON_RATE = 20, 1.0
"""Requests that one person may make at once, and per second: enough to set everything up in one go."""
CHAT_BURST, CHAT_RATE = 60, 2.0
"""Requests that a group or channel, all members together, may make at once, and per second. A private chat counts as
its person."""
CHATTER_BURST, CHATTER_RATE = 60, 10.0
"""Messages between a group's members that the bot sees: they are looked at and not answered."""
LIGHT = 1.5
"""A sender with at most so many tokens to regain, the current one included, is served at once."""
NEWCOMER_BURST, NEWCOMER_RATE = 6, 6.0
"""New chats that are served at once, and per second; the others wait for a turn."""
SINGLE_BURST, SINGLE_RATE = 4, 6.0
"""Beyond these, new chats that have asked once while all who wait for a turn have asked more."""
NEW_FOR = 60.0
"""Seconds for which a chat counts as new."""
TURNS = 7.0
"""Turns a second for all others together: with the newcomers two thirds of the messages that Telegram takes."""
SLOW_DOWN_EVERY = 60.0
"""Seconds between two requests to slow down, by chat."""
MAX_WAITING = 60
"""Waiting updates per chat; beyond that, the oldest are dropped."""
SWEEP_AT = 4096
"""Number of buckets in memory above which full ones are dropped."""


class Payer(NamedTuple):
    """The token bucket that an update draws from: its key, burst and rate."""

    name: Hashable
    burst: int
    rate: float


NEWCOMERS = (Payer("newcomers", NEWCOMER_BURST, NEWCOMER_RATE),)
SINGLES = (Payer("singles", SINGLE_BURST, SINGLE_RATE),)


@dataclass(slots=True)
class Bucket:
    """Tokens, refilled at a steady rate up to the burst."""

    burst: int
    rate: float
    tokens: float
    at: float

    def fill(self, now: float) -> None:
        """Up to `now`."""
        self.tokens = min(float(self.burst), self.tokens + max(0.0, now - self.at) * self.rate)
        self.at = now


class Purse:
    """Everybody's buckets. `clock` counts seconds, monotonically."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: dict[Hashable, Bucket] = {}
        self._sweep_at = SWEEP_AT

    def pay(self, payers: Sequence[Payer]) -> bool:
        """Take a token from every bucket, or from none if one is empty."""
        if self.wait(payers) > 0:
            return False
        for payer in payers:
            self._bucket(payer).tokens -= 1.0
        return True

    def wait(self, payers: Sequence[Payer]) -> float:
        """Seconds until each has a token."""
        # A millionth forgives the rounding of refills, which would else ask for a wait of nothing.
        missing = ((1.0 - 1e-6 - self._bucket(payer).tokens) / payer.rate for payer in payers)
        return max(0.0, *missing, 0.0)

    def spent(self, payers: Sequence[Payer]) -> float:
        """The tokens that the one who asked most has to regain."""
        return max((payer.burst - self._bucket(payer).tokens for payer in payers), default=0.0)

    def _bucket(self, payer: Payer) -> Bucket:
        now = self._clock()
        if len(self._buckets) > self._sweep_at:
            self._sweep(now)
        bucket = self._buckets.get(payer.name)
        if bucket is None:
            bucket = self._buckets[payer.name] = Bucket(payer.burst, payer.rate, float(payer.burst), now)
        bucket.fill(now)
        return bucket

    def _sweep(self, now: float) -> None:
        for name, bucket in list(self._buckets.items()):
            bucket.fill(now)
            if bucket.tokens >= bucket.burst:
                del self._buckets[name]
        self._sweep_at = max(SWEEP_AT, 2 * len(self._buckets))


class Turns:
    """A fixed number of turns per second for all heavy users together; who has asked least comes first."""

    def __init__(self, rate: float = TURNS) -> None:
        self._gap = 1.0 / rate
        self._waiting: dict[asyncio.Future[None], Callable[[], float]] = {}
        self._next = 0.0
        self._task: asyncio.Task[None] | None = None

    async def mine(self, spent: Callable[[], float]) -> None:
        """Wait for the turn of a sender with so many tokens to regain."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting[turn] = spent
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._give())
        try:
            await turn
        finally:
            self._waiting.pop(turn, None)

    def all_asked_more(self, spent: float) -> bool:
        """Whether somebody waits, and everybody who does has more tokens to regain."""
        return bool(self._waiting) and all(theirs() > spent for theirs in self._waiting.values())

    async def _give(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            if (wait := self._next - loop.time()) > 0:
                await asyncio.sleep(wait)
            if not self._waiting:
                return
            turn = min(self._waiting, key=lambda each: self._waiting[each]())
            del self._waiting[turn]
            if not turn.done():  # else its chat has just ceased to wait
                turn.set_result(None)
                self._next = loop.time() + self._gap

    def close(self) -> None:
        """Give no more turns."""
        if self._task is not None:
            self._task.cancel()
