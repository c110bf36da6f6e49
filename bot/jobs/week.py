"""The look back that follows the week's edition: facts found once for all readers, a chart, one message of the ledger.

stories and names of the last weeks → facts, kept → less what the chat has muted → picture with caption, else words
"""

import asyncio
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.briefing.tastes import met_by
from bot.delivery.outcomes import Outcome
from bot.delivery.send_claim import SendClaim
from bot.errors import ReportError
from bot.jobs import views
from bot.jobs.hot import read_spans, words_of
from bot.jobs.trends import DAYS, can_draw, chart, picture_apart, trends_of
from bot.messages.model import Message
from bot.messages.view import View
from bot.messages.week import WeekAffair, WeekReview, WeekWord, render_week
from bot.report.hot import HotFinder, HotWord
from bot.report.week import LOOKS_BACK, WEEK, Affair, StoryLink, WeekFacts, affairs_of_week
from bot.runtime.services import Services
from storage import stories, topic_counts
from storage.models import Chat, Edition

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
    picture = await _picture(services, chat, edition, facts, view)
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


def _review(services: Services, chat: Chat, facts: WeekFacts) -> WeekReview:
    muted = tuple(taste for taste in chat.tastes if taste.muted)
    unwanted = {taste.value.casefold() for taste in muted if taste.kind == "keyword"}
    words = [each for each in facts.words if each.word.casefold() not in unwanted]

    def told(affairs: Sequence[Affair], *, last: bool) -> tuple[WeekAffair, ...]:
        ids = [each.last_id if last else each.first_id for each in affairs]
        found = stories.by_ids(services.db, ids)
        pairs = ((found[i], each.stories) for i, each in zip(ids, affairs, strict=True) if i in found)
        wanted = [(story, n) for story, n in pairs if story.lead.section and not met_by(story, muted)]
        return tuple(WeekAffair(story, number) for story, number in wanted[:MOST_AFFAIRS])

    return WeekReview(
        tuple(WeekWord(each.word, each.reports) for each in words[:MOST_WORDS]),
        told(facts.affairs.began, last=False),
        told(facts.affairs.ended, last=True),
    )


async def _picture(
    services: Services, chat: Chat, edition: Edition, facts: WeekFacts, view: View
) -> bytes | None:
    """The chart of the first hot words, else of the topics of most stories; one for all readers of a language and zone."""
    if not can_draw():
        return None

    async def draw() -> bytes | None:
        words = [each.word for each in facts.words[:LINES]] or _topics(services, edition)
        reading, at = services.reading, edition.created_at
        found = trends_of(services.db, reading.search, reading.taxonomy, words, DAYS, ZoneInfo(chat.zone), at)
        if found.empty:
            return None
        try:
            async with services.drawing.turn():
                return await picture_apart(chart(found, view))
        except ReportError:
            return None

    return await services.week_charts.get((view.locale.code, chat.zone), edition.created_at, draw)


def _topics(services: Services, edition: Edition) -> list[str]:
    at, taxonomy = edition.created_at, services.reading.taxonomy
    counts = topic_counts.stories_of(services.db, at - WEEK, at)
    most = sorted(
        (each for each in taxonomy.topics if counts.get(each.id)), key=lambda each: -counts[each.id]
    )
    return [each.name["zh"] for each in most[:LINES]]
