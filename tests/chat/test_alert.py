"""/alert and its buttons: what is followed is told at once, and how that is changed and taken back."""

import asyncio

from bot.jobs.alerts import alert
from bot.jobs.collect import ingest
from bot.jobs.deliver import deliver_pending
from storage import alerts, subscriptions
from storage.models import Entry, Subscription
from tests.chat.conftest import GROUP, READER, Talk

NAME = Subscription("keyword", "澜川科技")


def watched(talk: Talk) -> dict[Subscription, int]:
    return alerts.of(talk.services.db, talk.reader().id)


def labels(talk: Talk) -> list[str]:
    return [button["text"] for button in talk.last.buttons]


async def test_a_name_is_followed_and_told_at_once(talk: Talk) -> None:
    await talk.say("/start")
    assert "先关注，再提醒" in await talk.say("/alert")
    assert "澜川科技：一有报道就提醒。一天最多 5 次" in await talk.say("/alert 澜川科技")
    assert watched(talk) == {NAME: 1}
    await talk.press("3 家媒体报道后提醒")
    assert watched(talk) == {NAME: 3}
    assert talk.notices[-1] == "已打开"
    assert "✅ 3 家媒体报道后提醒" in labels(talk)
    await talk.press("⏱ 全部提醒")
    assert "• 澜川科技：3 家媒体报道后提醒" in talk.last.text
    await talk.press("🔔 澜川科技")
    assert watched(talk) == {}
    assert "不再即时提醒：澜川科技。它仍在你的关注里" in talk.last.text
    assert "还没有打开任何提醒" in await talk.say("/alert")
    await talk.press("🔕 澜川科技")
    assert watched(talk) == {NAME: 1}


async def test_several_at_once_a_number_of_outlets_and_plain_words(talk: Talk) -> None:
    await talk.say("/start")
    assert "3 家媒体报道后提醒" in await talk.say("提醒 澜川科技、半导体 3家")
    assert watched(talk) == {Subscription("topic", "semiconductor"): 3, NAME: 3}
    assert "太短" in await talk.say("/alert 芯")
    assert "一有报道就提醒" in await talk.say("/alert 华为")
    await talk.say("/unfollow 澜川科技")
    assert NAME not in watched(talk)


async def test_words_for_no_more_are_no_names(talk: Talk) -> None:
    await talk.say("/start")
    for words in ("0", "off", "-1", "关闭", "關閉", "取消", "０"):
        assert "一有报道就提醒" in await talk.say("/alert 澜川科技")
        assert "不再即时提醒：澜川科技" in await talk.say(f"/alert 澜川科技 {words}")
        assert watched(talk) == {}
    assert "3 家媒体报道后提醒" in await talk.say("/alert 澜川科技 三家")
    for words in ("/alert off", "/alert 關閉", "/alert 全部", "/alert 华为 0", "/alert ***", "/alert # 3"):
        assert "• 澜川科技：3 家媒体报道后提醒" in await talk.say(words)
    assert [item.value for item in subscriptions.of(talk.services.db, talk.reader().id)] == ["澜川科技"]


async def test_the_number_a_day_is_a_setting(talk: Talk) -> None:
    await talk.say("/start")
    assert "一天最多 2 次" in await talk.say("/settings 提醒 2")
    assert talk.reader().alerts_a_day == 2
    assert "0 到 20" in await talk.say("/settings alerts 99")
    await talk.say("/settings alerts 0")
    assert "要收到请先在 /settings 里改" in await talk.say("/alert 澜川科技")
    assert "0 次，也就是不提醒" in await talk.say("/alert")


async def test_it_is_offered_where_something_is_followed(talk: Talk) -> None:
    await talk.say("/start")
    await talk.say("/follow 澜川科技")
    await talk.press("⏱ 有消息马上告诉我")
    assert watched(talk) == {NAME: 1}
    await talk.say("/follow 华为、中兴")
    await talk.press("⏱ 全部提醒")
    assert "🔔 澜川科技" in labels(talk)


async def test_an_old_button_says_so(talk: Talk) -> None:
    await talk.say("/start")
    await talk.say("/alert 澜川科技")
    buttons = talk.last
    await talk.say("/unfollow 澜川科技")
    await talk.press("不再提醒", shown=buttons)
    assert "先关注，再提醒" in talk.last.text


async def test_in_a_group_only_administrators_change_it(talk: Talk) -> None:
    talk.telegram.administrators = frozenset({8})
    await talk.say("/start", user=8, chat=GROUP)
    assert "管理员" in await talk.say("/alert 澜川科技", user=READER, chat=GROUP)
    assert "一有报道就提醒" in await talk.say("/alert 澜川科技", user=8, chat=GROUP)


async def test_the_alert_comes_in_the_readers_language_and_can_be_kept(talk: Talk) -> None:
    await talk.say("/start")
    await talk.say("/settings language en")
    services = talk.services
    await alert(services, services.now(), asyncio.Event())
    await talk.say("/alert 澜川科技")
    talk.clock.move(minutes=1)
    news = Entry(
        title="澜川科技发布新一代服务器芯片",
        text="澜川科技今天发布新一代服务器芯片。性能比上一代提高三成，下月量产供货。",
        guid="n1",
        published=services.now(),
    )
    ingest.take_in(services, "长汀快讯", [news], services.now())
    await alert(services, services.now(), asyncio.Event())
    await deliver_pending(services, services.now())
    assert "Alert · 澜川科技" in talk.last.text
    await talk.press("Save")
    await talk.press("☆ 1")
    assert "服务器芯片" in await talk.say("/saved")
