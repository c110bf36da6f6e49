"""/hot and /trends: what is spoken of more than before, and how much of what, day by day."""

import asyncio
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.chat.handlers import follow
from bot.chat.handlers.search import MAX_KEYWORDS, MAX_PER_HOUR
from bot.chat.turn import Turn
from bot.errors import ReportError
from bot.jobs.hot import read_spans, with_stories, words_of
from bot.jobs.trends import DAYS, MOST_WORDS, Trends, can_draw, chart, picture_apart, trends_of
from bot.messages.hot import HotItem, render_hot
from bot.messages.html import cut, line
from bot.messages.items import NAME_UNITS
from bot.messages.looking_callbacks import FollowHot
from bot.messages.model import Message
from bot.messages.trends import render_trends, trends_caption
from bot.report.hot import DAYS as HOT_DAYS
from bot.report.hot import DAYS_BEFORE, HotFinder, HotWord
from storage import searches, subscriptions

SEPARATORS = re.compile(r"[\s,，、;；]+")
MAX_WORD_LENGTH = 40


async def hot(turn: Turn) -> None:
    """The words that rise."""
    await turn.reply(await _hot(turn))


async def follow_hot(turn: Turn, action: FollowHot) -> None:
    """Follow a word of the list, or stop following it, and show the list again."""
    item = follow.meant(turn, action.word)
    name = cut(line(action.word), NAME_UNITS)
    full = sum(each.kind == "keyword" for each in turn.following) >= MAX_KEYWORDS
    if not action.on:
        subscriptions.remove(turn.services.db, turn.chat.id, item)
        await turn.pop_up("unfollow.done", name=name)
    elif full and item.kind == "keyword" and item not in turn.following:
        await turn.pop_up("follow.limit", name=name, limit=MAX_KEYWORDS)
        return
    else:
        added = turn.follow(item)
        await turn.pop_up(f"follow.added_{item.kind}" if added else "follow.already", name=name)
    await turn.show(await _hot(turn))


async def _hot(turn: Turn) -> Message:
    services = turn.services

    async def count() -> tuple[HotWord, ...] | None:
        spans = read_spans(services.db, turn.now)
        reading = services.reading
        return await asyncio.to_thread(
            lambda: words_of(spans, HotFinder(reading.taxonomy, reading.segmenter))
        )

    words = await services.rising.get(turn.now, count)
    following = turn.following
    items = [
        HotItem(each.word.word, each.word.reports, each.word.publishers, each.word.expected, each.story)
        for each in with_stories(services.db, words or ())
    ]
    return render_hot(
        None if words is None else items,
        turn.view,
        days=HOT_DAYS,
        before=DAYS_BEFORE,
        followed=[item.word for item in items if follow.meant(turn, item.word) in following],
    )


async def trends(turn: Turn) -> None:
    """A chart of the words behind the command, or the same in words where none can be drawn."""
    words = list(dict.fromkeys(each[:MAX_WORD_LENGTH] for each in SEPARATORS.split(turn.text) if each))
    if not words:
        await turn.say("trends.ask", limit=MOST_WORDS)
        return
    db = turn.services.db
    if searches.recent(db, turn.chat.id, turn.now - timedelta(hours=1)) >= MAX_PER_HOUR:
        await turn.say("search.limited", limit=MAX_PER_HOUR)
        return
    searches.add(db, turn.chat.id, " ".join(words), turn.now)
    reading = turn.services.reading
    found = trends_of(
        db, reading.search, reading.taxonomy, words[:MOST_WORDS], DAYS, ZoneInfo(turn.chat.zone), turn.now
    )
    remarks = ["trends.too_many"] if len(words) > MOST_WORDS else []
    if not found.empty and can_draw():
        if await _drawn(turn, found, remarks):
            return
        remarks.append("trends.failed")
    elif not found.empty:
        remarks.append("trends.no_chart")
    await turn.reply(render_trends(found.told, found.told_peaks, turn.view, days=DAYS, remarks=remarks))


async def _drawn(turn: Turn, found: Trends, remarks: list[str]) -> bool:
    """Send the chart; whether it is settled. Where it cannot be drawn, or pictures are not allowed, it is not."""
    view = turn.view
    try:
        async with turn.services.drawing.turn():
            data = await picture_apart(chart(found, view))
    except ReportError:
        return False
    outcome = await turn.reply_picture(
        data, trends_caption(found.told, found.told_peaks, view, days=DAYS, remarks=remarks)
    )
    return not outcome.consequence.refuses
