"""Story cards for inline mode: what the list shows, and the message that a tap sends."""

from dataclasses import dataclass

from bot.messages.html import cut, escape, line, lines
from bot.messages.items import NAME_UNITS, address, headline, linked_headline, summary_parts
from bot.messages.links import story_link
from bot.messages.model import Button, Message
from bot.messages.view import View
from bot.messages.when import date_of
from storage.models import Article

DESCRIPTION_UNITS = 120


@dataclass(frozen=True, slots=True)
class InlineCard:
    """One entry of the list: its id, its title and description there, and the message that it becomes."""

    id: str
    title: str
    description: str
    message: Message


def render_card(article: Article, view: View) -> InlineCard:
    """The card of a story's best article, with buttons to its page and into the bot."""
    publisher = cut(line(article.publisher), NAME_UNITS)
    date = date_of(article.published_at, view)
    told = view.locale.text("search.source_line", publisher=publisher, date=date) if publisher else date
    opened, _ = summary_parts(article)
    shown = view.written(opened)
    buttons = []
    if address(article, view):
        buttons.append(Button(view.locale.text("button.original"), url=address(article, view)))
    if view.bot_username and article.story_id is not None:
        buttons.append(Button(view.locale.text("button.in_chenbao"), url=story_link(article.story_id, view)))
    return InlineCard(
        str(article.id),
        view.written(headline(article)),
        cut(f"{told} · {line(shown)}" if shown else told, DESCRIPTION_UNITS),
        Message(
            lines(linked_headline(article, view), escape(shown), told), (tuple(buttons),) if buttons else ()
        ),
    )
