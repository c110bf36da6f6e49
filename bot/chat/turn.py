"""One turn of a conversation: what a handler receives instead of Telegram's own objects, and how it answers."""

from dataclasses import dataclass, replace
from datetime import datetime

from telegram import Bot

from bot.delivery.outcomes import Outcome
from bot.jobs import compose
from bot.locales import Locale
from bot.messages.model import Message
from bot.services import Services
from storage.models import Chat


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
    message_id: int | None = None
    """The message whose button was pressed."""
    callback_id: str | None = None
    data: str = ""
    """What the pressed button carries."""
    answered: bool = False

    @property
    def now(self) -> datetime:
        """The present, aware UTC."""
        return self.services.now()

    @property
    def locale(self) -> Locale:
        """The sentences of the reader's language."""
        return self.services.locale(self.chat.language)

    async def reply(self, message: Message) -> Outcome:
        """Send a new message to the chat."""
        return await self.services.sender.send(
            self.chat.telegram_chat_id, self.chat.telegram_thread_id, message, background=False
        )

    async def say(self, key: str, **values: object) -> Outcome:
        """Send one sentence of the locale."""
        return await self.reply(Message(self.locale.text(key, **values)))

    async def show(self, message: Message) -> Outcome:
        """Put the message where the button was pressed; as a new one when nothing was pressed."""
        if self.message_id is None:
            return await self.reply(message)
        return await self.services.sender.edit(self.chat.telegram_chat_id, self.message_id, message)

    async def notice(self, key: str | None = None, **values: object) -> None:
        """Answer the press with a short notice above the chat, or with nothing but the end of the spinner."""
        if self.callback_id is None or self.answered:
            return
        self.answered = True
        await self.services.sender.answer(self.callback_id, self.locale.text(key, **values) if key else "")

    def change(self, **settings: object) -> None:
        """Change and save settings of the chat; its next edition moves with them."""
        changed = replace(self.chat, **settings)  # type: ignore[arg-type] - the names are Chat's own, checked at run time
        self.chat = compose.after_change(self.services, self.chat, changed, self.now)
