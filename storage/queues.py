"""What waits, and since when: the queues of the running bot."""

from datetime import datetime
from typing import NamedTuple

from storage.database import Database, maybe_time, to_text


class WaitingLine(NamedTuple):
    """One kind of work that is due."""

    name: str
    length: int
    oldest: datetime | None
    """When the first of it was due or came in, aware UTC; None where nothing waits."""


_DUE = {
    "inbox": "SELECT count(*), min(received_at) FROM inbox WHERE state = 'new' AND received_at <= ?",
    "editions": "SELECT count(*), min(next_due_at) FROM chats WHERE active AND NOT paused AND next_due_at <= ?",
    "deliveries": "SELECT count(*), min(not_before) FROM deliveries WHERE state = 'pending' AND not_before <= ?",
    "notices": "SELECT count(*), min(not_before) FROM notices WHERE state = 'pending' AND not_before <= ?",
    "sources": "SELECT count(*), min(next_fetch_at) FROM sources "
    "WHERE enabled AND NOT paused AND kind = 'feed' AND next_fetch_at <= ?",
}
"""Each by the index of what is open: a scrape reads none of what is done."""


def waiting(db: Database, now: datetime) -> list[WaitingLine]:
    """The queues, each with what is due by now."""
    found = []
    for name, question in _DUE.items():
        length, oldest = db.execute(question, (to_text(now),)).fetchone()
        found.append(WaitingLine(name, length, maybe_time(oldest)))
    return found
