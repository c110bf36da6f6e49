"""Fetching over real HTTP on loopback: conditions, redirects, bounds, and sentences for what goes wrong."""

import asyncio
import contextlib
import gc
import gzip
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from ipaddress import ip_network

import httpx
import pytest

from bot.collect.fetch.client import LARGE, Fetcher, Limits, build_client
from bot.collect.fetch.guard import Guard, RefusedError
from bot.errors import FetchError
from tests.collect.conftest import Loopback, http

LOCAL = (ip_network("127.0.0.0/8"),)
LIMITS = Limits(max_bytes=100_000, connect=2, read=0.5, total=2, redirects=3)


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    """A fetcher that may reach loopback."""
    async with build_client(Guard(LOCAL), LIMITS) as client:
        yield Fetcher(client, LIMITS)


async def test_a_first_fetch_brings_body_and_validators(fetcher: Fetcher, loopback: Loopback) -> None:
    loopback.answers["/f"] = http(
        body=b"<rss/>", ETag='"1"', Last_Modified="Mon, 01 Jan 2024 00:00:00 GMT", Cache_Control="max-age=600"
    )
    got = await fetcher.fetch(loopback.url("/f"))
    assert (got.status, got.body, got.etag, got.max_age, got.received) == ("new", b"<rss/>", '"1"', 600.0, 6)
    assert got.last_modified == "Mon, 01 Jan 2024 00:00:00 GMT"
    headers = loopback.seen[0][1]
    assert headers["user-agent"].startswith("Chenbao/")
    assert headers["accept-encoding"] == "gzip, deflate"  # nothing that explodes
    assert "if-none-match" not in headers


async def test_an_unchanged_feed_answers_304_and_keeps_its_validators(
    fetcher: Fetcher, loopback: Loopback
) -> None:
    loopback.answers["/f"] = http(304)
    got = await fetcher.fetch(loopback.url("/f"), '"1"', "Mon, 01 Jan 2024 00:00:00 GMT")
    assert (got.status, got.body, got.etag, got.last_modified) == (
        "unchanged",
        b"",
        '"1"',
        "Mon, 01 Jan 2024 00:00:00 GMT",
    )
    assert loopback.seen[0][1]["if-none-match"] == '"1"'
    assert loopback.seen[0][1]["if-modified-since"] == "Mon, 01 Jan 2024 00:00:00 GMT"


async def test_unchanged_feeds_of_one_host_share_a_connection() -> None:
    connections, ended = 0, asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        ended.set()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        root = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with build_client(Guard(LOCAL), LIMITS) as client:
            for path in ("a", "b", "c"):
                assert (await Fetcher(client, LIMITS).fetch(f"{root}/{path}", '"1"')).status == "unchanged"
        await ended.wait()
    assert connections == 1


async def test_304_without_a_condition_is_an_error(fetcher: Fetcher, loopback: Loopback) -> None:
    loopback.answers["/f"] = http(304)
    with pytest.raises(FetchError, match=r"http_declined\?status=304"):
        await fetcher.fetch(loopback.url("/f"))


async def test_a_move_is_for_good_when_every_redirect_on_the_way_is(
    fetcher: Fetcher, loopback: Loopback
) -> None:
    loopback.answers["/a"] = http(301, Location="/b")
    loopback.answers["/b"] = http(302, Location="/c")
    loopback.answers["/c"] = http(body=b"x")
    got = await fetcher.fetch(loopback.url("/a"))
    assert (got.url, got.moved_to) == (loopback.url("/c"), "")
    loopback.answers["/b"] = http(308, Location="/c")
    got = await fetcher.fetch(loopback.url("/a"))
    assert (got.url, got.moved_to) == (loopback.url("/c"), loopback.url("/c"))
    loopback.answers["/b"] = http(302, Location="/c")
    got = await fetcher.fetch(loopback.url("/b"))
    assert (got.url, got.moved_to) == (loopback.url("/c"), "")


async def test_addresses_of_redirects_are_mended(fetcher: Fetcher, loopback: Loopback) -> None:
    loopback.answers["/a"] = http(301, Location="/b c?x=1")
    loopback.answers["/b%20c?x=1"] = http(body=b"x")
    got = await fetcher.fetch(loopback.url("/a"))
    assert (got.url, got.moved_to) == (loopback.url("/b%20c?x=1"), loopback.url("/b%20c?x=1"))
    loopback.answers["/a"] = http(302, Location="file:///etc/passwd")
    with pytest.raises(RefusedError, match="scheme"):
        await fetcher.fetch(loopback.url("/a"))


async def test_redirect_loops_end(fetcher: Fetcher, loopback: Loopback) -> None:
    loopback.answers["/a"] = http(302, Location="/a")
    with pytest.raises(FetchError, match=r"redirects\?hops=3"):
        await fetcher.fetch(loopback.url("/a"))
    assert len(loopback.seen) == 4


