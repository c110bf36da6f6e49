"""What a message says, and whether it is addressed to the bot. Pure.

Telegram marks a command or a name only where no letter follows: `/search华为` and `@name今日简报` come as plain text (TDLib
1.8.69). So the text itself is read.
"""

import re
from typing import NamedTuple

from telegram import Message
from telegram.ext.filters import MessageFilter

COMMAND = re.compile(
    r"[/／]([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{3,32}))?(?![A-Za-z0-9_/@<>])", re.ASCII
)  # a path such as /usr/bin is none


class Typed(NamedTuple):
    """A command's name in lower case (empty: there is none) and the words behind it, or all the words."""

    command: str
    words: str


class Typing(MessageFilter):
    """Lets through what types this command, or where none is named any command of ours."""

    def __init__(self, username: str, command: str = "") -> None:
        super().__init__(f"Typing({command})")
        self.username = username
        self.command = command

    def filter(self, message: Message) -> bool:
        """PTB asks."""
        command = read(message, self.username).command
        return bool(command) and self.command in {"", command}


class ForUs(MessageFilter):
    """Lets through plain text that is meant for the bot."""

    def __init__(self, username: str) -> None:
        super().__init__("ForUs")
        self.username = username

    def filter(self, message: Message) -> bool:
        """PTB asks."""
        return is_for_us(message, self.username) and not is_for_another(message, self.username)


def read(message: Message | None, username: str) -> Typed:
    """What the message types, without our name in front of or behind it. What was forwarded is no command."""
    text = ((message.text if message else None) or "").strip()
    if message is not None and is_forwarded(message):
        return Typed("", text)
    text = _without_name(text, username)
    match = COMMAND.match(text)
    if match is None:
        return Typed("", text)
    if match[2] and match[2].casefold() != username.casefold():
        return Typed("", "")
    return Typed(match[1].casefold(), text[match.end() :].strip())


def is_forwarded(message: Message) -> bool:
    """Whether somebody else wrote it, somewhere else."""
    return message.forward_origin is not None or bool(message.is_automatic_forward)


def is_reply(message: Message, username: str) -> bool:
    """Whether it answers a message of ours; in a forum everything answers the topic's first message."""
    answered = message.reply_to_message
    return (
        answered is not None
        and answered.from_user is not None
        and (answered.from_user.username or "").casefold() == username.casefold()
        and answered.forum_topic_created is None
    )


def is_for_us(message: Message, username: str) -> bool:
    """Whether plain text is meant for the bot: all in private; elsewhere a reply to us, or what names us."""
    if message.chat.type == message.chat.PRIVATE:
        return True
    if is_forwarded(message):
        return False
    return is_reply(message, username) or _name(username).search(message.text or "") is not None


def is_for_another(message: Message, username: str) -> bool:
    """Whether it is a command to another bot."""
    match = None if is_forwarded(message) else COMMAND.match((message.text or "").strip())
    return match is not None and bool(match[2]) and match[2].casefold() != username.casefold()


def _without_name(text: str, username: str) -> str:
    if not text.startswith("@") and f"@{username}".casefold() not in text.casefold():
        return text
    if COMMAND.match(text):  # /today@name
        return text
    return _name(username).sub(" ", text).strip(" \n:：,，、")


def _name(username: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![A-Za-z0-9_.-])@{re.escape(username)}(?![A-Za-z0-9_])", re.IGNORECASE | re.ASCII
    )  # in me@name.example it is no name of ours
