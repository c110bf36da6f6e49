"""Keeps to Telegram's rate limits: a `BaseRateLimiter` for python-telegram-bot's `ExtBot`.

    request → (halted? wait a little or give up) → queue by priority → a place in every window → call → answer

* at most `overall` messages in *every* window of one second as Telegram sees it, whatever the network delays in
  between: a place is free again one second after its answer came, less the fastest round trip (`windows.Trips`);
* at most one a second to a chat, after a burst of `burst`; at most `per_minute` a minute to a group or channel;
* interactive answers overtake broadcasts, also those already waiting, but for every third place of those that both
  could have: a broadcast is never starved, and whoever is alone has all (`turns`);
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
from typing import Any

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.delivery.outcomes import seconds_of
from bot.delivery.turns import BACKGROUND, INTERACTIVE, Queue, Share, Waiter
from bot.delivery.windows import Place, Trips, Window

__all__ = ["BACKGROUND", "INTERACTIVE", "Halted", "Limiter"]

_NO_MESSAGES = frozenset({"sendChatAction"})
_MESSAGES = ("send", "edit", "copy", "forward")
"""Prefixes of the methods that send a message; only those calls are counted."""

_SWEEP_AT = 2048
"""Number of chats in memory above which idle ones (all limits free) are dropped."""

Answer = bool | dict[str, Any] | list[dict[str, Any]]


class Halted(RetryAfter):
    """The halt after an earlier 429 refused this call before it left: telegram's RetryAfter, raised by us."""

    def __init__(self, seconds: float) -> None:
        # Not RetryAfter's own constructor: it warns about its attribute's coming type (PTB 22.8).
        TelegramError.__init__(self, f"halted after too many requests for {seconds:.0f} s more")
        self._retry_after = timedelta(seconds=seconds)


