"""Whoever comes by a link, or types before /start: what they are promised comes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage import alerts
from storage.models import Subscription
from tests.chat.conftest import GROUP, READER, Talk

TOMORROW = datetime(2026, 11, 24, 8, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    "words", ["/follow 半导体", "/alert 听涛", "恢复推送", "/settings noon 12:30", "暂停", "推送日 每天"]
)
async def test_who_wishes_for_briefings_has_them(stocked: Talk, words: str) -> None:
    said = await stocked.say(words)
    assert "停止" not in said
    assert stocked.reader().next_due_at == TOMORROW.astimezone(UTC) or stocked.reader().paused


async def test_a_time_that_is_set_is_kept(stocked: Talk) -> None:
    assert "07:30" in await stocked.say("改成7点半")
    assert stocked.reader().next_due_at == TOMORROW - timedelta(minutes=30)
    assert "07:30" in await stocked.say("恢复推送")


async def test_a_link_to_a_topic_leads_to_briefings_of_it(stocked: Talk) -> None:
    await stocked.say("/start t_semiconductor")
    assert stocked.reader().next_due_at is None, "who only looks wants nothing sent"
    await stocked.press("关注")
    assert stocked.reader().next_due_at == TOMORROW


async def test_who_paused_first_resumes(stocked: Talk) -> None:
    await stocked.say("暂停")
    assert "08:00" in await stocked.press("继续推送")
    assert stocked.reader().next_due_at == TOMORROW


async def test_looking_and_muting_ask_for_nothing(stocked: Talk) -> None:
    for words in ("/today", "/search 芯片", "/mute 房地产", "/settings language en"):
        await stocked.say(words)
    assert stocked.reader().next_due_at is None


async def test_an_alert_comes_too(stocked: Talk) -> None:
    await stocked.say("/alert 听涛")
    wanted = Subscription("keyword", "听涛")
    ((_, watcher),) = alerts.watchers(stocked.services.db, [wanted], [stocked.reader().id])
    assert watcher.chat_id == stocked.reader().id


async def test_a_group_waits_for_its_administrators_start(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({READER})
    await stocked.say("/follow 半导体", chat=GROUP)
    await stocked.say("/start", chat=GROUP)
    assert "08:00" in stocked.last.text


@pytest.mark.parametrize("words", ["/follow 半导体", "暂停"])
async def test_start_afterwards_greets_once(stocked: Talk, words: str) -> None:
    await stocked.say(words)
    greeting = await stocked.say("/start")
    assert "我是<b>晨报</b>" in greeting
    assert "欢迎回来" not in greeting
    await stocked.press("就这样开始")
    assert "今日简报" in stocked.last.text
    assert not stocked.reader().paused
    assert stocked.reader().next_due_at == TOMORROW
    assert "欢迎回来" in await stocked.say("/start")
