"""A newsroom with the sample archive and the pages that it serves."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.config import Config
from bot.demo.archive import load_archive
from bot.jobs.collect import ingest
from bot.jobs.console import login
from bot.runtime.health import Health
from bot.runtime.newsroom import open_newsroom
from bot.runtime.services import Newsroom
from bot.web import Web
from bot.web.serving import serve_pages
from storage import sources

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
OWNER, READER, STRANGER = 7, 8, 9
TOKEN = "1234567890:canary-Token_that_nobody_else_has_0123"


@dataclass
class Moment:
    """A clock that a test moves."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def move(self, span: timedelta) -> None:
        self.at += span


@dataclass
class Site:
    """The pages of a newsroom, and its owner's browser."""

    room: Newsroom
    clock: Moment
    url: str
    client: httpx.AsyncClient

    async def enter(self) -> None:
        """The owner logs in."""
        link = login.make_link(self.room, OWNER, self.clock())
        answer = await self.client.post("/console/login", data={"link": link})
        assert (answer.status_code, answer.headers["location"]) == (303, "/console")

    async def token(self) -> str:
        """What a form of this session carries."""
        page = (await self.client.get("/console")).text
        return page.partition('name="token" value="')[2].partition('"')[0]

    async def do(self, kind: str, target: int, value: str = "") -> httpx.Response:
        """Confirm a change."""
        form = {"token": await self.token(), "kind": kind, "id": str(target), "value": value}
        return await self.client.post("/console/do", data=form)


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the sample archive up to NOW, made once."""
    config = Config(database=tmp_path_factory.mktemp("archive") / "archive.db")
    asyncio.run(fill(config))
    return config.database


async def fill(config: Config) -> None:
    async with open_newsroom(config, now=Moment()) as room:
        known = [entry for entry in load_archive() if (entry.published or NOW) <= NOW]
        for publisher in dict.fromkeys(entry.source for entry in known):
            ingest.take_in(room, publisher, [entry for entry in known if entry.source == publisher], NOW)
        sources.add(room.db, url="http://127.0.0.1:9/feed", title="坏源<b>", kind="feed", now=NOW)


@pytest.fixture
async def site(archive: Path, tmp_path: Path) -> AsyncIterator[Site]:
    config = Config(
        token=TOKEN,
        database=tmp_path / "site.db",
        owners=frozenset({OWNER}),
        webhook_secret="canary-secret-of-the-webhook",
        http_address=("127.0.0.1", 0),
    )
    shutil.copy(archive, config.database)
    clock = Moment()
    web = Web("127.0.0.1", 0, lambda: Health(healthy=True), str)
    await web.start()
    config = replace(config, http_address=("127.0.0.1", web.port))
    async with (
        open_newsroom(config, now=clock) as room,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{web.port}") as client,
    ):
        serve_pages(web, room, lambda: Health(healthy=False, details={"store": "disk full <x>"}))
        yield Site(room, clock, f"http://127.0.0.1:{web.port}", client)
    await web.stop()
