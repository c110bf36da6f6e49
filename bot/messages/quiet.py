"""After some quiet days in a row: what is reported beside what the reader follows, to be followed by a tap."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bot.messages.action import Action
from bot.messages.html import Markup, cut, line, paragraphs, say
from bot.messages.items import NAME_UNITS
from bot.messages.model import Button, Message, paired
from bot.messages.view import View

MOST_WIDER = 4


@dataclass(frozen=True, slots=True)
class FollowWider(Action):
    """Follow a topic that was suggested under this edition, or stop following it."""

    code: ClassVar[str] = "qw"
    edition_id: int
    topic_id: str
    on: bool


@dataclass(frozen=True, slots=True)
class WiderTopic:
    """A topic that the reader did not follow, and how many stories of it there were lately."""

    topic_id: str
    stories: int


def with_wider(
    quiet: Message,
    edition_id: int,
    topics: Sequence[WiderTopic],
    view: View,
    *,
    quiet_days: int,
    days: int,
    followed: Collection[str],
) -> Message:
    """The line of a quiet day with the suggestion below it: `quiet_days` in a row, figures of the last `days` days;
    `followed` holds the ids of topics that are followed now."""
    asked = say(view.locale, "digest.wider", quiet_days=quiet_days, days=days)
    return Message(
        paragraphs(Markup(quiet.text), asked),
        paired([_button(edition_id, each, view, on=each.topic_id not in followed) for each in topics]),
    )


def _button(edition_id: int, topic: WiderTopic, view: View, *, on: bool) -> Button:
    name = cut(line(view.names.topic(topic.topic_id)), NAME_UNITS) or topic.topic_id
    counted = f"{name} · {view.locale.text('count.stories', count=topic.stories)}"
    key = "button.follow_word" if on else "button.following_word"
    return Button(view.locale.text(key, name=counted), FollowWider(edition_id, topic.topic_id, on))
