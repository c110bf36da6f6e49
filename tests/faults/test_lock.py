"""Another process keeps the store locked for seconds: the bot goes on answering `/health`, and nothing is lost or doubled.

The lock is a real one: a second connection in the middle of a write.
"""

import asyncio
import socket
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from bot import app
from bot.config import Config
from bot.jobs.halts import Halts
from bot.runtime.patience import through_locks, until_stored, when_unlocked
from storage import chats, meta, sources
from storage.database import LOOP_SECONDS, Database, open_database, to_text
from storage.models import Entry
from tests.doubles.bot_api import BotApi
from tests.doubles.feeds import Feeds
from tests.faults.test_disk import health, states, until
from tests.readers import add_reader
from tests.ticking import at_intervals

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
READERS = range(1, 9)
LOCKED = 2.5
"""Seconds."""
MAX_HELD = 0.6
"""Seconds: a tenth of it is the wait for the lock, once; the rest is a busy machine's."""


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@contextmanager
def written_by_another(path: Path) -> Iterator[sqlite3.Connection]:
    """A process in the middle of a write."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=20)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other
        other.execute("ROLLBACK")


@asynccontextmanager
async def watched() -> AsyncIterator[list[float]]:
    """How long the event loop was held, each time."""
    held: list[float] = []

    async def look() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            held.append(time.monotonic() - before - 0.01)

    looking = asyncio.create_task(look())
    try:
        yield held
    finally:
        looking.cancel()


async def test_a_bot_whose_store_is_locked_for_seconds(
    tmp_path: Path, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ticks.JOBS", at_intervals(compose=0.1, deliver=0.1, collect=0.2))
    stop = asyncio.Event()
    with Feeds() as feeds:
        url = feeds.publish("/a.xml", "例报", [story(number) for number in range(6)])
        config = prepared(tmp_path / "chenbao.db", api, url)
        running = asyncio.create_task(app.run(config, stop, now=lambda: NOW))
        try:
            api.say(READERS[0], "/help")
            await until(lambda: len(api.messages(READERS[0])) == 1)
            await until(lambda: count(config.database, "SELECT count(*) FROM articles") == 6)
            # One edition is with Telegram, which has not answered yet, when the lock falls.
            api.fail("sendMessage", chat_id=DUE[0], status=0, delay=1.0)
            make_due(config.database, DUE[:1])
            sending = "SELECT count(*) FROM deliveries WHERE state = 'sending'"
            await until(lambda: count(config.database, sending) == 1)
            feeds.publish("/a.xml", "例报", [story(number) for number in range(8)])
            make_due(config.database, DUE[1:], fetch=True)
            with written_by_another(config.database):
                async with watched() as held:
                    for reader in READERS:
                        api.say(reader, f"/follow 词{reader}")
                    await well_for(config, LOCKED)
                assert len(api.messages(DUE[0])) == 1
                assert count(config.database, sending) == 1, "what cannot be recorded yet"
                assert [len(api.messages(reader)) for reader in READERS] == [1, *[0] * (len(READERS) - 1)]
            await until(lambda: all(api.messages(reader)[-1:] for reader in [*READERS, *DUE]))
            await until(lambda: len(api.messages(READERS[0])) == 2)
            await until(lambda: states(config.database) == {"done"})
            await until(lambda: count(config.database, "SELECT count(*) FROM articles") == 8)
            settled = "SELECT count(*) FROM deliveries WHERE state = 'sent'"
            await until(lambda: count(config.database, settled) == len(DUE))
        finally:
            stop.set()
            await running
    print(f"the loop was held for {max(held) * 1000:.0f} ms at most")
    assert max(held) < MAX_HELD
    assert {len(api.messages(chat)) for chat in [*READERS[1:], *DUE]} == {1}
    assert count(config.database, "SELECT count(*) FROM subscriptions") == len(READERS)
    assert count(config.database, "SELECT count(*) FROM compositions") == count(
        config.database, "SELECT count(DISTINCT composition_id) FROM editions"
    )


DUE = range(101, 106)
"""Readers whose editions come due."""


def story(number: int) -> Entry:
    return Entry(
        title=f"第{number}座算力中心在第{number}号园区投运",
        url=f"https://news.example.com/{number}",
        guid=str(number),
        text=f"第{number}座人工智能算力中心今天投运，一期有{number}00个机架，由运营商建设。" * 3,
        published=NOW - timedelta(hours=number + 1),
    )


def prepared(path: Path, api: BotApi, url: str) -> Config:
    with closing(open_database(path)) as db:
        sources.add(db, url=url, title="例报", kind="feed", now=NOW)
        for reader in DUE:
            api.open_chat(reader)
            chat = add_reader(db, reader, NOW - timedelta(days=1))
            chats.save_settings(db, replace(chat, onboarded=True))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return Config(
        token=api.token,
        api_url=api.url,
        database=path,
        http_address=("127.0.0.1", port),
        allow_networks=(ip_network("127.0.0.0/8"),),
        full_text="never",
    )


def make_due(path: Path, readers: range, *, fetch: bool = False) -> None:
    with closing(sqlite3.connect(path, timeout=20)) as other:
        other.execute(
            "UPDATE chats SET next_due_at = ? WHERE telegram_chat_id BETWEEN ? AND ?",
            (to_text(NOW), readers[0], readers[-1]),
        )
        if fetch:
            other.execute("UPDATE sources SET next_fetch_at = ?", (to_text(NOW),))
        other.commit()


async def well_for(config: Config, seconds: float) -> None:
    until_then = time.monotonic() + seconds
    while time.monotonic() < until_then:
        asked = time.monotonic()
        assert await health(config) == 200
        assert time.monotonic() - asked < MAX_HELD
        await asyncio.sleep(0.05)


def count(path: Path, sql: str) -> int:
    with closing(sqlite3.connect(path, timeout=20)) as db:
        return int(db.execute(sql).fetchone()[0])


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(tmp_path / "chenbao.db")) as database:
        database.wait_for_locks(LOOP_SECONDS)
        yield database


def test_only_the_first_who_meets_a_lock_waits_for_it(db: Database, tmp_path: Path) -> None:
    def timeout() -> int:
        return int(db.execute("PRAGMA busy_timeout").fetchone()[0])

    with written_by_another(tmp_path / "chenbao.db"):
        began = time.monotonic()
        for _ in range(50):
            with pytest.raises(sqlite3.OperationalError, match="locked"), db.transaction():
                raise AssertionError
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                meta.put(db, "a", "b")
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                db.executemany("INSERT INTO meta (key, value) VALUES (?, ?)", [("a", "b")])
        assert time.monotonic() - began < LOOP_SECONDS + 5, "each of 150 would take as long"
        assert meta.get(db, "a") is None
        assert timeout() == 0, "reading does not say that the lock is gone"
    meta.put(db, "a", "b")
    assert timeout() == LOOP_SECONDS * 1000
    with written_by_another(tmp_path / "chenbao.db"), pytest.raises(sqlite3.OperationalError):
        meta.put(db, "a", "c")
    with db.transaction():
        assert timeout() == LOOP_SECONDS * 1000


async def test_work_waits_for_a_lock_in_short_tries(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def put() -> str:
        meta.put(db, "b", "2")
        return "done"

    with written_by_another(tmp_path / "chenbao.db"):
        waiting = [
            asyncio.create_task(until_stored(lambda: meta.put(db, "a", "1"))),
            asyncio.create_task(through_locks(put)),
            asyncio.create_task(when_unlocked(lambda: meta.put(db, "c", "3"))),
        ]
        async with watched() as held:
            await asyncio.sleep(0.5)
        assert not any(task.done() for task in waiting)
        assert max(held) < MAX_HELD
    assert (await asyncio.gather(*waiting))[1] == "done"
    assert [meta.get(db, key) for key in "abc"] == ["1", "2", "3"]
    monkeypatch.setattr("bot.runtime.patience.LOCKED_SECONDS", 0.1)
    with written_by_another(tmp_path / "chenbao.db"), pytest.raises(sqlite3.OperationalError, match="locked"):
        await through_locks(put)


async def test_a_halt_is_kept_as_soon_as_it_can_be(db: Database, tmp_path: Path) -> None:
    halts = Halts(db, lambda: NOW)
    assert halts.left() == 0
    with written_by_another(tmp_path / "chenbao.db"):
        halts.keep(60.0)
        await asyncio.sleep(0.2)
        halts.keep(90.0)
        assert halts.left() == 0
    await until(lambda: halts.left() > 0)
    assert halts.left() == 90
    halts.keep(30.0)
    await halts.close()
    assert Halts(db, lambda: NOW).left() == 30
