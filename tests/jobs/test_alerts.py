"""Alerts: what somebody watches for is told at once, once, and not more often than they want."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.delivery.outcomes import Outcome
from bot.jobs import alerts as alert_jobs
from bot.jobs import deliver
from bot.jobs.collect import ingest
from bot.jobs.editions import due
from bot.runtime.services import Newsroom, Services
from storage import alerts, articles, chats, deliveries, editions, meta, sources, subscriptions
from storage.models import Chat, Entry, Subscription, Taste
from tests.jobs.conftest import EVENING, MORNING, Clock, Telegram, reader

NAME = "澜川科技"
WATCHED = Subscription("keyword", NAME)
CHIPS = Subscription("topic", "semiconductor")
HOUR = timedelta(hours=1)
THINGS = ("服务器芯片", "车载操作系统", "卫星终端", "工业软件", "光通信模块", "存储颗粒")
NEWS = (
    ("发布新一代服务器芯片", "性能比上一代提高三成，下月量产供货，首批客户是四家云服务商。"),
    ("与江渚汽车签约，车载操作系统装车", "合同金额十二亿元，明年春天起交付两款电动轿车。"),
    ("首批卫星终端通过入网检测", "检测由国家无线电监测中心完成，渔船和林区将先用上。"),
    ("收购岚山工业软件公司六成股权", "交易作价三点五亿元，监管部门已经受理申报。"),
    ("光通信模块出口欧洲，订单排到明年底", "工厂位于暖巢市，两条新产线上月投产。"),
    ("下调存储颗粒报价百分之五", "这是今年以来第二次降价，下游手机厂商正在补库存。"),
)
"""Headlines and texts of news that have nothing in common but the company."""


def report(room: Newsroom, publisher: str, number: int = 0, **values: Any) -> None:
    """This publisher reports what the company brought out today; each number is other news."""
    title, text = (f"{NAME}{NEWS[number][0]}", f"{NAME}今天{NEWS[number][0]}。{NEWS[number][1]}")
    entry = Entry(title=title, text=text, guid=f"{publisher}{number}", published=room.now())
    source, _ = sources.add(
        room.db, url=f"https://{publisher}.example.com", title=publisher, kind="feed", now=EVENING
    )
    ingest.ingest(room.db, room.reading, source, [replace(entry, **values)], room.now())


def watcher(
    room: Newsroom,
    number: int = 77,
    *items: Subscription,
    outlets: int = 1,
    a_day: int = 5,
    **settings: Any,
) -> Chat:
    """A reader who wants to be told of these at once."""
    chat = reader(room, number, **settings)
    for item in items or (WATCHED,):
        subscriptions.add(room.db, chat.id, item, room.now())
        assert alerts.switch(room.db, chat.id, item, outlets)
    chats.save_settings(room.db, replace(chat, alerts_a_day=a_day))
    return chat


async def told(services: Services, telegram: Telegram) -> list[tuple[int, str]]:
    """To whom what goes out now."""
    before = len(telegram.sent)
    await alert_jobs.alert(services, services.now(), asyncio.Event())
    await deliver.deliver_pending(services, services.now())
    return [(chat_id, message.text) for chat_id, message in telegram.sent[before:]]


@pytest.fixture
async def started(room: Newsroom) -> None:
    """The bot has looked once: what it finds from now on is news."""
    await alert_jobs.alert(room, room.now(), asyncio.Event())


async def test_what_is_there_at_the_first_start_calls_nobody(
    room: Newsroom, services: Services, telegram: Telegram
) -> None:
    watcher(room)
    report(room, "甲报")
    assert await told(services, telegram) == []


@pytest.mark.usefixtures("started")
async def test_a_first_report_is_told_at_once_and_once(
    room: Newsroom, services: Services, telegram: Telegram, clock: Clock
) -> None:
    chat = watcher(room)
    watcher(room, 78, CHIPS)
    reader(room, 79)
    clock.move(minutes=1)
    report(room, "甲报")
    sent = await told(services, telegram)
    assert [chat_id for chat_id, _ in sent] == [77, 78]
    assert f"即时提醒 · {NAME}" in sent[0][1]
    assert "半导体" in sent[1][1].splitlines()[0]
    assert "新一代服务器芯片" in sent[0][1]
    clock.move(minutes=10)
    report(room, "乙报")  # the same story, from another outlet
    assert await told(services, telegram) == []
    assert len(deliveries.known_stories(room.db, chat.id)) == 1


@pytest.mark.usefixtures("started")
async def test_the_next_digest_counts_it_as_seen(
    room: Newsroom, services: Services, telegram: Telegram, clock: Clock
) -> None:
    chat = watcher(room)
    report(room, "甲报")
    report(room, "甲报", 1)
    assert len(await told(services, telegram)) == 1
    report(room, "乙报", 2)
    clock.at = MORNING
    due.compose_due(room, clock.at)
    edition = editions.of_slot(room.db, chat.id, "morning")
    assert edition is not None
    assert [item.story.lead.title for item in edition.items] == [f"{NAME}{NEWS[2][0]}"]


@pytest.mark.usefixtures("started")
async def test_growth_is_told_when_so_many_outlets_report(
    room: Newsroom, services: Services, telegram: Telegram, clock: Clock
) -> None:
    watcher(room, outlets=3)
    for publisher in ("甲报", "乙报"):
        report(room, publisher)
        assert await told(services, telegram) == []
    clock.move(minutes=5)
    report(room, "丙报")
    assert len(await told(services, telegram)) == 1
    report(room, "丁报")
    assert await told(services, telegram) == []


@pytest.mark.usefixtures("started")
async def test_several_at_once_are_one_message_and_the_day_has_a_number(
    room: Newsroom, services: Services, telegram: Telegram, clock: Clock
) -> None:
    watcher(room, a_day=2)
    for number in range(3):
        report(room, "甲报", number)
    ((_, text),) = await told(services, telegram)
    assert all(thing in text for thing in THINGS[:3])
    report(room, "甲报", 3)
    assert len(await told(services, telegram)) == 1
    report(room, "甲报", 4)
    assert await told(services, telegram) == []
    clock.move(hours=10)  # the next local date
    report(room, "甲报", 5)
    ((_, text),) = await told(services, telegram)
    assert THINGS[4] not in text


@pytest.mark.usefixtures("started")
async def test_nobody_else_is_called(
    room: Newsroom, services: Services, telegram: Telegram, clock: Clock
) -> None:
    watcher(room, 80, a_day=0)
    watcher(room, 81, paused=True)
    chats.deactivate(room.db, watcher(room, 82).id, "gone")
    off = watcher(room, 83)
    alerts.switch(room.db, off.id, WATCHED, 0)
    report(room, "甲报")
    report(room, "甲报", 1, text=f"今天的要闻。{THINGS[1]}。", title="别的公司的消息：" + THINGS[1])
    assert await told(services, telegram) == []
    assert not alerts.switch(room.db, off.id, CHIPS, 1)


@pytest.mark.usefixtures("started")
async def test_what_is_old_or_no_news_calls_nobody(
    room: Newsroom, services: Services, telegram: Telegram
) -> None:
    watcher(room)
    report(room, "甲报", published=room.now() - 13 * HOUR)
    report(
        room,
        "甲报",
        1,
        title=f"为什么说{NAME}值得我们认真思考？",
        text=f"很多人问我怎么看{NAME}。我认为，这值得思考。",
    )
    assert await told(services, telegram) == []


@pytest.mark.usefixtures("started")
async def test_the_night_is_silent(
    room: Newsroom, services: Services, telegram: Telegram, clock: Clock
) -> None:
    watcher(room)
    watcher(room, 78, zone="America/New_York")
    clock.at = EVENING + 5 * HOUR  # 23:00 in Shanghai, 10:00 in New York
    report(room, "甲报")
    assert len(await told(services, telegram)) == 2
    assert telegram.silent == [True, False]


@pytest.mark.usefixtures("started")
async def test_a_kill_between_two_steps_calls_nobody_twice_and_loses_nobody(
    room: Newsroom, services: Services, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alert_jobs, "CHATS_AT_ONCE", 1)
    for number in range(70, 74):
        watcher(room, number)
    report(room, "甲报")
    steps = alert_jobs.alert_steps(room, room.now())
    while sum(1 for _ in room.db.execute("SELECT 1 FROM editions")) < 2:
        next(steps)
    steps.close()
    report(room, "甲报", 1)
    sent = await told(services, telegram)
    assert sorted(chat_id for chat_id, text in sent if THINGS[0] in text) == [70, 71, 72, 73]
    assert sorted(chat_id for chat_id, text in sent if THINGS[1] in text) == [70, 71, 72, 73]
    assert len(sent) == 6


@pytest.mark.usefixtures("started")
async def test_an_answer_that_never_came_is_offered_not_sent_again(
    room: Newsroom, services: Services, telegram: Telegram, clock: Clock
) -> None:
    chat = watcher(room)
    telegram.answers = [Outcome("ambiguous", problem="timed out")]
    report(room, "甲报")
    assert len(await told(services, telegram)) == 1
    clock.move(minutes=1)
    assert await told(services, telegram) == []
    assert deliveries.uncertain_of(room.db, chat.id) is not None


@pytest.mark.usefixtures("started")
async def test_an_alert_leaves_before_a_broadcast(
    room: Newsroom, services: Services, telegram: Telegram, clock: Clock
) -> None:
    report(room, "甲报", 1)
    reader(room, 60)
    clock.at = MORNING
    due.compose_due(room, clock.at)
    watcher(room)
    clock.move(seconds=1)
    report(room, "甲报")
    sent = await told(services, telegram)
    assert [chat_id for chat_id, _ in sent] == [77, 60]


@pytest.mark.usefixtures("started")
async def test_stopping_ends_between_two_steps(room: Newsroom) -> None:
    stopping = asyncio.Event()
    stopping.set()
    watcher(room)
    report(room, "甲报")
    looked = meta.get(room.db, "alerts.article_id")
    await alert_jobs.alert(room, room.now(), stopping)
    assert meta.get(room.db, "alerts.article_id") == looked
    assert articles.newest_id(room.db) > int(looked or 0)


async def test_what_is_muted_calls_nobody(services: Services, clock: Clock, telegram: Telegram) -> None:
    watcher(services, 1)
    watcher(services, 2, tastes=(Taste("keyword", "芯片"),))
    watcher(services, 3, tastes=(Taste("source", "甲报"),))
    await told(services, telegram)
    clock.move(minutes=10)
    report(services, "甲报")
    assert [chat_id for chat_id, _ in await told(services, telegram)] == [1]
    report(services, "乙报", 1)
    assert sorted(chat_id for chat_id, _ in await told(services, telegram)) == [1, 2, 3]


@pytest.mark.usefixtures("started")
async def test_a_name_that_only_the_pages_text_brings_calls_when_it_is_there(
    room: Newsroom, services: Services, telegram: Telegram, clock: Clock
) -> None:
    watcher(room)
    watcher(room, 78, CHIPS)
    title, text = "一家芯片企业发布新一代服务器芯片", "性能比上一代提高三成。"
    report(room, "甲报", title=title, text=text)
    assert [chat_id for chat_id, _ in await told(services, telegram)] == [78]
    full = f"{NAME}今天发布新一代服务器芯片，{NAME}说性能比上一代提高三成。{NAME}的首批客户是四家云服务商。"
    report(room, "甲报", title=title, text=full)
    number = articles.newest_id(room.db)
    alerts.look_again(room.db, number + 1)
    assert alerts.again(room.db) == [], "what was not looked at yet will be"
    alerts.look_again(room.db, number)
    clock.move(minutes=1)
    assert [chat_id for chat_id, _ in await told(services, telegram)] == [77]
    assert alerts.again(room.db) == []
    alerts.look_again(room.db, number)
    assert await told(services, telegram) == []


@pytest.mark.usefixtures("started")
async def test_a_second_look_at_the_same_newest_article_is_no_part_of_the_first(
    room: Newsroom, services: Services, telegram: Telegram, clock: Clock
) -> None:
    watcher(room)
    plain = "一家企业公布新计划", "计划分三年实施。"
    full = f"{NAME}今天公布计划，{NAME}说投资三十亿元。{NAME}的计划分三年实施，首期明年动工。"
    report(room, "甲报", title="某市一家存储企业开工", text=plain[1])
    earlier = articles.newest_id(room.db)
    report(room, "乙报", title="一家车企与云服务商签约", text=plain[1])
    newest = articles.newest_id(room.db)
    assert await told(services, telegram) == []
    report(room, "乙报", title="一家车企与云服务商签约", text=full)
    alerts.look_again(room.db, newest)
    clock.move(minutes=1)
    assert len(await told(services, telegram)) == 1
    report(room, "甲报", title="某市一家存储企业开工", text=full.replace("计划", "存储厂"))
    for each in (earlier, newest):
        alerts.look_again(room.db, each)
    clock.move(minutes=1)
    assert len(await told(services, telegram)) == 1


@pytest.mark.usefixtures("started")
async def test_what_comes_behind_a_stop_in_a_second_look_is_told(
    room: Newsroom, services: Services, telegram: Telegram, clock: Clock
) -> None:
    watcher(room)
    full = f"{NAME}今天公布计划，{NAME}说投资三十亿元。{NAME}的计划分三年实施，首期明年动工。"
    titles = {"甲报": "某市一家存储企业开工", "乙报": "一家车企与云服务商签约"}
    numbers = []
    for paper, title in titles.items():
        report(room, paper, title=title, text="计划分三年实施。")
        numbers.append(articles.newest_id(room.db))
    assert await told(services, telegram) == []
    report(room, "乙报", title=titles["乙报"], text=full)
    alerts.look_again(room.db, numbers[1])
    steps = alert_jobs.alert_steps(room, room.now())
    while next(steps) == 0:
        pass
    steps.close()  # as a stop does
    report(room, "甲报", title=titles["甲报"], text=full.replace("计划", "存储厂"))
    alerts.look_again(room.db, numbers[0])
    clock.move(minutes=1)
    assert len(await told(services, telegram)) == 2
