"""Owners hear once of a source that fails for long, is gone for good, or works again, whatever happens meanwhile."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.collect.fetch import backoff
from bot.delivery.outcomes import Outcome
from bot.jobs.collect.round import collect_due
from bot.jobs.notify import deliver_notices
from bot.jobs.tidy import tidy
from bot.messages.notices import MOST
from bot.runtime.newsroom import open_newsroom
from bot.runtime.services import Newsroom, Services
from storage import chats, notices, sources
from storage.models import Source
from tests.doubles.feeds import Feeds, Page
from tests.jobs.conftest import EVENING, Clock, Telegram, entry, reader

OWNER, OTHER = 42, 43


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    with Feeds() as server:
        yield server


@pytest.fixture
def room(room: Newsroom) -> Newsroom:
    owned = replace(room, config=replace(room.config, owners=frozenset({OWNER, OTHER})))
    reader(owned, OWNER)
    reader(owned, OTHER, language="en")
    return owned


async def rounds(room: Newsroom, clock: Clock, number: int) -> None:
    """So many rounds, each when something is due."""
    for _ in range(number):
        await collect_due(room, clock.at)
        due = [source.next_fetch_at for source in sources.listed(room.db) if source.next_fetch_at]
        clock.at = min(due, default=clock.at)


def source_at(room: Newsroom, feeds: Feeds, path: str, title: str) -> Source:
    return sources.add(room.db, url=feeds.url(path), title=title, kind="feed", now=room.now())[0]


async def test_a_failing_source_is_told_once_and_so_is_its_return(
    services: Services, feeds: Feeds, clock: Clock, telegram: Telegram
) -> None:
    feeds.publish("/f", "例报", [entry("开张", url="https://news.example.com/1")])
    source = source_at(services, feeds, "/f", "例报")
    await rounds(services, clock, 1)
    feeds.pages["/f"] = Page(b"out of order", "text/plain", 500)
    await rounds(services, clock, backoff.QUARANTINE_AFTER - 1)
    assert await deliver_notices(services, clock.at) == 0
    await rounds(services, clock, 3)
    assert await deliver_notices(services, clock.at) == 2
    assert await deliver_notices(services, clock.at) == 0
    told = dict(telegram.sent)
    assert "《例报》已连续失败 8 次" in told[OWNER].text
    assert "服务器出了故障（HTTP 500）。" in told[OWNER].text
    assert "The server has a fault (HTTP 500)." in told[OTHER].text
    assert "上次成功：11月23日 星期一 18:00" in told[OWNER].text
    assert "failed 8 times in a row" in told[OTHER].text
    failing = sources.by_id(services.db, source.id)
    assert failing is not None
    assert failing.quarantined_at is not None
    feeds.publish("/f", "例报", [entry("复刊", url="https://news.example.com/2")])
    await rounds(services, clock, 2)
    assert await deliver_notices(services, clock.at) == 2
    assert telegram.sent[-2][1].text == "✅ 来源《例报》恢复正常。"
    assert await deliver_notices(services, clock.at) == 0


async def test_a_source_that_is_gone_for_good_is_switched_off_with_one_notice(
    services: Services, feeds: Feeds, clock: Clock, telegram: Telegram
) -> None:
    feeds.pages["/f"] = Page(b"gone", "text/plain", 410)
    source = source_at(services, feeds, "/f", "旧报")
    await rounds(services, clock, 1)
    clock.move(days=30)
    assert await collect_due(services, clock.at) == []
    assert await deliver_notices(services, clock.at) == 2
    assert "《旧报》已永久下线" in telegram.sent[0][1].text
    assert "从未成功读取" in telegram.sent[0][1].text
    assert "这个来源已经永久下线（HTTP 410）。" in telegram.sent[0][1].text
    assert "The feed is gone for good (HTTP 410)." in telegram.sent[1][1].text
    assert sources.listed(services.db) == []
    assert [gone.gone_at for gone in sources.gone(services.db)] == [EVENING]
    assert source_at(services, feeds, "/f", "旧报").id == source.id  # an owner can have it again
    assert sources.gone(services.db) == []
    assert len(sources.due(services.db, clock.at)) == 1


async def test_many_troubles_are_one_message(
    services: Services, feeds: Feeds, clock: Clock, telegram: Telegram
) -> None:
    for number in range(MOST + 5):
        feeds.pages[f"/{number}"] = Page(b"gone", "text/plain", 410)
        source_at(services, feeds, f"/{number}", f"报{number}")
    await rounds(services, clock, 1)
    assert await deliver_notices(services, clock.at) == 2
    assert "另有 5 条" in telegram.sent[0][1].text


async def test_a_restart_neither_repeats_nor_loses_a_notice(
    services: Services, feeds: Feeds, clock: Clock, telegram: Telegram
) -> None:
    feeds.pages["/f"] = Page(b"gone", "text/plain", 410)
    source_at(services, feeds, "/f", "旧报")
    await rounds(services, clock, 1)
    async with open_newsroom(services.config, now=clock) as opened:  # the process that collected is gone
        found = notices.pending(opened.db, clock.at)
        assert sorted(found) == [OWNER, OTHER]
        # Killed between claiming and recording: it may have arrived, so it is not sent again; the other one is.
        assert notices.claim(opened.db, [found[OWNER][0].id])
        assert not notices.claim(opened.db, [found[OWNER][0].id])
    assert notices.interrupted(services.db) == 1
    assert await deliver_notices(services, clock.at) == 1
    assert [chat for chat, _ in telegram.sent] == [OTHER]
    assert await deliver_notices(services, clock.at) == 0


@pytest.mark.parametrize(("kind", "later"), [("retry", 1), ("flood", 1), ("ambiguous", 0), ("rejected", 0)])
async def test_what_telegram_answers(
    services: Services, feeds: Feeds, clock: Clock, telegram: Telegram, kind: str, later: int
) -> None:
    chats.deactivate(services.db, 2, "left")
    feeds.pages["/f"] = Page(b"gone", "text/plain", 410)
    source_at(services, feeds, "/f", "旧报")
    await rounds(services, clock, 1)
    telegram.answers = [Outcome(kind, retry_after=600.0)]  # type: ignore[arg-type]
    assert await deliver_notices(services, clock.at) == 0
    assert await deliver_notices(services, clock.at) == 0
    assert await deliver_notices(services, clock.move(minutes=11)) == later


async def test_a_notice_waits_for_an_owner_who_left_and_is_for_owners_alone(
    services: Services, feeds: Feeds, clock: Clock, telegram: Telegram
) -> None:
    feeds.pages["/f"] = Page(b"gone", "text/plain", 410)
    source_at(services, feeds, "/f", "旧报")
    await rounds(services, clock, 1)
    telegram.answers = [Outcome("permanent", problem="Forbidden: bot was blocked by the user")]
    assert await deliver_notices(services, clock.at) == 1
    assert await deliver_notices(services, clock.at) == 0
    chats.revive(services.db, 1)
    nobody = replace(services, config=replace(services.config, owners=frozenset()))
    assert await deliver_notices(nobody, clock.at) == 0
    assert await deliver_notices(services, clock.at) == 1
    assert [chat for chat, _ in telegram.sent] == [OTHER, OWNER]
    tidy(services, clock.move(days=31))
    assert services.db.execute("SELECT count(*) FROM notices").fetchone()[0] == 0


async def test_an_hour_of_trouble_is_no_news(services: Services, feeds: Feeds, clock: Clock) -> None:
    source = source_at(services, feeds, "/missing", "例报")
    await rounds(services, clock, 3)
    assert notices.pending(services.db, clock.at + timedelta(days=1)) == {}
    known = sources.by_id(services.db, source.id)
    assert known is not None
    assert known.quarantined_at is None
