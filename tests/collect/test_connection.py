"""Interim answers: some are passed over, too many end the fetch, and none holds the event loop up."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

import httpcore
import pytest

from bot.collect.feeds.parse import Feed
from bot.collect.fetch.client import Fetcher, Limits, build_client
from bot.collect.fetch.connection import MAX_INTERIM, Connection
from bot.collect.fetch.guard import Guard
from bot.collect.sandbox.read import LEAST, read_feed
from bot.config import Config
from bot.errors import FetchError
from bot.runtime.newsroom import open_newsroom
from tests.collect.conftest import Loopback, http

LIMITS = Limits(connect=2, read=2, total=5)
LOCAL = (ip_network("127.0.0.0/8"),)
INTERIM = (
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n",
    b"HTTP/1.0 199 X\n\n",
)


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with build_client(Guard(LOCAL), LIMITS) as client:
        yield Fetcher(client, LIMITS)


@pytest.mark.parametrize("interim", INTERIM)
async def test_a_few_interim_answers_are_passed_over(
    fetcher: Fetcher, loopback: Loopback, interim: bytes
) -> None:
    loopback.answers["/f"] = interim * MAX_INTERIM + http(body=b"<rss/>")
    assert (await fetcher.fetch(loopback.url("/f"))).body == b"<rss/>"


@pytest.mark.parametrize("interim", INTERIM)
async def test_interim_answers_without_end_end(fetcher: Fetcher, loopback: Loopback, interim: bytes) -> None:
    loopback.answers["/f"] = interim * 20_000
    with pytest.raises(FetchError, match="protocol"):
        await fetcher.fetch(loopback.url("/f"))


@dataclass
class Script(httpcore.AsyncNetworkStream):
    """Hands out bytes as asked for; `asked` are the sizes."""

    data: bytes
    asked: list[int]

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        self.asked.append(max_bytes)
        data, self.data = self.data[:max_bytes], self.data[max_bytes:]
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        self.data += http(body=b"x" * 90_000)

    async def aclose(self) -> None: ...

    def get_extra_info(self, info: str) -> Any: ...


async def test_steps_are_small_until_the_answer_begins_for_each_request() -> None:
    script = Script(INTERIM[1] * MAX_INTERIM, [])
    connection = Connection(script)
    for _ in range(2):
        await connection.write(b"GET")
        script.asked.clear()
        got = b""
        while not got.endswith(b"x" * 90_000):
            got += await connection.read(65_536)
        assert (script.asked[0], script.asked[-1]) == (4_096, 65_536)


async def test_chunks_of_a_byte_are_read(fetcher: Fetcher, loopback: Loopback) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    loopback.answers["/f"] = head + b"1\r\nx\r\n" * 1_000 + b"0\r\n\r\n"
    assert (await fetcher.fetch(loopback.url("/f"))).body == b"x" * 1_000


async def test_the_seconds_of_a_fetch_are_a_setting(tmp_path: Any, loopback: Loopback) -> None:
    config = Config(database=tmp_path / "x.db", allow_networks=LOCAL, fetch_seconds=0.5, full_text="never")
    async with open_newsroom(config) as room:
        with pytest.raises(FetchError, match=r"silent|slow"):
            await room.fetcher.fetch(loopback.url("/hangs"))
        loopback.answers["/f"] = http(body=b"{}")
        assert 0 <= (await room.fetcher.fetch(loopback.url("/f"))).left <= 0.5
    assert Limits.of(Config().fetch_seconds) == Limits()
    assert Limits().total + LEAST < 10
    assert Limits.of(60).connect == 30


async def test_what_comes_late_is_read_in_what_is_left(loopback: Loopback) -> None:
    asked: list[float] = []

    class Reader:
        has_room = True

        async def run(self, *_: object, seconds: float) -> Feed:
            asked.append(seconds)
            return Feed("", "", ())

    async with build_client(Guard(LOCAL), LIMITS) as client:
        loopback.answers["/f"] = http(body=b"<rss>" + b"x" * 200_000)
        fetched = await Fetcher(client, LIMITS).fetch(loopback.url("/f"))
    await read_feed(Reader(), fetched)  # type: ignore[arg-type]
    assert asked == [LEAST + fetched.left]
