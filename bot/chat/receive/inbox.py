"""The durable inbox: each update is parsed by itself, stored before Telegram may forget it, and handled once.

    poller or webhook → inbox row → read, who has asked least first → its chat's lane → handled → row done

An update whose handling was cut off, or whose answer could not be given, is handled again: soon, or after the restart.
"""

import asyncio
import contextlib
import hashlib
import json
import logging
import sqlite3
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from telegram import Bot, Update

from bot.chat.progress import UnansweredError
from bot.chat.receive.fairness import PERSON_BURST
from bot.chat.receive.intake import Intake
from bot.chat.receive.lanes import Lanes
from bot.chat.receive.poison import Complaints, problem_of
from bot.chat.receive.toll import SlowDown, errand_of, just_met
from bot.clock.waits import doubled
from bot.runtime.patience import until_stored
from bot.runtime.services import Services
from storage import inbox
from storage.errors import may_pass

log = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member", "channel_post", "inline_query")
MAX_ID = 2**53
"""Telegram's update ids are positive and far below; what is not in between is no update of Telegram's."""
PAUSE = 1.0
"""Seconds before an answer that could not be given is tried again; doubled each time up to MAX_WAIT. A 429 says
itself how long."""
MAX_WAIT = 60.0
MAX_ATTEMPTS = 20
"""A quarter of an hour, and each time that Telegram halts us, counts as one; then the update is set aside."""
IDENTITY: dict[str, tuple[tuple[str, ...], ...]] = {
    "message": (("chat", "id"), ("message_id",), ("date",)),
    "channel_post": (("chat", "id"), ("message_id",), ("date",)),
    "callback_query": (("id",),),
    "inline_query": (("id",),),
    "my_chat_member": (("chat", "id"), ("from", "id"), ("date",), ("new_chat_member", "status")),
}
"""Where each kind of update says what makes it one of its own."""

Handle = Callable[[Update], Awaitable[None]]


