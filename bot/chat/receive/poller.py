"""Long polling into the inbox; only stored updates are confirmed to Telegram.

    wait (no offset) → updates → stored → confirm (offset behind them, no waiting) → more updates, or wait again

Telegram offers what is not confirmed, so waiting needs no offset; one that is kept would leave the bot deaf when ids begin
anew below it (after a week of silence, with another token or server). What it offers again after a restart is in the inbox.

PTB's own poller acknowledges updates when they enter memory and stops for good at one that it cannot parse.
"""

import asyncio
import json
import logging
import re
import sqlite3
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from telegram.error import Conflict, RetryAfter, TelegramError, TimedOut

from bot.chat.receive.inbox import ALLOWED_UPDATES, Inbox, id_of
from bot.clock.waits import doubled
from bot.delivery.outcomes import refuses_token, seconds_of
from bot.delivery.redact import redact
from bot.errors import ConfigError
from storage.errors import is_lock, is_trouble

log = logging.getLogger(__name__)

POLL_SECONDS = 25
PAUSE = 1.0
"""Seconds before trying again after trouble; doubled each time up to MAX_WAIT."""
MAX_WAIT = 30.0
READ_MORE = 10.0
"""Seconds beyond the poll's own that an answer may take."""
SETTLED = 30.0
"""Seconds of polling without a conflict after which an instance counts as the one that belongs here."""
NEWCOMER_CONFLICTS = 2
SETTLED_CONFLICTS = 10
"""Number of 409 answers after which an instance gives way. Two that poll with one token end each other's polls in turn: the
one that started second is gone after about three seconds, the one that was here stays unless the other insists."""
UPDATE_ID = re.compile(rb'"update_id"\s*:\s*(\d{1,15})')


class Poller:
    """Fetches updates into the inbox."""

    def __init__(self, inbox: Inbox, *, poll_seconds: int = POLL_SECONDS) -> None:
        self.inbox = inbox
        self.poll_seconds = poll_seconds
        self._one_by_one = False
        self._offset: int | None = None
        """Behind the last updates, until they are confirmed."""

    async def run(self) -> None:
        """Poll until cancelled. Raises ConfigError where the token is refused or another instance polls."""
        self.inbox.resume()
        loop = asyncio.get_running_loop()
        failures, conflicts, settled = 0, 0, False
        calm_since = loop.time()
        while True:
            try:
                news = await self._poll()
            except Conflict as error:
                if "webhook" in str(error):
                    await self._drop_webhook()
                else:
                    conflicts += 1
                    calm_since = loop.time()
                    if conflicts >= (SETTLED_CONFLICTS if settled else NEWCOMER_CONFLICTS):
                        raise ConfigError(
                            "another instance polls with the same TELEGRAM_BOT_TOKEN; stop one"
                        ) from None
                await asyncio.sleep(PAUSE)
            except RetryAfter as error:
                await asyncio.sleep(seconds_of(error))
            except TimedOut:
                continue  # a long poll that ended in silence
            except (TelegramError, sqlite3.Error) as error:  # also: not stored, so not confirmed either
                if refuses_token(error):
                    raise ConfigError("Telegram does not know this TELEGRAM_BOT_TOKEN") from None
                level = (
                    logging.DEBUG if is_trouble(error) else logging.WARNING
                )  # of trouble the store's watch tells
                wait = doubled(PAUSE, failures, MAX_WAIT)
                log.log(level, "cannot fetch updates, trying again in %g s: %s", wait, redact(str(error)))
                await asyncio.sleep(wait)
                failures = 0 if is_lock(error) else failures + 1
            else:
                self.inbox.services.counters.polled_at = self.inbox.services.now()
                failures = 0
                if not news:  # nothing that we could keep: never ask in a tight loop
                    await asyncio.sleep(PAUSE)
            if loop.time() - calm_since > SETTLED:
                settled, conflicts = True, 0

    async def _poll(self) -> bool:
        """Fetch once and store; False where there was something of which nothing could be kept."""
        payload = await self._fetch(1 if self._one_by_one else 100)
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError) as error:
            return self._unreadable(payload, error)
        self._one_by_one = False
        found = answer.get("result") if isinstance(answer, dict) else None
        if not isinstance(found, list):
            raise TelegramError("an answer without updates")
        fresh = self.inbox.receive_all(found)
        return (
            self._confirm([number for raw in found if (number := id_of(raw)) is not None], fresh > 0)
            or not found
        )

    def _confirm(self, received: Sequence[int], fresh: bool) -> bool:
        """The next poll tells Telegram that we have these; False where it would be asked the same again and again."""
        before, self._offset = self._offset, max(received) + 1 if received else None
        return fresh or (self._offset is not None and self._offset != before)

    def _unreadable(self, payload: bytes, error: Exception) -> bool:
        """An answer that is no JSON, or too deep: ask for single updates, and set the one aside that is to blame."""
        match = UPDATE_ID.search(payload)
        if match is None:
            raise TelegramError("an answer that cannot be read") from error
        if not self._one_by_one:
            self._one_by_one = True
            return True
        fresh = self.inbox.spoiled(int(match[1]), payload, error)
        return self._confirm([int(match[1])], fresh)

    async def _fetch(self, limit: int) -> bytes:
        """The updates as Telegram sends them, unparsed: PTB's own call would fail as a whole at a single bad one."""
        waits = 0 if self._offset is not None else self.poll_seconds
        wanted: dict[str, Any] = {
            "timeout": waits,
            "limit": limit,
            "allowed_updates": json.dumps(ALLOWED_UPDATES),
            **({} if self._offset is None else {"offset": self._offset}),
        }
        bot = self.inbox.bot
        address = f"{bot.base_url}/getUpdates?{urlencode(wanted)}"
        return await bot.request.retrieve(address, read_timeout=waits + READ_MORE)

    async def _drop_webhook(self) -> None:
        """An earlier run had a webhook; we poll, so Telegram shall keep the updates for us."""
        log.warning("a webhook is set; it is taken away, because this instance polls")
        try:
            await self.inbox.bot.delete_webhook()
        except TelegramError as error:
            log.warning("the webhook could not be taken away: %s", redact(str(error)))
