"""Real feeds as they were at a moment, served from loopback one moment after the other."""

import json
import lzma
import tarfile
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from storage import sources
from storage.database import Database
from tests.doubles.feeds import Feeds, Page

WEB_PAGE = b"<!doctype"


@dataclass(frozen=True, slots=True)
class Moment:
    """The bodies of the feeds that were looked at then (UTC), by the feed's name."""

    at: datetime
    bodies: dict[str, bytes] = field(default_factory=dict)


def moments(shared: Path) -> list[Moment]:
    """Every moment in the order of time."""
    (path,) = (shared / "data").glob("feed_snapshots_*.tar.xz")
    found: dict[datetime, dict[str, bytes]] = defaultdict(dict)
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile():
                file = archive.extractfile(member)
                assert file
                _, feed, name = member.name.split("/")
                at = datetime.strptime(name, "%Y%m%dT%H%M%SZ.xml").replace(tzinfo=UTC)
                found[at][feed] = file.read()
    return [Moment(at, dict(sorted(found[at].items()))) for at in sorted(found)]


def items(shared: Path) -> list[dict[str, Any]]:
    """The rows of the list of unique items."""
    (path,) = (shared / "data").glob("feed_items_*.jsonl.xz")
    with lzma.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def publish(db: Database, server: Feeds, moment: Moment) -> list[int]:
    """Let the feeds' addresses answer as they did then, error pages included; returns their sources' ids.

    A feed that is new is added as a source, titled by its address as an operator adds it.
    """
    ids = []
    for feed, body in moment.bodies.items():
        is_page = body.lstrip()[: len(WEB_PAGE)].lower() == WEB_PAGE
        server.pages[f"/{feed}"] = Page(body, "text/html; charset=utf-8" if is_page else "text/xml")
        url = server.url(f"/{feed}")
        source, _ = sources.add(db, url=url, title=url, kind="feed", now=moment.at)
        ids.append(source.id)
    return ids


def only(db: Database, source_ids: Collection[int], *, afresh: bool = False) -> None:
    """Make these sources due and no others, whatever their back-off says; `afresh`: as if never fetched."""
    db.execute("UPDATE sources SET next_fetch_at = '9999-01-01T00:00:00+00:00'")
    marks = ",".join("?" * len(source_ids))
    db.execute(f"UPDATE sources SET next_fetch_at = NULL WHERE id IN ({marks})", tuple(source_ids))  # noqa: S608
    if afresh:
        db.execute("UPDATE sources SET etag = '', last_modified = '', digest = ''")
