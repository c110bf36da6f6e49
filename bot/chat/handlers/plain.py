"""Plain text: an answer to a question we asked, a command in Chinese, else a search."""

import re

from bot.chat.handlers import about, follow, search, settings, today
from bot.chat.handlers import topic as topic_handlers
from bot.chat.turn import Handler, Turn

FOLLOW = re.compile(r"(?:订阅|訂閱|关注|關注)\s*(.*)", re.DOTALL)
UNFOLLOW = re.compile(r"(?:退订|退訂|取消订阅|取消訂閱|取消关注|取消關注)\s*(.*)", re.DOTALL)
SEARCH = re.compile(r"(?:搜索|搜尋|搜一下|搜)[\s:：]+(.*)|(?:搜索|搜尋)(.*)", re.DOTALL)
TOPIC = re.compile(r"(?:话题|話題)[\s:：]+(.*)", re.DOTALL)
TODAY = frozenset(
    {"今日简报", "今日簡報", "今天的简报", "今天的簡報", "今日晨报", "简报", "簡報", "晨报", "晨報"}
)
SETTINGS = frozenset({"设置", "設置", "設定"})
HELP = frozenset({"帮助", "幫助", "使用说明", "使用說明"})


async def plain(turn: Turn) -> None:
    """Do what the words say."""
    words = turn.text
    awaited = turn.chat.awaiting
    if words in TODAY:
        turn.expect("")
        await today.today(turn)
    elif words in SETTINGS:
        turn.text = ""
        await settings.settings(turn)
    elif words in HELP:
        await about.show_help(turn)
    elif match := FOLLOW.fullmatch(words):
        await _with(turn, match[1], follow.follow)
    elif match := UNFOLLOW.fullmatch(words):
        await _with(turn, match[1], follow.unfollow)
    elif match := SEARCH.fullmatch(words):
        await _with(turn, match[1] or match[2] or "", search.search)
    elif match := TOPIC.fullmatch(words):
        await _with(turn, match[1], topic_handlers.topic)
    elif awaited.endswith("time"):
        await settings.set_time(turn, words, "start" if awaited.startswith("start") else "settings")
    elif awaited.endswith("zone"):
        await settings.set_zone(turn, words, "start" if awaited.startswith("start") else "settings")
    elif turn.chat.kind == "private":
        await search.search(turn)


async def _with(turn: Turn, words: str, handler: Handler) -> None:
    """Hand over to a command's handler with the words that are left."""
    turn.expect("")
    turn.text = words.strip()
    await handler(turn)
