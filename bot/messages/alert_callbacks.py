"""What the buttons about alerts can ask for (`bot.messages.callbacks` unpacks them)."""

from dataclasses import dataclass
from typing import ClassVar

from bot.messages.action import Action


@dataclass(frozen=True, slots=True)
class ShowAlerts(Action):
    """What the chat is told of at once, and how many a day."""

    code: ClassVar[str] = "al"


@dataclass(frozen=True, slots=True)
class SetAlert(Action):
    """Tell of the subscription with this mark when so many outlets report it; 0: not at once."""

    code: ClassVar[str] = "as"
    mark: str
    outlets: int


@dataclass(frozen=True, slots=True)
class LimitAlerts(Action):
    """Take at most so many alerts a day."""

    code: ClassVar[str] = "an"
    a_day: int


@dataclass(frozen=True, slots=True)
class AlertOf(Action):
    """The choices for the subscription with this number (from 1) in a change of what the chat follows."""

    code: ClassVar[str] = "af"
    change_id: int
    number: int
