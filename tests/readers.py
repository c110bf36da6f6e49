"""Chats that tests put into a store."""

from datetime import datetime

from storage import chats
from storage.database import Database
from storage.models import Chat


def add_reader(
    db: Database,
    telegram_chat_id: int,
    now: datetime,
    *,
    zone: str = "Asia/Shanghai",
    briefing_time: str = "08:00",
) -> Chat:
    """A private chat in Chinese with default settings, that has not got started."""
    return chats.add(
        db,
        telegram_chat_id=telegram_chat_id,
        telegram_thread_id=None,
        kind="private",
        title="读者",
        language="zh-Hans",
        zone=zone,
        briefing_time=briefing_time,
        now=now,
    )
