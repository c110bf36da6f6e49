"""Plain text: an answer to a question we asked, a command in Chinese, else a search."""

import re
from typing import NamedTuple

from bot.chat.handlers import about, follow, search, settings, today
from bot.chat.handlers import topic as topic_handlers
from bot.chat.turn import Handler, Turn
from bot.messages.callbacks import Menu


class Meant(NamedTuple):
    """What words ask for: a handler and what it gets; `changes` marks what only a group's administrators may do."""

    handler: Handler
    words: str = ""
    changes: bool = False
    answers: bool = False
    """It is what we asked for, and may be asked for again."""


async def plain(turn: Turn) -> None:
    """Do what the words say."""
    meant = _meant(turn.text, turn.home.awaiting, private=turn.home.kind == "private")
    if meant is None:
        return
    if meant.changes:
        if not await turn.take_up():
            await turn.say("bind.lost")
            return
        if not await turn.may_change():  # what members of a group tell each other is no command of theirs
            return
    if not meant.answers:
        turn.expect("")
    turn.text = meant.words.strip()
    await meant.handler(turn)


def _meant(words: str, awaited: str, *, private: bool) -> Meant | None:
    for pattern, meant in SPOKEN:
        if match := pattern.fullmatch(words):
            return meant._replace(words=next(filter(None, match.groups()), ""))
    if awaited:
        return Meant(_awaited, words, changes=True, answers=True)
    return Meant(search.search, words) if private else None


async def _awaited(turn: Turn) -> None:
    menu: Menu = "start" if turn.home.awaiting.startswith("start") else "settings"
    if turn.home.awaiting.endswith("time"):
        await settings.set_time(turn, turn.text, menu)
    else:
        await settings.set_zone(turn, turn.text, menu)


SPOKEN: tuple[tuple[re.Pattern[str], Meant], ...] = (
    (
        re.compile("今日简报|今日簡報|今天的简报|今天的簡報|今日晨报|简报|簡報|晨报|晨報"),
        Meant(today.today),
    ),
    (re.compile("设置|設置|設定"), Meant(settings.settings, changes=True)),
    (re.compile("帮助|幫助|使用说明|使用說明"), Meant(about.show_help)),
    (re.compile(r"(?:订阅|訂閱|关注|關注)\s*(.*)", re.DOTALL), Meant(follow.follow, changes=True)),
    (
        re.compile(
            r"(?:退订|退訂|取消订阅|取消訂閱|取消关注|取消關注)\s*(.*)",
            re.DOTALL,
        ),
        Meant(follow.unfollow, changes=True),
    ),
    (
        re.compile(r"(?:搜索|搜尋|搜一下|搜)[\s:：]+(.*)|(?:搜索|搜尋)(.*)", re.DOTALL),
        Meant(search.search),
    ),
    (re.compile(r"(?:话题|話題)[\s:：]+(.*)", re.DOTALL), Meant(topic_handlers.topic)),
)
"""The commands as one would say them, in the order in which they are tried."""
