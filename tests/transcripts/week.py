"""The reader's week: one line for each thing that is done, feature by feature, in one conversation from Monday to Wednesday.

Before the demo's sample archive come four weeks of invented reports (`earlier.txt`), without which nothing rises.
"""

import asyncio
import io
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot.app import run_demo
from bot.demo.archive import load_archive
from bot.demo.session import START
from storage.models import Entry

HERE = Path(__file__).parent
FOLDER = HERE.parent.parent / "docs" / "transcripts"
TOWNS = (
    "柳汀",
    "禾浦",
    "青枫",
    "云梧",
    "泊安",
    "岚口",
    "梨洲",
    "松塘",
    "鹿鸣",
    "雁栖",
    "溪口",
    "竹山",
    "麦田",
    "银湾",
    "芦荻",
)
DAILY = (
    ("砚北数字报", "的政务服务大厅增设自助终端"),
    ("砚北数字报", "开通夜间公交查询小程序"),
    ("闪点科讯", "新建一座光伏储能电站"),
    ("闪点科讯", "的快递分拣中心换上新设备"),
    ("拓野产经", "的纺织厂学会看数据排产"),
    ("芯岸观察", "的电子元件市场搬进新楼"),
)
"""What every day has: with it, what is told of more than usual stands out."""
CHANGING = {
    r"start(=|%3D)f_[\w-]+": r"start\1f_…",
    r"│ [\d,]+ bytes": "│ (PNG)",
}
"""What differs from one run to the next, or from one machine to another, and what stands for it."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One part of the conversation."""

    name: str
    title: str
    why: str
    """What a reader has of it."""
    lines: tuple[str, ...]
    """As the demo takes them."""
    picture: str
    """Words of the message at which its picture begins."""


FEATURES = (
    Feature(
        "getting-started",
        "开始使用",
        "一次点按，就有第一份简报。",
        ("/start", "!press 就这样开始"),
        "今日简报 · 11月23日",
    ),
    Feature(
        "story-page",
        "一件事的始末",
        "点条目前的数字：哪些媒体报道、各自的标题和说法、前后的进展。",
        ("!open 8",),
        "各家报道",
    ),
    Feature(
        "feedback",
        "多推和少推",
        "每次调整都列出来，随时能收回。",
        ("!press 多推 服务器芯片", "少推 互联网平台", "/mute"),
        "静音与偏好",
    ),
    Feature(
        "mute",
        "静音",
        "词、名字、话题、来源都可以；取消之后，一切照旧。",
        ("/mute 折叠屏", "/mute 互动影像", "!press 静音与偏好", "!press 折叠屏"),
        "互动影像",
    ),
    Feature(
        "two-parts",
        "要闻与关注",
        "关注只会增加，不会让要闻变少。",
        ("/follow 半导体", "!clock 2026-11-24T08:00"),
        "晨报 · 11月24日",
    ),
    Feature(
        "today",
        "此刻的简报",
        "先说早上之后的新消息，编号接着走。",
        ("!clock 2026-11-24T12:00", "/today"),
        "今日简报 · 11月24日",
    ),
    Feature(
        "slots",
        "午间和晚间",
        "一天几份由你定，互不重复。",
        ("/settings noon 12:30", "!clock 2026-11-24T12:30"),
        "午间简报",
    ),
    Feature(
        "rich",
        "长文版式",
        "有目录，点一下跳到栏目；每条能折叠。",
        (
            "/settings layout 长文",
            "/settings evening 18:30",
            "!clock 2026-11-24T18:30",
            "/settings layout 经典",
        ),
        "晚间简报",
    ),
    Feature(
        "alert",
        "即时提醒",
        "有消息两分钟内告诉你，一天最多几次由你定。",
        ("/follow 听涛", "!press 有消息马上告诉我", "!clock 2026-11-24T19:05"),
        "一有报道就提醒",
    ),
    Feature(
        "search",
        "搜索",
        "拼音和错字会被认出来，引号里的要一字不差，日期也听得懂。",
        ("/search lanchuan", "!press 澜川科技", '/search "砚溪3"', "/search chip 11月24日"),
        "只看11月24日的报道",
    ),
    Feature("hot", "升温的词", "近七天和之前三周相比。", ("/hot",), "升温的词"),
    Feature("trends", "走势", "每天多少件事，高点是哪一件。", ("/trends 半导体 人工智能",), "每天报道的事件"),
    Feature(
        "inline",
        "在别的聊天里",
        "输入机器人的名字和词，选一张卡片发出去。",
        ("@chenbao_demo_bot 听涛 卫星", "!press 1"),
        "@chenbao_demo_bot",
    ),
    Feature("share", "分享关注", "朋友点一下就能全部关注。", ("/share",), "链接里没有你的信息"),
    Feature(
        "weekly",
        "一周回顾",
        "一周里最重要的事、升温的词和一张图。",
        ("/settings weekly 三", "!clock 2026-11-25T20:00"),
        "起落与热词",
    ),
)


@contextmanager
def four_weeks() -> Iterator[None]:
    """The demo's archive with what was reported before it."""
    archive = (*_earlier(), *load_archive())
    with patch("bot.demo.session.load_archive", lambda: archive):
        yield


def _earlier() -> Iterator[Entry]:
    for number, row in enumerate((HERE / "earlier.txt").read_text("utf-8").splitlines()):
        days, publisher, title, text = row.split("|")
        moment = START - timedelta(days=int(days), minutes=number)
        yield Entry(title, f"https://example.com/{number}", f"e{number}", text, moment, source=publisher)
    for ago in range(8, 28):
        for number, (publisher, told) in enumerate(DAILY):
            town = TOWNS[(ago + 5 * number) % len(TOWNS)]
            moment = START - timedelta(days=ago, hours=number)
            title = f"{town}{told}"
            yield Entry(title, f"https://example.com/{title}", title, f"{title}。", moment, source=publisher)


def texts() -> dict[str, str]:
    """What was said for each feature, as the demo writes it."""
    out, ends = io.StringIO(), [0]

    async def lines() -> AsyncIterator[str]:
        yield "# what the demo says first is not kept"
        ends[0] = out.tell()
        for feature in FEATURES:
            for line in feature.lines:
                yield line
            ends.append(out.tell())

    with four_weeks():
        asyncio.run(run_demo(lines(), out, colour=False, language_code="zh-hans"))
    said = out.getvalue()
    return {
        feature.name: _steady(said[begin:end])
        for feature, begin, end in zip(FEATURES, ends, ends[1:], strict=False)
    }


def _steady(text: str) -> str:
    for changing, stands in CHANGING.items():
        text = re.sub(changing, stands, text)
    return text.strip("\n")


def page_of(feature: Feature, said: str) -> str:
    """The feature's page in the documentation."""
    return f"# {feature.title}\n\n{feature.why}\n\n![{feature.title}]({feature.name}.webp)\n\n```text\n{said}\n```\n"


def payload_of(nodes: list[Any], number: str) -> str:
    """What follows /start where that number before a story is tapped; empty where it is not there."""
    for node in nodes:
        if isinstance(node, list):
            _, attributes, children = node
            if children == [f"{number}."] and "?start=" in (attributes.get("href") or ""):
                return str(attributes["href"].partition("?start=")[2])
            if found := payload_of(children, number):
                return found
    return ""
