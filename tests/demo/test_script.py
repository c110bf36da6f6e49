"""Scripted conversations with the demo: the real handlers, store and rendering, and a clock that the script moves."""

import asyncio
import io
import re
from collections.abc import AsyncIterator, Iterable
from itertools import pairwise

from bot.app import run_demo

GET_STARTED = (
    "/start",
    "!press 半导体",
    "!press 人工智能",
    "!press 下一步",
    "!press 08:00",
    "!press 北京时间",
)


def transcript(*lines: str, language: str = "zh-hans") -> str:
    async def script() -> AsyncIterator[str]:
        for line in lines:
            yield f"{line}\n"

    out = io.StringIO()
    asyncio.run(run_demo(script(), out, colour=False, language_code=language))
    return out.getvalue()


def answers(text: str) -> list[str]:
    """What came after each thing the person did, beginning with that line."""
    return re.split(r"\n(?=👤 )", text)[1:]


def digests(text: str) -> list[str]:
    """The scheduled editions as they arrived, without what pages and marks made of them later."""
    return re.findall(r"📰 ..:.. 晨报\n(   晨报 · .*?)(?=\n\n[👤─📰✎]|\Z)", text, re.DOTALL)


def headlines(digest: str) -> list[str]:
    return re.findall(r"^   \d+\. (.+?)(?: <http.*)?$", digest, re.MULTILINE)


def in_order(text: str, words: Iterable[str]) -> bool:
    return all(before < after for before, after in pairwise(text.find(word) for word in words))


def test_the_whole_conversation() -> None:
    lines = (
        *GET_STARTED,
        "!clock 2026-11-24T08:00",
        "!press 收藏",
        "!press 完成",
        "!press 为什么推给我",
        "!clock +1h",
        "/saved",
        "/search 华为 芯片",
        "!press ▶",
        "!press 关注这个搜索",
        "订阅 国产替代",
        "/settings time 8:30",
        "/settings zone Asia/Tokyo",
        "/settings",
        "!clock +24h",
        "退订 国产替代",
        "/today",
        "/export",
        "/stop",
        "!press 停止，删除",
        "/today",
        "!quit",
        "/start",
    )
    text = transcript(*lines)
    assert text == transcript(*lines), "two runs of a script differ"
    done = dict(zip([line for line in lines if not line.startswith("!clock")], answers(text), strict=False))
    assert "你好，读者" in done["/start"]
    assert "[2] 半导体与集成电路" in done["/start"]
    assert "✅ 半导体与集成电路" in done["!press 半导体"]
    assert "已选：人工智能 / 半导体与集成电路" in done["!press 人工智能"]
    assert "✅ 08:00" in done["!press 下一步"]
    assert "今日简报 · 11月23日 星期一" in done["!press 北京时间"]
    first, second = digests(text)
    assert first.startswith("   晨报 · 11月24日 星期二\n")
    assert second.startswith("   晨报 · 11月25日 星期三\n")
    for digest in (first, second):
        assert len(headlines(digest)) >= 3
    briefing = done["!press 北京时间"].partition("📰 08:00")[0]
    everything = headlines(briefing) + headlines(first) + headlines(second)
    assert len(everything) == len(set(everything)), "a story came twice"
    assert in_order(
        first, [name for name in ("▎产业环境", "▎运营竞争", "▎技术情报", "▎企业情报") if name in first]
    )
    assert "── 🕗 2026-11-24 08:00 Asia/Shanghai" in text
    assert "📰 07:30 晨报\n   晨报 · 11月25日" in text, "08:30 in Tokyo is 07:30 in Shanghai"
    assert "你关注了话题“" in done["!press 为什么推给我"]
    assert "☆ 1" in done["!press 收藏"]
    assert "搜索：华为 芯片" in done["/search 华为 芯片"]
    assert "2/" in done["!press ▶"]
    assert "(已关注“华为 芯片”" in done["!press 关注这个搜索"]
    assert "国产替代" in done["订阅 国产替代"]
    assert "东京" in done["/settings"]
    assert "时间：08:30" in done["/settings"]
    assert "📎 " in done["/export"]
    assert "more lines" in done["/export"]
    assert "删除了你的全部数据" in done["!press 停止，删除"]
    assert text.count("👤 /start") == 1, "nothing is read after !quit"


