"""The answer to following or dropping something: what changed, how much there is of it, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.messages.alert_callbacks import SetAlert, ShowAlerts
from bot.messages.callbacks import mark
from bot.messages.follow_callbacks import LookAt, UndoChange
from bot.messages.html import Markup, cut, line, lines, paragraphs, say
from bot.messages.model import Button, Keyboard, Message, paired
from bot.messages.subscriptions import LABEL_UNITS, NAME_UNITS, subscription_name
from bot.messages.view import View
from storage.models import Subscription

MAX_LISTED = 12
MAX_NAMED = 10


@dataclass(frozen=True, slots=True)
class Followed:
    """A new subscription, and how many reports of it the last days had; `more` where they were not all counted."""

    item: Subscription
    reports: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A name that was refused and why, with the limit that it exceeds."""

    reason: Literal["too_long", "too_short", "limit", "address"]
    name: str
    limit: int = 0


def render_followed(
    change_id: int | None,
    added: Sequence[Followed],
    already: Sequence[Subscription],
    refused: Sequence[Refused],
    view: View,
    *,
    days: int,
    beside: bool = False,
) -> Message:
    """What is followed now, with a button to look at each and one to undo it; what was followed already, what was refused.

    `beside` says that the top stories stay: to whom they were all that came.
    """
    rest = [*_already(already, view), *_refusals(refused, view)]
    if beside and change_id is not None:
        rest.append(say(view.locale, "follow.beside"))
    if change_id is None:
        return Message(lines(*rest))
    if len(added) == 1:
        item = added[0].item
        done = say(view.locale, f"follow.added_{item.kind}", name=subscription_name(item, view))
        said = lines(done, _reports(added[0], view, days))
        look = [Button(view.locale.text("button.look"), LookAt(change_id, 1))]
        at_once = Button(view.locale.text("button.alert_start"), SetAlert(mark(item), 1))
    else:
        entries = [
            say(
                view.locale,
                "follow.entry",
                entry=view.locale.text(
                    f"unfollow.entry_{each.item.kind}", name=subscription_name(each.item, view)
                ),
                reports=_reports(each, view, days),
            )
            for each in added[:MAX_LISTED]
        ]
        said = lines(
            say(view.locale, "follow.added_several", count=len(added)), *entries, *_others(len(added), view)
        )
        at_once = Button(view.locale.text("button.all_alerts"), ShowAlerts())
        look = [
            Button(
                view.locale.text("button.look_at", name=cut(subscription_name(each.item, view), LABEL_UNITS)),
                LookAt(change_id, number),
            )
            for number, each in enumerate(added[:MAX_LISTED], 1)
        ]
    undo = Button(view.locale.text("button.undo"), UndoChange(change_id))
    buttons: Keyboard = ((look[0], undo), (at_once,)) if len(look) == 1 else (*paired(look), (at_once, undo))
    return Message(paragraphs(said, lines(*rest)), buttons)


def render_unfollowed(
    change_id: int, dropped: Sequence[Subscription], unknown: Sequence[str], view: View
) -> Message:
    """What is no longer followed, what never was, and an undo button."""
    missing = say(view.locale, "unfollow.unknown", name=_names(unknown, view)) if unknown else ""
    done = say(
        view.locale, "unfollow.done", name=_names([subscription_name(item, view) for item in dropped], view)
    )
    return Message(lines(done, missing), ((_undo(change_id, view),),))


def render_unfollowed_all(change_id: int, dropped: Sequence[Subscription], view: View) -> Message:
    """Nothing is followed any more: what that means, and an undo button."""
    names = _names([subscription_name(item, view) for item in dropped], view)
    return Message(
        say(view.locale, "unfollow.all", names=names, count=len(dropped)), ((_undo(change_id, view),),)
    )


def render_undone(items: Sequence[Subscription], view: View, *, followed: bool) -> Message:
    """What was taken back."""
    key = "follow.undone_follow" if followed else "follow.undone_unfollow"
    return Message(
        say(view.locale, key, names=_names([subscription_name(item, view) for item in items], view))
    )


def _undo(change_id: int, view: View) -> Button:
    return Button(view.locale.text("button.undo"), UndoChange(change_id))


def _reports(followed: Followed, view: View, days: int) -> Markup:
    if not followed.reports:
        return say(view.locale, "follow.no_reports", days=days)
    key = "follow.reports_more" if followed.more else "follow.reports"
    return say(view.locale, key, count=followed.reports, days=days)


def _others(count: int, view: View) -> list[Markup]:
    return [say(view.locale, "follow.others", count=count - MAX_LISTED)] if count > MAX_LISTED else []


def _already(items: Sequence[Subscription], view: View) -> list[Markup]:
    if not items:
        return []
    return [
        say(
            view.locale,
            "follow.already",
            name=_names([subscription_name(item, view) for item in items], view),
        )
    ]


def _refusals(refused: Sequence[Refused], view: View) -> list[Markup]:
    """One sentence a reason."""
    said = []
    for reason in dict.fromkeys(each.reason for each in refused):
        of_it = [each for each in refused if each.reason == reason]
        names = _names([each.name for each in of_it], view)
        said.append(say(view.locale, f"follow.{reason}", name=names, limit=of_it[0].limit))
    return said


def _names(names: Sequence[str], view: View) -> str:
    shown = view.locale.join_names(cut(line(name), NAME_UNITS) for name in names[:MAX_NAMED])
    return f"{shown} …" if len(names) > MAX_NAMED else shown
