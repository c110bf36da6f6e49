"""/hot and /trends as readers use them: lists with buttons, charts as photos, and what is said where there is none."""

import asyncio
import re
from typing import Any

import pytest

from bot.chat.handlers import hot, trends
from bot.demo.telegram import DemoTelegram
from bot.errors import ReportError
from bot.jobs.collect import ingest
from bot.jobs.hot import words_of
from storage import sources, subscriptions
from storage.models import Subscription
from tests.chat.conftest import EVENING, GROUP, OWNER, READER, Talk
from tests.doubles.weeks import PUBLISHERS, entries

PNG = b"\x89PNG picture"


@pytest.fixture
async def weeks(talk: Talk) -> Talk:
    """The bot with four weeks of reports; started by its reader."""
    room = talk.services
    for publisher in PUBLISHERS:
        source, _ = sources.add(
            room.db, url=f"https://{publisher}", title=publisher, kind="feed", now=EVENING
        )
        found = [each for each in entries(EVENING) if each.source == publisher]
        ingest.ingest(room.db, room.reading, source, found, EVENING)
    await talk.say("/start")
    return talk


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Charts are remembered and are pictures at once: drawing starts a process."""
    charts: list[str] = []

    async def picture(svg: str) -> bytes:
        charts.append(svg)
        return PNG

    monkeypatch.setattr(trends, "picture_apart", picture)
    monkeypatch.setattr(trends, "can_draw", lambda: True)
    return charts


async def test_hot_words_have_a_story_and_a_button(weeks: Talk) -> None:
    told = await weeks.say("/hot")
    assert told.startswith("<b>升温的词</b>")
    assert "<b>华为</b>" in told
    assert re.search(r"10 篇 · 2 家媒体（照此前的频率约 0 篇）", told)
    assert "华为发布第" in told
    assert "＋ 华为" in [button["text"] for button in weeks.last.buttons]
    await weeks.press("＋ 华为")
    assert Subscription("keyword", "华为") in subscriptions.of(weeks.services.db, weeks.reader().id)
    assert "已关注" in weeks.notices[-1]
    assert "✅ 华为" in [button["text"] for button in weeks.last.buttons]
    await weeks.press("✅ 华为")
    assert subscriptions.of(weeks.services.db, weeks.reader().id) == ()
    assert "＋ 华为" in [button["text"] for button in weeks.last.buttons]


async def test_hot_words_are_counted_once_for_all_who_ask(
    weeks: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []

    def counting(*given: Any) -> Any:
        counted.append(1)
        return words_of(*given)

    monkeypatch.setattr(hot, "words_of", counting)
    await asyncio.gather(weeks.say("/hot"), weeks.say("/hot", user=OWNER))
    await weeks.say("/hot")
    assert len(counted) == 1
    weeks.clock.move(hours=1)
    await weeks.say("/hot")
    assert len(counted) == 2


async def test_a_reader_with_fifty_words_is_told_the_limit(weeks: Talk) -> None:
    for number in range(50):
        subscriptions.add(
            weeks.services.db, weeks.reader().id, Subscription("keyword", f"词{number}"), EVENING
        )
    await weeks.say("/hot")
    await weeks.press("＋ 华为")
    assert "50" in weeks.notices[-1]
    assert len(subscriptions.of(weeks.services.db, weeks.reader().id)) == 50


@pytest.mark.parametrize(
    ("code", "words"), [("zh-hans", "资料还不够"), ("zh-hant", "資料還不夠"), ("en", "It is too early")]
)
async def test_an_empty_archive_says_so(talk: Talk, code: str, words: str) -> None:
    assert words in await talk.say("/hot", code=code)


async def test_a_quiet_week_says_so(weeks: Talk) -> None:
    weeks.clock.move(days=-7)
    assert "没有明显升温的词" in await weeks.say("/hot")


async def test_trends_come_as_a_picture_with_its_peaks(weeks: Talk, drawn: list[str]) -> None:
    caption = await weeks.say("/trends 华为 数据中心")
    assert weeks.last.file_name == "chart.png"
    assert weeks.last.file_text == f"{len(PNG)} bytes"
    assert caption.splitlines()[0] == "<b>每天报道的事件 · 近 28 天</b>"
    assert "<b>华为</b> · " in caption
    assert '1. <a href="https://example.com/' in caption
    (svg,) = drawn
    assert "数据中心" in svg
    assert "华为发布第" in svg


@pytest.mark.parametrize(
    ("words", "days", "shown"),
    [
        ("华为 90天", 90, "华为"),
        ("近两周 华为", 14, "华为"),
        ("华为 3 days", 7, "华为"),  # the fewest that a chart has
        ("华为 900天", 180, "华为"),
        ("华为 三个月", 90, "华为"),
        ("华为 三個月", 90, "华为"),
        ("华为 90 天", 90, "华为"),
        ("3 个月 华为", 90, "华为"),
        ("两 周，华为", 14, "华为"),
        ("华为 0天", 7, "华为"),
        ("华为 11月", 28, "华为"),  # a name as any other
    ],
)
async def test_trends_of_as_many_days_as_are_written(
    weeks: Talk, drawn: list[str], words: str, days: int, shown: str
) -> None:
    caption = await weeks.say(f"/trends {words}")
    assert caption.splitlines()[0] == f"<b>每天报道的事件 · 近 {days} 天</b>"
    assert "天</b> ·" not in caption
    assert f"<b>{shown}</b> · " in caption


async def test_the_caption_of_the_longest_words_fits(weeks: Talk, drawn: list[str]) -> None:
    await weeks.say(f"/trends 华为 数据中心 5G {'很' * 60} 多出来的")
    assert drawn
    assert "最多画 4 个词" in weeks.last.text


async def test_without_the_extra_the_trends_come_in_words(
    weeks: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trends, "can_draw", lambda: False)
    told = await weeks.say("/trends 华为")
    assert "requirements-report.lock" in told
    assert re.search("[▁▂▃▄▅▆▇█]{28}", told)
    assert "11月" in told
    assert "Stories a day" in await weeks.say("/trends 华为", user=OWNER, code="en")


async def test_a_chart_that_cannot_be_drawn_comes_in_words(
    weeks: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: str) -> bytes:
        raise ReportError("no", reason="failed")

    monkeypatch.setattr(trends, "picture_apart", broken)
    monkeypatch.setattr(trends, "can_draw", lambda: True)
    assert "图没有画出来" in await weeks.say("/trends 华为")


async def test_where_pictures_are_refused_the_words_come(
    weeks: Talk, drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = DemoTelegram.do_request

    async def refusing(self: DemoTelegram, url: str, *rest: object, **more: object) -> tuple[int, bytes]:
        if url.endswith("sendPhoto"):
            return (
                400,
                b'{"ok":false,"error_code":400,"description":"Bad Request: not enough rights to send photos"}',
            )
        return await real(self, url, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(DemoTelegram, "do_request", refusing)
    assert "华为" in await weeks.say("/trends 华为")
    assert not weeks.last.file_name
    assert drawn


async def test_trends_ask_for_words_and_say_where_nothing_was_told(weeks: Talk, drawn: list[str]) -> None:
    assert "写在后面" in await weeks.say("/trends")
    assert "没有关于“暖巢”的报道" in await weeks.say("/trends 暖巢")
    assert drawn == []


async def test_trends_count_as_searches(
    weeks: Talk, drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trends, "MAX_PER_HOUR", 1)
    await weeks.say("/trends 华为")
    assert "过一会儿" in await weeks.say("/trends 华为")
    assert len(drawn) == 1


async def test_in_a_group_everybody_looks_and_administrators_follow(weeks: Talk) -> None:
    weeks.telegram.administrators = frozenset({OWNER})
    await weeks.say("/start", user=OWNER, chat=GROUP)
    await weeks.say("/hot", chat=GROUP)
    await weeks.press("＋ 华为", user=READER, chat=GROUP)
    assert "管理员" in weeks.notices[-1]


async def test_an_unknown_method_is_an_error_of_the_demos_telegram(talk: Talk) -> None:
    code, body = await talk.telegram.do_request("https://x/botT/sendDice", "POST")
    assert code == 404
    assert b"sendDice" in body
