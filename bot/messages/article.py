"""The full text of an imported document, page by page. Feeds are never reprinted: that is for the caller to see to."""

from bot.messages.callbacks import ArticlePage
from bot.messages.html import bold, cut, escape, line, lines, paragraphs
from bot.messages.items import NAME_UNITS, headline
from bot.messages.model import Message
from bot.messages.pager import pager
from bot.messages.split import split_text
from bot.messages.view import View
from bot.messages.when import date_of
from storage.models import Article


def render_article(article: Article, view: View, *, page: int = 1) -> Message:
    """One page (from 1) of the article's text under its title."""
    pieces = split_text(article.text)
    page = min(max(page, 1), len(pieces))
    publisher = cut(line(article.publisher), NAME_UNITS)
    byline = view.locale.text("article.byline", publisher=publisher, date=date_of(article.published_at, view))
    number = view.locale.text("article.page", page=page, pages=len(pieces)) if len(pieces) > 1 else ""
    head = lines(bold(view.written(headline(article))), byline, number)
    row = pager(view, page, len(pieces), lambda wanted: ArticlePage(article.id, wanted))
    return Message(paragraphs(head, escape(pieces[page - 1]))).with_buttons(row)
