"""How Telegram HTML looks in a terminal and in a transcript."""

import io
from typing import Any

import pytest

from bot.demo.screen import Screen
from bot.demo.telegram import Shown

HTML = (
    '<b>标题</b> &amp; <a href="https://a.example.com/?x=1&amp;y=2">链接</a>\n'
    "<i>斜</i> <code>/start</code>\n<blockquote expandable>第一句。\n第二句。</blockquote>\n末尾"
)


def shown(text: str, **extra: Any) -> Shown:
    buttons = [
        [{"text": "甲", "callback_data": "1"}, {"text": "乙", "url": "https://b.example.com"}],
        [{"text": "丙"}],
    ]
    return Shown(1, text, buttons, **extra)


def test_a_transcript_is_plain_text() -> None:
    out = io.StringIO()
    Screen(out, colour=False).message(shown(HTML), edited=False, time="08:00")
    assert out.getvalue() == (
        "\n📰 08:00 晨报\n"
        "   标题 & 链接 <https://a.example.com/?x=1&y=2>\n"
        "   斜 /start\n"
        "   ▏ 第一句。\n"
        "   ▏ 第二句。\n"
        "   末尾\n"
        "   [1] 甲  [2] 乙 → https://b.example.com\n"
        "   [3] 丙\n"
    )


def test_a_terminal_shows_formats_and_links() -> None:
    out = io.StringIO()
    screen = Screen(out, colour=True)
    screen.message(shown(HTML), edited=True, time="08:00")
    text = out.getvalue()
    assert text.startswith("\n✎ 08:00 晨报\n")
    assert "\x1b[1m标题\x1b[22m" in text
    assert "\x1b]8;;https://a.example.com/?x=1&y=2\x1b\\\x1b[4m链接\x1b[24m\x1b]8;;\x1b\\" in text
    assert "<" not in text
    assert "\x1b[36m[1]\x1b[39m 甲" in text


def test_what_was_typed_is_not_repeated_in_a_terminal() -> None:
    for colour, repeated in ((True, False), (False, True)):
        out = io.StringIO()
        screen = Screen(out, colour=colour)
        screen.person("/start", typed=True)
        assert ("👤 /start" in out.getvalue()) is repeated
        screen.person("[下一步]")
        assert "👤 [下一步]" in out.getvalue()


def test_notices_notes_and_hints() -> None:
    out = io.StringIO()
    screen = Screen(out, colour=False)
    screen.notice("已关注 A&amp;B")
    screen.note("an hour later")
    screen.hints({"/start": "begin", "!quit now": "leave"})
    assert (
        out.getvalue() == "   (已关注 A&B)\n\n── an hour later\n\n   /start     begin\n   !quit now  leave\n"
    )
    coloured = io.StringIO()
    Screen(coloured, colour=True).note("an hour later")
    assert coloured.getvalue() == "\n\x1b[2m── an hour later\x1b[22m\n"


def test_a_long_file_is_cut() -> None:
    out = io.StringIO()
    content = "\n".join(f"line {number}" for number in range(30))
    Screen(out, colour=False).message(
        shown("数据", file_name="data.json", file_text=content), edited=False, time="08:00"
    )
    assert "📎 data.json" in out.getvalue()
    assert "│ line 11\n" in out.getvalue()
    assert "line 12" not in out.getvalue()
    assert "│ … 18 more lines" in out.getvalue()


@pytest.mark.parametrize("quoted", [False, True])
def test_long_lines_are_wrapped_between_words(monkeypatch: pytest.MonkeyPatch, quoted: bool) -> None:
    text = "澜川科技推出的L9集成64个核心，主频3.2GHz，" * 8
    html = f"<blockquote expandable>{text}</blockquote>" if quoted else f"<b>{text}</b>"
    out = io.StringIO()
    Screen(out, colour=True).message(Shown(1, html, []), edited=False, time="08:00")
    lines = out.getvalue().split("\n")[2:-1]
    assert len(lines) > 3
    bare = [line.replace("\x1b[1m", "").replace("\x1b[22m", "") for line in lines]
    before = "   ▏ " if quoted else "   "
    assert all(line.startswith(before) for line in bare)
    assert all(sum(1 + (ord(character) > 0x2E80) for character in line) <= 80 for line in bare)
    assert not any(line.removeprefix(before)[0] in "，。" for line in bare)
    assert "".join(line.removeprefix(before) for line in bare) == text


def test_a_transcript_is_never_wrapped() -> None:
    out = io.StringIO()
    Screen(out, colour=False).message(Shown(1, "长" * 500, []), edited=False, time="08:00")
    assert "长" * 500 in out.getvalue()


def test_a_rich_message_has_its_blocks_below_each_other() -> None:
    out = io.StringIO()
    html = (
        '<h1><a name="top"></a>晨报</h1>\n<ul><li><a href="#n1">头条</a></li><li>次条</li></ul>\n'
        "<table compact><tr><th>栏目</th><th>条数</th></tr><tr><td>企业</td><td>2</td></tr></table>\n"
        "<details><summary>来源</summary><p>其余。</p></details>\n"
        '<p><tg-button type="callback_data" data="x">收藏</tg-button></p>\n<hr/>'
    )
    Screen(out, colour=False).message(Shown(1, html, [], rich=True), edited=False, time="08:00")
    assert out.getvalue().splitlines()[2:] == [
        "   晨报",
        "   • 头条",
        "   • 次条",
        "   栏目  条数  ",
        "   企业  2  ",
        "   ▸ 来源",
        "   其余。",
        "   [收藏]",
        "   ────",
    ]
