"""How many requests a host gets, when it is left alone, and what becomes of an address that moved."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from bot.collect.fetch.client import Fetched, Fetcher
from bot.collect.fetch.hosts import MAX_REST, PER_HOST, SILENT, SILENT_REST, Hosts
from bot.errors import FeedError, FetchError
from bot.jobs.collect import round as collect
from bot.jobs.collect.round import collect_due
from bot.runtime.services import Newsroom
from storage import sources
from storage.models import Source
from tests.doubles.feeds import Feeds, Page
from tests.jobs.conftest import EVENING, Clock, entry


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    with Feeds() as server:
        yield server


def add(room: Newsroom, url: str) -> Source:
    return sources.add(room.db, url=url, title=url, kind="feed", now=EVENING)[0]


def known(room: Newsroom, source: Source) -> Source:
    found = sources.by_id(room.db, source.id)
    assert found is not None
    return found


async def test_routes_of_one_host_do_not_hammer_it_and_keep_no_other_waiting(
    room: Newsroom, feeds: Feeds, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, most, order = 0, 0, []
    fetch = Fetcher.fetch

    async def watched(self: Fetcher, url: str, *given: str, held: AsyncExitStack) -> Fetched:
        nonlocal running, most
        order.append(url)
        if "localhost" in url:
            return await fetch(self, url, *given, held=held)
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        try:
            return await fetch(self, url, *given, held=held)
        finally:
            running -= 1

    monkeypatch.setattr(Fetcher, "fetch", watched)
    for number in range(20):
        feeds.publish(f"/{number}", f"报{number}", [entry("开张", url=f"https://news.example.com/{number}")])
        add(room, feeds.url(f"/{number}"))
    other = add(room, feeds.url("/0").replace("127.0.0.1", "localhost"))
    results = await collect_due(room, clock.at)
    assert len(results) == 21
    assert most == PER_HOST
    assert order.index(other.url) <= PER_HOST


async def test_a_host_that_asks_for_fewer_requests_gets_fewer(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    for number in range(12):
        feeds.pages[f"/{number}"] = Page(b"busy", "text/plain", 429, {"Retry-After": "1800"})
        add(room, feeds.url(f"/{number}"))
    await collect_due(room, clock.at)
    asked = sum(feeds.requests.values())
    assert asked <= PER_HOST
    listed = sources.listed(room.db)
    assert sum(source.failures for source in listed) == asked  # those who were not asked did not fail
    assert all(
        source.next_fetch_at and source.next_fetch_at >= clock.at + timedelta(minutes=30) for source in listed
    )


def test_a_silent_host_is_left_alone_and_an_answer_ends_the_count() -> None:
    hosts, url = Hosts(), "https://user@Feeds.example.cn/a"
    silence = FetchError("unreachable", unanswered=True)
    for _ in range(SILENT - 1):
        hosts.heard(url, silence)
    hosts.heard(url, FeedError("page"))
    hosts.heard(url, FetchError("http_404", status=404))
    hosts.heard(url, FetchError("large", megabytes=16))
    assert hosts.rest(url) is None
    for _ in range(SILENT):
        hosts.heard("https://feeds.example.cn/b", silence)
    assert hosts.rest(url) == SILENT_REST
    hosts.heard(url, FetchError("http_429", status=429, retry_after=9e5))
    assert hosts.rest(url) == MAX_REST
    hosts.heard(url, FetchError("http_429", status=429))
    assert hosts.rest(url) == timedelta(minutes=5)
    assert hosts.rest("https://other.example.cn/") is None


async def test_a_move_that_was_a_mistake_is_undone(room: Newsroom, feeds: Feeds, clock: Clock) -> None:
    target = feeds.publish("/new", "新报", [entry("开张", url="https://news.example.com/1")])
    feeds.pages["/old"] = Page(b"", "text/plain", 301, {"Location": target})
    source = add(room, feeds.url("/old"))
    await collect_due(room, clock.at)
    assert (known(room, source).url, known(room, source).moved_from) == (target, source.url)
    # Whoever adds the old address again means the same feed.
    assert add(room, source.url).id == source.id
    del feeds.pages["/new"]
    feeds.publish("/old", "旧报", [entry("复刊", url="https://news.example.com/2")])
    for _ in range(3):
        clock.move(days=1)
        await collect_due(room, clock.at)
    (result,) = await collect_due(room, clock.at)
    assert result.new == 1
    assert (known(room, source).url, known(room, source).moved_from) == (source.url, "")


async def test_a_page_behind_a_permanent_redirect_is_no_new_address(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    feeds.pages["/login"] = Page(b"<!doctype html><html><body>log in</body></html>", "text/html")
    feeds.pages["/feed"] = Page(b"", "text/plain", 301, {"Location": feeds.url("/login")})
    source = add(room, feeds.url("/feed"))
    await collect_due(room, clock.at)
    assert known(room, source).url == source.url


async def test_gone_behind_a_move_is_tried_at_the_old_address_first(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    target = feeds.publish("/new", "新报", [entry("开张", url="https://news.example.com/1")])
    feeds.pages["/old"] = Page(b"", "text/plain", 308, {"Location": target})
    source = add(room, feeds.url("/old"))
    await collect_due(room, clock.at)
    feeds.pages["/new"] = feeds.pages["/old"] = Page(b"gone", "text/plain", 410)
    await collect_due(room, clock.move(days=1))
    assert (known(room, source).url, known(room, source).enabled) == (source.url, True)
    await collect_due(room, clock.move(days=1))
    assert not known(room, source).enabled


async def test_a_feed_that_rolled_over_is_asked_sooner_and_old_conditions_are_forgotten(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    def shown(first: int) -> str:
        entries = [entry(f"消息之{n}", url=f"https://news.example.com/{n}") for n in range(first, first + 4)]
        return feeds.publish("/f", "快报", entries)

    source = add(room, shown(0))
    await collect_due(room, clock.at)
    assert known(room, source).interval_minutes == 20
    shown(100)
    await collect_due(room, clock.move(days=1))
    assert known(room, source).interval_minutes == 15
    assert known(room, source).etag != ""
    feeds.pages["/f"].headers["ETag"] = ""
    await collect_due(room, clock.move(days=1))
    await collect_due(room, clock.move(days=1))
    assert collect.AT_ONCE > PER_HOST
