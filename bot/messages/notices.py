"""What people are told unasked: owners of their sources (failing for long, gone for good, back again), and whoever looks
after a chat that it rests."""

from collections.abc import Sequence

from bot.messages.html import Markup, cut, lines, say
from bot.messages.html import line as one_line
from bot.messages.model import Message
from bot.messages.problems import problem_sentence
from bot.messages.view import View
from bot.messages.when import moment
from storage.models import Notice

MOST = 12
"""Notices that one message shows in full; the others are counted."""
TITLE_UNITS = 40
PROBLEM_UNITS = 120


def render_notices(notices: Sequence[Notice], view: View) -> Message:
    """All pending notices of a person, in one message."""
    shown = [_notice(notice, view) for notice in notices[:MOST]]
    if len(notices) > MOST:
        shown.append(say(view.locale, "admin.notice_more", count=len(notices) - MOST))
    return Message(lines(*shown))


def _notice(notice: Notice, view: View) -> Markup:
    title = cut(one_line(notice.title), TITLE_UNITS)
    if notice.kind == "back":
        return say(view.locale, "admin.notice_back", title=title)
    if notice.kind == "resting":
        place = notice.place if notice.place in {"private", "channel"} else "group"
        told = say(view.locale, "admin.notice_resting", title=title, count=notice.failures)
        said = view.locale.text("admin.notice_refused", words=cut(one_line(notice.problem), PROBLEM_UNITS))
        return lines(told, said, view.locale.text(f"admin.notice_resting_{place}"))
    last = (
        view.locale.text("admin.notice_last_good", when=moment(notice.last_good_at, view))
        if notice.last_good_at
        else view.locale.text("admin.notice_never_good")
    )
    return lines(
        say(view.locale, f"admin.notice_{notice.kind}", title=title, count=notice.failures),
        cut(one_line(problem_sentence(notice.problem, view.locale)), PROBLEM_UNITS),
        last,
    )
