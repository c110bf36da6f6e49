"""Articles' pages over real HTTP: which are fetched, when, and what becomes of the article."""

import asyncio
import contextlib
import gzip
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from bot.collect.fetch.hosts import PER_HOST
from bot.collect.pages.extract import MAX_PAGE, Extracted, article_of
from bot.collect.sandbox.worker import Worker
from bot.config import Config
from bot.jobs.collect import full_text
from bot.jobs.collect.ingest import Ingested
from bot.jobs.collect.round import collect_due, collect_source
from bot.jobs.editions import due
from bot.runtime.awaited import Awaited
from bot.runtime.newsroom import open_newsroom
from bot.runtime.services import Newsroom
from storage import alerts, articles, editions, sources, stories
from storage.models import Article, Entry, FullText
from tests.doubles.articles import GOOD, OTHER, PARAGRAPHS, TEASER, TITLE, body, html
from tests.doubles.feeds import Feeds, Page
from tests.jobs.conftest import EVENING, MORNING, Clock, reader

TEXT = "\n".join(PARAGRAPHS)


@pytest.fixture
async def room(tmp_path: Path, clock: Clock) -> AsyncIterator[Newsroom]:
    """A newsroom that fetches pages."""
    config = Config(database=tmp_path / "chenbao.db", allow_networks=(ip_network("127.0.0.0/8"),))
    async with open_newsroom(config, now=clock) as opened:
        yield opened


@pytest.fixture
def feeds(monkeypatch: pytest.MonkeyPatch) -> Iterator[Feeds]:
    """Pages and feeds, and patience for a machine under load."""
    monkeypatch.setattr(full_text, "Worker", lambda: Worker(seconds=60))
    with Feeds() as server:
        yield server


def publish(room: Newsroom, feeds: Feeds, entries: list[Entry], mode: FullText = "auto") -> None:
    source, _ = sources.add(
        room.db, url=feeds.publish("/feed", "临江在线", entries), title="临江在线", kind="feed", now=EVENING
    )
    sources.set_full_text(room.db, source.id, mode)


def told(feeds: Feeds, text: str = TEASER, path: str = "/1", **values: object) -> Entry:
    entry = Entry(
        title=TITLE, url=feeds.url(path), guid=path, text=text, published=EVENING - timedelta(hours=1)
    )
    return replace(entry, **values)  # type: ignore[arg-type]


def only(room: Newsroom) -> Article:
    (found,) = articles.by_ids(room.db, range(1, 100)).values()
    return found


async def test_an_article_without_a_date_gets_its_pages(room: Newsroom, feeds: Feeds, clock: Clock) -> None:
    feeds.pages["/1"] = feeds.pages["/2"] = GOOD
    publish(room, feeds, [told(feeds)])
    await collect_due(room, clock.at)
    said = clock.at - timedelta(hours=1)
    assert only(room).published_at == said, "the feed's own date stays"
    publish(room, feeds, [told(feeds), told(feeds, path="/2", published=None, title=f"{TITLE}（图）")])
    await collect_due(room, clock.move(hours=12))
    undated = articles.by_ids(room.db, [2])[2]
    assert PARAGRAPHS[-1] in undated.text
    assert undated.published_at == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    assert undated.story_id is not None
    story = stories.by_ids(room.db, [undated.story_id])[undated.story_id]
    published = [article.published_at for article in story.articles]
    assert (story.first_at, story.last_at) == (min(published), max(published))


async def test_a_teaser_is_completed_and_stays_so(room: Newsroom, feeds: Feeds, clock: Clock) -> None:
    feeds.pages["/1"] = GOOD
    publish(room, feeds, [told(feeds)])
    alerts.look_until(room.db, 1)  # alerts have seen the teaser by then
    (result,) = await collect_due(room, clock.at)
    assert alerts.again(room.db) == [1], "and look at the text as well"
    assert (result.new, result.updated, result.problem) == (1, 0, "")
    article = only(room)
    assert (article.title, article.text, article.url) == (TITLE, TEXT, feeds.url("/1"))
    assert article.topics
    assert all(sentence in TEXT for sentence in article.summary)
    assert room.reading.search.find(room.db, "液冷方案", now=clock.at).hits
    feeds.publish("/feed", "临江在线", [told(feeds), told(feeds, TEXT, "/2", title="另一条")])
    (again,) = await collect_due(room, clock.move(days=1))
    assert (again.new, again.updated, again.unchanged) == (1, 0, 1)
    kept = articles.by_id(room.db, article.id)
    assert kept is not None
    assert (kept.text, feeds.requests["/1"], feeds.requests.get("/2")) == (TEXT, 1, None)