async def test_one_large_body_is_held_at_a_time_and_waiting_for_it_costs_no_time(loopback: Loopback) -> None:
    limits = replace(LIMITS, max_bytes=3 * LARGE)
    for path, size in (("/a", LARGE + 1), ("/b", 2 * LARGE), ("/small", LARGE)):
        loopback.answers[path] = http(body=b"x" * size)
    async with build_client(Guard(LOCAL), limits) as client:
        fetcher = Fetcher(client, limits)
        async with AsyncExitStack() as held:
            await fetcher.fetch(loopback.url("/a"), held=held)
            waiting = asyncio.ensure_future(fetcher.fetch(loopback.url("/b")))
            assert (await fetcher.fetch(loopback.url("/small"))).received == LARGE
            await asyncio.sleep(limits.total + 0.2)
            assert not waiting.done()
        other = await waiting
        assert other.received == 2 * LARGE
        assert 0 < other.left <= limits.total
        with pytest.raises(FetchError, match="large"):  # who fails lets go as well
            await Fetcher(client, replace(limits, max_bytes=LARGE)).fetch(loopback.url("/b"))
        assert (await fetcher.fetch(loopback.url("/a"))).received == LARGE + 1


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/", "gopher://x/", "http://[::1"])
async def test_a_redirect_to_something_else_is_refused(
    fetcher: Fetcher, loopback: Loopback, target: str
) -> None:
    loopback.answers["/a"] = http(302, Location=target)
    with pytest.raises(FetchError):
        await fetcher.fetch(loopback.url("/a"))
    assert len(loopback.seen) == 1


async def test_a_redirect_to_a_private_address_is_refused(fetcher: Fetcher, loopback: Loopback) -> None:
    loopback.answers["/a"] = http(302, Location="http://10.1.2.3/")
    with pytest.raises(RefusedError, match=r"private\?host=10.1.2.3"):
        await fetcher.fetch(loopback.url("/a"))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "http_404"),
        (410, "http_410"),
        (500, "http_fault"),
        (418, "http_declined"),
        (301, "http_declined"),
    ],
)
async def test_refusals_carry_their_status(
    fetcher: Fetcher, loopback: Loopback, status: int, words: str
) -> None:
    loopback.answers["/f"] = http(status)
    with pytest.raises(FetchError, match=words) as caught:
        await fetcher.fetch(loopback.url("/f"))
    assert caught.value.status == status


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "120"}, 120.0),
        ({"Retry_After": "99999999999"}, 604_800.0),
        ({"Retry_After": "Mon, 01 Jan 2024 00:10:00 GMT", "Date": "Mon, 01 Jan 2024 00:00:00 GMT"}, 600.0),
        ({"Retry_After": "Mon, 01 Jan 2024 00:10:00 GMT"}, 0.0),
        ({"Retry_After": "Fri, 01 Jan 2100 00:00:00 GMT", "Date": "now"}, 604_800.0),
        ({"Retry_After": "soon"}, None),
        ({}, None),
    ],
)
async def test_retry_after_in_seconds_or_as_a_date(
    fetcher: Fetcher, loopback: Loopback, headers: dict[str, str], seconds: float | None
) -> None:
    loopback.answers["/f"] = http(429, b"", **headers)
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(loopback.url("/f"))
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"feed" * 5000, mtime=0)),
        ("x-gzip", gzip.compress(b"feed" * 2500, mtime=0) + gzip.compress(b"feed" * 2500, mtime=0)),
        ("gzip", gzip.compress(b"feed" * 5000, mtime=0) + b"\0\0padding"),
        ("deflate", zlib.compress(b"feed" * 5000)),
        ("deflate", zlib.compress(b"feed" * 5000)[2:-4]),
        ("identity", b"feed" * 5000),
    ],
)
async def test_compressed_answers(fetcher: Fetcher, loopback: Loopback, encoding: str, packed: bytes) -> None:
    loopback.answers["/f"] = http(body=packed, Content_Encoding=encoding)
    got = await fetcher.fetch(loopback.url("/f"))
    assert got.body == b"feed" * 5000
    assert got.received == len(packed)


async def test_an_empty_answer_may_claim_to_be_compressed(fetcher: Fetcher, loopback: Loopback) -> None:
    loopback.answers["/f"] = http(body=b"", Content_Encoding="gzip")
    assert (await fetcher.fetch(loopback.url("/f"))).body == b""


