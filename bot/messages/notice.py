"""A plain answer of one sentence."""

from bot.messages.html import say
from bot.messages.model import Message, Row
from bot.messages.view import View


def notice(view: View, key: str, *buttons: Row, **values: str | int) -> Message:
    """The locale's sentence `key` as a message; values from outside are escaped."""
    return Message(say(view.locale, key, **values), tuple(row for row in buttons if row))
