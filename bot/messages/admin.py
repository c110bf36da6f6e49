"""Messages for owners: statistics and status."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.messages.html import Markup, bold, code, cut, escape, line, lines, paragraphs, say
from bot.messages.model import Message
from bot.messages.places import place_name
from bot.messages.view import View
from bot.messages.when import ago, moment
from storage.figures import Counts
from storage.models import Article, Chat, Story

MAX_REPORTS = 6
SPLIT_UNITS = 60


@dataclass(frozen=True, slots=True)
class Status:
    """The status of the bot; times are aware UTC."""

    version: str
    running: timedelta
    collected_at: datetime | None
    next_edition_at: datetime | None
    database_bytes: int
    resting: Sequence[Chat] = ()
    """Chats to which nothing can be sent for now, some of them."""
    resting_count: int = 0


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
                locale.text("admin.stats_resting", count=counts.chats_resting)
                if counts.chats_resting
                else "",
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
                _resting(status, view),
                locale.text("admin.status_database", size=f"{status.database_bytes / 1e6:.1f}"),
            ),
        )
    )


def _resting(status: Status, view: View) -> Markup:
    """Which chats nothing can be sent to, by their names."""
    if not status.resting:
        return Markup()
    names = view.locale.join([_name(chat, view) for chat in status.resting])
    key = (
        "admin.status_resting_more" if status.resting_count > len(status.resting) else "admin.status_resting"
    )
    return say(view.locale, key, names=names, count=status.resting_count)


def _name(chat: Chat, view: View) -> str:
    return line(chat.title) if chat.kind == "private" else place_name(chat, view)


def render_split_choice(stories: Sequence[Story], view: View) -> Message:
    """Stories of several articles, each article with the number that /split asks for."""
    blocks = [lines(*(_numbered(article) for article in story.articles[:MAX_REPORTS])) for story in stories]
    return Message(paragraphs(say(view.locale, "admin.split_ask"), *blocks))


def _numbered(article: Article) -> Markup:
    title, publisher = (escape(cut(line(text), SPLIT_UNITS)) for text in (article.title, article.publisher))
    return Markup(f"{code(str(article.id))} {title} · {publisher}")
