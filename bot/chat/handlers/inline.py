"""`@bot words` typed in any chat: up to fifty story cards, for who may use the bot; strangers get an empty list."""

import logging

from telegram import Update

from bot.chat import admission
from bot.jobs import views
from bot.locales import load_locale, resolve
from bot.messages.inline import InlineCard, render_card
from bot.messages.view import View
from bot.runtime.services import Services
from storage import chats
from storage.models import SearchHit

log = logging.getLogger(__name__)

MAX_QUERY_LENGTH = 200
MAX_RESULTS = 50
"""Telegram takes no more in one answer."""
CACHE_SECONDS = 60
"""How long Telegram may give the same person the same answer."""


async def answer(services: Services, update: Update) -> None:
    """Answer one inline query. What Telegram makes of it is only logged: nobody waits for a list of a moment ago."""
    asked = update.inline_query
    if asked is None:
        return
    cards: list[InlineCard] = []
    words = " ".join(asked.query.split())[:MAX_QUERY_LENGTH]
    if words and not asked.from_user.is_bot and admission.may_use(services, asked.from_user.id):
        view = _view(services, asked.from_user.id, asked.from_user.language_code)
        cards = [render_card(hit.article, view) for hit in _hits(services, words, view)]
    outcome = await services.sender.answer_inline(asked.id, cards, cache_seconds=CACHE_SECONDS)
    if not outcome.delivered:
        log.info("an inline query was not answered: %s", outcome.problem)


def _hits(services: Services, words: str, view: View) -> tuple[SearchHit, ...]:
    found = services.reading.search.find(
        services.db, words, limit=MAX_RESULTS, now=services.now(), decay=True, stories=True, zone=view.zone
    )
    return found.hits


def _view(services: Services, user_id: int, language_code: str | None) -> View:
    """As the person has set it in private; who never wrote to the bot gets their client's language."""
    known = chats.by_address(services.db, user_id, None)
    now = services.now()
    if known is not None:
        return views.view(services, known, now, services.username)
    locale = load_locale(resolve(language_code, resolve(services.config.language)))
    names = views.names(services.reading.taxonomy, locale)
    return View(
        locale, names, services.config.zone, now, services.username, traditional=locale.code == "zh-Hant"
    )
