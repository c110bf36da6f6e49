"""Searches that were answered in a chat: what the result's buttons refer to."""

from datetime import datetime

from storage.database import Database, to_text


def add(db: Database, chat_id: int, query: str, now: datetime) -> int:
    """Remember a query; returns the id that its buttons carry."""
    return db.insert(
        "INSERT INTO searches (chat_id, query, created_at) VALUES (?, ?, ?)", (chat_id, query, to_text(now))
    )


def query_of(db: Database, search_id: int, chat_id: int) -> str | None:
    """The query behind a button, if this chat asked it and it is still remembered."""
    row = db.execute(
        "SELECT query FROM searches WHERE id = ? AND chat_id = ?", (search_id, chat_id)
    ).fetchone()
    return None if row is None else str(row["query"])


def recent(db: Database, chat_id: int, since: datetime) -> int:
    """How many searches the chat made since then."""
    return int(
        db.execute(
            "SELECT count(*) FROM searches WHERE chat_id = ? AND created_at >= ?", (chat_id, to_text(since))
        ).fetchone()[0]
    )


def forget(db: Database, before: datetime) -> None:
    """Drop searches older than `before`."""
    db.execute("DELETE FROM searches WHERE created_at < ?", (to_text(before),))
