"""Collecting over real HTTP: conditional requests, what a source does wrong, and that others do not suffer."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.jobs.collect import FIRST_FETCH_ENTRIES, collect_due
from bot.services import Newsroom
from storage import articles, sources
from storage.models import Source
from tests.doubles.feeds import Feeds, Page
from tests.jobs.conftest import EVENING, Clock, entry


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    with Feeds() as server:
        yield server


def add(room: Newsroom, url: str, title: str = "") -> Source:
    return sources.add(room.db, url=url, title=title or url, kind="feed", now=EVENING)[0]


def entries(*numbers: int) -> list[object]:
    return [
        entry(
            f"第{number}号芯片发布",
            url=f"https://news.example.com/{number}",
            guid=str(number),
            published=EVENING - timedelta(minutes=number),
        )
        for number in numbers
    ]


async def test_a_feed_is_fetched_again_only_when_due_and_only_when_changed(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    source = add(room, feeds.publish("/a", "甲报", entries(1, 2)))  # type: ignore[arg-type]
    (first,) = await collect_due(room, clock.at)
    assert (first.new, first.problem) == (2, "")
    assert await collect_due(room, clock.at) == []
    clock.move(hours=12)
    (second,) = await collect_due(room, clock.at)
    assert (second.new, second.updated, second.unchanged) == (0, 0, 0)
    assert feeds.unchanged == 1
    feeds.publish("/a", "甲报", entries(3, 1, 2))  # type: ignore[arg-type]
    clock.move(hours=24)
    (third,) = await collect_due(room, clock.at)
    assert (third.new, third.unchanged) == (1, 2)
    known = sources.by_id(room.db, source.id)
    assert known is not None
    assert known.title == "甲报"
    assert known.succeeded_at == clock.at


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        (Page(b"<!doctype html><html><body>hello</body></html>", "text/html"), ""),
        (Page(b"", "text/xml"), ""),
        (Page(b"gone", "text/plain", 410), ""),
        (Page(b"busy", "text/plain", 503, {"Retry-After": "7200"}), ""),
        (Page(b"%PDF-1.7 nothing to read", "application/pdf"), ""),
    ],
)
async def test_a_bad_source_is_a_status_line_and_others_do_not_suffer(
    room: Newsroom, feeds: Feeds, clock: Clock, page: Page, problem: str
) -> None:
    good = add(room, feeds.publish("/good", "好报", entries(1)))  # type: ignore[arg-type]
    feeds.pages["/bad"] = page
    bad = add(room, feeds.url("/bad"), "坏报")
    results = {result.source.id: result for result in await collect_due(room, clock.at)}
    assert results[good.id].new == 1
    assert results[bad.id].problem.endswith(".")
    assert "\n" not in results[bad.id].problem
    known = sources.by_id(room.db, bad.id)
    assert known is not None
    assert known.failures == 1
    assert known.next_fetch_at is not None
    assert known.next_fetch_at > clock.at
    if "Retry-After" in page.headers:
        assert known.next_fetch_at - clock.at >= timedelta(hours=2)


async def test_failures_wait_longer_and_longer_and_success_ends_that(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    source = add(room, feeds.url("/late"))
    waits = []
    for _ in range(4):
        await collect_due(room, clock.at)
        known = sources.by_id(room.db, source.id)
        assert known is not None
        assert known.next_fetch_at is not None
        waits.append(known.next_fetch_at - clock.at)
        clock.at = known.next_fetch_at
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    feeds.publish("/late", "迟报", entries(1))  # type: ignore[arg-type]
    (result,) = await collect_due(room, clock.at)
    assert result.new == 1
    known = sources.by_id(room.db, source.id)
    assert known is not None
    assert known.failures == 0


async def test_a_new_source_brings_its_newest_entries_not_its_history(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    add(room, feeds.publish("/long", "长报", entries(*range(1, 121))))  # type: ignore[arg-type]
    (result,) = await collect_due(room, clock.at)
    assert result.new == FIRST_FETCH_ENTRIES
    assert articles.count(room.db) == FIRST_FETCH_ENTRIES


async def test_a_feed_that_moved_for_good_is_remembered(room: Newsroom, feeds: Feeds, clock: Clock) -> None:
    target = feeds.publish("/new", "新报", entries(1))  # type: ignore[arg-type]
    feeds.pages["/old"] = Page(b"", "text/plain", 301, {"Location": target})
    source = add(room, feeds.url("/old"))
    await collect_due(room, clock.at)
    known = sources.by_id(room.db, source.id)
    assert known is not None
    assert known.url == target
