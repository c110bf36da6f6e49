"""/trends: how much is reported of some words, day by day."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.chat.handlers.search import MAX_PER_HOUR
from bot.chat.turn import Turn
from bot.clock import days_lately, numerals
from bot.errors import ReportError
from bot.jobs.trends import (
    DAYS,
    FEWEST_DAYS,
    MOST_DAYS,
    MOST_WORDS,
    Trends,
    can_draw,
    chart,
    picture_apart,
    trends_of,
)
from bot.messages.trends import render_trends, trends_caption
from bot.text.normalise import normalise
from storage import searches

SEPARATORS = re.compile(r"[\s,，、;；]+")
MAX_WORD_LENGTH = 40
APART = re.compile(
    r"(\d+|[〇零一二两兩三四五六七八九十]+)\s+(?=(?:days?|weeks?|months?|天|[个個]?(?:周|週|星期)|[个個]月)(?:[\s,，、;；]|$))",
    re.IGNORECASE,
)
"""A number and its unit, typed apart: 90 天, 3 個月."""


async def trends(turn: Turn) -> None:
    """A chart of the words behind the command, or the same in words where none can be drawn."""
    days, words = _asked(turn.text)
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
        db, reading.search, reading.taxonomy, words[:MOST_WORDS], days, ZoneInfo(turn.chat.zone), turn.now
    )
    remarks = ["trends.too_many"] if len(words) > MOST_WORDS else []
    if not found.empty and can_draw():
        if await _drawn(turn, found, days, remarks):
            return
        remarks.append("trends.failed")
    elif not found.empty:
        remarks.append("trends.no_chart")
    await turn.reply(render_trends(found.told, found.told_peaks, turn.view, days=days, remarks=remarks))


def _asked(text: str) -> tuple[int, list[str]]:
    """How many days are to be looked at, within what a chart shows, and of which words."""
    days, words = DAYS, []
    for each in SEPARATORS.split(APART.sub(r"\1", text)):
        if (counted := days_lately(numerals(normalise(each)))) is not None:
            days = min(max(counted, FEWEST_DAYS), MOST_DAYS)
        elif each:
            words.append(each[:MAX_WORD_LENGTH])
    return days, list(dict.fromkeys(words))


async def _drawn(turn: Turn, found: Trends, days: int, remarks: list[str]) -> bool:
    """Send the chart; whether it is settled. Where it cannot be drawn, or pictures are not allowed, it is not."""
    view = turn.view
    try:
        async with turn.services.drawing.turn():
            data = await picture_apart(chart(found, view))
    except ReportError:
        return False
    outcome = await turn.reply_picture(
        data, trends_caption(found.told, found.told_peaks, view, days=days, remarks=remarks)
    )
    return not outcome.consequence.refuses
