"""/bind: the groups and channels that a person looks after, and what stands above a message about one of them."""

from collections.abc import Sequence

from bot.messages.callbacks import BeginHere, ManagePlace, MoveHere
from bot.messages.html import Markup, bold, cut, line, lines, paragraphs, say
from bot.messages.model import Button, Message, Row, rows
from bot.messages.view import View
from storage.models import Chat

TITLE_UNITS = 40
INTO_A_GROUP = "https://t.me/{username}?startgroup=bind"
INTO_A_CHANNEL = "https://t.me/{username}?startchannel&admin=post_messages"
"""Telegram's own dialogue for choosing the place: https://core.telegram.org/api/links#groupchannel-bot-links"""
PRIVATE = "https://t.me/{username}?start=bind"


def place_name(place: Chat, view: View) -> str:
    """The place's kind and title, for use in a sentence: `频道《…》`."""
    title = cut(line(place.title), TITLE_UNITS)
    if place.telegram_thread_id is not None:
        return view.locale.text("place.topic", title=title, number=place.telegram_thread_id)
    return view.locale.text("place.channel" if place.kind == "channel" else "place.group", title=title)


def heading(place: Chat, view: View) -> Markup:
    """What stands above a message that is about another chat than the one which shows it."""
    return say(view.locale, "place.heading", name=place_name(place, view))


def render_places(places: Sequence[Chat], view: View, *, current: int | None) -> Message:
    """The places to choose from, the `current` one marked; how to get a first one where there is none."""
    text = view.locale.text
    chosen = text("place.chosen")
    buttons = [
        Button((chosen if place.id == current else "") + place_name(place, view), ManagePlace(place.id))
        for place in places
    ]
    if places:
        buttons.append(Button(("" if current else chosen) + text("place.self"), ManagePlace(0)))
    body = say(view.locale, "bind.choose" if places else "bind.none")
    message = Message(
        paragraphs(bold(text("bind.title")), lines(body, Markup(text("bind.hint")))), rows(buttons, 1)
    )
    return message.with_buttons(_add(view)) if view.bot_username else message


def render_elsewhere(place: Chat, view: View) -> Message:
    """A forum has its briefing in another topic: shall it move here, or come here as well?"""
    key = "start.elsewhere" if place.telegram_thread_id is None else "start.elsewhere_topic"
    text = view.locale.text
    return Message(
        say(view.locale, key, number=place.telegram_thread_id or 0),
        (
            (
                Button(text("button.move_here"), MoveHere(place.id)),
                Button(text("button.begin_here"), BeginHere()),
            ),
        ),
    )


def _add(view: View) -> Row:
    """Two ways to bring the bot to a new place."""
    return (
        Button(view.locale.text("bind.add_group"), url=INTO_A_GROUP.format(username=view.bot_username)),
        Button(view.locale.text("bind.add_channel"), url=INTO_A_CHANNEL.format(username=view.bot_username)),
    )


def private_link(view: View) -> Row:
    """A button that opens the private chat at /bind."""
    link = PRIVATE.format(username=view.bot_username)
    return (Button(view.locale.text("bind.open"), url=link),) if view.bot_username else ()
