"""The words that `understanding` knows: whole phrases, verbs that stand before a name, names of settings.

Phrases are compared without blanks and punctuation, in simplified characters and lower case (`squash`).
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal, cast

from bot.languages import SPEECH

Phrase = Literal[
    "today", "help", "start", "settings", "topics", "unfollow_all", "following", "saved", "pause", "resume", "stop",
    "privacy", "export", "greeting", "thanks", "agreement", "further", "report",
]  # fmt: skip
Spoken = Literal[
    "follow", "unfollow", "search", "topic", "settings", "mute", "unmute", "more", "less", "alert"
]


@cache
def load_phrases() -> tuple[tuple[Phrase, re.Pattern[str]], ...]:
    """What each phrase asks for, from `bot/data/phrases.toml`, in the order in which they are tried."""
    data = tomllib.loads((Path(__file__).parent.parent / "data" / "phrases.toml").read_text(encoding="utf-8"))
    words = data.pop("words")
    return tuple(
        (cast("Phrase", verb), re.compile("|".join(_filled(pattern, words) for pattern in patterns)))
        for verb, patterns in data.items()
    )


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    """With its words in place; not by `str.format`, for braces also count in a pattern."""
    for name, alternatives in words.items():
        pattern = pattern.replace(f"{{{name}}}", alternatives)
    return pattern


SEPARATORS: Final = " \t\n\u3000:：,，、=#"
OPENING: Final = "“”\"「『《'‘＂"

_ASKING = r"\s*(?P<sure>(?:请|請|帮我|幫我|麻烦|麻煩|我要|我想|想|给我|給我|能不能|可以)+)?\s*"
VERBS: Final[tuple[tuple[Spoken, re.Pattern[str]], ...]] = (
    (
        "unfollow",
        re.compile(
            _ASKING
            + r"(?:退订|退訂|取消订阅|取消訂閱|取消关注|取消關注|取消追踪|取消追蹤|取消跟踪|取消跟蹤|取关|取關|不再关注|不再關注|不再订阅|不再訂閱|不再追踪|不再追蹤|别关注|別關注)(?:一下|下)?"
        ),
    ),
    (
        "unfollow",
        re.compile(
            r"\s*我?(?P<sure>(?!))?(?:不想|不要|别|別)再?(?:看到?|收到?|推送?|推播|发|發|关注|關注|订阅|訂閱)(?:关于|關於)?(?![\s:：，,、]|$)"
        ),
    ),
    (
        "unfollow",
        re.compile(
            r"(?P<sure>(?:please )?(?:unfollow|unsubscribe(?: me)?(?: from)?|(?:stop|quit) following)\b)",
            re.IGNORECASE,
        ),
    ),
    ("follow", re.compile(_ASKING + r"(?:订阅|訂閱|关注|關注|追踪|追蹤|跟踪|跟蹤)(?:一下|下)?")),
    (
        "follow",
        re.compile(r"(?P<sure>(?:please )?(?:follow|subscribe(?: me)?(?: to)?)\b(?!-))", re.IGNORECASE),
    ),
    ("alert", re.compile(r"(?P<sure>)(?:即时提醒|即時提醒|提醒|alert\b)(?=[\s:：])", re.IGNORECASE)),
    (
        "search",
        re.compile(
            r"\s*(?P<sure>(?:请|請|帮我|幫我|我想|给我|給我)*(?:搜一下|搜索一下|搜尋一下|查一下|找一下|搜搜|查查|找找)|帮我[搜查找]|幫我[搜查找])"
        ),
    ),
    ("search", re.compile(_ASKING + r"(?:搜索|搜寻|搜尋|查找|查询|查詢)")),
    ("search", re.compile(r"(?P<sure>)[搜查找](?=[\s:：])")),
    (
        "search",
        re.compile(
            r"(?P<sure>(?:please )?(?:search(?: for)?|look ?up|find)\b)(?!\s+(?:engines?|ads?|results?|index|volume)\b)(?=[\s:])",
            re.IGNORECASE,
        ),
    ),
    (
        "topic",
        re.compile(
            r"(?P<sure>)(?:看)?(?:话题|話題|主题|主題|topic\b)(?=\s|[:：]\s*\S+$)(?!:\S*:)", re.IGNORECASE
        ),
    ),
    ("settings", re.compile(r"(?P<sure>)(?:设置|設置|设定|設定|settings)(?=[\s:：])", re.IGNORECASE)),
)
"""Verbs before a name, in the order in which they are tried. `sure`: no separator is needed behind it."""

_SILENT_DEVICES = (
    "键盘|鍵盤|鼠标|滑鼠|耳机|耳機|风扇|風扇|空调|空調|冰箱|硬盘|硬碟|电机|電機|马达|馬達|轮胎|輪胎"
)
"""Behind 静音 without a blank they are a product: 静音键盘."""
TASTE_VERBS: Final[tuple[tuple[Spoken, re.Pattern[str]], ...]] = (
    (
        "unmute",
        re.compile(
            r"(?P<sure>(?!))?(?:(?:取消|解除)(?:静音|靜音|屏蔽|封鎖|多推|少推)|(?:please )?unmute\b)",
            re.IGNORECASE,
        ),
    ),
    (
        "mute",
        re.compile(
            r"(?P<sure>(?!))?(?:(?:请|請|帮我|幫我)?(?:静音|靜音|屏蔽|封鎖)(?:掉|一下)?(?!"
            + _SILENT_DEVICES
            + r")|(?:please )?mute\b)",
            re.IGNORECASE,
        ),
    ),
    (
        "more",
        re.compile(
            r"(?P<sure>(?!))?(?:(?:多推|多看)(?:一?点|一?點|一?些)?|(?:please )?more (?:of|about)\b)",
            re.IGNORECASE,
        ),
    ),
    (
        "less",
        re.compile(
            r"(?P<sure>(?!))?(?:(?:少推|少看)(?:一?点|一?點|一?些)?|(?:please )?less (?:of|about)\b)",
            re.IGNORECASE,
        ),
    ),
)
"""Verbs of what one wants less or more of. They come before the orders: 多推 半导体 asks for more of what comes anyway."""

SETTING: Final = re.compile(
    r"(?:设置|設置|设定|設定|修改|改)?(?:(?:推送|推播|简报|簡報)的?)?(?:(时间|時間|语言|語言|条数|條數|time|language|weekdays|items|推送日)"
    r"(?:[\s:：=]+|改[为為成到]|设[为為成]|[调調換换][为為成到])|(时间|時間|条数|條數)(?=\d|[早上下晚中凌]))",
    re.IGNORECASE,
)
"""The name of a setting before its value."""
LANGUAGE: Final = re.compile(
    "(?:把|语言|切换|换|改|说|用|讲|变|显示|请说|(?:show|send|write|give|answer|reply|talk|speak|set)?(?:me|tome|everything|it|all|thenews|news|thebriefing|briefing)*in|speak|use|switchto|change(?:it)?to)*(?:成|到|为|回)?("
    + "|".join(sorted((word for speech in SPEECH.values() for word in speech.words), key=len, reverse=True))
    + ")(?:版)?(?:[发推]给我|推送|显示|回复|跟我说|就好|就行)?"
)
"""A language as one asks for it."""
