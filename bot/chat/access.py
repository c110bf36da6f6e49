"""Identifies the sender and checks permissions, once, in front of every handler."""

from dataclasses import dataclass

from telegram import Chat, Update, User

from bot.config import Config


@dataclass(frozen=True, slots=True)
class Speaker:
    """The sender of an update: a named person, or an anonymous administrator who posts as the group."""

    user: User | None
    """None for an anonymous administrator: Telegram puts a bot of its own in their place."""

    @property
    def user_id(self) -> int | None:
        """Telegram's id of a named person."""
        return self.user.id if self.user else None

    @property
    def anonymous(self) -> bool:
        """Whether Telegram does not say who it was."""
        return self.user is None


def speaker_of(update: Update) -> Speaker | None:
    """The sender of the update; None for senders that are ignored: bots, channels, and anonymous posts of another chat.

    A press always tells who it was. A private chat is its person's: nobody else speaks there. Ids are numbers; SQLite
    would take the same digits.
    """
    chat, user = update.effective_chat, update.effective_user
    if chat is None or type(chat.id) is not int:
        return None
    message = update.message
    as_chat = message.sender_chat if message is not None else None
    if as_chat is not None:
        itself = as_chat.id == chat.id and chat.type in {Chat.GROUP, Chat.SUPERGROUP}
        return Speaker(None) if itself else None
    if user is None or user.is_bot or type(user.id) is not int:
        return None
    return Speaker(user) if chat.type != Chat.PRIVATE or user.id == chat.id else None


def may_use(config: Config, user_id: int | None, *, invited: bool) -> bool:
    """Whether this person may talk to the bot; where not all may, nobody whom Telegram does not name may by themselves."""
    if config.access == "open":
        return True
    if user_id is None:
        return False
    return user_id in config.owners or (config.access == "invite" and invited)


def is_owner(config: Config, user_id: int | None) -> bool:
    """Whether this person administers the instance; an empty owner list means nobody."""
    return user_id is not None and user_id in config.owners
