"""Real snapshots and other readers' own fixtures, where the measuring data stands beside the checkout."""

import io
import json
import lzma
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import feedparser
import pytest

from bot.collect.canonical import canonical_url
from bot.collect.parse import Feed, parse_feed
from bot.collect.plaintext import plain_title
from bot.errors import FeedError

URL = "http://127.0.0.1/feed.xml"

# Where feedparser and we differ on the fixtures, and why. Paths end so.
EXCEPTIONS = {
    "ifeng_gbk_but_declared_utf8.xml": "feedparser reads mojibake, we read GBK",
    "ifeng_gbk_no_declaration.xml": "feedparser reads mojibake, we read GBK",
    "illformed/chardet/": "undeclared encodings: feedparser does not detect them without its optional chardet",
    "no_encoding_ISO-8859-1.xml": "feedparser leaves half of a cut character reference",
    "entry_title_base64.xml": "a title in base64 by its media type alone; nobody writes them any more",
    "entry_title_base64_2.xml": "the same",
    "item_media_title2.xml": "two titles, no order between them",
    "entry_title_blink.xml": "an unknown tag in a title stays text",
    "entry_title_crazy.xml": "a whole page as a title",
    "atom_entry_1.xml": "a guid that is no web address is no link",
    "atom_example_7.xml": "a guid that is no web address is no link",
    "atom_pub_spec_1.xml": "a guid that is no web address is no link",
    "http_entry_id_base": "a relative guid is no link",
    "http_content_language_entry_title_inherit_2.xml": "a relative guid is no link",
    "jsonfeed_": "feedparser needs its file suffix for JSON Feed",
    "json/example.json": "feedparser needs its file suffix for JSON Feed",
    "entry_link_no_href": "two empty entries are one",
    "entry_link_rel_enclosure_no_href.xml": "two empty entries are one",
    "entry_content_xml_lang_blank_3.xml": "two empty entries are one",
    "node_precedence/": "two empty entries are one",
}


def members(path: Path) -> Iterator[tuple[str, bytes]]:
    """Files of an archive, in the order of their names."""
    with tarfile.open(path) as archive:
        for info in sorted((m for m in archive.getmembers() if m.isfile()), key=lambda m: m.name):
            file = archive.extractfile(info)
            assert file
            yield info.name, file.read()


@pytest.mark.shared
def test_every_snapshot_parses_and_every_known_link_is_found(shared: Path) -> None:
    (archive,) = (shared / "data").glob("feed_snapshots_*.tar.xz")
    (items,) = (shared / "data").glob("feed_items_*.jsonl.xz")
    known: set[str] = set()
    seconds, refused, entries = [], [], 0
    for name, body in members(archive):
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
    assert len(seconds) == 485
    assert len(refused) <= 3
    assert all("web page" in sentence for _, sentence in refused)
    with lzma.open(items, "rt", encoding="utf-8") as file:
        links = [json.loads(line)["link"] for line in file]
    assert len(links) == 5281
    missing = [link[:100] for link in links if canonical_url(link) not in known]
    assert not missing
    assert median(seconds) < 0.05


@pytest.mark.shared
def test_other_readers_fixtures_never_crash_and_read_as_feedparser_reads_them(shared: Path) -> None:
    compared = 0
    differences: list[str] = []
    for name, body in members(shared / "data" / "feed_fixtures.tar.xz"):
        started = time.process_time()
        try:
            ours: Feed | None = parse_feed(body, "", URL)
        except FeedError:
            ours = None
        assert time.process_time() - started < 5, name
        if not any(part in name for part in EXCEPTIONS):
            compared += 1
            theirs: dict[str, Any] = feedparser.parse(
                io.BytesIO(body), response_headers={"content-location": URL}
            )
            differences += compare(name, theirs["entries"], ours)
    assert compared > 2000
    assert not differences


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
