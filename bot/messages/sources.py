"""/sources, for owners: how every source is, the troubled first, and one source with what can be done with it."""

from collections.abc import Mapping, Sequence

from bot.messages.html import Markup, bold, code, cut, lines, paragraphs, say
from bot.messages.html import line as one_line
from bot.messages.model import Button, Message, rows
from bot.messages.pager import pager
from bot.messages.problems import problem_sentence
from bot.messages.source_callbacks import (
    FetchSource,
    PauseSource,
    RemoveSource,
    ShowSource,
    SourcesPage,
)
from bot.messages.view import View
from bot.messages.when import ago, date_of, moment
from storage.models import Source

PER_PAGE = 8
TITLE_UNITS = 40
PROBLEM_UNITS = 120
URL_UNITS = 300


def render_sources(
    sources: Sequence[Source], view: View, *, a_day: Mapping[int, float], page: int = 1
) -> Message:
    """One page of the sources and a button for each; `a_day` is how many items each brought a day lately."""
    text = view.locale.text
    if not sources:
        return Message(say(view.locale, "sources.none"))
    ordered = sorted(sources, key=lambda one: (one.gone_at is None, one.paused, -one.failures, one.id))
    pages = -(-len(ordered) // PER_PAGE)
    page = min(max(1, page), pages)
    first = (page - 1) * PER_PAGE
    shown = ordered[first : first + PER_PAGE]
    used = [one for one in sources if one.gone_at is None]
    failing = sum(one.failures > 0 and not one.paused for one in used)
    paused = sum(one.paused for one in used)
    fresh = sum(_is_fresh(one) for one in used)
    summary = text(
        "sources.summary",
        total=len(used),
        good=len(used) - failing - paused - fresh,
        failing=failing,
        paused=paused,
    )
    if fresh:
        summary = f"{summary} · {text('sources.summary_fresh', number=fresh)}"
    if len(used) < len(sources):
        summary = f"{summary} · {text('sources.summary_retired', number=len(sources) - len(used))}"
    listed = [
        lines(
            say(view.locale, "sources.row", number=number, source=_state(one, view)),
            _details(one, view, a_day),
        )
        for number, one in enumerate(shown, first + 1)
    ]
    numbers = [Button(str(number), ShowSource(one.id, page)) for number, one in enumerate(shown, first + 1)]
    return Message(
        paragraphs(lines(bold(text("sources.title")), summary), *listed, text("sources.hint")),
        rows(numbers, 4),
    ).with_buttons(pager(view, page, pages, SourcesPage))


def render_source(source: Source, view: View, *, a_day: Mapping[int, float], page: int) -> Message:
    """One source: its address, how it is, and buttons."""
    text = view.locale.text
    section = view.names.section(source.section) if source.section else ""
    topics = view.locale.join_names(map(view.names.topic, source.topics))
    resting = source.paused or source.gone_at is not None
    rest = Button(
        text("sources.resume" if resting else "sources.pause"), PauseSource(source.id, not resting, page)
    )
    fetch = Button(text("sources.fetch"), FetchSource(source.id, page))
    return Message(
        paragraphs(
            lines(bold(cut(one_line(source.title), TITLE_UNITS)), code(cut(one_line(source.url), URL_UNITS))),
            lines(
                _state(source, view),
                _details(source, view, a_day),
                say(view.locale, "sources.section", section=section) if section else "",
                say(view.locale, "sources.topics", topics=topics) if topics else "",
                say(view.locale, "sources.unread_dates", count=source.unread_dates)
                if source.unread_dates
                else "",
            ),
        ),
        (
            (rest,) if source.gone_at else (fetch, rest),
            (
                Button(text("sources.remove"), RemoveSource(source.id, False, page)),
                Button(text("sources.back"), SourcesPage(page)),
            ),
        ),
    )


def render_removal(source: Source, view: View, *, page: int) -> Message:
    """Asks before a source is removed."""
    text = view.locale.text
    return Message(
        say(view.locale, "sources.remove_ask", title=cut(one_line(source.title), TITLE_UNITS)),
        (
            (
                Button(text("sources.remove_sure"), RemoveSource(source.id, True, page), style="danger"),
                Button(text("sources.back"), ShowSource(source.id, page)),
            ),
        ),
    )


def _state(source: Source, view: View) -> Markup:
    title = cut(one_line(source.title) or source.url, TITLE_UNITS)
    if source.gone_at is not None:
        return say(view.locale, "sources.retired", title=title, when=date_of(source.gone_at, view))
    if source.paused:
        return say(view.locale, "sources.paused", title=title)
    if source.quarantined_at is not None:
        return say(view.locale, "sources.quarantined", title=title, count=source.failures)
    if source.failures:
        return say(view.locale, "sources.failing", title=title, count=source.failures)
    if _is_fresh(source):
        return say(view.locale, "sources.new", title=title)
    return say(view.locale, "sources.good", title=title)


def _is_fresh(source: Source) -> bool:
    """Whether it was not read yet, and nothing is known against it."""
    return source.succeeded_at is None and not source.failures and not source.paused


def _details(source: Source, view: View, a_day: Mapping[int, float]) -> Markup:
    """Why it fails, when it was well, how much it brings, when it is asked again."""
    text = view.locale.text
    facts = [
        text("sources.read", ago=ago(source.succeeded_at, view))
        if source.succeeded_at
        else text("sources.never"),
    ]
    if source.succeeded_at:
        facts.append(text("sources.a_day", number=f"{a_day.get(source.id, 0.0):.1f}".removesuffix(".0")))
    if source.next_fetch_at and not source.paused and source.gone_at is None:
        facts.append(text("sources.next", when=moment(source.next_fetch_at, view)))
    problem = problem_sentence(source.problem, view.locale) if source.failures else ""
    return lines(cut(one_line(problem), PROBLEM_UNITS), " · ".join(facts))
