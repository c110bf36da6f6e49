"""Chats in which nothing arrives: they rest after some refused editions, and come back when we may write there again.

They come back when something arrives there after all (whoever is there can ask for it), when Telegram tells of new
rights, and when it says so itself, asked once a day.
"""

import logging
from datetime import datetime

from bot.jobs.editions import reschedule
from bot.runtime.services import Newsroom, Services
from storage import chats, notices, resting
from storage.models import Chat

log = logging.getLogger(__name__)

ASKED_AT_ONCE = 20


def refused(room: Newsroom, chat: Chat, problem: str, now: datetime) -> None:
    """Another scheduled edition was refused; from the third in a row the chat rests, and somebody hears of it, once.

    Belongs into the transaction that records it.
    """
    if resting.refused(room.db, chat, problem, now):
        people = resting.to_tell(room.db, chat.id, room.config.owners)
        notices.add_resting(room.db, people, chat, resting.MAX_REFUSED, problem, now)
        log.warning(
            "chat %d rests from now on: %d editions in a row were refused", chat.id, resting.MAX_REFUSED
        )


def arrived(room: Newsroom, chat: Chat, now: datetime) -> None:
    """Wake a resting chat, because a message reached it or can: its editions resume at the next briefing time."""
    resting.arrived(room.db, chat.id)
    if chat.rests_since is not None:
        log.info("chat %d can be written to again", chat.id)
        current = chats.by_id(room.db, chat.id)
        if current is not None and current.onboarded:
            reschedule.start_schedule(room, current, now)


async def ask_for_rights(services: Services, now: datetime) -> None:
    """Ask Telegram of resting groups and channels whether we may write there again; of each once a day."""
    for chat in resting.to_ask(services.db, now, ASKED_AT_ONCE):
        if await services.sender.may_write(chat.telegram_chat_id, channel=chat.kind == "channel"):
            arrived(services, chat, now)
        else:
            resting.ask_later(services.db, chat.id, now)
