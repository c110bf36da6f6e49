"""/share: a set of subscriptions as a link, how it looks to who opens it, and what adopting it did."""

from collections.abc import Sequence
from urllib.parse import quote

from bot.messages.follow_callbacks import UndoChange
from bot.messages.html import Markup, code, cut, line, lines, paragraphs, say
from bot.messages.items import NAME_UNITS
from bot.messages.model import Button, Message
from bot.messages.notice import notice
from bot.messages.share_callbacks import AdoptSet
from bot.messages.subscriptions import subscription_name
from bot.messages.view import View
from storage.models import Subscription

LISTED = 20


def render_share(items: Sequence[Subscription], link: str, view: View) -> Message:
    """The link with buttons to copy it and to send it to somebody."""
    to_friend = f"https://t.me/share/url?url={quote(link, safe='')}"
    return Message(
        paragraphs(say(view.locale, "share.link", count=len(items)), _names(items, view), code(link)),
        (
            (
                Button(view.locale.text("button.copy_link"), copy=link),
                Button(view.locale.text("button.send_link"), url=to_friend),
            ),
        ),
    )


def render_set(items: Sequence[Subscription], token: str, view: View) -> Message:
    """What somebody shared, with a button to follow it all; without one where all of it is followed (no `token`)."""
    told = paragraphs(say(view.locale, "share.shown", count=len(items)), _names(items, view))
    if not token:
        return Message(paragraphs(told, say(view.locale, "share.all_known")))
    return Message(told, ((Button(view.locale.text("button.adopt"), AdoptSet(token), style="primary"),),))


def render_adopted(
    added: Sequence[Subscription], change_id: int, view: View, *, beyond: int, limit: int
) -> Message:
    """What is followed now, and what was left out for the limit on words."""
    if not added:
        return notice(view, "share.too_many" if beyond else "share.all_known", count=beyond, limit=limit)
    rest = say(view.locale, "share.too_many", count=beyond, limit=limit) if beyond else ""
    told = lines(say(view.locale, "share.adopted", count=len(added)), rest)
    return Message(
        paragraphs(told, _names(added, view)),
        ((Button(view.locale.text("button.undo"), UndoChange(change_id)),),),
    )


def _names(items: Sequence[Subscription], view: View) -> Markup:
    names = [cut(line(subscription_name(item, view)), NAME_UNITS) for item in items[:LISTED]]
    more = "…" if len(items) > LISTED else ""
    return lines(*(f"• {name}" for name in names), more)
