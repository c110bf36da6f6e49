"""A ledger that cannot be written: nothing is sent that is not claimed, and what was sent is never pending again."""

import asyncio
import sqlite3
from datetime import timedelta

import pytest

from bot.jobs import deliver
from bot.jobs.editions.due import compose_due
from bot.runtime.services import Newsroom, Services
from storage import deliveries
from tests.jobs.conftest import EVENING, MORNING, Clock, Telegram, reader, take_in


def state(room: Newsroom) -> list[str]:
    return [row[0] for row in room.db.execute("SELECT state FROM deliveries ORDER BY id")]


@pytest.fixture
def due(room: Newsroom, clock: Clock, services: Services) -> Newsroom:
    """One edition that waits to be sent."""
    take_in(room, EVENING)
    reader(room)
    clock.at = MORNING + timedelta(minutes=1)
    compose_due(services, clock())
    assert state(room) == ["pending"]
    return room


async def test_what_cannot_be_claimed_is_not_sent(
    due: Newsroom, services: Services, telegram: Telegram, clock: Clock
) -> None:
    due.db.execute("PRAGMA query_only = ON")
    for _ in range(3):
        with pytest.raises(sqlite3.OperationalError):
            await deliver.deliver_pending(services, clock())
    assert telegram.sent == []
    due.db.execute("PRAGMA query_only = OFF")
    assert state(due) == ["pending"]
    assert await deliver.deliver_pending(services, clock()) == 1
    assert state(due) == ["sent"]
    assert len(telegram.sent) == 1


@pytest.mark.parametrize("mended", [True, False])
async def test_what_was_sent_and_could_not_be_recorded_is_recorded_later_and_never_sent_again(
    due: Newsroom,
    services: Services,
    telegram: Telegram,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    mended: bool,
) -> None:
    send = telegram.send

    async def full(*given: object, **named: object) -> object:
        outcome = await send(*given, **named)  # type: ignore[arg-type]
        due.db.execute("PRAGMA query_only = ON")
        return outcome

    monkeypatch.setattr(telegram, "send", full)
    delivering = asyncio.create_task(deliver.deliver_pending(services, clock()))
    await asyncio.sleep(0.15)
    assert not delivering.done()
    assert state(due) == ["sending"]  # not "sent" without a record, and not pending
    if mended:
        due.db.execute("PRAGMA query_only = OFF")
        assert await delivering == 1
        assert state(due) == ["sent"]
        return
    delivering.cancel()  # as a stop does
    await asyncio.gather(delivering, return_exceptions=True)
    due.db.execute("PRAGMA query_only = OFF")
    assert state(due) == ["sending"]
    assert await deliver.deliver_pending(services, clock()) == 0
    assert len(telegram.sent) == 1
    assert len(deliveries.interrupted(due.db, clock())) == 1  # as the next start does
    assert state(due) == ["uncertain"]
