"""What a renderer returns: Telegram HTML and the keyboard under it."""

from dataclasses import dataclass, replace
from typing import Literal

from bot.messages.callbacks import Action

Style = Literal["", "primary", "success", "danger"]


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button: it either asks the bot for something (`action`) or opens an address (`url`)."""

    label: str
    action: Action | None = None
    url: str | None = None
    style: Style = ""

    @property
    def data(self) -> str | None:
        """The callback data to send, at most 64 bytes; None for a button that opens an address."""
        return None if self.action is None else self.action.pack()


Row = tuple[Button, ...]
Keyboard = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `text` is Telegram HTML within Telegram's limits; `preview` lets a link unfold below it."""

    text: str
    buttons: Keyboard = ()
    preview: bool = False

    def with_buttons(self, *rows: Row) -> "Message":
        """The same message with these rows after its own."""
        return replace(self, buttons=(*self.buttons, *(row for row in rows if row)))


def rows(buttons: list[Button], width: int) -> Keyboard:
    """The buttons in rows of at most `width`."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))
