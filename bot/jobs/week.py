"""The look back that follows the week's edition: facts found once for all readers, a chart, one message of the ledger.

stories and names of the last weeks → facts, kept → less what the chat has muted → picture with caption, else words
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.briefing.tastes import met_by
from bot.delivery.outcomes import Outcome
from bot.delivery.send_claim import SendClaim
from bot.errors import ReportError
from bot.jobs import views
from bot.jobs.hot import read_spans, words_of
from bot.jobs.trends import DAYS, Trends, can_draw, chart, picture_apart, trends_of
from bot.messages.model import Message
from bot.messages.view import View
from bot.messages.week import WeekAffair, WeekReview, WeekWord, render_week
from bot.report.hot import HotFinder, HotWord
from bot.report.week import LOOKS_BACK, WEEK, Affair, StoryLink, WeekFacts, affairs_of_week
from bot.runtime.services import Services
from storage import stories, topic_counts
from storage.models import Article, Chat, Edition, Story, Taste

REVIEW_PART = 1
"""Of the week's edition: the message that follows its stories."""
MOST_WORDS, MOST_AFFAIRS = 5, 3
LINES = 3
"""Of the chart."""


async def send_review(
    services: Services, chat: Chat, edition: Edition, *, background: bool, claim: SendClaim
) -> Outcome | None:
    """Send the look back: a chart with its caption, or the words alone where no picture can be drawn or is taken. None,
    without a claim, where there is nothing to tell."""
    facts = await services.weeks.get(edition.created_at, lambda: _facts(services, edition))
    view = views.view(services, chat, services.now(), services.username)
    review = _review(services, chat, facts)
    if review.is_empty:
        return None
    text = render_week(review, view)
    to = chat.telegram_chat_id, chat.telegram_thread_id
    picture = await _picture(services, chat, edition, _unmuted_words(services, chat, facts), view)
    if picture is not None:
        outcome = await services.sender.send_photo(*to, picture, text, background=background, claim=claim)
        if not outcome.consequence.refuses:
            return outcome
    return await services.sender.send(*to, Message(text), background=background, claim=claim)


async def _facts(services: Services, edition: Edition) -> WeekFacts:
    at = edition.created_at

    async def count() -> tuple[HotWord, ...] | None:
        spans = read_spans(services.db, at)
        reading = services.reading
        return await asyncio.to_thread(
            lambda: words_of(spans, HotFinder(reading.taxonomy, reading.segmenter))
        )

    words = await services.rising.get(at, count)
    affairs = affairs_of_week(map(StoryLink._make, stories.links(services.db, at - LOOKS_BACK, at)), at)
    return WeekFacts(words or (), affairs)


def _unmuted_words(services: Services, chat: Chat, facts: WeekFacts) -> tuple[str, ...]:
    """The hot words that the chat has not muted, neither as words nor as topics."""
    muted = {(taste.kind, taste.value.casefold()) for taste in chat.tastes if taste.muted}
    named = {each.word: services.reading.taxonomy.find_topic(each.word) for each in facts.words}
    return tuple(
        word
        for word, topic in named.items()
        if ("keyword", word.casefold()) not in muted and (topic is None or ("topic", topic.id) not in muted)
    )


def _review(services: Services, chat: Chat, facts: WeekFacts) -> WeekReview:
    muted = tuple(taste for taste in chat.tastes if taste.muted)
    words = set(_unmuted_words(services, chat, facts))

    def told(affairs: Sequence[Affair], *, last: bool) -> tuple[WeekAffair, ...]:
        ids = [each.last_id if last else each.first_id for each in affairs]
        found = stories.by_ids(services.db, ids)
        pairs = ((found[i], each.stories) for i, each in zip(ids, affairs, strict=True) if i in found)
        wanted = [(story, n) for story, n in pairs if story.lead.section and not met_by(story, muted)]
        return tuple(WeekAffair(story, number) for story, number in wanted[:MOST_AFFAIRS])

    return WeekReview(
        tuple(WeekWord(each.word, each.reports) for each in facts.words if each.word in words)[:MOST_WORDS],
        told(facts.affairs.began, last=False),
        told(facts.affairs.ended, last=True),
    )


async def _picture(
    services: Services, chat: Chat, edition: Edition, hot: Sequence[str], view: View
) -> bytes | None:
    """The chart of the first hot words, else of the topics of most stories; one for all readers of a language and zone
    who have muted nothing of it."""
    if not can_draw():
        return None
    words = tuple(hot[:LINES] or _topics(services, chat, edition))
    at = edition.created_at

    def find() -> Trends:
        reading, zone = services.reading, ZoneInfo(chat.zone)
        return trends_of(services.db, reading.search, reading.taxonomy, words, DAYS, zone, at)

    async def peaks() -> tuple[Article, ...]:
        return tuple(each.article for each in find().peaks)

    hidden: frozenset[int] = frozenset()
    if muted := tuple(taste for taste in chat.tastes if taste.muted):
        named = await services.week_peaks.get((chat.zone, words), at, peaks)
        hidden = frozenset(article.id for article in named if _is_met(article, muted))

    async def draw() -> bytes | None:
        found = find()
        if found.empty:
            return None
        shown = replace(found, peaks=tuple(each for each in found.peaks if each.article.id not in hidden))
        try:
            async with services.drawing.turn():
                return await picture_apart(chart(shown, view))
        except ReportError:
            return None

    return await services.week_charts.get((view.locale.code, chat.zone, words, hidden), at, draw)


def _is_met(article: Article, muted: Sequence[Taste]) -> bool:
    alone = Story(article.story_id or 0, article.published_at, article.published_at, (article,))
    return bool(met_by(alone, muted))


def _topics(services: Services, chat: Chat, edition: Edition) -> list[str]:
    at, taxonomy = edition.created_at, services.reading.taxonomy
    counts = topic_counts.stories_of(services.db, at - WEEK, at)
    muted = {taste.value for taste in chat.tastes if taste.muted and taste.kind == "topic"}
    wanted = (each for each in taxonomy.topics if counts.get(each.id) and each.id not in muted)
    most = sorted(wanted, key=lambda each: -counts[each.id])
    return [each.name["zh"] for each in most[:LINES]]
