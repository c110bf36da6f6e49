"""Chats that take nothing for now: after some refused editions in a row they rest, until we may write there again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import chats
from storage.database import Database, maybe_text, to_text
from storage.models import Chat

MAX_REFUSED = 3
"""Editions in a row."""
LOOK_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Resting:
    """A chat that rests, since `chat.rests_since`, and what Telegram said."""

    chat: Chat
    problem: str


def refused(db: Database, chat: Chat, problem: str, now: datetime) -> bool:
    """One more scheduled edition was refused; whether the chat rests from now on."""
    count = db.execute(
        "UPDATE chats SET refused = refused + 1 WHERE id = ? RETURNING refused", (chat.id,)
    ).fetchone()[0]
    if count < MAX_REFUSED or chat.rests_since is not None:
        return False
    # In private only its person can end it, and by writing.
    asked = None if chat.kind == "private" else now + LOOK_AGAIN
    db.execute(
        "UPDATE chats SET rests_since = ?, rests_for = ?, ask_at = ? WHERE id = ?",
        (to_text(now), problem, maybe_text(asked), chat.id),
    )
    return True


def arrived(db: Database, chat_id: int) -> None:
    """Something reached the chat: the count begins anew, and it rests no longer."""
    db.execute(
        "UPDATE chats SET refused = 0, rests_since = NULL, rests_for = '', ask_at = NULL WHERE id = ? "
        "AND (refused > 0 OR rests_since IS NOT NULL)",
        (chat_id,),
    )


def ask_later(db: Database, chat_id: int, now: datetime) -> None:
    """Still no rights there."""
    db.execute("UPDATE chats SET ask_at = ? WHERE id = ?", (to_text(now + LOOK_AGAIN), chat_id))


def to_ask(db: Database, now: datetime, limit: int) -> list[Chat]:
    """Resting chats whose rights were last asked for long ago."""
    rows = db.execute(
        f"SELECT {chats.COLUMNS} FROM chats WHERE rests_since IS NOT NULL AND active AND ask_at <= ? ORDER BY ask_at LIMIT ?",
        (to_text(now), limit),
    )
    return [chats.of_row(row) for row in rows]


def listed(db: Database, limit: int) -> list[Resting]:
    """The chats that rest, the longest first."""
    rows = db.execute(
        f"SELECT {chats.COLUMNS}, rests_for FROM chats WHERE rests_since IS NOT NULL AND active "
        "ORDER BY rests_since, id LIMIT ?",
        (limit,),
    )
    return [Resting(chats.of_row(row), row["rests_for"]) for row in rows]


def to_tell(db: Database, chat_id: int, owners: Iterable[int]) -> list[int]:
    """Whom to tell that the chat rests: those who look after it and can be told in private, else the owners."""
    rows = db.execute(
        "SELECT b.telegram_user_id FROM bindings b JOIN chats c ON c.telegram_chat_id = b.telegram_user_id "
        "AND c.kind = 'private' AND c.active WHERE b.chat_id = ? ORDER BY b.telegram_user_id",
        (chat_id,),
    )
    return [row[0] for row in rows] or sorted(owners)
