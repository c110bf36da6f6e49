"""A store that was put back: what may have been sent is not sent again, and a store in its own place is left alone."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.jobs import recovery
from bot.jobs.recovery import LAG, NOTED, UNFLUSHED, Said, gap_until, settle
from bot.runtime.services import Newsroom
from storage import chats, deliveries, meta, witness
from storage.witness import ALIVE, PLACE, Witness
from tests.jobs.conftest import EVENING, Clock, reader

HERE = Witness("a", 1, EVENING)
LATER = EVENING + timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("said", "here", "same_file", "now", "until"),
    [
        (Said(None, None), None, False, LATER, None),
        (Said("a", None), HERE, False, LATER, None),
        (Said("a", EVENING), HERE, True, LATER, None),
        (Said("a", EVENING - UNFLUSHED), HERE, True, LATER, None),
        (Said("a", EVENING - UNFLUSHED - SECOND), HERE, True, LATER, EVENING + LAG),
        (Said("a", EVENING), HERE, False, LATER, EVENING + LAG),
        (Said("b", EVENING), HERE, True, LATER, EVENING + LAG),
        (Said("b", EVENING - LAG), None, False, LATER, EVENING),
        (Said("b", EVENING - LAG), HERE, False, LATER, EVENING + LAG),
        (Said("b", EVENING), None, False, EVENING + LAG / 2, EVENING + LAG / 2),
        (Said("b", EVENING), None, False, EVENING - LAG, EVENING + NOTED),
    ],
)
def test_where_the_gap_ends(
    said: Said, here: Witness | None, same_file: bool, now: object, until: object
) -> None:
    assert gap_until(said, here, same_file, now) == until  # type: ignore[arg-type]


def states(room: Newsroom) -> list[tuple[str, str]]:
    rows = room.db.execute("SELECT d.state, d.not_before FROM deliveries d ORDER BY d.id")
    return [(row[0], row[1]) for row in rows]


async def test_a_store_that_stays_where_it_is_has_no_gap(room: Newsroom, clock: Clock) -> None:
    chat = reader(room)
    chats.save_settings(room.db, replace(chat, onboarded=True, next_due_at=clock.at))
    assert await settle(room) == 0
    assert states(room) == []
    clock.move(hours=1)
    assert await settle(room) == 0
    assert states(room) == [], "what is due is left to the clock"
    found = witness.read(room.config.database)
    assert found is not None
    assert (found.place, found.alive) == (meta.get(room.db, PLACE), clock.at)


async def test_editions_due_in_the_gap_become_uncertain_once(
    room: Newsroom, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bot notes that it runs, and is lost; a copy of the store starts at another place an hour later."""
    await settle(room)
    within, after = reader(room), reader(room, 2)
    for chat, late in ((within, LAG), (after, LAG + SECOND)):
        chats.save_settings(room.db, replace(chat, onboarded=True, next_due_at=clock.at + late))
    witness.file_of(room.config.database).unlink()
    clock.move(hours=1)
    with monkeypatch.context() as patch:
        patch.setattr(recovery, "_settle_here", lambda *_: None)  # killed right before the end
        assert await settle(room) == 1
    clock.move(hours=1)
    assert await settle(room) == 0, "the second time to the same end"
    assert [state for state, _ in states(room)] == ["uncertain"]
    offered = deliveries.uncertain_of(room.db, within.id)
    assert offered is not None
    assert deliveries.uncertain_of(room.db, after.id) is None
    assert meta.get(room.db, recovery.GAP) is None
    assert meta.get(room.db, ALIVE)
    assert await settle(room) == 0


async def test_a_replicated_store_waits_for_its_replica(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    await settle(room)
    assert waited == []
    room.db.execute("CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)")
    await settle(room)
    assert waited == [recovery.REPLICA_SECONDS]


async def test_a_folder_that_takes_no_witness_is_no_reason_to_stop(
    room: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    coming = witness.file_of(room.config.database).with_name("chenbao.db.place.partial")
    coming.mkdir()
    await settle(room)
    assert "cannot be written" in caplog.text


def test_a_witness_is_read_as_it_was_written(tmp_path: Path) -> None:
    store = tmp_path / "chenbao.db"
    store.touch()
    assert witness.read(store) is None
    witness.note(store, EVENING)
    witness.disown(store)
    assert not witness.file_of(store).exists()
    fresh = witness.new(store, EVENING)
    witness.write(store, fresh)
    witness.note(store, LATER)
    assert witness.read(store) == replace(fresh, alive=LATER)
    assert witness.is_of(fresh, store)
    witness.disown(store)
    gone = witness.read(store)
    assert gone is not None
    assert gone.place != fresh.place
    assert gone.alive == LATER
    witness.file_of(store).write_text("what?")
    assert witness.read(store) is None