@dataclass(slots=True)
class _Chat:
    """The limits of one chat, and the calls that wait for it."""

    window: Window | None
    """Groups and channels only."""
    tokens: float
    refilled: float
    waiting: Queue = field(default_factory=Queue)
    listed: Waiter | None = None
    """Who of them was last put where the limiter looks for those who can go."""


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
        self._ready: tuple[list[Waiter], list[Waiter]] = ([], [])
        """By priority."""
        self._later: list[tuple[float, Waiter]] = []
        """By when their chat is free."""
        self._share = Share()
        self._numbers = itertools.count()
        self._timer: asyncio.Task[None] | None = None
        self._wake_at = math.inf
        """When the timer rings; infinity without one."""

    async def initialize(self) -> None:
        """Start (or resume) letting calls through."""
        self._closed = False

    async def shutdown(self) -> None:
        """Reject every waiting and later call with `Halted`: certainly not sent, so its row can go back to pending.

        May be called early while stopping, before those whose answers are still to come are waited for.
        """
        self._closed = True
        self._send_away()
        timer, self._timer, self._wake_at = self._timer, None, math.inf
        if timer:
            timer.cancel()
            await asyncio.gather(timer, return_exceptions=True)

    @property
    def halted_for(self) -> float:
        """Seconds until the current halt ends; 0 if there is none."""
        return max(0.0, self._halted_until - self._clock())

    def halt(self, seconds: float) -> None:
        """Let no call through for so many seconds (a 429's, or the rest of one from before a restart); never shortens a halt."""
        self._halted_until = max(self._halted_until, self._clock() + seconds)
        if self._on_halt:
            self._on_halt(self.halted_for)
        self._send_away()

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
            if not self._waits_out(seconds_of(flood), priority):
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
            if not self._waits_out(left, priority):
                raise Halted(left)
            await self._sleep(left)

    def _waits_out(self, seconds: float, priority: int) -> bool:
        """Whether such a call waits for a halt of so many seconds to end."""
        return not self._closed and priority == INTERACTIVE and seconds <= self._patience

    async def _queue(self, chat_id: int | str, priority: int) -> Place:
        waiter = Waiter(priority, next(self._numbers), chat_id, asyncio.get_running_loop().create_future())
        chat = self._chat(chat_id, self._clock())
        chat.waiting.add(waiter)
        self._list(chat)
        self._schedule()
        return await waiter.granted

    def _schedule(self) -> None:
        """Let through every call that may go now, and schedule the next look."""
        wake_at = self._grant(self._clock())
        if wake_at < self._wake_at:
            if self._timer:
                self._timer.cancel()
            self._wake_at = wake_at
            self._timer = asyncio.get_running_loop().create_task(self._wake(wake_at))

    async def _wake(self, at: float) -> None:
        await self._sleep(at - self._clock())
        self._timer, self._wake_at = None, math.inf
        self._schedule()

    def _grant(self, now: float) -> float:
        """Let out everyone who may go, each in their turn; when to look again (infinity: nobody waits)."""
        while self._later and self._later[0][0] <= now:
            free = heapq.heappop(self._later)[1]
            heapq.heappush(self._ready[free.priority], free)
        while any(self._ready):
            if (free_at := max(self._overall.free_at(now), self._halted_until)) > now:
                return free_at
            answer, background = self._first(INTERACTIVE, now), self._first(BACKGROUND, now)
            waiter = self._share.next(answer, background)
            if waiter is None:
                break
            self._share.went(waiter, kept=background is not None)
            self._let_out(waiter, now)
        return self._later[0][0] if self._later else math.inf

    def _first(self, priority: int, now: float) -> Waiter | None:
        """The first of this priority whose chat is free."""
        ready = self._ready[priority]
        while ready:
            waiter = ready[0]
            chat = self._chat(waiter.chat, now)
            if chat.listed is not waiter:  # overtaken
                heapq.heappop(ready)
            elif waiter.granted.done():  # given up
                heapq.heappop(ready)
                self._list(chat)
            elif (free_at := self._free_at(chat, now)) > now:
                heapq.heappush(self._later, (free_at, heapq.heappop(ready)))
            else:
                return waiter
        return None

    def _let_out(self, waiter: Waiter, now: float) -> None:
        """Give a place to the first of those who are ready."""
        heapq.heappop(self._ready[waiter.priority])
        chat = self._chat(waiter.chat, now)
        place = Place(now, self._trips)
        self._overall.take(place)
        if chat.window:
            chat.window.take(place)
        chat.tokens -= 1.0
        chat.waiting.remove_first()
        waiter.granted.set_result(place)
        self._list(chat)

    def _list(self, chat: _Chat) -> None:
        """Whoever is first in the chat now is to be found among those who can go."""
        first = chat.waiting.first()
        if first is not None and first is not chat.listed:
            heapq.heappush(self._ready[first.priority], first)
        chat.listed = first

    def _send_away(self) -> None:
        """Nobody waits who does not wait the halt out: they get the 429 that they would have got."""
        left = self.halted_for
        self._ready, self._later = ([], []), []
        for chat in self._chats.values():
            for waiter in itertools.chain(*chat.waiting.lines):
                if not (waiter.granted.done() or self._waits_out(left, waiter.priority)):
                    waiter.granted.set_exception(Halted(left))
            chat.listed = None
            self._list(chat)

    def _chat(self, chat_id: int | str, now: float) -> _Chat:
        if len(self._chats) > self._sweep_at:
            self._forget_idle(now)
            self._sweep_at = max(_SWEEP_AT, 2 * len(self._chats))
        known = self._chats.get(chat_id)
        if known is None:
            many = str(chat_id).startswith(("-", "@"))  # groups, channels and names of either
            window = Window(self._per_minute, 60.0) if many else None
            known = self._chats[chat_id] = _Chat(window, float(self._burst), now)
        known.tokens = min(float(self._burst), known.tokens + now - known.refilled)
        known.refilled = now
        return known

    def _free_at(self, chat: _Chat, now: float) -> float:
        """When the chat's own limits let the next message out; ≤ now means at once."""
        by_second = now + (1.0 - chat.tokens)
        return max(by_second, chat.window.free_at(now)) if chat.window else by_second

    def _forget_idle(self, now: float) -> None:
        for chat_id, chat in list(self._chats.items()):
            idle = not chat.waiting and chat.tokens + now - chat.refilled >= self._burst
            if idle and (chat.window is None or chat.window.is_empty(now)):
                del self._chats[chat_id]


def _counted_chat(endpoint: str, data: dict[str, Any]) -> int | str | None:
    """The chat against whose limits the call counts; None for a call that puts no message before anybody."""
    chat = data.get("chat_id")
    if chat is None or endpoint in _NO_MESSAGES or not endpoint.startswith(_MESSAGES):
        return None
    text = str(chat)
    return int(text) if text.lstrip("-").isdigit() else text
