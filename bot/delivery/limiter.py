"""Telegram's limits kept by us, so that Telegram need not: a `BaseRateLimiter` for python-telegram-bot's `ExtBot`.

    request → (halted? wait a little or give up) → queue by priority → a place in every window → call → answer

* at most `overall` messages in *every* window of one second as Telegram sees it, whatever the network delays in
  between: a place is free again one second after its answer came, less the fastest round trip (`windows.Trips`);
* at most one a second to a chat, after a burst of `burst`; at most `per_minute` a minute to a group or channel;
* interactive answers overtake broadcasts, also those already waiting;
* a 429 halts every call but getUpdates for its full time. Who can wait, waits; a broadcast gets `RetryAfter` at
  once, so that its row goes back to pending and survives a restart. `halted_for`, `halt` and `on_halt` let the
  caller keep the halt in the database.
"""

import asyncio
import heapq
import itertools
import math
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.delivery.outcomes import seconds_of
from bot.delivery.windows import Place, Trips, Window

INTERACTIVE: Final = 0
BACKGROUND: Final = 1
"""Values for `rate_limit_args`; None means interactive."""

_NO_MESSAGES = frozenset({"sendChatAction"})
_MESSAGES = ("send", "edit", "copy", "forward")
"""Methods whose names begin so put a message before somebody: only they are counted."""

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


@dataclass(slots=True, order=True)
class _Waiter:
    priority: int
    number: int
    chat: int | str = field(compare=False)
    granted: asyncio.Future[Place] = field(compare=False)


@dataclass(slots=True)
class _Chat:
    """What a chat may still receive, and who waits to write there."""

    window: Window | None
    """Groups and channels only."""
    tokens: float
    refilled: float
    waiting: list[_Waiter] = field(default_factory=list)
    """A heap."""


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
        self._trips = Trips()
        self._overall = Window(overall, 1.0)
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
        # Of each chat that somebody waits for the first waiter is in one of these heaps; one that was overtaken since
        # may still be, and is passed over. So no look at who waits takes longer for there being many.
        self._ready: list[_Waiter] = []
        self._later: list[tuple[float, _Waiter]] = []
        """By when their chat is free."""
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
        self._send_away(0.0, to_the_last=True)

    @property
    def halted_for(self) -> float:
        """Seconds for which everything still stands still; 0 when nothing does."""
        return max(0.0, self._halted_until - self._clock())

    def halt(self, seconds: float) -> None:
        """Let nothing out for that long (a 429's, or what was left of one before a restart); never shortens."""
        self._halted_until = max(self._halted_until, self._clock() + seconds)
        if self._on_halt:
            self._on_halt(self.halted_for)
        self._send_away(self.halted_for)
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
        await self._outwait_halt(priority)
        place = None if chat is None else await self._queue(chat, priority)
        try:
            answer = await callback(*args, **kwargs)
        except RetryAfter as flood:
            self.halt(seconds_of(flood))
            raise
        else:
            if place is not None:
                self._trips.add(self._clock() - place.granted)
            return answer
        finally:
            if place is not None:
                place.answered = self._clock()
                self._schedule()

    async def _outwait_halt(self, priority: int) -> None:
        while (left := self.halted_for) > 0 or self._closed:
            if self._closed or priority != INTERACTIVE or left > self._patience:
                raise Halted(left)
            await self._sleep(left)

    async def _queue(self, chat_id: int | str, priority: int) -> Place:
        waiter = _Waiter(priority, next(self._numbers), chat_id, asyncio.get_running_loop().create_future())
        chat = self._chat(chat_id, self._clock())
        heapq.heappush(chat.waiting, waiter)
        if chat.waiting[0] is waiter:
            heapq.heappush(self._ready, waiter)
        self._schedule()
        return await waiter.granted

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
        while self._later and self._later[0][0] <= now:
            heapq.heappush(self._ready, heapq.heappop(self._later)[1])
        while self._ready:
            waiter = self._ready[0]
            chat = self._chat(waiter.chat, now)
            if not chat.waiting or chat.waiting[0] is not waiter:  # overtaken
                heapq.heappop(self._ready)
            elif waiter.granted.done():  # given up
                self._next_of(chat)
            elif (free_at := max(self._overall.free_at(now), self._halted_until)) > now:
                return min(free_at, self._later[0][0]) if self._later else free_at
            elif (free_at := self._free_at(chat, now)) > now:
                heapq.heappush(self._later, (free_at, heapq.heappop(self._ready)))
            else:
                place = Place(now, self._trips)
                self._overall.take(place)
                if chat.window:
                    chat.window.take(place)
                chat.tokens -= 1.0
                waiter.granted.set_result(place)
                self._next_of(chat)
        return self._later[0][0] if self._later else math.inf

    def _next_of(self, chat: _Chat) -> None:
        """The first of `_ready`, who is the first of this chat, is done; whoever comes next takes the place."""
        heapq.heappop(chat.waiting)
        if chat.waiting:
            heapq.heapreplace(self._ready, chat.waiting[0])
        else:
            heapq.heappop(self._ready)

    def _send_away(self, left: float, *, to_the_last: bool = False) -> None:
        """During a halt nobody waits whose halt it outlasts: they get the 429 that they would have got."""
        kept: list[_Waiter] = []
        for chat in self._chats.values():
            waiting = [waiter for waiter in chat.waiting if not waiter.granted.done()]
            chat.waiting = []
            for waiter in waiting:
                if to_the_last or waiter.priority != INTERACTIVE or left > self._patience:
                    waiter.granted.set_exception(Halted(left))
                else:
                    chat.waiting.append(waiter)
            heapq.heapify(chat.waiting)
            kept += chat.waiting[:1]
        self._ready, self._later = kept, []
        heapq.heapify(self._ready)

    def _chat(self, chat_id: int | str, now: float) -> _Chat:
        if len(self._chats) > self._sweep_at:
            self._forget_idle(now)
            self._sweep_at = max(_SWEEP_AT, 2 * len(self._chats))
        known = self._chats.get(chat_id)
        if known is None:
            many = isinstance(chat_id, str) or chat_id < 0  # groups, channels and @names of either
            window = Window(self._per_minute, 60.0) if many else None
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
            idle = not chat.waiting and chat.tokens + now - chat.refilled >= self._burst
            if idle and (chat.window is None or (chat.window.free_at(now) <= now and chat.window.empty)):
                del self._chats[chat_id]


def _counted_chat(endpoint: str, data: dict[str, Any]) -> int | str | None:
    """The chat against whose limits the call counts; None for a call that puts no message before anybody."""
    chat = data.get("chat_id")
    if chat is None or endpoint in _NO_MESSAGES or not endpoint.startswith(_MESSAGES):
        return None
    text = str(chat)
    return int(text) if text.lstrip("-").isdigit() else text
