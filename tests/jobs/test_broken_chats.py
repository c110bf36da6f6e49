"""A chat that no edition can be composed for ends alone: everybody else gets theirs, and it is tried again."""

import logging
import sqlite3
from datetime import timedelta

import pytest

from bot.jobs.editions import batch, due
from bot.runtime.services import Newsroom
from storage import chats, editions
from tests.jobs.conftest import MORNING, Clock, reader, take_in

CHATS = 30
BROKEN = 11
BREAKS = {
    "a zone that is no more": "UPDATE chats SET zone = 'Mars/Base' WHERE id = ?",
    "a time that is none": "UPDATE chats SET briefing_time = '25:61' WHERE id = ?",
    "weekdays that are no list": "UPDATE chats SET weekdays = '[1,' WHERE id = ?",
    "no weekday": "UPDATE chats SET weekdays = '[]' WHERE id = ?",
    "bytes that are no text": "UPDATE chats SET sections = CAST(x'ff' AS TEXT) WHERE id = ?",
    "a due time that is none": "UPDATE chats SET next_due_at = '0' WHERE id = ?",
}
MENDED = (
    "UPDATE chats SET zone = 'Asia/Shanghai', briefing_time = '08:00', weekdays = '[1,2,3,4,5,6,7]', sections = '[]' "
    "WHERE id = ?"
)


@pytest.fixture
def crowd(room: Newsroom, clock: Clock) -> None:
    take_in(room, MORNING)
    for number in range(1, CHATS + 1):
        assert reader(room, 1000 + number).id == number
    clock.at = MORNING


def told(room: Newsroom) -> list[int]:
    return [row[0] for row in room.db.execute("SELECT chat_id FROM editions ORDER BY chat_id")]


OTHERS = [number for number in range(1, CHATS + 1) if number != BROKEN]


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize("how", BREAKS)
def test_everybody_else_gets_theirs_and_a_mended_one_too(
    room: Newsroom, clock: Clock, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    room.db.execute(BREAKS[how], (BROKEN,))
    assert due.compose_due(room, clock.at) == CHATS - 1
    assert told(room) == OTHERS
    (line,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert f"chat {BROKEN}:" in line.getMessage()
    clock.move(minutes=5)
    assert due.compose_due(room, clock.at) == 0
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1
    room.db.execute(MENDED, (BROKEN,))
    clock.move(hours=1)
    assert due.compose_due(room, clock.at) == 1
    row = room.db.execute("SELECT local_date FROM editions WHERE chat_id = ?", (BROKEN,)).fetchall()
    assert [each[0] for each in row] == ["2026-11-24"]
    following = chats.by_id(room.db, BROKEN)
    assert following is not None
    assert following.next_due_at == MORNING + timedelta(days=1)


@pytest.mark.usefixtures("crowd")
def test_one_whose_rows_cannot_be_written_stops_nobody_either(
    room: Newsroom, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for table, column, event in (("editions", "chat_id", "INSERT"), ("chats", "id", "UPDATE")):
        room.db.execute(
            f"CREATE TRIGGER no_{table} BEFORE {event} ON {table} WHEN NEW.{column} = {BROKEN} "
            "BEGIN SELECT RAISE(ABORT, 'not this one'); END"
        )
    assert due.compose_due(room, clock.at) == CHATS - 1
    assert told(room) == OTHERS
    shared = room.db.execute("SELECT count(DISTINCT composition_id), count(composition_id) FROM editions")
    assert tuple(shared.fetchone()) == (1, CHATS - 1)  # what was undone on the way was written down again
    assert room.db.execute("SELECT count(*) FROM compositions").fetchone()[0] == 1
    assert "cannot" not in caplog.text or "not this one" in caplog.text


@pytest.mark.usefixtures("crowd")
def test_what_goes_wrong_with_everybody_is_no_chats_fault(
    room: Newsroom, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("ours")

    monkeypatch.setattr(editions, "add_all", broken)
    with pytest.raises(RuntimeError, match="ours"):
        due.compose_due(room, clock.at)
    assert told(room) == []
    assert len(chats.due_ids(room.db, clock.at, 100)) == CHATS - batch.TOO_MANY


@pytest.mark.usefixtures("crowd")
def test_a_store_in_trouble_is_no_chats_fault(
    room: Newsroom, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(editions, "add_all", full)
    with pytest.raises(sqlite3.OperationalError, match="full"):
        due.compose_due(room, clock.at)
    monkeypatch.undo()
    assert len(chats.due_ids(room.db, clock.at, 100)) == CHATS
    assert due.compose_due(room, clock.at) == CHATS


@pytest.mark.usefixtures("crowd")
def test_a_step_ends_when_its_time_is_over(
    room: Newsroom, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "STEP", 0.0)
    assert [made for made in due.compose_steps(room, clock.at) if made] == [1] * CHATS
    assert told(room) == list(range(1, CHATS + 1))
