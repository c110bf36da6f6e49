"""Which buckets pay for an update, and how senders without tokens are told: see `fairness`."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from telegram import Chat, Message, Update

from bot.chat import access, admission, typed
from bot.chat.receive.fairness import (
    CHAT_BURST,
    CHAT_RATE,
    CHATTER_BURST,
    CHATTER_RATE,
    NEW_FOR,
    PERSON_BURST,
    PERSON_RATE,
    SLOW_DOWN_EVERY,
    Payer,
)
from bot.chat.receive.lanes import Errand
from bot.locales import Locale, load_locale, resolve
from bot.messages.model import Message as Words
from bot.runtime.services import Services
from storage import chats

log = logging.getLogger(__name__)

ANSWERS_EVERY = 0.02
"""Seconds between two answers to presses that are not dealt with: they are a courtesy, and hold nobody up."""
TELLINGS_EVERY = 0.25
"""Seconds between two chats that are told: fifty who flood at once would else keep others from being answered."""
MAX_TELLINGS = 100
"""Chats that wait to be told."""
MAX_PRESSES = 1000
"""Presses that wait for such an answer: after 20 seconds nobody looks at the spinner any more."""
SPEECH = ("text", "caption", "document")
"""What a person says to us, beside pictures and the like in private; all else is a service message of Telegram's."""


def errand_of(update: Update, services: Services, *, paid: bool = False) -> Errand[Update]:
    """The update as an errand. Free (`paid` before a restart, too) is what owners do and what Telegram itself reports."""
    if update.inline_query is not None:  # one with each pause in typing: what is too much is dropped
        asker = ("inline", update.inline_query.from_user.id)
        return Errand(update, (Payer(asker, PERSON_BURST, PERSON_RATE),), asker, held=False)
    speaker, chat = access.speaker_of(update), update.effective_chat
    user_id = speaker.user_id if speaker else None
    if paid or chat is None or access.is_owner(services.config, user_id):
        return Errand(update, bounded=chat is not None and not paid and user_id is None)
    if update.my_chat_member is not None or _is_service(update.message):
        return Errand(update)
    if chat.type != Chat.PRIVATE and not _asks(update, services.username):
        chatter = Payer(("chatter", chat.id), CHATTER_BURST, CHATTER_RATE)
        return Errand(update, (chatter,), held=False)
    person = (
        update.effective_user.id if update.effective_user else None
    )  # also a bot's, and an anonymous one's
    payers = [Payer(("person", person), PERSON_BURST, PERSON_RATE)]
    if speaker is None or speaker.anonymous:  # all of them share Telegram's one stand-in
        person = chat.id
        payers = [Payer(("nameless", chat.id), PERSON_BURST, PERSON_RATE)]
    if chat.type != Chat.PRIVATE:
        payers.append(Payer(("chat", chat.id), CHAT_BURST, CHAT_RATE))
    return Errand(update, tuple(payers), person, newcomer=just_met(services, chat.id))


def just_met(services: Services, telegram_chat_id: int) -> bool:
    """Whether we know this chat only for a minute, or not at all."""
    since = services.now() - timedelta(seconds=NEW_FOR)
    return not any(known.created_at <= since for known in chats.at(services.db, telegram_chat_id))


def _is_service(message: Message | None) -> bool:
    """A message that nobody wrote: a group that got another id, a topic that was opened again …"""
    if message is None or message.chat.type == Chat.PRIVATE:
        return False
    return not any(getattr(message, name) for name in SPEECH)


def _asks(update: Update, username: str) -> bool:
    """Whether what is said in a group may be meant for us: a command, a press, an answer, our name."""
    if update.callback_query is not None:
        return True
    message = update.message
    if message is None:
        return False
    return bool(typed.read(message, username).command) or typed.is_for_us(message, username)


class SlowDown:
    """Tells senders whose updates are dropped: a chat once a minute, a press each time with a pop-up, at low priority."""

    def __init__(self, services: Services, *, clock: Callable[[], float]) -> None:
        self._services = services
        self._clock = clock
        self._told: dict[int, float] = {}
        self._presses: deque[tuple[str, str]] = deque(maxlen=MAX_PRESSES)
        """Of each the id and the words."""
        self._tellings: deque[tuple[int, int | None, Words]] = deque(maxlen=MAX_TELLINGS)
        self._tasks: set[asyncio.Task[None]] = set()
        self._answering = self._telling = False

    def tell(self, update: Update) -> None:
        """This update is not handled."""
        chat, user = update.effective_chat, update.effective_user
        locale = self._locale(user.language_code if user else None)
        if update.callback_query is not None:
            self._press(update.callback_query.id, locale.text("access.slow_down"))
        elif chat is not None and update.message is not None and self._may_tell(update, chat):
            self._told[chat.id] = self._clock()
            thread = update.message.message_thread_id if update.message.is_topic_message else None
            self._tellings.append((chat.id, thread, Words(locale.text("access.slow_down"))))
            if not self._telling:
                self._telling = True
                self._start(self._say())

    def end_spinner(self, raw: Any) -> None:
        """A press that cannot be read as a whole is answered where its id can be."""
        query = raw.get("callback_query") if isinstance(raw, dict) else None
        query_id = query.get("id") if isinstance(query, dict) else None
        if isinstance(query_id, str) and query_id:
            self._press(query_id, self._locale(None).text("error.old_menu_here"))

    def close(self) -> None:
        """Say nothing more."""
        self._presses.clear()
        self._tellings.clear()
        for task in self._tasks:
            task.cancel()

    def _may_tell(self, update: Update, chat: Chat) -> bool:
        """Once a minute, and never where nothing may be sent at all."""
        now = self._clock()
        if len(self._told) > MAX_PRESSES:
            self._told = {place: at for place, at in self._told.items() if now - at < SLOW_DOWN_EVERY}
        if now - self._told.get(chat.id, now - SLOW_DOWN_EVERY) < SLOW_DOWN_EVERY:
            return False
        asked = chat.type == Chat.PRIVATE or _asks(update, self._services.username)
        return asked and access.speaker_of(update) is not None and admission.serves(self._services, chat)

    def _press(self, query_id: str, words: str) -> None:
        self._presses.append((query_id, words))
        if not self._answering:
            self._answering = True
            self._start(self._answer())

    async def _answer(self) -> None:
        try:
            while self._presses:
                query_id, words = self._presses.popleft()
                await self._services.sender.answer(query_id, words)
                await asyncio.sleep(ANSWERS_EVERY)
        finally:
            self._answering = False

    async def _say(self) -> None:
        try:
            while self._tellings:
                chat_id, thread_id, words = self._tellings.popleft()
                log.info("chat %d asks for more than its share", chat_id)
                await self._services.sender.send(chat_id, thread_id, words, background=False)
                await asyncio.sleep(TELLINGS_EVERY)
        finally:
            self._telling = False

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _locale(self, language_code: str | None) -> Locale:
        return load_locale(resolve(language_code, resolve(self._services.config.language)))
