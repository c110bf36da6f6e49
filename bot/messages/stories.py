"""Lists of stories outside an edition: one topic's newest, what is hot, what the reader keeps."""

from collections.abc import Callable, Sequence

from bot.messages.action import Action
from bot.messages.callbacks import FollowTopic, SavedPage, TopicPage, Unsave
from bot.messages.html import Markup, bold, cut, line, lines, measure, paragraphs, say
from bot.messages.items import story_block
from bot.messages.layout import Block, pack
from bot.messages.model import Button, Keyboard, Message, rows
from bot.messages.pager import pager
from bot.messages.view import View
from storage.models import Story

PER_PAGE = 8
REMOVE_PER_ROW = 4
NAME_UNITS = 40


def render_topic(
    topic_id: str, stories: Sequence[Story], view: View, *, days: int, page: int = 1, following: bool = False
) -> Message:
    """A topic's stories of the last `days` days, newest first, with a button to follow it or drop it."""
    name = cut(line(view.names.topic(topic_id)), NAME_UNITS)
    key = "button.unfollow_topic" if following else "button.follow_topic"
    follow = Button(view.locale.text(key), FollowTopic(topic_id, on=not following))
    if not stories:
        return Message(say(view.locale, "topic.empty", days=days, name=name), ((follow,),))
    head = lines(
        bold(view.locale.text("topic.title", name=name)),
        view.locale.text("topic.found", count=len(stories), days=days),
    )
    message, _ = _page(head, stories, view, page, lambda number: TopicPage(topic_id, number))
    return message.with_buttons((follow,))


def render_story(story: Story, view: View) -> Message:
    """One story that the reader brought the address of."""
    return Message(paragraphs(say(view.locale, "address.article"), story_block(story, 1, view)))


def render_saved(stories: Sequence[Story], view: View, *, page: int = 1) -> Message:
    """What the chat keeps, latest first, with a button per story to let it go."""
    if not stories:
        return Message(say(view.locale, "saved.empty"))
    head = lines(bold(view.locale.text("saved.title")), view.locale.text("saved.found", count=len(stories)))
    message, shown = _page(head, stories, view, page, SavedPage)
    number = _clamped(page, shown)
    remove = [
        Button(view.locale.text("button.remove_number", number=index + 1), Unsave(stories[index].id, number))
        for index in shown[number - 1]
    ]
    buttons: Keyboard = rows(remove, REMOVE_PER_ROW)
    return message.with_buttons(*buttons)


def _page(
    head: Markup, stories: Sequence[Story], view: View, page: int, action: Callable[[int], Action]
) -> tuple[Message, tuple[range, ...]]:
    blocks = [story_block(story, index, view) for index, story in enumerate(stories, 1)]
    pages = pack([Block(measure(block)) for block in blocks], measure(head), most=PER_PAGE)
    number = _clamped(page, pages)
    row = pager(view, number, len(pages), action)
    shown = [blocks[index] for index in pages[number - 1]]
    return Message(paragraphs(head, *shown), (row,) if row else ()), pages


def _clamped(page: int, pages: tuple[range, ...]) -> int:
    return min(max(page, 1), len(pages))
