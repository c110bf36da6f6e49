"""What is read at once, and what in the worker's process."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import pytest

from bot.collect.feeds.entries import EntryFilter, told
from bot.collect.feeds.parse import FEW, SMALL, parse_feed
from bot.collect.fetch.client import Fetched
from bot.collect.sandbox.read import prepare, read_entries, read_feed
from bot.collect.sandbox.worker import Worker
from bot.errors import FeedError

ITEM = "<item><title>晨星芯片</title><link>http://a.cn/{}</link><description>{}</description></item>"


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    async with aclosing(Worker(seconds=60)) as opened:
        yield opened


def answer(items: str) -> Fetched:
    return Fetched(
        "new", "http://a.cn/feed", f"<rss><channel><title>t</title>{items}</channel></rss>".encode()
    )


async def test_an_ordinary_feed_needs_no_process(worker: Worker) -> None:
    feed = await read_feed(worker, answer("".join(ITEM.format(n, "文" * 200) for n in range(100))))
    assert len(feed.entries) == 100
    assert not worker.pid


@pytest.mark.parametrize(
    "body",
    [
        answer(ITEM.format(1, "文" * SMALL)),
        answer('<item><title mode="base64">5pmo5pif6Iqv54mH</title><link>http://a.cn/1</link></item>'),
        Fetched("new", "http://a.cn/feed", f"<channel>{ITEM.format(1, '')}</channel>".encode()),
    ],
    ids=["large", "a title in base64", "for the patient parser"],
)
async def test_what_takes_long_is_read_in_the_process(worker: Worker, body: Fetched) -> None:
    feed = await read_feed(worker, body)
    assert [(entry.title, entry.url) for entry in feed.entries] == [("晨星芯片", "http://a.cn/1")]
    assert worker.pid


@pytest.mark.parametrize(
    "body",
    [
        answer("".join(ITEM.format(n, "") for n in range(FEW + 1))),
        Fetched(
            "new", "http://a.cn/feed", json.dumps({"items": [{"id": n} for n in range(FEW + 1)]}).encode()
        ),
    ],
    ids=["xml", "json"],
)
async def test_long_lists_are_read_in_the_process(worker: Worker, body: Fetched) -> None:
    assert len((await read_feed(worker, body)).entries) == FEW + 1
    assert worker.pid


async def test_an_encoding_is_guessed_in_the_process(worker: Worker) -> None:
    body = "<rss><channel><item><title>半導體廠商發表新一代封裝技術</title></item></channel></rss>"
    (entry,) = (await read_feed(worker, Fetched("new", "http://a.cn/feed", body.encode("big5")))).entries
    assert entry.title == "半導體廠商發表新一代封裝技術"
    assert worker.pid


async def test_what_is_surely_no_feed_needs_no_process(worker: Worker) -> None:
    with pytest.raises(FeedError, match="no_feed"):
        await read_feed(worker, Fetched("new", "http://a.cn/feed", b"%PDF-1.7"))
    assert not worker.pid


async def test_what_the_process_finds_is_no_feed_says_so(worker: Worker) -> None:
    with pytest.raises(FeedError, match="damaged"):
        await read_feed(worker, Fetched("new", "http://a.cn/feed", b"<rss><item" * 400_000))


NOW = datetime(2026, 11, 24, tzinfo=UTC)
WANTED = EntryFilter(NOW - timedelta(days=30), news_since=NOW - timedelta(days=2))
DATED = (
    "<item><title>晨星{0}号</title><link>http://a.cn/{1}</link><guid>{0}</guid><pubDate>{2}</pubDate></item>"
)


def dated(*days: int) -> Fetched:
    """Entries of so many days ago; every third has the link of the one before."""
    return answer(
        "".join(
            DATED.format(number, number - (number % 3 == 2), (NOW - timedelta(days=day)).isoformat())
            for number, day in enumerate(days)
        )
        + ITEM.format("undated", "")
    )


async def test_what_is_to_be_owned_is_the_same_in_either_process(worker: Worker) -> None:
    body = dated(1, 40, 3, 0, 2)
    here, none = await read_entries(worker, body, NOW, WANTED), worker.pid
    await prepare(worker)
    process = worker.pid
    there = await read_entries(worker, body, NOW, WANTED)
    assert (there, none, process) == (here, None, worker.pid)
    assert process
    assert here == told(parse_feed(body.body, "", body.url, NOW), WANTED)
    assert (here.title, here.found) == ("t", 6)
    assert [(key.entry.guid, key.entry.archived) for key in here.own.keys] == [
        ("2", True),
        ("4", False),
        ("0", False),
        ("3", False),
        ("http://a.cn/undated", True),
    ]


async def test_a_process_with_room_reads_ordinary_feeds_too(worker: Worker) -> None:
    await prepare(worker)
    assert await read_feed(worker, dated(1)) == parse_feed(dated(1).body, "", "http://a.cn/feed")
    await worker.aclose()
    await prepare(worker)  # nobody hears of it
    assert (await read_entries(worker, dated(1), NOW, WANTED)).found == 2  # here, for the process has gone
