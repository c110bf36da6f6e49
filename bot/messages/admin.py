"""What owners see: the sources and how they are, figures, and how the bot is running."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.messages.html import Markup, bold, cut, lines, measure, paragraphs, say
from bot.messages.html import line as one_line
from bot.messages.layout import Block, pack
from bot.messages.model import Message
from bot.messages.view import View
from bot.messages.when import ago, moment
from storage.models import Counts, Source

TITLE_UNITS = 40
PROBLEM_UNITS = 120


@dataclass(frozen=True, slots=True)
class Status:
    """How the bot is running; times are aware UTC."""

    version: str
    running: timedelta
    collected_at: datetime | None
    next_edition_at: datetime | None
    database_bytes: int


def render_sources(sources: Sequence[Source], view: View) -> tuple[Message, ...]:
    """Every source with its state, the troubled first, in as many messages as it takes."""
    if not sources:
        return (Message(say(view.locale, "admin.sources_none")),)
    failing = sum(source.enabled and source.failures > 0 for source in sources)
    good = sum(source.enabled and source.failures == 0 for source in sources)
    summary = say(view.locale, "admin.sources_summary", total=len(sources), good=good, failing=failing)
    head = lines(bold(view.locale.text("admin.sources_title")), summary)
    ordered = sorted(sources, key=lambda source: (-source.failures * source.enabled, source.id))
    blocks = [_source(source, view) for source in ordered]
    pages = pack([Block(measure(block)) for block in blocks], measure(head))
    return tuple(
        Message(paragraphs(head if number == 0 else "", lines(*(blocks[index] for index in page))))
        for number, page in enumerate(pages)
    )


def render_stats(counts: Counts, view: View) -> Message:
    """The figures of `chenbao stats`."""
    locale, sent = view.locale, counts.deliveries
    return Message(
        paragraphs(
            bold(locale.text("admin.stats_title")),
            lines(
                locale.text("admin.stats_sources", total=counts.sources, failing=counts.sources_failing),
                locale.text("admin.stats_articles", articles=counts.articles, stories=counts.stories),
                locale.text("admin.stats_chats", total=counts.chats, active=counts.chats_active),
                locale.text("admin.stats_subscriptions", count=counts.subscriptions),
                locale.text("admin.stats_editions", count=counts.editions),
                locale.text(
                    "admin.stats_deliveries",
                    sent=sent.get("sent", 0),
                    pending=sent.get("pending", 0) + sent.get("sending", 0),
                    uncertain=sent.get("uncertain", 0),
                    failed=sent.get("failed", 0),
                ),
            ),
        )
    )


def render_status(status: Status, view: View) -> Message:
    """Version, uptime, last collection, next edition, size."""
    locale = view.locale
    hours, seconds = divmod(status.running.seconds, 3600)
    running = locale.text(
        "admin.status_running", days=status.running.days, time=f"{hours}:{seconds // 60:02}"
    )
    collected = (
        locale.text("admin.status_last_collected", ago=ago(status.collected_at, view))
        if status.collected_at
        else locale.text("admin.status_never_collected")
    )
    upcoming = (
        locale.text("admin.status_next_edition", when=moment(status.next_edition_at, view))
        if status.next_edition_at
        else ""
    )
    return Message(
        paragraphs(
            bold(locale.text("admin.status_title")),
            lines(
                locale.text("admin.status_version", version=status.version),
                running,
                collected,
                upcoming,
                locale.text("admin.status_database", size=f"{status.database_bytes / 1e6:.1f}"),
            ),
        )
    )


def _source(source: Source, view: View) -> Markup:
    title = cut(one_line(source.title) or source.url, TITLE_UNITS)
    if not source.enabled:
        return say(view.locale, "admin.source_disabled", title=title)
    if source.failures:
        state = say(view.locale, "admin.source_failing", title=title, count=source.failures)
        return lines(state, cut(one_line(source.problem), PROBLEM_UNITS))
    if source.succeeded_at is None:
        return say(view.locale, "admin.source_new", title=title)
    return say(view.locale, "admin.source_good", title=title, ago=ago(source.succeeded_at, view))
