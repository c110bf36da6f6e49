"""/report: what shall be printed, and how it goes."""

from collections.abc import Collection
from typing import get_args

from bot.messages.html import Markup, bold, paragraphs, say
from bot.messages.model import Button, Message, rows
from bot.messages.report_callbacks import MakeReport, ReportForm, ReportMenu, ReportSpan
from bot.messages.view import View

SHOWN: tuple[ReportForm, ...] = ("pdf", "docx", "epub", "html")


def render_report_menu(
    view: View,
    span: ReportSpan,
    *,
    followed: bool,
    may_follow: bool,
    missing: Collection[ReportForm],
    to_owner: bool,
) -> Message:
    """Spans, scope and formats; `missing` are those whose packages are not installed: their owner is told how."""
    text = view.locale.text
    spans = [
        _choice(text(f"report.span_{each}"), ReportMenu(each, followed), chosen=each == span)
        for each in get_args(ReportSpan)
    ]
    scopes = [
        _choice(text("report.everything"), ReportMenu(span, False), chosen=not followed),
        _choice(text("report.followed"), ReportMenu(span, True), chosen=followed),
    ]
    forms = [
        Button(text(f"report.form_{form}"), MakeReport(span, followed, form), style="primary")
        for form in SHOWN
        if form not in missing
    ]
    told: list[Markup] = [bold(text("report.menu_title")), say(view.locale, "report.menu")]
    if missing and to_owner:
        told.append(say(view.locale, "report.extra"))
    return Message(
        paragraphs(*told), (*rows(spans, 2), *(rows(scopes, 2) if may_follow else ()), *rows(forms, 2))
    )


def _choice(label: str, action: ReportMenu, *, chosen: bool) -> Button:
    return Button(f"✅ {label}" if chosen else label, action)


def render_report_caption(view: View, title: str, pieces: int) -> Markup:
    """Under the file."""
    return say(
        view.locale, "report.caption", title=title, stories=view.locale.text("count.stories", count=pieces)
    )
