"""A day of the whole bot on a clock of its own: feeds that gain items, readers around the world who ask, editions,
housekeeping; Telegram is a server in a process of its own, so that this process's memory is the bot's."""

import itertools
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

from bot.app import TelegramApplication, freeze, open_newsroom, open_services
from bot.chat.receive.inbox import Inbox
from bot.config import Config
from bot.delivery.limiter import Limiter
from bot.demo.archive import load_archive
from bot.jobs.collect.round import collect_due
from bot.jobs.deliver import deliver_pending
from bot.jobs.editions.due import compose_due
from bot.jobs.editions.reschedule import start_schedule
from bot.jobs.notify import deliver_notices
from bot.jobs.reindex import reindex
from bot.jobs.tidy import tidy_all
from bot.runtime.services import Services
from storage import chats, sources, subscriptions
from storage.models import Entry, Subscription
from tests.benchmarks.bench_send import telegram
from tests.doubles.bot_api import TOKEN
from tests.doubles.feeds import Feeds
from tests.jobs.conftest import Clock

TICK = timedelta(minutes=5)
HOUR = timedelta(hours=1)
ZONES = ("Asia/Shanghai", "Europe/London", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu")
ASKED = (
    "/search 芯片",
    "/today",
    "/topic ai",
    "/hot",
    "/settings",
    "华为 5G",
    "/follow 量子",
    "/help",
    "/topics",
    "/saved",
)


@dataclass
class Day:
    """The simulation; `hour` lets it go, an hour at a time."""

    folder: Path
    readers: int
    feeds: int
    questions: int
    """An hour."""
    items: int
    """That a feed has at a time."""
    item_every: timedelta
    start: datetime
    clock: Clock = field(default_factory=Clock)
    dice: random.Random = field(default_factory=lambda: random.Random(11))
    updates: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    shown: dict[str, list[Entry]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock.at = self.start
        texts = "".join(entry.text for entry in load_archive())
        self.sentences = [sentence for sentence in texts.split("。") if 8 < len(sentence) < 60]

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[tuple[Services, TelegramApplication, Feeds]]:
        """Everything open and everybody there."""
        networks = (ip_network("127.0.0.0/8"),)
        with Feeds() as feeds:
            async with telegram(0.0) as (url, control):
                config = Config(token=TOKEN, api_url=url, database=self.folder / "day.db", allow_networks=networks, full_text="never")  # fmt: skip
                async with (
                    open_newsroom(config, now=self.clock) as room,
                    open_services(room) as (services, application),
                ):
                    application.bot._rate_limiter = Limiter(overall=10**6, burst=10**6, per_minute=10**6)
                    for number in range(1, self.readers + 1):
                        (await control.post("open_chat", json={"chat_id": number})).raise_for_status()
                        self.join(services, number)
                    for number in range(self.feeds):
                        self.publish(feeds, f"/{number}", self.items)
                        sources.add(
                            room.db,
                            url=feeds.url(f"/{number}"),
                            title=f"第{number}报",
                            kind="feed",
                            now=self.start,
                        )
                    freeze()  # as `chenbao run` does
                    yield services, application, feeds

    def join(self, services: Services, number: int) -> None:
        """A reader with a zone, a time and wishes of their own."""
        chat = chats.add(
            services.db, telegram_chat_id=number, telegram_thread_id=None, kind="private", title="读者",
            language=self.dice.choice(("zh-Hans", "zh-Hant", "en")), zone=self.dice.choice(ZONES),
            briefing_time=f"{self.dice.randrange(24):02}:{self.dice.choice((0, 15, 30)):02}", now=self.start,
        )  # fmt: skip
        topics = services.reading.taxonomy.topics
        for topic in self.dice.sample(topics, self.dice.choice((0, 1, 1, 2, 4))):
            subscriptions.add(services.db, chat.id, Subscription("topic", topic.id), self.start)
        start_schedule(services, replace(chat, max_items=self.dice.choice((5, 12, 12))), self.start)

    def publish(self, feeds: Feeds, path: str, items: int) -> None:
        """The feed gains so many items, the last one now, and loses the oldest."""
        known = self.shown.setdefault(path, [])
        for age in reversed(range(items)):
            said = self.dice.sample(self.sentences, 6)
            number = next(self.updates)
            known.insert(0, Entry(title=f"{said[0][:24]}{number}", text="。".join(said[1:]) + "。", guid=f"g{number}",
                                  url=f"https://news.example.com/{number}", published=self.clock.at - age * self.item_every))  # fmt: skip
        del known[self.items :]
        feeds.publish(path, f"第{path}报", known)

    async def hour(self, services: Services, application: TelegramApplication, feeds: Feeds) -> None:
        """All that happens in one: what the scheduler does at each tick, and what readers ask."""

        def seconds() -> float:
            return self.clock.at.timestamp()

        box = Inbox(application.bot, services, application.process_update, clock=seconds)
        end = self.clock.at + HOUR
        while self.clock.at < end:
            self.clock.at += TICK
            for number in range(self.feeds):
                if self.dice.random() < TICK / self.item_every:
                    self.publish(feeds, f"/{number}", 1)
            await collect_due(services, self.clock.at)
            await reindex(services)
            compose_due(services, self.clock.at)
            await deliver_pending(services, self.clock.at)
            await deliver_notices(services, self.clock.at)
            for _ in range(round(self.questions * (TICK / HOUR))):
                self.ask(box)
            await box.drain(600.0)
        await tidy_all(services, self.clock.at)

    def ask(self, box: Inbox) -> None:
        """A reader writes something or presses a button, as it comes by the inbox."""
        number, update_id = self.dice.randrange(1, self.readers + 1), next(self.updates)
        person = {"id": number, "is_bot": False, "first_name": "读者", "language_code": "zh-hans"}
        chat = {"id": number, "type": "private", "first_name": "读者"}
        text = self.dice.choice(ASKED)
        entity = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
        message = {"message_id": update_id, "date": 1, "chat": chat, "from": person, "text": text}
        if text.startswith("/"):
            message["entities"] = [entity]
        assert box.receive({"update_id": update_id, "message": message})
