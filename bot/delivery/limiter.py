"""Telegram's limits kept by us, so that Telegram need not: a `BaseRateLimiter` for python-telegram-bot's `ExtBot`.

    request → (halted? wait a little or give up) → queue by priority → a place in every window → call → answer

* at most `overall` messages in *every* window of one second: a place is free again one second after its
  *answer* came, so the bound holds at Telegram's end too, whatever the network delays in between;
* at most one a second to a chat, after a burst of `burst`; at most `per_minute` a minute to a group or channel;
* interactive answers overtake broadcasts, also those already waiting;
* a 429 halts every call but getUpdates for its full time. Who can wait, waits; a broadcast gets `RetryAfter` at
  once, so that its row goes back to pending and survives a restart. `halted_for`, `halt` and `on_halt` let the
  caller keep the halt in the database.
"""

import asyncio
import bisect
import itertools
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.delivery.outcomes import seconds_of

INTERACTIVE: Final = 0
BACKGROUND: Final = 1
"""Values for `rate_limit_args`; None means interactive."""

_NO_MESSAGES = frozenset({"sendChatAction"})
_MESSAGES = ("send", "edit", "copy", "forward")
"""Methods whose names begin so put a message before somebody: only they are counted."""

_ASSUME_ARRIVED = 3.0
"""Seconds after which a call without an answer is taken as arrived, so that a hanging Telegram frees its place."""

_LOOK = 0.1
"""Seconds after which `ready` looks again: an answer may have freed a place earlier than was assumed."""

_SWEEP_AT = 2048
"""Chats remembered before those are forgotten whose limits are all free again."""

Answer = bool | dict[str, Any] | list[dict[str, Any]]


class Halted(RetryAfter):
    """The halt after an earlier 429 refused this call before it left: telegram's RetryAfter, raised by us."""

    def __init__(self, seconds: float) -> None:
        # Not RetryAfter's own constructor: it warns about its attribute's coming type (PTB 22.8).
        TelegramError.__init__(self, f"halted after too many requests for {seconds:.0f} s more")
        self._retry_after = timedelta(seconds=seconds)


class _Window:
    """At most `limit` calls in every `seconds`, counted at the receiver's end."""

    __slots__ = ("_limit", "_places", "_seconds")

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._places: deque[_Place] = deque()

    def free_at(self, now: float) -> float:
        """When a place is free: ≤ now means at once; infinity while that hangs on an answer still to come."""
        while self._places and self._places[0].left <= now - self._seconds:
            self._places.popleft()
        if len(self._places) < self._limit:
            return now
        return min(place.left for place in self._places) + self._seconds

    def take(self, place: "_Place") -> None:
        # Answers come in any order: what is gone stays at most until those before it are.
        self._places = deque(held for held in self._places if held.left > place.granted - self._seconds)
        self._places.append(place)

    @property
    def empty(self) -> bool:
        return not self._places


@dataclass(slots=True)
class _Place:
    """One call's place in the windows: taken when granted, counted from `left` on."""

    granted: float
    left: float
    """When the call surely had arrived: its answer's time, until then the assumed one."""


@dataclass(slots=True)
class _Chat:
    """What a chat may still receive."""

    window: _Window | None
    """Groups and channels only."""
    tokens: float
    refilled: float


@dataclass(slots=True, order=True)
class _Waiter:
    priority: int
    number: int
    chat: int | str = field(compare=False)
    granted: asyncio.Future[_Place] = field(compare=False)


