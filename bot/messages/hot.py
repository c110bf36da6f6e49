"""/hot: the words that rise, each with the story that stands for it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.messages.hot_callbacks import FollowHot
from bot.messages.html import Markup, bold, cut, line, lines
from bot.messages.items import NAME_UNITS, linked_headline
from bot.messages.layout import fit
from bot.messages.model import Button, Message, paired
from bot.messages.notice import notice
from bot.messages.view import View
from storage.models import Story


@dataclass(frozen=True, slots=True)
class HotItem:
    """A word that rises: its reports and publishers of the last days, how many reports were expected, its story."""

    word: str
    reports: int
    publishers: int
    expected: int
    story: Story


def render_hot(
    items: Sequence[HotItem] | None, view: View, *, days: int, before: int, followed: Collection[str] = ()
) -> Message:
    """The list with a button for each word to follow it; None where there is too little to compare with."""
    if not items:
        return notice(view, "hot.too_early" if items is None else "hot.none")
    locale = view.locale
    head = lines(bold(locale.text("hot.title")), locale.text("hot.since", days=days, before=before))
    blocks = [_block(number, item, view) for number, item in enumerate(items, 1)]
    return Message(fit(head, blocks, blocks), paired([*_buttons(items, view, followed)]))


def _buttons(items: Sequence[HotItem], view: View, followed: Collection[str]) -> Iterator[Button]:
    for item in items:
        on = item.word not in followed
        if action := FollowHot.of(item.word, on=on):
            key = "button.follow_word" if on else "button.following_word"
            yield Button(view.locale.text(key, name=cut(line(view.written(item.word)), NAME_UNITS)), action)


def _block(number: int, item: HotItem, view: View) -> Markup:
    counted = view.locale.text(
        "hot.counts", count=item.reports, publishers=item.publishers, expected=item.expected
    )
    name = bold(cut(line(view.written(item.word)), NAME_UNITS))
    return lines(Markup(f"{number}. {name}"), counted, linked_headline(item.story.lead, view))
