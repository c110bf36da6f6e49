"""What the buttons under /hot can ask for (`bot.messages.callbacks` unpacks them)."""

from dataclasses import dataclass
from typing import ClassVar

from bot.messages.action import Action

_BLANK = "_"
MAX_WORD_BYTES = 48


@dataclass(frozen=True, slots=True)
class FollowHot(Action):
    """Follow a word of the list, or stop following it; then the list is shown again."""

    code: ClassVar[str] = "hf"
    packed: str
    on: bool

    @classmethod
    def of(cls, word: str, *, on: bool) -> "FollowHot | None":
        """The action for a word; None for one that no button can carry."""
        packed = word.replace(" ", _BLANK)
        fits = len(packed.encode()) <= MAX_WORD_BYTES and ":" not in packed and len(packed.split()) == 1
        return cls(packed, on) if fits else None

    @property
    def word(self) -> str:
        """The word as it is written."""
        return self.packed.replace(_BLANK, " ")
