"""Bodies as they were before they were packed, whatever is said of them; bounded in every layer."""

import contextlib
import gzip
import time
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collect.feeds.entries import EntryFilter
from bot.collect.fetch.client import Fetched, Fetcher, build_client
from bot.collect.fetch.guard import Guard
from bot.collect.fetch.unpack import STEP, Unpacker
from bot.collect.sandbox.read import read_entries, read_feed
from bot.collect.sandbox.worker import Worker
from bot.errors import FeedError, FetchError
from tests.collect.conftest import Loopback, http
from tests.collect.test_fetch import LIMITS, LOCAL

ITEM = "<item><title>云岭芯片第{0}代量产</title><link>https://a.example/{0}000</link></item>"
WHOLE = f"<rss><channel><title>例报</title>{''.join(map(ITEM.format, range(1, 60)))}</channel></rss>".encode()
MOST = 1_000_000


def raw(data: bytes) -> bytes:
    """Deflate without the zlib header."""
    return zlib.compress(data)[2:-4]


def same(data: bytes) -> bytes:
    """Not packed."""
    return data


def packed_once(data: bytes) -> bytes:
    """As most servers do."""
    return gzip.compress(data)


def twice(data: bytes) -> bytes:
    """By the application, and again by the server in front of it."""
    return gzip.compress(gzip.compress(data))


def unpack(said: str, packed: bytes, size: int = 1_000, most: int = MOST) -> tuple[bytes, bool]:
    """The body, which comes in pieces of this size, and whether it is cut."""
    unpacker = Unpacker(said, most)
    pieces: list[bytes] = []
    for start in range(0, len(packed), size):
        pieces += unpacker.feed(packed[start : start + size])
    pieces += unpacker.end()
    assert all(len(piece) <= max(STEP, size) for piece in pieces)
    return b"".join(pieces), unpacker.cut


@pytest.mark.parametrize(
    "said",
    [
        "",
        "identity",
        "none",
        "utf-8",
        "aws-chunked",
        "binary",
        "gzip, aws-chunked",
        "GZIP",
        "x-gzip",
        "deflate",
        "gzip,gzip",
        "deflate, gzip",
        "br",
        "zstd",
        "compress",
        "x",
        " , ",
    ],
)
@pytest.mark.parametrize("pack", [same, gzip.compress, zlib.compress, twice])
def test_what_is_said_does_not_matter_where_the_bytes_tell(said: str, pack: Callable[[bytes], bytes]) -> None:
    assert unpack(said, pack(WHOLE)) == (WHOLE, False)


@pytest.mark.parametrize("said", ["deflate", "Deflate", "deflate, gzip"])
@pytest.mark.parametrize("pack", [raw, lambda data: gzip.compress(raw(data))])
def test_a_bare_deflate_stream_is_one_where_it_is_said(said: str, pack: Callable[[bytes], bytes]) -> None:
    assert unpack(said, pack(WHOLE)) == (WHOLE, False)


@pytest.mark.parametrize("said", ["gzip", "deflate", "br"])
@pytest.mark.parametrize("text", ["<rss/>", "芯片", "\ufeff{}", " \n<a>", "x", ""])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_text(said: str, text: str, encoding: str) -> None:
    if encoding in {"gbk", "utf-16-le", "utf-16-be"}:
        text = text.lstrip("\ufeff \n").replace("芯片", "<芯片").replace("x", "<x")
    data = text.encode(encoding)
    assert unpack(said, data) == (data, False)


