"""Choosing topics: a multi-select keyboard, two columns where the names are short."""

from collections.abc import Collection

from bot.messages.callbacks import BeginAsIs, Menu, ToggleTopic, TopicPage, TopicsDone, TopicsPage
from bot.messages.html import bold, cut, escape, line, paragraphs, say
from bot.messages.model import Button, Message, paired
from bot.messages.pager import pager
from bot.messages.view import View

PER_PAGE = 40
LABEL_UNITS = 48
NAMES_SHOWN = 40
MAX_OFFERED = 90
"""Telegram takes a hundred buttons."""


def render_topics(view: View, following: Collection[str], *, menu: Menu = "topics", page: int = 1) -> Message:
    """The topics with ✅ before those that the chat follows. `menu` says where the choice ends.

    While getting started one can leave all the rest as it is.
    """
    locale = view.locale
    topics = list(view.names.topics.items())
    pages = max(1, -(-len(topics) // PER_PAGE))
    page = min(max(page, 1), pages)
    buttons = []
    for topic_id, name in topics[(page - 1) * PER_PAGE : page * PER_PAGE]:
        label = cut(line(name), LABEL_UNITS)
        if topic_id in following:
            label = locale.text("button.chosen", name=label)
        buttons.append(Button(label, ToggleTopic(topic_id, menu, page)))
    chosen = chosen_names(view, following)
    state = locale.text("topics.chosen", names=chosen) if chosen else locale.text("topics.none_chosen")
    hint = locale.text("start.step_topics") if menu == "start" else locale.text("topics.hint")
    if menu == "start":
        last = locale.text("button.continue" if chosen else "button.skip")
    else:
        last = locale.text("button.done")
    as_is = (Button(locale.text("button.begin_as_is"), BeginAsIs()),) if menu == "start" else ()
    return Message(
        paragraphs(bold(locale.text("topics.title")), hint, escape(state)), paired(buttons)
    ).with_buttons(
        pager(view, page, pages, lambda number: TopicsPage(menu, number)),
        (Button(last, TopicsDone(menu), style="primary"), *as_is),
    )


def render_topics_done(view: View, following: Collection[str]) -> Message:
    """What was chosen, in one sentence."""
    chosen = chosen_names(view, following)
    key = "topics.done" if chosen else "topics.done_none"
    return Message(escape(view.locale.text(key, names=chosen)))


def chosen_names(view: View, following: Collection[str]) -> str:
    """The names of the topics followed, in the taxonomy's order; empty where none is."""
    names = [cut(line(name), LABEL_UNITS) for topic, name in view.names.topics.items() if topic in following]
    return view.locale.join_names(names[:NAMES_SHOWN])


def render_topic_choice(view: View, *, unknown: str = "") -> Message:
    """Which topic to look at, a button each; `unknown` is what the reader called one and none is called."""
    name = cut(line(unknown), LABEL_UNITS)
    said = say(view.locale, "topic.unknown", name=name) if name else say(view.locale, "topic.ask")
    buttons = [
        Button(cut(line(name), LABEL_UNITS), TopicPage(topic_id, 1))
        for topic_id, name in list(view.names.topics.items())[:MAX_OFFERED]
    ]
    return Message(said, paired(buttons))
