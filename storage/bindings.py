"""Which groups and channels a person manages from a private chat with the bot."""

from datetime import datetime

from storage import chats
from storage.database import Database, to_text
from storage.models import Chat

MAX_LISTED = 30


def bind(db: Database, telegram_user_id: int, chat_id: int, now: datetime) -> None:
    """Record that the person added the bot to this chat, or chose the chat with /bind."""
    db.execute(
        "INSERT OR IGNORE INTO bindings (telegram_user_id, chat_id, bound_at) VALUES (?, ?, ?)",
        (telegram_user_id, chat_id, to_text(now)),
    )


def of(db: Database, telegram_user_id: int) -> list[Chat]:
    """The person's groups, topics and channels in which the bot is, or was stopped by hand; the newest first."""
    rows = db.execute(
        "SELECT b.chat_id FROM bindings b JOIN chats c ON c.id = b.chat_id WHERE b.telegram_user_id = ? "
        "AND (c.active OR c.inactive_reason = ?) ORDER BY b.bound_at DESC, b.chat_id DESC LIMIT ?",
        (telegram_user_id, chats.STOPPED, MAX_LISTED),
    ).fetchall()
    return [chat for row in rows if (chat := chats.by_id(db, row["chat_id"])) is not None]


def keepers(db: Database, telegram_chat_id: int) -> list[int]:
    """Telegram ids of the persons who manage this place, or one of its topics."""
    rows = db.execute(
        "SELECT DISTINCT b.telegram_user_id FROM bindings b JOIN chats c ON c.id = b.chat_id "
        "WHERE c.telegram_chat_id = ? ORDER BY b.telegram_user_id",
        (telegram_chat_id,),
    )
    return [row[0] for row in rows]


def manage(db: Database, private_chat_id: int, chat_id: int | None) -> None:
    """What is typed in the private chat from now on is about that chat; None: about the private chat itself."""
    db.execute("UPDATE chats SET managing = ? WHERE id = ?", (chat_id, private_chat_id))


def named(db: Database, words: str, limit: int) -> list[Chat]:
    """Groups and channels with this title, or this id of Telegram's."""
    rows = db.execute(
        "SELECT id FROM chats WHERE kind <> 'private' AND (title = ? OR CAST(telegram_chat_id AS TEXT) = ?) "
        "ORDER BY id LIMIT ?",
        (words, words, limit),
    ).fetchall()
    return [chat for row in rows if (chat := chats.by_id(db, row["id"])) is not None]