class Limiter(BaseRateLimiter[int]):
    """See the module. `clock` counts seconds, monotonically; `sleep` is asyncio's or a test's."""

    def __init__(
        self,
        *,
        overall: int = 30,
        burst: int = 3,
        per_minute: int = 20,
        patience: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        on_halt: Callable[[float], None] | None = None,
    ) -> None:
        """`patience`: seconds of a halt that an interactive answer waits out; `on_halt` hears the seconds left."""
        self._overall = _Window(overall, 1.0)
        self._burst = burst
        self._per_minute = per_minute
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._on_halt = on_halt
        self._halted_until = -math.inf
        self._closed = False
        self._chats: dict[int | str, _Chat] = {}
        self._sweep_at = _SWEEP_AT
        self._waiting: list[_Waiter] = []
        self._numbers = itertools.count()
        self._timer: asyncio.Task[None] | None = None
        self._wake_at = math.inf

    async def initialize(self) -> None:
        """Let calls through (again)."""
        self._closed = False

    async def shutdown(self) -> None:
        """Refuse whoever waits or comes from now on with `Halted`: surely not sent, so a row can go back to pending.

        May be called early while stopping, before those whose answers are still to come are waited for.
        """
        self._closed = True
        if self._timer:
            self._timer.cancel()
            await asyncio.gather(self._timer, return_exceptions=True)
            self._timer = None
        for waiter in self._waiting:
            if not waiter.granted.done():
                waiter.granted.set_exception(Halted(0.0))
        self._waiting.clear()

    @property
    def halted_for(self) -> float:
        """Seconds for which everything still stands still; 0 when nothing does."""
        return max(0.0, self._halted_until - self._clock())

    def halt(self, seconds: float) -> None:
        """Let nothing out for that long (a 429's, or what was left of one before a restart); never shortens."""
        self._halted_until = max(self._halted_until, self._clock() + seconds)
        if self._on_halt:
            self._on_halt(self.halted_for)
        self._schedule()

    async def ready(self) -> None:
        """Return when the next message need not wait for the overall limit, or would be refused at once.

        For a sender that would rather hold a message back than have it queue here.
        """
        while not (self._closed or self.halted_for):
            now = self._clock()
            free_at = self._overall.free_at(now)
            if free_at <= now:
                return
            await self._sleep(min(free_at - now, _LOOK))

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Answer:
        """Call back as soon as every limit allows; one more try after a short 429 if the call is interactive."""
        priority = INTERACTIVE if rate_limit_args is None else rate_limit_args
        chat = _counted_chat(endpoint, data)
        try:
            return await self._call(callback, args, kwargs, chat, priority)
        except RetryAfter as flood:
            if self._closed or priority != INTERACTIVE or seconds_of(flood) > self._patience:
                raise
        return await self._call(callback, args, kwargs, chat, priority)

    async def _call(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        chat: int | str | None,
        priority: int,
    ) -> Answer:
        place = _Place(0.0, 0.0)
        await self._outwait_halt(priority)
        if chat is not None:
            place = await self._queue(chat, priority)
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as flood:
            self.halt(seconds_of(flood))
            raise
        finally:
            place.left = min(place.left, self._clock())
            self._schedule()

    async def _outwait_halt(self, priority: int) -> None:
        while (left := self.halted_for) > 0 or self._closed:
            if self._closed or priority != INTERACTIVE or left > self._patience:
                raise Halted(left)
            await self._sleep(left)

    async def _queue(self, chat: int | str, priority: int) -> _Place:
        waiter = _Waiter(priority, next(self._numbers), chat, asyncio.get_running_loop().create_future())
        bisect.insort(self._waiting, waiter)
        self._schedule()
        try:
            return await waiter.granted
        except asyncio.CancelledError:
            self._waiting = [other for other in self._waiting if other is not waiter]
            self._schedule()
            raise

    def _schedule(self) -> None:
        """Grant what can be granted now, and see to it that somebody looks again in time."""
        wake_at = self._grant(self._clock())
        if wake_at == math.inf or (self._timer and not self._timer.done() and self._wake_at <= wake_at):
            return
        if self._timer:
            self._timer.cancel()
        self._wake_at = wake_at
        self._timer = asyncio.get_running_loop().create_task(self._wake(wake_at))

    async def _wake(self, at: float) -> None:
        await self._sleep(max(0.0, at - self._clock()))
        self._timer, self._wake_at = None, math.inf
        self._schedule()

    def _grant(self, now: float) -> float:
        """Let out everyone who may go, in order of priority; when to look again (infinity: nobody waits)."""
        if self._waiting and now < self._halted_until:
            self._send_away(now)
        soonest = math.inf
        kept: list[_Waiter] = []
        for position, waiter in enumerate(self._waiting):
            if waiter.granted.done():  # cancelled, and its task has not run yet
                continue
            free_at = max(self._overall.free_at(now), self._halted_until)
            if free_at > now:
                kept += self._waiting[position:]
                soonest = min(soonest, free_at)
                break
            chat = self._chat(waiter.chat, now)
            free_at = self._free_at(chat, now)
            if free_at > now:
                kept.append(waiter)
                soonest = min(soonest, free_at)
                continue
            place = _Place(now, now + _ASSUME_ARRIVED)
            self._overall.take(place)
            if chat.window:
                chat.window.take(place)
            chat.tokens -= 1.0
            waiter.granted.set_result(place)
        self._waiting = kept
        return soonest

    def _send_away(self, now: float) -> None:
        """During a halt nobody waits whose halt it outlasts: they get the 429 that they would have got."""
        left = self._halted_until - now
        for waiter in self._waiting:
            if (waiter.priority != INTERACTIVE or left > self._patience) and not waiter.granted.done():
                waiter.granted.set_exception(Halted(left))
        self._waiting = [waiter for waiter in self._waiting if not waiter.granted.done()]

    def _chat(self, chat_id: int | str, now: float) -> _Chat:
        if len(self._chats) > self._sweep_at:
            self._forget_idle(now)
            self._sweep_at = max(_SWEEP_AT, 2 * len(self._chats))
        known = self._chats.get(chat_id)
        if known is None:
            many = isinstance(chat_id, str) or chat_id < 0  # groups, channels and @names of either
            window = _Window(self._per_minute, 60.0) if many else None
            known = self._chats[chat_id] = _Chat(window, float(self._burst), now)
        known.tokens = min(float(self._burst), known.tokens + now - known.refilled)
        known.refilled = now
        return known

    def _free_at(self, chat: _Chat, now: float) -> float:
        # A millionth forgives the rounding of refills, which would else ask for a wait of nothing.
        by_second = now if chat.tokens >= 1.0 - 1e-6 else now + (1.0 - chat.tokens)
        return max(by_second, chat.window.free_at(now)) if chat.window else by_second

    def _forget_idle(self, now: float) -> None:
        for chat_id, chat in list(self._chats.items()):
            idle = chat.tokens + now - chat.refilled >= self._burst
            if idle and (chat.window is None or (chat.window.free_at(now) <= now and chat.window.empty)):
                del self._chats[chat_id]


def _counted_chat(endpoint: str, data: dict[str, Any]) -> int | str | None:
    """The chat against whose limits the call counts; None for a call that puts no message before anybody."""
    chat = data.get("chat_id")
    if chat is None or endpoint in _NO_MESSAGES or not endpoint.startswith(_MESSAGES):
        return None
    text = str(chat)
    return int(text) if text.lstrip("-").isdigit() else text
