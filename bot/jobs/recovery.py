"""After a store was put back from a replica or a backup: what may have been sent meanwhile is not sent again.

A replica ends a second before the bot did, a backup hours before. Editions sent in that gap are pending in it, or not
even composed. At the start the store is compared with the witness beside it; where it is not the store that was used
here last, every edition due until the gap's end is composed as it would have been then and becomes *uncertain*, as after
a kill: its reader is told once and can ask for it (补发). Killed meanwhile, the next start does it again to the same end.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.jobs.editions.due import compose_steps
from bot.runtime.services import Newsroom
from storage import deliveries, meta, notices, replica, witness
from storage.database import IN_MEMORY, Database, to_text
from storage.witness import ALIVE, PLACE, Witness

log = logging.getLogger(__name__)

GAP = "gap"
"""In the store's meta: until when a gap lasts that is being closed."""
LAG = timedelta(seconds=30)
"""A replica may lag so far behind the bot: Litestream writes each second, the bot notes the time every five."""
NOTED = timedelta(seconds=10)
"""Twice the time between two notes that the bot runs."""
REPLICA_SECONDS = 3.0
"""Nothing is sent before a replica surely knows that the bot runs again: what is sent in its first second would otherwise
be sent once more from a replica that ends before the start."""
UNFLUSHED = timedelta(seconds=60)
"""So much of what was written a power cut may undo (Linux writes back within 30 seconds): not yet a sign of another store."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the store says of itself."""

    place: str | None
    alive: datetime | None


def gap_until(said: Said, here: Witness | None, same_file: bool, now: datetime) -> datetime | None:
    """Until when deliveries may have been sent of which the store knows nothing; None where it knows all.

    `here` is the witness beside it, `same_file` whether that speaks of this very file.
    """
    if said.place is None or said.alive is None:
        return None  # no bot has ever run on it
    if here is not None and here.place == said.place and same_file and here.alive <= said.alive + UNFLUSHED:
        return None
    last = max(said.alive, here.alive) if here is not None else said.alive
    # what is due after now cannot have been sent, unless the clock here is behind the other machine's
    return max(min(last + LAG, now), last + NOTED)


async def settle(room: Newsroom) -> int:
    """Close the gap, where there is one, before anything is sent; returns how many deliveries became uncertain."""
    if str(room.config.database) == IN_MEMORY:
        return 0
    store, now = room.config.database, room.now()
    here = witness.read(store)
    until = time_of(room.db, GAP) or gap_until(
        Said(meta.get(room.db, PLACE), time_of(room.db, ALIVE)),
        here,
        here is not None and witness.is_of(here, store),
        now,
    )
    doubtful = 0 if until is None else await _close(room, until)
    _settle_here(room.db, store, now)
    if replica.is_replicated(room.db):
        await asyncio.sleep(REPLICA_SECONDS)
    return doubtful


async def _close(room: Newsroom, until: datetime) -> int:
    meta.put(room.db, GAP, to_text(until))
    for _ in compose_steps(room, until):
        await asyncio.sleep(0)
    doubtful = deliveries.doubt(room.db, until) + notices.doubt(room.db, until)
    log.warning(
        "the store was put back from a copy: %d messages due until %s may have been sent already and are not sent "
        "again unasked",
        doubtful,
        to_text(until),
    )
    return doubtful


def _settle_here(db: Database, store: Path, now: datetime) -> None:
    """From now on this file is the store of this place."""
    fresh = witness.new(store, now)
    try:
        witness.write(store, fresh)
    except OSError as error:
        log.warning("%s cannot be written: %s", witness.file_of(store), error.strerror)
    with db.transaction():
        meta.put(db, PLACE, fresh.place)
        meta.put(db, ALIVE, to_text(now))
        meta.drop(db, GAP)


def time_of(db: Database, key: str) -> datetime | None:
    """The time that the store's meta has under `key`."""
    text = meta.get(db, key)
    return datetime.fromisoformat(text) if text else None
