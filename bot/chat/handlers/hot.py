"""/hot: what is spoken of more than before, and following a word of it."""

import asyncio

from bot.chat.handlers import follow
from bot.chat.turn import Turn
from bot.jobs.hot import read_spans, with_stories, words_of
from bot.messages.hot import HotItem, render_hot
from bot.messages.hot_callbacks import FollowHot
from bot.messages.html import cut, line
from bot.messages.items import NAME_UNITS
from bot.messages.model import Message
from bot.report.hot import DAYS, DAYS_BEFORE, HotFinder, HotWord
from storage import subscriptions
from storage.subscriptions import MAX_KEYWORDS


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
        key = f"follow.added_{item.kind}" if added else "follow.already"
        await turn.pop_up_promise(key, name=name)
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
        days=DAYS,
        before=DAYS_BEFORE,
        followed=[item.word for item in items if follow.meant(turn, item.word) in following],
    )
