"""The webhook: an HTTP endpoint (served by `bot.web`) that stores updates in the inbox.

Telegram sends an update again until it is answered with 200, and that is given only when the row is stored. It must
present our secret in a header; nothing is read from a request that does not.
"""

import asyncio
import hmac
import json
import logging
import sqlite3
from http import HTTPStatus
from urllib.parse import urlsplit

from telegram.error import TelegramError

from bot.chat.receive.inbox import ALLOWED_UPDATES, Inbox
from bot.clock.waits import doubled
from bot.delivery.outcomes import refuses_token
from bot.delivery.redact import redact
from bot.errors import ConfigError
from storage.errors import is_trouble

log = logging.getLogger(__name__)

CONNECTIONS = 4
"""Connections that Telegram may open at once: storing takes a millisecond, and its server keeps the order within a chat."""
CHECK_SECONDS = 30.0
"""Seconds between two checks that the webhook is still registered."""
PAUSE = 1.0
MAX_WAIT = 30.0


class Webhook:
    """Receives updates at the path of `url` from whoever knows `secret`."""

    def __init__(self, inbox: Inbox, url: str, secret: str) -> None:
        self.inbox = inbox
        self.url = url
        self.path = urlsplit(url).path or "/"
        self._secret = secret.encode()

    def allows(self, secret: str) -> bool:
        """Whether the secret is right, compared in constant time."""
        return hmac.compare_digest(secret.encode("latin-1", "replace"), self._secret)

    def receive(self, body: bytes) -> HTTPStatus:
        """Take one update in: OK once it is stored (or was before), BAD_REQUEST for what is none.

        SERVICE_UNAVAILABLE while it cannot be stored.
        """
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            return HTTPStatus.BAD_REQUEST
        if not isinstance(raw, dict) or type(raw.get("update_id")) is not int:
            return HTTPStatus.BAD_REQUEST
        try:
            self.inbox.receive(raw)
        except sqlite3.Error as error:
            if not is_trouble(error):
                raise
            return HTTPStatus.SERVICE_UNAVAILABLE  # Telegram brings it again
        return HTTPStatus.OK

    async def run(self) -> None:
        """Keep the webhook registered with Telegram until cancelled. Raises ConfigError where something else took them over."""
        self.inbox.resume()
        failures = 0
        while not await self._set():
            await asyncio.sleep(doubled(PAUSE, failures, MAX_WAIT))
            failures += 1
        log.info("Telegram brings updates to %s", self.url)
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            await self._check()

    async def _set(self) -> bool:
        try:
            await self.inbox.bot.set_webhook(
                self.url,
                secret_token=self._secret.decode(),
                allowed_updates=ALLOWED_UPDATES,
                max_connections=CONNECTIONS,
            )
        except TelegramError as error:
            if refuses_token(error):
                raise ConfigError("Telegram does not know this TELEGRAM_BOT_TOKEN") from None
            log.warning("the webhook could not be set: %s", redact(str(error)))
            return False
        return True

    async def _check(self) -> None:
        try:
            found = await self.inbox.bot.get_webhook_info()
        except TelegramError as error:
            if refuses_token(error):
                raise ConfigError("Telegram does not know this TELEGRAM_BOT_TOKEN") from None
            log.warning("cannot ask about the webhook: %s", redact(str(error)))
            return
        if found.url != self.url:
            raise ConfigError("another instance took the updates of this TELEGRAM_BOT_TOKEN over; stop one")
        if found.last_error_message:
            log.warning("Telegram cannot bring updates here: %s", redact(found.last_error_message))
