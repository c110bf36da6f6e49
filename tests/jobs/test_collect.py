"""Collecting over real HTTP: conditional requests, what a source does wrong, and that others do not suffer."""

import asyncio
import threading
from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.collect.feeds.entries import UNDATED_ENTRIES
from bot.jobs.collect import ingest
from bot.jobs.collect import round as collect
from bot.jobs.collect.round import collect_due
from bot.runtime.services import Newsroom, Reading
from storage import articles, sources, stories
from storage.models import Entry, Source
from tests.doubles.feeds import Feeds, Page
from tests.jobs.conftest import EVENING, Clock, entry


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    with Feeds() as server:
        yield server


def add(room: Newsroom, url: str, title: str = "") -> Source:
    return sources.add(room.db, url=url, title=title or url, kind="feed", now=EVENING)[0]


def entries(*numbers: int) -> list[Entry]:
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
    source = add(room, feeds.publish("/a", "甲报", entries(1, 2)))
    (first,) = await collect_due(room, clock.at)
    assert (first.new, first.problem) == (2, "")
    assert await collect_due(room, clock.at) == []
    clock.move(hours=12)
    (second,) = await collect_due(room, clock.at)
    assert (second.new, second.updated, second.unchanged) == (0, 0, 0)
    assert feeds.unchanged == 1
    feeds.publish("/a", "甲报", entries(3, 1, 2))
    clock.move(hours=24)
    (third,) = await collect_due(room, clock.at)
    assert (third.new, third.unchanged) == (1, 2)
    known = sources.by_id(room.db, source.id)
    assert known is not None
    assert known.title == "甲报"
    assert known.succeeded_at == clock.at


async def test_dates_that_cannot_be_read_are_counted_until_they_can(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    def publish(*dates: str) -> None:
        items = "".join(
            f"<item><title>第{n}则</title><pubDate>{one}</pubDate></item>" for n, one in enumerate(dates)
        )
        feeds.pages["/vague"] = Page(f"<rss><channel><title>甲</title>{items}</channel></rss>".encode())

    def count() -> int:
        known = sources.by_id(room.db, source.id)
        assert known is not None
        return known.unread_dates

    publish("某日", "昨天 08:00", "Monday")
    source = add(room, feeds.url("/vague"), "甲报")
    await collect_due(room, clock.at)
    assert count() == 2
    clock.move(hours=12)
    await collect_due(room, clock.at)  # the same again
    assert count() == 2
    publish("昨天 08:00", "前天 08:00")
    clock.move(hours=24)
    await collect_due(room, clock.at)
    assert count() == 0


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        (Page(b"<!doctype html><html><body>hello</body></html>", "text/html"), "page"),
        (Page(b"", "text/xml"), "empty"),
        (Page(b"gone", "text/plain", 410), "http_410?status=410"),
        (Page(b"busy", "text/plain", 503, {"Retry-After": "7200"}), "http_503?status=503"),
        (Page(b"%PDF-1.7 nothing to read", "application/pdf"), "no_feed"),
    ],
)
async def test_a_bad_source_is_a_status_line_and_others_do_not_suffer(
    room: Newsroom, feeds: Feeds, clock: Clock, page: Page, problem: str
) -> None:
    good = add(room, feeds.publish("/good", "好报", entries(1)))
    feeds.pages["/bad"] = page
    bad = add(room, feeds.url("/bad"), "坏报")
    results = {result.source.id: result for result in await collect_due(room, clock.at)}
    assert results[good.id].new == 1
    assert results[bad.id].problem == problem
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
    feeds.publish("/late", "迟报", entries(1))
    (result,) = await collect_due(room, clock.at)
    assert result.new == 1
    known = sources.by_id(room.db, source.id)
    assert known is not None
    assert known.failures == 0