@pytest.mark.parametrize("layers", ["announced", "streamed", "gzip"])
async def test_size_is_capped_announced_streamed_and_unpacked(
    fetcher: Fetcher, loopback: Loopback, layers: str
) -> None:
    large = b"x" * 300_000
    loopback.answers["/f"] = {
        "announced": http(body=large),
        "streamed": b"HTTP/1.1 200 OK\r\n\r\n" + large,
        "gzip": http(body=gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip"),
    }[layers]
    with pytest.raises(FetchError, match="large"):
        await fetcher.fetch(loopback.url("/f"))


@pytest.mark.parametrize(
    ("encoding", "body", "words"),
    [
        ("gzip", gzip.compress(b"feed" * 5000, mtime=0)[:9], "cut_off"),
        ("gzip", b"no \x00 gzip at all", "packing_damaged"),
        ("gzip", gzip.compress(b"") * 5_000, "packing_damaged"),
        ("br", b"\x0b\x02", "packing$"),
        ("", b"\x28\xb5\x2f\xfd\x04\x00", "packing$"),
        ("gzip", gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"x")))), "packing_damaged"),
    ],
)
async def test_damaged_compression(
    fetcher: Fetcher, loopback: Loopback, encoding: str, body: bytes, words: str
) -> None:
    loopback.answers["/f"] = http(body=body, Content_Encoding=encoding)
    with pytest.raises(FetchError, match=words):
        await fetcher.fetch(loopback.url("/f"))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"SSH-2.0-OpenSSH\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nhalf", "protocol|broken"),
        (b"", "protocol|broken"),
    ],
)
async def test_broken_servers(fetcher: Fetcher, loopback: Loopback, answer: bytes, words: str) -> None:
    loopback.answers["/f"] = answer
    with pytest.raises(FetchError, match=words):
        await fetcher.fetch(loopback.url("/f"))


async def test_silence_ends(fetcher: Fetcher, loopback: Loopback) -> None:
    started = time.monotonic()
    with pytest.raises(FetchError, match="silent"):
        await fetcher.fetch(loopback.url("/hangs"))
    assert time.monotonic() - started < 10  # the server is silent for 30 s


async def test_a_slow_drip_ends(loopback: Loopback) -> None:
    limits = Limits(read=5, total=0.3)
    async with build_client(Guard(LOCAL), limits) as client:
        with pytest.raises(FetchError, match="slow"):
            await Fetcher(client, limits).fetch(loopback.url("/hangs"))


async def test_nobody_listens(fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="unreachable"):
        await fetcher.fetch("http://127.0.0.1:1/f")


async def test_tls_that_is_none(fetcher: Fetcher, loopback: Loopback) -> None:
    loopback.greeting = b"220 mail.example.cn ESMTP\r\n"
    with pytest.raises(FetchError, match="tls"):
        await fetcher.fetch(loopback.url("/f").replace("http:", "https:"))


async def test_a_handshake_that_never_ends_leaves_nothing_open(loopback: Loopback) -> None:
    limits = Limits(connect=5, total=0.3)
    async with build_client(Guard(LOCAL), limits) as client:
        with pytest.raises(FetchError, match="slow"):
            await Fetcher(client, limits).fetch(loopback.url("/f").replace("http:", "https:"))
    gc.collect()  # a socket left open would be a warning here, and warnings are errors


@pytest.mark.parametrize(
    "url",
    ["", "feed", "file:///etc/passwd", "http://", "http://a:99999/", "http://\x00/", "http://" + "a." * 200],
)
async def test_addresses_that_are_none(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(FetchError):
        await fetcher.fetch(url)


async def test_validators_cannot_smuggle_headers(fetcher: Fetcher, loopback: Loopback) -> None:
    loopback.answers["/f"] = http(body=b"x")
    await fetcher.fetch(loopback.url("/f"), '"1"\r\nX-Evil: 1', "")
    assert "x-evil" not in loopback.seen[0][1]


async def test_pool_exhaustion_and_timeouts_have_sentences() -> None:
    async def refuse(request: httpx.Request) -> httpx.Response:
        raise {
            "pool": httpx.PoolTimeout,
            "connect": httpx.ConnectTimeout,
            "dns": httpx.ConnectError,
            "read": httpx.ReadError,
        }[request.url.host]("resolving it")

    async with httpx.AsyncClient(transport=httpx.MockTransport(refuse)) as client:
        for host, words in {
            "pool": "pool",
            "connect": "connect.seconds=5",
            "dns": "name",
            "read": "broken",
        }.items():
            with pytest.raises(FetchError, match=words):
                await Fetcher(client).fetch(f"http://{host}/")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache_Control": "public, max-age=600"}, 600.0),
        ({"Cache_Control": "max-age=600", "Age": "500"}, 100.0),
        ({"Cache_Control": "max-age=600", "Age": "900"}, 0.0),
        ({"Cache_Control": "no-cache, max-age=600"}, None),
        ({"Cache_Control": "no-store"}, None),
        ({"Expires": "Mon, 01 Jan 2024 01:00:00 GMT", "Date": "Mon, 01 Jan 2024 00:00:00 GMT"}, 3600.0),
        ({"Expires": "0", "Date": "Mon, 01 Jan 2024 00:00:00 GMT"}, None),
        ({}, None),
    ],
)
async def test_how_long_an_answer_stays_fresh(
    fetcher: Fetcher, loopback: Loopback, headers: dict[str, str], seconds: float | None
) -> None:
    loopback.answers["/f"] = http(200, b"x", **headers)
    assert (await fetcher.fetch(loopback.url("/f"))).max_age == seconds
