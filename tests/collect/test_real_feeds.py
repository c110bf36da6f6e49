"""Real snapshots and other readers' own fixtures, where the measuring data stands beside the checkout."""

import io
import json
import lzma
import re
import tarfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import feedparser
import pytest

from bot.collect.feeds.canonical import canonical_url
from bot.collect.feeds.parse import Feed, parse_feed
from bot.collect.plain.plaintext import plain_title
from bot.errors import FeedError
from tests.collect.fixture_exceptions import EXCEPTIONS

URL = "http://127.0.0.1/feed.xml"

HEADER = re.compile(rb"Header:\s{0,9}Content-[Tt]ype:[ \t]{0,9}([!-~][ -~]{0,99})")
"""What the web server of a fixture is to say, in its first comment."""


def members(path: Path) -> Iterator[tuple[str, bytes]]:
    """Files of an archive, in the order of their names."""
    with tarfile.open(path) as archive:
        for info in sorted((m for m in archive.getmembers() if m.isfile()), key=lambda m: m.name):
            file = archive.extractfile(info)
            assert file
            yield info.name, file.read()


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.soak)])
def test_every_snapshot_parses_and_every_known_link_is_found(shared: Path, every: int) -> None:
    (archive,) = (shared / "data").glob("feed_snapshots_*.tar.xz")
    (items,) = (shared / "data").glob("feed_items_*.jsonl.xz")
    known: set[str] = set()
    seconds, refused, entries = [], [], 0
    for name, body in islice(members(archive), 0, None, every):
        started = time.perf_counter()
        try:
            feed = parse_feed(body, "", URL)
        except FeedError as error:
            refused.append((name, str(error)))
            continue
        finally:
            seconds.append(time.perf_counter() - started)
        entries += len(feed.entries)
        for entry in feed.entries:
            assert entry.title
            assert entry.published is not None
            known |= {canonical_url(entry.url), canonical_url(entry.guid)}
    print(
        f"{len(seconds)} snapshots, {entries} entries in {sum(seconds):.2f} s: "
        f"median {median(seconds) * 1e3:.1f} ms, longest {max(seconds) * 1e3:.0f} ms a snapshot"
    )
    assert len(seconds) == 485 // every
    assert len(refused) <= 3
    assert {problem for _, problem in refused} <= {"page"}
    with lzma.open(items, "rt", encoding="utf-8") as file:
        links = [json.loads(line)["link"] for line in file]
    assert len(links) == 5281
    missing = [link[:100] for link in links if canonical_url(link) not in known]
    assert not missing or every > 1
    assert len(missing) < 5281 * (1 - 0.5 / every)
    assert median(seconds) < 0.05


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.soak)])
def test_other_readers_fixtures_never_crash_and_read_as_feedparser_reads_them(
    shared: Path, every: int
) -> None:
    known = tuple(name for names in EXCEPTIONS.values() for name in names)
    seen = 0
    differences: dict[str, list[str]] = {}
    for number, (name, body) in enumerate(members(shared / "data" / "feed_fixtures.tar.xz")):
        if number % every and not name.endswith(known):
            continue
        seen += 1
        header = HEADER.search(body[:2000])
        content_type = header[1].decode().strip() if header else ""
        started = time.process_time()
        try:
            ours: Feed | None = parse_feed(body, content_type, URL)
        except FeedError:
            ours = None
        assert time.process_time() - started < 5, name
        headers = {"content-location": URL} | ({"content-type": content_type} if content_type else {})
        theirs: dict[str, Any] = feedparser.parse(io.BytesIO(body), response_headers=headers)
        if found := compare(name, theirs["entries"], ours):
            differences[name] = found
    assert seen >= 2277 // every
    assert not [found for name, found in differences.items() if not name.endswith(known)]
    stale = [name for name in known if not any(path.endswith(name) for path in differences)]
    assert not stale, "these read the same by now"
    print(f"{seen} fixtures: {seen - len(differences)} as feedparser, {len(differences)} exceptions")


@pytest.mark.shared
def test_one_feed_in_six_encodings_reads_the_same(shared: Path) -> None:
    archive = shared / "data" / "feed_fixtures.tar.xz"
    read = {
        name: [(entry.title, entry.text) for entry in parse_feed(body, "", URL).entries]
        for name, body in members(archive)
        if "derived_legacy_encodings/" in name and name.endswith(".xml")
    }
    assert len(read) >= 6
    first = next(iter(read.values()))
    assert first
    assert {name for name, entries in read.items() if entries != first} == set()


def compare(name: str, theirs: list[dict[str, Any]], ours: Feed | None) -> list[str]:
    """How count, titles or links of one fixture differ."""
    entries = ours.entries if ours else ()
    if len(theirs) != len(entries):
        return [f"{name}: {len(theirs)} entries, ours {len(entries)}"]
    found = []
    for other, entry in zip(theirs, entries, strict=True):
        title = plain_title(other.get("title") or "")
        if title and "".join(title.split()) != "".join(entry.title.split()):
            found.append(f"{name}: {title!r}, ours {entry.title!r}")
        link = other.get("link") or ""
        if link and canonical_url(link) != canonical_url(entry.url):
            found.append(f"{name}: {link!r}, ours {entry.url!r}")
    return found
