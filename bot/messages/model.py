"""What a renderer returns: Telegram HTML and the keyboard under it."""

import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

from bot.messages.action import Action

Style = Literal["", "primary", "success", "danger"]


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button: it asks the bot for something (`action`), opens an address (`url`), or copies a text (`copy`)."""

    label: str
    action: Action | None = None
    url: str | None = None
    style: Style = ""
    about: int | None = None
    """Our id of the chat that the button is about, where that is not the chat which shows it."""
    copy: str | None = None
    """What a tap puts on the reader's clipboard, at most 256 letters."""

    @property
    def data(self) -> str | None:
        """The callback data to send, at most 64 bytes; None for a button that opens an address."""
        return None if self.action is None else self.action.pack(self.about)


PAIR_WIDTH = 24

Row = tuple[Button, ...]
Keyboard = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class RichForm:
    """A message as one of Telegram's rich messages: their HTML, within their limits, and the buttons under it."""

    html: str
    buttons: Keyboard = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `text` is Telegram HTML within Telegram's limits; `preview` lets a link unfold below it."""

    text: str
    buttons: Keyboard = ()
    preview: bool = False
    rich: RichForm | None = None
    """What is sent instead where Telegram takes it."""
    only_for: int | None = None
    """In a group, the id of the person who alone sees it, where Telegram can do that (Bot API 10)."""
    in_place_of: str = ""
    """The press under such a message (its query's id) that this one answers: it stands where that message stood."""

    def with_buttons(self, *rows: Row) -> "Message":
        """A copy of this message with `rows` below its own buttons; empty rows are left out."""
        return replace(self, buttons=(*self.buttons, *(row for row in rows if row)))

    def about(self, chat_id: int, heading: str) -> "Message":
        """A copy for display outside the chat that it concerns: under `heading`, its buttons acting on `chat_id`."""
        keyboard = tuple(tuple(replace(button, about=chat_id) for button in row) for row in self.buttons)
        return Message(f"{heading}\n\n{self.text}", keyboard, self.preview)


def rows(buttons: list[Button], width: int) -> Keyboard:
    """The buttons in rows of at most `width`."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


def paired(buttons: list[Button]) -> Keyboard:
    """Two buttons a row where both labels are short enough to be read on a phone, else one."""
    keyboard: list[Row] = []
    for button in buttons:
        last = keyboard[-1] if keyboard else ()
        if len(last) == 1 and max(_width(last[0].label), _width(button.label)) <= PAIR_WIDTH:
            keyboard[-1] = (last[0], button)
        else:
            keyboard.append((button,))
    return tuple(keyboard)


def _width(label: str) -> int:
    """Columns in a monospaced font: wide (Chinese) characters take two."""
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in label)