@pytest.mark.parametrize(
    ("said", "packed", "word"),
    [
        ("br", b"\x0b\x02\x80feed\x03", "packing"),
        ("zstd", b"\x28\xb5\x2f\xfd\x04\x00", "packing"),
        ("", b"\x28\xb5\x2f\xfd\x04\x00", "packing"),
        ("gzip", b"\x1f\x9d\x90\x46", "packing"),
        ("gzip", b"\x00\x01\x02 no gzip", "packing_damaged"),
        ("deflate", b"\x00\x01\x02 no deflate", "packing_damaged"),
        ("gzip", gzip.compress(WHOLE)[:-8] + b"12345678", "packing_damaged"),
        ("gzip", twice(twice(WHOLE)), "packing_damaged"),
        ("gzip", gzip.compress(b"") * 5_000, "packing_damaged"),
        ("", gzip.compress(gzip.compress(b"") * 5_000), "packing_damaged"),
    ],
)
def test_what_cannot_be_unpacked_says_why(said: str, packed: bytes, word: str) -> None:
    for size in (7, 10_000):
        with pytest.raises(FetchError) as caught:
            unpack(said, packed, size)
        assert str(caught.value) == word


def empty_blocks(count: int) -> bytes:
    """A gzip body that is long and holds nothing."""
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"\0\0\0\xff\xff" * count


@pytest.mark.parametrize(
    "pack",
    [
        lambda: gzip.compress(b"\0" * 50_000_000),
        lambda: zlib.compress(b"\0" * 50_000_000),
        lambda: gzip.compress(gzip.compress(b"\0" * 150_000_000)),
        lambda: gzip.compress(empty_blocks(10_000_000)),
        lambda: gzip.compress(gzip.compress(empty_blocks(10_000_000))),
        lambda: gzip.compress(b"x" * 1_000) * 50_000,
    ],
    ids=["gzip", "zlib", "nested", "nothing inside", "nothing inside twice", "members"],
)
def test_every_layer_is_bounded(pack: Callable[[], bytes]) -> None:
    packed = pack()
    started, kept = time.process_time(), 0
    unpacker = Unpacker("", MOST)
    with pytest.raises(FetchError, match=r"large|packing_damaged"):
        for start in range(0, len(packed), STEP):
            for piece in unpacker.feed(packed[start : start + STEP]):
                kept += len(piece)
                if kept > MOST:
                    raise FetchError("large")
    assert kept <= MOST + STEP
    assert time.process_time() - started < 3


@given(
    data=st.binary(max_size=3_000),
    packs=st.lists(st.sampled_from([packed_once, zlib.compress]), max_size=3),
    size=st.integers(1, 500),
)
def test_whatever_is_packed_and_however_it_arrives_comes_out(
    data: bytes, packs: list[Callable[[bytes], bytes]], size: int
) -> None:
    data = b"<rss>" + data
    packed = data
    for pack in packs:
        packed = pack(packed)
    assert unpack("gzip", packed, size) == (data, False)


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "gzip", "deflate", "br", "gzip, deflate"]),
    st.integers(1, 99),
)
def test_whatever_comes_ends_in_bytes_or_in_a_reason(data: bytes, said: str, size: int) -> None:
    with contextlib.suppress(FetchError):
        body, _ = unpack(said, data, size)
        assert len(body) <= MOST


@given(st.integers(2, len(gzip.compress(WHOLE)) - 1))
def test_a_cut_body_is_right_as_far_as_it_goes(kept: int) -> None:
    body, cut = unpack("gzip", gzip.compress(WHOLE, mtime=0)[:kept])
    assert WHOLE.startswith(body)
    assert cut


# -- over HTTP, and as feeds -------------------------------------------------------------------------------


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    async with aclosing(Worker(seconds=60)) as opened:
        yield opened


async def fetched(loopback: Loopback, body: bytes, said: str) -> Fetched:
    """What comes of such an answer, with validators."""
    loopback.answers["/f"] = http(
        body=body, Content_Encoding=said, ETag='"1"', Last_Modified="Mon, 01 Jan 2024 00:00:00 GMT"
    )
    async with build_client(Guard(LOCAL), LIMITS) as client:
        return await Fetcher(client, LIMITS).fetch(loopback.url("/f"))


async def test_a_cut_answer_has_no_validators(loopback: Loopback) -> None:
    whole = await fetched(loopback, gzip.compress(WHOLE), "aws-chunked")
    assert (whole.body, whole.cut, whole.etag) == (WHOLE, False, '"1"')
    part = await fetched(loopback, gzip.compress(WHOLE)[:-300], "gzip")
    assert (part.cut, part.etag, part.last_modified) == (True, "", "")
    assert 0 < len(part.body) < len(WHOLE)
    with pytest.raises(FetchError, match="cut_off"):
        await fetched(loopback, gzip.compress(WHOLE)[:12], "gzip")