@pytest.mark.parametrize(
    "page",
    [
        html(f"<article><p>{PARAGRAPHS[0]}</p><p>登录后阅读全文</p></article>"),
        html(body(OTHER)),
        Page(b"gone", "text/html", 404),
        Page(b"", "text/html", 302, {"Location": "http://10.0.0.1/secret"}),
        Page(b"", "text/html", 302, {"Location": "/index.html"}),
        Page(GOOD.body + b" " * MAX_PAGE, "text/html"),
        Page(b"", "text/html", 429, {"Retry-After": "60"}),
        Page(gzip.compress(GOOD.body)[:-9], "text/html", 200, {"Content-Encoding": "gzip"}),
    ],
    ids=["paywall", "another", "404", "private", "home", "huge", "busy", "cut"],
)
async def test_trouble_with_a_page_leaves_the_teaser_and_is_not_repeated(
    room: Newsroom, feeds: Feeds, clock: Clock, page: Page
) -> None:
    feeds.pages.update({"/1": page, "/index.html": GOOD})
    publish(room, feeds, [told(feeds)])
    (result,) = await collect_due(room, clock.at)
    assert (result.new, result.problem, only(room).text) == (1, "", TEASER)
    feeds.pages["/1"] = GOOD
    feeds.publish("/feed", "临江在线 ", [told(feeds)])
    await collect_due(room, clock.move(days=1))
    assert (feeds.requests["/1"], only(room).text) == (1, TEASER)


async def test_which_pages_are_fetched(room: Newsroom, feeds: Feeds, clock: Clock) -> None:
    long = "各地都在建设算力枢纽，也都在寻找用得起的电力。" * 10
    entries = [
        told(feeds, path="/teaser", title="甲地算力枢纽投运"),
        told(feeds, long, "/whole", title="乙地数据中心扩容"),
        told(feeds, path="/old", title="丙地光缆开通", published=EVENING - timedelta(days=5)),
        told(feeds, path="/undated", title="丁地芯片产线投产", published=None),
    ]
    publish(room, feeds, [*entries, replace(entries[0], url="", guid="urn:bare", title="戊地基站启用")])
    await collect_due(room, clock.at)
    assert {path for path in feeds.requests if path != "/feed"} == {"/teaser"}


@pytest.mark.parametrize(("mode", "fetched"), [("always", 1), ("never", 0), ("auto", 0)])
async def test_a_source_says_whether_its_pages_are_fetched(
    room: Newsroom, feeds: Feeds, clock: Clock, mode: FullText, fetched: int
) -> None:
    publish(room, feeds, [told(feeds, PARAGRAPHS[0] + PARAGRAPHS[1] + PARAGRAPHS[2][:28] + "。")], mode)
    feeds.pages["/1"] = html(body(PARAGRAPHS + OTHER))
    await collect_due(room, clock.at)
    assert feeds.requests.get("/1", 0) == fetched
    assert only(room).text.endswith(OTHER[-1]) is bool(fetched)


async def test_the_setting_switches_it_off_for_all(room: Newsroom, feeds: Feeds, clock: Clock) -> None:
    room = replace(room, config=replace(room.config, full_text="never"))
    publish(room, feeds, [told(feeds)], "always")
    await collect_due(room, clock.at)
    assert feeds.requests == {"/feed": 1}


