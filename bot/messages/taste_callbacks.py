"""What the buttons about tastes can ask for: mute, more, less, and taking it back (see `bot.messages.callbacks`)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bot.messages.action import Action

TasteDeed = Literal["more", "less", "mute", "forget"]


@dataclass(frozen=True, slots=True)
class TunePage(Action):
    """Ask which story of this page of an edition is to be muted, or to be wanted more or less."""

    code: ClassVar[str] = "yn"
    edition_id: int
    page: int


@dataclass(frozen=True, slots=True)
class TuneStory(Action):
    """Show what of a story can be muted, or be wanted more or less."""

    code: ClassVar[str] = "yt"
    story_id: int


@dataclass(frozen=True, slots=True)
class ChangeTaste(Action):
    """Do this to the topic, name or source of the story whose `mark` this is; the panel of the story is drawn again."""

    code: ClassVar[str] = "yc"
    story_id: int
    mark: str
    deed: TasteDeed


@dataclass(frozen=True, slots=True)
class TastesPage(Action):
    """Show this page (from 1) of the chat's tastes."""

    code: ClassVar[str] = "yp"
    page: int


@dataclass(frozen=True, slots=True)
class ForgetTaste(Action):
    """Take back the taste whose `mark` this is; the list is drawn again at `page`."""

    code: ClassVar[str] = "yx"
    mark: str
    page: int


@dataclass(frozen=True, slots=True)
class ForgetTastes(Action):
    """Take back all of them; first asked, then (`sure`) done."""

    code: ClassVar[str] = "yr"
    sure: bool
