"""What the buttons of a story's page can ask for (`bot.messages.action` packs them)."""

from dataclasses import dataclass
from typing import ClassVar

from bot.messages.action import Action


@dataclass(frozen=True, slots=True)
class OpenStory(Action):
    """The story's page."""

    code: ClassVar[str] = "yo"
    story_id: int


@dataclass(frozen=True, slots=True)
class KeepStory(Action):
    """Keep the story of this page, or let it go."""

    code: ClassVar[str] = "yk"
    story_id: int
    on: bool