async def test_a_round_fetches_a_sources_newest_pages_and_few_at_once(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    entries = [
        told(feeds, path=f"/{n}", title=f"第{n}座算力枢纽", published=EVENING - timedelta(minutes=n))
        for n in range(1, full_text.PAGES + 6)
    ]
    publish(room, feeds, entries)
    await collect_due(room, clock.at)
    assert {path for path in feeds.requests if path != "/feed"} == {
        f"/{n}" for n in range(1, full_text.PAGES + 1)
    }


async def test_a_host_that_asks_for_rest_is_left_alone(room: Newsroom, feeds: Feeds, clock: Clock) -> None:
    paths = [f"/{n}" for n in range(6)]
    feeds.pages.update(dict.fromkeys(paths, Page(b"", "text/html", 429)))
    publish(room, feeds, [told(feeds, path=path, title=f"第{path}座算力枢纽") for path in paths])
    await collect_due(room, clock.at)
    assert len(feeds.requests) == 1 + PER_HOST


async def test_a_page_that_never_ends_costs_no_more_than_its_time(
    room: Newsroom, feeds: Feeds, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = asyncio.Event()

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(b"<p>")
                await writer.drain()
                await asyncio.sleep(0.02)
        writer.close()
        ended.set()

    monkeypatch.setattr(full_text, "LIMITS", replace(full_text.LIMITS, total=0.3))
    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    publish(room, feeds, [told(feeds, url=f"http://127.0.0.1:{port}/1")])
    begun = time.monotonic()
    (result,) = await collect_due(room, clock.at)
    server.close()
    await asyncio.wait_for(ended.wait(), 60)
    assert (result.new, result.problem, only(room).text) == (1, "", TEASER)
    assert time.monotonic() - begun < 30


async def test_what_is_left_when_the_time_is_over_stays_a_teaser(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    feeds.pages["/1"] = GOOD
    publish(room, feeds, [told(feeds)])
    (result,) = [await collect_source(room, source, clock.at) for source in sources.listed(room.db)]
    assert await full_text.complete(room, result.pages, clock.at, seconds=0.0) == {}
    assert only(room).text == TEASER
    assert await full_text.complete(room, result.pages, clock.at) == {"taken": 1}
    assert only(room).text == TEXT


async def test_an_article_that_changed_meanwhile_is_left_alone(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    feeds.pages["/1"] = GOOD
    publish(room, feeds, [told(feeds)])
    room = replace(room, config=replace(room.config, full_text="never"))
    await collect_due(room, clock.at)
    source, article = sources.listed(room.db)[0], only(room)
    done = Ingested(told(feeds, "别的话…"), "new", article.id)
    page = full_text.PageRequest(source, article.id, done)
    assert await full_text.complete(room, [page], clock.at) == {"failed": 1}
    assert only(room).text == TEASER


def peak(pid: int) -> int:
    """The most memory that a process has held, in kB."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
async def test_the_process_that_reads_pages_stays_small() -> None:
    async with aclosing(Worker(seconds=60)) as worker:
        for _ in range(5):
            assert await worker.run(
                article_of, GOOD.body, GOOD.content_type, "http://a/1", "http://a/1", TITLE, TEASER
            ) == Extracted(TEXT, published=datetime(2026, 11, 23, 1, 30, tzinfo=UTC))
        assert worker.pid is not None
        assert peak(worker.pid) < 100_000  # 44,000 measured


async def test_an_edition_waits_for_the_text_of_pages_but_not_for_long(
    room: Newsroom, feeds: Feeds, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = reader(room)
    feeds.pages["/1"] = GOOD
    publish(room, feeds, [told(feeds, published=MORNING - timedelta(minutes=9))])
    composed: list[tuple[timedelta, bool]] = []
    complete = full_text.complete

    async def slow(*args: object, **kwargs: object) -> object:
        for late in (timedelta(), due.PAGES_WAIT - timedelta(seconds=1), due.PAGES_WAIT):
            await due.compose_in_steps(room, MORNING + late, asyncio.Event())
            composed.append((late, editions.latest(room.db, chat.id, MORNING.date()) is not None))
        return await complete(*args, **kwargs)  # type: ignore[arg-type]

    clock.at = MORNING
    monkeypatch.setattr(full_text, "complete", slow)
    await collect_due(room, MORNING - timedelta(minutes=1))
    assert [came for _, came in composed] == [False, False, True]
    assert PARAGRAPHS[-1] in only(room).text
    assert not room.pages


async def test_an_edition_does_not_wait_where_no_page_is_awaited(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    chat = reader(room)
    feeds.pages["/1"] = Page(b"gone", "text/html", 404)
    publish(room, feeds, [told(feeds, published=MORNING - timedelta(minutes=9))])
    clock.at = MORNING
    await collect_due(room, MORNING - timedelta(minutes=1))
    await due.compose_in_steps(room, MORNING, asyncio.Event())
    assert editions.latest(room.db, chat.id, MORNING.date()) is not None


def test_a_round_that_breaks_off_awaits_nothing() -> None:
    pages = Awaited()
    assert not pages
    with pages.round() as other:
        other(1)
        with contextlib.suppress(ValueError), pages.round() as expect:
            expect(2)
            assert pages
            raise ValueError
        assert pages
    assert not pages