def test_what_the_demo_cannot_do_is_one_line() -> None:
    text = transcript(
        "!press 1",
        "# a comment",
        "",
        "/start",
        "!press 99",
        "!press 没有这个按钮",
        "!press",
        "!fly",
        "!clock",
        "!clock yesterday",
        "!clock 2026-11-23T08:00",
        "!clock +999d",
        "!help",
        "/settings time 25:00",
        "/settings zone Mars/Phobos",
        "!press 1",
    )
    notes = [line.removeprefix("── ") for line in text.splitlines() if line.startswith("── ")]
    assert notes[1] == "no message has a button yet"
    assert notes[2].startswith("no button '99' there; there are [1] 人工智能 [2] ")
    assert notes[3].startswith("no button '没有这个按钮' there; there are ")
    assert notes[4].startswith("which button? there are [1] ")
    assert notes[5] == "there is no !fly; there are !press, !open, !clock, !help and !quit"
    assert notes[6].startswith("!clock takes +30m, +24h, +2d or 2026-11-24T08:00, not ''")
    assert notes[7].endswith("not 'yesterday'")
    assert notes[8] == "the demo's clock only moves forwards"
    assert notes[9] == "the demo's clock moves at most 60 days at a time"
    assert len(notes) == 10
    assert text.count("begin here") == 2
    assert "comment" not in text
    assert "不是一天里的时间" in text
    assert "没有找到时区" in text


def test_links_into_the_chat_and_cards_of_other_chats() -> None:
    text = transcript(
        "/start",
        "!press 就这样开始",
        "!open 8",
        "!open 99",
        "@chenbao_demo_bot 澜川",
        "!press 1",
        "!press 在晨报里看",
        "@chenbao_demo_bot 没有这样的词",
    )
    done = answers(text)
    assert "各家报道" in done[2]
    assert "no message tells a story '99'" in done[2]
    assert "[1] 澜川科技发布" in done[3]
    assert "在晨报里看" in done[4]
    assert "各家报道" in done[5], "the story's page"
    assert "∅" in done[6]


def test_a_reader_of_english() -> None:
    text = transcript(
        "/start",
        "!press 1",
        "!press Next",
        "!press 4",
        "!press 1",
        "!clock +14h",
        "/search 芯片",
        "/help",
        language="en-GB",
    )
    assert "读者" in answers(text)[0].splitlines()[3]
    assert "Tuesday 24 November" in text
    assert re.search(r"\d+ hours ago", text)
    chinese = [line for line in answers(text)[-1].splitlines()[1:] if re.search(r"^   [一-龥]", line)]
    assert chinese == [], "help is not in English"


def test_a_day_without_news() -> None:
    text = transcript(*GET_STARTED, "!clock 2026-12-01T07:00", "/today", "!clock 2026-12-01T08:00")
    quiet = [line for line in text.splitlines() if "暂时没有值得打扰你的新消息" in line]
    assert any("12月1日" in line for line in quiet)
    assert digests(text)[-1].startswith("   晨报 · 11月2")


def test_buttons_are_pressed_by_number_and_label() -> None:
    by_number = transcript("/start", "!press 2", "!press 20", "!press 5")
    by_label = transcript("/start", "!press 半导体与集成电路", "!press 下一步", "!press 08:30")
    assert by_number == by_label
    assert "👤 [半导体与集成电路]" in by_number


def test_a_button_that_opens_an_address_says_which() -> None:
    text = transcript("/start", "/privacy", "/help")
    assert "👤 /privacy" in text


def test_an_entry_due_at_midnight_waits_for_its_moment() -> None:
    """Moving the clock in one step or in many brings the same."""
    once = transcript(*GET_STARTED, "!clock 2026-11-25T09:00")
    often = transcript(*GET_STARTED, *["!clock +3h"] * 13)
    assert digests(once) == digests(often)
    assert len(digests(once)) == 2


def test_a_rich_briefing_is_read_and_pressed() -> None:
    text = transcript(
        *GET_STARTED, "/settings layout rich", "!clock 2026-11-24T08:00", "!press ☆ 收藏", "/saved"
    )
    assert "▸ " in text
    assert "[☆ 收藏] [调整]" in text
    assert "(已收藏)" in text
    assert "共 1 条" in text
