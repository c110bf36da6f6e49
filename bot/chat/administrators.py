"""Who administers a group or channel: asks Telegram and caches the answer for half a minute."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from telegram import Bot
from telegram.constants import ChatMemberStatus

from bot.delivery.outcomes import classify

log = logging.getLogger(__name__)

ADMINISTRATORS = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR})
KEPT = timedelta(seconds=30)
MAX_KEPT = 1000


class Administrators:
    """A short cache of Telegram's answers: for someone who presses ten buttons, Telegram is asked once."""

    def __init__(self, bot: Bot, now: Callable[[], datetime]) -> None:
        self._bot = bot
        self._now = now
        self._known: dict[tuple[int, int], tuple[datetime, bool]] = {}

    async def includes(self, chat_id: int, user_id: int) -> bool:
        """Whether the person administers the chat; False if Telegram does not say so."""
        now = self._now()
        known = self._known.get((chat_id, user_id))
        if known is not None and timedelta() <= now - known[0] < KEPT:
            return known[1]
        try:
            member = await self._bot.get_chat_member(chat_id, user_id)
        except (
            Exception
        ) as error:  # the library lets errors of reading an answer through; `classify` sorts them
            log.info("chat %d: who administers it cannot be asked: %s", chat_id, classify(error).problem)
            return False
        if len(self._known) >= MAX_KEPT:
            self._known.clear()
        administers = member.status in ADMINISTRATORS
        self._known[chat_id, user_id] = (now, administers)
        return administers
