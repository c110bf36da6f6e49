"""The full text of an imported document's article, in pages. Feeds' texts are not reprinted, only linked."""

from bot.chat.turn import Turn
from bot.messages.article import render_article
from bot.messages.callbacks import ArticlePage
from storage import articles, sources


async def page(turn: Turn, action: ArticlePage) -> None:
    """Turn to a page of the text."""
    await show_article(turn, action.article_id, action.page)


async def show_article(turn: Turn, article_id: int, page_number: int = 1) -> None:
    """Show one page (from 1) of an article, where its source is a document that the operator imported."""
    article = articles.by_id(turn.services.db, article_id)
    if article is None:
        await turn.say("article.gone")
        return
    source = sources.by_id(turn.services.db, article.source_id)
    if source is None or source.kind != "document":
        await turn.say("article.not_full")
        return
    await turn.show(render_article(article, turn.view, page=page_number))
