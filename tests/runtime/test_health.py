"""What `/health` and `/metrics` tell of a running bot: a real line over HTTP, a real store."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from telegram import Bot
from telegram.error import NetworkError

from bot.delivery.reach import Reach, WatchedRequest
from bot.delivery.send_claim import SendClaim, claiming
from bot.runtime.health import Ticks, health_of
from bot.runtime.metrics import metrics_of
from bot.runtime.services import Newsroom, Services
from bot.runtime.store_watch import StoreWatch
from storage import deliveries, editions, sources
from storage.models import FetchState, Source
from tests.doubles.bot_api import BotApi
from tests.jobs.conftest import EVENING, Clock, clock, reader, room, services, source, telegram

__all__ = ["clock", "room", "services", "source", "telegram"]


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.fixture
def ticks(room: Newsroom, clock: Clock) -> Ticks:
    return Ticks(clock.at, StoreWatch(room.db), reach=Reach(clock))


@pytest.fixture
async def bot(api: BotApi, ticks: Ticks) -> AsyncIterator[Bot]:
    assert ticks.reach is not None
    line = WatchedRequest(ticks.reach, connection_pool_size=4, read_timeout=0.3)
    async with Bot(api.token, base_url=f"{api.url}/bot", request=line) as ready:
        yield ready


def alive(ticks: Ticks, clock: Clock, **passed: float) -> None:
    """Time passes, and the clock ticks."""
    clock.move(**passed)
    ticks.at = clock.at


async def fails(bot: Bot) -> None:
    with pytest.raises(NetworkError):
        await bot.get_me()


async def test_telegram_that_cannot_be_reached_for_two_minutes_is_told(
    room: Newsroom, ticks: Ticks, clock: Clock, bot: Bot, api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    assert health_of(room, ticks).healthy
    api.stop()
    for seconds, healthy in ((0, True), (60, True), (59, True), (1, False), (60, False)):
        alive(ticks, clock, seconds=seconds)
        await fails(bot)
        assert health_of(room, ticks).healthy is healthy, seconds
    assert health_of(room, ticks).details["telegram"] == "cannot be reached for 180 s"
    assert value(room, ticks, "chenbao_telegram_unreachable_seconds") == 180
    assert value(room, ticks, "chenbao_healthy") == 0
    api.restart()
    await bot.get_me()
    assert health_of(room, ticks).healthy
    told = [record.message for record in caplog.records if record.name == "bot.delivery.reach"]
    assert told == [
        f"Telegram cannot be reached since {EVENING:%Y-%m-%d %H:%M} UTC",
        "Telegram can be reached again",
    ]


async def test_a_silent_line_and_a_gateway_in_between_count_as_away(
    room: Newsroom, ticks: Ticks, clock: Clock, bot: Bot, api: BotApi
) -> None:
    for fault in ({"status": 0, "delay": 1.0}, {"status": 502, "description": "Bad Gateway"}):
        api.fail("getMe", 2, **fault)
        await fails(bot)
        alive(ticks, clock, minutes=2)
        await fails(bot)
        assert not health_of(room, ticks).healthy
        api.faults.clear()
        await bot.get_me()
        assert health_of(room, ticks).healthy


async def test_a_refusal_is_an_answer_and_what_is_kept_here_is_no_failure(
    room: Newsroom, ticks: Ticks, clock: Clock, bot: Bot, api: BotApi
) -> None:
    await asyncio.sleep(0)
    alive(ticks, clock, minutes=10)  # nobody asked Telegram anything: a halt after a 429 is no outage
    assert health_of(room, ticks).healthy
    api.fail("getMe", 1, status=403, description="Forbidden: bot was blocked by the user")
    with pytest.raises(Exception, match="blocked"):
        await bot.get_me()
    token = claiming.set(SendClaim(lambda: False))
    with pytest.raises(Exception, match="somebody else has it"):
        await bot.send_message(7, "晨报")
    claiming.reset(token)
    alive(ticks, clock, minutes=10)
    assert health_of(room, ticks).healthy


def read_well(room: Newsroom, source: Source, clock: Clock) -> None:
    state = FetchState("", "", 30, clock.at + timedelta(minutes=30), "")
    sources.record_success(room.db, source.id, state, clock.at)


def test_nothing_collected_for_three_intervals_is_told(
    room: Newsroom, ticks: Ticks, clock: Clock, source: Source
) -> None:
    read_well(room, source, clock)
    alive(ticks, clock, minutes=89)
    assert health_of(room, ticks).healthy
    alive(ticks, clock, minutes=1)
    assert health_of(room, ticks).details["collecting"] == "nothing was collected for 5400 s"
    assert not health_of(room, ticks).healthy
    assert value(room, ticks, "chenbao_seconds_since_collection") == 5400
    read_well(room, source, clock)
    assert health_of(room, ticks).healthy


def test_a_bot_without_sources_is_well(room: Newsroom, ticks: Ticks, clock: Clock) -> None:
    alive(ticks, clock, days=3)
    assert health_of(room, ticks).healthy


def test_a_clock_that_stands_is_told(room: Newsroom, ticks: Ticks, clock: Clock) -> None:
    clock.move(minutes=5)
    assert health_of(room, ticks).details["clock"] == "no tick for 300 s"
    assert not health_of(room, ticks).healthy


def test_metrics_are_prometheus_own_with_help_and_type(
    services: Services, ticks: Ticks, source: Source
) -> None:
    chat = reader(services)
    before = list(REGISTRY.collect())
    text = metrics_of(services, ticks)
    families = {family.name: family for family in text_string_to_metric_families(text)}
    kinds = {"gauge", "counter", "histogram"}
    assert all(family.documentation and family.type in kinds for family in families.values())
    assert families["chenbao_sources"].samples[0].value == 1
    assert families["chenbao_chats_active"].samples[0].value == 1
    assert families["chenbao_healthy"].samples[0].value == 1
    assert families["chenbao_database_bytes"].samples[0].value == services.db.size()
    assert "# HELP chenbao_articles Articles in the archive.\n# TYPE chenbao_articles gauge\n" in text
    assert families["chenbao_deliveries"].samples == []
    edition = editions.create(
        services.db,
        chat_id=chat.id,
        local_date=EVENING.date(),
        slot="morning",
        state="composed",
        items=[],
        considered=0,
        now=EVENING,
    )
    assert edition is not None
    deliveries.add(services.db, edition, 0, EVENING)
    assert 'chenbao_deliveries{state="pending"} 1.0\n' in metrics_of(services, ticks)
    assert [family.name for family in REGISTRY.collect()] == [family.name for family in before]


def test_a_store_in_trouble_is_not_asked_for_figures(room: Newsroom, ticks: Ticks) -> None:
    ticks.store.problem = "database or disk is full"
    assert value(room, ticks, "chenbao_healthy") == 0
    assert "chenbao_articles" not in metrics_of(room, ticks)


def value(room: Newsroom, ticks: Ticks, name: str) -> float:
    """The one sample of a gauge."""
    (found,) = [f for f in text_string_to_metric_families(metrics_of(room, ticks)) if f.name == name]
    return found.samples[0].value
