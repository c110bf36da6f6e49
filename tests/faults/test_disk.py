"""The store in trouble under a running bot: it waits, says so once, loses nothing and goes on after the repair."""

import asyncio
import logging
import os
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot import app
from bot.chat.receive import poller
from bot.config import Config
from bot.runtime import opening, patience
from storage import meta, sources
from storage.database import Database, open_database
from tests.doubles.bot_api import BotApi
from tests.ticking import at_intervals

READER = 7
NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
REPAIRED_WITHIN = 60.0
BEGINS, ENDS = "the store cannot be used", "the store can be used again"
Switch = Callable[[], None]


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.fixture
def config(tmp_path: Path, api: BotApi) -> Config:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    path = tmp_path / "chenbao.db"
    with closing(open_database(path)) as db:
        sources.add(db, url="http://127.0.0.1:9/rss", title="例报", kind="feed", now=NOW)
    return Config(token=api.token, api_url=api.url, database=path, http_address=("127.0.0.1", port))


@contextmanager
def read_only(db: Database, _: Path) -> Iterator[Switch]:
    db.execute("PRAGMA query_only = ON")

    def repair() -> None:
        db.execute("PRAGMA query_only = OFF")

    yield repair


@contextmanager
def locked(_: Database, path: Path) -> Iterator[Switch]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")

        def repair() -> None:
            other.execute("ROLLBACK")

        yield repair


async def until(condition: Callable[[], bool], seconds: float = REPAIRED_WITHIN) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what it waits for happens in the server's threads
            await asyncio.sleep(0.02)


async def health(config: Config) -> int:
    assert config.http_address is not None
    host, port = config.http_address
    async with httpx.AsyncClient(timeout=30) as client:
        return (await client.get(f"http://{host}:{port}/health")).status_code


async def until_health(config: Config, status: int) -> None:
    async with asyncio.timeout(REPAIRED_WITHIN):
        while await health(config) != status:  # noqa: ASYNC110 - asked from outside, as a monitor does
            await asyncio.sleep(0.05)


def follows(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("SELECT count(*) FROM subscriptions").fetchone()[0])


def states(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as db:
        return {row[0] for row in db.execute("SELECT state FROM inbox")}


@pytest.mark.parametrize("trouble", [read_only, locked])
async def test_the_bot_waits_for_the_repair(
    trouble: Callable[[Database, Path], AbstractContextManager[Switch]],
    config: Config,
    api: BotApi,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    opened: list[Database] = []

    def open_and_keep(path: Path | str, *, create: bool = True) -> Database:
        opened.append(open_database(path, create=create))
        return opened[-1]

    monkeypatch.setattr(opening, "open_database", open_and_keep)
    monkeypatch.setattr(patience, "LOCKED_SECONDS", 0.1)
    monkeypatch.setattr("bot.ticks.JOBS", at_intervals(compose=0.1, deliver=0.1))
    for module in (patience, poller):
        monkeypatch.setattr(module, "MAX_WAIT", 0.5)
    caplog.set_level(logging.INFO)
    stop = asyncio.Event()
    running = asyncio.create_task(app.run(config, stop, now=lambda: NOW))
    try:
        api.say(READER, "/help")
        await until(lambda: len(api.messages(READER)) == 1)
        await until_health(config, 200)
        with trouble(opened[0], config.database) as repair:
            await until_health(config, 503)
            api.say(READER, "/follow 华为")
            await asyncio.sleep(1.5)  # fifteen ticks
            assert not running.done()
            assert len(api.messages(READER)) == 1
            assert api.updates  # not confirmed to Telegram
            assert caplog.text.count(BEGINS) == 1
            repair()
            await until_health(config, 200)
            await until(lambda: len(api.messages(READER)) == 2)
        await until(lambda: not api.updates)
        await until(lambda: states(config.database) == {"done"})
    finally:
        stop.set()
        await running
    assert follows(config.database) == 1
    assert len(api.messages(READER)) == 2
    ours = [
        r.getMessage()
        for r in caplog.records
        if r.levelno >= logging.WARNING and r.name != "bot.jobs.collect.results"
    ]
    assert [BEGINS in text or ENDS in text for text in ours] == [True, True], ours


@pytest.mark.slow
def test_a_full_disk_under_a_real_process(config: Config, api: BotApi, tmp_path: Path) -> None:
    """No byte can be written (a file size limit, which holds for root too); then the disk is mended."""
    given = {
        "PATH": os.environ["PATH"],
        "TELEGRAM_BOT_TOKEN": config.token,
        "TELEGRAM_API_URL": config.api_url,
        "CHENBAO_DB": str(config.database),
    }
    command = [sys.executable, "-m", "bot.cli", "run"]
    bot = subprocess.Popen(command, env=given, stderr=subprocess.PIPE, text=True)
    lines: list[str] = []
    assert bot.stderr is not None
    reading = threading.Thread(target=lines.extend, args=(bot.stderr,))
    reading.start()
    try:
        api.say(READER, "/help")
        api.wait_for(lambda: len(api.messages(READER)) == 1, 60)
        unlimited = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (0, unlimited[1]))
        api.say(READER, "/follow 华为")
        api.wait_for(lambda: any(BEGINS in line for line in lines), 60)
        time.sleep(1)
        assert bot.poll() is None
        assert len(api.messages(READER)) == 1
        assert api.updates
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, unlimited)
        api.wait_for(lambda: any(ENDS in line for line in lines), REPAIRED_WITHIN)
        api.wait_for(lambda: len(api.messages(READER)) == 2, REPAIRED_WITHIN)
        api.wait_for(lambda: states(config.database) == {"done"}, REPAIRED_WITHIN)
    finally:
        bot.send_signal(signal.SIGTERM)
        try:
            bot.wait(30)
        finally:
            bot.kill()
            reading.join()
            bot.stderr.close()
    assert bot.returncode == 0
    assert follows(config.database) == 1
    told = [line for line in lines if " ERROR " in line or " WARNING " in line]
    assert sum(BEGINS in line for line in told) == 1
    assert not any("Traceback" in line for line in lines)
    with closing(open_database(config.database)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_what_does_not_fit_is_undone_and_the_next_transaction_is_a_new_one(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "chenbao.db")) as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(sqlite3.OperationalError, match="full"), db.transaction():
            meta.put(db, "small", "x")
            meta.put(db, "large", "x" * 10**6)
        assert not db.connection.in_transaction
        db.execute("PRAGMA max_page_count = 1000000")
        with db.transaction():
            meta.put(db, "large", "y")
        assert meta.get(db, "small") is None
    with closing(open_database(tmp_path / "chenbao.db")) as db:
        assert meta.get(db, "large") == "y"