async def test_nested_packing_is_bounded_while_it_arrives(loopback: Loopback) -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 200_000_000))
    with pytest.raises(FetchError, match="large"):
        await fetched(loopback, bomb, "")


NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize("kept", [b"</item>", b"</title>", b"<link>https://a.example/50", b"<ti", b"<"])
async def test_of_a_cut_feed_the_whole_entries_are_taken(worker: Worker, kept: bytes) -> None:
    """Half a link would be another link."""
    start = WHOLE.index(b"<title>" + "云岭芯片第50代".encode()) - len("<item>")
    part = WHOLE[: WHOLE.index(kept, start) + len(kept)]
    answer = Fetched("new", "https://a.example/f", part, cut=True)
    feed = await read_feed(worker, answer)
    assert [entry.url for entry in feed.entries] == [
        f"https://a.example/{number}000" for number in range(1, 50 + (kept == b"</item>"))
    ]
    told = await read_entries(worker, answer, NOW, EntryFilter(NOW))
    assert told.found == len(feed.entries)


@pytest.mark.parametrize("part", [b"<rss><channel><title>a</title>", b"<rss><chan", b"<html>", b"{"])
async def test_a_feed_that_is_cut_before_its_first_entry_is_cut_off_and_nothing_else(
    worker: Worker, part: bytes
) -> None:
    answer = Fetched("new", "https://a.example/f", part, cut=True)
    with pytest.raises(FetchError, match="cut_off"):
        await read_feed(worker, answer)
    with pytest.raises(FetchError, match="cut_off"):
        await read_entries(worker, answer, NOW, EntryFilter(NOW))
    if part[:1] != b"<" or part == b"<html>":
        with pytest.raises(FeedError):
            await read_feed(worker, replace(answer, cut=False))


# -- frames ------------------------------------------------------------------------------------------------


def framed(data: bytes, size: int = 700, said: bytes = b";chunk-signature=" + b"0f" * 32) -> bytes:
    """Cut into frames, as a store keeps them that does not know them."""
    parts = [data[start : start + size] for start in range(0, len(data), size)]
    return b"".join(b"%x%b\r\n%b\r\n" % (len(part), said, part) for part in (*parts, b""))


def unframed(data: bytes, step: int) -> tuple[bytes, bool]:
    """What comes out when so many bytes arrive at a time, and whether it is cut."""
    unpacker = Unpacker("", MOST)
    pieces = [piece for at in range(0, len(data), step) for piece in unpacker.feed(data[at : at + step])]
    return b"".join((*pieces, *unpacker.end())), unpacker.cut


@pytest.mark.parametrize("step", [1, 2, 63, 85, 701, 100_000])
@pytest.mark.parametrize("said", [b"", b";ext=1", b";chunk-signature=" + b"0f" * 32])
def test_frames_go_however_the_bytes_arrive(step: int, said: bytes) -> None:
    assert unframed(framed(WHOLE, said=said) + b"x-amz-checksum:AA==\r\n\r\n", step) == (WHOLE, False)
    assert unframed(framed(gzip.compress(WHOLE), said=said), step) == (WHOLE, False)


def test_frames_that_stop_are_cut() -> None:
    found, cut = unframed(framed(WHOLE)[:1_500], 100_000)
    assert (WHOLE.startswith(found), len(found) > 1_000, cut) == (True, True, True)
    found, cut = unframed(framed(WHOLE)[:800], 100_000)  # in the middle of a frame's head
    assert (found, cut) == (WHOLE[:700], True)


@pytest.mark.parametrize("behind", [b"no size\r\n", b"f" * 400])
def test_frames_without_a_size_are_damaged(behind: bytes) -> None:
    with pytest.raises(FetchError, match="packing_damaged"):
        unframed(framed(WHOLE[:700])[:-86] + behind, 100_000)
