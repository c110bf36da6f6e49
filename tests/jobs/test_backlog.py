"""Three days without the bot: what was missed is told once or not at all, never sprayed over the days that follow."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from bot.demo.archive import load_archive
from bot.jobs.collect.round import collect_due
from bot.jobs.editions.due import compose_due
from bot.runtime.services import Newsroom
from storage import articles, editions, sources
from storage.models import Edition, Entry
from tests.doubles.feeds import Feeds
from tests.jobs.conftest import MORNING, Clock, reader

AWAY = timedelta(days=3)
BACK = MORNING - timedelta(minutes=5)
"""Five minutes before the edition of the third day."""


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    with Feeds() as server:
        yield server


def news() -> list[Entry]:
    """The sample archive, with its dates stretched over the days away: 103 articles in 72 hours."""
    entries = load_archive()
    step = AWAY / len(entries)
    return [
        replace(entry, published=BACK - AWAY + step * (number + 1)) for number, entry in enumerate(entries)
    ]


async def days(room: Newsroom, feeds: Feeds, clock: Clock, *, dated: bool) -> list[Edition]:
    """One collection, three days of silence, one collection, and the editions of three mornings from then on."""
    clock.at = BACK - AWAY
    url = feeds.publish("/f", "例报", [])
    for path in ("/f", "/g"):
        feeds.publish(path, "例报", [Entry("开张", url=f"https://news.example.com{path}")])
        sources.add(room.db, url=feeds.url(path), title=path, kind="feed", now=clock.at)
    await collect_due(room, clock.at)
    chat = reader(room)
    clock.at = BACK
    missed = news() if dated else [replace(entry, published=None) for entry in news()]
    assert url == feeds.publish("/f", "例报", missed)
    await collect_due(room, clock.at)
    told = []
    for day in range(3):
        clock.at = MORNING + timedelta(days=day)
        compose_due(room, clock.at)
        edition = editions.latest(room.db, chat.id, clock.at.date())
        told.append(edition or Edition(0, chat.id, clock.at.date(), "morning", "quiet", clock.at, ()))
    states = room.db.execute("SELECT state FROM editions ORDER BY id").fetchall()
    assert [row[0] for row in states][:2] == ["skipped", "skipped"]
    return told


@pytest.fixture
def skipping(room: Newsroom) -> Newsroom:
    setting: Literal["skip"] = "skip"
    return replace(room, config=replace(room.config, backlog=setting))


async def test_a_backlog_is_briefed_once(room: Newsroom, feeds: Feeds, clock: Clock) -> None:
    first, *later = await days(room, feeds, clock, dated=True)
    assert 5 < len(first.items) <= 12
    # What comes the days after is news of that day's window, not the rest of the backlog.
    for number, edition in enumerate(later, 1):
        window = MORNING + timedelta(days=number) - timedelta(hours=36)
        assert all(item.story.last_at > window for item in edition.items)
    assert later[-1].items == ()


async def test_a_backlog_is_skipped_but_for_the_last_day(
    skipping: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    first, *later = await days(skipping, feeds, clock, dated=True)
    assert first.items
    told = [item.story for edition in (first, *later) for item in edition.items]
    assert all(story.last_at >= BACK - timedelta(days=1) for story in told)
    assert articles.count(skipping.db) == len(news()) + 2


async def test_a_skipped_backlog_without_dates_is_only_archived(
    skipping: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    assert [edition.items for edition in await days(skipping, feeds, clock, dated=False)] == [(), (), ()]
    assert articles.count(skipping.db) > 2
