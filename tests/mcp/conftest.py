"""An archive that is read only: filled once with the sample articles, shared by all tests of this package."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.config import Config
from bot.demo.archive import load_archive
from bot.jobs.collect import ingest
from bot.mcp.tools import Archive
from bot.runtime.newsroom import open_reading
from storage import sources
from storage.database import open_database

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
"""The end of the sample archive."""


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the sample articles, a feed that is paused, one that fails and one that is gone."""
    path = tmp_path_factory.mktemp("archive") / "chenbao.db"
    db = open_database(path)
    reading = open_reading(Config(database=path), db, NOW)
    for publisher in dict.fromkeys(entry.source for entry in load_archive()):
        source, _ = sources.add(db, url=f"document:{publisher}", title=publisher, kind="document", now=NOW)
        ingest.ingest(
            db, reading, source, [entry for entry in load_archive() if entry.source == publisher], NOW
        )
    address = "https://reader:canary@feeds.example.com/rss?key=canary#canary"
    for number, name in enumerate(("停刊", "断线", "歇业")):
        feed, _ = sources.add(db, url=address.replace("rss", str(number)), title=name, kind="feed", now=NOW)
        if name == "停刊":
            sources.pause(db, feed.id, on=True)
        elif name == "断线":
            sources.record_failure(db, feed.id, "status?status=503", NOW, NOW)
        else:
            sources.retire(db, feed.id, NOW)
    db.close()
    return path


@pytest.fixture
def archive(filled: Path) -> Archive:
    """The filled archive, at the end of its last day."""
    return Archive(Config(database=filled), lambda: NOW)
