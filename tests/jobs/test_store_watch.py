"""The store's watch: who waits in trouble, who ends it, and that our own mistakes are not taken for the disk's."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.runtime.opening import open_store
from bot.runtime.patience import until_stored
from bot.runtime.store_watch import StoreWatch
from storage.database import Database, open_database


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(tmp_path / "chenbao.db")) as database:
        yield database


async def test_the_other_ticks_wait_until_the_leading_one_passes(db: Database) -> None:
    store, done = StoreWatch(db), []

    async def lead() -> None:
        done.append("lead")

    async def follow() -> None:
        done.append("follow")

    leading, following = store.leading(lead), store.following(follow)
    await following()
    db.execute("PRAGMA query_only = ON")
    await leading()
    await following()
    assert done == ["follow"]
    assert "read-only" in store.problem
    db.execute("PRAGMA query_only = OFF")
    await following()
    await leading()
    await following()
    assert done == ["follow", "lead", "follow"]
    assert store.problem == ""


async def test_room_for_a_line_alone_does_not_end_trouble(db: Database) -> None:
    store = StoreWatch(db)

    async def large() -> None:
        db.execute("INSERT INTO meta (key, value) VALUES ('large', ?)", ("x" * 200_000,))

    db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0] + 10}")

    async def small() -> None:
        return

    leading, following = store.leading(small), store.following(large)
    await leading()
    assert store.problem == ""
    await following()
    assert "make room" in store.problem
    await leading()
    assert "make room" in store.problem
    db.execute("PRAGMA max_page_count = 1000000")
    await leading()
    assert store.problem == ""


async def test_our_own_mistakes_are_no_trouble_of_the_disk(db: Database, tmp_path: Path) -> None:
    async def mistaken() -> None:
        db.execute("SELECT no_such_column")

    store = StoreWatch(db)
    for tick in (store.leading(mistaken), store.following(mistaken)):
        with pytest.raises(sqlite3.OperationalError, match="no such column"):
            await tick()
    assert store.problem == ""
    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        await until_stored(mistaken)
    with (
        pytest.raises(sqlite3.OperationalError, match="no such column"),
        open_store(tmp_path / "b.db") as other,
    ):
        other.execute("SELECT no_such_column")
