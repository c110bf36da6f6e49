"""Long polling with a durable inbox: each update is parsed by itself, stored before Telegram may forget it.

    getUpdates → inbox row → (offset moves on) → handled in its chat's order → row done

PTB's own poller acknowledges updates when they enter memory and stops for good at one that it cannot parse.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from telegram import Bot, Update
from telegram.error import (
    BadRequest,
    Conflict,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.delivery.redact import redact
from bot.errors import ConfigError
from bot.services import Services
from storage import inbox

log = logging.getLogger(__name__)

POLL_SECONDS = 25
ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member", "channel_post")
PAUSE = 1.0
"""Seconds before trying again after trouble; doubled each time up to LONGEST_WAIT."""
LONGEST_WAIT = 30.0
CONFLICTS = 3
"""Answers 409 in a row after which we believe that another instance runs."""

Handle = Callable[[Update], Awaitable[None]]


class Poller:
    """Fetches updates and hands each to `handle` once, in order within a chat, chats side by side."""

    def __init__(
        self, bot: Bot, services: Services, handle: Handle, *, poll_seconds: int = POLL_SECONDS
    ) -> None:
        self.bot = bot
        self.services = services
        self.handle = handle
        self.poll_seconds = poll_seconds
        self.running: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Poll until cancelled. Raises ConfigError where the token is refused or another instance polls."""
        for update_id, payload in inbox.waiting(self.services.db):
            self._begin(update_id, payload)
        wait, conflicts = PAUSE, 0
        while True:
            try:
                for raw in await self._fetch():
                    self.receive(raw)
            except Conflict:
                conflicts += 1
                if conflicts >= CONFLICTS:
                    raise ConfigError(
                        "another instance polls with the same TELEGRAM_BOT_TOKEN; stop one"
                    ) from None
                await asyncio.sleep(PAUSE)
            except InvalidToken:
                raise ConfigError("Telegram does not know this TELEGRAM_BOT_TOKEN") from None
            except RetryAfter as error:
                await asyncio.sleep(_seconds(error))
            except TimedOut:
                continue  # a long poll that ended in silence
            except (NetworkError, BadRequest, TelegramError) as error:
                log.warning("cannot fetch updates, trying again in %g s: %s", wait, redact(str(error)))
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                wait, conflicts = PAUSE, 0

    async def _fetch(self) -> list[dict[str, Any]]:
        """The updates as Telegram sends them, unparsed: PTB's own call would fail as a whole at a single bad one."""
        last = inbox.last_id(self.services.db)
        wanted = {
            "timeout": self.poll_seconds,
            "allowed_updates": json.dumps(ALLOWED_UPDATES),
            **({} if last is None else {"offset": last + 1}),
        }
        address = f"{self.bot.base_url}/getUpdates?{urlencode(wanted)}"
        answer = await self.bot.request.post(address, read_timeout=self.poll_seconds + 10)
        return answer if isinstance(answer, list) else []

    def receive(self, raw: dict[str, Any]) -> None:
        """Store one update as it came and begin to handle it; one that we have already is dropped."""
        update_id = raw.get("update_id")
        if not isinstance(update_id, int):
            log.warning("an update without an id was dropped")
            return
        payload = json.dumps(raw, ensure_ascii=True)
        if inbox.put(self.services.db, update_id, payload, self.services.now()):
            self._begin(update_id, payload)

    def _begin(self, update_id: int, payload: str) -> None:
        try:
            update = Update.de_json(json.loads(payload), self.bot)
        except Exception as error:  # whatever is wrong with it, the next update must be read
            self._poisoned(update_id, error)
            return
        chat = update.effective_chat
        place = chat.id if chat else 0
        before = self.running.get(place)
        task = asyncio.create_task(self._handle(update, before))
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
            self._poisoned(update.update_id, error)
        else:
            inbox.done(self.services.db, update.update_id)

    def _poisoned(self, update_id: int, error: Exception) -> None:
        problem = redact(f"{type(error).__name__}: {error}")
        log.error("update %d cannot be handled: %s", update_id, problem, exc_info=error)
        inbox.poison(self.services.db, update_id, problem)

    async def drain(self, seconds: float) -> None:
        """Wait for handlers that are under way, at most so long; what is left stays in the inbox."""
        if self.running:
            await asyncio.wait(self.running.values(), timeout=seconds)


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return float(after if isinstance(after, int | float) else after.total_seconds())
