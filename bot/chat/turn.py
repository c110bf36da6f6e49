"""One turn of a conversation: what a handler receives instead of Telegram's own objects, and how it answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from telegram import Bot, Document

from bot.chat.administrators import Administrators
from bot.chat.progress import Progress
from bot.delivery.outcomes import Outcome
from bot.jobs import compose, present
from bot.locales import Locale, load_locale, resolve
from bot.messages.model import Message, Row
from bot.messages.notice import notice
from bot.messages.view import View
from bot.services import Services
from storage import chats, subscriptions
from storage.models import Chat, Subscription

Handler = Callable[["Turn"], Awaitable[None]]
REPEATED = Outcome("ambiguous", problem="begun before the last stop")
"""In place of a message that is not sent again."""


@dataclass(slots=True)
class Turn:
    """A command, a press or a plain text of one reader in one chat.

    `chat` follows the changes that the handler makes through `change`; everything else is fixed.
    """

    services: Services
    bot: Bot
    chat: Chat
    user_id: int | None
    user_name: str
    update_id: int
    text: str
    """The words after a command, or the whole plain text, stripped."""
    is_owner: bool
    administrators: Administrators
    progress: Progress
    """What an earlier run of the same update has done already."""
    anonymous: bool = False
    """An administrator who speaks as the group itself: Telegram does not say who it was."""
    commands: frozenset[str] = frozenset()
    """What this person can type, without slashes."""
    command: str = ""
    """The first word of the message."""
    message_id: int | None = None
    """The message whose button was pressed."""
    callback_id: str | None = None
    data: str = ""
    """What the pressed button carries."""
    document: Document | None = None
    """The file that the message is."""
    answered: bool = False

    @property
    def now(self) -> datetime:
        """The present, aware UTC."""
        return self.services.now()

    @property
    def locale(self) -> Locale:
        """The sentences of the reader's language."""
        return load_locale(resolve(self.chat.language))

    @property
    def view(self) -> View:
        """What the renderers need to know about the reader."""
        return present.view(self.services, self.chat, self.now, self.services.username)

    @property
    def following(self) -> tuple[Subscription, ...]:
        """What the chat follows."""
        return subscriptions.of(self.services.db, self.chat.id)

    @property
    def topics(self) -> frozenset[str]:
        """Ids of the topics that the chat follows."""
        return frozenset(item.value for item in self.following if item.kind == "topic")

    async def reply(self, message: Message) -> Outcome:
        """Send a new message to the chat, unless the same update did so before a restart."""
        if not self.progress.begin_answer():
            return REPEATED
        return await self._send(message)

    async def tell(self, key: str) -> Outcome:
        """Send one sentence about the turn itself, which may come again after a restart."""
        return await self._send(notice(self.view, key))

    async def _send(self, message: Message) -> Outcome:
        return await self.services.sender.send(
            self.chat.telegram_chat_id, self.chat.telegram_thread_id, message, background=False
        )

    async def say(self, key: str, *buttons: Row, **values: str | int) -> Outcome:
        """Send one sentence of the locale; values from outside are escaped."""
        return await self.reply(notice(self.view, key, *buttons, **values))

    async def show(self, message: Message) -> Outcome:
        """Put the message where the button was pressed; as a new one when nothing was pressed or it is too old."""
        if self.message_id is None:
            return await self.reply(message)
        outcome = await self.services.sender.edit(self.chat.telegram_chat_id, self.message_id, message)
        if outcome.kind in {"too_old", "rejected"}:
            return await self.reply(message)
        return outcome

    async def pop_up(self, key: str | None = None, **values: str | int) -> None:
        """Answer the press with a short notice above the chat, or with nothing but the end of the spinner; once."""
        if self.callback_id is None or self.answered:
            return
        self.answered = True
        await self.services.sender.answer(self.callback_id, self.locale.text(key, **values) if key else "")

    def change(self, **settings: Any) -> None:
        """Change and save settings of the chat; its next edition moves with them."""
        changed = replace(self.chat, **settings)
        self.chat = compose.after_change(self.services, self.chat, changed, self.now)

    def expect(self, what: str) -> None:
        """The next plain text answers this (`time`, `zone`); empty: it is a search again."""
        if self.chat.awaiting != what:
            self.chat = replace(self.chat, awaiting=what)
            chats.save_settings(self.services.db, self.chat)

    async def may_change(self) -> bool:
        """Whether this person may change the chat's settings: anybody in private, administrators elsewhere."""
        if self.chat.kind == "private" or self.is_owner or self.anonymous:
            return True
        if self.user_id is None:
            return False
        return await self.administrators.includes(self.chat.telegram_chat_id, self.user_id)
