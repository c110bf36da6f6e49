"""Seven days, a dozen readers in four time zones, restarts: one edition each day, nothing twice, every message valid."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest

from bot.config import Config
from bot.demo.archive import load_archive
from bot.jobs import views
from bot.messages import digest
from bot.runtime.services import Services
from storage import chats, editions
from storage.database import from_text
from storage.models import Chat, Edition
from tests.doubles.bot_api import BotApi
from tests.doubles.feeds import Feeds, rss
from tests.jobs import snapshots
from tests.jobs.conftest import Clock
from tests.jobs.unattended import Reader, Week, dozen
from tests.telegram_html import check_message

DAYS = 7
DAY = timedelta(days=1)
RESTARTS = [timedelta(hours=hours) for hours in (9, 31, 60, 61, 100, 150)]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(
        database=tmp_path / "chenbao.db", allow_networks=(ip_network("127.0.0.0/8"),), full_text="never"
    )


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    with Feeds() as server:
        yield server


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.mark.slow
async def test_a_week_of_the_sample_archive(config: Config, api: BotApi, feeds: Feeds, clock: Clock) -> None:
    entries = load_archive()
    publishers = {entry.source: f"p{number}" for number, entry in enumerate(entries)}
    first = min(entry.published for entry in entries if entry.published)
    start = first.replace(hour=10, minute=0) - timedelta(days=1)
    moments = []
    for hours in range(0, 24 * DAYS, 6):
        at = start + timedelta(hours=hours)
        known = [entry for entry in entries if entry.published and entry.published <= at]
        bodies = {
            path: rss(name, [entry for entry in known if entry.source == name]).encode()
            for name, path in publishers.items()
        }
        moments.append(snapshots.Moment(at, bodies))
    week = Week(
        config, api, feeds, clock, moments, dozen(entries[0].source, "芯片"), start, start + DAYS * DAY
    )
    await week.run(RESTARTS)
    states = await check_week(week)
    # Three days of news, then none: who wants to hear so does, who does not is left alone.
    assert states["quiet"] > states["composed"] / 2
    assert states["composed"] > len(week.readers)


@pytest.mark.soak
@pytest.mark.shared
async def test_a_week_of_real_feeds(
    config: Config, api: BotApi, feeds: Feeds, clock: Clock, shared: Path
) -> None:
    start = datetime(2026, 7, 8, 1, 0, tzinfo=UTC)
    end = start + DAYS * DAY
    moments = [found for found in snapshots.moments(shared) if start <= found.at <= end]
    week = Week(config, api, feeds, clock, moments, dozen("虎嗅资讯", "华为"), start, end)
    started = perf_counter()
    await week.run(RESTARTS)
    seconds = perf_counter() - started
    states = await check_week(week)
    print(f"{len(moments)} moments, {dict(states)} editions, {len(api.shown)} messages in {seconds:.1f} s")
    assert states["composed"] > 60


async def check_week(week: Week) -> Counter[str]:
    """The promises; returns how many scheduled editions were composed and how many had nothing to say."""
    assert week.starts == len(RESTARTS) + 2
    states: Counter[str] = Counter()
    async with week.bot() as services:
        for number, reader in enumerate(week.readers, 1):
            chat = chats.by_address(services.db, number, None)
            assert chat is not None
            told = editions_of(services, chat)
            check_days(week, reader, chat, told)
            check_stories(services, told)
            check_messages(week, services, reader, chat, told)
            states.update(edition.state for edition in told)
        rows = services.db.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall()
        assert [(row[0], row[1]) for row in rows] == [("sent", len(week.api.shown))]
    calls = week.api.calls("sendMessage")
    assert {call.status for call in calls} == {200}
    assert {call.params.get("parse_mode") for call in calls} == {"HTML"}
    assert len(calls) == len(week.api.shown)
    return states


def editions_of(services: Services, chat: Chat) -> list[Edition]:
    """All of the chat's editions, oldest first."""
    rows = services.db.execute("SELECT id FROM editions WHERE chat_id = ? ORDER BY id", (chat.id,)).fetchall()
    return [found for row in rows if (found := editions.by_id(services.db, row[0])) is not None]


def check_days(week: Week, reader: Reader, chat: Chat, told: list[Edition]) -> None:
    """One edition for each local date that the reader wants, and at the right time by their own wall clock."""
    wanted = reader.wanted(week.start, week.end)
    assert [(edition.local_date, edition.slot) for edition in told] == [(day, "morning") for day, _ in wanted]
    assert [edition.created_at for edition in told] == [moment for _, moment in wanted]
    assert {edition.state for edition in told} <= {"composed", "quiet"}
    zone = ZoneInfo(reader.zone)
    assert {f"{edition.created_at.astimezone(zone):%H:%M}" for edition in told} <= {reader.at}
    assert chat.next_due_at is not None
    assert chat.next_due_at > week.end


def check_stories(services: Services, told: list[Edition]) -> None:
    """No story twice, and none that is older than an edition may tell."""
    ids = [item.story.id for edition in told for item in edition.items]
    assert len(ids) == len(set(ids))
    leads = [item.story.lead.canonical_url for edition in told for item in edition.items]
    assert len(leads) == len(set(leads))
    for edition in told:
        assert all(item.story.first_at <= edition.created_at for item in edition.items)


def check_messages(week: Week, services: Services, reader: Reader, chat: Chat, told: list[Edition]) -> None:
    """Each edition arrived once, on its day and in order, as it was composed; and so does each page behind a button."""
    silent = reader.settings.get("silent_when_slow")
    expected = [edition for edition in told if edition.items or not silent]
    seen = week.api.messages(chat.telegram_chat_id)
    assert len(seen) == len(expected)
    for message, edition in zip(seen, expected, strict=True):
        at = services.db.execute(
            "SELECT finished_at FROM deliveries WHERE edition_id = ?", (edition.id,)
        ).fetchone()
        assert from_text(at[0]) == edition.created_at
        looking = replace(views.view(services, chat, edition.created_at), now=edition.created_at)
        assert looking.locale.day(edition.local_date) in message.text
        addresses = {entity["url"] for entity in message.entities if "url" in entity}
        stories = [item.story for item in edition.items]
        reports = {article.url for story in stories for article in story.articles}
        pages = {address for address in addresses if "?start=s_" in address}
        assert {int(address.rpartition("_")[2]) for address in pages} <= {story.id for story in stories}
        assert addresses - pages <= reports
        if edition.items:
            parsed = [
                check_message(views.edition(services, chat, edition, page=page))
                for page in range(1, digest.pages(edition, looking) + 1)
            ]
            links = list(itertools.chain.from_iterable(page.urls for page in parsed))
            assert sum("?start=s_" in link for link in links) == len(edition.items)
            assert {item.story.lead.url for item in edition.items} - {""} <= set(links)
