"""The durable inbox: each update is parsed by itself, stored before Telegram may forget it, and handled once.

    poller or webhook → inbox row → handled in its chat's order, chats side by side → row done

An update whose handling was cut off is handled again after the restart.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from telegram import Bot, Update

from bot.delivery.redact import redact
from bot.jobs.patience import until_stored
from bot.services import Services
from storage import inbox

log = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member", "channel_post")
MOST_ID = 2**53
"""Telegram's update ids are positive and far below; what is not in between is no update of Telegram's."""

Handle = Callable[[Update], Awaitable[None]]


class Inbox:
    """Stores updates and hands each to `handle` once."""

    def __init__(self, bot: Bot, services: Services, handle: Handle) -> None:
        self.bot = bot
        self.services = services
        self.handle = handle
        self.running: dict[int, asyncio.Task[None]] = {}
        """By Telegram's chat id, the last of its updates that is being handled or waits for the one before."""

    def resume(self) -> None:
        """Handle what an earlier run stored and did not finish."""
        for update_id, payload in inbox.waiting(self.services.db):
            self._begin(update_id, payload)

    def last_id(self) -> int | None:
        """The newest update that we have."""
        return inbox.last_id(self.services.db)

    def receive(self, raw: object) -> bool:
        """Store one update as it came and begin to handle it; False for one that we have, or that is none."""
        update_id = raw.get("update_id") if isinstance(raw, dict) else None
        if type(update_id) is not int or not 0 <= update_id < MOST_ID:
            log.warning("an update without a usable id was dropped")
            return False
        try:
            payload = json.dumps(raw, ensure_ascii=True)
        except RecursionError as error:
            return self.spoiled(update_id, error)
        if not inbox.put(self.services.db, update_id, payload, self.services.now()):
            return False
        self._begin(update_id, payload)
        return True

    def spoiled(self, update_id: int, error: BaseException) -> bool:
        """Record an update of which only the id can be read; False where we have it already."""
        new = inbox.put(self.services.db, update_id, "", self.services.now())
        if new:
            self._poisoned(update_id, error)
        return new

    def _begin(self, update_id: int, payload: str) -> None:
        try:
            update = Update.de_json(json.loads(payload), self.bot)
            place = _place(update)
        except Exception as error:  # whatever is wrong with it, the next update must be read
            self._poisoned(update_id, error)
            return
        task = asyncio.create_task(self._handle(update, self.running.get(place)))
        self.running[place] = task
        task.add_done_callback(lambda done: self._ended(place, done))

    def _ended(self, place: int, task: asyncio.Task[None]) -> None:
        if self.running.get(place) is task:
            del self.running[place]

    async def _handle(self, update: Update, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        try:
            await self.handle(update)
        except Exception as error:  # recorded; one bad update must not stop the bot
            problem = self._problem(update.update_id, error)
            await until_stored(partial(inbox.poison, self.services.db, update.update_id, problem))
        else:
            await until_stored(lambda: inbox.done(self.services.db, update.update_id))

    def _poisoned(self, update_id: int, error: BaseException) -> None:
        inbox.poison(self.services.db, update_id, self._problem(update_id, error))

    @staticmethod
    def _problem(update_id: int, error: BaseException) -> str:
        """What goes into the record, logged."""
        problem = redact(f"{type(error).__name__}: {error}")
        log.error("update %d cannot be handled: %s", update_id, problem, exc_info=error)
        return problem

    async def drain(self, seconds: float) -> None:
        """Wait for handlers that are under way, at most so long; what is left stays in the inbox."""
        if self.running:
            await asyncio.wait(self.running.values(), timeout=seconds)


def _place(update: Update) -> int:
    """The chat in whose order the update is handled; raises TypeError where its id is no number."""
    chat = update.effective_chat
    if chat is None:
        return 0
    if type(chat.id) is not int:
        raise TypeError("a chat's id that is no number")
    return chat.id
