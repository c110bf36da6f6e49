"""/alert: what the chat is told of at once, from how many outlets on, and how often a day."""

from collections.abc import Mapping, Sequence

from bot.messages.alert_callbacks import SetAlert, ShowAlerts
from bot.messages.callbacks import OpenSettings, mark
from bot.messages.html import bold, cut, escape, paragraphs, say
from bot.messages.model import Button, Keyboard, Message, paired
from bot.messages.subscriptions import LABEL_UNITS, subscription_name
from bot.messages.view import View
from storage.models import Subscription

MAX_LISTED = 30
OUTLETS = (1, 3, 5)
"""Numbers of outlets to choose from."""


def render_alerts(
    following: Sequence[Subscription], watched: Mapping[Subscription, int], a_day: int, view: View
) -> Message:
    """The list, with a button for each thing that is followed, and for the number a day."""
    text = view.locale.text
    if not following:
        return Message(say(view.locale, "alert.nothing_followed"))
    listed = [*watched, *(item for item in following if item not in watched)][:MAX_LISTED]
    entries = [
        text("alert.entry", name=subscription_name(item, view), when=_when(watched[item], view))
        for item in listed
        if item in watched
    ]
    choose = [
        Button(
            text(
                "button.alert_on" if item in watched else "button.alert_off",
                name=cut(subscription_name(item, view), LABEL_UNITS),
            ),
            SetAlert(mark(item), 0 if item in watched else 1),
        )
        for item in listed
    ]
    limits = (Button(text("button.alerts"), OpenSettings("alerts")),)
    told = escape("\n".join(f"• {entry}" for entry in entries)) if entries else text("alert.none")
    limit = text("settings.alerts", count=a_day) if a_day else text("alert.limit_none")
    return Message(
        paragraphs(bold(text("alert.title")), told, limit, text("alert.hint")), (*paired(choose), limits)
    )


def render_alert_set(items: Sequence[Subscription], outlets: int, view: View, *, a_day: int) -> Message:
    """What was switched on, from how many outlets on, with the other numbers to choose from; or what was switched off."""
    text = view.locale.text
    names = view.locale.join_names(subscription_name(item, view) for item in items)
    back = (Button(text("button.all_alerts"), ShowAlerts()),)
    if not outlets:
        return Message(say(view.locale, "alert.off", names=names), (back,))
    key = "alert.on" if a_day else "alert.on_but_none"
    said = say(view.locale, key, names=names, when=_when(outlets, view), count=a_day)
    if len(items) != 1:
        return Message(said, (back,))
    return Message(said, (*_choices(items[0], outlets, view), back))


def _choices(item: Subscription, outlets: int, view: View) -> Keyboard:
    text = view.locale.text
    numbers = [
        Button(
            text("button.chosen", name=_when(count, view)) if count == outlets else _when(count, view),
            SetAlert(mark(item), count),
        )
        for count in OUTLETS
    ]
    return (*paired(numbers), (Button(text("button.alert_stop"), SetAlert(mark(item), 0)),))


def _when(outlets: int, view: View) -> str:
    if outlets == 1:
        return view.locale.text("alert.first")
    return view.locale.text("alert.grown", publishers=view.locale.text("count.publishers", count=outlets))
