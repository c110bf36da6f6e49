"""Counts per day, queues and their ages: how things go, without anybody's data."""

from datetime import datetime
from typing import NamedTuple

from storage.database import Database, from_text, maybe_time, to_text
from storage.figures import DayTally


class WaitingQueue(NamedTuple):
    """What waits, and since when the oldest does."""

    name: str
    number: int
    oldest: datetime | None


class LostPart(NamedTuple):
    """A message part that did not arrive, or may not have, without whose it was."""

    state: str
    local_date: str
    slot: str
    problem: str
    at: datetime


def articles(db: Database, since: datetime) -> list[DayTally]:
    """Articles by UTC date of publication and section (empty: not of the industry)."""
    rows = db.execute(
        "SELECT substr(published_at, 1, 10) AS day, coalesce(section, '') AS name, count(*) AS number FROM articles "
        "WHERE published_at >= ? AND NOT archived GROUP BY day, name ORDER BY day, name",
        (to_text(since),),
    )
    return [DayTally(*row) for row in rows]


def deliveries(db: Database, first_date: str) -> list[DayTally]:
    """Message parts by their edition's local date and state."""
    rows = db.execute(
        "SELECT e.local_date, d.state, count(*) FROM editions e JOIN deliveries d ON d.edition_id = e.id "
        "WHERE e.local_date >= ? GROUP BY e.local_date, d.state ORDER BY e.local_date, d.state",
        (first_date,),
    )
    return [DayTally(*row) for row in rows]


def editions(db: Database, first_date: str) -> list[DayTally]:
    """Editions by local date, and by state and kind of slot (`composed morning`)."""
    rows = db.execute(
        "SELECT local_date, state || ' ' || substr(slot, 1, instr(slot || ':', ':') - 1) AS name, count(*) FROM editions "
        "WHERE local_date >= ? GROUP BY local_date, name ORDER BY local_date DESC, name",
        (first_date,),
    )
    return [DayTally(*row) for row in rows]


def queues(db: Database, now: datetime) -> list[WaitingQueue]:
    """What waits: updates to be answered, editions to be composed, parts to be sent, notices, sources to be fetched."""
    at = to_text(now)
    found = []
    for name, sql, parameters in (
        ("inbox", "SELECT count(*), min(received_at) FROM inbox WHERE state = 'new'", ()),
        (
            "editions",
            "SELECT count(*), min(next_due_at) FROM chats WHERE active AND NOT paused AND next_due_at <= ?",
            (at,),
        ),
        (
            "deliveries",
            "SELECT count(*), min(not_before) FROM deliveries WHERE state IN ('pending', 'sending')",
            (),
        ),
        (
            "notices",
            "SELECT count(*), min(created_at) FROM notices WHERE state IN ('pending', 'sending')",
            (),
        ),
        (
            "sources",
            (
                "SELECT count(*), min(next_fetch_at) FROM sources WHERE enabled AND NOT paused AND kind = 'feed' "
                "AND (next_fetch_at IS NULL OR next_fetch_at <= ?)"
            ),
            (at,),
        ),
    ):
        number, oldest = db.execute(sql, parameters).fetchone()
        found.append(WaitingQueue(name, number, maybe_time(oldest)))
    return found


def troubles(db: Database, limit: int) -> list[LostPart]:
    """The newest parts that failed or are uncertain."""
    rows = db.execute(
        "SELECT d.state, e.local_date, substr(e.slot, 1, instr(e.slot || ':', ':') - 1), d.problem, d.finished_at "
        "FROM deliveries d JOIN editions e ON e.id = d.edition_id WHERE d.state IN ('failed', 'uncertain') "
        "AND d.finished_at IS NOT NULL ORDER BY d.id DESC LIMIT ?",
        (limit,),
    )
    return [LostPart(row[0], row[1], row[2], row[3], from_text(row[4])) for row in rows]
