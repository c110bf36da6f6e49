"""The inbox: updates are stored before Telegram is told that we have them, and handled once.

An update is known by a number of ours. Telegram's ids come again: after a week of silence they begin anywhere, and
with another token or server anew. So a row has the id and a mark of its content.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from storage import meta
from storage.database import Database, to_text


class Waiting(NamedTuple):
    """An update that is not handled yet."""

    number: int
    payload: str
    """JSON, as it came."""


class Past(NamedTuple):
    """What earlier attempts to handle an update have done."""

    answers: int = 0
    """Messages in answer that were begun, each of which may have arrived."""
    settled: int = 0
    """Of those, how many surely did."""
    applied: bool = False
    """Whether what the update changes is in the store."""
    awaited: str = ""
    """The question that the update answers, which the chat no longer asks."""


def put(db: Database, update_id: int, payload: str, now: datetime, mark: str = "") -> int | None:
    """Store one update as it came (JSON); its number, or None where we have it already."""
    cursor = db.execute(
        "INSERT OR IGNORE INTO inbox (update_id, mark, payload, received_at) SELECT ?, ?, ?, ? "
        # Of what an older version stored there is no mark.
        "WHERE NOT EXISTS (SELECT 1 FROM inbox WHERE update_id = ? AND mark = '')",
        (update_id, mark, payload, to_text(now), update_id),
    )
    return cursor.lastrowid if cursor.rowcount > 0 else None


def waiting(db: Database) -> list[Waiting]:
    """Updates not handled yet, as they came."""
    rows = db.execute("SELECT number, payload FROM inbox WHERE state = 'new' ORDER BY number")
    return [Waiting(*row) for row in rows]


def done(db: Database, number: int) -> None:
    """The update was handled, unless its handler said that it failed."""
    with db.transaction(flush=False):  # after a power cut it is handled again, and nothing is answered twice
        db.execute(
            "UPDATE inbox SET state = 'done', payload = '' WHERE number = ? AND state = 'new'", (number,)
        )


def shed(db: Database, numbers: Iterable[int]) -> None:
    """These updates are not handled, nor after a restart: their chat asked for too much."""
    with db.transaction(flush=False):  # after a power cut they may be handled all the same
        db.execute(
            "UPDATE inbox SET state = 'done', payload = '', problem = 'shed' "
            "WHERE state = 'new' AND number IN (SELECT value FROM json_each(?))",
            (json.dumps(list(numbers)),),
        )


def poison(db: Database, number: int, problem: str) -> None:
    """The update cannot be handled; keep it for the operator and go on."""
    db.execute("UPDATE inbox SET state = 'poison', problem = ? WHERE number = ?", (problem, number))


def past(db: Database, number: int) -> Past:
    """What earlier attempts at the update have done; nothing for one that did not come by the inbox."""
    row = db.execute(
        "SELECT answers, settled, applied, awaited FROM inbox WHERE number = ?", (number,)
    ).fetchone()
    return Past() if row is None else Past(row[0], row[1], bool(row[2]), row[3])


def begin_answer(db: Database, number: int, answer: int) -> None:
    """The message of that place (from 1) is about to be sent: never send it again."""
    db.execute("UPDATE inbox SET answers = ? WHERE number = ?", (answer, number))


def settle(db: Database, number: int, answers: int, settled: int) -> None:
    """The message after the first `answers` did not arrive, and may be sent; so many of those before surely did."""
    db.execute("UPDATE inbox SET answers = ?, settled = ? WHERE number = ?", (answers, settled, number))


def apply(db: Database, number: int) -> None:
    """What the update changes is in the store; belongs into the transaction of the change."""
    db.execute("UPDATE inbox SET applied = 1 WHERE number = ?", (number,))


def keep_question(db: Database, number: int, awaited: str) -> None:
    """The update answers this question; belongs into the transaction in which the chat ceases to ask it."""
    db.execute("UPDATE inbox SET awaited = ? WHERE number = ? AND awaited = ''", (awaited, number))


def keep_line(db: Database, number: int, message_id: int) -> None:
    """The update's answer is on its way, as this message says, which is to be changed in the end."""
    meta.put_unflushed(db, _line_key(number), str(message_id))


def line(db: Database, number: int) -> int | None:
    """The message in which an earlier attempt says that the answer is on its way."""
    kept = meta.get(db, _line_key(number))
    return None if kept is None else int(kept)


def drop_line(db: Database, number: int) -> None:
    """That message has been changed, or never will be."""
    with db.transaction(flush=False):  # after a power cut the update is handled, and this done, again
        meta.drop(db, _line_key(number))


def _line_key(number: int) -> str:
    return f"line:{number}"


def forget(db: Database, before: datetime) -> None:
    """Drop handled updates older than `before`, and lines whose update is gone; Telegram offers none again after a day."""
    db.execute("DELETE FROM inbox WHERE received_at < ? AND state <> 'new'", (to_text(before),))
    db.execute(
        "DELETE FROM meta WHERE key LIKE 'line:%' AND CAST(substr(key, 6) AS INTEGER) NOT IN (SELECT number FROM inbox)"
    )
