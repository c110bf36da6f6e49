"""What buttons can ask for, one class each; `bot.messages.action` packs them, `bot/chat/registry.py` says who does it."""

import re
import zlib
from dataclasses import dataclass
from typing import ClassVar, Literal

from bot.messages.action import Action
from storage.models import Subscription

Menu = Literal["start", "topics", "settings"]
"""Where a choice is made: while getting started, or later from a menu of its own."""
StopChoice = Literal["keep", "delete", "cancel"]


# --- editions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EditionPage(Action):
    """Show this page (from 1) of an edition; pager and section jumps alike."""

    code: ClassVar[str] = "e"
    edition_id: int
    page: int


@dataclass(frozen=True, slots=True)
class EditionSaving(Action):
    """Show the numbered save buttons under this page, or hide them again."""

    code: ClassVar[str] = "es"
    edition_id: int
    page: int
    on: bool


@dataclass(frozen=True, slots=True)
class ToggleSaved(Action):
    """Save a story of an edition, or remove it; the page is drawn again in save mode."""

    code: ClassVar[str] = "s"
    edition_id: int
    story_id: int
    page: int


@dataclass(frozen=True, slots=True)
class MoreStories(Action):
    """The next stories that did not fit into this edition."""

    code: ClassVar[str] = "m"
    edition_id: int


@dataclass(frozen=True, slots=True)
class WhySent(Action):
    """Why the stories of this page were chosen (为什么推给我)."""

    code: ClassVar[str] = "w"
    edition_id: int
    page: int


@dataclass(frozen=True, slots=True)
class SendAgain(Action):
    """Send an edition once more whose delivery stayed uncertain (补发)."""

    code: ClassVar[str] = "ra"
    edition_id: int


@dataclass(frozen=True, slots=True)
class ShowToday(Action):
    """Show today's edition, as /today does."""

    code: ClassVar[str] = "td"


# --- search and look-ups ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SearchPage(Action):
    """Show this page (from 1) of a search that the chat made."""

    code: ClassVar[str] = "q"
    search_id: int
    page: int


@dataclass(frozen=True, slots=True)
class FollowSearch(Action):
    """Follow the words of a search as keywords."""

    code: ClassVar[str] = "qf"
    search_id: int


@dataclass(frozen=True, slots=True)
class TopicPage(Action):
    """Show this page (from 1) of the newest stories of a topic."""

    code: ClassVar[str] = "tp"
    topic_id: str
    page: int


@dataclass(frozen=True, slots=True)
class FollowTopic(Action):
    """Follow a topic from where it was looked up, or stop following it."""

    code: ClassVar[str] = "tf"
    topic_id: str
    on: bool


@dataclass(frozen=True, slots=True)
class ArticlePage(Action):
    """Show this page (from 1) of an imported document's full text."""

    code: ClassVar[str] = "a"
    article_id: int
    page: int


# --- topics and subscriptions -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToggleTopic(Action):
    """Follow or unfollow a topic in the multi-select menu, which is drawn again at `page` (from 1)."""

    code: ClassVar[str] = "tt"
    topic_id: str
    menu: Menu
    page: int


@dataclass(frozen=True, slots=True)
class TopicsPage(Action):
    """Show this page (from 1) of the multi-select menu."""

    code: ClassVar[str] = "tm"
    menu: Menu
    page: int


@dataclass(frozen=True, slots=True)
class TopicsDone(Action):
    """The reader has chosen."""

    code: ClassVar[str] = "tx"
    menu: Menu


@dataclass(frozen=True, slots=True)
class BeginAsIs(Action):
    """While getting started: leave time and zone as they are, and show the first briefing."""

    code: ClassVar[str] = "bn"


@dataclass(frozen=True, slots=True)
class SubscriptionsPage(Action):
    """Show this page (from 1) of what the chat follows."""

    code: ClassVar[str] = "u"
    page: int


@dataclass(frozen=True, slots=True)
class Unfollow(Action):
    """Stop following the subscription whose `mark` this is; the list is drawn again at `page`."""

    code: ClassVar[str] = "ux"
    mark: str
    page: int


@dataclass(frozen=True, slots=True)
class SavedPage(Action):
    """Show this page (from 1) of what the chat keeps."""

    code: ClassVar[str] = "v"
    page: int


@dataclass(frozen=True, slots=True)
class Unsave(Action):
    """Remove a saved story; the list is drawn again at `page`."""

    code: ClassVar[str] = "vx"
    story_id: int
    page: int


# --- settings ---------------------------------------------------------------------------------------------------

OTHER = "other"
"""Used in place of a value: the reader wants to type it."""


@dataclass(frozen=True, slots=True)
class OpenSettings(Action):
    """Show the panel of a setting (`bot.messages.chat_settings`), or all of them: `home`."""

    code: ClassVar[str] = "o"
    panel: str


@dataclass(frozen=True, slots=True)
class ChooseSetting(Action):
    """A button of a setting's panel: its value becomes this, or this is added to what is chosen or taken away."""

    code: ClassVar[str] = "oc"
    setting: str
    value: str


@dataclass(frozen=True, slots=True)
class SetTime(Action):
    """The briefing comes at this local time, `HHMM`, or `other`."""

    code: ClassVar[str] = "ot"
    value: str
    menu: Menu

    @property
    def time(self) -> str | None:
        """`HH:MM`, or None where the reader wants to type it."""
        return (
            f"{self.value[:2]}:{self.value[2:]}"
            if re.fullmatch(r"(?:[01][0-9]|2[0-3])[0-5][0-9]", self.value)
            else None
        )


@dataclass(frozen=True, slots=True)
class SetZone(Action):
    """The chat's IANA zone, or `other`."""

    code: ClassVar[str] = "oz"
    zone: str
    menu: Menu


@dataclass(frozen=True, slots=True)
class SetPaused(Action):
    """Pause the briefings, or resume them."""

    code: ClassVar[str] = "op"
    on: bool


@dataclass(frozen=True, slots=True)
class ShowFeed(Action):
    """Show whether the chat has a private feed, and what can be done with it."""

    code: ClassVar[str] = "of"


@dataclass(frozen=True, slots=True)
class SetFeed(Action):
    """Make a private feed (anew), or revoke it."""

    code: ClassVar[str] = "og"
    on: bool


@dataclass(frozen=True, slots=True)
class ResumeHere(Action):
    """Resume the briefings, below a sentence that says they are paused: the sentence changes, no panel opens."""

    code: ClassVar[str] = "or"


@dataclass(frozen=True, slots=True)
class MoveHere(Action):
    """The briefings of another topic of this forum come here from now on."""

    code: ClassVar[str] = "mh"
    chat_id: int


@dataclass(frozen=True, slots=True)
class BeginHere(Action):
    """Briefings come to this topic, too, beside those in another topic of the forum."""

    code: ClassVar[str] = "bh"


@dataclass(frozen=True, slots=True)
class ManagePlace(Action):
    """Look after a group or channel (our id of it) from this private chat; 0: the private chat itself again."""

    code: ClassVar[str] = "mp"
    chat_id: int


@dataclass(frozen=True, slots=True)
class Stop(Action):
    """The answer to /stop: keep (the data), delete or cancel."""

    code: ClassVar[str] = "x"
    choice: StopChoice


def mark(subscription: Subscription) -> str:
    """Eight hex digits that stand for a subscription within one chat: its words may be too long for a button."""
    return f"{zlib.crc32(f'{subscription.kind}:{subscription.value}'.encode()):08x}"