class Inbox:
    """Stores updates and hands each to `handle` once. `clock` counts seconds, monotonically."""

    def __init__(
        self, bot: Bot, services: Services, handle: Handle, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.bot = bot
        self.services = services
        self.handle = handle
        self._intake = Intake(clock=clock, is_new=self._is_new)
        self._lanes = Lanes(self._see_through, clock=clock, asked=self._intake.asked)
        self._complaints = Complaints(clock=clock)
        self._slow_down = SlowDown(services, clock=clock)
        self._closed = asyncio.Event()
        self._unrecorded: set[asyncio.Task[None]] = set()
        """Records that could not be written to the store yet."""

    def resume(self) -> None:
        """Handle what an earlier run stored and did not finish."""
        waiting = [
            (number, payload, _place_in(payload)) for number, payload in inbox.waiting(self.services.db)
        ]
        counts = Counter(place for _, _, place in waiting)
        for number, payload, place in waiting:
            paid = counts[place] <= PERSON_BURST  # who has more waiting has not paid for all of it
            self._intake.add(place, partial(self._begin, number, payload, paid=paid))

    def receive(self, raw: object) -> bool:
        """Store one update as it came and begin to handle it; False for one that we have, or that is none."""
        return self.receive_all([raw]) > 0

    def receive_all(self, found: Sequence[object]) -> int:
        """Store these updates, all or none, and begin to handle them; how many are new."""
        fresh: list[tuple[int, str, BaseException | None, int]] = []
        with self.services.db.transaction():
            for raw in found:
                update_id = id_of(raw)
                if update_id is None:
                    self._complaints.error("an update without a usable id was dropped")
                    continue
                payload, problem = _dumped(raw)
                mark = _mark(raw) if problem is None else ""
                number = inbox.put(self.services.db, update_id, payload, self.services.now(), mark)
                if number is not None:
                    fresh.append((number, payload, problem, _place_of(raw)))
        at_once = len(fresh) == 1 and self._intake.idle
        for number, payload, problem, place in fresh:
            if problem is not None:
                self._poisoned(number, problem)
            elif at_once:
                self._intake.count(place)
                self._begin(number, payload)
            else:
                self._intake.add(place, partial(self._begin, number, payload))
        return len(fresh)

    def spoiled(self, update_id: int, body: bytes, error: BaseException) -> bool:
        """Record an update of which only the id can be read; False where we have it already."""
        number = inbox.put(self.services.db, update_id, "", self.services.now(), _digest(body))
        if number is not None:
            self._poisoned(number, error)
        return number is not None

    def _is_new(self, place: int) -> bool:
        try:
            return just_met(self.services, place)
        except sqlite3.Error:
            return False

    def _begin(self, number: int, payload: str, *, paid: bool = False) -> None:
        raw = None
        try:
            raw = json.loads(payload)
            raw["update_id"] = number  # from here on it is known by our number
            update = Update.de_json(raw, self.bot)
            place = _place(update)
            errand = errand_of(update, self.services, paid=paid)
        except Exception as error:  # whatever is wrong with it, the next update must be read
            self._poisoned(number, error)
            self._slow_down.end_spinner(raw)
            return
        if shed := [each.work for each in self._lanes.add(place, errand)]:
            self._shed(shed)

    def _shed(self, updates: Sequence[Update]) -> None:
        self._record(partial(inbox.shed, self.services.db, [update.update_id for update in updates]))
        for update in updates:
            try:
                self._slow_down.tell(update)
            except Exception as error:  # nor does what is wrong with it keep the next one from being read
                self._problem(update.update_id, error)

    async def _see_through(self, update: Update) -> None:
        """Handle the update until it is answered, or cannot be; where we stop before, it stays new."""
        for failures in range(MAX_ATTEMPTS):
            try:
                await self.handle(update)
            except UnansweredError as error:
                problem: Exception = error
                if await self._closes_within(error.seconds or doubled(PAUSE, failures, MAX_WAIT)):
                    return
            except Exception as error:  # recorded; one bad update must not stop the bot
                problem = error
                break
            else:
                await until_stored(lambda: inbox.done(self.services.db, update.update_id))
                return
        words = self._problem(update.update_id, problem)
        await until_stored(partial(inbox.poison, self.services.db, update.update_id, words))

    async def _closes_within(self, seconds: float) -> bool:
        """Wait so many seconds; returns whether the inbox is stopping."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closed.wait(), seconds)
        return self._closed.is_set()

    def _poisoned(self, number: int, error: BaseException) -> None:
        self._record(partial(inbox.poison, self.services.db, number, self._problem(number, error)))

    def _record(self, what: Callable[[], None]) -> None:
        """Now, or as soon as the store can be written; who receives is not kept waiting, and goes on."""
        try:
            what()
        except sqlite3.Error as error:
            if not may_pass(error):
                raise
            task = asyncio.get_running_loop().create_task(until_stored(what))
            self._unrecorded.add(task)
            task.add_done_callback(self._unrecorded.discard)

    def _problem(self, number: int, error: BaseException) -> str:
        """What goes into the record, logged."""
        problem = problem_of(error)
        self._complaints.error("update %d cannot be handled: %s", number, problem)
        return problem

    async def drain(self, seconds: float) -> None:
        """Wait until all that was received is handled, at most so long."""
        end = time.monotonic() + seconds
        while (tasks := [*self._intake.tasks(), *self._lanes.tasks(), *self._unrecorded]) and (
            left := end - time.monotonic()
        ) > 0:
            await asyncio.wait(tasks, timeout=left)

    def close(self) -> None:
        """Begin nothing more. What waits, for its turn or for an answer that could not be given, stays for the next run.

        To be called before the limiter is shut, which then refuses what is being answered.
        """
        self._closed.set()
        self._intake.close()
        self._lanes.close()
        self._slow_down.close()

    async def stop(self, seconds: float) -> None:
        """Close, and give what is being handled so long to end; what does not is cut off, and handled again."""
        self.close()
        for task in self._unrecorded:
            task.cancel()  # the next run finds out again
        if tasks := self._lanes.tasks():
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


def id_of(raw: object) -> int | None:
    """Telegram's id of an update, or None where it has none that could be Telegram's."""
    update_id = raw.get("update_id") if isinstance(raw, dict) else None
    return update_id if type(update_id) is int and 0 <= update_id < MAX_ID else None


def _dumped(raw: object) -> tuple[str, BaseException | None]:
    try:
        return json.dumps(raw, ensure_ascii=True), None
    except RecursionError as error:
        return "", error


def _mark(raw: Any) -> str:
    """A fingerprint that differs between two updates with one id and stays equal when one is sent again."""
    kind = next((name for name in raw if name in IDENTITY), "")
    known = [_at(raw[kind], way) for way in IDENTITY.get(kind, ())]
    whole = {name: value for name, value in raw.items() if name != "update_id"}
    return _digest(json.dumps([kind, known] if any(known) else whole, sort_keys=True).encode())


def _at(value: Any, way: Sequence[str]) -> Any:
    for name in way:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def _place_in(payload: str) -> int:
    try:
        return _place_of(json.loads(payload))
    except (ValueError, RecursionError, AttributeError):
        return 0  # what is wrong with it is told when it is read


def _place_of(raw: Any) -> int:
    """The chat of an update that is not read yet, in which order it is read; 0 where it does not say it plainly."""
    for kind in ALLOWED_UPDATES:
        if isinstance(said := raw.get(kind), dict):
            found = _at(said, ("from", "id") if kind == "inline_query" else ("chat", "id"))
            found = _at(said, ("message", "chat", "id")) if kind == "callback_query" else found
            return found if type(found) is int else 0
    return 0


def _place(update: Update) -> int:
    """The chat (of an inline query, the person) in whose order the update is handled; raises TypeError where its id is no
    number."""
    if update.inline_query is not None:
        return _number(update.inline_query.from_user.id)
    chat = update.effective_chat
    if chat is None:
        return 0
    return _number(chat.id)


def _number(found: object) -> int:
    if type(found) is not int:
        raise TypeError("an id that is no number")
    return found
