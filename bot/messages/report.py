"""/report: what shall be printed, and how it goes."""

from collections.abc import Collection
from typing import get_args

from bot.messages.callbacks import OpenSettings
from bot.messages.html import Markup, bold, paragraphs, say
from bot.messages.model import Button, Message, rows
from bot.messages.report_callbacks import (
    EVERYTHING,
    FOLLOWED,
    MakeReport,
    ReportForm,
    ReportMenu,
    ReportSpan,
    ReportTopics,
    scope_of,
    topics_of,
)
from bot.messages.view import View

SHOWN: tuple[ReportForm, ...] = ("pdf", "docx", "epub", "html")


def render_report_menu(
    view: View,
    span: ReportSpan,
    scope: str,
    *,
    may_follow: bool,
    missing: Collection[ReportForm],
    to_owner: bool,
) -> Message:
    """Spans, scope and formats; `missing` are those whose packages are not installed: their owner is told how."""
    text = view.locale.text
    topics = [view.names.topics[topic] for topic in topics_of(scope, tuple(view.names.topics))]
    spans = [
        _choice(text(f"report.span_{each}"), ReportMenu(each, scope), chosen=each == span)
        for each in get_args(ReportSpan)
    ]
    scopes = [
        _choice(text("report.everything"), ReportMenu(span, EVERYTHING), chosen=scope == EVERYTHING),
        _choice(text("report.followed"), ReportMenu(span, FOLLOWED), chosen=scope == FOLLOWED),
    ]
    forms = [
        Button(text(f"report.form_{form}"), MakeReport(span, scope, form), style="primary")
        for form in SHOWN
        if form not in missing
    ]
    label = text("report.some_topics", count=len(topics)) if topics else text("report.topics")
    more = (
        (_choice(label, ReportTopics(span, scope), chosen=bool(topics)),),
        (Button(text("button.printed"), OpenSettings("printed")),),
    )
    told: list[Markup] = [bold(text("report.menu_title")), say(view.locale, "report.menu")]
    if topics:
        told.append(say(view.locale, "report.only", names=view.locale.join_names(topics)))
    told.append(say(view.locale, "report.typed"))
    if missing and to_owner:
        told.append(say(view.locale, "report.extra"))
    return Message(
        paragraphs(*told),
        (*rows(spans, 2), *(rows(scopes, 2) if may_follow else ()), *rows(forms, 2), *more),
    )


def render_report_topics(view: View, span: ReportSpan, scope: str) -> Message:
    """All topics, those of the scope marked; each button takes one in or out."""
    ids = tuple(view.names.topics)
    chosen = set(topics_of(scope, ids))
    buttons = [
        _choice(
            view.names.topics[each], ReportTopics(span, scope_of(chosen ^ {each}, ids)), chosen=each in chosen
        )
        for each in ids
    ]
    done = Button(view.locale.text("button.done"), ReportMenu(span, scope_of(chosen, ids)), style="primary")
    return Message(say(view.locale, "report.choose_topics"), (*rows(buttons, 2), (done,)))


def _choice(label: str, action: ReportMenu | ReportTopics, *, chosen: bool) -> Button:
    return Button(f"✅ {label}" if chosen else label, action)


def render_report_caption(view: View, title: str, pieces: int) -> Markup:
    """Under the file."""
    return say(
        view.locale, "report.caption", title=title, stories=view.locale.text("count.stories", count=pieces)
    )
