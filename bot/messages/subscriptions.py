"""What the chat follows, with a button per entry to drop it."""

from collections.abc import Sequence

from bot.messages.callbacks import SubscriptionsPage, Unfollow, mark
from bot.messages.html import bold, cut, escape, line, paragraphs, say
from bot.messages.model import Button, Message, paired
from bot.messages.pager import pager
from bot.messages.view import View
from storage.models import Subscription

PER_PAGE = 20
NAME_UNITS = 40
LABEL_UNITS = 30


def subscription_name(subscription: Subscription, view: View) -> str:
    """The followed topic's or section's name, or the keyword or source itself, on one line."""
    names = {"topic": view.names.topic, "section": view.names.section, "keyword": view.written}
    name = names.get(subscription.kind, str)
    return cut(line(name(subscription.value)), NAME_UNITS)


def render_subscriptions(
    subscriptions: Sequence[Subscription], view: View, *, page: int = 1, unknown: str = ""
) -> Message:
    """The list; `unknown` is what the reader wanted to drop but does not follow."""
    lead = say(view.locale, "unfollow.unknown", name=cut(line(unknown), NAME_UNITS)) if unknown else ""
    if not subscriptions:
        return Message(say(view.locale, "unfollow.empty"))
    pages = -(-len(subscriptions) // PER_PAGE)
    page = min(max(page, 1), pages)
    shown = subscriptions[(page - 1) * PER_PAGE : page * PER_PAGE]
    entries = [
        view.locale.text(f"unfollow.entry_{item.kind}", name=subscription_name(item, view)) for item in shown
    ]
    remove = [
        Button(
            view.locale.text("button.remove", name=cut(subscription_name(item, view), LABEL_UNITS)),
            Unfollow(mark(item), page),
        )
        for item in shown
    ]
    return Message(
        paragraphs(
            lead,
            bold(view.locale.text("unfollow.title")),
            escape("\n".join(f"• {entry}" for entry in entries)),
            view.locale.text("unfollow.hint"),
        ),
        paired(remove),
    ).with_buttons(pager(view, page, pages, SubscriptionsPage))