async def test_a_new_source_brings_all_that_has_a_date_and_is_not_too_old_to_keep(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    old = replace(entry("旧事"), url="https://news.example.com/old", published=EVENING - timedelta(days=400))
    add(room, feeds.publish("/long", "长报", [old, *entries(*range(1, 121))]))
    (result,) = await collect_due(room, clock.at)
    assert result.new == articles.count(room.db) == 120
    assert len(stories.reported_since(room.db, EVENING - timedelta(minutes=10, seconds=1), EVENING)) <= 10


async def test_without_dates_only_the_top_of_a_feed_is_news_whenever_it_is_fetched(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    undated = [replace(each, published=None, guid=f"a-{each.guid}") for each in entries(*range(1, 121))]
    add(room, feeds.publish("/undated", "无期报", undated))
    (result,) = await collect_due(room, clock.at)
    assert result.new == UNDATED_ENTRIES
    # All of them are found, and none is told as if it had happened today.
    assert room.reading.search.find(room.db, "芯片发布", limit=5, now=clock.at).hits
    assert stories.reported_since(room.db, EVENING - timedelta(days=4), clock.at) == []
    feeds.publish(
        "/undated", "无期报", [replace(entry("新事"), url="https://news.example.com/new"), *undated]
    )
    clock.move(hours=24)
    (result,) = await collect_due(room, clock.at)
    assert result.new == 1
    (story,) = stories.reported_since(room.db, EVENING, clock.at)
    assert story.lead.title == "新事"


async def test_a_page_of_trouble_does_not_name_the_source(room: Newsroom, feeds: Feeds, clock: Clock) -> None:
    source = add(room, feeds.publish("/shaky", "摇报 - 抓取失败", []))
    await collect_due(room, clock.at)
    feeds.publish("/shaky", "摇报", entries(1))
    clock.move(hours=24)
    await collect_due(room, clock.at)
    known = sources.by_id(room.db, source.id)
    assert known is not None
    assert known.title == "摇报"


async def test_a_feed_that_moved_for_good_is_remembered(room: Newsroom, feeds: Feeds, clock: Clock) -> None:
    target = feeds.publish("/new", "新报", entries(1))
    feeds.pages["/old"] = Page(b"", "text/plain", 301, {"Location": target})
    source = add(room, feeds.url("/old"))
    await collect_due(room, clock.at)
    known = sources.by_id(room.db, source.id)
    assert known is not None
    assert known.url == target


async def test_the_first_text_is_read_beside_the_loop_for_it_loads_the_dictionaries(
    room: Newsroom, feeds: Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, threads = ingest.read_in_steps, list[bool]()

    def watched(reading: Reading, one: Entry) -> Generator[None, None, ingest.Read]:
        threads.append(threading.current_thread() is threading.main_thread())
        return read(reading, one)

    monkeypatch.setattr(ingest, "read_in_steps", watched)
    add(room, feeds.publish("/a", "甲报", entries(1, 2, 3, 4)))
    (result,) = await collect_due(room, EVENING)
    assert result.new == 4
    assert threads == [False, True, True, True]


@pytest.mark.parametrize(("worth", "started"), [(2, True), (3, False)])
async def test_the_worker_is_started_for_many_bodies_that_are_sure_to_come(
    room: Newsroom, feeds: Feeds, clock: Clock, monkeypatch: pytest.MonkeyPatch, worth: int, started: bool
) -> None:
    monkeypatch.setattr(collect, "WORTH_A_PROCESS", worth)
    for number in range(2):
        add(room, feeds.publish(f"/{number}", "甲报", entries(number)))
    results = await collect_due(room, clock.at)
    assert [result.new for result in results] == [1, 1]
    assert bool(room.worker.pid) == started
    await room.worker.aclose()
    clock.move(hours=12)
    again = await collect_due(room, clock.at)  # they have validators now
    assert ([result.problem for result in again], room.worker.pid) == (["", ""], None)


async def test_a_round_that_is_stopped_takes_its_worker_with_it(
    room: Newsroom, feeds: Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect, "WORTH_A_PROCESS", 1)
    add(room, feeds.publish("/a", "甲报", entries(1)))
    stopped = asyncio.ensure_future(collect_due(room, EVENING))
    while not room.worker.pid:  # noqa: ASYNC110 - a process sets no event
        await asyncio.sleep(0)
    stopped.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopped
    async with asyncio.timeout(30):
        while room.worker.pid:  # noqa: ASYNC110 - nor does its end
            await asyncio.sleep(0.01)


async def test_the_same_body_again_is_no_news_also_without_validators(
    room: Newsroom, feeds: Feeds, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(room, feeds.publish("/a", "甲报", entries(1, 2)))
    feeds.pages["/a"].headers["ETag"] = ""
    (first,) = await collect_due(room, clock.at)
    assert first.new == 2

    async def never(*_: object) -> None:
        raise AssertionError("read again")

    with monkeypatch.context() as patched:
        patched.setattr("bot.jobs.collect.round.read_entries", never)
        for _ in range(2):
            clock.move(hours=12)
            (again,) = await collect_due(room, clock.at)
            assert (again.new, again.problem) == (0, "")
    assert feeds.unchanged == 0
    feeds.publish("/a", "甲报", entries(1, 2, 3))
    clock.move(hours=12)
    (last,) = await collect_due(room, clock.at)
    assert (last.new, last.unchanged) == (1, 2)
