"""What the button under a shared set can ask for (`bot.messages.callbacks` unpacks it)."""

from dataclasses import dataclass
from typing import ClassVar

from bot.messages.action import Action


@dataclass(frozen=True, slots=True)
class AdoptSet(Action):
    """Follow all of a set that somebody shared."""

    code: ClassVar[str] = "sf"
    token: str
