"""Remembering, per Telegram server, that it takes no rich messages for now."""

import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime

from bot.delivery.rich_gate import RichGate
from storage import meta
from storage.database import Database, maybe_time, to_text
from storage.errors import describe, is_trouble

log = logging.getLogger(__name__)


def rich_gate(db: Database, server: str, now: Callable[[], datetime]) -> RichGate:
    """The gate of this server (its root address), closed as long as it was found to be in an earlier run."""
    key = f"no rich messages: {server}"

    def keep(until: datetime) -> None:
        log.info("rich messages are sent as classic ones until %s: the server refused one", until.isoformat())
        try:
            meta.put_unflushed(db, key, to_text(until))
        except sqlite3.Error as error:
            if not is_trouble(error):
                raise
            log.info("that is not remembered beyond this run: %s", describe(error))

    return RichGate(now, keep=keep, until=maybe_time(meta.get(db, key)))
