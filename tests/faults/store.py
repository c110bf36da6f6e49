"""The store as seen from outside while a bot works on it, or is dead."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from storage.database import to_text


class Claimed(NamedTuple):
    """One claim of one message part."""

    delivery_id: int
    attempts: int
    chat_id: int
    """Telegram's."""
    slot: str
    local_date: str


@dataclass(frozen=True, slots=True)
class Store:
    """Reads the file at `path` over a connection of its own each time."""

    path: Path

    def rows(self, sql: str, *parameters: object) -> list[Any]:
        """What the query finds."""
        with closing(sqlite3.connect(self.path, timeout=20)) as db:
            return db.execute(sql, parameters).fetchall()

    def count(self, sql: str, *parameters: object) -> int:
        """The number that the query finds."""
        return int(self.rows(sql, *parameters)[0][0])

    def sound(self) -> bool:
        """Whether SQLite finds nothing wrong with the file, nor with what refers to what."""
        return self.rows("PRAGMA integrity_check") == [("ok",)] and not self.rows("PRAGMA foreign_key_check")

    def waiting(self, now: datetime) -> dict[str, int]:
        """How much of each kind there is to do."""
        at = to_text(now)
        return {
            "inbox": self.count("SELECT count(*) FROM inbox WHERE state = 'new'"),
            "deliveries": self.count("SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending')"),
            "chats": self.count("SELECT count(*) FROM chats WHERE next_due_at <= ?", at),
            "sources": self.count("SELECT count(*) FROM sources WHERE ifnull(next_fetch_at, '') <= ?", at),
        }

    def sending(self) -> set[Claimed]:
        """The parts that were claimed, and of which the store does not say what became."""
        rows = self.rows(
            "SELECT d.id, d.attempts, c.telegram_chat_id, e.slot, e.local_date FROM deliveries d "
            "JOIN editions e ON e.id = d.edition_id JOIN chats c ON c.id = e.chat_id WHERE d.state = 'sending'"
        )
        return {Claimed(*row) for row in rows}
