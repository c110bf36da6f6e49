"""Real feeds as they were at a moment, served from loopback one moment after the other."""

import itertools
import json
import lzma
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from storage import sources
from storage.database import Database
from tests.doubles.feeds import Feeds, Page

WEB_PAGE = b"<!doctype"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One feed's body at one moment (UTC)."""

    feed: str
    at: datetime
    body: bytes

    @property
    def page(self) -> Page:
        """The answer that the feed's address gave, error pages included."""
        is_page = self.body.lstrip()[:9].lower() == WEB_PAGE
        return Page(self.body, "text/html; charset=utf-8" if is_page else "text/xml")


def moments(shared: Path) -> list[tuple[datetime, list[Snapshot]]]:
    """Every moment with the feeds that were looked at then, in the order of time."""
    (path,) = (shared / "data").glob("feed_snapshots_*.tar.xz")
    with tarfile.open(path) as archive:
        found = sorted(_snapshots(archive), key=lambda one: (one.at, one.feed))
    return [(at, list(those)) for at, those in itertools.groupby(found, key=lambda one: one.at)]


def _snapshots(archive: tarfile.TarFile) -> Iterator[Snapshot]:
    for member in archive:
        if member.isfile():
            file = archive.extractfile(member)
            assert file
            _, feed, name = member.name.split("/")
            at = datetime.strptime(name, "%Y%m%dT%H%M%SZ.xml").replace(tzinfo=UTC)
            yield Snapshot(feed, at, file.read())


def items(shared: Path) -> list[dict[str, Any]]:
    """The rows of the list of unique items."""
    (path,) = (shared / "data").glob("feed_items_*.jsonl.xz")
    with lzma.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def publish(db: Database, server: Feeds, snapshots: list[Snapshot], at: datetime) -> None:
    """Let these feeds' addresses answer so; a feed that is new is added as a source, titled by its address."""
    for snapshot in snapshots:
        path = f"/{snapshot.feed}"
        server.pages[path] = snapshot.page
        url = server.url(path)
        sources.add(db, url=url, title=url, kind="feed", now=at)


def look_again(db: Database, *, afresh: bool = False) -> None:
    """Make every source due, whatever its back-off says; `afresh` also forgets that it was ever fetched."""
    db.execute("UPDATE sources SET next_fetch_at = NULL")
    if afresh:
        db.execute("UPDATE sources SET etag = '', last_modified = ''")
