"""Whatever the bytes: a feed or FeedError, within a bounded time.

FUZZ_SECONDS=600 python -m pytest -m soak -s tests/collect/test_fuzz.py     the long run
"""

import json
import os
import random
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.collect.parse import Feed, parse_feed
from bot.errors import FeedError
from tests.collect.test_parse import ATOM_03, ATOM_10, ATOM_XHTML, RSS_091, RSS_10, rss
from tests.collect.test_real_feeds import members
from tests.conftest import SHARED
from tests.doubles.hostile_bodies import DICTIONARY, mutated

URL = "https://feeds.example.cn/tech.xml"
MOST_SECONDS = 5.0
LARGEST = 200_000
CONTENT_TYPES = (
    "",
    "text/xml; charset=utf-8",
    "text/xml; charset=gb2312",
    "application/json",
    "x; charset=utf-16",
)
ITEM = "<item><title>量子&amp;芯片</title><link>/p/1</link><pubDate>2026年6月20日 11:45</pubDate></item>"
JSON_FEED = json.dumps({"items": [{"id": 1, "url": "/1", "title": "题", "authors": [{"name": "人"}]}] * 3})
OWN = (
    rss(ITEM * 3),
    rss(ITEM).decode().encode("gbk"),
    rss(ITEM).decode().encode("utf-16"),
    *(body.encode() for body in (RSS_091, RSS_10, ATOM_03, ATOM_10, ATOM_XHTML, JSON_FEED)),
)


def check(body: bytes, content_type: str) -> Feed | None:
    """Read the body; what comes out can be stored."""
    started = time.process_time()
    try:
        feed = parse_feed(body, content_type, URL)
    except FeedError:
        feed = None
    assert time.process_time() - started < MOST_SECONDS
    for entry in feed.entries if feed else ():
        assert len(entry.title) <= 300
        assert not entry.url or entry.url.lower().startswith(("http://", "https://"))
        f"{entry.title}{entry.text}{entry.url}{entry.guid}{entry.author}".encode()
        assert "\0" not in entry.title + entry.text
    return feed


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from([*DICTIONARY, ITEM.encode(), b"<rss>", b"<feed>", b"<entry>", b"{", b"["]) | st.binary(max_size=40)), st.sampled_from(CONTENT_TYPES))  # fmt: skip
def test_any_bytes_are_a_feed_or_none(parts: list[bytes], content_type: str) -> None:
    check(b"".join(parts), content_type)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(OWN), st.integers(0, 2**32), st.sampled_from(CONTENT_TYPES))
def test_damaged_feeds_are_read_or_refused(body: bytes, seed: int, content_type: str) -> None:
    check(mutated(body, random.Random(seed)), content_type)


@pytest.mark.soak
def test_for_a_long_time() -> None:
    seeds = list(OWN)
    if (SHARED / "data").is_dir():
        seeds += [
            body for _, body in members(SHARED / "data" / "feed_fixtures.tar.xz") if len(body) < LARGEST
        ]
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    end = time.monotonic() + float(os.environ.get("FUZZ_SECONDS", "60"))
    inputs = read = 0
    longest = 0.0
    while time.monotonic() < end:
        body, content_type = mutated(chance.choice(seeds), chance), chance.choice(CONTENT_TYPES)
        started = time.process_time()
        try:
            read += check(body, content_type) is not None
        except Exception:
            Path(tempfile.gettempdir(), "fuzz-failure.bin").write_bytes(body)
            raise
        longest = max(longest, time.process_time() - started)
        inputs += 1
    print(
        f"{inputs} inputs from {len(seeds)} feeds (seed {seed}): {read} read, longest {longest * 1e3:.0f} ms"
    )
    assert inputs > 1000
