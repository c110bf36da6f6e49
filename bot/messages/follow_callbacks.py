"""What the buttons under an answer about following can ask for (see `bot.messages.callbacks`)."""

from dataclasses import dataclass
from typing import ClassVar

from bot.messages.action import Action


@dataclass(frozen=True, slots=True)
class LookAt(Action):
    """Show what there is of the subscription with this number (from 1) in a change of what the chat follows."""

    code: ClassVar[str] = "fl"
    change_id: int
    number: int


@dataclass(frozen=True, slots=True)
class UndoChange(Action):
    """Take back a change of what the chat follows."""

    code: ClassVar[str] = "fu"
    change_id: int
