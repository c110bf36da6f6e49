"""A week nobody looks after: feeds that change, readers around the world, restarts, and a Bot API server at the end.

Time jumps from one moment at which something is due to the next; between two of them a tick would find nothing.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from telegram.ext import ExtBot

from bot.config import Config
from bot.delivery.limiter import Limiter
from bot.delivery.sender import Sender
from bot.jobs.collect.round import collect_due
from bot.jobs.deliver import deliver_pending
from bot.jobs.editions.due import compose_due
from bot.jobs.editions.reschedule import start_schedule
from bot.runtime.newsroom import open_newsroom
from bot.runtime.services import Newsroom, Services
from storage import chats, deliveries, subscriptions
from storage.models import Chat, Subscription
from tests.doubles.bot_api import BotApi
from tests.doubles.feeds import Feeds
from tests.jobs import snapshots
from tests.jobs.conftest import Clock

WIDE = 10**6
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Reader:
    """How one chat wants its briefings; `follows` are (kind, value) pairs."""

    name: str
    zone: str = "Asia/Shanghai"
    at: str = "08:00"
    language: str = "zh-Hans"
    follows: tuple[tuple[str, str], ...] = ()
    settings: dict[str, object] = field(default_factory=dict)

    def wanted(self, start: datetime, end: datetime) -> list[tuple[date, datetime]]:
        """Every local date of theirs whose briefing time lies in (start, end], and that moment: by the wall clock."""
        zone = ZoneInfo(self.zone)
        weekdays = self.settings.get("weekdays", range(1, 8))
        assert isinstance(weekdays, Collection)
        first = start.astimezone(zone).date()
        found = []
        for number in range((end - start).days + 3):
            day = first + number * DAY
            moment = datetime.combine(day, time.fromisoformat(self.at), zone)
            if day.isoweekday() in weekdays and start < moment <= end:
                found.append((day, moment))
        return found


def dozen(source: str, keyword: str) -> tuple[Reader, ...]:
    """Twelve readers in four zones, no two alike; one follows this source, some this keyword."""
    london, york, auckland = "Europe/London", "America/New_York", "Pacific/Auckland"
    topics = (("topic", "ai"), ("topic", "semiconductor"), ("topic", "auto"))
    return (
        Reader("balanced"),
        Reader("five", settings={"max_items": 5}),
        Reader("thirty", settings={"max_items": 30}),
        Reader("topics", at="07:30", follows=topics),
        Reader("keywords", london, follows=(("keyword", keyword), ("keyword", "AI")), language="zh-Hant"),
        Reader("english", london, at="06:45", language="en"),
        Reader("sections", york, settings={"sections": ("companies", "overseas")}, language="zh-Hant"),
        Reader("section", york, at="21:00", follows=(("section", "technology"),)),
        Reader("source", york, follows=(("source", source),), language="en"),
        Reader("weekdays", auckland, settings={"weekdays": (1, 2, 3, 4, 5)}),
        Reader(
            "silent",
            auckland,
            at="23:59",
            follows=(("topic", "quantum"),),
            settings={"silent_when_slow": True},
        ),
        Reader("talkative", auckland, at="00:00", follows=(("topic", "quantum"), ("keyword", "量子"))),
    )


@dataclass
class Week:
    """The simulation and what it needs; `run` lets it go, once."""

    config: Config
    api: BotApi
    feeds: Feeds
    clock: Clock
    moments: Sequence[snapshots.Moment]
    """When feeds change, each with the bodies that they have from then on."""
    readers: Sequence[Reader]
    start: datetime
    end: datetime
    starts: int = 0

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[Services]:
        """The bot as after a start: everything opened anew on the same store."""
        limiter = Limiter(overall=WIDE, burst=WIDE, per_minute=WIDE)
        api_bot = ExtBot(self.api.token, base_url=f"{self.api.url}/bot", rate_limiter=limiter)
        async with open_newsroom(self.config, now=self.clock) as room, api_bot:
            services = Services(
                room.config,
                room.db,
                room.now,
                room.reading,
                room.fetcher,
                room.http,
                room.worker,
                Sender(api_bot),
                api_bot.username,
                room.now(),
            )
            assert deliveries.interrupted(room.db, self.clock.at) == []
            self.starts += 1
            yield services

    async def run(self, restarts: Collection[timedelta]) -> None:
        """From start to end; a restart so long after the start, and each time between composing and delivering."""
        self.clock.at = self.start
        async with self.bot() as services:
            for number, reader in enumerate(self.readers, 1):
                self.join(services, number, reader)
        waiting = sorted(self.start + each for each in restarts)
        while self.clock.at < self.end:
            stop = waiting.pop(0) if waiting else self.end
            async with self.bot() as services:
                # What was composed before the restart goes out after it.
                await deliver_pending(services, self.clock.at)
                while (at := self.next_tick(services)) <= stop:
                    self.clock.at = at
                    await self.tick(services)
                self.clock.at = max(self.clock.at, stop)
                due = chats.earliest_due(services.db)
                if waiting and due is not None:
                    self.clock.at = max(self.clock.at, due)
                    compose_due(services, self.clock.at)

    def next_tick(self, room: Newsroom) -> datetime:
        """The first full minute at which a feed has changed or an edition is due."""
        due = chats.earliest_due(room.db)
        later = [found.at for found in self.moments if found.at > self.clock.at]
        return max(min([*([due] if due else []), *later[:1]], default=self.end + MINUTE), self.clock.at)

    async def tick(self, services: Services) -> None:
        """What the scheduler does in a minute."""
        for found in self.moments:
            if found.at == self.clock.at:
                snapshots.only(services.db, snapshots.publish(services.db, self.feeds, found))
                await collect_due(services, self.clock.at)
        compose_due(services, self.clock.at)
        await deliver_pending(services, self.clock.at)

    def join(self, services: Services, number: int, reader: Reader) -> Chat:
        """The reader gets started."""
        self.api.open_chat(number)
        chat = chats.add(
            services.db,
            telegram_chat_id=number,
            telegram_thread_id=None,
            kind="private",
            title=reader.name,
            language=reader.language,
            zone=reader.zone,
            briefing_time=reader.at,
            now=self.clock.at,
        )
        for kind, value in reader.follows:
            subscriptions.add(services.db, chat.id, Subscription(kind, value), self.clock.at)  # type: ignore[arg-type]
        settings: dict[str, object] = reader.settings
        return start_schedule(services, replace(chat, **settings), self.clock.at)  # type: ignore[arg-type]
