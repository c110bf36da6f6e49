"""The private feed in /settings: what it is, and its addresses, which are told once."""

from collections.abc import Sequence
from datetime import datetime

from bot.messages.callbacks import OpenSettings, SetFeed
from bot.messages.html import bold, code, lines, paragraphs, say
from bot.messages.model import Button, Message
from bot.messages.view import View
from bot.messages.when import date_of


def render_feed(made_at: datetime | None, view: View) -> Message:
    """Whether there is one, and what can be done."""
    text = view.locale.text
    state = (
        say(view.locale, "feed.since", when=date_of(made_at, view))
        if made_at
        else say(view.locale, "feed.none")
    )
    make = Button(text("feed.again" if made_at else "feed.make"), SetFeed(on=True))
    revoke = (Button(text("feed.revoke"), SetFeed(on=False), style="danger"),) if made_at else ()
    back = Button(text("button.back"), OpenSettings("home"))
    return Message(
        paragraphs(bold(text("feed.heading")), say(view.locale, "feed.what"), state), ((make,),)
    ).with_buttons(revoke, (back,))


def render_new_feed(addresses: Sequence[str], view: View) -> Message:
    """The addresses of a feed that was just made."""
    text = view.locale.text
    back = Button(text("button.back"), OpenSettings("home"))
    revoke = Button(text("feed.revoke"), SetFeed(on=False), style="danger")
    told = lines(*(code(address) for address in addresses))
    return Message(
        paragraphs(bold(text("feed.heading")), say(view.locale, "feed.made"), told), ((revoke,), (back,))
    )
