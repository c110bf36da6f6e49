"""What the buttons about alerts can ask for (`bot.messages.action` packs them)."""

from dataclasses import dataclass
from typing import ClassVar

from bot.messages.action import Action


@dataclass(frozen=True, slots=True)
class ShowAlerts(Action):
    """What the chat is told of at once."""

    code: ClassVar[str] = "al"


@dataclass(frozen=True, slots=True)
class SetAlert(Action):
    """Tell of the subscription with this mark when so many outlets report it; 0: not at once."""

    code: ClassVar[str] = "as"
    mark: str
    outlets: int
